package queue

import (
	"cmp"
	"slices"
)

// What the queue knows of people: whose ticket it is, by an id that means nothing here. One person holds at most one
// ticket of a service that has not ended. Nothing else of the queue asks for persons: not the order, not a count.

func (c *IdentifyTicket) decide(d *decision) error {
	if c.PersonID == "" {
		return refuse(CodeBadCommand, "the command names no person")
	}
	t, err := d.ticket(c.TicketID)
	if err != nil {
		return err
	}
	if t.PersonID == c.PersonID {
		return d.same(t, "")
	}
	if t.Ended() {
		return refuse(CodeTicketState, "ticket %s is %s", t.Number, t.State)
	}
	// The limit is on what a person takes, and is not asked here: whoever stands at the counter is who she is.
	if err := d.holdsNone(c.PersonID, t.ServiceID, t.ID); err != nil {
		return err
	}
	d.emit(TicketIdentified, string(t.ID), Data{PersonID: c.PersonID})
	return nil
}

// holdsNone refuses when the person holds a ticket of the service, other than except, that has not ended.
func (d *decision) holdsNone(person PersonID, service ServiceID, except TicketID) error {
	if t := d.o.HeldBy(person, service); t != nil && t.ID != except {
		return refuse(CodeAlreadyWaiting, "the person has ticket %s of service %q, which is %s", t.Number, service, t.State)
	}
	return nil
}

// overLimit says whether the person has taken as many tickets of the service as she may in a day.
func (d *decision) overLimit(person PersonID, s *Service) bool {
	return s.PersonLimit > 0 && d.o.TakenBy(person, s.ID) >= s.PersonLimit
}

// mayRevive refuses the late word of a reservation that lapsed, when its holder has taken another ticket since: she
// would be called twice, or more often than she may. To the kiosk that is a reservation that is gone.
func (d *decision) mayRevive(t *Ticket) error {
	if t.State != Expired {
		return nil
	}
	s := d.o.Service(t.firstService())
	if d.o.HeldBy(t.PersonID, t.ServiceID) != nil || s != nil && d.overLimit(t.PersonID, s) {
		return refuse(CodeTicketState, "ticket %s is %s, and its holder has taken another", t.Number, t.State)
	}
	return nil
}

// HeldBy returns the ticket of the service that the person holds and that has not ended, or nil. There is at most one.
func (o *Office) HeldBy(person PersonID, service ServiceID) *Ticket {
	if person == "" {
		return nil
	}
	for _, t := range o.index.persons[person] {
		if t.ServiceID == service && !t.Ended() {
			return t
		}
	}
	return nil
}

// LatestOf returns the ticket of any service that the person took last, of those that she holds on paper or screen and
// that have not ended; or nil.
func (o *Office) LatestOf(person PersonID) *Ticket {
	if person == "" {
		return nil
	}
	for _, t := range slices.Backward(o.index.persons[person]) {
		if t.State != Printing && !t.Ended() {
			return t
		}
	}
	return nil
}

// TakenBy returns how many tickets of the service the person has taken today. It counts those that were transferred
// to another service later, but none that were cancelled, and no reservation that lapsed.
func (o *Office) TakenBy(person PersonID, service ServiceID) int {
	if person == "" {
		return 0
	}
	n := 0
	for _, t := range o.index.persons[person] {
		lapsed := t.State == Expired && t.ConfirmedAt.IsZero()
		if t.firstService() == service && t.State != Cancelled && !lapsed {
			n++
		}
	}
	return n
}

// firstService is the service that the ticket was taken for.
func (t *Ticket) firstService() ServiceID {
	if t.IssuedFor != "" {
		return t.IssuedFor
	}
	return t.ServiceID
}

// own puts the ticket among those of its person.
func (x *index) own(t *Ticket) {
	if t.PersonID == "" {
		return
	}
	if x.persons == nil {
		x.persons = map[PersonID][]*Ticket{}
	}
	hers := append(x.persons[t.PersonID], t)
	slices.SortFunc(hers, func(a, b *Ticket) int { return cmp.Compare(a.Order, b.Order) })
	x.persons[t.PersonID] = hers
}

// disown takes the ticket from among those of its person.
func (x *index) disown(t *Ticket) {
	if t.PersonID == "" {
		return
	}
	hers := slices.DeleteFunc(x.persons[t.PersonID], func(other *Ticket) bool { return other == t })
	if len(hers) == 0 {
		delete(x.persons, t.PersonID)
		return
	}
	x.persons[t.PersonID] = hers
}
