package queue

import (
	"fmt"
	"testing"
)

// The ticket "x" is brought into each state; c1 with officer ana is where it was called.
var ticketStates = map[string]func(*world){
	"none":         func(*world) {},
	"printing":     func(w *world) { w.issue("x", "ktp") },
	"waiting":      func(w *world) { w.wait("x", "ktp") },
	"called":       func(w *world) { w.wait("x", "ktp"); w.next("c1") },
	"serving":      func(w *world) { w.wait("x", "ktp"); w.next("c1"); w.do(&StartTicket{w.by("ana"), "c1"}) },
	"held":         func(w *world) { w.wait("x", "ktp"); w.next("c1"); w.do(&HoldTicket{w.by("ana"), "c1"}) },
	"no_show":      func(w *world) { w.wait("x", "ktp"); w.next("c1"); w.do(&NoShowTicket{w.by("ana"), "c1"}) },
	"completed":    func(w *world) { w.wait("x", "ktp"); w.serve("c1", 0) },
	"cancelled":    func(w *world) { w.wait("x", "ktp"); w.do(&CancelTicket{w.by(""), "x", "citizen"}) },
	"dropped":      func(w *world) { w.issue("x", "ktp"); w.do(&CancelTicket{w.by(""), "x", "citizen"}) }, // before it was confirmed
	"lapsed":       func(w *world) { w.issue("x", "ktp"); w.later(reservationLife); w.do(&Tick{w.by("")}) },
	"elsewhere":    func(w *world) { w.wait("x", "ktp"); w.next("c2") }, // called at c2
	"served there": func(w *world) { w.wait("x", "ktp"); w.next("c2"); w.do(&StartTicket{w.by("budi"), "c2"}) },
}

// The commands, all of officer ana at c1 where a counter is meant.
var ticketCommands = map[string]func(*world) Command{
	"issue":         func(w *world) Command { return &IssueTicket{w.by(""), "x", "ktp", "kiosk", "", "", 0} },
	"issue other":   func(w *world) Command { return &IssueTicket{w.by(""), "x", "kk", "kiosk", "", "", 0} },
	"confirm":       func(w *world) Command { return &ConfirmTicket{w.by(""), "x", "shown"} },
	"call next":     func(w *world) Command { return &CallNext{w.by("ana"), "c1", w.call()} },
	"call":          func(w *world) Command { return &CallTicket{w.by("ana"), "c1", "x", w.call()} },
	"recall":        func(w *world) Command { return &RecallTicket{w.by("ana"), "c1", w.call()} },
	"start":         func(w *world) Command { return &StartTicket{w.by("ana"), "c1"} },
	"hold":          func(w *world) Command { return &HoldTicket{w.by("ana"), "c1"} },
	"resume":        func(w *world) Command { return &ResumeTicket{w.by("ana"), "c1", "x"} },
	"transfer":      func(w *world) Command { return &TransferTicket{w.by("ana"), "c1", "pbb"} },
	"transfer same": func(w *world) Command { return &TransferTicket{w.by("ana"), "c1", "ktp"} },
	"no-show":       func(w *world) Command { return &NoShowTicket{w.by("ana"), "c1"} },
	"requeue":       func(w *world) Command { return &RequeueTicket{w.by("ana"), "x"} },
	"complete":      func(w *world) Command { return &CompleteTicket{w.by("ana"), "c1"} },
	"cancel":        func(w *world) Command { return &CancelTicket{w.by(""), "x", "test"} },
	"cancel by ana": func(w *world) Command { return &CancelTicket{w.by("ana"), "x", "test"} },
	"reprint":       func(w *world) Command { return &ReprintTicket{w.by("ana"), "x", "kiosk"} },
	"identify":      func(w *world) Command { return &IdentifyTicket{w.by("ana"), "x", "p1"} },
	"close counter": func(w *world) Command { return &CloseCounter{w.by("ana"), "c1"} },
	"pause counter": func(w *world) Command { return &PauseCounter{w.by("ana"), "c1"} },
}

// matrix says what each command does in each state: a kind of event, a code, or "same" for
// accepted without an event. Columns are in the order of matrixColumns.
var matrixColumns = []string{
	"none", "printing", "waiting", "called", "serving", "held", "no_show", "completed", "cancelled", "dropped", "lapsed", "elsewhere", "served there",
}

const (
	unknown = string(CodeTicketUnknown)
	state   = string(CodeTicketState)
	idle    = string(CodeCounterIdle)
	busy    = string(CodeCounterBusy)
	empty   = string(CodeQueueEmpty)
	away    = string(CodeTicketNotWaiting)
	issued  = string(CodeAlreadyIssued)
	bad     = string(CodeBadCommand)
	copied  = string(TicketReprinted)
	named   = string(TicketIdentified)
)

var matrix = map[string][]string{
	//                none             printing            waiting              called                 serving              held                 no_show            completed  cancelled  dropped  lapsed  elsewhere  served there
	"issue":         {"ticket.issued", "same", "same", "same", "same", "same", "same", "same", "same", "same", "same", "same", "same"},
	"issue other":   {"ticket.issued", issued, issued, issued, issued, issued, issued, issued, issued, issued, issued, issued, issued},
	"confirm":       {unknown, "ticket.confirmed", "same", "same", "same", "same", "same", "same", "same", state, "ticket.confirmed", "same", "same"},
	"call next":     {empty, empty, "ticket.called", busy, busy, empty, empty, empty, empty, empty, empty, empty, empty},
	"call":          {unknown, away, "ticket.called", busy, busy, "ticket.called", "ticket.called", away, away, away, away, away, away},
	"recall":        {idle, idle, idle, "ticket.recalled", state, idle, idle, idle, idle, idle, idle, idle, idle},
	"start":         {idle, idle, idle, "ticket.started", "same", idle, idle, idle, idle, idle, idle, idle, idle},
	"hold":          {idle, idle, idle, "ticket.held", "ticket.held", idle, idle, idle, idle, idle, idle, idle, idle},
	"resume":        {unknown, state, state, busy, "same", "ticket.resumed", state, state, state, state, state, state, state},
	"transfer":      {idle, idle, idle, "ticket.transferred", "ticket.transferred", idle, idle, idle, idle, idle, idle, idle, idle},
	"transfer same": {idle, idle, idle, bad, bad, idle, idle, idle, idle, idle, idle, idle, idle},
	"no-show":       {idle, idle, idle, "ticket.no_show", state, idle, idle, idle, idle, idle, idle, idle, idle},
	"requeue":       {unknown, state, "same", state, state, "ticket.requeued", "ticket.requeued", state, state, state, state, state, state},
	"complete":      {idle, idle, idle, state, "ticket.completed", idle, idle, idle, idle, idle, idle, idle, idle},
	"cancel":        {unknown, "ticket.cancelled", "ticket.cancelled", state, state, "ticket.cancelled", "ticket.cancelled", state, "same", "same", state, state, state},
	"cancel by ana": {unknown, "ticket.cancelled", "ticket.cancelled", "ticket.cancelled", state, "ticket.cancelled", "ticket.cancelled", state, "same", "same", state, state, state},
	"reprint":       {unknown, state, copied, copied, copied, copied, copied, state, state, state, state, copied, copied},
	"identify":      {unknown, named, named, named, named, named, named, state, state, state, state, named, named},
	"close counter": {"counter.closed", "counter.closed", "counter.closed", busy, busy, "counter.closed", "counter.closed", "counter.closed", "counter.closed", "counter.closed", "counter.closed", "counter.closed", "counter.closed"},
	"pause counter": {"counter.paused", "counter.paused", "counter.paused", "counter.paused", "counter.paused", "counter.paused", "counter.paused", "counter.paused", "counter.paused", "counter.paused", "counter.paused", "counter.paused", "counter.paused"},
}

func TestEveryCommandInEveryState(t *testing.T) {
	if len(matrix) != len(ticketCommands) || len(matrixColumns) != len(ticketStates) {
		t.Fatalf("the matrix is %d x %d, there are %d commands and %d states", len(matrix), len(matrixColumns), len(ticketCommands), len(ticketStates))
	}
	for command, row := range matrix {
		for i, want := range row {
			in := matrixColumns[i]
			t.Run(command+" when "+in, func(t *testing.T) {
				w := newWorld(t, testCatalog(), monday)
				w.open("c1", "ana")
				w.open("c2", "budi")
				ticketStates[in](w)
				c := ticketCommands[command](w)
				events, first, err := w.o.Decide(c, w.at)
				if got := outcome(events, err); got != want {
					t.Fatalf("%s, want %s", got, want)
				}
				if err != nil {
					w.refused(c, Code(want))
					return
				}
				w.do(c)
				if again := w.quiet(c); again != first {
					t.Fatalf("the repeat gives %v, the first gave %v", again, first)
				}
			})
		}
	}
}

func outcome(events []Event, err error) string {
	switch {
	case err != nil:
		return string(codeOf(err))
	case len(events) == 0:
		return "same"
	case len(events) == 1:
		return string(events[0].Kind)
	default:
		return fmt.Sprint(kinds(events))
	}
}

func TestCountersAreTakenByOneOfficerEach(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.wait("x", "ktp")
	w.refused(&CallNext{w.by("ana"), "c1", "k1"}, CodeCounterClosed)
	w.refused(&PauseCounter{w.by("ana"), "c1"}, CodeCounterClosed)
	w.quiet(&CloseCounter{w.by("ana"), "c1"})
	w.refused(&OpenCounter{w.by("ana"), "c9", "ana"}, CodeCounterUnknown)
	w.open("c1", "ana")
	w.quiet(&OpenCounter{w.by("ana"), "c1", "ana"})
	w.refused(&OpenCounter{w.by("ana"), "c2", "ana"}, CodeOfficerElsewhere)
	w.refused(&OpenCounter{w.by("budi"), "c1", "budi"}, CodeCounterTaken)
	w.refused(&CallNext{w.by("budi"), "c1", "k1"}, CodeCounterTaken)
	w.refused(&CloseCounter{w.by("budi"), "c1"}, CodeCounterTaken)

	w.do(&PauseCounter{w.by("ana"), "c1"})
	w.quiet(&PauseCounter{w.by("ana"), "c1"})
	w.refused(&CallNext{w.by("ana"), "c1", "k1"}, CodeCounterPaused)
	w.refused(&CallTicket{w.by("ana"), "c1", "x", "k1"}, CodeCounterPaused)
	w.refused(&OpenCounter{w.by("budi"), "c1", "budi"}, CodeCounterTaken)
	w.refused(&OpenCounter{w.by("ana"), "c2", "ana"}, CodeOfficerElsewhere)
	w.open("c1", "ana")

	w.next("c1")
	w.do(&PauseCounter{w.by("ana"), "c1"}) // what is begun can be ended
	w.do(&StartTicket{w.by("ana"), "c1"})
	w.do(&CompleteTicket{w.by("ana"), "c1"})
	w.do(&CloseCounter{w.by("ana"), "c1"})
	w.open("c1", "budi")
	w.open("c2", "ana")
}

func TestIncompleteCommandsAreRefused(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.open("c1", "ana")
	anonymous := Header{ID: "a", Actor: Actor{}}
	nameless := Header{Actor: Actor{Kind: BySystem}}
	for _, c := range []Command{
		nil,
		&IssueTicket{nameless, "x", "ktp", "kiosk", "", "", 0},
		&IssueTicket{anonymous, "x", "ktp", "kiosk", "", "", 0},
		&IssueTicket{w.by(""), "", "ktp", "kiosk", "", "", 0},
		&IssueTicket{w.by(""), "x", "", "kiosk", "", "", 0},
		&IssueTicket{w.by(""), "x", "ktp", "kiosk", "", "", -1},
		&ConfirmTicket{w.by(""), "x", "guessed"},
		&ConfirmTicket{w.by(""), "", "shown"},
		&CallNext{w.by("ana"), "c1", ""},
		&CallNext{w.by("ana"), "", "k"},
		&CallTicket{w.by("ana"), "c1", "", "k"},
		&RecallTicket{w.by("ana"), "c1", ""},
		&ResumeTicket{w.by("ana"), "c1", ""},
		&RequeueTicket{w.by("ana"), ""},
		&ReprintTicket{w.by("ana"), "", "kiosk"},
		&ReprintTicket{w.by("ana"), "x", ""},
		&IdentifyTicket{w.by("ana"), "", "p1"},
		&IdentifyTicket{w.by("ana"), "x", ""},
		&CancelTicket{w.by("ana"), "", ""},
		&OpenCounter{w.by("ana"), "", "ana"},
		&OpenCounter{w.by("ana"), "c2", ""},
		&ReportDevice{w.by(""), "", true},
		&ReportTrouble{w.by(""), "kiosk", "", "paper_out"},
		&ReportTrouble{w.by(""), "", "printer", "paper_out"},
	} {
		w.refused(c, CodeBadCommand)
	}
	w.refused(&IssueTicket{w.by(""), "x", "sim", "kiosk", "", "", 0}, CodeServiceUnknown)
	w.wait("x", "ktp")
	w.next("c1")
	w.refused(&TransferTicket{w.by("ana"), "c1", ""}, CodeBadCommand)
	w.refused(&TransferTicket{w.by("ana"), "c1", "sim"}, CodeServiceUnknown)
}

func TestAnOfficeWithoutACatalogueDoesNothing(t *testing.T) {
	w := &world{tb: t, o: New(), at: monday}
	w.quiet(&Tick{w.by("")})
	w.refused(&IssueTicket{w.by(""), "x", "ktp", "kiosk", "", "", 0}, CodeServiceUnknown)
	w.refused(&OpenCounter{w.by("ana"), "c1", "ana"}, CodeCounterUnknown)
	w.refused(&ChangeCatalog{w.by(""), Catalog{}}, CodeCatalogInvalid)
	if len(w.o.EstimateNew(monday)) != 0 || w.o.NextFor("c1", monday) != nil || len(w.o.Waiting()) != 0 {
		t.Fatal("there is something in an empty office")
	}
}
