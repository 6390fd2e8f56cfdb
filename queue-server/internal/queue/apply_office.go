package queue

import (
	"fmt"
	"slices"
)

func (o *Office) foldCounter(e *Event) error {
	c := o.Counters[CounterID(e.Subject)]
	if c == nil {
		return fmt.Errorf("the counter is unknown")
	}
	c.Since = e.At
	switch e.Kind {
	case CounterOpened:
		c.Status, c.OfficerID = CounterOpen, e.Data.OfficerID
	case CounterWasPaused:
		c.Status = CounterPaused
	default: // CounterWasClosed
		c.Status, c.OfficerID = CounterClosed, ""
	}
	return nil
}

func (o *Office) foldDevice(e *Event) {
	id := DeviceID(e.Subject)
	d := o.Devices[id]
	if d == nil {
		d = &DeviceState{Since: e.At}
		o.Devices[id] = d
	}
	samePart := func(t Trouble) bool { return t.Part == e.Data.Part }
	switch e.Kind {
	case DeviceOnline:
		d.Online, d.Since = true, e.At
	case DeviceOffline:
		d.Online, d.Since = false, e.At
	case DeviceTrouble:
		d.Troubles = slices.DeleteFunc(d.Troubles, samePart)
		d.Troubles = append(d.Troubles, Trouble{Part: e.Data.Part, Cause: e.Data.Cause, Since: e.At})
	default: // DeviceCleared
		d.Troubles = slices.DeleteFunc(d.Troubles, samePart)
	}
	if len(d.Troubles) == 0 {
		d.Troubles = nil // as it is read back from a snapshot
	}
}

func (o *Office) foldCatalog(e *Event) error {
	if e.Data.Catalog == nil {
		return fmt.Errorf("there is no catalogue in it")
	}
	catalog := *e.Data.Catalog
	r, err := newRules(&catalog)
	if err != nil {
		return err
	}
	o.Catalog, o.rules = catalog, r
	for id := range r.counters {
		if o.Counters[id] == nil {
			o.Counters[id] = &CounterState{Status: CounterClosed}
		}
	}
	for id := range o.Counters {
		if r.counters[id] == nil {
			delete(o.Counters, id) // Decide has seen that it is closed
		}
	}
	return o.setDay(o.Day) // the same day in what may be another zone
}

// foldDayOpened starts a new business day. A day that had closed and opens again goes on where it was.
func (o *Office) foldDayOpened(e *Event) error {
	if o.rules == nil {
		return fmt.Errorf("there is no catalogue yet")
	}
	if e.Data.Day == o.Day {
		o.DayOpen = true
		return nil
	}
	if err := o.setDay(e.Data.Day); err != nil {
		return err
	}
	o.DayOpen = true
	o.Tickets = map[TicketID]*Ticket{}
	o.index = newIndex(nil)
	o.Series = map[string]int{}
	o.Issued = map[ServiceID]int{}
	o.Calls = nil
	o.DoneBefore, o.Done = o.Done, map[CommandID]Result{}
	for id := range o.Counters {
		o.Counters[id] = &CounterState{Status: CounterClosed}
	}
	for id, d := range o.Devices {
		if !d.Online && len(d.Troubles) == 0 {
			delete(o.Devices, id) // what is not heard of any more is not known today
		}
	}
	return nil
}
