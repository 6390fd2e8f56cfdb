package flow

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loket/queue-server/protocol"
)

// What citizens of these tests show: district 99 does not exist, so it is nobody's.
const (
	oldWoman   = "1971994107580001"
	youngMan   = "1971990101900002"
	sampleCard = "04A1B2C3D4E5F6"
	otherCard  = "04FFEEDDCCBBAA"
)

var sampleNIKs = []string{oldWoman, youngMan}

// secrets are what must not outlive a visit.
var secrets = []string{oldWoman, youngMan, sampleCard, otherCard, "W*** U*****", "B*** M*******", "person-"}

func personOf(i int) protocol.IdentifyResult {
	return []protocol.IdentifyResult{
		{
			Person:  protocol.Person{ID: "person-1", MaskedName: "W*** U*****", MaskedNIK: "1971********0001", State: protocol.PersonVerified},
			Suggest: "lansia",
		},
		{Person: protocol.Person{ID: "person-2", MaskedName: "B*** M*******", State: protocol.PersonUnverified, Why: protocol.WhyQuota}},
		{Person: protocol.Person{ID: "person-1", State: protocol.PersonRefer}, ReferServiceID: "only"},
		{Person: protocol.Person{ID: "person-2", State: protocol.PersonRefer}, ReferServiceID: "gone"},
		{Person: protocol.Person{ID: "person-2", State: protocol.PersonRefer}},
		{
			Person: protocol.Person{ID: "person-1", State: protocol.PersonVerified},
			Ticket: &protocol.FindResult{TicketID: "found", Number: "A-017", ServiceID: "kk", State: "waiting", IssuedAt: "2026-11-23T09:12:00+07:00"},
		},
		{Person: protocol.Person{State: protocol.PersonRecheck}},
		{}, // what no server says
	}[i]
}

// anyAnswer is what a server may say to a question.
func anyAnswer(t *rapid.T, asked Identify, fails bool) Input {
	if fails {
		return NotIdentified{asked, rapid.SampledFrom([]string{
			"", "card_unknown", "card_unknown", "card_unbindable", "rate_limited", "nik_date", "internal", "not_durable",
		}).Draw(t, "code")}
	}
	return Identified{asked, personOf(rapid.IntRange(0, 7).Draw(t, "who"))}
}

// anyOfWho draws what is done on the screens of who she is, and answers to questions of nobody.
func anyOfWho(t *rapid.T) Input {
	stale := Identify{Try: rapid.IntRange(0, 3).Draw(t, "try"), Card: sampleCard, ServiceID: "kk"}
	return rapid.SampledFrom([]Input{
		ChooseService{"kk"},
		ChooseService{"skck"},
		ChooseAgency{"dukcapil"},
		TakeTicket{},
		TakeTicket{},
		TakeTicket{Priority: "lansia"},
		TakeTicket{Priority: "gone"},
		TakeTicket{WithoutID: true},
		CardRead{sampleCard, true},
		CardRead{otherCard, true},
		CardRead{otherCard, false},
		NIKRead{oldWoman},
		NIKRead{rapid.OneOf(rapid.String(), rapid.StringMatching(`19719[0-9]{11}`)).Draw(t, "read")},
		CodeRead{},
		SendNIK{},
		OpenPrivacy{},
		NotMe{},
		OpenPriority{},
		Back{},
		Another{},
		EraseAll{},
		NoID{},
		OpenFind{},
		TypeKey{rapid.StringMatching(`[0-9]`).Draw(t, "digit")},
		anyAnswer(t, stale, rapid.Bool().Draw(t, "fails")),
	}).Draw(t, "of who")
}

// aptOn is what somebody does who knows what a screen is for: the way to a person's ticket is too long for chance.
func aptOn(on Screen) []Input {
	switch on {
	case Attract:
		return []Input{Touch{}, CardRead{sampleCard, true}, NIKRead{youngMan}}
	case Home:
		return []Input{TakeNumber{}, TakeNumber{}, CardRead{sampleCard, true}, OpenSearch{}}
	case Agency:
		return []Input{ChooseAgency{"dukcapil"}, ChooseAgency{"polres"}}
	case Service:
		return []Input{ChooseService{"kk"}, ChooseService{"skck"}, ChooseService{"ktp"}}
	case Requirements:
		return []Input{TakeTicket{}, TakeTicket{}, OpenPriority{}}
	case Identity:
		return []Input{CardRead{sampleCard, true}, NIKRead{oldWoman}, OpenPrivacy{}, TakeTicket{WithoutID: true}, SendNIK{}, Back{}}
	case FindTicket:
		return []Input{CardRead{sampleCard, true}, Back{}}
	case Privacy:
		return []Input{Back{}, CardRead{sampleCard, true}}
	case ConfirmPerson:
		return []Input{TakeTicket{}, TakeTicket{}, TakeTicket{}, NotMe{}, Back{}}
	case Priority:
		return []Input{TakeTicket{}, TakeTicket{Priority: "lansia"}, Back{}}
	case Done:
		return []Input{Another{}}
	default:
		return nil
	}
}

// follow holds what one step may do with persons and questions.
func (w *world) follow(before State, in Input, effects []Effect) {
	take, takes := in.(TakeTicket)
	asking := w.state.Screen == Identity || w.state.Screen == Privacy || w.state.Screen == FindTicket
	if before.Screen == ConfirmPerson && takes && w.now.Before(before.Deadline) {
		w.persons[before.Person.Person.ID] = true
	}
	forgotten := !w.now.Before(before.Deadline.Add(personTime - Timeout(before.Screen)))
	if w.state.Screen == Attract {
		w.persons, w.cards = map[string]bool{}, map[string]bool{}
	}
	asked := 0
	for _, e := range effects {
		switch e := e.(type) {
		case Identify:
			asked++
			switch {
			case !asking || w.state.Question() != e:
				panic("a question that nobody waits for")
			case before.Screen == w.state.Screen && before.Question() != Identify{} && !forgotten:
				panic("a question while another is under way")
			case (e.Card == "") == (e.NIK == "") && e.Card == "":
				panic("a question about nobody")
			}
			if e.NIK != "" {
				w.cards[e.Card] = true
			}
		case ConfirmCard:
			switch {
			case !takes || before.Screen != ConfirmPerson || e.PersonID != before.Person.Person.ID:
				panic("a card is bound to somebody who did not just say that it is her")
			case e.Card == "" || e.PersonID == "" || !w.cards[e.Card]:
				panic("a card is bound that came with no NIK in this visit")
			}
			delete(w.cards, e.Card)
		case Reserve:
			service, _ := w.state.ServiceByID(e.ServiceID)
			switch {
			case !takes || take.TicketID != e.TicketID:
				panic("a ticket that nobody asked for")
			case service.Identity == protocol.IdentityRequired && e.PersonID == "":
				panic("a ticket for nobody known")
			case e.PersonID != "" && !w.persons[e.PersonID]:
				panic("a ticket for somebody who did not say that it is her")
			case e.Priority != "" && !w.state.HasPriority(e.Priority):
				panic("a class of priority that there is not")
			}
		}
	}
	if asked > 1 {
		panic("two questions at once")
	}
}

func checkPersonScreen(t *rapid.T, s State) {
	if v, ok := s.ChosenService(); !ok || v.AgencyID != s.AgencyID {
		t.Fatalf("%s for %q at %q", s.Screen, s.ServiceID, s.AgencyID)
	}
	if s.Deadline.Sub(s.Now) > 30*time.Second {
		t.Fatalf("%s stays for %v", s.Screen, s.Deadline.Sub(s.Now))
	}
	known := s.Person.Person.ID != ""
	switch {
	case s.Screen == Identity && known, s.Screen == ConfirmPerson && !known:
		t.Fatalf("%s: somebody is known: %v", s.Screen, known)
	case (s.Screen == ConfirmPerson || s.Screen == Priority) && s.Who != IdentityForm{}:
		t.Fatalf("%s keeps what was typed", s.Screen)
	case s.Screen == Priority && len(s.Catalog.Priorities) == 0:
		t.Fatal("priority without classes")
	case len(s.Who.Typed) > protocol.NIKLength || strings.Trim(s.Who.Typed, "0123456789") != "":
		t.Fatalf("%d characters typed", len(s.Who.Typed))
	}
	if certain := protocol.CheckNIK(s.Who.Typed, s.Now); certain != "" && s.Who.Problem == "" {
		t.Fatalf("%s is not said", certain)
	}
}

// checkForgotten holds that 30 seconds after the last touch nothing is left of who she is, on whatever screen, and
// that nothing of it is on the screens where it has no business.
func checkForgotten(t *rapid.T, s State) {
	switch s.Screen {
	case Home, Agency, Service, Search, Requirements, FindTicket, FoundTicket, Trouble, Attract:
		if s.Who != (IdentityForm{}) || !reflect.DeepEqual(s.Person, protocol.IdentifyResult{}) {
			t.Fatalf("%s knows who it is", s.Screen)
		}
	default:
	}
	later, _ := Step(s, Tick{}, s.Now.Add(personTime))
	if later.Personal() {
		t.Fatalf("%s is personal", s.Screen)
	}
	for _, text := range stringsOf(reflect.ValueOf(later)) {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Fatalf("%q is left of %s", text, s.Screen)
			}
		}
	}
}

// stringsOf walks all that a value holds, also what is not exported.
func stringsOf(v reflect.Value) (all []string) {
	switch v.Kind() {
	case reflect.String:
		return []string{v.String()}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*time.Location]() {
			return stringsOf(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			all = append(all, stringsOf(v.Field(i))...)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			all = append(all, stringsOf(v.Index(i))...)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			all = append(append(all, stringsOf(key)...), stringsOf(v.MapIndex(key))...)
		}
	default: // holds no text
	}
	return all
}

func TestTheWalkFindsWhatAStateHides(t *testing.T) {
	s := State{shown: shown{card: sampleCard}, Who: IdentityForm{sure: oldWoman}}
	got := strings.Join(stringsOf(reflect.ValueOf(s)), " ")
	if !strings.Contains(got, sampleCard) || !strings.Contains(got, oldWoman) {
		t.Error("not found")
	}
}
