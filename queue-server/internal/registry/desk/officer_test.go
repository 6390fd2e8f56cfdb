package desk

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

func (r *rig) caseOf(id string) Case {
	return Case{Actor: ana, Ticket: "A-001", Person: queue.PersonID(id)}
}

func TestNothingIsRevealedThatTheTrailCannotTake(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		c := r.caseOf(r.identify(siti).Person.ID)
		shown, err := r.Reveal(t.Context(), c)
		if err != nil || shown.NIK != siti || shown.Name != "Siti Contoh" || shown.BirthDate != "1958-07-01" || shown.Region != "Kepulauan Bangka Belitung" {
			t.Fatalf("revealed %+v, %v", shown, err)
		}
		last := r.shelf.last()
		if last.Action != vault.Revealed || last.Actor != ana || last.Ticket != "A-001" || string(last.Person) != string(c.Person) {
			t.Fatalf("the trail says %+v", last.Entry)
		}
		r.shelf.fill(true)
		if shown, err := r.Reveal(t.Context(), c); err == nil || shown != (protocol.RevealResult{}) {
			t.Fatal("revealed without a trace")
		}
	})
}

func TestACorrectedTicketGoesToAPersonOfItsOwn(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		wrong := r.identify(budi).Person.ID
		r.reg.set(0, registry.Result{State: protocol.PersonRecheck, Code: "13"}, nil)
		var right queue.PersonID
		give := func(id queue.PersonID) error { right = id; return nil }
		if err := r.Correct(t.Context(), r.caseOf(wrong), siti, give); err != nil {
			t.Fatal(err)
		}
		if p := r.shelf.kept(siti); p.ID != right || string(right) == wrong || p.State != protocol.PersonUnverified || p.Why != protocol.WhyNotFound {
			t.Fatalf("it went to %s, who is %s", right, p.State)
		}
		var of []queue.PersonID
		for _, row := range r.shelf.trail() {
			if row.Action == vault.Corrected {
				of = append(of, row.Person)
			}
		}
		if len(of) != 2 || of[0] != right || string(of[1]) != wrong {
			t.Fatalf("the trail has the correction of %v", of)
		}
		var e *protocol.Error
		if err := r.Correct(t.Context(), r.caseOf(wrong), siti[:15], give); !errors.As(err, &e) || e.Code != string(protocol.NIKLengthWrong) {
			t.Fatalf("15 digits: %v", err)
		}
		refused := &queue.Refusal{Code: queue.CodeAlreadyWaiting}
		if err := r.Correct(t.Context(), r.caseOf(wrong), siti, func(queue.PersonID) error { return refused }); !errors.Is(err, refused) {
			t.Fatalf("refused: %v", err)
		}
		if last := r.shelf.last(); last.Action != vault.Corrected || last.Outcome != "refused" {
			t.Fatalf("the trail ends with %+v", last.Entry)
		}
	})
}

func TestAnOfficerHasTheRegistryAskedAgainAtOnce(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		r.reg.set(0, registry.Result{State: protocol.PersonUnverified, Why: protocol.WhyConfig, Code: "16"}, nil)
		id := r.identify(siti).Person.ID
		r.reg.set(0, ok, nil) // the account was put right; the desk would wait a quarter of an hour
		if err := r.VerifyAgain(t.Context(), r.caseOf(id)); err != nil {
			t.Fatal(err)
		}
		if p, _ := r.Sketch(queue.PersonID(id)); p.State != protocol.PersonVerified || r.reg.asked() != 2 {
			t.Fatalf("she is %s after %d questions", p.State, r.reg.asked())
		}
		if err := r.VerifyAgain(t.Context(), r.caseOf(id)); err != nil || r.reg.asked() != 3 {
			t.Fatalf("an officer may ask about somebody verified just now: %v, %d questions", err, r.reg.asked())
		}
	})
}

func TestWhoIsErasedStaysErasedAlsoWhileTheRegistryIsAsked(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		r.reg.set(20*time.Second, ok, nil)
		id := r.identify(siti).Person.ID // slow, and asked on behind
		r.Sketch(queue.PersonID(id))
		gone, err := r.Erase(t.Context(), ana, siti, "surat 12/2026")
		if err != nil || gone.Persons != 1 {
			t.Fatalf("erased %+v, %v", gone, err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n, _ := r.shelf.Count(t.Context()); n != 0 {
			t.Fatal("the registry's answer brought her back")
		}
		r.Sketch(queue.PersonID(id))
		synctest.Wait()
		if _, ok := r.Sketch(queue.PersonID(id)); ok {
			t.Fatal("an officer still sees her")
		}
		var e *protocol.Error
		if _, err := r.Reveal(t.Context(), r.caseOf(id)); !errors.As(err, &e) || e.Code != protocol.CodePersonUnknown {
			t.Fatalf("revealed: %v", err)
		}
		if again, err := r.Erase(t.Context(), ana, siti, "surat 12/2026"); err != nil || again.Persons != 0 {
			t.Fatalf("erased twice: %+v, %v", again, err)
		}
	})
}

func TestAKioskTakesTicketsForTenMinutesForWhomItIdentified(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		id := queue.PersonID(r.identify(siti).Person.ID)
		here := func(by queue.Actor, id queue.PersonID) bool {
			t.Helper()
			yes, err := r.Here(t.Context(), by, id)
			if err != nil {
				t.Fatal(err)
			}
			return yes
		}
		other := queue.Actor{Kind: queue.ByDevice, ID: "k2"}
		if !here(kiosk, id) || here(other, id) || here(kiosk, "nobody") {
			t.Fatal("the wrong kiosk, or the wrong person")
		}
		r.Took(t.Context(), other, id, "A-001")
		time.Sleep(Lasting - time.Second)
		if !here(kiosk, id) {
			t.Fatal("she is forgotten too early")
		}
		time.Sleep(2 * time.Second)
		if here(kiosk, id) {
			t.Fatal("she may have gone home")
		}
		r.identify(siti)
		if _, err := r.Erase(t.Context(), ana, siti, "x"); err != nil || here(kiosk, id) {
			t.Fatalf("a ticket for somebody erased (%v)", err)
		}
	})
}

func TestEachNightThoseAreErasedWhoseTimeIsOverAndAMissedNightIsMadeUpFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		set := func(c *Config) { c.Retention = 10 * 24 * time.Hour }
		r := open(t, s, &scripted{result: ok}, set)
		r.identify(siti)
		time.Sleep(5 * 24 * time.Hour)
		r.identify(budi)
		time.Sleep(6 * 24 * time.Hour)
		synctest.Wait()
		if s.kept(siti).ID != "" || s.kept(budi).ID == "" {
			t.Fatal("the wrong one was erased, or none")
		}
		if st := r.Status(); st.RetentionDays != 10 || st.RetentionRan == "" {
			t.Fatalf("the administrator reads %+v", st)
		}
		r.Close()
		time.Sleep(8 * 24 * time.Hour) // the server is off
		r = open(t, s, &scripted{result: ok}, set)
		defer r.Close()
		synctest.Wait()
		if s.kept(budi).ID != "" || r.Status().RetentionErased != 1 {
			t.Fatalf("the missed nights were not made up for: %+v", r.Status())
		}
		ran, _, _ := s.LastRun(t.Context())
		time.Sleep(90 * time.Minute)
		if again, _, _ := s.LastRun(t.Context()); !again.Equal(ran) && again.Sub(ran) < time.Hour {
			t.Fatal("it runs all the time")
		}
	})
}

func TestTheQuotasAlarmIsLoggedOnceAndShown(t *testing.T) {
	inTime(t, func(c *Config) { c.QuotaAlarm = 100 }, func(t *testing.T, r *rig) {
		for i, left := range []int{500, 99, 98, 97} {
			r.reg.set(0, registry.Result{State: protocol.PersonVerified, QuotaLeft: &left}, nil)
			r.identify(someone(i))
			if s := r.Status(); s.QuotaLeft == nil || *s.QuotaLeft != left || s.QuotaLow != (left < 100) {
				t.Fatalf("with %d left the administrator reads %+v", left, s)
			}
		}
		if n := count(r.log.String(), "nearly used up"); n != 1 {
			t.Fatalf("logged %d times", n)
		}
	})
}

func TestADefectOfTheAdapterCostsOneQuestionAndTellsNothing(t *testing.T) {
	inTime(t, func(c *Config) { c.Lookup = panicking{} }, func(t *testing.T, r *rig) {
		r.wants(r.identify(siti), protocol.PersonUnverified, protocol.WhyConfig)
		if count(r.log.String(), siti) != 0 {
			t.Fatal("the log holds a NIK")
		}
	})
}

func TestAFullDiskIsAFaultAndNotARefusal(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		r.shelf.fill(true)
		_, err := r.Identify(t.Context(), Ask{NIK: siti, Actor: kiosk})
		var e *protocol.Error
		if !errors.Is(err, errFull) || errors.As(err, &e) {
			t.Fatalf("failed with %v", err)
		}
		r.shelf.fill(false)
	})
}

func TestManyDoEverythingAtOnce(t *testing.T) {
	inTime(t, func(c *Config) { c.RequestsPerSecond = 1000 }, func(t *testing.T, r *rig) {
		r.reg.set(10*time.Millisecond, ok, nil)
		var all sync.WaitGroup
		for i := range 64 {
			all.Go(func() {
				nik := someone(i % 8)
				a, err := r.Identify(t.Context(), Ask{NIK: nik, Actor: kiosk})
				var e *protocol.Error
				if err != nil && (!errors.As(err, &e) || e.Code != protocol.CodePersonUnknown) { // erased meanwhile
					t.Errorf("identify: %v", err)
					return
				}
				c := r.caseOf(a.Person.ID)
				switch i % 4 {
				case 0:
					_, err = r.Erase(t.Context(), ana, nik, "x")
				case 1:
					_, err = r.Reveal(t.Context(), c)
				case 2:
					err = r.VerifyAgain(t.Context(), c)
				case 3:
					r.Sketch(c.Person)
					r.Status()
				}
				if err != nil && !errors.As(err, &e) {
					t.Errorf("%d: %v", i%4, err)
				}
			})
		}
		all.Wait()
		if r.reg.most > 8 {
			t.Errorf("%d questions at once about 8 people", r.reg.most)
		}
	})
}
