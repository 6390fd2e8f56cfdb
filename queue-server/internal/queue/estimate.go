package queue

import (
	"math"
	"slices"
	"time"
)

// WaitRange is a simulated waiting time: half of the citizens like this one wait between Low and High.
type WaitRange struct {
	// Ahead is how many waiting tickets have an earlier claim among the services that share a tier
	// with this one at some counter.
	Ahead int
	Low   time.Duration
	High  time.Duration
	Known bool // false when no open counter serves the service
}

// Forecast is the waiting times of one moment. It is simulated once, for all services and all tickets: who
// asks for more than one of them asks the same Forecast. It is good for the state that it was made of: ask before the
// next event is applied.
type Forecast struct {
	o      *Office
	at     time.Time
	called map[TicketID][]int32  // waiting and reserved tickets: milliseconds until the call, a run each
	byNew  map[ServiceID][]int32 // the same for a ticket that would be issued now
}

// EstimateNew simulates, for every service, the wait of a ticket issued at the time.
func (o *Office) EstimateNew(at time.Time) map[ServiceID]WaitRange {
	f := o.Forecast(at)
	out := make(map[ServiceID]WaitRange, len(o.Catalog.Services))
	for i := range o.Catalog.Services {
		id := o.Catalog.Services[i].ID
		out[id] = f.New(id)
	}
	return out
}

// EstimateTicket simulates the wait of one waiting or reserved ticket. Forecast does it for many.
func (o *Office) EstimateTicket(id TicketID, at time.Time) WaitRange {
	return o.Forecast(at).Ticket(id)
}

// Forecast simulates the waiting times from the time on. The same state and time give the same forecast.
func (o *Office) Forecast(at time.Time) *Forecast {
	s := newSimulation(o, at)
	f := &Forecast{o: o, at: at}
	f.called, f.byNew = s.simulate()
	return f
}

// New returns the wait of a ticket of the service that would be issued now.
func (f *Forecast) New(id ServiceID) WaitRange {
	now := &Ticket{ServiceID: id, DueAt: f.at, Order: math.MaxInt64}
	return f.spread(f.o.aheadOf(now), f.byNew[id])
}

// Ticket returns the wait of a waiting or reserved ticket; of any other, nothing is known.
func (f *Forecast) Ticket(id TicketID) WaitRange {
	t := f.o.Tickets[id]
	if t == nil || t.State != Waiting && t.State != Printing {
		return WaitRange{}
	}
	return f.spread(f.o.aheadOf(t), f.called[id])
}

// spread makes a range of the middle half of the runs.
func (f *Forecast) spread(ahead int, waits []int32) WaitRange {
	if len(waits) == 0 {
		return WaitRange{Ahead: ahead}
	}
	waits = slices.Sorted(slices.Values(waits))
	return WaitRange{
		Ahead: ahead,
		Low:   quantile(waits, 0.25),
		High:  quantile(waits, 0.75),
		Known: true,
	}
}

// quantile reads off sorted milliseconds, with a straight line between two neighbours.
func quantile(sorted []int32, q float64) time.Duration {
	x := q*float64(len(sorted)) - 0.5 // sample i stands for the middle of its share
	i := int(math.Floor(x))
	if i < 0 {
		return time.Duration(sorted[0]) * time.Millisecond
	}
	if i >= len(sorted)-1 {
		return time.Duration(sorted[len(sorted)-1]) * time.Millisecond
	}
	low, high := float64(sorted[i]), float64(sorted[i+1])
	return time.Duration(low+(high-low)*(x-float64(i))) * time.Millisecond
}

// aheadOf counts the waiting tickets with an earlier claim than t among its rivals.
func (o *Office) aheadOf(t *Ticket) int {
	if o.rules == nil {
		return 0
	}
	n := 0
	for _, id := range o.rules.rivals[t.ServiceID] {
		n += o.index.lines[id].ahead(t)
	}
	return n
}

// rivals returns, for each service, the services that share a tier with it at some counter, and itself.
func (c *Catalog) rivals() map[ServiceID][]ServiceID {
	m := make(map[ServiceID][]ServiceID, len(c.Services))
	for i := range c.Services {
		id := c.Services[i].ID
		m[id] = append(m[id], id)
	}
	for i := range c.Counters {
		for _, tier := range c.Counters[i].Tiers {
			for _, id := range tier.Services {
				for _, rival := range tier.Services {
					if !slices.Contains(m[id], rival) {
						m[id] = append(m[id], rival)
					}
				}
			}
		}
	}
	return m
}
