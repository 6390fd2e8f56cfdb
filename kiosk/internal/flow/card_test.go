package flow

import (
	"fmt"
	"slices"
	"testing"

	"loket/queue-server/protocol"
)

// newcomer has shown a card that nobody knows, and then typed her NIK; she is asked whether it is her.
func newcomer(more ...Input) []Input {
	first := asked(1, Identify{Card: sampleCard})
	way := append(toKK(CardRead{sampleCard, true}, NotIdentified{first, "card_unknown"}), keys(oldWoman)...)
	way = append(way, SendNIK{}, Identified{asked(2, Identify{NIK: oldWoman, Card: sampleCard}), known()})
	return append(way, more...)
}

func confirmations(effects []Effect) (all []ConfirmCard) {
	for _, e := range effects {
		if c, ok := e.(ConfirmCard); ok {
			all = append(all, c)
		}
	}
	return all
}

func TestACardIsConfirmedWithHerYes(t *testing.T) {
	bound := []ConfirmCard{{PersonID: "person-1", Card: sampleCard}}
	yes := TakeTicket{TicketID: "t"}
	again := func(n int) []Input { // after "Ulangi": the NIK, and who it is now
		return append(keys(youngMan), SendNIK{}, Identified{asked(n, Identify{NIK: youngMan, Card: sampleCard}), personOf(1)}, yes)
	}
	other := []ConfirmCard{{PersonID: "person-2", Card: sampleCard}}
	for name, tt := range map[string]struct {
		inputs []Input
		want   []ConfirmCard
	}{
		"before her yes":                         {newcomer(), nil},
		"with it":                                {newcomer(yes), bound},
		"once":                                   {newcomer(yes, Back{}, yes), bound},
		"not me":                                 {newcomer(NotMe{}), nil},
		"another NIK for the new card":           {newcomer(append([]Input{NotMe{}}, again(3)...)...), other},
		"a known card":                           {welcomed(known(), yes), nil},
		"a known card is somebody else's":        {welcomed(known(), append([]Input{NotMe{}}, again(2)...)...), other},
		"so says the way back, too":              {welcomed(known(), append([]Input{Back{}}, again(2)...)...), other},
		"after a yes that was none":              {newcomer(append([]Input{yes, Back{}, NotMe{}}, again(3)...)...), append(slices.Clone(bound), other...)},
		"a NIK without a card":                   {typedIn(oldWoman, SendNIK{}, Identified{asked(1, Identify{NIK: oldWoman}), known()}, yes), nil},
		"of who has a number already":            {newcomer(NotMe{}), nil},
		"she leaves":                             {newcomer(Finish{}), nil},
		"a card that makes its number up before": {toKK(CardRead{sampleCard, false}, NIKRead{oldWoman}, Identified{asked(1, Identify{NIK: oldWoman}), known()}, yes), nil},
	} {
		if _, effects := visit(tt.inputs...); !slices.Equal(confirmations(effects), tt.want) {
			t.Errorf("%s: %d confirmations, want %d", name, len(confirmations(effects)), len(tt.want))
		}
	}
}

func TestUlangiKeepsTheCardForItsHolder(t *testing.T) {
	for name, tt := range map[string]struct {
		inputs   []Input
		disowned bool
	}{
		"new": {newcomer(NotMe{}), false}, "known": {welcomed(known(), NotMe{}), true},
		"known, and a wrong NIK": {welcomed(known(), append(append([]Input{NotMe{}}, keys(youngMan)...), SendNIK{}, Identified{asked(2, Identify{NIK: youngMan, Card: sampleCard}), personOf(1)}, NotMe{})...), true},
	} {
		s, _ := visit(tt.inputs...)
		if s.Screen != Identity || s.Who.Card != sampleCard || s.Who.Typed != "" || s.Who.Problem != ProblemCardNew || s.Who.Disowned != tt.disowned {
			t.Errorf("%s: %s, %v, disowned %v", name, s.Screen, s.Who, s.Who.Disowned)
		}
	}
	s, _ := visit(typedIn(oldWoman, SendNIK{}, Identified{asked(1, Identify{NIK: oldWoman}), known()}, NotMe{})...)
	if s.Who != (IdentityForm{}) {
		t.Errorf("a NIK without a card leaves %v", s.Who)
	}
}

func TestAnotherServiceKeepsTheCard(t *testing.T) {
	elsewhere := []Input{Back{}, Back{}, Back{}, ChooseAgency{"polres"}, ChooseService{"skck"}, TakeTicket{TicketID: "t"}}
	unknown := toKK(CardRead{sampleCard, true}, NotIdentified{asked(1, Identify{Card: sampleCard}), "card_unknown"})
	s, _ := visit(append(unknown, elsewhere...)...)
	if s.Screen != Identity || s.ServiceID != "skck" || s.Who.Card != sampleCard {
		t.Errorf("a card that waits for its NIK: %s of %s, %v", s.Screen, s.ServiceID, s.Who)
	}
	if s, _ = visit(append(unknown, Back{})...); !s.HasShown() {
		t.Error("nobody says that it was read")
	}
	s, effects := visit(append(toKK(CardRead{sampleCard, true}), elsewhere...)...)
	if want := asked(2, Identify{Card: sampleCard, ServiceID: "skck"}); s.Screen != Identity || effects[len(effects)-1] != want {
		t.Errorf("a card whose answer was not waited for: %s", s.Screen)
	}
}

func TestACardFindsItsHoldersTicket(t *testing.T) {
	ask := Identify{Try: 1, Card: sampleCard}
	none := known()
	for name, tt := range map[string]struct {
		inputs  []Input
		screen  Screen
		problem FindProblem
	}{
		"asked":            {finding(CardRead{sampleCard, true}), FindTicket, ""},
		"twice":            {finding(CardRead{sampleCard, true}, CardRead{otherCard, true}), FindTicket, ""},
		"tapped before":    {[]Input{CardRead{sampleCard, true}, OpenFind{}}, FindTicket, ""},
		"found":            {finding(CardRead{sampleCard, true}, Identified{ask, personOf(5)}), FoundTicket, ""},
		"no ticket":        {finding(CardRead{sampleCard, true}, Identified{ask, none}), FindTicket, FindNoCard},
		"a new card":       {finding(CardRead{sampleCard, true}, NotIdentified{ask, protocol.CodeCardUnknown}), FindTicket, FindNoCard},
		"too often":        {finding(CardRead{sampleCard, true}, NotIdentified{ask, protocol.CodeRateLimited}), FindTicket, FindTooMany},
		"no answer":        {finding(CardRead{sampleCard, true}, NotIdentified{ask, ""}), FindTicket, FindNoAnswer},
		"refused as odd":   {finding(CardRead{sampleCard, true}, NotIdentified{ask, protocol.CodeCardUnbindable}), FindTicket, FindCardOdd},
		"left before":      {finding(CardRead{sampleCard, true}, Back{}, Identified{ask, personOf(5)}), Home, ""},
		"of another visit": {finding(Identified{Identify{}, personOf(5)}), FindTicket, ""},
	} {
		s, effects := visit(tt.inputs...)
		if s.Screen != tt.screen || s.Find.Problem != tt.problem || !slices.Equal(effects, []Effect{ask}) && name != "of another visit" {
			t.Errorf("%s: %s %q with %v", name, s.Screen, s.Find.Problem, effects)
		}
		if s.Person.Person.ID != "" {
			t.Errorf("%s: somebody is known", name)
		}
	}
	s, effects := visit(finding(CardRead{sampleCard, false})...)
	if s.Find.Problem != FindCardOdd || len(effects) != 0 {
		t.Errorf("a card that makes its number up: %q", s.Find.Problem)
	}
	s, _ = visit(finding(CardRead{sampleCard, true}, Identified{ask, personOf(5)})...)
	if s.Found.Number != "A-017" || s.Already {
		t.Errorf("found %s, already %v", s.Found.Number, s.Already)
	}
}

func TestWithoutIDWhereItIsRequired(t *testing.T) {
	s, effects := visit(toKK(NoID{})...)
	if s.Screen != Trouble || s.Trouble != TroubleNoID || len(effects) != 0 {
		t.Errorf("%s %s", s.Screen, s.Trouble)
	}
	if s, _ = visit(toKK(NoID{}, Back{})...); s.Screen != Requirements {
		t.Errorf("back on %s", s.Screen)
	}
	if s, _ = visit(toSKCK(NoID{})...); s.Screen != Identity {
		t.Errorf("where it is optional: %s", s.Screen)
	}
}

func TestAllDigitsAreErased(t *testing.T) {
	s, _ := visit(typedIn("19719972")...)
	if !s.Who.Clears() {
		t.Fatal("not offered")
	}
	s, _ = visit(typedIn("19719972", EraseAll{})...)
	if s.Who.Typed != "" || s.Who.Problem != "" || s.Who.Clears() {
		t.Errorf("left: %v", s.Who)
	}
	s, _ = visit(typedIn(oldWoman, SendNIK{}, EraseAll{})...)
	if s.Who.Typed != oldWoman {
		t.Error("erased while it is asked for")
	}
	if s, _ = visit(typedIn("197199")...); s.Who.Clears() {
		t.Error("offered without a reason")
	}
}

func TestACardIsNotPrintedByItsConfirmation(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		if got := fmt.Sprintf(verb, ConfirmCard{"person-1", sampleCard}); got != "card" {
			t.Errorf("%s: %s", verb, got)
		}
	}
}
