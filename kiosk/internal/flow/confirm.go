package flow

import (
	"slices"
	"time"

	"loket/queue-server/protocol"
)

// welcome leads on from a person that is known: to ConfirmPerson, or past it for her who has said yes in this visit
// and of whom there is nothing to tell beside the question for priority.
func (s *State) welcome() {
	told := s.Person.Person.ID == s.shown.person
	news := s.Person.Ticket != nil || s.Person.Person.State == protocol.PersonRefer
	if told && !news && s.shown.bind.card == "" && len(s.Catalog.Priorities) > 0 {
		s.toPriority(Requirements)
		return
	}
	s.show(ConfirmPerson)
}

func (NotMe) step(s *State) []Effect {
	if !s.begin() && s.Screen == ConfirmPerson {
		s.notMe()
	}
	return nil
}

// notMe forgets the person and asks again. The card is kept, so that its holder can have it bound to herself.
func (s *State) notMe() {
	card := s.nextCard()
	s.shown = shown{}
	s.openIdentity()
	s.keepCard(card)
}

func (OpenPriority) step(s *State) []Effect {
	if s.begin() || s.Screen != Requirements || s.Asks() != protocol.IdentityNone || len(s.Catalog.Priorities) == 0 {
		return nil
	}
	if code, closed := s.chosenClosed(); closed {
		s.trouble(TroubleClosed, code)
		return nil
	}
	s.toPriority(Requirements)
	return nil
}

// toPriority offers the classes of priority.
func (s *State) toPriority(from Screen) {
	s.priorityFrom, s.Priority = from, ""
	s.show(Priority)
}

// HasPriority says whether the catalogue has a class of priority.
func (s State) HasPriority(id string) bool {
	return slices.ContainsFunc(s.Catalog.Priorities, func(p protocol.PriorityClass) bool { return p.ID == id })
}

func (in TakeTicket) step(s *State) []Effect {
	if s.begin() || in.TicketID == "" {
		return nil
	}
	switch s.Screen {
	case Requirements:
		return s.fromRequirements(in.TicketID)
	case Identity, ConfirmPerson, Priority:
		if s.Now.Sub(s.since) < doubleTap { // the finger still means the screen before
			return nil
		}
		return s.onwards(in)
	default:
		return nil
	}
}

// fromRequirements asks who she is where the service does, and for the ticket where it does not.
func (s *State) fromRequirements(ticketID string) []Effect {
	if code, closed := s.chosenClosed(); closed {
		s.trouble(TroubleClosed, code)
		return nil
	}
	if s.Asks() != protocol.IdentityNone {
		return s.toIdentity()
	}
	s.Person, s.Priority = protocol.IdentifyResult{}, ""
	return s.take(ticketID)
}

// onwards leads on from the screens of who she is.
func (s *State) onwards(in TakeTicket) []Effect {
	switch {
	case s.Screen == Identity:
		if !in.WithoutID || s.Asks() != protocol.IdentityOptional {
			return nil
		}
		s.forget()
		return s.offerPriority(Identity, in.TicketID)
	case s.Screen == ConfirmPerson:
		return s.confirmed(in.TicketID)
	case in.Priority != "" && !s.HasPriority(in.Priority):
		return nil
	}
	s.Priority = in.Priority
	return s.take(in.TicketID)
}

// offerPriority asks for priority where the office has classes, and for the ticket where it has none.
func (s *State) offerPriority(from Screen, ticketID string) []Effect {
	if len(s.Catalog.Priorities) > 0 {
		s.toPriority(from)
		return nil
	}
	s.Priority = ""
	return s.take(ticketID)
}

// confirmed leads on after "yes, that is me": to the ticket that she has, or to that of the service that is to see to her.
func (s *State) confirmed(ticketID string) []Effect {
	s.shown.person = s.Person.Person.ID
	effects := s.bindCard()
	if held := s.Person.Ticket; held != nil {
		s.Person = protocol.IdentifyResult{}
		s.leaveFind()
		s.Found, s.Already = s.held(*held), true
		s.show(FoundTicket)
		return effects
	}
	s.refer()
	return append(effects, s.offerPriority(ConfirmPerson, ticketID)...)
}

// held is a ticket as the server tells of it.
func (s *State) held(t protocol.FindResult) Held {
	issued, err := time.Parse(time.RFC3339, t.IssuedAt)
	if err != nil {
		issued = s.Now // of today it is in any case
	}
	return Held{
		Ticket: Ticket{
			ID: t.TicketID, Number: t.Number, Address: t.Address, Ahead: t.Ahead, Wait: t.Wait, IssuedAt: issued,
		},
		ServiceID: t.ServiceID, State: t.State, Counter: t.Counter,
	}
}

// ReferredTo is the service that is to see to the person on ConfirmPerson before the one that she chose; false
// when the chosen one stays.
func (s State) ReferredTo() (protocol.Service, bool) {
	if s.Person.Person.State != protocol.PersonRefer || s.Person.ReferServiceID == "" {
		return protocol.Service{}, false
	}
	service, ok := s.ServiceByID(s.Person.ReferServiceID)
	if _, offered := s.AgencyByID(service.AgencyID); !ok || !offered {
		return protocol.Service{}, false
	}
	return service, true
}

// refer chooses the service that is to see to her first.
func (s *State) refer() {
	if to, ok := s.ReferredTo(); ok && to.ID != s.ServiceID {
		s.chosenID = s.ServiceID
		s.ServiceID, s.AgencyID = to.ID, to.AgencyID
	}
}

// unrefer chooses again what she chose herself.
func (s *State) unrefer() {
	if s.chosenID == "" {
		return
	}
	if _, ok := s.ServiceByID(s.chosenID); ok {
		s.ServiceID = s.chosenID
		s.rechoose()
	}
	s.chosenID = ""
}

// take asks for the ticket. A service that asks who she is gets nobody unknown.
func (s *State) take(ticketID string) []Effect {
	if code, closed := s.chosenClosed(); closed {
		s.trouble(TroubleClosed, code)
		return nil
	}
	if s.Asks() == protocol.IdentityRequired && s.Person.Person.ID == "" {
		return s.toIdentity()
	}
	s.Ticket = Ticket{ID: ticketID}
	s.onPaper, s.out, s.Shown = false, false, false
	s.show(Printing)
	return []Effect{Reserve{
		TicketID: ticketID, ServiceID: s.ServiceID, PersonID: s.Person.Person.ID, Priority: s.Priority,
	}}
}
