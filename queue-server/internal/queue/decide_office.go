package queue

func (c *OpenCounter) decide(d *decision) error {
	state, err := d.counter(c.CounterID)
	if err != nil {
		return err
	}
	if c.OfficerID == "" {
		return refuse(CodeBadCommand, "the command names no officer")
	}
	if state.Status != CounterClosed && state.OfficerID != c.OfficerID {
		return refuse(CodeCounterTaken, "officer %q sits at counter %q", state.OfficerID, c.CounterID)
	}
	for id, other := range d.o.Counters {
		if id != c.CounterID && other.Status != CounterClosed && other.OfficerID == c.OfficerID {
			return refuse(CodeOfficerElsewhere, "officer %q sits at counter %q", c.OfficerID, id)
		}
	}
	if state.Status != CounterOpen {
		d.emit(CounterOpened, string(c.CounterID), Data{OfficerID: c.OfficerID})
	}
	return nil
}

// A counter may pause while it has a ticket: what is begun there is ended there.
func (c *PauseCounter) decide(d *decision) error {
	state, err := d.seat(c.CounterID)
	if err != nil {
		return err
	}
	if state.Status != CounterPaused {
		d.emit(CounterWasPaused, string(c.CounterID), Data{OfficerID: state.OfficerID})
	}
	return nil
}

func (c *CloseCounter) decide(d *decision) error {
	state, err := d.counter(c.CounterID)
	if err != nil {
		return err
	}
	if state.Status == CounterClosed {
		return nil
	}
	if _, err := d.seat(c.CounterID); err != nil {
		return err
	}
	if state.TicketID != "" {
		return refuse(CodeCounterBusy, "counter %q has ticket %q", c.CounterID, state.TicketID)
	}
	d.emit(CounterWasClosed, string(c.CounterID), Data{OfficerID: state.OfficerID})
	return nil
}

func (c *ReportDevice) decide(d *decision) error {
	if c.DeviceID == "" {
		return refuse(CodeBadCommand, "the command names no device")
	}
	known := d.o.Devices[c.DeviceID]
	if online := known != nil && known.Online; online == c.Online {
		return nil
	}
	kind := DeviceOffline
	if c.Online {
		kind = DeviceOnline
	}
	d.emit(kind, string(c.DeviceID), Data{})
	return nil
}

func (c *ReportTrouble) decide(d *decision) error {
	if c.DeviceID == "" || c.Part == "" {
		return refuse(CodeBadCommand, "the command names no device or no part")
	}
	cause := ""
	if known := d.o.Devices[c.DeviceID]; known != nil {
		for _, t := range known.Troubles {
			if t.Part == c.Part {
				cause = t.Cause
			}
		}
	}
	switch {
	case cause == c.Cause: // known, or clear already
	case c.Cause == "":
		d.emit(DeviceCleared, string(c.DeviceID), Data{Part: c.Part})
	default:
		d.emit(DeviceTrouble, string(c.DeviceID), Data{Part: c.Part, Cause: c.Cause})
	}
	return nil
}

// A catalogue may not drop what is in use: an open counter, or a service with tickets that have not ended.
func (c *ChangeCatalog) decide(d *decision) error {
	if err := c.Catalog.Validate(); err != nil {
		return refuse(CodeCatalogInvalid, "%s", err)
	}
	catalog := c.Catalog.Clone()
	if err := d.o.inUse(&catalog); err != nil {
		return err
	}
	d.emit(CatalogChanged, string(catalog.Office.ID), Data{Catalog: &catalog})
	if d.o.Day == "" {
		d.openDay(catalog.DayAt(d.at))
	}
	return nil
}

// inUse refuses a catalogue that lacks what today's tickets and counters need.
func (o *Office) inUse(next *Catalog) error {
	counters := make(map[CounterID]bool, len(next.Counters))
	for i := range next.Counters {
		counters[next.Counters[i].ID] = true
	}
	for id, c := range o.Counters {
		if c.Status != CounterClosed && !counters[id] {
			return refuse(CodeCatalogInvalid, "counter %q is %s: close it before it is removed", id, c.Status)
		}
	}
	services := make(map[ServiceID]bool, len(next.Services))
	for i := range next.Services {
		services[next.Services[i].ID] = true
	}
	for _, t := range o.Tickets {
		if !t.Ended() && !services[t.ServiceID] {
			return refuse(CodeCatalogInvalid, "service %q has ticket %s, which is %s: it can be removed when its tickets have ended", t.ServiceID, t.Number, t.State)
		}
	}
	return nil
}
