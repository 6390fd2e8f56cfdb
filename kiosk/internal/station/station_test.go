package station

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"loket/drivers"
	"loket/kiosk/internal/flow"
	"loket/kiosk/internal/spool"
	"loket/queue-server/protocol"
)

func containsAll(s string, parts []string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(s, p) })
}

// awaitRecord waits until the spool's file has so many lines with a stage.
func (r *rig) awaitRecord(stage spool.Stage, lines int) {
	r.t.Helper()
	r.await("record "+string(stage), func(flow.State) bool {
		raw, err := os.ReadFile(r.path)
		return err == nil && strings.Count(string(raw), " "+string(stage)+" ") == lines
	})
}

func TestATicketFromTouchToConfirmation(t *testing.T) {
	o := newOffice(t)
	r := start(t, o)
	r.take()
	s := r.awaitScreen(flow.Done)
	if s.Ticket.Number != "A-001" {
		t.Errorf("number %q", s.Ticket.Number)
	}
	if zone := s.Now.Location().String(); zone != "Asia/Makassar" {
		t.Errorf("the clock is that of %s", zone)
	}
	o.awaitRequest(protocol.MethodTicketConfirm, s.Ticket.ID, `"printed"`)
	if n := r.printer.printed(); n != 1 {
		t.Errorf("%d slips", n)
	}
	r.awaitRecord(spool.Done, 1)
	o.awaitRequest(protocol.MethodDeviceReport, `"printer"`)
}

func TestAnImpatientFingerGetsOneTicket(t *testing.T) {
	o := newOffice(t)
	r := start(t, o)
	r.take()
	r.emit(flow.TakeTicket{}, flow.TakeTicket{}, flow.TakeTicket{})
	r.awaitScreen(flow.Done)
	if n := o.count(protocol.MethodTicketIssue); n != 1 {
		t.Errorf("%d tickets were asked for", n)
	}
}

func TestWithoutASlipTheNumberIsShownAndStaffHear(t *testing.T) {
	o := newOffice(t)
	r := start(t, o)
	r.printer.fail(func(context.Context) error { return &drivers.ConditionError{Condition: drivers.PaperOut} })
	r.take()
	s := r.awaitScreen(flow.OnScreen)
	o.awaitRequest(protocol.MethodDeviceReport, `"paper_out"`)
	r.emit(flow.NumberNoted{})
	o.awaitRequest(protocol.MethodTicketConfirm, s.Ticket.ID, `"shown"`)
	if n := o.count(protocol.MethodTicketCancel); n != 0 {
		t.Errorf("%d cancellations", n)
	}

	r.printer.fail(nil)
	r.emit(flow.Another{}, flow.ChooseService{ID: "kk"}, flow.TakeTicket{})
	r.await("second slip", func(s flow.State) bool { return s.Screen == flow.Done && s.Ticket.Number == "A-002" })
	o.awaitRequest(protocol.MethodTicketConfirm, `"printed"`)
}

func TestWalkingAwayFromTheScreenGivesTheNumberBack(t *testing.T) {
	o := newOffice(t)
	r := start(t, o)
	r.printer.fail(func(context.Context) error { return &drivers.ConditionError{Condition: drivers.CoverOpen} })
	r.take()
	s := r.awaitScreen(flow.OnScreen)
	r.emit(flow.Finish{})
	o.awaitRequest(protocol.MethodTicketCancel, s.Ticket.ID)
	if n := o.count(protocol.MethodTicketConfirm); n != 0 {
		t.Errorf("%d confirmations", n)
	}
}

func TestAPieceOfASlipCountsIfItsNumberIsOnIt(t *testing.T) {
	for mark, method := range map[drivers.Reach]string{
		drivers.Reached:      protocol.MethodTicketConfirm,
		drivers.NotReached:   protocol.MethodTicketCancel,
		drivers.ReachUnknown: protocol.MethodTicketCancel,
	} {
		t.Run("mark "+string(mark), func(t *testing.T) {
			o := newOffice(t)
			r := start(t, o)
			r.printer.fail(func(context.Context) error {
				return &drivers.ConditionError{Condition: drivers.Cutter, Sent: true, Mark: mark}
			})
			r.take()
			s := r.awaitScreen(flow.OnScreen)
			r.emit(flow.Finish{})
			o.awaitRequest(method, s.Ticket.ID)
		})
	}
}

func TestAPrinterKnownToBeDownIsNotTried(t *testing.T) {
	o := newOffice(t)
	r := start(t, o)
	r.printer.conditions <- drivers.CoverOpen
	o.awaitRequest(protocol.MethodDeviceReport, `"cover_open"`)
	r.take()
	r.awaitScreen(flow.OnScreen)
	if n := r.printer.printed(); n != 0 {
		t.Errorf("%d slips were tried", n)
	}
	r.printer.conditions <- drivers.Ready
	r.await("cleared fault", func(flow.State) bool {
		reports := o.reports()
		return len(reports) > 1 && reports[len(reports)-1] == ""
	})
}

// reports are the causes of the device reports so far.
func (o *office) reports() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var causes []string
	for _, f := range o.asked {
		if f.Method != protocol.MethodDeviceReport {
			continue
		}
		var p protocol.ReportParams
		if err := json.Unmarshal(f.Params, &p); err != nil {
			o.t.Error(err)
		}
		causes = append(causes, p.Cause)
	}
	return causes
}

func TestAKioskWithoutAPrinterShowsNumbers(t *testing.T) {
	o := newOffice(t)
	r := start(t, o, func(_ *rig, c *Config) { c.Printer = nil })
	r.take()
	r.awaitScreen(flow.OnScreen)
}

func TestAConfirmationSurvivesABrokenLineAndAServerInTrouble(t *testing.T) {
	o := newOffice(t)
	tries := 0
	o.on(protocol.MethodTicketConfirm, func(ws *websocket.Conn, _ protocol.Frame) (any, *protocol.Error) {
		tries++
		switch tries {
		case 1:
			_ = ws.Close() // the reply is lost
			return protocol.Empty{}, nil
		case 2:
			return nil, &protocol.Error{Code: protocol.CodeNotDurable}
		}
		return protocol.Empty{}, nil
	})
	r := start(t, o)
	r.take()
	r.awaitScreen(flow.Done)
	r.awaitRecord(spool.Done, 1)
	if n := o.count(protocol.MethodTicketConfirm); n < 3 {
		t.Errorf("confirmed after %d tries", n)
	}
}

func TestAServerThatDoesNotAnswerSendsToAnOfficer(t *testing.T) {
	o := newOffice(t)
	o.on(protocol.MethodTicketIssue, func(ws *websocket.Conn, _ protocol.Frame) (any, *protocol.Error) {
		_ = ws.Close()
		return nil, &protocol.Error{Code: protocol.CodeInternal} // never arrives
	})
	r := start(t, o, func(_ *rig, c *Config) { c.reserveWithin = 300 * time.Millisecond })
	r.take()
	if s := r.awaitScreen(flow.Trouble); s.Trouble != flow.TroubleServer {
		t.Errorf("trouble %q", s.Trouble)
	}
	o.awaitRequest(protocol.MethodTicketCancel) // the number may exist
}

func TestARefusalIsWorded(t *testing.T) {
	o := newOffice(t)
	o.on(protocol.MethodTicketIssue, func(*websocket.Conn, protocol.Frame) (any, *protocol.Error) {
		return nil, &protocol.Error{Code: "quota_full"}
	})
	r := start(t, o)
	r.take()
	if s := r.awaitScreen(flow.Trouble); s.Trouble != flow.TroubleClosed || s.ClosedCode != "quota_full" {
		t.Errorf("trouble %q %q", s.Trouble, s.ClosedCode)
	}
	if n := o.count(protocol.MethodTicketCancel); n != 0 {
		t.Error("a number that was never given was cancelled")
	}
}

func TestTheScreenSaysWhenTheLineIsDown(t *testing.T) {
	o := newOffice(t)
	r := start(t, o)
	r.ready()
	o.mu.Lock()
	o.shut = true
	o.mu.Unlock()
	o.drop()
	s := r.await("stale view", func(s flow.State) bool { return !s.Online })
	if !s.Ready || s.Live.CatalogVersion == "" || s.LiveAt.IsZero() {
		t.Error("the last good view is gone")
	}
	o.mu.Lock()
	o.shut = false
	o.mu.Unlock()
	r.await("fresh view", func(s flow.State) bool { return s.Online })
}

func TestANewCatalogueIsFetched(t *testing.T) {
	o := newOffice(t)
	r := start(t, o)
	r.ready()
	o.show(func(v *protocol.KioskView) { v.CatalogVersion = "v2" })
	r.await("new catalogue", func(s flow.State) bool { return s.Catalog.Version == "v2" })
}

func TestAViewThatCannotBeReadKeepsTheLastOne(t *testing.T) {
	o := newOffice(t)
	r := start(t, o)
	r.ready()
	o.mu.Lock()
	for ws, writing := range o.conns {
		writing.Lock()
		if err := ws.WriteJSON(protocol.Frame{Type: protocol.TypeView, Seq: 3, View: json.RawMessage(`{"services":7}`)}); err != nil {
			t.Error(err)
		}
		writing.Unlock()
	}
	o.mu.Unlock()
	s := r.await("stale view", func(s flow.State) bool { return !s.Online })
	if len(s.Live.Services) != 2 {
		t.Error("the last good view is gone")
	}
}

func TestWhatACrashLeftBehindIsSettled(t *testing.T) {
	o := newOffice(t)
	const (
		crashed   = "019aab10-0000-7000-8000-000000000001" // 29 s before the start
		powerless = "019aab0f-fc00-7000-8000-000000000001" // a second more
	)
	path := t.TempDir() + "/spool"
	before, _, err := spool.Open(path, discard)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		before.Put("out", spool.Printing), before.Put("out", spool.Printed),
		before.Put("noted", spool.Shown),
		before.Put(crashed, spool.Printing),
		before.Put(powerless, spool.Printing),
		before.Put("ended", spool.Printed), before.Put("ended", spool.Done),
		before.Close())
	if err != nil {
		t.Fatal(err)
	}
	r := startAt(t, o, path, func(_ *rig, c *Config) {
		c.Now = func() time.Time { return time.UnixMilli(0x019a_ab10_0000 + 29_000) }
	})
	o.awaitRequest(protocol.MethodTicketConfirm, `"out"`, `"printed"`)
	o.awaitRequest(protocol.MethodTicketConfirm, `"noted"`, `"shown"`)
	o.awaitRequest(protocol.MethodTicketConfirm, crashed, `"printed"`) // the printer had it
	o.awaitRequest(protocol.MethodTicketCancel, powerless)
	r.awaitRecord(spool.Done, 4)
	if n := o.count(protocol.MethodTicketConfirm, `"ended"`); n != 0 {
		t.Error("a settled ticket was settled again")
	}
}

func TestASlipOutWhileTheServerIsGoneIsConfirmedByTheNextRun(t *testing.T) {
	o := newOffice(t)
	o.on(protocol.MethodTicketConfirm, func(ws *websocket.Conn, _ protocol.Frame) (any, *protocol.Error) {
		_ = ws.Close()
		return protocol.Empty{}, nil
	})
	path := t.TempDir() + "/spool"
	first := startAt(t, o, path)
	first.take()
	s := first.awaitScreen(flow.Done)
	first.awaitRecord(spool.Printed, 1)
	first.stop()

	o.on(protocol.MethodTicketConfirm, nil)
	was := o.count(protocol.MethodTicketConfirm)
	second := startAt(t, o, path)
	if want := []spool.Record{{TicketID: s.Ticket.ID, Stage: spool.Printed}}; !slices.Equal(second.pending, want) {
		t.Fatalf("the spool held %v", second.pending)
	}
	second.awaitRecord(spool.Done, 1)
	if n := o.count(protocol.MethodTicketConfirm, s.Ticket.ID, `"printed"`); n <= was {
		t.Error("not confirmed by the next run")
	}
}

func TestStoppingWaitsForTheSlip(t *testing.T) {
	o := newOffice(t)
	r := start(t, o)
	begun, finish := make(chan struct{}), make(chan struct{})
	r.printer.fail(func(ctx context.Context) error {
		close(begun)
		<-finish
		return ctx.Err()
	})
	r.take()
	<-begun
	r.cancel()
	select {
	case <-r.ended:
		t.Fatal("stopped with half a slip out")
	case <-time.After(50 * time.Millisecond): // long enough to catch one that does not wait, most times
	}
	close(finish)
	<-r.ended
	raw, err := os.ReadFile(r.path)
	if err != nil || !strings.Contains(string(raw), " printed ") {
		t.Errorf("the slip is not on record: %q %v", raw, err)
	}
}

func TestAPanicInTheDriverDoesNotEndTheKiosk(t *testing.T) {
	o := newOffice(t)
	r := start(t, o)
	r.printer.fail(func(context.Context) error { panic("driver") })
	r.take()
	r.awaitScreen(flow.OnScreen)
	r.emit(flow.Finish{})
	r.awaitScreen(flow.Attract)
}

func TestBridgeDrawsTheNewestStateOnce(t *testing.T) {
	var queue []func()
	var drawn []int
	show := bridge(func(f func()) { queue = append(queue, f) }, func(s flow.State) { drawn = append(drawn, s.Page) })
	for page := range 3 {
		show(flow.State{Page: page})
	}
	for _, f := range queue {
		f()
	}
	show(flow.State{Page: 3})
	queue[len(queue)-1]()
	if !slices.Equal(drawn, []int{2, 3}) {
		t.Errorf("drawn %v", drawn)
	}
}

func TestTheScreenOutlastsItsWork(t *testing.T) {
	if reserveTimeout >= flow.PrintingTime || printTimeout >= flow.PrintingTime {
		t.Error("the printing screen ends before the number or the slip is there")
	}
}
