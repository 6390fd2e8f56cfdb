package flow

import (
	"time"

	"loket/queue-server/protocol"
)

// Input is something that happened: a touch, an answer, a new view, or the passing of time.
type Input interface {
	// step carries the input out on a copy of the state that is the caller's own.
	step(s *State) []Effect
}

// What the citizen does.
type (
	// Touch is a touch that means nothing but "somebody is here"; on Attract it starts the visit.
	Touch struct{}
	// TakeNumber goes from Home to the agencies.
	TakeNumber struct{}
	// OpenSearch goes to Search from Home, Agency or Service.
	OpenSearch struct{}
	// ChooseAgency goes to its services.
	ChooseAgency struct{ ID string }
	// ChooseService goes to its requirements.
	ChooseService struct{ ID string }
	// TypeKey appends one letter, digit or space to the query.
	TypeKey struct{ Key string }
	// Erase takes the last character of the query away.
	Erase struct{}
	// TurnPage moves by +1 or -1 page.
	TurnPage struct{ By int }
	// TakeTicket leads on towards a ticket of the chosen service: from Requirements, from Identity (WithoutID, where
	// the service allows it), from ConfirmPerson ("yes, that is me") and from Priority (with the class, or none). On
	// the last of them that the visit needs it asks for the ticket. The station makes the ID (UUIDv7); screens leave it empty.
	TakeTicket struct {
		TicketID  string
		WithoutID bool
		Priority  string // protocol.PriorityClass.ID
	}
	// NumberNoted says on OnScreen that the citizen wrote the number down.
	NumberNoted struct{}
	// OpenFind goes to FindTicket from Home.
	OpenFind struct{}
	// ChooseField moves the keys of FindTicket to the code, or to the number.
	ChooseField struct{ Code bool }
	// SendFind asks for the ticket that was typed on FindTicket.
	SendFind struct{}
	// Scanned is a code that a reader read: the token of a ticket, or its address. On Attract, Home, FindTicket and
	// FoundTicket it asks for that ticket; elsewhere it is only a sign that somebody is here.
	Scanned struct{ Token string }
	// TakeCopy asks for a copy of the found ticket's slip.
	TakeCopy struct{}
	// Back goes one screen back; on Home, Done and a Trouble without a way on it ends the visit.
	// It does nothing on Printing and OnScreen, where a number could be lost by a slip of the hand.
	Back struct{}
	// Another keeps the visit and goes to the agencies from Done.
	Another struct{}
	// Finish ends the visit at once; it does nothing on Printing.
	Finish struct{}
	// SetLang switches the language to "id" or "en"; on Attract it starts the visit in it.
	SetLang struct{ Lang string }
	// ToggleLarge switches large text. On Attract the toggles start the visit with the mode on.
	ToggleLarge struct{}
	// ToggleContrast switches high contrast.
	ToggleContrast struct{}
	// ToggleReach switches low reach.
	ToggleReach struct{}
)

// What the station reports.
type (
	// Reserved says that the server gave a number.
	Reserved struct{ Ticket Ticket }
	// Refused says that the server gave none; Code is an error code, or empty when it did not
	// answer, and then the number may exist all the same.
	Refused struct {
		TicketID string
		Code     string
	}
	// Printed says that the slip of the ticket is out.
	Printed struct{ TicketID string }
	// NotPrinted says that the slip did not come out whole. Out says that its number and QR code surely did,
	// so that the citizen has them in her hand; where nobody knows, it is false.
	NotPrinted struct {
		TicketID string
		Out      bool
	}
	// TicketFound answers a LookUp: the ticket is there.
	TicketFound struct {
		Asked  LookUp
		Ticket Held
	}
	// TicketNotFound answers a LookUp; Code is an error code, or empty when the server did not answer.
	TicketNotFound struct {
		Asked LookUp
		Code  string
	}
	// Copied says that the copy of a ticket's slip is out.
	Copied struct{ TicketID string }
	// NotCopied says that it did not come out whole.
	NotCopied struct{ TicketID string }
	// NewView brings the latest live view, whether it is fresh, and when the server was last heard.
	NewView struct {
		Live   protocol.KioskView
		Online bool
		At     time.Time
	}
	// NewCatalog brings the catalogue.
	NewCatalog struct{ Catalog protocol.Catalog }
	// Tick is the passing of time; the station sends one each second.
	Tick struct{}
)

// Effect is something that the station is to do.
type Effect interface{ effect() }

// The effects.
type (
	// Reserve asks the server for a number; answered by Reserved or Refused.
	Reserve struct{ TicketID, ServiceID, PersonID, Priority string }
	// Print puts the slip on paper; answered by Printed or NotPrinted. Agency and Service are
	// what the catalogue has; they are zero if it lost them in the meantime.
	Print struct {
		Ticket  Ticket
		Office  protocol.Office
		Agency  protocol.Agency
		Service protocol.Service
		Lang    string
		Copy    bool // marked as one
		// State is how the ticket of a copy stands, as on the wire, and Counter where it is called or served.
		State   string
		Counter int
	}
	// Confirm tells the server that the citizen holds the ticket; How is "printed" or "shown".
	Confirm struct{ TicketID, How string }
	// Cancel gives a reservation back.
	Cancel struct{ TicketID string }
	// LookUp asks the server for a ticket, by Token or by Number and Code; answered by TicketFound or TicketNotFound.
	LookUp struct{ Token, Number, Code string }
	// PrintCopy has the server record a copy, and then prints it; answered by Copied or NotCopied.
	PrintCopy struct{ Slip Print }
)
