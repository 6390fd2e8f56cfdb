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

// Forecast is the waiting times of one moment, simulated once for all services and tickets: who asks for more
// than one of them asks the same Forecast. It never changes, may be kept beyond the moment, and is safe
// for concurrent use.
type Forecast struct {
	at     time.Time
	rules  *rules                // of the catalogue then
	open   []CounterID           // counters then, in the catalogue's order
	called map[TicketID][]int32  // waiting and reserved tickets: milliseconds until the call, a run each
	byNew  map[ServiceID][]int32 // the same for a ticket that would have been issued then
}

// forecastLife is how long a forecast is good enough for others than those it was made for: the
// services that it counts last minutes.
const forecastLife = time.Second

// EstimateNew simulates, for every service, the wait of a ticket issued at the time.
func (o *Office) EstimateNew(at time.Time) map[ServiceID]WaitRange {
	f := o.Forecast(at)
	out := make(map[ServiceID]WaitRange, len(o.Catalog.Services))
	for i := range o.Catalog.Services {
		id := o.Catalog.Services[i].ID
		out[id] = f.New(o, id)
	}
	return out
}

// EstimateTicket simulates the wait of one waiting or reserved ticket. Forecast does it for many.
func (o *Office) EstimateTicket(id TicketID, at time.Time) WaitRange {
	return o.Forecast(at).Ticket(o, id)
}

// Forecast simulates the waiting times from the time on. The same state and time give the same forecast. It costs
// some milliseconds of processor time when hundreds wait.
func (o *Office) Forecast(at time.Time) *Forecast {
	f := &Forecast{at: at, rules: o.rules, open: o.openCounters()}
	if len(f.open) > 0 {
		f.called, f.byNew = newSimulation(o, at).simulate()
	}
	return f
}

// Fits says whether the forecast still tells what o is like at the time: it is less than a second old, and the same
// counters are open. Tickets that came or went since then matter little.
func (f *Forecast) Fits(o *Office, at time.Time) bool {
	age := at.Sub(f.at)
	return age >= 0 && age < forecastLife && f.rules == o.rules && slices.Equal(f.open, o.openCounters())
}

func (o *Office) openCounters() []CounterID {
	var open []CounterID
	for i := range o.Catalog.Counters { // in the catalogue's order, which stays the same
		if id := o.Catalog.Counters[i].ID; o.Counters[id].Status == CounterOpen {
			open = append(open, id)
		}
	}
	return open
}

// New returns the wait of a ticket of the service that would be issued now. o is the office of the
// forecast as it is now, which knows how many are ahead.
func (f *Forecast) New(o *Office, id ServiceID) WaitRange {
	return spread(o.aheadOf(&Ticket{ServiceID: id, DueAt: later(f.at, o.At), Order: math.MaxInt64}), f.byNew[id])
}

// Ticket returns the wait of a waiting or reserved ticket of o, the office of the forecast as it is now; of any other,
// nothing is known. A ticket that came after the forecast waits like a new one.
func (f *Forecast) Ticket(o *Office, id TicketID) WaitRange {
	t := o.Tickets[id]
	if t == nil || t.State != Waiting && t.State != Printing {
		return WaitRange{}
	}
	waits, ok := f.called[id]
	if !ok {
		waits = f.byNew[t.ServiceID]
	}
	return spread(o.aheadOf(t), waits)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// spread makes a range of the middle half of the runs.
func spread(ahead int, waits []int32) WaitRange {
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
