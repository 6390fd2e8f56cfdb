package faulttest

import (
	"slices"
	"strings"
	"testing"

	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/kiosk/internal/flow"
	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

// slip is the text of the n-th slip that came out of the printer, from 1.
func (k *kiosk) slip(n int) string {
	k.t.Helper()
	slips, err := k.emu.WaitSlips(k.t.Context(), n)
	if err != nil {
		k.t.Fatal(err)
	}
	var all []string
	for _, l := range slips[n-1].Lines {
		all = append(all, l.Text)
	}
	return strings.Join(all, " / ")
}

// isCopy checks that a slip is a copy of a ticket's.
func (k *kiosk) isCopy(slip, number, code string) {
	k.t.Helper()
	for _, want := range []string{number, "Kode: " + code, "Perekaman & Cetak KTP-el"} {
		if !strings.Contains(slip, want) {
			k.t.Errorf("%q is not on the copy: %s", want, slip)
		}
	}
	if !strings.HasPrefix(slip, "SALINAN / ") || !strings.HasSuffix(slip, " / SALINAN") {
		k.t.Errorf("the copy is not marked: %s", slip)
	}
}

func (k *kiosk) isIdle() {
	k.t.Helper()
	k.station.Emit(flow.Finish{})
	k.await("idle screen", func() bool { return k.state.Screen == flow.Attract })
}

// TestACopyForTheCitizenAndForTheOfficer plays a lost slip on the real server, station and printer: she types what
// she remembers, then scans, then asks the officer; there is one ticket all the time.
func TestACopyForTheCitizenAndForTheOfficer(t *testing.T) {
	t.Parallel()
	profile, err := escpos.ProfileByName("epson-tm-t82")
	if err != nil {
		t.Fatal(err)
	}
	o := openOffice(t)
	k := newKiosk(t, o, "K1", profile)
	taken := k.take()
	if taken.Screen != flow.Done {
		t.Fatalf("no ticket: %s", taken.Screen)
	}
	number, code := taken.Ticket.Number, taken.Ticket.Code()
	k.ended(taken.Ticket.ID) // only then does anybody hold it
	first := k.slip(1)
	if !strings.Contains(first, "Kode: "+code) || strings.Contains(first, "SALINAN") {
		t.Errorf("the first slip: %s", first)
	}
	k.isIdle()

	k.station.Emit(flow.Touch{})
	k.station.Emit(flow.OpenFind{})
	for _, key := range strings.ReplaceAll(number, "-", "") + code {
		k.station.Emit(flow.TypeKey{Key: string(key)})
	}
	k.station.Emit(flow.SendFind{})
	k.await("found ticket", func() bool {
		return k.state.Screen == flow.FoundTicket && k.state.Found.Number == number && k.state.Found.State == "waiting"
	})
	k.station.Emit(flow.TakeCopy{})
	k.await("copy", func() bool { return k.state.Copy == flow.CopyDone })
	k.isCopy(k.slip(2), number, code)
	k.isIdle()

	job := client.NewID()
	o.ask(t, protocol.MethodTicketReprint, protocol.ReprintParams{Number: number, JobID: job}, nil)
	k.isCopy(k.slip(3), number, code)

	if got := o.serveAll(t); !slices.Equal(got, []string{number}) {
		t.Errorf("numbers that were called: %v, want %s alone", got, number)
	}
	k.station.Emit(flow.Scanned{Token: taken.Ticket.Address})
	k.await("end of the ticket", func() bool { return k.state.Screen == flow.FoundTicket && k.state.Found.State == "completed" })
	k.station.Emit(flow.TakeCopy{})
	k.isIdle()
	if n := len(k.emu.Slips()); n != 3 {
		t.Errorf("%d slips, want the first and two copies", n)
	}
}

// TestACopyThatThePrinterSpoilsHarmsNobody takes the paper away before a copy: the ticket stands, staff see why, and
// the next copy is whole.
func TestACopyThatThePrinterSpoilsHarmsNobody(t *testing.T) {
	t.Parallel()
	profile, err := escpos.ProfileByName("epson-tm-t82")
	if err != nil {
		t.Fatal(err)
	}
	o := openOffice(t)
	k := newKiosk(t, o, "K1", profile)
	taken := k.take()
	number, code := taken.Ticket.Number, taken.Ticket.Code()
	k.ended(taken.Ticket.ID) // only then does anybody hold it
	k.slip(1)
	k.isIdle()
	if err := k.emu.Set(emulator.PaperOut, true); err != nil {
		t.Fatal(err)
	}
	o.sees(t, "K1", "paper_out")
	k.station.Emit(flow.Scanned{Token: taken.Ticket.Address})
	k.await("found ticket", func() bool { return k.state.Screen == flow.FoundTicket })
	k.station.Emit(flow.TakeCopy{})
	k.await("word that it did not come out", func() bool { return k.state.Copy == flow.CopyFailed })
	if err := k.emu.Set(emulator.PaperOut, false); err != nil {
		t.Fatal(err)
	}
	o.sees(t, "K1", "")
	k.station.Emit(flow.TakeCopy{})
	k.await("copy", func() bool { return k.state.Copy == flow.CopyDone })
	slips := len(k.emu.Slips())
	k.isCopy(k.slip(slips), number, code)
	k.isIdle()
	if got := o.serveAll(t); !slices.Equal(got, []string{number}) {
		t.Errorf("numbers that were called: %v, want %s alone", got, number)
	}
}
