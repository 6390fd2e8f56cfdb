package queue

import "time"

// Kind names what happened. Kinds are part of the journal's format: never renamed, only added.
type Kind string

// The kinds of events.
const (
	TicketIssued      Kind = "ticket.issued"
	TicketConfirmed   Kind = "ticket.confirmed"
	TicketCalled      Kind = "ticket.called"
	TicketRecalled    Kind = "ticket.recalled"
	TicketStarted     Kind = "ticket.started"
	TicketHeld        Kind = "ticket.held"
	TicketResumed     Kind = "ticket.resumed"
	TicketTransferred Kind = "ticket.transferred"
	TicketCompleted   Kind = "ticket.completed"
	TicketNoShow      Kind = "ticket.no_show"
	TicketRequeued    Kind = "ticket.requeued"
	TicketCancelled   Kind = "ticket.cancelled"
	TicketExpired     Kind = "ticket.expired"
	TicketReprinted   Kind = "ticket.reprinted"
	TicketIdentified  Kind = "ticket.identified"
	CounterOpened     Kind = "counter.opened"
	CounterWasPaused  Kind = "counter.paused"
	CounterWasClosed  Kind = "counter.closed"
	DeviceOnline      Kind = "device.online"
	DeviceOffline     Kind = "device.offline"
	DeviceTrouble     Kind = "device.trouble"
	DeviceCleared     Kind = "device.cleared"
	CatalogChanged    Kind = "catalog.changed"
	DayOpened         Kind = "day.opened"
	DayClosed         Kind = "day.closed"
)

// ActorKind says what sort of actor caused an event.
type ActorKind string

// The kinds of actors.
const (
	ByOfficer ActorKind = "officer"
	ByDevice  ActorKind = "device"
	BySystem  ActorKind = "system"
	ByCitizen ActorKind = "citizen" // the holder of a ticket; ID is the ticket
)

// Actor is who caused an event: an officer, a device, or the system itself (empty ID).
type Actor struct {
	Kind ActorKind `json:"kind"`
	ID   string    `json:"id,omitempty"`
}

// Event is one fact. Seq is gap-free per office and is set by Decide; ID is a UUIDv7 that the
// running office fills in before the journal sees the event.
type Event struct {
	Seq     int64     `json:"seq"`
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Kind    Kind      `json:"kind"`
	Actor   Actor     `json:"actor"`
	Subject string    `json:"subject"` // ticket, counter, device or day id
	// Command is the command that caused it; empty for what time itself brought about (expiry, day), so at
	// most one event of a decision has it.
	Command CommandID `json:"command,omitempty"`
	Data    Data      `json:"data"`
}

// Data is the payload of an event; each kind fills the fields it needs. It never holds personal data.
//
//	ticket.issued       Day ServiceID Number DueAt DeviceID PersonID Priority
//	ticket.confirmed    Reason ("printed" or "shown")
//	ticket.called       CounterID OfficerID CallID; so does .recalled
//	ticket.started      CounterID OfficerID; so do .held .resumed .completed .no_show
//	ticket.transferred  CounterID OfficerID ServiceID (the new one)
//	ticket.requeued     DueAt when it changes (a no-show's penalty)
//	ticket.cancelled    Reason; CounterID when it was called
//	ticket.expired      Reason (ExpiredUnconfirmed or ExpiredAtClosing) From; CounterID when it was at a counter
//	ticket.reprinted    DeviceID (the kiosk that is to print the copy)
//	ticket.identified   PersonID
//	counter.*           OfficerID
//	device.trouble      Part Cause; .cleared: Part
//	catalog.changed     Catalog
//	day.opened          Day; .closed: Day Count
type Data struct {
	Day       Day         `json:"day,omitempty"`
	ServiceID ServiceID   `json:"service_id,omitempty"`
	Number    *Number     `json:"number,omitempty"`
	DueAt     time.Time   `json:"due_at,omitzero"`
	DeviceID  DeviceID    `json:"device_id,omitempty"`
	CounterID CounterID   `json:"counter_id,omitempty"`
	OfficerID OfficerID   `json:"officer_id,omitempty"`
	CallID    CallID      `json:"call_id,omitempty"`
	PersonID  PersonID    `json:"person_id,omitempty"`
	Priority  string      `json:"priority,omitempty"` // class
	Reason    string      `json:"reason,omitempty"`   // how confirmed (printed, shown); why cancelled or expired
	Part      string      `json:"part,omitempty"`     // of a device
	Cause     string      `json:"cause,omitempty"`
	From      TicketState `json:"from,omitempty"`  // state before expiry, for the day's report
	Count     int         `json:"count,omitempty"` // tickets expired at closing
	Catalog   *Catalog    `json:"catalog,omitempty"`
}
