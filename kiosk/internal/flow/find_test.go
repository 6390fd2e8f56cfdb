package flow

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

const sampleToken = "7K3QXW9ZB4MNA"

func found(state string) Held {
	return Held{
		Ticket: Ticket{ID: "found", Number: "A-017", Address: "HTTP://X/T/" + sampleToken}, ServiceID: "ktp", State: state,
	}
}

// keys types a text on the present screen.
func keys(text string) []Input {
	var all []Input
	for _, r := range text {
		all = append(all, TypeKey{string(r)})
	}
	return all
}

func finding(more ...Input) []Input { return append([]Input{Touch{}, OpenFind{}}, more...) }

func TestFindingATicket(t *testing.T) {
	typed := LookUp{Number: "A-017", Code: "4MNA"}
	scanned := LookUp{Token: sampleToken}
	wrong := func(n int) []Input {
		all := append(finding(), keys("A017XXXX")...)
		for range n {
			all = append(all, SendFind{}, TicketNotFound{LookUp{Number: "A-017", Code: "XXXX"}, "ticket_not_found"})
		}
		return all
	}
	copied := func(state string) Effect {
		return PrintCopy{Print{
			Ticket: found("").Ticket, Office: sampleCatalog().Office, Lang: "id", Copy: true, State: state,
			Agency: sampleCatalog().Agencies[1], Service: sampleCatalog().Services[1],
		}}
	}
	opened := func(state string, more ...Input) []Input {
		return append([]Input{Scanned{sampleToken}, TicketFound{scanned, found(state)}}, more...)
	}
	tests := []struct {
		name    string
		inputs  []Input
		screen  Screen
		effects []Effect
	}{
		{"typed", append(finding(keys("A0174MNA")...), SendFind{}), FindTicket, []Effect{typed}},
		{"typed without zeros", append(finding(keys("a17")...), append([]Input{ChooseField{true}}, append(keys("4mna"), SendFind{})...)...), FindTicket, []Effect{typed}},
		{"sent twice", append(finding(keys("A0174MNA")...), SendFind{}, SendFind{}), FindTicket, []Effect{typed}},
		{"sent too early", append(finding(keys("A0174MN")...), SendFind{}), FindTicket, nil},
		{"digits before the letter", append(finding(keys("0A0174MNA")...), SendFind{}), FindTicket, []Effect{typed}},
		{"a thousand tickets", append(finding(append(keys("A101"), append([]Input{ChooseField{}, TypeKey{"7"}, ChooseField{true}}, keys("4MNA")...)...)...), SendFind{}), FindTicket, []Effect{LookUp{Number: "A-1017", Code: "4MNA"}}},
		{"erased and typed again", append(finding(append(keys("A0174MX"), append([]Input{Erase{}}, keys("NA")...)...)...), SendFind{}), FindTicket, []Effect{typed}},
		{"scanned in front of a dark screen", []Input{Scanned{sampleToken}}, FindTicket, []Effect{scanned}},
		{"the whole address scanned", []Input{Touch{}, Scanned{"HTTP://X/T/" + sampleToken}}, FindTicket, []Effect{scanned}},
		{"some other code", []Input{Scanned{"8991234567890"}}, FindTicket, []Effect{LookUp{Token: "8991234567890"}}},
		{"a web address", []Input{Scanned{"https://example.id/x"}}, FindTicket, nil},
		{"scanned while a service is read", with(Scanned{sampleToken}), Requirements, nil},
		{"found", opened("waiting"), FoundTicket, []Effect{scanned}},
		{"another one scanned", opened("waiting", Scanned{"0000000000000"}), FindTicket, []Effect{scanned, LookUp{Token: "0000000000000"}}},
		{"an answer to another question", finding(TicketFound{scanned, found("waiting")}), FindTicket, nil},
		{"left before the answer", []Input{Scanned{sampleToken}, Back{}, TicketFound{scanned, found("waiting")}}, Home, []Effect{scanned}},
		{"a copy", opened("waiting", TakeCopy{}, TakeCopy{}), FoundTicket, []Effect{scanned, copied("waiting")}},
		{"one copy a visit", opened("held", TakeCopy{}, Copied{"found"}, TakeCopy{}), FoundTicket, []Effect{scanned, copied("held")}},
		{"again when it failed", opened("no_show", TakeCopy{}, NotCopied{"found"}, TakeCopy{}), FoundTicket, []Effect{scanned, copied("no_show"), copied("no_show")}},
		{"no copy of a called ticket", opened("called", TakeCopy{}), FoundTicket, []Effect{scanned}},
		{"no copy of an ended ticket", opened("completed", TakeCopy{}), FoundTicket, []Effect{scanned}},
		{"the copy outlives the visit", opened("waiting", TakeCopy{}, Finish{}, Copied{"found"}), Attract, []Effect{scanned, copied("waiting")}},
		{"not found once", wrong(1), FindTicket, slices.Repeat([]Effect{LookUp{Number: "A-017", Code: "XXXX"}}, 1)},
		{"not found too often", wrong(5), Trouble, slices.Repeat([]Effect{LookUp{Number: "A-017", Code: "XXXX"}}, 5)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, effects := visit(tt.inputs...)
			if s.Screen != tt.screen || !reflect.DeepEqual(effects, tt.effects) {
				t.Errorf("%s with %+v, want %s with %+v", s.Screen, effects, tt.screen, tt.effects)
			}
		})
	}
}

func TestWhyNothingWasFound(t *testing.T) {
	asked := LookUp{Token: sampleToken}
	for code, want := range map[string]FindProblem{
		"ticket_not_found": FindNoCode, "rate_limited": FindTooMany, "": FindNoAnswer, "internal": FindNoAnswer,
	} {
		s, _ := visit(Scanned{sampleToken}, TicketNotFound{asked, code})
		if s.Find.Problem != want || s.Find.Busy() {
			t.Errorf("%q: %+v", code, s.Find)
		}
	}
}

func TestNothingOfAFoundTicketOutlivesTheVisit(t *testing.T) {
	s, _ := visit(Scanned{sampleToken}, TicketFound{LookUp{Token: sampleToken}, found("waiting")}, TakeCopy{})
	s, _ = Step(s, Tick{}, s.Now.Add(foundTime+time.Second))
	if s.Screen != Attract || s.Found != (Held{}) || s.Find != (FindForm{}) || s.Copy != CopyNone {
		t.Errorf("left over: %+v %+v %q", s.Found, s.Find, s.Copy)
	}
}
