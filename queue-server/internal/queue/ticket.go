package queue

import (
	"fmt"
	"time"
)

// TicketState is where a ticket is in its life.
type TicketState string

// The states of a ticket. A ticket in printing is only reserved: it counts in the
// queue once the kiosk confirms that the citizen holds it.
const (
	Printing  TicketState = "printing"
	Waiting   TicketState = "waiting"
	Called    TicketState = "called"
	Serving   TicketState = "serving"
	Held      TicketState = "held"
	NoShow    TicketState = "no_show"
	Completed TicketState = "completed"
	Cancelled TicketState = "cancelled"
	Expired   TicketState = "expired"
)

// Number is what a ticket is called by: a series letter and a count from 1, per office and business day.
type Number struct {
	Series string `json:"series"`
	N      int    `json:"n"`
}

// String writes the number as it is printed and called: "A-001".
func (n Number) String() string { return fmt.Sprintf("%s-%03d", n.Series, n.N) }

// Ticket is one citizen's place in the queue. Times that have not come yet are zero.
type Ticket struct {
	ID        TicketID    `json:"id"`
	Number    Number      `json:"number"`
	Order     int64       `json:"order"` // seq of its issue; breaks ties of DueAt
	ServiceID ServiceID   `json:"service_id"`
	State     TicketState `json:"state"`
	IssuedFor ServiceID   `json:"issued_for,omitempty"` // the first service, once it was transferred
	DeviceID  DeviceID    `json:"device_id,omitempty"`
	DueAt     time.Time   `json:"due_at"` // the key of the call order: smallest goes next

	IssuedAt    time.Time `json:"issued_at"`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	CalledAt    time.Time `json:"called_at,omitzero"`  // latest call or recall
	StartedAt   time.Time `json:"started_at,omitzero"` // start of the present or last service
	HeldAt      time.Time `json:"held_at,omitzero"`
	EndedAt     time.Time `json:"ended_at,omitzero"`

	CounterID CounterID `json:"counter_id,omitempty"` // where it is called, served or held
	OfficerID OfficerID `json:"officer_id,omitempty"`
	CallID    CallID    `json:"call_id,omitempty"` // latest announcement
	Calls     int       `json:"calls,omitempty"`   // announcements at this counter, 1 after the first call
	// ServedFor is the time at counters of earlier parts of the visit (before a hold or transfer).
	ServedFor time.Duration `json:"served_for,omitempty"`
	// Reprints counts the copies of the slip that were asked for.
	Reprints int `json:"reprints,omitempty"`
	// PersonID is whose it is; empty: nobody known. The person may have been erased meanwhile.
	PersonID PersonID `json:"person_id,omitempty"`
	Priority string   `json:"priority,omitempty"` // class that the citizen chose
}

// CounterStatus says whether a counter takes tickets.
type CounterStatus string

// The states of a counter.
const (
	CounterClosed CounterStatus = "closed"
	CounterOpen   CounterStatus = "open"
	CounterPaused CounterStatus = "paused"
)

// CounterState is what a counter is doing now.
type CounterState struct {
	Status    CounterStatus `json:"status"`
	OfficerID OfficerID     `json:"officer_id,omitempty"`
	Since     time.Time     `json:"since,omitzero"`
	TicketID  TicketID      `json:"ticket_id,omitempty"` // called or being served here
	Served    int           `json:"served"`              // completed here today
	ServedFor time.Duration `json:"served_for"`          // total time of those
}

// Call is one announcement, newest first in Office.Calls.
type Call struct {
	ID        CallID    `json:"id"`
	TicketID  TicketID  `json:"ticket_id"`
	Number    Number    `json:"number"`
	ServiceID ServiceID `json:"service_id"`
	CounterID CounterID `json:"counter_id"`
	At        time.Time `json:"at"`
	Repeat    int       `json:"repeat"` // 1 for the first call, 2 for the first recall, ...
}

// DeviceState is what is known of a kiosk or display today.
type DeviceState struct {
	Online   bool      `json:"online"`
	Since    time.Time `json:"since"`
	Troubles []Trouble `json:"troubles,omitempty"` // one per part at most
}

// Trouble is a fault of one part of a device, such as {"printer", "paper_out"}.
type Trouble struct {
	Part  string    `json:"part"`
	Cause string    `json:"cause"`
	Since time.Time `json:"since"`
}

// Ended says whether the ticket is completed, cancelled or expired.
func (t *Ticket) Ended() bool {
	return t.State == Completed || t.State == Cancelled || t.State == Expired
}
