package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	siti = "1971994107580001" // a woman born 1958-07-01
	budi = "1971990101900002"
	card = "04A1B2C3D4E5F6"
)

var (
	kiosk     = queue.Actor{Kind: queue.ByDevice, ID: "k1"}
	ana       = queue.Actor{Kind: queue.ByOfficer, ID: "ana"}
	ok        = registry.Result{State: protocol.PersonVerified, Code: "01", Name: "Siti Contoh"}
	errNoLine = &registry.Fault{Why: protocol.WhyNetwork, Err: errors.New("no line")}
)

// scripted is a registry that does as it is told.
type scripted struct {
	mu            sync.Mutex
	delay         time.Duration
	result        registry.Result
	err           error
	calls         int
	abreast, most int
}

func (r *scripted) set(delay time.Duration, result registry.Result, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.delay, r.result, r.err = delay, result, err
}

func (r *scripted) asked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}

func (r *scripted) Lookup(ctx context.Context, _ registry.Request) (registry.Result, error) {
	r.mu.Lock()
	delay := r.delay
	r.calls++
	r.abreast++
	r.most = max(r.most, r.abreast)
	r.mu.Unlock()
	wait := time.NewTimer(delay)
	defer wait.Stop()
	var gone error
	select {
	case <-wait.C:
	case <-ctx.Done():
		gone = ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.abreast--
	if gone != nil {
		return registry.Result{}, gone
	}
	return r.result, r.err
}

// panicking is an adapter with a defect.
type panicking struct{}

func (panicking) Lookup(_ context.Context, r registry.Request) (registry.Result, error) {
	panic("cannot read " + string(r.NIK))
}

func count(text, word string) int { return strings.Count(text, word) }

// hall is an office with nothing but a catalogue and tickets.
type hall struct {
	mu sync.RWMutex
	o  *queue.Office
}

func (h *hall) Read(f func(*queue.Office)) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	f(h.o)
}

func newHall() *hall {
	o := queue.New()
	o.Catalog.Office.TimeZone = "Asia/Jakarta"
	o.Catalog.Priorities = []queue.Priority{{ID: lansia}}
	o.Catalog.ReferServiceID = "data"
	return &hall{o: o}
}

// lines is a log.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// rig is a desk in a bubble of time.
type rig struct {
	*Desk
	t     *testing.T
	shelf *shelf
	reg   *scripted
	log   *lines
}

// open starts a desk over a shelf.
func open(t *testing.T, s *shelf, reg *scripted, change func(*Config)) *rig {
	t.Helper()
	r := &rig{t: t, shelf: s, reg: reg, log: &lines{}}
	cfg := Config{Store: s, Office: newHall(), Lookup: reg, Adapter: "call_nik", Log: slog.New(slog.NewTextHandler(r.log, nil))}
	if change != nil {
		change(&cfg)
	}
	d, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.Desk = d
	return r
}

// inTime runs a test whose clock stands until everybody waits.
func inTime(t *testing.T, change func(*Config), f func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := open(t, newShelf(), &scripted{result: ok}, change)
		defer r.Close()
		f(t, r)
	})
}

func (r *rig) identify(nik string) Answer {
	r.t.Helper()
	a, err := r.Identify(r.t.Context(), Ask{NIK: nik, ServiceID: "ktp", Actor: kiosk})
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

// someone is a NIK of its own for each number.
func someone(i int) string { return fmt.Sprintf("197199010190%04d", i+1) }

func (r *rig) code(a Ask) string {
	r.t.Helper()
	a.Actor = kiosk
	_, err := r.Identify(r.t.Context(), a)
	var e *protocol.Error
	if !errors.As(err, &e) {
		r.t.Fatalf("identified, or failed with %v", err)
	}
	return e.Code
}

func (r *rig) wants(a Answer, state, why string) {
	r.t.Helper()
	if a.Person.State != state || a.Person.Why != why {
		r.t.Fatalf("she is %s %s, want %s %s", a.Person.State, a.Person.Why, state, why)
	}
	if a.Person.ID == "" && state != protocol.PersonRecheck {
		r.t.Fatal("she is turned away: there is no id to take a ticket with")
	}
}

func TestACardOpensAVisitOnlyAfterItWasBound(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		if code := r.code(Ask{Card: card}); code != protocol.CodeCardUnknown {
			t.Fatal(code)
		}
		first, err := r.Identify(t.Context(), Ask{Card: card, NIK: siti, Actor: kiosk})
		if err != nil {
			t.Fatal(err)
		}
		r.wants(first, protocol.PersonVerified, "")
		again, err := r.Identify(t.Context(), Ask{Card: strings.ToLower(card), Actor: kiosk})
		if err != nil {
			t.Fatal(err)
		}
		if again.Person.ID != first.Person.ID || again.Suggest != "" {
			t.Fatalf("the card opens %+v", again)
		}
		if n := r.reg.asked(); n != 1 {
			t.Fatalf("a person verified just now was looked up %d times", n)
		}
		if got := r.shelf.did(); !strings.HasSuffix(got, "looked_up verified 01, identified, card_bound, identified") {
			t.Fatal(got)
		}
	})
}

func TestWhatIsNoLastingCardAndNoNIKIsSaid(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		for name, tc := range map[string]struct {
			ask  Ask
			code string
		}{
			"nothing":        {Ask{}, protocol.CodeParamsInvalid},
			"a random UID":   {Ask{Card: "08A1B2C3"}, protocol.CodeCardUnbindable},
			"with a NIK":     {Ask{Card: "08A1B2C3", NIK: siti}, protocol.CodeCardUnbindable},
			"no UID":         {Ask{Card: "04A1B2"}, protocol.CodeCardUnbindable},
			"no hex":         {Ask{Card: "04A1B2G3"}, protocol.CodeCardUnbindable},
			"15 digits":      {Ask{NIK: siti[:15]}, string(protocol.NIKLengthWrong)},
			"a UID as NIK":   {Ask{NIK: card}, string(protocol.NIKIsUID)},
			"31 February":    {Ask{NIK: "1971993102900001"}, string(protocol.NIKDate)},
			"10,000 letters": {Ask{NIK: strings.Repeat("x", 10_000)}, string(protocol.NIKLetters)},
		} {
			if code := r.code(tc.ask); code != tc.code {
				t.Errorf("%s: %s, want %s", name, code, tc.code)
			}
		}
		if n := r.reg.asked(); n != 0 {
			t.Errorf("the registry was asked %d times about nothing", n)
		}
	})
}

func TestARegistryThatTakesAMinuteKeepsACitizenFourSecondsAndIsBelievedLater(t *testing.T) {
	inTime(t, func(c *Config) { c.Timeout = 2 * time.Minute }, func(t *testing.T, r *rig) {
		r.reg.set(time.Minute, ok, nil)
		began := time.Now()
		r.wants(r.identify(siti), protocol.PersonUnverified, protocol.WhySlow)
		if took := time.Since(began); took != 4*time.Second {
			t.Fatalf("she waited %v", took)
		}
		if s := r.Status(); s.State != protocol.WhySlow {
			t.Errorf("the administrator reads %q", s.State)
		}
		r.wants(r.identify(siti), protocol.PersonUnverified, protocol.WhySlow) // she asks again, and waits again
		if n := r.reg.asked(); n != 1 {
			t.Fatalf("one NIK is asked about %d times at once", n)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if p := r.shelf.kept(siti); p.State != protocol.PersonVerified || p.Name != "Siti Contoh" || !p.RetryAt.IsZero() {
			t.Fatalf("behind she became %s, again at %v", p.State, p.RetryAt)
		}
		if p, ok := r.Sketch(r.shelf.kept(siti).ID); !ok || p.MaskedName != "S*** C*****" {
			t.Fatalf("the officer sees %+v", p)
		}
	})
}

func TestWithoutALineNobodyIsTurnedAwayAndAllAreVerifiedOnceItIsBack(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		r.reg.set(0, registry.Result{}, errNoLine)
		for i := range 40 {
			r.wants(r.identify(someone(i)), protocol.PersonUnverified, protocol.WhyNetwork)
		}
		if n := r.reg.asked(); n != breakAfter {
			t.Fatalf("a registry that is gone was asked %d times in a row", n)
		}
		if r.Breaker() != "open" || r.Status().State != protocol.WhyNetwork {
			t.Fatalf("breaker %s, state %s", r.Breaker(), r.Status().State)
		}
		r.reg.set(time.Hour, ok, nil) // a line that takes everything and says nothing
		began := time.Now()
		r.wants(r.identify(someone(41)), protocol.PersonUnverified, protocol.WhyNetwork)
		if took := time.Since(began); took != 0 {
			t.Fatalf("she waited %v for a registry that is known to be gone", took)
		}
		r.reg.set(100*time.Millisecond, ok, nil)
		time.Sleep(15 * time.Minute)
		synctest.Wait()
		for i := range 40 {
			if p := r.shelf.kept(protocol.NIK(someone(i))); p.State != protocol.PersonVerified {
				t.Fatalf("person %d is still %s", i, p.State)
			}
		}
		if s := r.Status(); s.Queued != 0 || s.State != "ok" || s.Persons != 41 {
			t.Fatalf("the administrator reads %+v", s)
		}
		if r.Breaker() != "closed" {
			t.Fatalf("breaker %s", r.Breaker())
		}
		for _, nik := range []string{someone(0), someone(40), "Contoh"} {
			if strings.Contains(r.log.String(), nik) {
				t.Fatal("the log holds personal data")
			}
		}
	})
}

func TestTheBreakerTriesAgainAfter15SecondsDoublingToFiveMinutes(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		now := time.Now()
		g := r.gate
		for range breakAfter {
			g.failed(protocol.WhyNetwork, false)
		}
		for _, pause := range []time.Duration{15, 30, 60, 120, 240, 300, 300} {
			if wait := g.shut(time.Now()); wait != pause*time.Second {
				t.Fatalf("after %v it pauses %v, want %v s", time.Since(now), wait, pause)
			}
			if _, why := g.pass(time.Now(), true); why != protocol.WhyNetwork {
				t.Fatal("somebody passes an open breaker")
			}
			time.Sleep(pause * time.Second)
			probe, why := g.pass(time.Now(), false)
			if !probe || why != "" || g.state() != "half_open" {
				t.Fatalf("no probe: %v %q %s", probe, why, g.state())
			}
			if _, why := g.pass(time.Now(), false); why == "" {
				t.Fatal("two probes at once")
			}
			g.failed(protocol.WhyNetwork, false) // one that was under way says nothing new
			g.failed(protocol.WhyNetwork, true)
		}
		g.answered("")
		if _, why := g.pass(time.Now(), false); why != "" || g.state() != "closed" {
			t.Fatalf("an answer did not close it: %q %s", why, g.state())
		}
	})
}

func TestWhoIsQueuedIsLookedUpAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, reg := newShelf(), &scripted{}
		reg.set(time.Hour, ok, nil)
		r := open(t, s, reg, nil)
		var waiting sync.WaitGroup
		for i := range 3 {
			waiting.Go(func() { r.wants(r.identify(someone(i)), protocol.PersonUnverified, protocol.WhySlow) })
		}
		waiting.Wait()
		r.Close() // while the registry is still being asked
		if n, next, _ := s.Queued(t.Context()); n != 3 || next.IsZero() {
			t.Fatalf("%d are queued", n)
		}
		reg.set(0, ok, nil)
		time.Sleep(time.Hour) // the server is off
		r = open(t, s, reg, nil)
		defer r.Close()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		for i := range 3 {
			if p := s.kept(protocol.NIK(someone(i))); p.State != protocol.PersonVerified {
				t.Fatalf("person %d is still %s", i, p.State)
			}
		}
	})
}

func TestAUsedUpQuotaWaitsForTheNextDayAndIsTriedInBetweenOnce(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		r.reg.set(0, registry.Result{State: protocol.PersonUnverified, Why: protocol.WhyQuota, Code: "05", Meaning: "today's quota is used up"}, nil)
		a := r.identify(siti)
		r.wants(a, protocol.PersonUnverified, protocol.WhyQuota)
		at, err := time.Parse(time.RFC3339, a.Person.RetryAt)
		midnight := midnight(r.now()).AddDate(0, 0, 1)
		if err != nil || at.Before(midnight) || at.After(midnight.Add(spread)) {
			t.Fatalf("asked again at %s, want just after %s", a.Person.RetryAt, midnight)
		}
		r.wants(r.identify(budi), protocol.PersonUnverified, protocol.WhyQuota)
		if n := r.reg.asked(); n != 1 {
			t.Fatalf("a used up quota was asked %d times", n)
		}
		if s := r.Status(); s.State != protocol.WhyQuota || s.Code != "05" || s.Text == "" {
			t.Errorf("the administrator reads %+v", s)
		}
		r.reg.set(0, ok, nil) // it was raised at noon
		time.Sleep(holdFor)
		r.wants(r.identify(budi), protocol.PersonVerified, "")
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		if p := r.shelf.kept(siti); p.State != protocol.PersonVerified {
			t.Fatalf("the next day she is %s", p.State)
		}
	})
}

// shop is open from 7 to 21 hours.
type shop struct{}

func (shop) Contains(at time.Time) bool { return at.Hour() >= 7 && at.Hour() < 21 }
func (s shop) Next(at time.Time) time.Time {
	for !s.Contains(at) {
		at = at.Truncate(time.Hour).Add(time.Hour)
	}
	return at
}

func TestOutsideItsHoursTheRegistryIsLeftAloneUntilTheyBegin(t *testing.T) {
	inTime(t, func(c *Config) { c.Hours = shop{} }, func(t *testing.T, r *rig) {
		for shop.Contains(shop{}, r.now()) {
			time.Sleep(time.Hour)
		}
		r.wants(r.identify(siti), protocol.PersonUnverified, protocol.WhyHours)
		if n := r.reg.asked(); n != 0 {
			t.Fatal("it was asked at night")
		}
		time.Sleep(shop{}.Next(r.now()).Sub(r.now()) + spread + time.Minute)
		synctest.Wait()
		if p := r.shelf.kept(siti); p.State != protocol.PersonVerified || r.reg.asked() != 1 {
			t.Fatalf("in the morning she is %s after %d questions", p.State, r.reg.asked())
		}
	})
}

func TestWhenEachReasonIsAskedAgain(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		now := r.now()
		for _, tc := range []struct {
			why       string
			tries     int
			low, high time.Duration
		}{
			{protocol.WhyNetwork, 1, 48 * time.Second, 72 * time.Second},
			{protocol.WhySlow, 0, 48 * time.Second, 72 * time.Second},
			{protocol.WhyNetwork, 3, 192 * time.Second, 288 * time.Second},
			{protocol.WhyNetwork, 70, 48 * time.Minute, 72 * time.Minute},
			{protocol.WhyConfig, 9, 15 * time.Minute, 15 * time.Minute},
			{protocol.WhyHours, 1, time.Hour, time.Hour + spread},
		} {
			if wait := r.retryAt(tc.why, tc.tries, now).Sub(now); wait < tc.low || wait > tc.high {
				t.Errorf("%s after %d tries: again in %v, want %v to %v", tc.why, tc.tries, wait, tc.low, tc.high)
			}
		}
		for _, why := range []string{"", protocol.WhyNotFound, protocol.WhyMismatch, protocol.WhyOfficer, protocol.WhyOff} {
			if at := r.retryAt(why, 1, now); !at.IsZero() {
				t.Errorf("%s is asked again by itself", why)
			}
		}
	})
}

func TestANIKThatTheRegistryLacksIsCheckedAndThenTaken(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		r.reg.set(0, registry.Result{State: protocol.PersonRecheck, Code: "13"}, nil)
		r.wants(r.identify(siti), protocol.PersonRecheck, "")
		if n, _ := r.shelf.Count(t.Context()); n != 0 {
			t.Fatal("a mistyped NIK is kept")
		}
		r.wants(r.identify(siti), protocol.PersonRecheck, "")
		a, err := r.Identify(t.Context(), Ask{NIK: siti, Sure: true, Actor: kiosk})
		if err != nil {
			t.Fatal(err)
		}
		r.wants(a, protocol.PersonUnverified, protocol.WhyNotFound)
		if a.Person.RetryAt != "" || r.reg.asked() != 1 {
			t.Fatalf("again at %q; asked %d times", a.Person.RetryAt, r.reg.asked())
		}
		if got := r.shelf.did(); !strings.HasSuffix(got, "looked_up recheck 13, identified unverified_not_found, identified") {
			t.Fatal(got)
		}
	})
}

func TestWhoIsReferredLearnsWhereTo(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		r.reg.set(0, registry.Result{State: protocol.PersonRefer, Code: "14"}, nil)
		a := r.identify(siti)
		r.wants(a, protocol.PersonRefer, "")
		if a.Refer != "data" {
			t.Fatalf("referred to %q", a.Refer)
		}
	})
}

func TestAVerifiedPersonStaysSoWhileTheRegistryIsGone(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		r.identify(siti)
		time.Sleep(25 * time.Hour)
		r.reg.set(0, registry.Result{}, errNoLine)
		a := r.identify(siti)
		r.wants(a, protocol.PersonVerified, "")
		if a.Person.RetryAt == "" {
			t.Fatal("nobody asks again")
		}
		r.reg.set(0, registry.Result{State: protocol.PersonUnverified, Why: protocol.WhyMismatch}, nil)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if p := r.shelf.kept(siti); p.State != protocol.PersonUnverified || p.Why != protocol.WhyMismatch {
			t.Fatalf("the registry took it back, and she is %s", p.State)
		}
	})
}

func TestManyKiosksWithOneCitizenAskOnce(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		r.reg.set(time.Second, ok, nil)
		ids := make(chan string, 32)
		var all sync.WaitGroup
		for range 32 {
			all.Go(func() { ids <- r.identify(siti).Person.ID })
		}
		all.Wait()
		close(ids)
		for id := range ids {
			if id != string(r.shelf.kept(siti).ID) {
				t.Fatal("one citizen became two persons")
			}
		}
		if n := r.reg.asked(); n != 1 {
			t.Fatalf("asked %d times", n)
		}
	})
}

func TestCitizensGoBeforeWhatIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		for i := range 200 {
			_, err := s.Save(t.Context(), vault.Person{NIK: protocol.NIK(someone(i)), State: protocol.PersonUnverified, Why: protocol.WhyNetwork, RetryAt: time.Now(), LastVisit: time.Now()}, vault.Entry{})
			if err != nil {
				t.Fatal(err)
			}
		}
		r := open(t, s, &scripted{result: ok}, func(c *Config) { c.RequestsPerSecond = 2 })
		defer r.Close()
		time.Sleep(5 * time.Second)
		for i := range 5 {
			began := time.Now()
			r.wants(r.identify(someone(300+i)), protocol.PersonVerified, "")
			if took := time.Since(began); took > time.Second {
				t.Fatalf("she waited %v behind those who are not here", took)
			}
			time.Sleep(time.Second)
		}
	})
}

func TestPriorityIsSuggestedFrom60YearsOnWhereTheOfficeHasTheClass(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) { // the bubble's day is in the first hours of 2000
		r.reg.set(0, registry.Result{State: protocol.PersonVerified, Name: "Wayan Umpama"}, nil)
		today := r.today()
		for years, want := range map[int]string{61: lansia, 60: lansia, 59: ""} {
			born := today.AddDate(-years, 0, 0)
			nik := fmt.Sprintf("197199%s0001", born.Format("020106"))
			if a := r.identify(nik); a.Suggest != want {
				t.Errorf("at %d she is offered %q, want %q", years, a.Suggest, want)
			}
		}
		// What the registry says of her birth goes before what her NIK says.
		r.reg.set(0, registry.Result{State: protocol.PersonVerified, BirthDate: today.AddDate(-60, 0, 1)}, nil)
		if a := r.identify(fmt.Sprintf("197199%s0002", today.AddDate(-60, 0, 0).Format("020106"))); a.Suggest != "" {
			t.Error("a day before she is 60 she is offered priority")
		}
	})
}

func TestTheDeskOfAnOfficeWithoutARegistryKnowsPeopleUnverified(t *testing.T) {
	inTime(t, func(c *Config) { c.Lookup, c.Adapter = registry.None{}, "none" }, func(t *testing.T, r *rig) {
		a := r.identify(siti)
		r.wants(a, protocol.PersonUnverified, protocol.WhyOff)
		if b := r.identify(siti); b.Person.ID != a.Person.ID {
			t.Error("she is two persons")
		}
		if s := r.Status(); s.State != protocol.WhyOff || s.Adapter != "none" || r.shelf.kept(siti).RetryAt != (time.Time{}) {
			t.Errorf("%+v", s)
		}
	})
}
