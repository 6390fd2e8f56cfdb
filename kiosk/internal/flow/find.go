package flow

import (
	"strings"
	"unicode/utf8"

	"loket/queue-server/protocol"
)

const (
	// maxFindTries is how often a visit may look for a ticket that there is not, before it is sent to an officer.
	maxFindTries = 5
	// usualDigits is how many digits a number has on a day with less than a thousand tickets of its series, and
	// maxDigits on any day. After the usual ones the keys go on to the code.
	usualDigits, maxDigits = 3, 4
)

// FindProblem is why the latest try found nothing.
type FindProblem string

// The problems of a try.
const (
	FindWrong    FindProblem = "wrong"     // number and code do not fit
	FindNoAnswer FindProblem = "no_answer" // the server does not answer: try again, or see an officer
	FindTooMany  FindProblem = "too_many"  // this kiosk may not try for a moment
	FindNoCode   FindProblem = "no_code"   // the code that was scanned is of no ticket of today
	FindNoCard   FindProblem = "no_card"   // who has the card that was tapped holds no ticket today
	FindCardOdd  FindProblem = "card_odd"  // this card tells no lasting number
)

// FindForm is what was typed on FindTicket. The number is a letter and digits ("A17"), the code letters and digits.
type FindForm struct {
	Number, Code string
	InCode       bool // the keys write the code
	Asked        LookUp
	Who          Identify    // the question whose card was tapped; zero when none is under way
	Problem      FindProblem // of the latest try; empty while one is under way
	tries        int
}

// Busy says whether an answer is waited for.
func (f FindForm) Busy() bool { return f.Asked != LookUp{} || f.Who != Identify{} }

// Complete says whether number and code are long enough to ask.
func (f FindForm) Complete() bool {
	return len(f.Number) > 1 && len(f.Code) == protocol.CodeLength
}

// Written is the number as it is printed, as far as it was typed: "A-017" once it is complete.
func (f FindForm) Written() string {
	if f.Number == "" {
		return ""
	}
	digits := f.Number[1:]
	if f.InCode && digits != "" {
		digits = strings.Repeat("0", max(0, usualDigits-len(digits))) + digits
	}
	return f.Number[:1] + "-" + digits
}

// typed takes a key; one that cannot stand there does nothing.
func (f *FindForm) typed(key string) {
	key = strings.ToUpper(key)
	if len(key) != 1 || f.Busy() {
		return
	}
	letter, digit := key[0] >= 'A' && key[0] <= 'Z', key[0] >= '0' && key[0] <= '9'
	switch {
	case f.InCode && (letter || digit) && len(f.Code) < protocol.CodeLength:
		f.Code += key
	case f.InCode:
		return
	case f.Number == "" && letter, f.Number != "" && digit && len(f.Number) <= maxDigits:
		f.Number += key
		f.InCode = len(f.Number) == 1+usualDigits && f.Code == ""
	default:
		return
	}
	f.Problem = ""
}

// erase takes the last character away, of the code and then of the number.
func (f *FindForm) erase() {
	if f.Busy() {
		return
	}
	if f.Code == "" {
		f.InCode = false
	}
	field := &f.Number
	if f.InCode {
		field = &f.Code
	}
	if *field != "" {
		_, size := utf8.DecodeLastRuneInString(*field)
		*field = (*field)[:len(*field)-size]
	}
	f.Problem = ""
}

// Held is a ticket that somebody holds, and where it stands.
type Held struct {
	Ticket
	ServiceID string
	State     string // as on the wire: waiting, called, serving, held, no_show, completed, cancelled or expired
	Counter   int    // number of the counter while it is called or served
}

// CanCopy says whether a copy of the slip helps: while the ticket can still be called.
func (h Held) CanCopy() bool {
	return h.State == "waiting" || h.State == "held" || h.State == "no_show"
}

// CopyState is how far the copy of the found ticket's slip is.
type CopyState string

// The states of a copy.
const (
	CopyNone     CopyState = ""
	CopyPrinting CopyState = "printing"
	CopyDone     CopyState = "done"
	CopyFailed   CopyState = "failed"
)

func (OpenFind) step(s *State) []Effect {
	if s.begin() || s.Screen != Home {
		return nil
	}
	s.leaveFind()
	s.show(FindTicket)
	if s.shown.card != "" { // she has tapped it a moment ago
		return s.findByCard(s.shown.card, s.shown.bindable)
	}
	return nil
}

// leaveFind forgets what was typed and found, but not how often nothing was.
func (s *State) leaveFind() {
	s.Find = FindForm{tries: s.Find.tries}
	s.Found, s.Copy, s.Already = Held{}, CopyNone, false
}

func (in ChooseField) step(s *State) []Effect {
	if !s.begin() && s.Screen == FindTicket && !s.Find.Busy() {
		s.Find.InCode = in.Code
	}
	return nil
}

func (SendFind) step(s *State) []Effect {
	if s.begin() || s.Screen != FindTicket || s.Find.Busy() || !s.Find.Complete() {
		return nil
	}
	s.Find.InCode = true // writes the number whole
	return s.lookUp(LookUp{Number: s.Find.Written(), Code: s.Find.Code})
}

func (in Scanned) step(s *State) []Effect {
	s.begin()
	token, ok := protocol.CanonicalToken(in.Token[strings.LastIndexByte(in.Token, '/')+1:])
	switch s.Screen {
	case Home:
		s.leaveFind()
		s.show(FindTicket)
	case FoundTicket:
		if s.Copy == CopyPrinting {
			return nil
		}
		s.leaveFind()
		s.show(FindTicket)
	case FindTicket:
		if s.Find.Busy() {
			return nil
		}
	case Identity:
		return s.cannotRead()
	case Attract, Agency, Service, Search, Requirements, Privacy, ConfirmPerson, Priority, Printing, Done, OnScreen, Trouble:
		return nil
	}
	if !ok { // some other code: the citizen sees that it is none of ours
		return s.missed(FindNoCode)
	}
	return s.lookUp(LookUp{Token: token})
}

func (s *State) lookUp(what LookUp) []Effect {
	s.Find.Asked, s.Find.Problem = what, ""
	return []Effect{what}
}

// missed notes a try that found nothing.
func (s *State) missed(why FindProblem) []Effect {
	s.Find.Asked, s.Find.Who, s.Find.Problem = LookUp{}, Identify{}, why
	if why == FindWrong || why == FindNoCode {
		s.Find.tries++
	}
	if s.Find.tries >= maxFindTries {
		s.leaveFind()
		s.Find.tries = 0
		s.trouble(TroubleNotMine, "")
	}
	return nil
}

// awaits says whether an answer is the one that this visit waits for. One of an earlier visit is not, unless
// it is about the very same ticket and code.
func (s *State) awaits(asked LookUp) bool {
	return s.Screen == FindTicket && s.Find.Busy() && s.Find.Asked == asked
}

func (in TicketFound) step(s *State) []Effect {
	if !s.awaits(in.Asked) {
		return nil
	}
	s.leaveFind()
	s.Find.tries = 0
	s.Found = in.Ticket
	s.show(FoundTicket)
	return nil
}

func (in TicketNotFound) step(s *State) []Effect {
	if !s.awaits(in.Asked) {
		return nil
	}
	switch in.Code {
	case protocol.CodeTicketNotFound:
		if in.Asked.Token != "" {
			return s.missed(FindNoCode)
		}
		return s.missed(FindWrong)
	case protocol.CodeRateLimited:
		return s.missed(FindTooMany)
	}
	return s.missed(FindNoAnswer)
}

func (TakeCopy) step(s *State) []Effect {
	if s.begin() || s.Screen != FoundTicket || !s.Found.CanCopy() || s.Copy == CopyPrinting || s.Copy == CopyDone {
		return nil
	}
	s.Copy = CopyPrinting
	return []Effect{PrintCopy{Slip: s.SlipOf(s.Found, s.Prefs.Lang)}}
}

// SlipOf is a copy of a ticket's slip as the catalogue words it; what it lost in the meantime is left out.
func (s State) SlipOf(h Held, lang string) Print {
	service, _ := s.ServiceByID(h.ServiceID)
	agency, _ := s.AgencyByID(service.AgencyID)
	return Print{
		Ticket: h.Ticket, Office: s.Catalog.Office, Agency: agency, Service: service, Lang: lang, Copy: true,
		State: h.State, Counter: h.Counter,
	}
}

func (in Copied) step(s *State) []Effect { return s.copyEnded(in.TicketID, CopyDone) }

func (in NotCopied) step(s *State) []Effect { return s.copyEnded(in.TicketID, CopyFailed) }

func (s *State) copyEnded(ticketID string, how CopyState) []Effect {
	if s.Screen == FoundTicket && s.Copy == CopyPrinting && s.Found.ID == ticketID {
		s.Copy = how
		s.extend()
	}
	return nil
}
