package flow

import "loket/queue-server/protocol"

func (in Reserved) step(s *State) []Effect {
	id := in.Ticket.ID
	if s.takeLoose(id, false) {
		return []Effect{Cancel{TicketID: id}} // the visit ended before the number came
	}
	if s.Screen != Printing || s.onPaper || s.Ticket.ID != id {
		return nil // an answer that was had before
	}
	s.Ticket = in.Ticket
	s.onPaper = true
	s.extend()
	service, _ := s.ChosenService() // zero when the catalogue lost it: the slip goes without
	agency, _ := s.ChosenAgency()
	return []Effect{Print{
		Ticket:  in.Ticket,
		Office:  s.Catalog.Office,
		Agency:  agency,
		Service: service,
		Lang:    s.Prefs.Lang,
	}}
}

func (in Refused) step(s *State) []Effect {
	if s.takeLoose(in.TicketID, false) {
		return giveBackUnknown(in)
	}
	if s.Screen != Printing || s.onPaper || s.Ticket.ID != in.TicketID {
		return nil
	}
	return append(s.refused(in.Code), giveBackUnknown(in)...)
}

// refused leads to the next step after no number was given.
func (s *State) refused(code string) []Effect {
	switch code {
	case "":
		s.trouble(TroubleServer, "")
	case codeOfficeClosed, "service_closed", "quota_full":
		s.trouble(TroubleClosed, code)
	case "person_limit":
		s.trouble(TroubleLimit, "")
	case "already_waiting":
		s.trouble(TroubleAlready, "")
	case protocol.CodePersonUnknown, "identity_required": // she was erased meanwhile, or the service asks since just now
		s.shown.person = ""
		return s.again(s.toIdentity)
	case "priority_unknown": // the classes have just changed
		return s.again(s.reofferPriority)
	default:
		s.trouble(TroubleRefused, "")
	}
	return nil
}

// again leads back to a screen before Printing, as far as the catalogue still has the service.
func (s *State) again(to func() []Effect) []Effect {
	s.Ticket = Ticket{}
	if !s.rechoose() {
		s.Person = protocol.IdentifyResult{}
		s.toAgencies()
		return nil
	}
	return to()
}

// reofferPriority asks for priority once more; without classes the citizen asks for the ticket once more.
func (s *State) reofferPriority() []Effect {
	if len(s.Catalog.Priorities) == 0 {
		s.toRequirements()
		return nil
	}
	s.toPriority(Requirements)
	return nil
}

// giveBackUnknown cancels a number that may have been given although no answer came.
func giveBackUnknown(in Refused) []Effect {
	if in.Code != "" {
		return nil
	}
	return []Effect{Cancel{TicketID: in.TicketID}}
}

func (in Printed) step(s *State) []Effect {
	confirm := []Effect{Confirm{TicketID: in.TicketID, How: confirmPrinted}}
	if s.takeLoose(in.TicketID, true) {
		return confirm // the slip is out there, so the number must count
	}
	if s.Screen != Printing || !s.onPaper || s.Ticket.ID != in.TicketID {
		return nil
	}
	s.onPaper = false
	s.show(Done)
	return confirm
}

func (in NotPrinted) step(s *State) []Effect {
	if s.takeLoose(in.TicketID, true) {
		if in.Out {
			return []Effect{Confirm{TicketID: in.TicketID, How: confirmPrinted}}
		}
		return []Effect{Cancel{TicketID: in.TicketID}}
	}
	if s.Screen != Printing || !s.onPaper || s.Ticket.ID != in.TicketID {
		return nil
	}
	s.onPaper, s.out = false, in.Out
	s.show(OnScreen)
	return nil
}

func (in NewView) step(s *State) []Effect {
	s.Live, s.Online = in.Live, in.Online
	if !in.At.IsZero() {
		s.LiveAt = in.At
	}
	s.becomeReady()
	s.keepPage()
	return nil
}

func (in NewCatalog) step(s *State) []Effect {
	s.Catalog = in.Catalog
	s.becomeReady()
	s.keepChoice()
	s.keepPage()
	return nil
}

// becomeReady notes that both the catalogue and a view are there. A visit that ran into the
// missing ones goes on.
func (s *State) becomeReady() {
	if s.Ready || s.Catalog.Version == "" || s.Live.CatalogVersion == "" {
		return
	}
	s.Ready = true
	if s.Screen == Trouble {
		s.Trouble, s.ClosedCode = "", ""
		s.show(Home)
	}
}

// keepChoice leads back to the agencies when a new catalogue lacks what was chosen. Where a ticket
// is under way or given, the visit goes on as it is.
func (s *State) keepChoice() {
	if _, ok := s.AgencyByID(s.searchAgency); !ok && s.searchFrom == Service {
		s.searchFrom, s.searchAgency = Home, ""
	}
	switch s.Screen {
	case Service:
		if _, ok := s.ChosenAgency(); !ok {
			s.toAgencies()
		}
	case Requirements:
		if !s.rechoose() {
			s.toAgencies()
		}
	case Identity, Privacy, ConfirmPerson, Priority:
		s.keepPersonScreen()
	case Trouble:
		if !s.rechoose() {
			s.AgencyID, s.ServiceID = "", ""
		}
	case Attract, Home, Agency, Search, Printing, Done, OnScreen, FindTicket, FoundTicket:
	}
}

// keepPersonScreen leads back where a new catalogue leaves the present screen without a meaning.
func (s *State) keepPersonScreen() {
	switch {
	case !s.rechoose():
		s.putAway()
		s.toAgencies()
	case s.Screen == Priority && len(s.Catalog.Priorities) == 0:
		s.toRequirements()
	}
}

// rechoose says whether the chosen service is still offered by an agency, and follows it to that one.
func (s *State) rechoose() bool {
	service, ok := s.ChosenService()
	if !ok {
		return false
	}
	s.AgencyID = service.AgencyID
	_, ok = s.ChosenAgency()
	return ok
}

func (Tick) step(*State) []Effect { return nil }
