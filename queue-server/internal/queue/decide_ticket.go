package queue

import "time"

func (c *IssueTicket) decide(d *decision) error {
	if c.TicketID == "" || c.HeadStart < 0 {
		return refuse(CodeBadCommand, "the command names no ticket, or a negative head start")
	}
	if t := d.o.Tickets[c.TicketID]; t != nil {
		if first := t.firstService(); first != c.ServiceID || t.DeviceID != c.DeviceID {
			return refuse(CodeAlreadyIssued, "ticket %q is %s of service %q", t.ID, t.Number, first)
		}
		return d.same(t, "")
	}
	s, err := d.service(c.ServiceID)
	if err != nil {
		return err
	}
	head, err := d.headStart(c)
	if err != nil {
		return err
	}
	if err := d.mayTake(c, s); err != nil {
		return err
	}
	if !d.o.DayOpen {
		d.reopenDay()
	}
	d.emit(TicketIssued, string(c.TicketID), Data{
		Day:       d.o.Day,
		ServiceID: s.ID,
		Number:    &Number{Series: s.Series, N: d.o.Series[s.Series] + 1},
		DueAt:     d.at.Add(-head).Truncate(time.Millisecond),
		DeviceID:  c.DeviceID,
		PersonID:  c.PersonID,
		Priority:  c.Priority,
	})
	return nil
}

// headStart is by how much the ticket is due earlier: its own head start and that of its priority class, within the
// office's bound.
func (d *decision) headStart(c *IssueTicket) (time.Duration, error) {
	most := time.Duration(d.o.Catalog.Office.MaxHeadStartMinutes) * time.Minute
	head := min(c.HeadStart, most)
	if c.Priority == "" {
		return head, nil
	}
	p := d.o.Priority(c.Priority)
	if p == nil {
		return 0, refuse(CodePriorityUnknown, "priority class %q", c.Priority)
	}
	return min(head+time.Duration(p.HeadStartMinutes)*time.Minute, most), nil
}

// mayTake refuses a ticket that the service, or the person, may not have now. That she holds one already comes first: it
// is worth more to her than to hear that the last number is gone.
func (d *decision) mayTake(c *IssueTicket, s *Service) error {
	if err := d.holdsNone(c.PersonID, s.ID, ""); err != nil {
		return err
	}
	if ok, code := d.o.Open(s.ID, d.at); !ok {
		return refuse(code, "service %q issues no ticket at %s", s.ID, d.at.Format(time.RFC3339))
	}
	if s.Identity == IdentityRequired && c.PersonID == "" {
		return refuse(CodeIdentityRequired, "service %q", s.ID)
	}
	if d.overLimit(c.PersonID, s) {
		return refuse(CodePersonLimit, "a person may take %d tickets of service %q in a day", s.PersonLimit, s.ID)
	}
	return nil
}

func (c *ConfirmTicket) decide(d *decision) error {
	if c.How != "printed" && c.How != "shown" {
		return refuse(CodeBadCommand, "confirmed how? %q: must be printed or shown", c.How)
	}
	t, err := d.ticket(c.TicketID)
	if err != nil {
		return err
	}
	switch {
	case !t.ConfirmedAt.IsZero():
		return d.same(t, "")
	case t.State == Printing, t.State == Expired && d.o.DayOpen:
		if err := d.mayRevive(t); err != nil {
			return err
		}
		d.emit(TicketConfirmed, string(t.ID), Data{Reason: c.How})
		return nil
	default:
		return refuse(CodeTicketState, "ticket %s is %s", t.Number, t.State)
	}
}

func (c *RequeueTicket) decide(d *decision) error {
	t, err := d.ticket(c.TicketID)
	if err != nil {
		return err
	}
	switch t.State {
	case Waiting:
		return d.same(t, "")
	case Held:
		d.emit(TicketRequeued, string(t.ID), Data{})
	case NoShow:
		penalty := time.Duration(d.o.Catalog.Office.NoShowPenaltyMinutes) * time.Minute
		d.emit(TicketRequeued, string(t.ID), Data{DueAt: d.at.Add(penalty)})
	default:
		return refuse(CodeTicketState, "ticket %s is %s", t.Number, t.State)
	}
	return nil
}

func (c *CancelTicket) decide(d *decision) error {
	t, err := d.ticket(c.TicketID)
	if err != nil {
		return err
	}
	data := Data{Reason: c.Reason}
	switch t.State {
	case Cancelled:
		return d.same(t, "")
	case Printing, Waiting, Held, NoShow:
	case Called:
		if c.Actor.Kind != ByOfficer || OfficerID(c.Actor.ID) != t.OfficerID {
			return refuse(CodeTicketState, "ticket %s is called: only the officer at its counter can cancel it", t.Number)
		}
		data.CounterID = t.CounterID
	default:
		return refuse(CodeTicketState, "ticket %s is %s", t.Number, t.State)
	}
	d.emit(TicketCancelled, string(t.ID), data)
	return nil
}

func (c *ReprintTicket) decide(d *decision) error {
	if c.DeviceID == "" {
		return refuse(CodeBadCommand, "the command names no kiosk")
	}
	t, err := d.ticket(c.TicketID)
	if err != nil {
		return err
	}
	if t.State == Printing || t.Ended() {
		return refuse(CodeTicketState, "ticket %s is %s", t.Number, t.State)
	}
	d.emit(TicketReprinted, string(t.ID), Data{DeviceID: c.DeviceID})
	return nil
}
