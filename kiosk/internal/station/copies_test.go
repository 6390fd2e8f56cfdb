package station

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

const foundToken = "7K3QXW9ZB4MNA"

// keeps has the office find one ticket, A-017 with the code 4MNA, in a state.
func (o *office) keeps(state string) {
	o.on(protocol.MethodTicketFind, func(_ *websocket.Conn, f protocol.Frame) (any, *protocol.Error) {
		var p protocol.FindParams
		if err := json.Unmarshal(f.Params, &p); err != nil {
			return nil, &protocol.Error{Code: protocol.CodeParamsInvalid}
		}
		if p.Token != foundToken && (p.Number != "A-017" || p.Code != "4MNA") {
			return nil, &protocol.Error{Code: protocol.CodeTicketNotFound}
		}
		return protocol.FindResult{
			TicketID: "t17", Number: "A-017", ServiceID: "ktp", Address: "HTTP://127.0.0.1/T/" + foundToken, State: state,
			Ahead: 2, IssuedAt: "2026-11-23T09:12:00+08:00",
		}, nil
	})
}

// typeIn taps the way to a ticket that is looked for.
func (r *rig) typeIn(number, code string) {
	r.t.Helper()
	r.ready()
	r.emit(flow.Touch{}, flow.OpenFind{})
	for _, key := range number + code {
		r.emit(flow.TypeKey{Key: string(key)})
	}
	r.emit(flow.SendFind{})
}

// awaitRequest waits until a method was asked for.
func (o *office) awaitRequest(method string, parts ...string) {
	o.t.Helper()
	o.awaitRequests(1, method, parts...)
}

// awaitRequests waits until a method was asked for n times.
func (o *office) awaitRequests(n int, method string, parts ...string) {
	o.t.Helper()
	late := time.AfterFunc(patience, o.changed.Broadcast)
	defer late.Stop()
	end := time.Now().Add(patience)
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.counted(method, parts) < n {
		if !time.Now().Before(end) {
			o.t.Fatalf("%s %v was not asked for; what was: %s", method, parts, raw(o.asked))
		}
		o.changed.Wait()
	}
}

func TestACopyOnPaperFromNumberAndCode(t *testing.T) {
	o := newOffice(t)
	o.keeps("waiting")
	device, use := plugIn(t, "epson-tm-t82", 115200)
	r := start(t, o, use)
	r.typeIn("A017", "4MNA")
	if s := r.awaitScreen(flow.FoundTicket); s.Found.Number != "A-017" || s.Found.Ahead != 2 {
		t.Errorf("found %+v", s.Found)
	}
	r.emit(flow.TakeCopy{})
	r.await("copy", func(s flow.State) bool { return s.Copy == flow.CopyDone })
	slips := device.Slips()
	if len(slips) != 1 {
		t.Fatalf("%d slips", len(slips))
	}
	got := text(slips[0])
	for _, want := range []string{"A-017", "KTP-el", "Kode: 4MNA", "23-11-2026 09.12"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not on the copy: %s", want, got)
		}
	}
	if strings.Count(got, "SALINAN") != 2 {
		t.Errorf("the copy is not marked: %s", got)
	}
	if o.count(protocol.MethodTicketReprint, "t17") != 1 || o.count(protocol.MethodTicketIssue) != 0 || o.count(protocol.MethodTicketConfirm) != 0 {
		t.Error("a copy is recorded once, and touches no number")
	}
}

func TestAWrongCodeFindsNothing(t *testing.T) {
	o := newOffice(t)
	o.keeps("waiting")
	r := start(t, o)
	r.typeIn("A017", "XXXX")
	r.await("sentence", func(s flow.State) bool { return s.Screen == flow.FindTicket && s.Find.Problem == flow.FindWrong })
}

func TestAServerThatRecordsNoCopyGetsNonePrinted(t *testing.T) {
	o := newOffice(t)
	o.keeps("waiting")
	o.on(protocol.MethodTicketReprint, func(*websocket.Conn, protocol.Frame) (any, *protocol.Error) {
		return nil, &protocol.Error{Code: "ticket_state"}
	})
	r := start(t, o)
	r.ready()
	r.emit(flow.Scanned{Token: foundToken})
	r.awaitScreen(flow.FoundTicket)
	r.emit(flow.TakeCopy{})
	r.await("failure", func(s flow.State) bool { return s.Copy == flow.CopyFailed })
	if n := r.printer.printed(); n != 0 {
		t.Errorf("%d copies were printed without a record", n)
	}
}

// order puts a job into the view; again and again in one with other news.
func (o *office) order(id, device string) {
	o.show(func(v *protocol.KioskView) {
		v.Prints = append(v.Prints, protocol.PrintJob{
			ID: id, DeviceID: device, TicketID: "t17", Number: "A-017", ServiceID: "ktp",
			Address: "HTTP://127.0.0.1/T/" + foundToken, IssuedAt: "2026-11-23T09:12:00+08:00",
		})
	})
}

// text is all that was printed.
func (p *memoryPrinter) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprint(p.docs)
}

func TestAnOfficersCopyOfACalledTicketSaysWhere(t *testing.T) {
	o := newOffice(t)
	r := start(t, o)
	r.ready()
	o.show(func(v *protocol.KioskView) {
		v.Prints = []protocol.PrintJob{{ID: "j1", DeviceID: "k1", TicketID: "t17", Number: "A-017", ServiceID: "ktp", State: "called", Counter: 4, IssuedAt: "2026-11-23T09:12:00+08:00"}}
	})
	o.awaitRequest(protocol.MethodTicketPrinted, `"j1"`)
	if doc := r.printer.text(); !strings.Contains(doc, "Dipanggil di loket 4") {
		t.Errorf("printed %s", doc)
	}
}

func TestAnOfficersCopyIsPrintedOnceAndAnswered(t *testing.T) {
	o := newOffice(t)
	r := start(t, o)
	r.ready()
	o.order("j0", "another kiosk")
	o.order("j1", "k1")
	o.awaitRequest(protocol.MethodTicketPrinted, `"j1"`)
	o.show(func(v *protocol.KioskView) { v.NowServing = []protocol.Serving{{Number: "A-001", Counter: 1}} }) // j1 is still there
	o.order("j2", "k1")
	o.awaitRequest(protocol.MethodTicketPrinted, `"j2"`)
	if n := r.printer.printed(); n != 2 {
		t.Errorf("%d copies", n)
	}
	if o.count(protocol.MethodTicketPrinted, "cause") != 0 || o.count(protocol.MethodTicketReprint) != 0 {
		t.Error("a job that went well has a cause, or was recorded a second time")
	}
	if s := r.await("dark screen", func(s flow.State) bool { return s.Screen == flow.Attract }); s.Found.ID != "" {
		t.Error("an officer's copy shows on the screen")
	}
}

func TestAnOfficersCopyThatFailsNamesItsCause(t *testing.T) {
	o := newOffice(t)
	device, use := plugIn(t, "epson-tm-t82", 115200)
	r := start(t, o, use)
	r.ready()
	if err := device.Set(emulator.PaperOut, true); err != nil {
		t.Fatal(err)
	}
	o.order("j1", "k1")
	o.awaitRequest(protocol.MethodTicketPrinted, `"j1"`, `"`+string(drivers.PaperOut)+`"`)
	o.awaitRequest(protocol.MethodDeviceReport, `"paper_out"`)
}
