package queue

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

// testCatalog is a hall of two agencies: ktp and kk share series A, counters 1 and 2 serve both in one
// tier; pbb is series B at counter 3, which helps with ktp when pbb is empty.
func testCatalog() Catalog {
	always := []Span{{"00:00", "24:00"}}
	week := map[string][]Span{}
	for _, d := range weekdays {
		week[d] = always
	}
	service := func(id, agency, series string, minutes int) Service {
		return Service{
			ID: ServiceID(id), AgencyID: AgencyID(agency), Series: series, ZoneID: "hall",
			Name: Text{ID: "Layanan " + id}, StandardMinutes: minutes,
		}
	}
	counter := func(n int, agency string, tiers ...Tier) Counter {
		return Counter{ID: CounterID(fmt.Sprintf("c%d", n)), Number: n, AgencyID: AgencyID(agency), ZoneID: "hall", Tiers: tiers}
	}
	return Catalog{
		Office: OfficeInfo{
			ID: "office", Name: Text{ID: "Kantor Uji"}, TimeZone: "Asia/Jakarta",
			NoShowPenaltyMinutes: 10, MaxHeadStartMinutes: 15,
		},
		Zones: []Zone{{"hall", Text{ID: "Aula"}}},
		Agencies: []Agency{
			{"dukcapil", "A", Text{ID: "Dinas Dukcapil"}, Text{ID: "Dukcapil"}, "#0b5e8a"},
			{"bapenda", "B", Text{ID: "Badan Pendapatan"}, Text{ID: "Bapenda"}, "#7a3b00"},
		},
		Services: []Service{
			service("ktp", "dukcapil", "A", 10),
			service("kk", "dukcapil", "A", 15),
			service("pbb", "bapenda", "B", 5),
		},
		Counters: []Counter{
			counter(1, "dukcapil", Tier{Services: []ServiceID{"ktp", "kk"}}),
			counter(2, "dukcapil", Tier{Services: []ServiceID{"ktp", "kk"}}),
			counter(3, "bapenda", Tier{Services: []ServiceID{"pbb"}}, Tier{Services: []ServiceID{"ktp"}, LimitMinutes: 30}),
		},
		Schedule: Schedule{Week: week},
	}
}

// monday is Monday, 23 November 2026, 08.00 WIB.
var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// tester is what testing.T and rapid.T share.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// world is an office under test with a clock and a log.
type world struct {
	tb  tester
	o   *Office
	at  time.Time
	log []Event
	n   int // for ids
}

// newWorld opens an office with the catalogue at the time.
func newWorld(tb tester, c Catalog, at time.Time) *world {
	tb.Helper()
	w := &world{tb: tb, o: New(), at: at}
	w.do(&ChangeCatalog{w.by(""), c})
	return w
}

// by is the header of a fresh command of an officer; of the system without one.
func (w *world) by(officer OfficerID) Header {
	w.n++
	h := Header{ID: CommandID(fmt.Sprintf("cmd-%d", w.n)), Actor: Actor{Kind: BySystem}}
	if officer != "" {
		h.Actor = Actor{Kind: ByOfficer, ID: string(officer)}
	}
	return h
}

func (w *world) call() CallID {
	w.n++
	return CallID(fmt.Sprintf("call-%d", w.n))
}

// try gives the command, and applies what it leads to.
func (w *world) try(c Command) ([]Event, Result, error) {
	w.tb.Helper()
	events, result, err := w.o.Decide(c, w.at)
	for _, e := range events {
		if err := w.o.Apply(e); err != nil {
			w.tb.Fatal(err)
		}
	}
	w.log = append(w.log, events...)
	return events, result, err
}

func (w *world) do(c Command) Result {
	w.tb.Helper()
	_, result, err := w.try(c)
	if err != nil {
		w.tb.Fatalf("%T: %v", c, err)
	}
	return result
}

// refused gives a command that must be refused with the code.
func (w *world) refused(c Command, code Code) {
	w.tb.Helper()
	before := w.snapshot()
	events, result, err := w.try(c)
	if len(events) != 0 || result != (Result{}) || codeOf(err) != code {
		w.tb.Fatalf("%T: %d events, %v, %v; want refusal %s", c, len(events), result, err, code)
	}
	if !bytes.Equal(before, w.snapshot()) {
		w.tb.Fatalf("%T: the refusal changed the state", c)
	}
}

// quiet gives a command that must be accepted without an event.
func (w *world) quiet(c Command) Result {
	w.tb.Helper()
	events, result, err := w.try(c)
	if len(events) != 0 || err != nil {
		w.tb.Fatalf("%T: %d events, %v; want none", c, len(events), err)
	}
	return result
}

// codeOf is the code of a refusal, "" for no error, "fault" for any other.
func codeOf(err error) Code {
	var r *Refusal
	switch {
	case err == nil:
		return ""
	case errors.As(err, &r):
		return r.Code
	default:
		return "fault"
	}
}

func (w *world) snapshot() []byte {
	w.tb.Helper()
	b, err := w.o.Snapshot()
	if err != nil {
		w.tb.Fatal(err)
	}
	return b
}

func (w *world) later(d time.Duration) { w.at = w.at.Add(d) }

func (w *world) issue(id TicketID, service ServiceID) {
	w.tb.Helper()
	w.do(&IssueTicket{w.by(""), id, service, "kiosk", "", "", 0})
}

// wait issues and confirms a ticket.
func (w *world) wait(id TicketID, service ServiceID) {
	w.tb.Helper()
	w.issue(id, service)
	w.do(&ConfirmTicket{w.by(""), id, "printed"})
}

func (w *world) open(counter CounterID, officer OfficerID) {
	w.tb.Helper()
	w.do(&OpenCounter{w.by(officer), counter, officer})
}

// next calls the next ticket and returns it, "" for an empty queue.
func (w *world) next(counter CounterID) TicketID {
	w.tb.Helper()
	_, r, err := w.try(&CallNext{w.by(w.o.Counters[counter].OfficerID), counter, w.call()})
	if err != nil && codeOf(err) != CodeQueueEmpty {
		w.tb.Fatal(err)
	}
	return r.TicketID
}

// serve calls, starts and completes the next ticket in the time d.
func (w *world) serve(counter CounterID, d time.Duration) TicketID {
	w.tb.Helper()
	id := w.next(counter)
	officer := w.o.Counters[counter].OfficerID
	w.do(&StartTicket{w.by(officer), counter})
	w.later(d)
	w.do(&CompleteTicket{w.by(officer), counter})
	return id
}

// state fails unless the ticket is in the state.
func (w *world) state(id TicketID, want TicketState) {
	w.tb.Helper()
	if got := w.o.Tickets[id].State; got != want {
		w.tb.Fatalf("ticket %s is %s, want %s", id, got, want)
	}
}

// kinds lists the kinds of events.
func kinds(events []Event) []Kind {
	out := []Kind{}
	for _, e := range events {
		out = append(out, e.Kind)
	}
	return out
}
