package flow

import (
	"slices"
	"time"

	"loket/queue-server/protocol"
)

// How long a screen stays without a touch.
const (
	homeTime         = 45 * time.Second
	browseTime       = 60 * time.Second // agency, service, search, requirements, find
	foundTime        = 30 * time.Second
	personTime       = 30 * time.Second // the screens of who she is; on any other one that is forgotten after it
	PrintingTime     = 40 * time.Second // for each of the number and the slip; touches do not extend it
	doneTime         = 15 * time.Second
	onScreenTime     = 90 * time.Second // to find a pen or a phone
	troubleTime      = 20 * time.Second
	confirmPrinted   = "printed"
	confirmShown     = "shown"
	maxQuery         = 24 // characters
	defaultLang      = "id"
	doubleTap        = 400 * time.Millisecond
	alternativeLang  = "en"
	codeOfficeClosed = "office_closed"
)

// Timeout is how long a screen stays without a touch; zero for Attract, which stays for ever.
func Timeout(on Screen) time.Duration {
	switch on {
	case Home:
		return homeTime
	case Agency, Service, Search, Requirements, FindTicket:
		return browseTime
	case FoundTicket:
		return foundTime
	case Identity, Privacy, ConfirmPerson, Priority:
		return personTime
	case Printing:
		return PrintingTime
	case Done:
		return doneTime
	case OnScreen:
		return onScreenTime
	case Trouble:
		return troubleTime
	case Attract:
		return 0
	}
	return troubleTime // a screen that does not exist is left soon
}

// Step leads from a state to the next by an input at a time. It never fails: an input that has no
// meaning on the present screen changes nothing but the deadline. It changes nothing of the state
// it is given, and gives the same answer for the same arguments.
func Step(s State, in Input, now time.Time) (State, []Effect) {
	s.Now = now
	var effects []Effect
	if s.Screen != Attract && !now.Before(s.Deadline) {
		effects = s.end()
	}
	if s.Screen != Attract && !now.Before(s.Deadline.Add(personTime-Timeout(s.Screen))) {
		s.forget()
	}
	if in == nil {
		return s, effects
	}
	_, touched := in.(byCitizen)
	if touched && s.Screen != Printing {
		s.extend()
	}
	effects = append(effects, in.step(&s)...)
	return s, effects
}

// show turns to a screen at its first page and starts its time.
func (s *State) show(on Screen) {
	s.Screen = on
	s.Page = 0
	s.since = s.Now
	s.extend()
}

// extend gives the present screen its whole time again.
func (s *State) extend() {
	if s.Screen == Attract {
		return
	}
	s.Deadline = s.Now.Add(Timeout(s.Screen))
}

// end wipes the visit. A ticket that nobody took is given back; one that is still owed an answer
// is remembered, so that the answer finds its end.
func (s *State) end() []Effect {
	var effects []Effect
	kept := s.loose
	switch {
	case s.Screen == Printing:
		kept = append(slices.Clone(kept), loose{id: s.Ticket.ID, onPaper: s.onPaper})
	case s.Screen == OnScreen && s.out:
		effects = []Effect{Confirm{TicketID: s.Ticket.ID, How: confirmPrinted}}
	case s.Screen == OnScreen: // walking away cancels: nobody is called who may hold nothing
		effects = []Effect{Cancel{TicketID: s.Ticket.ID}}
	}
	*s = State{
		Screen:    Attract,
		Prefs:     Prefs{Lang: defaultLang},
		Landscape: s.Landscape,
		Now:       s.Now,
		Catalog:   s.Catalog,
		Live:      s.Live,
		Online:    s.Online,
		LiveAt:    s.LiveAt,
		Ready:     s.Ready,
		asked:     s.asked,
		loose:     kept,
	}
	return effects
}

// forget wipes who the citizen is. A question that is under way is not waited for any more.
func (s *State) forget() {
	s.Who, s.Person, s.shown, s.Find.Who = IdentityForm{}, protocol.IdentifyResult{}, shown{}, Identify{}
}

// takeLoose removes a ticket that outlived its visit at the given stage, and says whether it was there.
func (s *State) takeLoose(id string, onPaper bool) bool {
	i := slices.Index(s.loose, loose{id: id, onPaper: onPaper})
	if i < 0 {
		return false
	}
	s.loose = slices.Delete(slices.Clone(s.loose), i, i+1)
	return true
}

// trouble turns to Trouble.
func (s *State) trouble(kind TroubleKind, closedCode string) {
	s.Trouble, s.ClosedCode = kind, closedCode
	s.Ticket, s.onPaper = Ticket{}, false
	s.Who, s.Person, s.Priority = IdentityForm{}, protocol.IdentifyResult{}, ""
	s.show(Trouble)
}
