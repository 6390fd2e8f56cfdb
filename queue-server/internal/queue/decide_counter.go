package queue

func (c *CallNext) decide(d *decision) error {
	state, err := d.caller(c.CounterID, c.CallID)
	if err != nil {
		return err
	}
	if t := d.o.Tickets[state.TicketID]; t != nil && t.CallID == c.CallID {
		return d.same(t, c.CallID)
	}
	if state, err = d.free(c.CounterID); err != nil {
		return err
	}
	t := d.o.NextFor(c.CounterID, d.at)
	if t == nil {
		return refuse(CodeQueueEmpty, "nobody waits for counter %q", c.CounterID)
	}
	d.emit(TicketCalled, string(t.ID), Data{CounterID: c.CounterID, OfficerID: state.OfficerID, CallID: c.CallID})
	return nil
}

// CallTicket may call a ticket of a service that the counter does not serve, and one held elsewhere:
// the officer sees whom she helps.
func (c *CallTicket) decide(d *decision) error {
	state, err := d.caller(c.CounterID, c.CallID)
	if err != nil {
		return err
	}
	t, err := d.ticket(c.TicketID)
	if err != nil {
		return err
	}
	if state.TicketID == t.ID && t.CallID == c.CallID {
		return d.same(t, c.CallID)
	}
	if state, err = d.free(c.CounterID); err != nil {
		return err
	}
	if t.State != Waiting && t.State != Held && t.State != NoShow {
		return refuse(CodeTicketNotWaiting, "ticket %s is %s", t.Number, t.State)
	}
	d.emit(TicketCalled, string(t.ID), Data{CounterID: c.CounterID, OfficerID: state.OfficerID, CallID: c.CallID})
	return nil
}

// caller returns the counter of a call; a call needs an id that no other ticket's call has.
func (d *decision) caller(id CounterID, call CallID) (*CounterState, error) {
	if call == "" {
		return nil, refuse(CodeBadCommand, "the command has no call id")
	}
	c, err := d.seat(id)
	if err != nil {
		return nil, err
	}
	for i := range d.o.Calls {
		if used := &d.o.Calls[i]; used.ID == call && used.TicketID != c.TicketID {
			return nil, refuse(CodeBadCommand, "call id %q is that of ticket %s", call, used.Number)
		}
	}
	return c, nil
}

func (c *RecallTicket) decide(d *decision) error {
	if _, err := d.caller(c.CounterID, c.CallID); err != nil {
		return err
	}
	state, t, err := d.present(c.CounterID)
	if err != nil {
		return err
	}
	if t.CallID == c.CallID {
		return d.same(t, c.CallID)
	}
	if t.State != Called {
		return refuse(CodeTicketState, "ticket %s is %s", t.Number, t.State)
	}
	d.emit(TicketRecalled, string(t.ID), Data{CounterID: c.CounterID, OfficerID: state.OfficerID, CallID: c.CallID})
	return nil
}

func (c *StartTicket) decide(d *decision) error {
	state, t, err := d.present(c.CounterID)
	if err != nil {
		return err
	}
	if t.State == Serving {
		return d.same(t, "")
	}
	d.emit(TicketStarted, string(t.ID), Data{CounterID: c.CounterID, OfficerID: state.OfficerID})
	return nil
}

func (c *HoldTicket) decide(d *decision) error {
	return d.put(TicketHeld, c.CounterID, Called, Serving)
}

func (c *NoShowTicket) decide(d *decision) error {
	return d.put(TicketNoShow, c.CounterID, Called)
}

func (c *CompleteTicket) decide(d *decision) error {
	return d.put(TicketCompleted, c.CounterID, Serving)
}

// put ends the stay of the counter's ticket with an event that is allowed in the states.
func (d *decision) put(kind Kind, id CounterID, states ...TicketState) error {
	c, t, err := d.present(id)
	if err != nil {
		return err
	}
	for _, s := range states {
		if t.State == s {
			d.emit(kind, string(t.ID), Data{CounterID: id, OfficerID: c.OfficerID})
			return nil
		}
	}
	return refuse(CodeTicketState, "ticket %s is %s", t.Number, t.State)
}

func (c *ResumeTicket) decide(d *decision) error {
	state, err := d.seat(c.CounterID)
	if err != nil {
		return err
	}
	t, err := d.ticket(c.TicketID)
	if err != nil {
		return err
	}
	if state.TicketID == t.ID && t.State == Serving {
		return d.same(t, "")
	}
	if state, err = d.free(c.CounterID); err != nil {
		return err
	}
	if t.State != Held {
		return refuse(CodeTicketState, "ticket %s is %s", t.Number, t.State)
	}
	d.emit(TicketResumed, string(t.ID), Data{CounterID: c.CounterID, OfficerID: state.OfficerID})
	return nil
}

func (c *TransferTicket) decide(d *decision) error {
	state, t, err := d.present(c.CounterID)
	if err != nil {
		return err
	}
	s, err := d.service(c.ServiceID)
	if err != nil {
		return err
	}
	if s.Closed {
		return refuse(CodeServiceClosed, "service %q", s.ID)
	}
	if s.ID == t.ServiceID {
		return refuse(CodeBadCommand, "ticket %s is of service %q already", t.Number, s.ID)
	}
	if err := d.holdsNone(t.PersonID, s.ID, t.ID); err != nil {
		return err
	}
	d.emit(TicketTransferred, string(t.ID), Data{CounterID: c.CounterID, OfficerID: state.OfficerID, ServiceID: s.ID})
	return nil
}
