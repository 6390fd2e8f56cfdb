package queue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// machine plays random commands of several officers, counters, services and days, and holds the laws
// after each of them.
type machine struct {
	*world
	tickets []TicketID
	done    []given
	draws   int
	today   Day
	before  Day            // the business day before today
	catalog func() Catalog // what a change of the catalogue brings; nil: testCatalog
	persons []PersonID     // who takes tickets; empty: nobody known
}

// given is a command that was accepted with events, and what it answered.
type given struct {
	command Command
	result  Result
	day     Day
}

var (
	officers = []OfficerID{"ana", "budi", "cici"}
	counters = []CounterID{"c1", "c2", "c3"}
	services = []ServiceID{"ktp", "kk", "pbb"}
)

func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{world: newWorld(t, testCatalog(), monday), today: "2026-11-23"}
		steps := 1 + m.choose(t, "steps", 250)
		for range steps {
			m.step(t)
		}
		m.lawOfFolding(t)
	})
}

// choose draws an index below n with equal odds; rapid itself prefers small numbers, with which days would
// hardly go anywhere.
func (m *machine) choose(t *rapid.T, label string, n int) int {
	m.draws++
	drawn := rapid.Uint32().Draw(t, label)
	return int(random(int64(drawn), m.draws) * float64(n))
}

func pick[T any](m *machine, t *rapid.T, label string, from ...T) T {
	return from[m.choose(t, label, len(from))]
}

func (m *machine) step(t *rapid.T) {
	m.later(time.Duration(m.choose(t, "pause", 60e9)))
	if m.choose(t, "jump", 12) == 0 {
		m.later(pick(m, t, "by", -5*time.Second, 130*time.Second, 10*time.Minute, 20*time.Minute, 3*time.Hour))
	}
	if len(m.done) > 0 && m.choose(t, "repeat", 10) == 0 {
		m.lawOfRepeats(t, m.done[m.choose(t, "which", len(m.done))])
		return
	}
	c := m.draw(t)
	next := m.expected(c)
	var before []byte // costly, so not each time
	if m.choose(t, "look", 4) == 0 {
		before = m.snapshot()
	}
	events, result, err := m.try(c)
	if err != nil {
		m.lawOfRefusals(t, c, before, events, result, err)
		return
	}
	if next != nil && len(events) > 0 {
		m.lawOfOrder(t, c.(*CallNext).CounterID, next)
	}
	m.note(c, events, result)
	m.lawOfRepeats(t, given{c, result, m.o.Day})
	m.lawOfSeats(t)
	m.lawOfEvents(t, events)
}

func (m *machine) note(c Command, events []Event, result Result) {
	if len(events) > 0 && HeaderOf(c).ID != "" && slices.ContainsFunc(events, func(e Event) bool { return e.Command != "" }) {
		m.done = append(m.done, given{c, result, m.o.Day})
	}
	for _, e := range events {
		if e.Kind == TicketIssued {
			m.tickets = append(m.tickets, TicketID(e.Subject))
		}
		if e.Kind == DayOpened {
			m.tickets, m.before, m.today = nil, m.today, e.Data.Day
		}
	}
}

// draw makes a random command. Two thirds are sensible, so that days go somewhere.
func (m *machine) draw(t *rapid.T) Command {
	counter := pick(m, t, "counter", counters...)
	officer := m.o.Counters[counter].OfficerID
	if officer == "" || m.choose(t, "stranger", 20) == 0 {
		officer = pick(m, t, "officer", officers...)
	}
	service := pick(m, t, "service", services...)
	id := TicketID("nobody")
	if len(m.tickets) > 0 {
		id = pick(m, t, "ticket", m.tickets...)
	}
	by := m.by(officer)
	switch m.choose(t, "command", 30) {
	case 0, 1, 2, 3, 4, 5:
		head := pick(m, t, "head", 0, 0, 0, 5, 15, 60)
		return &IssueTicket{by, TicketID(fmt.Sprint("t", m.n)), service, "kiosk", m.person(t), m.class(t), time.Duration(head) * time.Minute}
	case 6, 7, 8, 9, 10:
		return &ConfirmTicket{by, m.unconfirmed(id), pick(m, t, "how", "printed", "shown")}
	case 11, 12, 13, 14:
		return &CallNext{by, counter, m.call()}
	case 15:
		return &CallTicket{by, counter, id, m.call()}
	case 16:
		return &RecallTicket{by, counter, m.call()}
	case 17, 18:
		return &StartTicket{by, counter}
	case 19:
		return &HoldTicket{by, counter}
	case 20:
		return &ResumeTicket{by, counter, id}
	case 21:
		return &TransferTicket{by, counter, service}
	case 22:
		return &NoShowTicket{by, counter}
	case 23:
		return &RequeueTicket{by, id}
	case 24, 25:
		return &CompleteTicket{by, counter}
	case 26:
		return pick[Command](m, t, "change", &CancelTicket{by, id, "random"}, &IdentifyTicket{by, id, m.person(t)})
	case 27:
		return pick[Command](
			m, t, "rare",
			&PauseCounter{by, counter}, &CloseCounter{by, counter}, &Tick{by}, &ChangeCatalog{by, m.nextCatalog()},
			&ReportDevice{by, "kiosk", m.n%2 == 0}, &ReprintTicket{by, id, "kiosk"}, &ReprintTicket{by, id, "kiosk"}, &ReportTrouble{by, "kiosk", "printer", []string{"", "paper_out", "jam"}[m.n%3]},
		)
	default:
		return &OpenCounter{by, counter, officer}
	}
}

// unconfirmed returns the oldest ticket that is still printing, or else id.
func (m *machine) unconfirmed(id TicketID) TicketID {
	for _, x := range m.tickets {
		if t := m.o.Tickets[x]; t != nil && t.State == Printing {
			return x
		}
	}
	return id
}

// expected returns a copy of what waits for the counter if c is CallNext.
func (m *machine) expected(c Command) []Ticket {
	call, ok := c.(*CallNext)
	if !ok || m.o.Catalog.DayAt(m.at) != m.o.Day {
		return nil
	}
	var waiting []Ticket
	for _, tier := range m.o.Counter(call.CounterID).Tiers[:1] {
		for _, t := range m.o.Tickets {
			if t.State == Waiting && slices.Contains(tier.Services, t.ServiceID) {
				waiting = append(waiting, *t)
			}
		}
	}
	return waiting
}

// A ticket is overtaken only by tickets issued less than one head start after it, and by none that had the
// same head start. Tickets that lost their claim as a no-show are apart.
func (m *machine) lawOfOrder(t *rapid.T, counter CounterID, waiting []Ticket) {
	called := m.o.Tickets[m.o.Counters[counter].TicketID]
	const maxHead = 15 * time.Minute
	for i := range waiting {
		w := &waiting[i]
		if w.ID == called.ID || w.DueAt.After(w.IssuedAt) {
			continue
		}
		if gap := called.IssuedAt.Sub(w.IssuedAt); gap >= maxHead {
			t.Fatalf("%s, issued %v later, overtakes %s", called.Number, gap, w.Number)
		}
		same := called.IssuedAt.Sub(called.DueAt) == w.IssuedAt.Sub(w.DueAt)
		if same && called.Order > w.Order {
			t.Fatalf("%s goes before %s, which came first and has the same head start", called.Number, w.Number)
		}
	}
}

func (m *machine) lawOfRefusals(t *rapid.T, c Command, before []byte, events []Event, result Result, err error) {
	if codeOf(err) == "fault" || len(events) > 0 || result != (Result{}) {
		t.Fatalf("%T: %v with %d events and %v", c, err, len(events), result)
	}
	if before != nil && !bytes.Equal(before, m.snapshot()) {
		t.Fatalf("%T: the refusal %v changed the state", c, err)
	}
}

// A command that was accepted is accepted again without an event, with the same result; when it left
// an event, also much later, on its day and the next.
func (m *machine) lawOfRepeats(t *rapid.T, g given) {
	if g.day != m.today && g.day != m.before {
		return
	}
	if _, known := m.o.done(HeaderOf(g.command).ID); !known && m.o.Catalog.DayAt(m.at) > m.today {
		return // the command left no event, and would turn the day now
	}
	events, result, err := m.o.Decide(g.command, m.at)
	if len(events) > 0 || err != nil || result != g.result {
		t.Fatalf("%T again: %v, %v, %v; the first gave %v", g.command, kinds(events), result, err, g.result)
	}
}

// No ticket is at two counters, no counter has a ticket that is not called or served there, no officer
// sits twice. Numbers are unique and gap-free, and every index agrees with the tickets.
func (m *machine) lawOfSeats(t *rapid.T) {
	at := map[TicketID]CounterID{}
	sits := map[OfficerID]CounterID{}
	for id, c := range m.o.Counters {
		if c.Status != CounterClosed {
			if other, ok := sits[c.OfficerID]; ok {
				t.Fatalf("%s sits at %s and %s", c.OfficerID, id, other)
			}
			sits[c.OfficerID] = id
		}
		if c.TicketID == "" {
			continue
		}
		if other, ok := at[c.TicketID]; ok {
			t.Fatalf("%s is at %s and %s", c.TicketID, id, other)
		}
		at[c.TicketID] = id
	}
	numbers := map[string][]int{}
	waiting := 0
	for id, x := range m.o.Tickets {
		there := x.State == Called || x.State == Serving
		if counter, ok := at[id]; ok != there || ok && counter != x.CounterID {
			t.Fatalf("%s is %s at %q, yet at %q", id, x.State, x.CounterID, counter)
		}
		if x.State == Waiting {
			waiting++
		}
		numbers[x.Number.Series] = append(numbers[x.Number.Series], x.Number.N)
		if m.o.ByNumber(x.Number) != x {
			t.Fatalf("%s is not found by its number", x.Number)
		}
	}
	for series, ns := range numbers {
		slices.Sort(ns)
		if ns[0] != 1 || ns[len(ns)-1] != len(ns) || len(slices.Compact(ns)) != m.o.Series[series] {
			t.Fatalf("series %s has the numbers %v", series, ns)
		}
	}
	if all := m.o.Waiting(); len(all) != waiting || !slices.IsSortedFunc(all, compare) {
		t.Fatalf("%d tickets in line, %d wait", len(all), waiting)
	}
}

// Events are numbered without a gap, in time and whole milliseconds, survive JSON, and at most one of a decision has its command.
func (m *machine) lawOfEvents(t *rapid.T, events []Event) {
	commands := 0
	for i, e := range events {
		if e.Command != "" {
			commands++
		}
		if e.At.Truncate(time.Millisecond) != e.At || e.Data.DueAt.Truncate(time.Millisecond) != e.Data.DueAt {
			t.Fatalf("%s is at %v, due %v: not in whole milliseconds", e.Kind, e.At, e.Data.DueAt)
		}
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var back Event
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(back)
		if err != nil || !bytes.Equal(b, again) {
			t.Fatalf("%s becomes %s", b, again)
		}
		if i > 0 && (e.Seq != events[i-1].Seq+1 || e.At.Before(events[i-1].At)) {
			t.Fatalf("event %d follows %d", e.Seq, events[i-1].Seq)
		}
	}
	if commands > 1 {
		t.Fatalf("%d events of %v are the command's", commands, kinds(events))
	}
}

// The log alone, read back from JSON, gives the same office; so does a snapshot in the middle of it, and a clone.
func (m *machine) lawOfFolding(t *rapid.T) {
	cut := rapid.IntRange(0, len(m.log)).Draw(t, "cut")
	folded := New()
	for i, e := range m.log {
		if i == cut {
			folded = m.restored(t, folded)
		}
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var back Event
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if err := folded.Apply(back); err != nil {
			t.Fatal(err)
		}
	}
	want := m.snapshot()
	for name, o := range map[string]*Office{"fold": folded, "clone": m.o.Clone(), "restored": m.restored(t, m.o)} {
		got, err := o.Snapshot()
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("the %s is another office: %v\n%s\n%s", name, err, got, want)
		}
		if !o.dayEnds.Equal(m.o.dayEnds) || !o.At.Equal(m.o.At) || !slices.EqualFunc(o.Waiting(), m.o.Waiting(), func(a, b *Ticket) bool { return *a == *b }) {
			t.Fatalf("the %s has another queue", name)
		}
		m.sameAnswers(t, name, o)
	}
	m.lawOfIndependence(t, want)
}

func (m *machine) restored(t *rapid.T, o *Office) *Office {
	b, err := o.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Restore(b)
	if err != nil {
		t.Fatal(err)
	}
	return back
}

// sameAnswers gives the same commands to both offices.
func (m *machine) sameAnswers(t *rapid.T, name string, o *Office) {
	for range 10 {
		c := m.draw(t)
		want, wantResult, wantErr := m.o.Decide(c, m.at)
		got, gotResult, gotErr := o.Decide(c, m.at)
		a, errA := json.Marshal(want)
		b, errB := json.Marshal(got)
		if !bytes.Equal(a, b) || wantResult != gotResult || codeOf(wantErr) != codeOf(gotErr) || errA != nil || errB != nil {
			t.Fatalf("%T: the %s answers %s %v %v, not %s %v %v", c, name, b, gotResult, gotErr, a, wantResult, wantErr)
		}
	}
	if !maps.Equal(m.o.EstimateNew(m.at), o.EstimateNew(m.at)) {
		t.Fatalf("the %s estimates otherwise", name)
	}
}

// lawOfIndependence changes a clone, which must not be seen in the original.
func (m *machine) lawOfIndependence(t *rapid.T, want []byte) {
	c := &world{tb: t, o: m.o.Clone(), at: m.at, n: 1 << 20}
	for range 20 {
		events, _, _ := c.o.Decide((&machine{world: c, tickets: m.tickets}).draw(t), c.at) // a refusal is fine here
		for _, e := range events {
			if err := c.o.Apply(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !bytes.Equal(m.snapshot(), want) {
		t.Fatal("what happened to the clone happened to the office")
	}
}
