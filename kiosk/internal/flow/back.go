package flow

func (Back) step(s *State) []Effect {
	switch s.Screen {
	case Home, Done:
		return s.end()
	case Agency:
		s.show(Home)
	case Service:
		s.backFromService()
	case Search:
		s.backFromSearch()
	case Requirements:
		s.backFromRequirements()
	case Identity:
		s.toRequirements()
	case Privacy:
		s.backFromPrivacy()
	case ConfirmPerson:
		s.notMe()
	case Priority:
		s.backFromPriority()
	case FindTicket, FoundTicket:
		s.leaveFind()
		s.show(Home)
	case Trouble:
		return s.backFromTrouble()
	case Attract, Printing, OnScreen:
	}
	return nil
}

// backFromService returns to the page of agencies on which the agency stands.
func (s *State) backFromService() {
	left := s.AgencyID
	s.AgencyID = ""
	s.show(s.agencyFrom)
	if s.Screen == Agency {
		s.turnTo(left)
	}
}

// backFromPrivacy returns to Identity, and passes it when the answer came while the notice was read.
func (s *State) backFromPrivacy() {
	s.show(Identity)
	if s.Person.Person.ID != "" {
		s.welcome()
	}
}

// backFromPriority returns to where the citizen last said something of herself.
func (s *State) backFromPriority() {
	switch s.priorityFrom {
	case ConfirmPerson:
		s.unrefer()
		s.show(ConfirmPerson)
	case Identity:
		s.openIdentity()
	default:
		s.toRequirements()
	}
}

// toRequirements shows the chosen service again, with nothing said of the citizen.
func (s *State) toRequirements() {
	s.unrefer()
	s.putAway()
	s.show(Requirements)
}

func (s *State) backFromSearch() {
	s.Query = ""
	if s.searchFrom == Service {
		s.AgencyID = s.searchAgency
	}
	s.show(s.searchFrom)
}

// backFromRequirements returns to where the service was chosen, at the page on which it stands.
func (s *State) backFromRequirements() {
	agency, service := s.AgencyID, s.ServiceID
	s.ServiceID = ""
	s.show(s.serviceFrom)
	if s.serviceFrom != Service {
		s.AgencyID = ""
	}
	if s.serviceFrom == Agency {
		s.turnTo(agency)
		return
	}
	s.turnTo(service)
}

// backFromTrouble returns to the chosen service so that the citizen can try again or choose another.
func (s *State) backFromTrouble() []Effect {
	if !s.Ready {
		return s.end()
	}
	s.Trouble, s.ClosedCode = "", ""
	if s.ServiceID != "" {
		s.toRequirements()
		return nil
	}
	s.show(Home)
	return nil
}
