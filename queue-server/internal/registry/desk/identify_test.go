package desk

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

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
		if code := r.code(Ask{Card: card}); code != protocol.CodeCardUnknown {
			t.Fatalf("the card is bound before she has said that it is her: %s", code)
		}
		if code := r.confirms(kiosk, first.Person.ID, strings.ToLower(card)); code != "ok" {
			t.Fatal(code)
		}
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

// confirms is the code that Confirm answers with, or "ok".
func (r *rig) confirms(by queue.Actor, id, card string) string {
	r.t.Helper()
	err := r.Confirm(r.t.Context(), by, queue.PersonID(id), card)
	var e *protocol.Error
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &e):
		return e.Code
	}
	r.t.Fatal(err)
	return ""
}

func TestACardIsBoundOnlyByTheKioskThatIdentifiedItsHolderJustNow(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		id := r.identify(siti).Person.ID
		for name, tc := range map[string]struct {
			by       queue.Actor
			id, card string
			code     string
		}{
			"another kiosk":    {queue.Actor{Kind: queue.ByDevice, ID: "k2"}, id, card, protocol.CodePersonUnknown},
			"a made-up person": {kiosk, "nobody", card, protocol.CodePersonUnknown},
			"no person":        {kiosk, "", card, protocol.CodePersonUnknown},
			"a random UID":     {kiosk, id, "08A1B2C3", protocol.CodeCardUnbindable},
			"no card":          {kiosk, id, "", protocol.CodeCardUnbindable},
		} {
			if code := r.confirms(tc.by, tc.id, tc.card); code != tc.code {
				t.Errorf("%s: %s, want %s", name, code, tc.code)
			}
		}
		time.Sleep(Lasting + time.Second)
		if code := r.confirms(kiosk, id, card); code != protocol.CodePersonUnknown {
			t.Fatalf("after ten minutes: %s", code)
		}
		r.identify(siti)
		for range 2 { // a repeat changes nothing
			if code := r.confirms(kiosk, id, card); code != "ok" {
				t.Fatal(code)
			}
		}
		if n := count(r.shelf.did(), string(vault.CardBound)); n != 1 {
			t.Errorf("the trail has %d bindings of one card", n)
		}
	})
}

func TestACardThatComesWithANIKIsThatPersonsOnlyWhenSheSaysSo(t *testing.T) {
	inTime(t, nil, func(t *testing.T, r *rig) {
		hers := r.identify(siti).Person.ID
		if code := r.confirms(kiosk, hers, card); code != "ok" {
			t.Fatal(code)
		}
		other, err := r.Identify(t.Context(), Ask{Card: card, NIK: budi, Actor: kiosk})
		if err != nil || other.Person.ID == hers || other.Person.MaskedNIK != protocol.NIK(budi).Mask() {
			t.Fatalf("a card that is known and comes with a NIK is answered by the card: %+v, %v", other.Person, err)
		}
		opens := func(want string) {
			t.Helper()
			if a, err := r.Identify(t.Context(), Ask{Card: card, Actor: kiosk}); err != nil || a.Person.ID != want {
				t.Fatalf("the card opens the visit of %s (%v), want %s", a.Person.ID, err, want)
			}
		}
		opens(hers) // a NIK that was mistyped took nothing from her
		if code := r.confirms(kiosk, other.Person.ID, card); code != "ok" {
			t.Fatal(code)
		}
		opens(other.Person.ID)
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
