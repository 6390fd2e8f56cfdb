package flow

import (
	"errors"

	"loket/queue-server/protocol"
)

// HasShown says whether a card or a NIK was shown that Identity will ask for.
func (s State) HasShown() bool {
	return s.shown.card != "" || s.shown.nik != "" || s.shown.bind.card != ""
}

// Personal says whether the state holds anything of who the citizen is.
func (s State) Personal() bool {
	return s.Who != IdentityForm{} || s.shown != shown{} || s.Find.Who != Identify{} || s.Person.Person != protocol.Person{} || s.Person.Ticket != nil
}

// Asks says how the chosen service asks who the citizen is: one of protocol's Identity values.
func (s State) Asks() string {
	service, ok := s.ChosenService()
	if !ok || service.Identity == "" {
		return protocol.IdentityNone
	}
	return service.Identity
}

// openIdentity shows an empty Identity.
func (s *State) openIdentity() {
	s.unrefer()
	s.Who, s.Person, s.Priority = IdentityForm{}, protocol.IdentifyResult{}, ""
	s.show(Identity)
}

// toIdentity shows Identity, and asks at once for what was shown before.
func (s *State) toIdentity() []Effect {
	s.openIdentity()
	switch {
	case s.shown.nik != "":
		s.Who.Typed, s.Who.Card, s.Who.Disowned = s.shown.nik, s.shown.bind.card, s.shown.bind.disowned
		return s.ask(Identify{NIK: s.shown.nik, Card: s.Who.Card})
	case s.shown.card != "":
		return s.askCard(s.shown.card, s.shown.bindable)
	default:
		s.keepCard(s.shown.bind)
	}
	return nil
}

// ask asks who it is. Before the answer nothing else is asked.
func (s *State) ask(what Identify) []Effect {
	s.asked++
	what.Try, what.ServiceID = s.asked, s.ServiceID
	s.Who.Asked, s.Who.Problem = what, ""
	return []Effect{what}
}

// askCard asks whose card it is. One that makes its number up is nobody's.
func (s *State) askCard(uid string, bindable bool) []Effect {
	if !bindable {
		s.Who.Card, s.Who.Disowned, s.shown = "", false, shown{person: s.shown.person}
		s.Who.Problem = ProblemCardOdd
		return nil
	}
	s.shown = shown{card: uid, bindable: true, person: s.shown.person}
	return s.ask(Identify{Card: uid})
}

// asking says whether the present screen takes a card, a NIK or a code for an answer to who she is. The notice
// makes room for it, and so do digits that are wrong: what is shown gets a sentence of its own.
func (s *State) asking() bool {
	if s.Screen != Identity && s.Screen != Privacy || s.Who.Busy() || s.Person.Person.ID != "" {
		return false
	}
	if s.Screen == Privacy {
		s.show(Identity)
	}
	if s.Who.Problem.ofNIK() {
		s.Who.Typed = ""
	}
	return true
}

// keeping says whether the present screen keeps a card or a NIK for later.
func (s *State) keeping() bool {
	switch s.Screen {
	case Home, Agency, Service, Search, Requirements:
		return true
	default:
		return false
	}
}

func (in CardRead) step(s *State) []Effect {
	s.begin()
	switch {
	case s.asking():
		return s.askCard(in.UID, in.Bindable)
	case s.keeping():
		s.shown = shown{card: in.UID, bindable: in.Bindable, person: s.shown.person}
	case s.Screen == FindTicket && !s.Find.Busy():
		return s.findByCard(in.UID, in.Bindable)
	}
	return nil
}

func (in NIKRead) step(s *State) []Effect {
	s.begin()
	if !s.keeping() && !s.asking() {
		return nil
	}
	nik, err := protocol.ParseNIK(in.NIK, s.Now)
	if s.keeping() {
		if err == nil {
			s.shown = shown{nik: string(nik), person: s.shown.person}
		}
		return nil
	}
	if err != nil {
		s.Who.Typed = ""
		s.Who.Problem = problemOf(err)
		return nil
	}
	s.Who.Typed = string(nik)
	return s.sendNIK()
}

// problemOf is the problem that an error of protocol.ParseNIK tells.
func problemOf(err error) IdentityProblem {
	var wrong *protocol.NIKError
	if errors.As(err, &wrong) {
		return IdentityProblem(wrong.Problem)
	}
	return ProblemElsewhere
}

func (CodeRead) step(s *State) []Effect {
	s.begin()
	return s.cannotRead()
}

// cannotRead says on Identity that a code is none that tells who somebody is.
func (s *State) cannotRead() []Effect {
	if s.asking() {
		s.Who.Problem = ProblemCode
	}
	return nil
}

// typeDigit takes a key of the NIK; one that is no digit does nothing.
func (s *State) typeDigit(key string) {
	f := &s.Who
	if f.Busy() || len(f.Typed) >= protocol.NIKLength || len(key) != 1 || key[0] < '0' || key[0] > '9' {
		return
	}
	f.Typed += key
	f.Problem = s.problemOfTyped()
}

func (s *State) eraseDigit() {
	f := &s.Who
	if f.Busy() {
		return
	}
	if f.Typed != "" {
		f.Typed = f.Typed[:len(f.Typed)-1]
	}
	f.Problem = s.problemOfTyped()
}

func (EraseAll) step(s *State) []Effect {
	if !s.begin() && s.Screen == Identity && !s.Who.Busy() {
		s.Who.Typed, s.Who.Problem = "", ""
	}
	return nil
}

func (NoID) step(s *State) []Effect {
	if !s.begin() && s.Screen == Identity && s.Asks() == protocol.IdentityRequired {
		s.trouble(TroubleNoID, "")
	}
	return nil
}

// problemOfTyped is what is wrong already with the digits so far.
func (s *State) problemOfTyped() IdentityProblem {
	return IdentityProblem(protocol.CheckNIK(s.Who.Typed, s.Now))
}

func (SendNIK) step(s *State) []Effect {
	if s.begin() || s.Screen != Identity || !s.Who.Complete() {
		return nil
	}
	return s.sendNIK()
}

// sendNIK asks for the NIK in the field, with the card that it is to be bound to. The same one again after a
// recheck is meant.
func (s *State) sendNIK() []Effect {
	f := s.Who
	return s.ask(Identify{NIK: f.Typed, Card: f.Card, Sure: f.Typed == f.sure})
}

func (OpenPrivacy) step(s *State) []Effect {
	if !s.begin() && s.Screen == Identity {
		s.show(Privacy)
	}
	return nil
}

// waitsFor says whether an answer is the one that this visit waits for.
func (s *State) waitsFor(asked Identify) bool {
	return (s.Screen == Identity || s.Screen == Privacy) && s.Who.Busy() && s.Who.Asked == asked
}

func (in Identified) step(s *State) []Effect {
	if s.findsBy(in.Asked) {
		s.foundByCard(in.Result.Ticket)
		return nil
	}
	if !s.waitsFor(in.Asked) {
		return nil
	}
	switch {
	case in.Result.Person.State == protocol.PersonRecheck:
		s.Who.sure = in.Asked.NIK
		s.notIdentified(ProblemRecheck)
	case in.Result.Person.ID == "": // no such answer is ever given; a ticket for nobody would be worse
		s.notIdentified(ProblemElsewhere)
	default:
		s.identified(in)
	}
	return nil
}

// identified takes the person that an answer tells. A card that came with her NIK waits for her yes.
func (s *State) identified(in Identified) {
	now := shown{nik: in.Asked.NIK, person: s.shown.person}
	if in.Asked.NIK == "" {
		now.card, now.bindable = in.Asked.Card, true
	} else {
		now.bind = newCard{in.Asked.Card, s.Who.Disowned}
	}
	s.Who, s.Person, s.shown = IdentityForm{}, in.Result, now
	if s.Screen == Identity {
		s.welcome()
	}
}

// notIdentified notes why nobody was found, and gives time to read it. What was shown is not asked for again.
func (s *State) notIdentified(why IdentityProblem) {
	s.Who.Asked, s.Who.Problem = Identify{}, why
	s.shown = shown{person: s.shown.person}
	s.extend()
}

func (in NotIdentified) step(s *State) []Effect {
	if s.findsBy(in.Asked) {
		s.notFoundByCard(in.Code)
		return nil
	}
	if !s.waitsFor(in.Asked) {
		return nil
	}
	switch in.Code {
	case "":
		s.notIdentified(ProblemNoAnswer)
	case protocol.CodeCardUnknown:
		s.Who.Card, s.Who.Disowned = in.Asked.Card, false
		s.notIdentified(ProblemCardNew)
	case protocol.CodeCardUnbindable:
		s.Who.Card, s.Who.Disowned = "", false
		s.notIdentified(ProblemCardOdd)
	case protocol.CodeRateLimited:
		s.notIdentified(ProblemTooMany)
	default:
		why := IdentityProblem(in.Code)
		if !why.ofNIK() {
			why = ProblemElsewhere
		}
		s.notIdentified(why)
	}
	return nil
}
