// Package queue is the domain of one office: its tickets, counters and business day.
//
// Decide answers a command with events or a Refusal and changes nothing; Apply folds an event
// into the state. The package has no clock, no storage and no goroutine: time comes in as a value.
// Its one invariant: the state is the fold of its events, so the same log gives the same office.
package queue

import (
	"maps"
	"slices"
	"time"
)

// Office is the state of one office on its current business day. It is not safe for
// concurrent use. Snapshot writes it and Restore reads it back. What it holds belongs to it:
// readers must not change tickets, counters or the catalogue in place.
type Office struct {
	Seq int64 `json:"seq"` // of the last event applied
	// At is the time of the last event applied. Time never runs backwards in the log: a command
	// given at an earlier time is decided at this one.
	At       time.Time                     `json:"at,omitzero"`
	Catalog  Catalog                       `json:"catalog"`
	Day      Day                           `json:"day"`
	DayOpen  bool                          `json:"day_open"`
	Tickets  map[TicketID]*Ticket          `json:"tickets"`  // of this day
	Counters map[CounterID]*CounterState   `json:"counters"` // every counter of the catalogue
	Devices  map[DeviceID]*DeviceState     `json:"devices"`
	Series   map[string]int                `json:"series"` // last number issued today
	Issued   map[ServiceID]int             `json:"issued"` // tickets issued today, for quotas; lapsed reservations give their place back
	Calls    []Call                        `json:"calls"`  // newest first, one a ticket and counter, at most 20
	Done     map[CommandID]Result          `json:"done"`   // commands of this day that led to an event
	Learnt   map[ServiceID][]time.Duration `json:"learnt"` // latest service times, oldest first, at most 30
	// DoneBefore is Done of the day before, so that a command repeated across midnight is still known.
	DoneBefore map[CommandID]Result `json:"done_before"`

	rules   *rules    // derived from Catalog; nil while there is none
	index   index     // derived from Tickets
	dayEnds time.Time // derived from Day: the midnight that ends it

	allHours bool // set by IgnoreHours; it steers Decide, never Apply
}

// IgnoreHours makes every moment opening time, for training and demos: no breaks, no holidays, no last
// ticket. It is a switch of the running program and no part of the state or its snapshots.
func (o *Office) IgnoreHours() { o.allHours = true }

// New returns an office without a catalogue; its first command must be ChangeCatalog.
func New() *Office {
	o := &Office{}
	o.fill()
	o.index = newIndex(nil)
	return o
}

// fill makes the maps that are nil, as they are in a new office and may be in a snapshot.
func (o *Office) fill() {
	if o.Tickets == nil {
		o.Tickets = map[TicketID]*Ticket{}
	}
	if o.Counters == nil {
		o.Counters = map[CounterID]*CounterState{}
	}
	if o.Devices == nil {
		o.Devices = map[DeviceID]*DeviceState{}
	}
	if o.Series == nil {
		o.Series = map[string]int{}
	}
	if o.Issued == nil {
		o.Issued = map[ServiceID]int{}
	}
	if o.Done == nil {
		o.Done = map[CommandID]Result{}
	}
	if o.DoneBefore == nil {
		o.DoneBefore = map[CommandID]Result{}
	}
	if o.Learnt == nil {
		o.Learnt = map[ServiceID][]time.Duration{}
	}
}

// Clone returns a deep copy that shares nothing that ever changes: the catalogue is replaced
// as a whole, never edited, so both hold the same one.
func (o *Office) Clone() *Office {
	c := *o
	c.Tickets = make(map[TicketID]*Ticket, len(o.Tickets))
	copies := make([]Ticket, 0, len(o.Tickets)) // one allocation for all of them
	for id, t := range o.Tickets {
		copies = append(copies, *t)
		c.Tickets[id] = &copies[len(copies)-1]
	}
	c.Counters = make(map[CounterID]*CounterState, len(o.Counters))
	for id, s := range o.Counters {
		state := *s
		c.Counters[id] = &state
	}
	c.Devices = make(map[DeviceID]*DeviceState, len(o.Devices))
	for id, s := range o.Devices {
		state := *s
		state.Troubles = slices.Clone(s.Troubles)
		c.Devices[id] = &state
	}
	c.Learnt = make(map[ServiceID][]time.Duration, len(o.Learnt))
	for id, times := range o.Learnt {
		c.Learnt[id] = slices.Clone(times)
	}
	c.Series = maps.Clone(o.Series)
	c.Issued = maps.Clone(o.Issued)
	c.Done = maps.Clone(o.Done)
	c.DoneBefore = maps.Clone(o.DoneBefore)
	c.Calls = slices.Clone(o.Calls)
	c.index = newIndex(c.Tickets)
	return &c
}

// Service returns the service of the catalogue, or nil. It must not be changed.
func (o *Office) Service(id ServiceID) *Service {
	if o.rules == nil {
		return nil
	}
	return o.rules.services[id]
}

// Counter returns the counter of the catalogue, or nil. It must not be changed.
func (o *Office) Counter(id CounterID) *Counter {
	if o.rules == nil {
		return nil
	}
	return o.rules.counters[id]
}

// Priority returns the class of priority of the catalogue, or nil. It must not be changed.
func (o *Office) Priority(id string) *Priority {
	for i := range o.Catalog.Priorities {
		if o.Catalog.Priorities[i].ID == id {
			return &o.Catalog.Priorities[i]
		}
	}
	return nil
}

// ByNumber returns the ticket of this day with the number, or nil.
func (o *Office) ByNumber(n Number) *Ticket {
	if tickets := o.index.numbers[n.Series]; n.N >= 1 && n.N <= len(tickets) {
		return tickets[n.N-1]
	}
	return nil
}

// done returns the first result of a command that led to an event today or the day before.
func (o *Office) done(id CommandID) (Result, bool) {
	if r, ok := o.Done[id]; ok {
		return r, true
	}
	r, ok := o.DoneBefore[id]
	return r, ok
}
