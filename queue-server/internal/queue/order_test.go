package queue

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestALineIsSortedWhateverComesAndGoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, model := &line{}, []*Ticket{}
		for i := range rapid.IntRange(0, 200).Draw(t, "steps") {
			if len(model) > 0 && rapid.Bool().Draw(t, "leave") {
				k := rapid.IntRange(0, len(model)-1).Draw(t, "who")
				l.remove(model[k])
				model = slices.Delete(model, k, k+1)
			} else {
				x := &Ticket{Order: int64(i), DueAt: monday.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "due")) * time.Minute)}
				l.insert(x)
				model = append(model, x)
				slices.SortFunc(model, compare)
			}
			if !slices.Equal(l.tickets, model) {
				t.Fatalf("the line differs from the sorted tickets after step %d", i)
			}
		}
	})
}

func TestWaitingIsInCallOrderAcrossServices(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	services := []ServiceID{"ktp", "kk", "pbb"}
	for i := range 30 {
		w.do(&IssueTicket{w.by(""), TicketID(fmt.Sprint("t", i)), services[i%3], "kiosk", "", "", time.Duration(i*7%20) * time.Minute})
		w.do(&ConfirmTicket{w.by(""), TicketID(fmt.Sprint("t", i)), "printed"})
		w.later(time.Minute)
	}
	all := w.o.Waiting()
	if len(all) != 30 || w.o.WaitingCount() != 30 || !slices.IsSortedFunc(all, compare) {
		t.Fatalf("%d tickets wait", len(all))
	}
	two := slices.DeleteFunc(slices.Clone(all), func(t *Ticket) bool { return t.ServiceID == "pbb" })
	if got := w.o.Waiting("ktp", "kk", "ktp"); !slices.Equal(got, two) || w.o.WaitingCount("kk", "ktp") != 20 {
		t.Fatal("the tickets of two services are not those of all without the third")
	}
	if got := w.o.FirstWaiting(7); !slices.Equal(got, all[:7]) {
		t.Fatal("the first seven are not the first seven")
	}
	if got := w.o.FirstWaiting(-1, "ktp"); len(got) != 0 {
		t.Fatal("fewer than none")
	}
	if got := w.o.ByNumber(Number{"A", 3}); got == nil || got.Number.String() != "A-003" {
		t.Fatalf("A-003 is %v", got)
	}
	for _, n := range []Number{{"A", 0}, {"A", 21}, {"X", 1}, {"A", -1}} {
		if w.o.ByNumber(n) != nil {
			t.Fatalf("there is a ticket %s", n)
		}
	}
}

func TestTiers(t *testing.T) {
	// Counter 3: pbb first, then ktp with a limit of 30 minutes.
	type arrival struct {
		service ServiceID
		minute  int
		head    int
	}
	for _, tc := range []struct {
		name     string
		arrivals []arrival
		minute   int
		want     TicketID
	}{
		{"the higher tier goes first, however late", []arrival{{"ktp", 0, 0}, {"pbb", 20, 0}}, 21, "t1"},
		{"the lower tier when the higher is empty", []arrival{{"ktp", 0, 0}}, 1, "t0"},
		{"at the limit still the higher", []arrival{{"ktp", 0, 0}, {"pbb", 20, 0}}, 30, "t1"},
		{"past the limit the lower", []arrival{{"ktp", 0, 0}, {"pbb", 20, 0}}, 31, "t0"},
		{"past the limit, but the higher waits longer", []arrival{{"pbb", 0, 0}, {"ktp", 5, 0}}, 40, "t0"},
		{"a head start counts as waiting", []arrival{{"ktp", 0, 15}, {"pbb", 10, 0}}, 16, "t0"},
		{"a service it does not serve", []arrival{{"kk", 0, 0}}, 60, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, testCatalog(), monday)
			w.open("c3", "cici")
			for i, a := range tc.arrivals {
				w.at = monday.Add(time.Duration(a.minute) * time.Minute)
				id := TicketID(fmt.Sprint("t", i))
				w.do(&IssueTicket{w.by(""), id, a.service, "kiosk", "", "", time.Duration(a.head) * time.Minute})
				w.do(&ConfirmTicket{w.by(""), id, "printed"})
			}
			w.at = monday.Add(time.Duration(tc.minute) * time.Minute)
			next := w.o.NextFor("c3", w.at)
			if got := w.next("c3"); got != tc.want || (next == nil) != (tc.want == "") || next != nil && next.ID != got {
				t.Fatalf("called %q, announced %v, want %q", got, next, tc.want)
			}
		})
	}
}

func TestDueTimes(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.open("c1", "ana")
	w.open("c3", "cici")
	minutes := func(id TicketID) float64 { return w.o.Tickets[id].DueAt.Sub(monday).Minutes() }
	for _, tc := range []struct {
		id   TicketID
		head time.Duration
		want float64
	}{{"plain", 0, 0}, {"priority", 10 * time.Minute, -10}, {"greedy", 5 * time.Hour, -15}} {
		w.do(&IssueTicket{w.by(""), tc.id, "ktp", "kiosk", "", "", tc.head})
		w.do(&ConfirmTicket{w.by(""), tc.id, "printed"})
		if got := minutes(tc.id); got != tc.want {
			t.Fatalf("%s is due at minute %v, want %v", tc.id, got, tc.want)
		}
	}
	w.later(20 * time.Minute)
	w.next("c1") // greedy
	w.do(&NoShowTicket{w.by("ana"), "c1"})
	w.do(&RequeueTicket{w.by("ana"), "greedy"})
	if got := minutes("greedy"); got != 30 {
		t.Fatalf("a no-show that returns is due at minute %v", got)
	}
	w.next("c1") // priority
	w.do(&StartTicket{w.by("ana"), "c1"})
	w.later(3 * time.Minute)
	w.do(&HoldTicket{w.by("ana"), "c1"})
	w.do(&RequeueTicket{w.by("ana"), "priority"})
	if got := minutes("priority"); got != -10 {
		t.Fatalf("a held ticket that returns is due at minute %v", got)
	}
	if got := w.next("c1"); got != "priority" {
		t.Fatalf("%s is called", got)
	}
	w.do(&TransferTicket{w.by("ana"), "c1", "pbb"})
	x := w.o.Tickets["priority"]
	if minutes("priority") != -10 || x.Number != (Number{"A", 2}) || x.ServedFor != 3*time.Minute || x.IssuedFor != "ktp" || x.CounterID != "" {
		t.Fatalf("a transferred ticket is %+v", x)
	}
	if got := w.next("c3"); got != "priority" {
		t.Fatalf("%s is called", got)
	}
	w.quiet(&IssueTicket{w.by(""), "priority", "ktp", "kiosk", "", "", 0}) // still the same request
}

func TestCalls(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.open("c1", "ana")
	w.open("c2", "budi")
	for i := range 30 {
		w.wait(TicketID(fmt.Sprint("t", i)), "ktp")
	}
	w.do(&CallNext{w.by("ana"), "c1", "k0"})
	w.quiet(&CallNext{w.by("ana"), "c1", "k0"}) // another command, the same call
	w.do(&CallNext{w.by("budi"), "c2", "k1"})
	w.do(&RecallTicket{w.by("ana"), "c1", "k2"})
	w.quiet(&RecallTicket{w.by("ana"), "c1", "k2"})
	w.refused(&RecallTicket{w.by("ana"), "c1", "k1"}, CodeBadCommand) // boards have announced k1 as another number
	want := []Call{
		{"k2", "t0", Number{"A", 1}, "ktp", "c1", monday, 2},
		{"k1", "t1", Number{"A", 2}, "ktp", "c2", monday, 1},
	}
	if !slices.Equal(w.o.Calls, want) {
		t.Fatalf("calls %v", w.o.Calls)
	}
	for range 25 {
		w.do(&StartTicket{w.by("ana"), "c1"})
		w.do(&CompleteTicket{w.by("ana"), "c1"})
		w.next("c1")
	}
	if len(w.o.Calls) != maxCalls || w.o.Calls[0].TicketID != "t26" || w.o.Calls[19].TicketID != "t7" {
		t.Fatalf("calls %v", w.o.Calls)
	}
}

// Only tickets wait here, for one tier and two counters: the order of calling without anything else.
func TestOvertakingIsBoundedByTheHeadStart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := testCatalog()
		c.Priorities = peopleCatalog().Priorities
		m := &machine{world: newWorld(t, c, monday)}
		m.open("c1", "ana")
		m.open("c2", "budi")
		for i := range 60 {
			m.later(time.Duration(m.choose(t, "pause", 400)) * time.Second)
			head := pick(m, t, "head", 0, 0, 0, 5, 15, 60)
			id := TicketID(fmt.Sprint("t", i))
			m.do(&IssueTicket{m.by(""), id, pick[ServiceID](m, t, "service", "ktp", "kk"), "kiosk", "", pick(m, t, "class", "", "", "lansia", "hamil"), time.Duration(head) * time.Minute})
			m.tickets = append(m.tickets, id)
			if m.choose(t, "confirm", 3) > 0 {
				m.do(&ConfirmTicket{m.by(""), pick(m, t, "which", m.tickets...), "printed"})
			}
			if m.choose(t, "call", 3) > 0 {
				continue
			}
			counter := pick[CounterID](m, t, "counter", "c1", "c2")
			c := &CallNext{m.by(""), counter, m.call()}
			waiting := m.expected(c)
			if _, _, err := m.try(c); err != nil {
				continue // nobody waits
			}
			m.lawOfOrder(t, counter, waiting)
			m.do(&StartTicket{m.by(""), counter})
			m.do(&CompleteTicket{m.by(""), counter})
		}
	})
}
