package queue

import (
	"fmt"
	"slices"
	"time"
)

const (
	maxCalls  = 20 // of Office.Calls
	maxLearnt = 30 // of each of Office.Learnt
)

// Apply folds e, whose Seq must be o.Seq+1, into the state. An error means that the log is not one
// that Decide wrote (a gap, an unknown kind, a ticket that was never issued); the state is then unchanged.
func (o *Office) Apply(e Event) error {
	if e.Seq != o.Seq+1 {
		return fmt.Errorf("apply event %d: the state is at %d", e.Seq, o.Seq)
	}
	e.At = e.At.UTC()
	if err := o.fold(&e); err != nil {
		return fmt.Errorf("apply event %d %s %q: %w", e.Seq, e.Kind, e.Subject, err)
	}
	o.Seq = e.Seq
	if e.At.After(o.At) {
		o.At = e.At
	}
	if e.Command != "" {
		o.Done[e.Command] = resultOf(&e)
	}
	return nil
}

// resultOf is the result of the command that caused e: the event alone decides it, so that a
// repeated command is answered alike before and after a restart.
func resultOf(e *Event) Result {
	switch e.Kind {
	case CounterOpened, CounterWasPaused, CounterWasClosed, CatalogChanged, DayOpened, DayClosed,
		DeviceOnline, DeviceOffline, DeviceTrouble, DeviceCleared:
		return Result{}
	default: // all others are of tickets
		return Result{TicketID: TicketID(e.Subject), CallID: e.Data.CallID}
	}
}

func (o *Office) fold(e *Event) error {
	switch e.Kind {
	case TicketIssued:
		return o.foldIssued(e)
	case CounterOpened, CounterWasPaused, CounterWasClosed:
		return o.foldCounter(e)
	case DeviceOnline, DeviceOffline, DeviceTrouble, DeviceCleared:
		o.foldDevice(e)
		return nil
	case CatalogChanged:
		return o.foldCatalog(e)
	case DayOpened:
		return o.foldDayOpened(e)
	case DayClosed:
		o.DayOpen = false
		return nil
	default:
		return o.foldTicket(e)
	}
}

func (o *Office) foldIssued(e *Event) error {
	id, n := TicketID(e.Subject), e.Data.Number
	if n == nil || n.N != o.Series[n.Series]+1 {
		return fmt.Errorf("number %v does not follow %d", n, o.Series[e.series()])
	}
	if _, ok := o.Tickets[id]; ok {
		return fmt.Errorf("the ticket is issued already")
	}
	t := &Ticket{
		ID:        id,
		Number:    *n,
		Order:     e.Seq,
		ServiceID: e.Data.ServiceID,
		State:     Printing,
		DeviceID:  e.Data.DeviceID,
		DueAt:     e.Data.DueAt.UTC(),
		IssuedAt:  e.At,
		PersonID:  e.Data.PersonID,
		Priority:  e.Data.Priority,
	}
	o.Tickets[id] = t
	o.Series[n.Series] = n.N
	o.Issued[t.ServiceID]++
	o.index.reserved = append(o.index.reserved, t)
	o.index.numbers[n.Series] = append(o.index.numbers[n.Series], t)
	o.index.own(t)
	return nil
}

func (e *Event) series() string {
	if e.Data.Number == nil {
		return ""
	}
	return e.Data.Number.Series
}

// foldTicket applies what happens to a ticket after its issue. It keeps the ticket's line in
// step: out of it before its key may change, into it again when it waits.
func (o *Office) foldTicket(e *Event) error {
	t := o.Tickets[TicketID(e.Subject)]
	if t == nil {
		return fmt.Errorf("the ticket is unknown")
	}
	c := o.Counters[e.Data.CounterID]
	if c == nil && e.Data.CounterID != "" {
		return fmt.Errorf("counter %q is unknown", e.Data.CounterID)
	}
	if t.State == Waiting {
		o.index.line(t.ServiceID).remove(t)
	}
	known := o.move(t, c, e)
	if t.State == Waiting {
		o.index.line(t.ServiceID).insert(t)
	}
	o.index.trim()
	if !known {
		return fmt.Errorf("the kind of event is unknown")
	}
	return nil
}

// move changes the ticket and its counter c; it says whether it knows the kind of event.
func (o *Office) move(t *Ticket, c *CounterState, e *Event) bool {
	switch e.Kind {
	case TicketConfirmed:
		if t.State == Expired { // the reservation had lapsed, yet the citizen holds the paper
			o.Issued[t.ServiceID]++
			t.EndedAt = time.Time{}
		}
		t.State, t.ConfirmedAt = Waiting, e.At
	case TicketCalled:
		t.sit(Called, c, e)
		t.CalledAt, t.CallID, t.Calls = e.At, e.Data.CallID, 1
		o.announce(t, e)
	case TicketRecalled:
		t.CalledAt, t.CallID = e.At, e.Data.CallID
		t.Calls++
		o.announce(t, e)
	case TicketStarted, TicketResumed:
		t.sit(Serving, c, e)
		t.StartedAt = e.At
	case TicketHeld:
		t.ServedFor += t.leave(c, e.At)
		t.State, t.HeldAt = Held, e.At
	case TicketNoShow:
		t.leave(c, e.At)
		t.State = NoShow
	case TicketTransferred:
		o.foldTransferred(t, c, e)
	case TicketRequeued:
		if !e.Data.DueAt.IsZero() {
			t.DueAt = e.Data.DueAt.UTC()
		}
		t.wait()
	case TicketCompleted:
		o.foldCompleted(t, c, e)
	case TicketCancelled:
		o.end(t, Cancelled, c, e.At)
	case TicketExpired:
		o.end(t, Expired, c, e.At)
	default:
		return o.amend(t, e)
	}
	return true
}

// amend changes what is known of the ticket, and not where it stands; it says whether it knows the kind of event.
func (o *Office) amend(t *Ticket, e *Event) bool {
	switch e.Kind {
	case TicketReprinted:
		t.Reprints++
	case TicketIdentified:
		o.index.disown(t)
		t.PersonID = e.Data.PersonID
		o.index.own(t)
	default:
		return false
	}
	return true
}

// sit puts the ticket at the counter of the event.
func (t *Ticket) sit(state TicketState, c *CounterState, e *Event) {
	t.State = state
	t.CounterID, t.OfficerID = e.Data.CounterID, e.Data.OfficerID
	if c != nil {
		c.TicketID = t.ID
	}
}

// leave frees the counter, and returns how long the ticket was served there.
func (t *Ticket) leave(c *CounterState, at time.Time) time.Duration {
	if c != nil && c.TicketID == t.ID {
		c.TicketID = ""
	}
	if t.State != Serving {
		return 0
	}
	return at.Sub(t.StartedAt)
}

// wait puts the ticket back among the waiting, at no counter.
func (t *Ticket) wait() {
	t.State = Waiting
	t.CounterID, t.OfficerID = "", ""
	t.CallID, t.Calls = "", 0
}

func (o *Office) foldTransferred(t *Ticket, c *CounterState, e *Event) {
	if t.State == Serving {
		o.learn(t.ServiceID, e.At.Sub(t.StartedAt))
	}
	t.ServedFor += t.leave(c, e.At)
	if t.IssuedFor == "" {
		t.IssuedFor = t.ServiceID
	}
	t.ServiceID = e.Data.ServiceID
	t.wait()
}

func (o *Office) foldCompleted(t *Ticket, c *CounterState, e *Event) {
	served := t.leave(c, e.At)
	o.learn(t.ServiceID, served)
	if c != nil {
		c.Served++
		c.ServedFor += served
	}
	t.State, t.EndedAt = Completed, e.At
}

// end takes the ticket out for good. A reservation that ends gives its place in the quota back.
func (o *Office) end(t *Ticket, state TicketState, c *CounterState, at time.Time) {
	if t.State == Printing {
		o.Issued[t.ServiceID]--
	}
	t.leave(c, at)
	t.State, t.EndedAt = state, at
}

// learn keeps the latest service times. The part before a hold is not kept: what counts is how long a
// citizen who comes out of the queue occupies a counter.
func (o *Office) learn(id ServiceID, d time.Duration) {
	times := append(o.Learnt[id], d)
	if len(times) > maxLearnt {
		times = slices.Delete(times, 0, len(times)-maxLearnt)
	}
	o.Learnt[id] = times
}

// announce puts the ticket's call first, in place of its earlier one at this counter.
func (o *Office) announce(t *Ticket, e *Event) {
	calls := slices.DeleteFunc(o.Calls, func(c Call) bool {
		return c.TicketID == t.ID && c.CounterID == t.CounterID
	})
	if len(calls) == maxCalls {
		calls = calls[:maxCalls-1]
	}
	o.Calls = slices.Insert(calls, 0, Call{
		ID:        e.Data.CallID,
		TicketID:  t.ID,
		Number:    t.Number,
		ServiceID: t.ServiceID,
		CounterID: t.CounterID,
		At:        e.At,
		Repeat:    t.Calls,
	})
}
