package desk

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

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
