package flow

import (
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"loket/queue-server/protocol"
)

// known is a verified person who may be suggested lansia.
func known() protocol.IdentifyResult { return personOf(0) }

// asked is the n-th question of a visit, for a family card.
func asked(n int, q Identify) Identify {
	q.Try = n
	if q.ServiceID == "" {
		q.ServiceID = "kk"
	}
	return q
}

// toKK is the way to a service that needs to know who she is.
func toKK(more ...Input) []Input {
	return append([]Input{Touch{}, TakeNumber{}, ChooseAgency{"dukcapil"}, ChooseService{"kk"}, TakeTicket{TicketID: "t0"}}, more...)
}

// toSKCK is the way to one that asks, and takes no answer as well.
func toSKCK(more ...Input) []Input {
	return append([]Input{Touch{}, TakeNumber{}, ChooseAgency{"polres"}, ChooseService{"skck"}, TakeTicket{TicketID: "t0"}}, more...)
}

func typedIn(nik string, more ...Input) []Input { return toKK(append(keys(nik), more...)...) }

// welcomed is on ConfirmPerson after a card.
func welcomed(who protocol.IdentifyResult, more ...Input) []Input {
	return toKK(append([]Input{CardRead{sampleCard, true}, Identified{asked(1, Identify{Card: sampleCard}), who}}, more...)...)
}

func without(priorities bool) NewCatalog {
	c := sampleCatalog()
	if priorities {
		c.Priorities = nil
	}
	return NewCatalog{c}
}

func TestWhereWhoSheIsLeads(t *testing.T) {
	card, typed := asked(1, Identify{Card: sampleCard}), asked(1, Identify{NIK: oldWoman})
	reserve := Reserve{TicketID: "t", ServiceID: "kk", PersonID: "person-1"}
	take := TakeTicket{TicketID: "t"}
	lansia := TakeTicket{TicketID: "t", Priority: "lansia"}
	first := reserve
	first.Priority = "lansia"
	tests := []struct {
		name    string
		inputs  []Input
		screen  Screen
		effects []Effect
	}{
		{"the service asks", toKK(), Identity, nil},
		{"without a card or a NIK it goes no further", toKK(TakeTicket{TicketID: "t", WithoutID: true}, take), Identity, nil},
		{"a card", toKK(CardRead{sampleCard, true}), Identity, []Effect{card}},
		{"a second card meanwhile", toKK(CardRead{sampleCard, true}, CardRead{otherCard, true}), Identity, []Effect{card}},
		{"a card that makes its number up", toKK(CardRead{sampleCard, false}), Identity, nil},
		{"a NIK", typedIn(oldWoman, SendNIK{}), Identity, []Effect{typed}},
		{"sent twice", typedIn(oldWoman, SendNIK{}, SendNIK{}), Identity, []Effect{typed}},
		{"sent too early", typedIn(oldWoman[:15], SendNIK{}), Identity, nil},
		{"17 digits and letters", typedIn("19x71-9941 0758 00017", SendNIK{}), Identity, []Effect{typed}},
		{"a wrong NIK is not sent", typedIn("1971993202900001", SendNIK{}), Identity, nil},
		{"a NIK from a reader", toKK(NIKRead{"1971 9941 0758 0001"}), Identity, []Effect{typed}},
		{"a wrong NIK from a reader", toKK(NIKRead{"1971993202900001"}), Identity, nil},
		{"a card before the first touch", append([]Input{CardRead{sampleCard, true}}, toKK()[1:]...), Identity, []Effect{card}},
		{"a card while a service is chosen", append([]Input{Touch{}, TakeNumber{}, CardRead{sampleCard, true}}, toKK()[2:]...), Identity, []Effect{card}},
		{"a card after another", append([]Input{CardRead{otherCard, true}, CardRead{sampleCard, true}}, toKK()[1:]...), Identity, []Effect{card}},
		{"a NIK before the first touch", append([]Input{NIKRead{oldWoman}}, toKK()[1:]...), Identity, []Effect{typed}},
		{"known", welcomed(known()), ConfirmPerson, []Effect{card}},
		{"an answer to another question", toKK(CardRead{sampleCard, true}, Identified{asked(2, Identify{Card: sampleCard}), known()}), Identity, []Effect{card}},
		{"an answer to nobody", toKK(Identified{asked(1, Identify{Card: sampleCard}), known()}), Identity, nil},
		{"yes", welcomed(known(), take), Priority, []Effect{card}},
		{"no priority", welcomed(known(), TakeTicket{TicketID: "t1"}, take), Printing, []Effect{card, reserve}},
		{"lansia", welcomed(known(), TakeTicket{TicketID: "t1"}, lansia), Printing, []Effect{card, first}},
		{"a class that there is not", welcomed(known(), take, TakeTicket{TicketID: "t", Priority: "vip"}), Priority, []Effect{card}},
		{"an office without classes", slices.Concat([]Input{without(true)}, welcomed(known(), take)), Printing, []Effect{card, reserve}},
		{"not me", welcomed(known(), NotMe{}), Identity, []Effect{card}},
		{"not me, and on to nobody", welcomed(known(), NotMe{}, take), Identity, []Effect{card}},
		{"back from confirm", welcomed(known(), Back{}), Identity, []Effect{card}},
		{"back from priority", welcomed(known(), take, Back{}), ConfirmPerson, []Effect{card}},
		{"back from identity", toKK(Back{}), Requirements, nil},
		{"her ticket", welcomed(personOf(5), take), FoundTicket, []Effect{card}},
		{"back from her ticket", welcomed(personOf(5), take, Back{}), Home, []Effect{card}},
		{"the notice", toKK(OpenPrivacy{}), Privacy, nil},
		{"back from the notice", toKK(OpenPrivacy{}, Back{}), Identity, nil},
		{"a card on the notice", toKK(OpenPrivacy{}, CardRead{sampleCard, true}), Identity, []Effect{card}},
		{
			"the answer comes while the notice is read", toKK(CardRead{sampleCard, true}, OpenPrivacy{}, Identified{card, known()}),
			Privacy,
			[]Effect{card},
		},
		{
			"and waits behind it", toKK(CardRead{sampleCard, true}, OpenPrivacy{}, Identified{card, known()}, Back{}),
			ConfirmPerson,
			[]Effect{card},
		},
		{"without a card", toSKCK(TakeTicket{TicketID: "t", WithoutID: true}), Priority, nil},
		{
			"without a card, on", toSKCK(TakeTicket{TicketID: "t1", WithoutID: true}, take), Printing,
			[]Effect{Reserve{TicketID: "t", ServiceID: "skck"}},
		},
		{"without a card, back", toSKCK(TakeTicket{TicketID: "t1", WithoutID: true}, Back{}), Identity, nil},
		{"priority of a service that does not ask", with(OpenPriority{}), Priority, nil},
		{"no such button where it asks", toKK(Back{}, OpenPriority{}), Requirements, nil},
		{"taken", with(OpenPriority{}, lansia), Printing, []Effect{Reserve{TicketID: "t", ServiceID: "ktp", Priority: "lansia"}}},
		{"and back", with(OpenPriority{}, Back{}), Requirements, nil},
		{"she finishes", welcomed(known(), Finish{}), Attract, []Effect{card}},
		{"an answer after she left", toKK(CardRead{sampleCard, true}, Finish{}, Identified{card, known()}), Attract, []Effect{card}},
		{
			"an answer to the visit before", toKK(append([]Input{CardRead{sampleCard, true}, Finish{}}, append(toKK(CardRead{sampleCard, true}), Identified{card, known()})...)...),
			Identity,
			[]Effect{card, asked(2, Identify{Card: sampleCard})},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, effects := visit(tt.inputs...)
			if s.Screen != tt.screen || !slices.Equal(effects, tt.effects) {
				t.Errorf("%s with %d effects, want %s with %d", s.Screen, len(effects), tt.screen, len(tt.effects))
			}
		})
	}
}

func TestWhatIsWrongIsSaidAsSoonAsItIsCertain(t *testing.T) {
	for typed, want := range map[string]protocol.NIKProblem{
		"1": "", "19": "", "99": protocol.NIKProvince, "197199": "", "1971998": protocol.NIKDay, "19719972": protocol.NIKDay,
		"1971993102": protocol.NIKDate, "1971990113": protocol.NIKMonth, "197199011327": protocol.NIKMonth,
		"1971990101900000": protocol.NIKSerial, youngMan: "", oldWoman: "",
	} {
		s, _ := visit(typedIn(typed)...)
		if s.Who.Problem != IdentityProblem(want) {
			t.Errorf("%d digits: %q, want %q", len(typed), s.Who.Problem, want)
		}
		if s.Who.Complete() != (len(typed) == 16 && want == "") {
			t.Errorf("%d digits, %q: complete %v", len(typed), want, s.Who.Complete())
		}
	}
	s, _ := visit(typedIn("1971998", Erase{})...)
	if s.Who.Problem != "" || s.Who.Typed != "197199" {
		t.Error("a digit that was taken away is still wrong")
	}
	s, _ = visit(typedIn("1", Erase{}, Erase{})...)
	if s.Who.Typed != "" {
		t.Error("more was erased than there is")
	}
}

func TestWhyNobodyWasFound(t *testing.T) {
	for code, want := range map[string]IdentityProblem{
		"": ProblemNoAnswer, "card_unknown": ProblemCardNew, "card_unbindable": ProblemCardOdd, "rate_limited": ProblemTooMany,
		"nik_future": IdentityProblem(protocol.NIKFuture), "internal": ProblemElsewhere, "params_invalid": ProblemElsewhere,
	} {
		s, _ := visit(toKK(CardRead{sampleCard, true}, NotIdentified{asked(1, Identify{Card: sampleCard}), code})...)
		if s.Who.Problem != want || s.Who.Busy() || (s.Who.Card != "") != (want == ProblemCardNew) || s.HasShown() {
			t.Errorf("%q: %v", code, s.Who)
		}
	}
	odd, _ := visit(toKK(CardRead{sampleCard, false})...)
	code, _ := visit(toKK(CodeRead{})...)
	token, _ := visit(toKK(Scanned{sampleToken})...)
	wrong, _ := visit(toKK(NIKRead{sampleCard})...)
	long, _ := visit(toKK(NIKRead{strings.Repeat("7", 10_000)})...)
	got := []IdentityProblem{odd.Who.Problem, code.Who.Problem, token.Who.Problem, wrong.Who.Problem, long.Who.Problem}
	want := []IdentityProblem{
		ProblemCardOdd, ProblemCode, ProblemCode, IdentityProblem(protocol.NIKIsUID), IdentityProblem(protocol.NIKLengthWrong),
	}
	if !slices.Equal(got, want) || long.Who.Typed != "" {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestACardSeenForTheFirstTimeIsBoundToItsNIK(t *testing.T) {
	inputs := append(toKK(CardRead{sampleCard, true}, NotIdentified{asked(1, Identify{Card: sampleCard}), "card_unknown"}), keys(oldWoman)...)
	s, effects := visit(append(inputs, SendNIK{})...)
	if want := asked(2, Identify{Card: sampleCard, NIK: oldWoman}); s.Who.Asked != want || !slices.Contains(effects, Effect(want)) {
		t.Error("card and NIK were not sent together")
	}
	s, _ = visit(append(inputs, Back{})...)
	if s.Who != (IdentityForm{}) {
		t.Error("kept after she went back")
	}
}

func TestANIKThatTheRegistryDoesNotHaveIsTakenTheSecondTime(t *testing.T) {
	typed := Identify{NIK: oldWoman}
	recheck := Identified{asked(1, typed), personOf(6)}
	s, _ := visit(typedIn(oldWoman, SendNIK{}, recheck)...)
	if s.Screen != Identity || s.Who.Problem != ProblemRecheck || s.Who.Typed != oldWoman || !s.Who.Complete() {
		t.Fatalf("%s: %v", s.Screen, s.Who)
	}
	sure := typed
	sure.Sure = true
	s, _ = visit(typedIn(oldWoman, SendNIK{}, recheck, SendNIK{})...)
	if s.Who.Asked != asked(2, sure) {
		t.Error("the same NIK again is not meant")
	}
	other := append(slices.Repeat([]Input{Erase{}}, 16), append(keys(youngMan), SendNIK{})...)
	s, _ = visit(append(typedIn(oldWoman, SendNIK{}, recheck), other...)...)
	if s.Who.Asked != asked(2, Identify{NIK: youngMan}) {
		t.Error("another NIK is not new")
	}
}

func TestAReferralChoosesTheServiceThatSeesToIt(t *testing.T) {
	s, _ := visit(welcomed(personOf(2))...)
	if to, ok := s.ReferredTo(); !ok || to.ID != "only" || s.ServiceID != "kk" {
		t.Errorf("referred to %q from %q", to.ID, s.ServiceID)
	}
	s, _ = visit(welcomed(personOf(2), TakeTicket{TicketID: "t"})...)
	if s.Screen != Priority || s.ServiceID != "only" || s.AgencyID != "solo" {
		t.Errorf("%s of %q", s.Screen, s.ServiceID)
	}
	s, effects := visit(welcomed(personOf(2), TakeTicket{TicketID: "t"}, TakeTicket{TicketID: "t2"})...)
	if want := (Reserve{TicketID: "t2", ServiceID: "only", PersonID: "person-1"}); s.Screen != Printing || effects[1] != want {
		t.Errorf("%s with %v", s.Screen, effects[1:])
	}
	s, _ = visit(welcomed(personOf(2), TakeTicket{TicketID: "t"}, Back{}, Back{})...)
	if s.Screen != Identity || s.ServiceID != "kk" || s.AgencyID != "dukcapil" {
		t.Errorf("back on %s of %q", s.Screen, s.ServiceID)
	}
	for _, nowhere := range []int{3, 4} { // the office has no such service: the chosen one stays, nobody goes without a ticket
		s, _ = visit(welcomed(personOf(nowhere), TakeTicket{TicketID: "t"})...)
		if s.Screen != Priority || s.ServiceID != "kk" {
			t.Errorf("%s of %q", s.Screen, s.ServiceID)
		}
	}
}

func TestHerOwnTicketIsGivenBack(t *testing.T) {
	s, _ := visit(welcomed(personOf(5), TakeTicket{TicketID: "t"})...)
	if !s.Already || s.Found.Number != "A-017" || !s.Found.CanCopy() || s.Found.IssuedAt.Format("15.04") != "09.12" {
		t.Errorf("already %v, found %+v", s.Already, s.Found)
	}
	s, effects := visit(welcomed(personOf(5), TakeTicket{TicketID: "t"}, TakeCopy{})...)
	if s.Copy != CopyPrinting || effects[1].(PrintCopy).Slip.Ticket.Number != "A-017" {
		t.Error("no copy")
	}
	s, _ = visit(welcomed(personOf(5), TakeTicket{TicketID: "t"}, Back{})...)
	if s.Already || s.Found.ID != "" {
		t.Error("left over")
	}
}

func TestRefusalsOfAPersonsTicket(t *testing.T) {
	for code, want := range map[string]struct {
		screen  Screen
		trouble TroubleKind
	}{
		"person_limit": {Trouble, TroubleLimit}, "already_waiting": {Trouble, TroubleAlready}, "person_unknown": {Identity, ""},
		"identity_required": {Identity, ""}, "priority_unknown": {Priority, ""}, "internal": {Trouble, TroubleRefused},
	} {
		s, effects := visit(welcomed(known(), TakeTicket{TicketID: "t1"}, TakeTicket{TicketID: "t"}, Refused{TicketID: "t", Code: code})...)
		if s.Screen != want.screen || s.Trouble != want.trouble || s.Ticket.ID != "" {
			t.Errorf("%s: %s %s", code, s.Screen, s.Trouble)
		}
		again := asked(2, Identify{Card: sampleCard})
		if want.screen == Identity && effects[len(effects)-1] != again {
			t.Errorf("%s: the card is not asked for again", code)
		}
	}
}

func TestAnotherTicketInTheSameVisit(t *testing.T) {
	done := welcomed(known(), TakeTicket{TicketID: "t1"}, TakeTicket{TicketID: "t"}, given("t"), Printed{"t"})
	second := append(done, Another{}, ChooseAgency{"polres"}, ChooseService{"skck"}, TakeTicket{TicketID: "t2"})
	s, effects := visit(second...)
	again := asked(2, Identify{Card: sampleCard, ServiceID: "skck"})
	if s.Screen != Identity || effects[len(effects)-1] != again {
		t.Fatalf("%s: the second service does not ask by itself", s.Screen)
	}
	s, _ = visit(append(second, Identified{again, known()})...)
	if s.Screen != Priority {
		t.Errorf("she is asked again whether it is her: %s", s.Screen)
	}
	s, _ = visit(append(second, Identified{again, known()}, Back{})...)
	if s.Screen != Requirements || s.Person.Person.ID != "" {
		t.Errorf("back on %s", s.Screen)
	}
	s, _ = visit(append(second, Identified{again, personOf(1)})...)
	if s.Screen != ConfirmPerson {
		t.Errorf("somebody else is not asked: %s", s.Screen)
	}
	s, _ = visit(append(second, Identified{again, personOf(5)})...)
	if s.Screen != ConfirmPerson {
		t.Errorf("she is not told of her ticket: %s", s.Screen)
	}
	s, effects = visit(append(done, Another{}, ChooseAgency{"dukcapil"}, ChooseService{"ktp"}, TakeTicket{TicketID: "t2"})...)
	if want := (Reserve{TicketID: "t2", ServiceID: "ktp"}); s.Screen != Printing || effects[len(effects)-1] != want {
		t.Error("a service that does not ask learns who it is")
	}
}

func TestADoubleTapMeansTheScreenBefore(t *testing.T) {
	s, _ := visit(welcomed(known(), TakeTicket{TicketID: "t"})...)
	if s.Screen != Priority {
		t.Fatal(s.Screen)
	}
	twice, effects := Step(s, TakeTicket{TicketID: "t2"}, s.Now.Add(200*time.Millisecond))
	if twice.Screen != Priority || effects != nil {
		t.Errorf("%s with %v", twice.Screen, effects)
	}
	twice, _ = Step(twice, TakeTicket{TicketID: "t3"}, s.Now.Add(doubleTap))
	if twice.Screen != Printing {
		t.Errorf("a tap in good time: %s", twice.Screen)
	}
}

func TestACatalogueThatChangesMeanwhile(t *testing.T) {
	lost := sampleCatalog()
	lost.Services = lost.Services[:2]
	for name, inputs := range map[string][]Input{
		"identity": toKK(), "privacy": toKK(OpenPrivacy{}), "confirm": welcomed(known()), "priority": welcomed(known(), TakeTicket{TicketID: "t"}),
	} {
		s, _ := visit(append(inputs, NewCatalog{lost})...)
		if s.Screen != Agency || s.Person.Person.ID != "" {
			t.Errorf("%s: %s when the service is lost", name, s.Screen)
		}
		if s, _ = visit(append(inputs, NewCatalog{sampleCatalog()})...); s.Screen == Agency {
			t.Errorf("%s: left without a reason", name)
		}
	}
	strict := sampleCatalog()
	strict.Services[3].Identity = protocol.IdentityRequired
	s, effects := visit(toSKCK(TakeTicket{TicketID: "t1", WithoutID: true}, NewCatalog{strict}, TakeTicket{TicketID: "t"})...)
	if s.Screen != Identity || len(effects) != 0 {
		t.Errorf("a service that asks since just now: %s", s.Screen)
	}
}

func TestWhoSheIsIsForgottenAfterHalfAMinute(t *testing.T) {
	s, _ := visit(CardRead{sampleCard, true}, TakeNumber{})
	if !s.HasShown() {
		t.Fatal("the card is not kept")
	}
	s, _ = Step(s, Tick{}, s.Now.Add(personTime))
	if s.Screen != Agency || s.HasShown() {
		t.Errorf("%s, kept: %v", s.Screen, s.HasShown())
	}
	for _, inputs := range [][]Input{toKK(), toKK(OpenPrivacy{}), welcomed(known()), welcomed(known(), TakeTicket{TicketID: "t"})} {
		s, _ := visit(inputs...)
		on := s.Screen
		if s, _ = Step(s, Tick{}, s.Now.Add(personTime)); s.Screen != Attract {
			t.Errorf("%s stays", on)
		}
	}
}

func TestNothingPersonalIsPrinted(t *testing.T) {
	s, effects := visit(typedIn(oldWoman, SendNIK{})...)
	s.shown = shown{card: sampleCard}
	for _, v := range []any{s, s.Who, effects[0], CardRead{UID: sampleCard}, NIKRead{oldWoman}, &s, []Input{NIKRead{oldWoman}}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, oldWoman) || strings.Contains(text, sampleCard) {
				t.Errorf("%s of %s", verb, reflect.TypeOf(v))
			}
		}
		var log strings.Builder
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", slog.Any("v", v))
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", slog.Any("v", v))
		if strings.Contains(log.String(), oldWoman) || strings.Contains(log.String(), sampleCard) {
			t.Errorf("%s in a log", reflect.TypeOf(v))
		}
	}
}
