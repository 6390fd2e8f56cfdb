package queue

import "time"

// WaitRange is a simulated waiting time: half of the citizens like this one wait between Low and High.
type WaitRange struct {
	// Ahead is how many waiting tickets have an earlier claim among the services that share a tier
	// with this one at some counter.
	Ahead int
	Low   time.Duration
	High  time.Duration
	Known bool // false when no open counter serves the service
}

// EstimateNew estimates, for every service, the wait of a ticket issued at the time.
func (o *Office) EstimateNew(at time.Time) map[ServiceID]WaitRange {
	out := make(map[ServiceID]WaitRange, len(o.Catalog.Services))
	for i := range o.Catalog.Services {
		id := o.Catalog.Services[i].ID
		out[id] = o.divided(id, o.WaitingCount(id))
	}
	return out
}

// EstimateTicket estimates the wait of one waiting ticket.
func (o *Office) EstimateTicket(id TicketID, at time.Time) WaitRange {
	t := o.Tickets[id]
	if t == nil {
		return WaitRange{}
	}
	return o.divided(t.ServiceID, o.index.lines[t.ServiceID].ahead(t))
}

func (o *Office) divided(id ServiceID, ahead int) WaitRange {
	open := 0
	for k, c := range o.rules.counters {
		for _, tier := range c.Tiers {
			for _, s := range tier.Services {
				if s == id && o.Counters[k].Status == CounterOpen {
					open++
				}
			}
		}
	}
	if open == 0 {
		return WaitRange{Ahead: ahead}
	}
	mean := time.Duration(ahead*o.Service(id).StandardMinutes) * time.Minute / time.Duration(open)
	return WaitRange{Ahead: ahead, Low: mean * 3 / 4, High: mean * 5 / 4, Known: true}
}
