package queue

import "time"

func (c *IssueTicket) decide(d *decision) error {
	if c.TicketID == "" || c.HeadStart < 0 {
		return refuse(CodeBadCommand, "the command names no ticket, or a negative head start")
	}
	if t := d.o.Tickets[c.TicketID]; t != nil {
		first := t.ServiceID
		if t.IssuedFor != "" {
			first = t.IssuedFor
		}
		if first != c.ServiceID || t.DeviceID != c.DeviceID {
			return refuse(CodeAlreadyIssued, "ticket %q is %s of service %q", t.ID, t.Number, first)
		}
		return d.same(t, "")
	}
	s, err := d.service(c.ServiceID)
	if err != nil {
		return err
	}
	if ok, code := d.o.Open(c.ServiceID, d.at); !ok {
		return refuse(code, "service %q issues no ticket at %s", c.ServiceID, d.at.Format(time.RFC3339))
	}
	if !d.o.DayOpen {
		d.reopenDay()
	}
	head := min(c.HeadStart, time.Duration(d.o.Catalog.Office.MaxHeadStartMinutes)*time.Minute)
	d.emit(TicketIssued, string(c.TicketID), Data{
		Day:       d.o.Day,
		ServiceID: s.ID,
		Number:    &Number{Series: s.Series, N: d.o.Series[s.Series] + 1},
		DueAt:     d.at.Add(-head).Truncate(time.Millisecond),
		DeviceID:  c.DeviceID,
	})
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
