package flow

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loket/queue-server/protocol"
)

// world plays a random afternoon at a kiosk and keeps account of every ticket.
type world struct {
	state   State
	now     time.Time
	tickets int
	asked   map[string]int      // Reserve effects
	owed    map[string]Input    // ids that the server or printer owes an answer, with the good one
	taken   map[string]bool     // ids that the server gave a number for, or may have
	ends    map[string][]Effect // Confirm and Cancel
	copies  int
	persons map[string]bool // who said in this visit that it is her
	cards   map[string]bool // that were asked about together with a NIK, and are not confirmed
}

func newWorld(landscape bool) *world {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	return &world{
		state: New(landscape, now), now: now,
		asked: map[string]int{}, owed: map[string]Input{}, taken: map[string]bool{}, ends: map[string][]Effect{},
		persons: map[string]bool{}, cards: map[string]bool{},
	}
}

func (w *world) feed(in Input) {
	before := w.state
	var effects []Effect
	w.state, effects = Step(w.state, in, w.now)
	w.follow(before, in, effects)
	for _, e := range effects {
		switch e := e.(type) {
		case Reserve:
			w.asked[e.TicketID]++
			w.owed[e.TicketID] = Reserved{Ticket{ID: e.TicketID, Number: "A-001"}}
		case Print:
			w.owed[e.Ticket.ID] = Printed{e.Ticket.ID}
		case Identify:
			w.owed[fmt.Sprint("who ", e.Try)] = Identified{Asked: e}
		case LookUp:
			w.owed[fmt.Sprint("find ", e)] = TicketFound{e, found("waiting")}
		case PrintCopy:
			w.owed["copy "+e.Slip.Ticket.ID] = Copied{e.Slip.Ticket.ID}
			w.copies++
		case Confirm:
			w.ends[e.TicketID] = append(w.ends[e.TicketID], e)
		case Cancel:
			w.ends[e.TicketID] = append(w.ends[e.TicketID], e)
		}
	}
}

// answer gives an owed answer, as the printer and the server do: one for each question.
func (w *world) answer(t *rapid.T, id string) {
	in := w.owed[id]
	delete(w.owed, id)
	fails := rapid.Bool().Draw(t, "fails")
	switch good := in.(type) {
	case Reserved:
		w.taken[id] = true
		if fails {
			code := rapid.SampledFrom([]string{
				"", "office_closed", "quota_full", "internal", "person_limit", "already_waiting", "person_unknown",
				"identity_required", "priority_unknown",
			}).Draw(t, "code")
			w.taken[id] = code == ""
			in = Refused{TicketID: id, Code: code}
		}
	case Printed:
		if fails {
			in = NotPrinted{TicketID: good.TicketID, Out: rapid.Bool().Draw(t, "out")}
		}
	case TicketFound:
		in = TicketFound{good.Asked, found(rapid.SampledFrom([]string{"waiting", "held", "called", "expired"}).Draw(t, "state"))}
		if fails {
			code := rapid.SampledFrom([]string{"", "ticket_not_found", "ticket_not_found", "rate_limited"}).Draw(t, "code")
			in = TicketNotFound{good.Asked, code}
		}
	case Copied:
		if fails {
			in = NotCopied(good)
		}
	case Identified:
		in = anyAnswer(t, good.Asked, fails)
	}
	w.feed(in)
}

// act does one random thing.
func (w *world) act(t *rapid.T) {
	w.now = w.now.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 1, 1, 3, 20, 41, 100}).Draw(t, "seconds")) * time.Second)
	if ids := sortedKeys(w.owed); len(ids) > 0 && rapid.Bool().Draw(t, "answer") {
		w.answer(t, rapid.SampledFrom(ids).Draw(t, "id"))
		return
	}
	if w.state.Screen == Identity && rapid.IntRange(0, 3).Draw(t, "type") == 0 {
		for _, in := range append(keys(rapid.SampledFrom(sampleNIKs).Draw(t, "NIK")), SendNIK{}) {
			w.feed(in)
		}
		return
	}
	in := anyInput().Draw(t, "input")
	if apt := aptOn(w.state.Screen); apt != nil && rapid.Bool().Draw(t, "apt") {
		in = rapid.SampledFrom(apt).Draw(t, "apt input")
	}
	if take, ok := in.(TakeTicket); ok {
		w.tickets++
		take.TicketID = fmt.Sprint("t", w.tickets)
		in = take
	}
	w.feed(in)
}

// anyInput draws touches in the order a hurried citizen or a child makes them, news, and answers
// that nobody asked for.
func anyInput() *rapid.Generator[Input] {
	agency := rapid.SampledFrom([]string{"dukcapil", "polres", "solo", "gone"})
	service := rapid.SampledFrom([]string{"ktp", "kk", "skck", "only", "gone"})
	ticket := rapid.SampledFrom([]string{"t1", "t2", "t3", "stranger"})
	return rapid.Custom(func(t *rapid.T) Input {
		if rapid.IntRange(0, 3).Draw(t, "who") == 0 {
			return anyOfWho(t)
		}
		if rapid.Bool().Draw(t, "way on") { // the way to a ticket is long: prefer it
			return rapid.SampledFrom([]Input{
				Scanned{sampleToken},
				OpenFind{},
				SendFind{},
				TakeCopy{},
				TakeCopy{},
				Touch{},
				TakeNumber{},
				ChooseAgency{"dukcapil"},
				ChooseService{"ktp"},
				TakeTicket{},
				TakeTicket{},
			}).Draw(t, "on")
		}
		return rapid.SampledFrom([]Input{
			Tick{},
			Tick{},
			Touch{},
			OpenSearch{},
			Erase{},
			NumberNoted{},
			NumberNoted{},
			Back{},
			Another{},
			Finish{},
			ToggleLarge{},
			ToggleContrast{},
			ToggleReach{},
			nil,
			SetLang{rapid.SampledFrom([]string{"id", "en", "xx"}).Draw(t, "lang")},
			ChooseAgency{agency.Draw(t, "agency")},
			ChooseService{service.Draw(t, "service")},
			ChooseField{rapid.Bool().Draw(t, "code")},
			Scanned{rapid.OneOf(rapid.Just("HTTP://X/T/"+sampleToken), rapid.String()).Draw(t, "scanned")},
			TicketFound{LookUp{Token: "stranger"}, found("waiting")},
			TicketNotFound{Asked: LookUp{Token: "stranger"}},
			Copied{"stranger"},
			NotCopied{"found"},
			TypeKey{rapid.OneOf(rapid.SampledFrom([]string{"K", "t", "P", " ", "1", "7"}), rapid.String()).Draw(t, "key")},
			TurnPage{rapid.IntRange(-3, 3).Draw(t, "by")},
			Reserved{Ticket{ID: "stranger", Number: "Z-999"}},
			Refused{TicketID: "stranger"},
			Printed{"stranger"},
			NotPrinted{TicketID: ticket.Draw(t, "ticket") + "?"},
			NewView{Live: anyLive(t), Online: rapid.Bool().Draw(t, "online")},
			NewCatalog{anyCatalog(t)},
		}).Draw(t, "input")
	})
}

func anyLive(t *rapid.T) protocol.KioskView {
	v := sampleLive()
	v.Open = rapid.IntRange(0, 4).Draw(t, "open") > 0
	for i := range v.Services {
		v.Services[i].Open = rapid.IntRange(0, 4).Draw(t, "service open") > 0
	}
	return v
}

func anyCatalog(t *rapid.T) protocol.Catalog {
	c := sampleCatalog()
	c.Agencies = c.Agencies[:rapid.IntRange(0, len(c.Agencies)).Draw(t, "agencies")]
	c.Services = c.Services[:rapid.IntRange(0, len(c.Services)).Draw(t, "services")]
	for i := range c.Services {
		c.Services[i].Identity = rapid.SampledFrom([]string{"", "none", "optional", "required"}).Draw(t, "identity")
	}
	c.Priorities = c.Priorities[:rapid.IntRange(0, len(c.Priorities)).Draw(t, "priorities")]
	return c
}

func TestNoSequenceOfInputsBreaksAVisit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(rapid.Bool().Draw(t, "landscape"))
		w.feed(NewCatalog{sampleCatalog()})
		w.feed(NewView{Live: sampleLive(), Online: true})
		for range rapid.IntRange(1, 120).Draw(t, "steps") {
			w.act(t)
			checkState(t, w.state)
			w.checkTickets(t)
			checkForgotten(t, w.state)
		}
		checkWiped(t, w.state)
		w.settle(t)
		for id := range w.taken {
			if w.taken[id] && len(w.ends[id]) != 1 {
				t.Fatalf("ticket %s got %d ends: %v", id, len(w.ends[id]), w.ends[id])
			}
		}
		if len(w.state.loose) != 0 {
			t.Fatalf("answered tickets are still remembered: %v", w.state.loose)
		}
	})
}

// settle answers all that is owed and lets the last visit run out.
func (w *world) settle(t *rapid.T) {
	for range 10 {
		for _, id := range sortedKeys(w.owed) {
			w.answer(t, id)
		}
		w.now = w.now.Add(2 * time.Minute)
		w.feed(Tick{})
	}
	if w.state.Screen != Attract || len(w.owed) != 0 {
		t.Fatalf("the kiosk did not come to rest: %s, owed %v", w.state.Screen, w.owed)
	}
}

func checkState(t *rapid.T, s State) {
	if s.Screen == Attract {
		if !s.Deadline.IsZero() {
			t.Fatal("attract has a deadline")
		}
		return
	}
	if !s.Deadline.After(s.Now) || s.Deadline.Sub(s.Now) > 2*time.Minute {
		t.Fatalf("%s: deadline %v at %v", s.Screen, s.Deadline, s.Now)
	}
	switch s.Screen {
	case Service:
		if _, ok := s.ChosenAgency(); !ok {
			t.Fatal("services of an agency that is not there")
		}
	case Requirements:
		v, ok := s.ChosenService()
		if !ok || v.AgencyID != s.AgencyID {
			t.Fatalf("requirements of %q at %q", s.ServiceID, s.AgencyID)
		}
	case Printing, Done, OnScreen:
		if s.Ticket.ID == "" {
			t.Fatalf("%s without a ticket", s.Screen)
		}
	case Trouble:
		if s.Trouble == "" {
			t.Fatal("trouble without a reason")
		}
	case FindTicket:
		if len(s.Find.Number) > 5 || len(s.Find.Code) > 4 || s.Find.tries >= maxFindTries {
			t.Fatalf("typed %+v", s.Find)
		}
	case FoundTicket:
		if s.Found.ID == "" || s.Find.Busy() || s.Copy != CopyNone && !s.Found.CanCopy() {
			t.Fatalf("found %+v, copy %q", s.Found, s.Copy)
		}
	case Identity, Privacy, ConfirmPerson, Priority:
		checkPersonScreen(t, s)
	case Attract, Home, Agency, Search:
	}
	if s.Screen != FindTicket && (s.Find.Number != "" || s.Find.Code != "" || s.Find.Busy()) || s.Screen != FoundTicket && s.Found.ID != "" {
		t.Fatalf("%s has a ticket that was looked for: %+v %+v", s.Screen, s.Find, s.Found)
	}
	for _, pages := range []func() (int, int){
		func() (int, int) { _, p, n := s.AgencyPage(); return p, n },
		func() (int, int) { _, p, n := s.ServicePage(); return p, n },
		func() (int, int) { _, p, n := s.SearchResults(); return p, n },
	} {
		if p, n := pages(); p < 0 || p >= n || s.Page < 0 {
			t.Fatalf("page %d of %d", p, n)
		}
	}
}

// checkTickets holds that a visit asks for one ticket at a time, and ends none twice.
func (w *world) checkTickets(t *rapid.T) {
	for id, n := range w.asked {
		if n != 1 {
			t.Fatalf("ticket %s was asked for %d times", id, n)
		}
		if len(w.ends[id]) > 1 {
			t.Fatalf("ticket %s was ended twice: %v", id, w.ends[id])
		}
	}
	inVisit := 0
	for id, in := range w.owed {
		if _, reserve := in.(Reserved); reserve && w.state.Screen == Printing && id == w.state.Ticket.ID {
			inVisit++
		}
	}
	if inVisit > 1 {
		t.Fatal("two reservations in one visit")
	}
	if len(w.ends["found"]) > 0 || w.asked["found"] > 0 {
		t.Fatal("a copy touched the queue")
	}
	if _, known := w.ends["stranger"]; known {
		t.Fatal("an answer that nobody asked for had an effect")
	}
}

// checkWiped holds that nothing is left of a visit after its deadline, from whatever state.
func checkWiped(t *rapid.T, s State) {
	if s.Screen == Attract {
		return
	}
	after, _ := Step(s, Tick{}, s.Deadline)
	want := New(s.Landscape, s.Deadline)
	want.Catalog, want.Live, want.Online, want.LiveAt, want.Ready = s.Catalog, s.Live, s.Online, s.LiveAt, s.Ready
	want.loose, want.asked = after.loose, s.asked
	if !reflect.DeepEqual(after, want) {
		t.Fatalf("left over of %s: %v", s.Screen, stringsOf(reflect.ValueOf(after)))
	}
}

func TestStepChangesNothingOfItsArgumentAndRepeats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(false)
		w.feed(NewCatalog{sampleCatalog()})
		w.feed(NewView{Live: sampleLive(), Online: true})
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			w.act(t)
		}
		before := w.state
		before.loose = slices.Clone(w.state.loose)
		in := anyInput().Draw(t, "input")
		later := w.now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "seconds")) * time.Second)
		s1, e1 := Step(w.state, in, later)
		s2, e2 := Step(w.state, in, later)
		if !reflect.DeepEqual(s1, s2) || !reflect.DeepEqual(e1, e2) {
			t.Fatal("two answers for one question")
		}
		if !slices.Equal(before.loose, w.state.loose) {
			t.Fatal("the argument changed")
		}
	})
}
