package queue

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// reservationLife is how long a reservation waits for its confirmation.
const reservationLife = 2 * time.Minute

// The reasons of ticket.expired.
const (
	ExpiredUnconfirmed = "unconfirmed" // nobody confirmed the reservation
	ExpiredAtClosing   = "closing"     // the business day ended
)

func (c *Tick) decide(d *decision) error {
	if d.o.rules == nil {
		return nil // nothing to open before there is a catalogue
	}
	for _, t := range d.o.index.reserved {
		if d.at.Sub(t.IssuedAt) < reservationLife {
			break
		}
		if t.State == Printing {
			d.pass(TicketExpired, string(t.ID), Data{Reason: ExpiredUnconfirmed, From: Printing})
		}
	}
	over := !d.o.allHours && d.o.rules.over(d.o.rules.moment(d.at))
	switch {
	case d.o.DayOpen && over && d.o.allCountersClosed():
		d.closeDay()
	case !d.o.DayOpen && !over:
		d.reopenDay() // opening hours were extended after the day had closed
	}
	return nil
}

func (o *Office) allCountersClosed() bool {
	for _, c := range o.Counters {
		if c.Status != CounterClosed {
			return false
		}
	}
	return true
}

// turnDay closes the old business day, if it still is open, and opens that of d.at. What follows
// is decided on the state after that.
func (d *decision) turnDay() error {
	if d.o.Day != "" {
		d.closeDay()
	}
	d.openDay(d.o.Catalog.DayAt(d.at))
	next := d.o.Clone()
	for _, e := range d.events {
		if err := next.Apply(e); err != nil {
			return fmt.Errorf("turn the day: %w", err)
		}
	}
	d.o = next
	return nil
}

func (d *decision) openDay(day Day) { d.pass(DayOpened, string(day), Data{Day: day}) }

// reopenDay lets the closed day go on: numbers, quotas and statistics continue.
func (d *decision) reopenDay() { d.openDay(d.o.Day) }

// closeDay expires every ticket that has not ended, closes every counter, and then the day.
func (d *decision) closeDay() {
	open := d.o.unended(d.events)
	for _, t := range open {
		data := Data{Reason: ExpiredAtClosing, From: t.State}
		if t.State == Called || t.State == Serving {
			data.CounterID = t.CounterID
		}
		d.pass(TicketExpired, string(t.ID), data)
	}
	ids := make([]CounterID, 0, len(d.o.Counters))
	for id, c := range d.o.Counters {
		if c.Status != CounterClosed {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		d.pass(CounterWasClosed, string(id), Data{OfficerID: d.o.Counters[id].OfficerID})
	}
	if d.o.DayOpen {
		d.pass(DayClosed, string(d.o.Day), Data{Day: d.o.Day, Count: len(open)})
	}
}

// unended returns the tickets that are not completed, cancelled or expired, by order of issue,
// without those that the events already expire.
func (o *Office) unended(events []Event) []*Ticket {
	gone := make(map[TicketID]bool, len(events))
	for i := range events {
		gone[TicketID(events[i].Subject)] = true
	}
	var open []*Ticket
	for _, t := range o.Tickets {
		if !t.Ended() && !gone[t.ID] {
			open = append(open, t)
		}
	}
	slices.SortFunc(open, func(a, b *Ticket) int { return cmp.Compare(a.Order, b.Order) })
	return open
}
