package screen

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// nik is siti's.
const nik = "1971994107580001"

// personScene is a picture of a person's visit; wide says that landscape has it too.
type personScene struct {
	scene
	wide bool
}

// personScenes are what Identity and the screens after it say beside the ordinary.
func personScenes(base flow.State) []personScene {
	var all []personScene
	add := func(wide bool, name string, on flow.Screen, change func(*flow.State)) {
		s := at(base, on)
		s.Prefs.Lang = "id"
		change(&s)
		all = append(all, personScene{scene{name, s}, wide})
	}
	add(false, "empty", flow.Identity, func(s *flow.State) { s.Who.Typed, s.ServiceID = "", "dukcapil-pindah" })
	add(true, "card-new", flow.Identity, func(s *flow.State) { s.Who = flow.IdentityForm{Card: "04", Problem: flow.ProblemCardNew} })
	add(false, "card-not-hers", flow.Identity, func(s *flow.State) {
		s.Who = flow.IdentityForm{Card: "04", Disowned: true, Problem: flow.ProblemCardNew}
	})
	add(true, "wrong-day", flow.Identity, func(s *flow.State) {
		s.Who = flow.IdentityForm{Typed: "19719972", Problem: flow.IdentityProblem(protocol.NIKDay)}
	})
	add(false, "recheck", flow.Identity, func(s *flow.State) { s.Who = flow.IdentityForm{Typed: nik, Problem: flow.ProblemRecheck} })
	add(false, "checking", flow.Identity, func(s *flow.State) {
		s.Who = flow.IdentityForm{Typed: nik, Asked: flow.Identify{Try: 1, NIK: nik}}
	})
	add(false, "checking-card", flow.Identity, func(s *flow.State) { s.Who = flow.IdentityForm{Asked: flow.Identify{Try: 1, Card: "04"}} })
	add(false, "later", flow.ConfirmPerson, func(s *flow.State) { later(s) })
	add(false, "has-ticket", flow.ConfirmPerson, func(s *flow.State) { s.Person.Ticket = &protocol.FindResult{Number: "A-017"} })
	add(true, "refer", flow.ConfirmPerson, func(s *flow.State) { refer(s) })
	add(true, "already", flow.FoundTicket, func(s *flow.State) { s.Already = true })
	add(false, "tapped", flow.Home, func(s *flow.State) { *s = tapped(base); s.Prefs.Lang = "id" })
	add(false, "no-id", flow.Trouble, func(s *flow.State) { s.Trouble = flow.TroubleNoID })
	add(false, "no-suggestion", flow.Priority, func(s *flow.State) { s.Person.Suggest = "" })
	add(false, "find-no-card", flow.FindTicket, func(s *flow.State) { s.Find = flow.FindForm{Problem: flow.FindNoCard} })
	add(false, "needs-id", flow.Requirements, func(s *flow.State) { s.ServiceID = "dukcapil-ikd" })
	add(false, "limit", flow.Trouble, func(s *flow.State) { s.Trouble = flow.TroubleLimit })
	return all
}

// tapped is a visit that began with a card, on Home.
func tapped(base flow.State) flow.State {
	s, _ := flow.Step(at(base, flow.Attract), flow.CardRead{UID: "04A1B2C3D4E5F6", Bindable: true}, morning)
	s.Prefs, s.Deadline = base.Prefs, base.Deadline
	return s
}

// later makes the person one of whom only the NIK is known yet.
func later(s *flow.State) {
	s.Person.Person.MaskedName, s.Person.Person.State, s.Person.Person.Why = "", protocol.PersonUnverified, protocol.WhyNetwork
}

func refer(s *flow.State) {
	s.Person.Person.State, s.Person.ReferServiceID = protocol.PersonRefer, "dukcapil-data"
}

// persons are all states of a person's visit.
func persons(base flow.State) []flow.State {
	var all []flow.State
	for _, sc := range personScenes(base) {
		sc.state.Prefs = base.Prefs
		all = append(all, sc.state)
	}
	for problem := range problems {
		s := at(base, flow.Identity)
		s.Who.Problem = problem
		all = append(all, s)
	}
	long := at(base, flow.ConfirmPerson)
	long.Person.Person.MaskedName = protocol.MaskName("Raden Ajeng Contohwati Umpamaningrum Misalnyadiningrat binti Wayan Andaikata")
	referred := long
	refer(&referred)
	for i, v := range base.Catalog.Services { // any service may be the one to see an officer for
		if i%6 == 0 {
			referred.Person.ReferServiceID = v.ID
			all = append(all, referred)
		}
	}
	referred.Person.ReferServiceID = ""
	hers := long
	hers.Person.Ticket = &protocol.FindResult{Number: "M-1017"}
	already := at(base, flow.Trouble)
	already.Trouble = flow.TroubleAlready
	all = append(all, long, referred, hers, already)
	for _, on := range []flow.Screen{flow.Agency, flow.Service, flow.Search} {
		all = append(all, at(tapped(base), on))
	}
	for _, state := range []string{"waiting", "called", "held", "completed"} {
		s := at(base, flow.FoundTicket)
		s.Already, s.Found.State, s.Found.Counter = true, state, 18
		all = append(all, s)
	}
	for n := 1; n <= 8; n++ { // of the office's own making
		s := at(base, flow.Priority)
		s.Catalog.Priorities = nil
		for i := range n {
			c := base.Catalog.Priorities[i%len(base.Catalog.Priorities)]
			s.Catalog.Priorities = append(s.Catalog.Priorities, c)
		}
		all = append(all, s)
	}
	return all
}

// signs are all letters and digits that an object keeps in its texts, shown or not, in drawing order.
func signs(o fyne.CanvasObject) string {
	switch o := o.(type) {
	case *fyne.Container:
		var b strings.Builder
		for _, child := range o.Objects {
			b.WriteString(signs(child))
		}
		return b.String()
	case *canvas.Text:
		return o.Text
	}
	return ""
}

// play types a NIK digit by digit, confirms who it is and shows the ticket she has, then ends the visit.
func play(st *stage, base flow.State) {
	s := at(base, flow.Identity)
	for i := range len(nik) + 1 {
		s.Who.Typed = nik[:i]
		st.Show(s)
	}
	s.Who.Typed = nik[:3] // some erased, and typed again
	st.Show(s)
	s.Who.Typed = nik
	st.Show(s)
	s = at(base, flow.ConfirmPerson)
	st.Show(s)
	later(&s)
	st.Show(s)
	s = at(base, flow.FindTicket)
	st.Show(s)
	s = at(base, flow.FoundTicket)
	s.Already = true
	st.Show(s)
}

// visitByCard plays a whole visit through flow: a new card, its NIK, the ticket she has already, and the end. It
// returns the screens that were seen.
func visitByCard(st *stage, s flow.State) map[flow.Screen]bool {
	seen := map[flow.Screen]bool{}
	step := func(in flow.Input) {
		s, _ = flow.Step(s, in, s.Now.Add(time.Second))
		seen[s.Screen] = true
		st.Show(s)
	}
	for _, in := range []flow.Input{
		flow.CardRead{UID: "04A1B2C3D4E5F6", Bindable: true},
		flow.TakeNumber{},
		flow.ChooseAgency{ID: "dukcapil"},
		flow.ChooseService{ID: "dukcapil-ikd"},
		flow.TakeTicket{TicketID: "t"},
	} {
		step(in)
	}
	step(flow.NotIdentified{Asked: s.Who.Asked, Code: protocol.CodeCardUnknown})
	for _, digit := range nik {
		step(flow.TypeKey{Key: string(digit)})
	}
	step(flow.SendNIK{})
	result := siti()
	held := ticket()
	result.Ticket = &protocol.FindResult{TicketID: held.ID, Number: held.Number, ServiceID: "dukcapil-ikd", Address: held.Address, State: "waiting"}
	step(flow.Identified{Asked: s.Who.Asked, Result: result})
	step(flow.TakeTicket{TicketID: "t"})
	step(flow.Finish{})
	return seen
}

// TestNothingOfTheCitizenStaysInTheObjects looks through every object of every sheet after visits have ended.
func TestNothingOfTheCitizenStaysInTheObjects(t *testing.T) {
	for _, landscape := range []bool{false, true} {
		st := newStage(t, landscape)
		base := hall(t, landscape)
		play(st, base)
		seen := visitByCard(st, at(base, flow.Attract))
		for _, on := range []flow.Screen{flow.Identity, flow.ConfirmPerson, flow.FoundTicket, flow.Attract} {
			if !seen[on] {
				t.Fatalf("the visit never came to %s", on)
			}
		}
		for on, sh := range st.sheets {
			kept := signs(sh.Content())
			if ofTheVisit(on) && kept != "" {
				t.Errorf("%s keeps %q", on, kept)
			}
			for _, secret := range []string{nik, nik[:4], nik[12:], "A-017", "B4", hidden, "*"} {
				if strings.Contains(kept, secret) {
					t.Errorf("%s keeps %q", on, secret)
				}
			}
		}
	}
}

// TestWhatWasTypedIsNeverKeptWhole looks for the digits while the visit goes on: what is drawn over is forgotten, and
// only the last digit stands in an object.
func TestWhatWasTypedIsNeverKeptWhole(t *testing.T) {
	st := newStage(t, false)
	s := at(hall(t, false), flow.Identity)
	for i := range len(nik) + 1 {
		s.Who.Typed = nik[:i]
		st.Show(s)
		if i < 2 {
			continue
		}
		if kept := signs(st.sheets[flow.Identity].Content()); strings.Contains(kept, nik[i-2:i]) {
			t.Fatalf("after %d digits the last two are kept", i)
		}
	}
}

// TestASecretIsDrawnSignBySign keeps masked names out of the caches of measured and painted words.
func TestASecretIsDrawnSignBySign(t *testing.T) {
	st := newStage(t, false)
	st.Show(at(hall(t, false), flow.ConfirmPerson))
	masked := 0
	for _, o := range visible[*canvas.Text](st.root) {
		if strings.Contains(o.Text, hidden) {
			masked++
			if o.Text != hidden {
				t.Errorf("%d signs stand in one object", len([]rune(o.Text)))
			}
		}
	}
	if want := 3 + 5 + 8; masked != want { // "S*** C*****" and the middle of the NIK
		t.Errorf("%d signs are hidden, not %d", masked, want)
	}
}

// TestOnlyAnOptionalCardCanBeLeftOut looks for "Tanpa KTP" in all modes, and for the way to an officer where the
// service must know who she is.
func TestOnlyAnOptionalCardCanBeLeftOut(t *testing.T) {
	for _, landscape := range []bool{false, true} {
		st := newStage(t, landscape)
		for service, want := range map[string]bool{"dukcapil-kk": true, "dukcapil-pindah": false} {
			for _, prefs := range modes() {
				s := at(hall(t, landscape), flow.Identity)
				s.Prefs, s.ServiceID = prefs, service
				st.Show(s)
				got, help := offers(st, flow.TakeTicket{WithoutID: true}), offers(st, flow.NoID{})
				if got != want || help == want {
					t.Errorf("%s for %s: without a card %v, help %v", nameOf(s.Screen, landscape, prefs), service, got, help)
				}
			}
		}
	}
}

// offers says whether an input can be touched.
func offers(st *stage, in flow.Input) bool {
	for _, target := range st.Targets() {
		if target.Input == in {
			return true
		}
	}
	return false
}

// TestAllIsErasedWhereTheNIKIsWrong: beside one digit at a time while it is wrong, and instead of that when it is whole
// and not found.
func TestAllIsErasedWhereTheNIKIsWrong(t *testing.T) {
	st := newStage(t, false)
	for problem, want := range map[flow.IdentityProblem]struct{ all, one bool }{
		"": {one: true}, flow.IdentityProblem(protocol.NIKDay): {all: true, one: true}, flow.ProblemRecheck: {all: true},
		flow.ProblemNoAnswer: {one: true}, flow.ProblemTooMany: {one: true},
	} {
		s := at(hall(t, false), flow.Identity)
		s.Who.Problem = problem
		if problem == flow.ProblemRecheck {
			s.Who.Typed = "1971994107580001"
		}
		st.Show(s)
		if offers(st, flow.EraseAll{}) != want.all || offers(st, flow.Erase{}) != want.one {
			t.Errorf("%q: all %v, one %v", problem, offers(st, flow.EraseAll{}), offers(st, flow.Erase{}))
		}
	}
}

// TestNoQueueIsSaidOnlyWhereNobodyWaits in front of a counter that calls at once.
func TestNoQueueIsSaidOnlyWhereNobodyWaits(t *testing.T) {
	st := newStage(t, false)
	s := at(hall(t, false), flow.Requirements)
	for _, tt := range []struct {
		waiting int
		wait    protocol.WaitRange
		want    bool
	}{
		{0, protocol.WaitRange{Known: true, High: 2}, true},
		{0, protocol.WaitRange{}, true},
		{0, protocol.WaitRange{Known: true, Low: 4, High: 9}, false},
		{3, protocol.WaitRange{Known: true, High: 5}, false},
	} {
		s.Live.Services = []protocol.ServiceState{{ID: s.ServiceID, Open: true, Waiting: tt.waiting, Wait: tt.wait}}
		for _, on := range []flow.Screen{flow.Agency, flow.Service, flow.Requirements} {
			s.Screen = on
			st.Show(s)
			if got := strings.Contains(signs(st.sheets[on].Content()), "Tidak ada antrean"); got != tt.want {
				t.Errorf("%s with %d waiting %+v: %v", on, tt.waiting, tt.wait, got)
			}
		}
	}
}

// TestPrintingSaysWhatIsUnderWay first the number, then the slip.
func TestPrintingSaysWhatIsUnderWay(t *testing.T) {
	st := newStage(t, false)
	s := at(hall(t, false), flow.Printing)
	st.Show(s)
	if words := signs(st.sheets[flow.Printing].Content()); strings.Contains(words, "di bawah layar") || !strings.Contains(words, "meminta nomor") {
		t.Errorf("without a number: %s", words)
	}
	s.Ticket.Number = "A-017"
	st.Show(s)
	if words := signs(st.sheets[flow.Printing].Content()); !strings.Contains(words, "di bawah layar") || !strings.Contains(words, "A-017") {
		t.Errorf("with one: %s", words)
	}
}

// TestTheSuggestedClassStandsFirst and is offered once, as are all others.
func TestTheSuggestedClassStandsFirst(t *testing.T) {
	st := newStage(t, false)
	s := at(hall(t, false), flow.Priority)
	s.Person.Suggest = s.Catalog.Priorities[2].ID
	st.Show(s)
	var got []string
	for _, target := range st.Targets() {
		if in, ok := target.Input.(flow.TakeTicket); ok && in.Priority != "" {
			got = append(got, in.Priority)
		}
	}
	if len(got) != len(s.Catalog.Priorities) || got[0] != s.Person.Suggest || got[1] != s.Catalog.Priorities[0].ID {
		t.Errorf("offered: %v", got)
	}
}

// TestAKioskWithoutAReaderAsksForNoCard reads the words of Identity and Attract.
func TestAKioskWithoutAReaderAsksForNoCard(t *testing.T) {
	for _, landscape := range []bool{false, true} {
		st := newStage(t, landscape)
		st.cfg.NoCards = true
		base := hall(t, landscape)
		for _, on := range []flow.Screen{flow.Attract, flow.Identity, flow.FindTicket} {
			for _, prefs := range modes() {
				s := at(base, on)
				s.Prefs = prefs
				st.Show(s)
				if words := strings.ToLower(signs(st.sheets[on].Content())); strings.Contains(words, "tempelkan") {
					t.Errorf("%s asks for a card", nameOf(on, landscape, prefs))
				}
				if wrong := check(st, s); len(wrong) > 0 {
					t.Errorf("%s: %s", nameOf(on, landscape, prefs), strings.Join(wrong, "\n\t"))
				}
			}
		}
	}
}
