package queue

import (
	"fmt"
	"time"
)

// Decide answers c at time at with the events it leads to, numbered after o.Seq, and its result.
// A repeated command gives no events and its first result. A command that is not allowed gives a *Refusal.
// Times in events are UTC, in whole milliseconds, and never before o.At.
//
// The first command on a new local date (or the Tick of that moment) closes the old day and opens the new one: those
// events come before its own. A refused command gives none at all, and leaves that to the next.
func (o *Office) Decide(c Command, at time.Time) ([]Event, Result, error) {
	if c == nil {
		return nil, Result{}, refuse(CodeBadCommand, "there is no command")
	}
	h := c.head()
	_, isTick := c.(*Tick)
	if err := h.check(isTick); err != nil {
		return nil, Result{}, err
	}
	if r, ok := o.done(h.ID); ok {
		return nil, r, nil
	}
	d := decision{o: o, seq: o.Seq, at: at.UTC().Truncate(time.Millisecond), head: h}
	if d.at.Before(o.At) {
		d.at = o.At
	}
	if o.rules != nil && !d.at.Before(o.dayEnds) {
		if err := d.turnDay(); err != nil {
			return nil, Result{}, err
		}
	}
	if err := c.decide(&d); err != nil {
		return nil, Result{}, err
	}
	return d.events, d.result, nil
}

func (h *Header) check(isTick bool) error {
	if h.ID == "" && !isTick {
		return refuse(CodeBadCommand, "the command has no id")
	}
	switch h.Actor.Kind {
	case ByOfficer, ByDevice, ByCitizen, BySystem:
		return nil
	default:
		return refuse(CodeBadCommand, "actor kind %q: must be officer, device, citizen or system", h.Actor.Kind)
	}
}

func refuse(code Code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

// decision gathers what one command leads to. o is read only.
type decision struct {
	o      *Office // the office, or what it is after the day has turned
	seq    int64   // of the latest event
	at     time.Time
	head   *Header
	events []Event
	result Result
}

// emit adds the one event that the command itself means, and makes its result.
func (d *decision) emit(kind Kind, subject string, data Data) {
	d.add(Event{Kind: kind, Actor: d.head.Actor, Subject: subject, Command: d.head.ID, Data: data})
	d.result = resultOf(&d.events[len(d.events)-1])
}

// pass adds an event that time itself brought about.
func (d *decision) pass(kind Kind, subject string, data Data) {
	d.add(Event{Kind: kind, Actor: Actor{Kind: BySystem}, Subject: subject, Data: data})
}

func (d *decision) add(e Event) {
	d.seq++
	e.Seq, e.At = d.seq, d.at
	d.events = append(d.events, e)
}

// same is the answer to a command that finds done what it asks for: no event.
func (d *decision) same(t *Ticket, call CallID) error {
	d.result = Result{TicketID: t.ID, CallID: call}
	return nil
}

func (d *decision) ticket(id TicketID) (*Ticket, error) {
	if id == "" {
		return nil, refuse(CodeBadCommand, "the command names no ticket")
	}
	t := d.o.Tickets[id]
	if t == nil {
		return nil, refuse(CodeTicketUnknown, "ticket %q", id)
	}
	return t, nil
}

func (d *decision) service(id ServiceID) (*Service, error) {
	if id == "" {
		return nil, refuse(CodeBadCommand, "the command names no service")
	}
	s := d.o.Service(id)
	if s == nil {
		return nil, refuse(CodeServiceUnknown, "service %q", id)
	}
	return s, nil
}

func (d *decision) counter(id CounterID) (*CounterState, error) {
	if id == "" {
		return nil, refuse(CodeBadCommand, "the command names no counter")
	}
	c := d.o.Counters[id]
	if c == nil {
		return nil, refuse(CodeCounterUnknown, "counter %q", id)
	}
	return c, nil
}

// seat returns the counter if somebody sits there, and it is she who gives the command, or the system.
func (d *decision) seat(id CounterID) (*CounterState, error) {
	c, err := d.counter(id)
	if err != nil {
		return nil, err
	}
	if c.Status == CounterClosed {
		return nil, refuse(CodeCounterClosed, "counter %q", id)
	}
	if a := d.head.Actor; a.Kind != BySystem && (a != Actor{Kind: ByOfficer, ID: string(c.OfficerID)}) {
		return nil, refuse(CodeCounterTaken, "%s %q gives a command for counter %q of officer %q", a.Kind, a.ID, id, c.OfficerID)
	}
	return c, nil
}

// free returns the counter if it can take a ticket now.
func (d *decision) free(id CounterID) (*CounterState, error) {
	c, err := d.seat(id)
	if err != nil {
		return nil, err
	}
	if c.Status == CounterPaused {
		return nil, refuse(CodeCounterPaused, "counter %q", id)
	}
	if c.TicketID != "" {
		return nil, refuse(CodeCounterBusy, "counter %q has ticket %q", id, c.TicketID)
	}
	return c, nil
}

// present returns the counter and the ticket that is called or served there.
func (d *decision) present(id CounterID) (*CounterState, *Ticket, error) {
	c, err := d.seat(id)
	if err != nil {
		return nil, nil, err
	}
	if c.TicketID == "" {
		return nil, nil, refuse(CodeCounterIdle, "counter %q", id)
	}
	return c, d.o.Tickets[c.TicketID], nil
}
