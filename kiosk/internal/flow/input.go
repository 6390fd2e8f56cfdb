package flow

import (
	"time"

	"loket/queue-server/protocol"
)

// Input is something that happened: a touch, an answer, a new view, or the passing of time.
type Input interface{ input() }

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
	// TypeKey appends one character to the query; Erase takes the last away.
	TypeKey struct{ Key string }
	// Erase takes the last character of the query away.
	Erase struct{}
	// TurnPage moves by +1 or -1 page.
	TurnPage struct{ By int }
	// TakeTicket asks for a ticket of the chosen service. The station makes the ID (UUIDv7).
	TakeTicket struct{ TicketID string }
	// NumberNoted says on OnScreen that the citizen wrote the number down.
	NumberNoted struct{}
	// Back goes one screen back; on Home it ends the visit.
	Back struct{}
	// Another keeps the visit and goes to the agencies from Done.
	Another struct{}
	// Finish ends the visit at once.
	Finish struct{}
	// SetLang switches the language to "id" or "en".
	SetLang struct{ Lang string }
	// ToggleLarge, ToggleContrast and ToggleReach switch the accessibility modes.
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
	// Refused says that the server gave none; Code is an error code, or empty when it did not answer.
	Refused struct {
		TicketID string
		Code     string
	}
	// Printed says that the slip of the ticket is out.
	Printed struct{ TicketID string }
	// NotPrinted says that the slip did not come out.
	NotPrinted struct{ TicketID string }
	// NewView brings the latest live view, and whether it is fresh.
	NewView struct {
		Live   protocol.KioskView
		Online bool
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
	Reserve struct{ TicketID, ServiceID string }
	// Print puts the slip on paper; answered by Printed or NotPrinted.
	Print struct {
		Ticket    Ticket
		ServiceID string
		Lang      string
	}
	// Confirm tells the server that the citizen holds the ticket; How is "printed" or "shown".
	Confirm struct{ TicketID, How string }
	// Cancel gives a reservation back.
	Cancel struct{ TicketID string }
)

// Step leads from a state to the next by an input at a time. It never fails: an input that has no
// meaning on the present screen changes nothing.
func Step(s State, in Input, now time.Time) (State, []Effect) { return s, nil }
