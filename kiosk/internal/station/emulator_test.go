package station

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/drivers/printer"
	"loket/drivers/serialport"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// plugIn gives a station a real driver on an emulated printer.
func plugIn(t *testing.T, profileName string, baud int) (*emulator.Printer, func(*rig, *Config)) {
	t.Helper()
	return plugInWith(t, profileName, baud, printer.Config{})
}

func plugInWith(t *testing.T, profileName string, baud int, cfg printer.Config) (*emulator.Printer, func(*rig, *Config)) {
	t.Helper()
	profile, err := escpos.ProfileByName(profileName)
	if err != nil {
		t.Fatal(err)
	}
	profile.PaperSpeed, profile.CutTime = 800, 20*time.Millisecond // nobody should wait for paper
	device, err := emulator.New(emulator.Config{Profile: profile, Baud: baud})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := device.Close(); err != nil {
			t.Error(err)
		}
	})
	driver, err := printer.Open(serialport.Config{Device: device.Device(), Baud: baud}, profile, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := driver.Close(); err != nil {
			t.Error(err)
		}
	})
	return device, func(_ *rig, c *Config) { c.Printer = driver }
}

// text is what stands on a slip, on one line.
func text(s *emulator.Slip) string {
	var all []string
	for _, l := range s.Lines {
		all = append(all, l.Text)
	}
	return strings.Join(all, " ")
}

func TestATicketOnPaperFromEveryPrinter(t *testing.T) {
	for _, profile := range escpos.Profiles() {
		t.Run(profile.Name, func(t *testing.T) {
			o := newOffice(t)
			device, use := plugIn(t, profile.Name, 115200)
			r := start(t, o, use)
			r.take()
			s := r.awaitScreen(flow.Done)
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			slips, err := device.WaitSlips(ctx, 1)
			if err != nil {
				t.Fatal(err)
			}
			got := text(slips[0])
			for _, want := range []string{s.Ticket.Number, "DUKCAPIL", "KTP-el", "Pantau dari ponsel: pindai", "Kode: ", "23-11-2026 09.42 WITA K1"} {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not on the slip: %s", want, got)
				}
			}
			if profile.NativeQR && !slices.Equal(slips[0].QRs, []string{s.Ticket.Address}) {
				t.Errorf("QR codes %q", slips[0].QRs)
			}
			o.awaitRequest(protocol.MethodTicketConfirm, s.Ticket.ID, `"printed"`)
		})
	}
}

func TestPaperRunsOutAndComesBack(t *testing.T) {
	o := newOffice(t)
	device, use := plugIn(t, "epson-tm-t82", 115200)
	r := start(t, o, use)
	r.ready()
	if err := device.Set(emulator.PaperOut, true); err != nil {
		t.Fatal(err)
	}
	o.awaitRequest(protocol.MethodDeviceReport, `"paper_out"`)
	r.take()
	s := r.awaitScreen(flow.OnScreen)
	r.emit(flow.NumberNoted{})
	o.awaitRequest(protocol.MethodTicketConfirm, s.Ticket.ID, `"shown"`)

	if err := device.Set(emulator.PaperOut, false); err != nil {
		t.Fatal(err)
	}
	r.await("report that there is paper again", func(flow.State) bool {
		reports := o.reports()
		return reports[len(reports)-1] == ""
	})
	r.emit(flow.Another{}, flow.ChooseService{ID: "kk"}, flow.TakeTicket{})
	r.await("a slip", func(s flow.State) bool { return s.Screen == flow.Done && !s.Shown })
	slips := device.Slips()
	if len(slips) == 0 || !strings.Contains(text(slips[len(slips)-1]), "A-002") {
		t.Fatalf("%d slips", len(slips))
	}
}

func TestTheCableIsPulledInTheMiddleOfASlip(t *testing.T) {
	o := newOffice(t)
	device, use := plugIn(t, "clone-80", 9600) // slow enough to be caught in the middle
	r := start(t, o, use)
	o.awaitRequest(protocol.MethodDeviceReport, `"printer"`) // the line is up
	r.ready()
	before := device.Stats().Received
	r.take()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := device.WaitReceived(ctx, before+100); err != nil {
		t.Fatal(err)
	}
	if err := device.Set(emulator.Unplugged, true); err != nil {
		t.Fatal(err)
	}
	s := r.awaitScreen(flow.OnScreen)
	o.awaitRequest(protocol.MethodDeviceReport, `"unplugged"`)
	r.emit(flow.Finish{}) // with a piece that has no number on it
	o.awaitRequest(protocol.MethodTicketCancel, s.Ticket.ID)
	r.awaitScreen(flow.Attract)

	if err := device.Set(emulator.Unplugged, false); err != nil {
		t.Fatal(err)
	}
	r.await("report that the cable is back", func(flow.State) bool {
		reports := o.reports()
		return reports[len(reports)-1] == ""
	})
	r.take()
	s = r.awaitScreen(flow.Done)
	slips := device.Slips()
	if len(slips) == 0 || !strings.Contains(text(slips[len(slips)-1]), s.Ticket.Number) || s.Shown {
		t.Fatalf("the next slip is not whole: %d slips", len(slips))
	}
}

func TestASlipThatNobodyTakesGivesItsNumberBack(t *testing.T) {
	o := newOffice(t)
	device, use := plugInWith(t, "custom-kpm", 115200, printer.Config{PresentFor: 3 * time.Second})
	r := start(t, o, use)
	if err := device.Set(emulator.SlipLeft, true); err != nil {
		t.Fatal(err)
	}
	r.take()
	s := r.awaitScreen(flow.Done)
	o.awaitRequest(protocol.MethodTicketCancel, s.Ticket.ID)
	if n := o.count(protocol.MethodTicketConfirm); n != 0 {
		t.Errorf("%d confirmations of a number that nobody holds", n)
	}
	if n := device.TakenBack(); n != 1 {
		t.Errorf("%d slips were taken back", n)
	}

	if err := device.Set(emulator.SlipLeft, false); err != nil {
		t.Fatal(err)
	}
	r.emit(flow.Another{}, flow.ChooseService{ID: "kk"}, flow.TakeTicket{})
	r.await("second slip", func(s flow.State) bool { return s.Screen == flow.Done && s.Ticket.Number == "A-002" })
	o.awaitRequest(protocol.MethodTicketConfirm, `"printed"`)
}

func TestASlipThatMayBeOutIsCountedOnlyIfItsNumberIs(t *testing.T) {
	o := newOffice(t)
	device, use := plugIn(t, "epson-tm-t82", 115200)
	r := start(t, o, use)
	r.ready()
	if err := device.Set(emulator.CutterJam, true); err != nil {
		t.Fatal(err)
	}
	r.take()
	s := r.awaitScreen(flow.OnScreen)
	r.emit(flow.Finish{}) // the whole slip hangs out, and she tears it off
	o.awaitRequest(protocol.MethodTicketConfirm, s.Ticket.ID, `"printed"`)
}
