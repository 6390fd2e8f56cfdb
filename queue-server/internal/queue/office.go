// Package queue is the domain of one office: its tickets, counters and business day.
//
// Decide answers a command with events or a Refusal and changes nothing; Apply folds an event
// into the state. The package has no clock, no storage and no goroutine: time comes in as a value.
// Its one invariant: the state is the fold of its events, so the same log gives the same office.
package queue

import (
	"time"
)

// Office is the state of one office on its current business day. It is not safe for
// concurrent use. Encoded as JSON it is a snapshot; Restore reads it back.
type Office struct {
	Seq      int64                         `json:"seq"` // of the last event applied
	Catalog  Catalog                       `json:"catalog"`
	Day      Day                           `json:"day"`
	DayOpen  bool                          `json:"day_open"`
	Tickets  map[TicketID]*Ticket          `json:"tickets"` // of this day
	Counters map[CounterID]*CounterState   `json:"counters"`
	Devices  map[DeviceID]*DeviceState     `json:"devices"`
	Series   map[string]int                `json:"series"` // last number issued today
	Issued   map[ServiceID]int             `json:"issued"` // tickets issued today, for quotas
	Calls    []Call                        `json:"calls"`  // newest first, one a ticket and counter, at most 20
	Done     map[CommandID]Result          `json:"done"`   // accepted commands of this day
	Learnt   map[ServiceID][]time.Duration `json:"learnt"` // latest service times, oldest first, at most 30
}

// New returns an office without a catalogue; its first command must be ChangeCatalog.
func New() *Office { return nil }

// Decide answers c at time at with the events it leads to, numbered after o.Seq, and its result.
// A repeated command gives no events and its first result. A command that is not allowed gives a *Refusal.
func (o *Office) Decide(c Command, at time.Time) ([]Event, Result, error) { return nil, Result{}, nil }

// Apply folds e, whose Seq must be o.Seq+1, into the state.
func (o *Office) Apply(e Event) error { return nil }

// Waiting returns the waiting tickets of the given services (all services if none given) in call order.
func (o *Office) Waiting(services ...ServiceID) []*Ticket { return nil }

// NextFor returns the ticket that CallNext would call at the counter, or nil.
func (o *Office) NextFor(id CounterID, at time.Time) *Ticket { return nil }

// Open says whether the office issues tickets for the service at the time, and if not, why:
// CodeOfficeClosed, CodeServiceClosed or CodeQuotaFull.
func (o *Office) Open(id ServiceID, at time.Time) (bool, Code) { return false, "" }

// WaitRange is a simulated waiting time: half of the citizens like this one wait between Low and High.
type WaitRange struct {
	Ahead int // tickets that will be called before
	Low   time.Duration
	High  time.Duration
	Known bool // false when no open counter serves the service
}

// EstimateNew simulates, for every service, the wait of a ticket issued at the time.
func (o *Office) EstimateNew(at time.Time) map[ServiceID]WaitRange { return nil }

// EstimateTicket simulates the wait of one waiting ticket.
func (o *Office) EstimateTicket(id TicketID, at time.Time) WaitRange { return WaitRange{} }
