// Package flow is a citizen's visit at the kiosk as a pure state machine: an input and the time
// lead to the next state and to effects that the station carries out. It has no Fyne, no I/O and
// no clock. Its one invariant: every state but Attract has a deadline, after which nothing of the visit is left.
package flow

import (
	"time"

	"loket/queue-server/protocol"
)

// Screen names what is on the kiosk's screen.
type Screen string

// The screens.
const (
	Attract      Screen = "attract"      // nobody is here: "Sentuh layar untuk memulai"
	Home         Screen = "home"         // what would you like to do
	Agency       Screen = "agency"       // choose an agency, paged
	Service      Screen = "service"      // choose a service of State.AgencyID, paged
	Search       Screen = "search"       // own keyboard and results over all services
	Requirements Screen = "requirements" // what to bring, time, fee, wait; "Ambil nomor"
	Printing     Screen = "printing"     // reserve and print are under way
	Done         Screen = "done"         // the citizen holds the ticket, on paper or (State.Shown) noted
	OnScreen     Screen = "on_screen"    // the slip did not come out: number and QR to photograph
	FindTicket   Screen = "find"         // own keys: the number and the code of a ticket
	FoundTicket  Screen = "found"        // where a ticket stands; a copy of its slip
	Trouble      Screen = "trouble"      // no ticket is possible now; State.Trouble says why
)

// TroubleKind says why no ticket could be given; the screen words it as a next step.
type TroubleKind string

// The kinds of trouble.
const (
	TroubleServer  TroubleKind = "server"  // the queue server does not answer: go to an officer
	TroubleClosed  TroubleKind = "closed"  // the office or the service issues no tickets now (State.ClosedCode)
	TroubleRefused TroubleKind = "refused" // the server refused: go to an officer
	TroubleNotMine TroubleKind = "find"    // the ticket was not found in several tries: go to an officer
	TroubleNoID    TroubleKind = "no_id"   // she has no card and no NIK here: an officer helps without
)

// Prefs are what a citizen switched at the top of the screen; they end with the visit.
type Prefs struct {
	Lang         string // "id" or "en"
	LargeText    bool
	HighContrast bool
	LowReach     bool
}

// Ticket is the ticket of this visit.
type Ticket struct {
	ID       string
	Number   string // empty on Printing until the server has given one
	Address  string // of its page, for the QR code
	Ahead    int
	Wait     protocol.WaitRange
	IssuedAt time.Time
}

// Code is what stands below the number on the slip and shows that somebody holds it; empty when there is none.
func (t Ticket) Code() string { return protocol.TicketCode(t.Address) }

// State is all that a screen needs to draw itself. It is a value: screens keep nothing of their own.
type State struct {
	Screen    Screen
	Prefs     Prefs
	Landscape bool

	Page      int                     // of Agency, Service or Search, from 0
	AgencyID  string                  // chosen, on Service and after
	ServiceID string                  // chosen, on Requirements and after
	Query     string                  // typed on Search, in capitals
	Ticket    Ticket                  // on Printing, Done and OnScreen
	Who       IdentityForm            // on Identity
	Person    protocol.IdentifyResult // whose visit it is, on ConfirmPerson and after; zero: nobody known
	Priority  string                  // class that was chosen, on Printing and after
	Find      FindForm                // on FindTicket
	Found     Held                    // on FoundTicket
	Copy      CopyState               // on FoundTicket
	// Already is true on FoundTicket when the ticket is the one that she holds of the service she chose.
	Already bool
	// Shown is true on Done when there is no paper and the citizen noted the number from the screen.
	Shown   bool
	Trouble TroubleKind
	// ClosedCode is the error code behind TroubleClosed: office_closed, service_closed or quota_full.
	ClosedCode string

	Deadline time.Time // when the visit ends by itself; zero on Attract
	Now      time.Time // of the last input, in the office's time zone

	Catalog protocol.Catalog
	Live    protocol.KioskView
	Online  bool      // the view is fresh
	LiveAt  time.Time // when the server was last heard, in the office's time zone; zero before that
	// Ready is false until the first catalogue and view have come.
	Ready bool

	agencyFrom  Screen // where Back leads from Service: Agency or Home
	serviceFrom Screen // where Back leads from Requirements: Service, Agency, Home or Search
	searchFrom  Screen // where Back leads from Search: Home, Agency or Service
	// searchAgency is the agency whose services Back from Search leads to.
	searchAgency string
	// onPaper is true on Printing once the number is there and the slip is asked for.
	onPaper bool
	// out is true on OnScreen when the part of the slip with the number is in the citizen's hand.
	out bool
	// priorityFrom is where Back leads from Priority: ConfirmPerson, Identity or Requirements.
	priorityFrom Screen
	// chosenID is the service that she chose before she was referred to that of ServiceID; empty when she was not.
	chosenID string
	// shown is who she is, as far as she showed it in this visit.
	shown shown
	// since is when the present screen came.
	since time.Time
	// asked counts the questions who somebody is, over all visits.
	asked int
	// loose are the tickets whose visit ended while the server or the printer still owed an
	// answer. It is never changed in place, so states can share it.
	loose []loose
}

// loose is a ticket that has outlived its visit.
type loose struct {
	id      string
	onPaper bool // the slip was asked for; else the number
}

// New is the state at start-up: nobody here, nothing known of the office.
func New(landscape bool, now time.Time) State {
	return State{Screen: Attract, Landscape: landscape, Prefs: Prefs{Lang: "id"}, Now: now}
}
