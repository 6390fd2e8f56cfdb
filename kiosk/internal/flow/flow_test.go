package flow

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"loket/assets/catalog"
	"loket/queue-server/protocol"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func text(id, en string) protocol.Text { return protocol.Text{ID: id, EN: en} }

func sampleCatalog() protocol.Catalog {
	return protocol.Catalog{
		Version: "1",
		Office:  protocol.Office{ID: "mpp", TimeZone: "Asia/Jakarta", Zone: "WIB"},
		Agencies: []protocol.Agency{
			{ID: "solo", Letter: "S", Name: text("Kantor Satu Layanan", ""), Short: text("Satu", "")},
			{ID: "dukcapil", Letter: "A", Name: text("Dinas Kependudukan", "Civil Registry"), Short: text("Dukcapil", "")},
			{ID: "polres", Letter: "D", Name: text("Polresta", "Police"), Short: text("Polresta", "")},
		},
		Services: []protocol.Service{
			{ID: "only", AgencyID: "solo", Name: text("Legalisir", "Certified copy")},
			{ID: "ktp", AgencyID: "dukcapil", Name: text("Perekaman & Cetak KTP-el", "ID card"), Keywords: []string{"e-ktp"}},
			{
				ID: "kk", AgencyID: "dukcapil", Name: text("Kartu Keluarga", "Family card"), Keywords: []string{"KK"},
				Identity: protocol.IdentityRequired,
			},
			{
				ID: "skck", AgencyID: "polres", Name: text("SKCK", "Police record"), Keywords: []string{"antrean pagi"},
				Identity: protocol.IdentityOptional,
			},
			{ID: "sim", AgencyID: "polres", Name: text("Perpanjangan SIM", "Driving licence")},
		},
		Priorities: []protocol.PriorityClass{{ID: "lansia", Name: text("Lansia", "Elderly")}, {ID: "disabilitas"}},
	}
}

func sampleLive() protocol.KioskView {
	v := protocol.KioskView{CatalogVersion: "1", Open: true}
	for i, s := range sampleCatalog().Services {
		v.Services = append(v.Services, protocol.ServiceState{
			ID: s.ID, Open: true, Waiting: i, Wait: protocol.WaitRange{Known: i > 0, Low: 5 * i, High: 10 * i},
		})
	}
	return v
}

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// visit feeds inputs a second apart and returns the last state and all effects.
func visit(inputs ...Input) (State, []Effect) {
	s := New(false, start)
	var all []Effect
	inputs = append([]Input{NewCatalog{sampleCatalog()}, NewView{Live: sampleLive(), Online: true}}, inputs...)
	for i, in := range inputs {
		var effects []Effect
		s, effects = Step(s, in, start.Add(time.Duration(i)*time.Second))
		all = append(all, effects...)
	}
	return s, all
}

var toKTP = []Input{Touch{}, TakeNumber{}, ChooseAgency{"dukcapil"}, ChooseService{"ktp"}}

func with(more ...Input) []Input { return append(slices.Clone(toKTP), more...) }

func given(id string) Reserved {
	return Reserved{Ticket{ID: id, Number: "A-017", Address: "HTTP://X/T/1", Ahead: 3}}
}

func TestWhereInputsLead(t *testing.T) {
	live := func(change func(*protocol.KioskView)) NewView {
		v := sampleLive()
		change(&v)
		return NewView{Live: v, Online: true}
	}
	closed := live(func(v *protocol.KioskView) { v.Open, v.ClosedCode = false, "office_closed" })
	ktpFull := live(func(v *protocol.KioskView) { v.Services[1].Open, v.Services[1].ClosedCode = false, "quota_full" })
	without := func(service string) NewCatalog {
		c := sampleCatalog()
		c.Services = slices.DeleteFunc(c.Services, func(s protocol.Service) bool { return s.ID == service })
		return NewCatalog{c}
	}
	reserve := Reserve{TicketID: "t", ServiceID: "ktp"}
	slip := Print{
		Ticket: given("t").Ticket, Office: sampleCatalog().Office, Lang: "id",
		Agency: sampleCatalog().Agencies[1], Service: sampleCatalog().Services[1],
	}
	tests := []struct {
		name    string
		inputs  []Input
		screen  Screen
		effects []Effect
	}{
		{"a touch starts a visit", []Input{Touch{}}, Home, nil},
		{"a language key starts a visit", []Input{SetLang{"en"}}, Home, nil},
		{"a closed office says so at once", []Input{closed, Touch{}, TakeNumber{}}, Trouble, nil},
		{"a closed office can still be searched", []Input{closed, Touch{}, OpenSearch{}}, Search, nil},
		{"an agency with one service skips a screen", []Input{Touch{}, TakeNumber{}, ChooseAgency{"solo"}}, Requirements, nil},
		{"and goes back past it", []Input{Touch{}, TakeNumber{}, ChooseAgency{"solo"}, Back{}}, Agency, nil},
		{"an unknown agency is nothing", []Input{Touch{}, TakeNumber{}, ChooseAgency{"x"}}, Agency, nil},
		{"the way to a service", toKTP, Requirements, nil},
		{"back four times ends the visit", with(Back{}, Back{}, Back{}, Back{}), Attract, nil},
		{"search to a service and back", []Input{Touch{}, OpenSearch{}, TypeKey{"s"}, ChooseService{"skck"}, Back{}}, Search, nil},
		{"a ticket", with(TakeTicket{TicketID: "t"}), Printing, []Effect{reserve}},
		{"tapped twice is asked once", with(TakeTicket{TicketID: "t"}, TakeTicket{TicketID: "u"}), Printing, []Effect{reserve}},
		{"printing cannot be left", with(TakeTicket{TicketID: "t"}, Finish{}, Back{}), Printing, []Effect{reserve}},
		{"printed", with(TakeTicket{TicketID: "t"}, given("t"), Printed{"t"}), Done, []Effect{reserve, slip, Confirm{"t", "printed"}}},
		{
			"an answer that comes twice", with(TakeTicket{TicketID: "t"}, given("t"), given("t"), Printed{"t"}, Printed{"t"}, given("t")), Done,
			[]Effect{reserve, slip, Confirm{"t", "printed"}},
		},
		{
			"no paper, noted", with(TakeTicket{TicketID: "t"}, given("t"), NotPrinted{TicketID: "t"}, NumberNoted{}), Done,
			[]Effect{reserve, slip, Confirm{"t", "shown"}},
		},
		{
			"no paper, left", with(TakeTicket{TicketID: "t"}, given("t"), NotPrinted{TicketID: "t"}, Finish{}), Attract,
			[]Effect{reserve, slip, Cancel{"t"}},
		},
		{
			"the number on paper, left", with(TakeTicket{TicketID: "t"}, given("t"), NotPrinted{TicketID: "t", Out: true}, Finish{}), Attract,
			[]Effect{reserve, slip, Confirm{"t", "printed"}},
		},
		{
			"back does not lose the number on the screen", with(TakeTicket{TicketID: "t"}, given("t"), NotPrinted{TicketID: "t"}, Back{}), OnScreen,
			[]Effect{reserve, slip},
		},
		{"no answer from the server", with(TakeTicket{TicketID: "t"}, Refused{TicketID: "t"}), Trouble, []Effect{reserve, Cancel{"t"}}},
		{"try again after trouble", with(TakeTicket{TicketID: "t"}, Refused{TicketID: "t", Code: "internal"}, Back{}), Requirements, []Effect{reserve}},
		{
			"another service", with(TakeTicket{TicketID: "t"}, given("t"), Printed{"t"}, Another{}), Agency,
			[]Effect{reserve, slip, Confirm{"t", "printed"}},
		},
		{"the service closed while it was read", with(ktpFull, TakeTicket{TicketID: "t"}), Trouble, nil},
		{"the service vanished while it was read", with(without("ktp")), Agency, nil},
		{"the service vanished while printing", with(TakeTicket{TicketID: "t"}, without("ktp")), Printing, []Effect{reserve}},
		{"another service vanished", with(without("kk")), Requirements, nil},
		{"the service vanished during trouble", with(ktpFull, TakeTicket{TicketID: "t"}, without("ktp"), Back{}), Home, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, effects := visit(tt.inputs...)
			if s.Screen != tt.screen {
				t.Errorf("screen %s, want %s", s.Screen, tt.screen)
			}
			if !reflect.DeepEqual(effects, tt.effects) {
				t.Errorf("effects\n%+v, want\n%+v", effects, tt.effects)
			}
		})
	}
}

func TestTheFirstTouchBeforeTheServerIsThere(t *testing.T) {
	s, _ := Step(New(false, start), Touch{}, start)
	if s.Screen != Trouble || s.Trouble != TroubleServer {
		t.Fatalf("%s %s", s.Screen, s.Trouble)
	}
	s, _ = Step(s, NewCatalog{sampleCatalog()}, start)
	s, _ = Step(s, NewView{Live: sampleLive(), Online: true}, start)
	if s.Screen != Home || !s.Ready {
		t.Fatalf("the visit did not go on when the server came: %s", s.Screen)
	}
}

func TestAnswersAfterTheVisitEnded(t *testing.T) {
	late := start.Add(10 * time.Minute)
	s, _ := visit(with(TakeTicket{TicketID: "t"})...)
	s, effects := Step(s, Tick{}, late)
	if s.Screen != Attract || effects != nil {
		t.Fatalf("%s %v", s.Screen, effects)
	}
	if _, effects = Step(s, given("t"), late); !reflect.DeepEqual(effects, []Effect{Cancel{"t"}}) {
		t.Errorf("late number: %v", effects)
	}

	s, _ = visit(with(TakeTicket{TicketID: "t"}, given("t"))...)
	s, _ = Step(s, Tick{}, late)
	if _, effects = Step(s, Printed{"t"}, late); !reflect.DeepEqual(effects, []Effect{Confirm{"t", "printed"}}) {
		t.Errorf("late slip: %v", effects)
	}
	if _, effects = Step(s, NotPrinted{TicketID: "t"}, late); !reflect.DeepEqual(effects, []Effect{Cancel{"t"}}) {
		t.Errorf("late failure: %v", effects)
	}
}

func TestTouchesExtendAndNewsDoNot(t *testing.T) {
	s, _ := visit(Touch{})
	was := s.Deadline
	s, _ = Step(s, NewView{Live: sampleLive(), Online: true}, s.Now.Add(time.Second))
	if s.Deadline != was {
		t.Error("a new view extended the visit")
	}
	s, _ = Step(s, Touch{}, s.Now.Add(time.Second))
	if !s.Deadline.After(was) || s.Remaining() != int(homeTime/time.Second) {
		t.Errorf("a touch did not extend the visit: %d s", s.Remaining())
	}
}

func TestSearchFindsWhatPeopleType(t *testing.T) {
	tests := []struct {
		query string
		want  []string
	}{
		{"", nil},
		{"KTP", []string{"ktp"}},
		{"KTPEL", []string{"ktp"}},
		{"EKTP", []string{"ktp"}},
		{"KK", []string{"kk"}},
		{"KARTU", []string{"kk"}},
		{"CARD", []string{"ktp", "kk"}},
		{"ANTRIAN", []string{"skck"}},
		{"POLISI", nil},
		{"POL", []string{"skck", "sim"}},
		{"SIM POL", []string{"sim"}},
		{"GISTRY", []string{"ktp", "kk"}},
		{"ST", nil},
		{"S", []string{"skck", "sim", "only"}},
	}
	for _, tt := range tests {
		inputs := []Input{Touch{}, OpenSearch{}}
		for _, r := range tt.query {
			inputs = append(inputs, TypeKey{string(r)})
		}
		s, _ := visit(inputs...)
		var got []string
		for _, v := range s.found() {
			got = append(got, v.ID)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q found %v, want %v", tt.query, got, tt.want)
		}
	}
}

func TestPeoplesWordsFindTheSampleServices(t *testing.T) {
	raw, err := catalog.Sample("mpp")
	if err != nil {
		t.Fatal(err)
	}
	var c protocol.Catalog
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	c.Version = "1"
	for query, want := range map[string]string{ // a part of the first result's name
		"KTP": "KTP", "EKTP": "KTP", "KTP HILANG": "KTP", "KK": "Kartu Keluarga", "AKTE LAHIR": "Akta Kelahiran",
		"LAHIR": "Kelahiran", "PASPOR": "Paspor", "PASPORT": "Paspor", "PASSPORT": "Paspor", "SIM": "SIM", "SKCK": "SKCK",
		"PBB": "PBB", "NPWP": "NPWP", "IJIN USAHA": "", "SAMPAH": "", "AIR": "", "NIKAH": "", "NARKO": "",
		"PINDAH": "Pindah", "BIRTH": "Kelahiran",
	} {
		s := State{Screen: Search, Catalog: c, Query: query}
		found := s.found()
		if len(found) == 0 {
			t.Errorf("%q finds nothing", query)
			continue
		}
		if !strings.Contains(found[0].Name.ID, want) {
			t.Errorf("%q finds %q first", query, found[0].Name.ID)
		}
	}
}

func TestLargeTextKeepsTheFirstEntryInView(t *testing.T) {
	c := sampleCatalog()
	for i := range 20 {
		c.Agencies = append(c.Agencies, protocol.Agency{ID: string(rune('a' + i))})
	}
	s, _ := visit(NewCatalog{c}, Touch{}, TakeNumber{}, TurnPage{1})
	items, page, pages := s.AgencyPage()
	if page != 1 || pages < 2 {
		t.Fatalf("page %d of %d", page, pages)
	}
	s, _ = Step(s, ToggleLarge{}, s.Now)
	large, _, _ := s.AgencyPage()
	if !slices.ContainsFunc(large, func(a protocol.Agency) bool { return a.ID == items[0].ID }) {
		t.Errorf("%q is out of view", items[0].ID)
	}
	s, _ = Step(s, TurnPage{-1}, s.Now)
	s, _ = Step(s, TurnPage{-1}, s.Now)
	if _, page, _ = s.AgencyPage(); page != 0 {
		t.Errorf("before the first page: %d", page)
	}
}

func TestAgencyTileSpansItsServices(t *testing.T) {
	s, _ := visit()
	got := s.AgencyLive("dukcapil")
	want := AgencyLive{Open: true, Waiting: 3, Wait: protocol.WaitRange{Known: true, Low: 5, High: 20}}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := s.AgencyLive("solo"); got.Wait.Known || !got.Open {
		t.Errorf("no known wait: %+v", got)
	}
}
