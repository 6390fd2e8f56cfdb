package flow

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"loket/queue-server/protocol"
)

func (Touch) step(s *State) []Effect {
	s.begin()
	return nil
}

// begin starts a visit if there is none, and says whether there was none. A touch of a button that
// was there a moment ago begins a visit too: the person is still here.
func (s *State) begin() bool {
	if s.Screen != Attract {
		return false
	}
	if s.Ready {
		s.show(Home)
	} else {
		s.trouble(TroubleServer, "")
	}
	return true
}

func (TakeNumber) step(s *State) []Effect {
	if s.begin() || s.Screen != Home {
		return nil
	}
	if s.Online && !s.Live.Open {
		s.trouble(TroubleClosed, s.officeClosedCode())
		return nil
	}
	s.toAgencies()
	return nil
}

// toAgencies shows the agencies, or the services at once where the office has one agency only.
func (s *State) toAgencies() {
	s.AgencyID, s.ServiceID, s.chosenID = "", "", ""
	if len(s.Catalog.Agencies) == 1 {
		s.toServices(s.Catalog.Agencies[0].ID, Home)
		return
	}
	s.show(Agency)
}

// toServices shows the services of an agency, or the requirements at once where it has one service only.
func (s *State) toServices(agencyID string, from Screen) {
	s.AgencyID, s.ServiceID, s.chosenID = agencyID, "", ""
	s.agencyFrom = from
	if of := s.servicesOf(agencyID); len(of) == 1 {
		s.ServiceID, s.serviceFrom = of[0].ID, from
		s.show(Requirements)
		return
	}
	s.show(Service)
}

func (OpenSearch) step(s *State) []Effect {
	if s.begin() {
		return nil
	}
	switch s.Screen {
	case Home, Agency, Service:
		s.searchFrom, s.searchAgency = s.Screen, s.AgencyID
		s.AgencyID, s.Query = "", ""
		s.show(Search)
	case Attract, Search, Requirements, Identity, Privacy, ConfirmPerson, Priority, Printing, Done, OnScreen, FindTicket,
		FoundTicket, Trouble:
	}
	return nil
}

func (in ChooseAgency) step(s *State) []Effect {
	if s.begin() || s.Screen != Agency {
		return nil
	}
	if _, ok := s.AgencyByID(in.ID); ok {
		s.toServices(in.ID, Agency)
	}
	return nil
}

func (in ChooseService) step(s *State) []Effect {
	if s.begin() || (s.Screen != Service && s.Screen != Search) {
		return nil
	}
	chosen, ok := s.ServiceByID(in.ID)
	if _, offered := s.AgencyByID(chosen.AgencyID); !ok || !offered {
		return nil
	}
	s.serviceFrom = s.Screen
	s.ServiceID, s.AgencyID, s.chosenID = chosen.ID, chosen.AgencyID, ""
	s.show(Requirements)
	return nil
}

func (in TypeKey) step(s *State) []Effect {
	if s.begin() {
		return nil
	}
	switch s.Screen {
	case FindTicket:
		s.Find.typed(in.Key)
	case Identity:
		s.typeDigit(in.Key)
	case Search:
		s.typeQuery(in.Key)
	default: // no keys there
	}
	return nil
}

func (s *State) typeQuery(key string) {
	r, size := utf8.DecodeRuneInString(key)
	if size == 0 || size != len(key) || utf8.RuneCountInString(s.Query) >= maxQuery {
		return
	}
	space := r == ' ' && s.Query != "" && !strings.HasSuffix(s.Query, " ")
	if space || unicode.IsLetter(r) || unicode.IsDigit(r) {
		s.Query += string(unicode.ToUpper(r))
		s.Page = 0
	}
}

func (Erase) step(s *State) []Effect {
	if s.begin() {
		return nil
	}
	switch s.Screen {
	case FindTicket:
		s.Find.erase()
	case Identity:
		s.eraseDigit()
	case Search:
		s.eraseQuery()
	default: // no keys there
	}
	return nil
}

func (s *State) eraseQuery() {
	if s.Query == "" {
		return
	}
	_, size := utf8.DecodeLastRuneInString(s.Query)
	s.Query = s.Query[:len(s.Query)-size]
	s.Page = 0
}

func (in TurnPage) step(s *State) []Effect {
	if s.begin() {
		return nil
	}
	switch {
	case in.By > 0:
		s.Page++
	case in.By < 0:
		s.Page--
	}
	s.keepPage()
	return nil
}

func (NumberNoted) step(s *State) []Effect {
	if s.begin() || s.Screen != OnScreen {
		return nil
	}
	s.Shown, s.out = true, false
	s.show(Done)
	return []Effect{Confirm{TicketID: s.Ticket.ID, How: confirmShown}}
}

func (Another) step(s *State) []Effect {
	if s.begin() || s.Screen != Done {
		return nil
	}
	s.Ticket, s.Shown, s.Query = Ticket{}, false, ""
	s.Person, s.Priority = protocol.IdentifyResult{}, ""
	s.toAgencies()
	return nil
}

func (Finish) step(s *State) []Effect {
	if s.Screen == Attract || s.Screen == Printing {
		return nil
	}
	return s.end()
}
