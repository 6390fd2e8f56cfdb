package flow

import "loket/queue-server/protocol"

// ConfirmCard tells the server that the citizen has confirmed who she is: the card that she showed is bound to her.
// Nothing answers it, and nothing of the visit waits for it.
type ConfirmCard struct{ PersonID, Card string }

func (ConfirmCard) effect() {}

// shown is what a citizen showed before it was asked for, or what she was known by in this visit: a card or a NIK.
// With it each further service asks who she is without her doing.
type shown struct {
	card     string
	bindable bool
	nik      string
	person   string // the id of the person that she said to be
	bind     newCard
}

// newCard is a card that waits for its holder's NIK, and then for her yes.
type newCard struct {
	card     string
	disowned bool // the server knows it as somebody's, and she has said that it is not her
}

// Question is what is being asked of the server about who somebody is; zero when nothing is.
func (s State) Question() Identify {
	if s.Find.Who != (Identify{}) {
		return s.Find.Who
	}
	return s.Who.Asked
}

// keepCard has Identity ask for the NIK of a card that is to be bound; without one it does nothing.
func (s *State) keepCard(c newCard) {
	if c.card == "" {
		return
	}
	s.Who.Card, s.Who.Disowned, s.Who.Problem = c.card, c.disowned, ProblemCardNew
}

// putAway keeps the card of Identity for the next service of this visit, and empties Identity.
func (s *State) putAway() {
	if s.Who.Card != "" {
		s.shown = shown{bind: newCard{s.Who.Card, s.Who.Disowned}, person: s.shown.person}
	}
	s.Who, s.Person = IdentityForm{}, protocol.IdentifyResult{}
}

// nextCard is the card that waits for a NIK once she has said that the person on ConfirmPerson is not her.
func (s *State) nextCard() newCard {
	if s.shown.card != "" {
		return newCard{s.shown.card, true}
	}
	return s.shown.bind
}

// bindCard has the new card bound to the person of ConfirmPerson, who has just said yes.
func (s *State) bindCard() []Effect {
	c := s.shown.bind.card
	if c == "" {
		return nil
	}
	s.shown.bind, s.shown.card, s.shown.bindable = newCard{}, c, true
	return []Effect{ConfirmCard{PersonID: s.Person.Person.ID, Card: c}}
}

// findByCard asks on FindTicket for the ticket of a card's holder, of whatever service.
func (s *State) findByCard(uid string, bindable bool) []Effect {
	if !bindable {
		return s.missed(FindCardOdd)
	}
	s.asked++
	s.Find.Who, s.Find.Problem = Identify{Try: s.asked, Card: uid}, ""
	return []Effect{s.Find.Who}
}

// findsBy says whether an answer is the one that FindTicket waits for.
func (s *State) findsBy(asked Identify) bool {
	return s.Screen == FindTicket && s.Find.Who == asked && asked != Identify{}
}

// foundByCard shows the ticket of a card's holder, and says when she has none.
func (s *State) foundByCard(held *protocol.FindResult) {
	if held == nil {
		s.missed(FindNoCard)
		return
	}
	s.leaveFind()
	s.Find.tries = 0
	s.Found = s.held(*held)
	s.show(FoundTicket)
}

// notFoundByCard says why there is no ticket to show.
func (s *State) notFoundByCard(code string) {
	switch code {
	case protocol.CodeCardUnknown:
		s.missed(FindNoCard)
	case protocol.CodeCardUnbindable:
		s.missed(FindCardOdd)
	case protocol.CodeRateLimited:
		s.missed(FindTooMany)
	default:
		s.missed(FindNoAnswer)
	}
}
