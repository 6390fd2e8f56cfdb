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
	Done         Screen = "done"         // the slip is out
	OnScreen     Screen = "on_screen"    // the slip did not come out: number and QR to photograph
	Trouble      Screen = "trouble"      // no ticket is possible now; State.Trouble says why
)

// TroubleKind says why no ticket could be given; the screen words it as a next step.
type TroubleKind string

// The kinds of trouble.
const (
	TroubleServer  TroubleKind = "server"  // the queue server does not answer: go to an officer
	TroubleClosed  TroubleKind = "closed"  // the office or the service issues no tickets now (State.ClosedCode)
	TroubleRefused TroubleKind = "refused" // the server refused: go to an officer
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
	Number   string
	Address  string // of its page, for the QR code
	Ahead    int
	Wait     protocol.WaitRange
	IssuedAt time.Time
}

// State is all that a screen needs to draw itself. It is a value: screens keep nothing of their own.
type State struct {
	Screen    Screen
	Prefs     Prefs
	Landscape bool

	Page      int    // of Agency, Service or Search, from 0
	AgencyID  string // chosen, on Service and after
	ServiceID string // chosen, on Requirements and after
	Query     string // typed on Search, in capitals
	Ticket    Ticket // on Done and OnScreen
	Trouble   TroubleKind
	// ClosedCode is the error code behind TroubleClosed: office_closed, service_closed or quota_full.
	ClosedCode string

	Deadline time.Time // when the visit ends by itself; zero on Attract
	Now      time.Time // of the last input, in the office's time zone

	Catalog protocol.Catalog
	Live    protocol.KioskView
	Online  bool // the view is fresh
	// Ready is false until the first catalogue and view have come.
	Ready bool
}
