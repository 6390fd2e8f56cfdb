package queue

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// errors of guesses that mattered: somebody waited, or was told to.
func errorsOf(all []measured) (simulated, naive, waited time.Duration, covered float64, n int) {
	inside := 0
	for _, m := range all {
		middle := (m.simulated.Low + m.simulated.High) / 2
		if m.waited < time.Minute && middle < time.Minute && m.naive < time.Minute {
			continue
		}
		n++
		waited += m.waited
		simulated += (middle - m.waited).Abs()
		naive += (m.naive - m.waited).Abs()
		if m.waited >= m.simulated.Low && m.waited <= m.simulated.High {
			inside++
		}
	}
	if n == 0 {
		return 0, 0, 0, 0, 0
	}
	return simulated / time.Duration(n), naive / time.Duration(n), waited / time.Duration(n), float64(inside) / float64(n), n
}

func TestSimulatedWaitsAreBetterThanDividedOnes(t *testing.T) {
	var all []measured
	for seed, load := range []float64{0.07, 0.09, 0.11} {
		d := newPlayedDay(t, uint64(seed))
		d.twoDays(load)
		simulated, naive, waited, covered, n := errorsOf(d.measured)
		t.Logf("load %.2f: %d of %d tickets waited %v: error %v simulated, %v divided; %.0f %% within the range",
			load, n, len(d.measured), waited.Round(time.Second), simulated.Round(time.Second), naive.Round(time.Second), covered*100)
		all = append(all, d.measured...)
	}
	simulated, naive, _, _, n := errorsOf(all)
	ratio := float64(simulated) / float64(naive)
	t.Logf("error of simulated over divided waits: %.2f", ratio)
	if n < 500 || ratio >= 1 {
		t.Fatalf("ratio %.2f over %d tickets", ratio, n)
	}
}

func TestAForecastOfOneCounterIsTheOrderItCallsIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{world: newWorld(t, testCatalog(), monday)}
		m.open("c3", "cici")
		for i := range m.choose(t, "tickets", 30) {
			m.later(time.Duration(m.choose(t, "pause", 240)) * time.Second)
			id := TicketID(fmt.Sprint("t", i))
			m.do(&IssueTicket{m.by(""), id, pick[ServiceID](m, t, "service", "ktp", "pbb"), "kiosk", "", "", pick(m, t, "head", 0, 0, 10*time.Minute)})
			m.do(&ConfirmTicket{m.by(""), id, "shown"})
		}
		s := newSimulation(m.o, m.at)
		s.runs = 1
		waits, byNew := s.simulate()
		if len(waits) != m.o.WaitingCount() {
			t.Fatalf("%d waits of %d tickets", len(waits), m.o.WaitingCount())
		}
		order := slices.SortedFunc(maps.Keys(waits), func(a, b TicketID) int { return int(waits[a][0] - waits[b][0]) })
		at := m.at
		probes := map[ServiceID]time.Duration{}
		for _, want := range order {
			m.at = at.Add(time.Duration(waits[want][0]) * time.Millisecond)
			m.probe(probes, at)
			if got := m.next("c3"); got != want {
				t.Fatalf("%s is called after %v, the forecast says %s", got, m.at.Sub(at), want)
			}
			m.do(&StartTicket{m.by(""), "c3"})
			m.do(&CompleteTicket{m.by(""), "c3"})
		}
		for id, want := range probes {
			if got := time.Duration(byNew[id][0]) * time.Millisecond; got != want {
				t.Fatalf("a new ticket of %s is called after %v, the forecast says %v", id, want, got)
			}
		}
		if len(byNew) != 2 { // kk is served by closed counters only
			t.Fatalf("forecasts for %v", byNew)
		}
	})
}

// probe notes when a ticket issued at since would first have been called.
func (m *machine) probe(met map[ServiceID]time.Duration, since time.Time) {
	for _, id := range []ServiceID{"ktp", "pbb"} {
		if _, ok := met[id]; ok {
			continue
		}
		c := m.o.Clone()
		ghost := &Ticket{ID: "ghost", ServiceID: id, State: Waiting, DueAt: since, Order: 1 << 40}
		c.Tickets[ghost.ID] = ghost
		c.index.line(id).insert(ghost)
		if c.NextFor("c3", m.at) == ghost {
			met[id] = m.at.Sub(since)
		}
	}
}

func TestEstimates(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	if got := w.o.EstimateNew(w.at)["ktp"]; got != (WaitRange{}) {
		t.Fatalf("without an open counter: %+v", got)
	}
	w.open("c1", "ana")
	if got := w.o.EstimateNew(w.at)["ktp"]; got != (WaitRange{Known: true}) {
		t.Fatalf("an idle counter: %+v", got)
	}
	if got := w.o.EstimateNew(w.at)["pbb"]; got != (WaitRange{}) {
		t.Fatalf("a service of closed counters only: %+v", got)
	}
	for i := range 6 {
		w.wait(TicketID(fmt.Sprint("t", i)), []ServiceID{"ktp", "kk"}[i%2])
	}
	w.issue("reserved", "kk")
	f := w.o.Forecast(w.at)
	last, reserved, fresh := f.Ticket(w.o, "t5"), f.Ticket(w.o, "reserved"), f.New(w.o, "ktp")
	if last.Ahead != 5 || reserved.Ahead != 6 || fresh.Ahead != 6 || f.Ticket(w.o, "t0") != (WaitRange{Known: true}) {
		t.Fatalf("last %+v, reserved %+v, new %+v", last, reserved, fresh)
	}
	if last.Low >= last.High || reserved.Low <= last.Low || fresh.Low != reserved.Low || fresh.High != reserved.High {
		t.Fatalf("last %+v, reserved %+v, new %+v", last, reserved, fresh)
	}
	if got := w.o.EstimateTicket("t5", w.at); got != last {
		t.Fatalf("alone %+v, among others %+v", got, last)
	}
	// Five services of 10 to 15 minutes: about an hour.
	if last.Low < 40*time.Minute || last.High > 100*time.Minute {
		t.Fatalf("the sixth waits %v to %v", last.Low, last.High)
	}
	w.open("c2", "budi")
	if got := w.o.EstimateTicket("t5", w.at); got.High >= last.Low {
		t.Fatalf("a second counter makes %+v of %+v", got, last)
	}
	w.next("c1")
	if got := w.o.EstimateTicket("t0", w.at); got != (WaitRange{}) {
		t.Fatalf("a called ticket waits %+v", got)
	}
	if got := w.o.EstimateTicket("nobody", w.at); got != (WaitRange{}) {
		t.Fatalf("an unknown ticket waits %+v", got)
	}
	w.do(&PauseCounter{w.by("ana"), "c1"})
	w.do(&PauseCounter{w.by("budi"), "c2"})
	if got := w.o.EstimateTicket("t5", w.at); got.Known || got.Ahead != 4 {
		t.Fatalf("while both pause: %+v", got)
	}
}

func TestWaitsFollowWhatServicesReallyTake(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.open("c1", "ana")
	for i := range 40 {
		w.wait(TicketID(fmt.Sprint("t", i)), "ktp") // standard: 10 minutes
	}
	before := w.o.EstimateTicket("t39", w.at)
	for range 10 {
		w.serve("c1", 2*time.Minute)
	}
	// 29 services of two minutes, and the ways between them.
	got := w.o.EstimateTicket("t39", w.at)
	want := 29 * (2*time.Minute + turnover)
	if before.Low < 5*time.Hour || (got.Low-want).Abs() > 10*time.Minute || (got.High-want).Abs() > 10*time.Minute {
		t.Fatalf("waits %+v, then %+v; want about %v", before, got, want)
	}
	if fresh := w.o.EstimateNew(w.at)["kk"]; fresh.High < got.High || fresh.High > got.High+time.Hour {
		t.Fatalf("new %+v", fresh)
	}
	// A service that goes on: what is left shrinks, and never below nothing.
	w.next("c1")
	w.do(&StartTicket{w.by("ana"), "c1"})
	for _, elapsed := range []time.Duration{time.Minute, time.Minute, 30 * time.Minute} {
		w.later(elapsed)
		next := w.o.EstimateTicket(w.o.NextFor("c1", w.at).ID, w.at)
		if next.Low < 0 || next.High > 4*time.Minute || !next.Known {
			t.Fatalf("the next waits %+v", next)
		}
	}
}

func TestAForecastIsKeptWhileItFits(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.open("c1", "ana")
	for i := range 5 {
		w.wait(TicketID(fmt.Sprint("t", i)), "ktp")
	}
	f := w.o.Forecast(w.at)
	fresh := f.New(w.o, "ktp")
	w.later(forecastLife - time.Millisecond)
	w.wait("late", "ktp")
	w.next("c1")
	if !f.Fits(w.o, w.at) {
		t.Fatal("a ticket more or less spoils the forecast")
	}
	if got := f.Ticket(w.o, "late"); got.Ahead != 4 || got.Low != fresh.Low || !got.Known {
		t.Fatalf("a ticket that came later: %+v", got)
	}
	if got := f.New(w.o, "ktp"); got.Ahead != 5 || got.High != fresh.High {
		t.Fatalf("a new ticket: %+v", got)
	}
	if got := f.Ticket(w.o, "t0"); got != (WaitRange{}) {
		t.Fatalf("a ticket that was called since: %+v", got)
	}
	if f.Fits(w.o, w.at.Add(time.Millisecond)) || f.Fits(w.o, monday.Add(-time.Millisecond)) {
		t.Fatal("a forecast of another time fits")
	}
	w.open("c2", "budi")
	if f.Fits(w.o, w.at) {
		t.Fatal("a forecast without the second counter fits")
	}
}
