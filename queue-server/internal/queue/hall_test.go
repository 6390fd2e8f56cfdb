package queue

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// hallCatalog is a hall with services of so many agencies and counters; each counter serves its agency's
// services first, and every third helps the next agency.
func hallCatalog(services, counters, agencies int) Catalog {
	c := testCatalog()
	c.Services, c.Counters = nil, nil
	of := make([][]ServiceID, agencies)
	for i := range services {
		agency := i % agencies
		id := ServiceID(fmt.Sprintf("s%d", i))
		of[agency] = append(of[agency], id)
		c.Services = append(c.Services, Service{
			ID: id, AgencyID: "dukcapil", Series: string(rune('A' + agency)), ZoneID: "hall",
			Name: Text{ID: string(id)}, StandardMinutes: 4 + i*7%20,
		})
	}
	for i := range counters {
		k := Counter{ID: CounterID(fmt.Sprintf("c%d", i+1)), Number: i + 1, AgencyID: "dukcapil", ZoneID: "hall"}
		k.Tiers = []Tier{{Services: of[i%agencies]}}
		if i%3 == 0 && agencies > 1 {
			k.Tiers = append(k.Tiers, Tier{Services: of[(i+1)%agencies], LimitMinutes: 30})
		}
		c.Counters = append(c.Counters, k)
	}
	return c
}

// openHall opens every counter, each with an officer of its own.
func openHall(t tester, services, counters, agencies int) *world {
	w := newWorld(t, hallCatalog(services, counters, agencies), monday)
	for i := range counters {
		w.open(CounterID(fmt.Sprintf("c%d", i+1)), OfficerID(fmt.Sprintf("o%d", i+1)))
	}
	return w
}

// fill adds waiting tickets, one a second, over all services.
func (w *world) fill(waiting int) {
	for i := range waiting {
		w.wait(TicketID(fmt.Sprintf("t%d", i)), w.o.Catalog.Services[i%len(w.o.Catalog.Services)].ID)
		w.later(time.Second)
	}
	w.log = nil
}

// playedDay is a simulated day in the hall: arrivals that swell in the morning, service times
// spread around a mean that is not the standard, some citizens who do not come, officers at lunch.
type playedDay struct {
	*world
	random   *rand.Rand
	truth    map[ServiceID]time.Duration // mean service time
	asked    map[TicketID]guess
	measured []measured
	guessing bool // off on the first day, which is for learning
	ids      int
}

// guess is what was said when the ticket was taken.
type guess struct {
	at        time.Time
	simulated WaitRange
	naive     time.Duration
}

// measured is a guess with what came true.
type measured struct {
	guess
	waited time.Duration
}

func newPlayedDay(t tester, seed uint64) *playedDay {
	d := &playedDay{
		world:  openHall(t, 24, 14, 7),
		random: rand.New(rand.NewPCG(seed, 1)),
		truth:  map[ServiceID]time.Duration{},
	}
	for i := range d.o.Catalog.Services {
		s := &d.o.Catalog.Services[i]
		d.truth[s.ID] = time.Duration(float64(s.standard()) * (0.5 + d.random.Float64()))
	}
	return d
}

// serviceTime is lognormal with a coefficient of variation of about one half.
func (d *playedDay) serviceTime(id ServiceID) time.Duration {
	return time.Duration(float64(d.truth[id]) * math.Exp(0.5*d.random.NormFloat64()-0.125))
}

// deskState is what the played day knows about a counter.
type deskState struct {
	until time.Time // when the present thing ends
	doing string    // "", walking, serving, lunch
	comes bool      // the called citizen
}

// play runs a day of the given hours in steps of five seconds.
func (d *playedDay) play(hours int, load float64) {
	d.asked = map[TicketID]guess{}
	desks := make([]deskState, len(d.o.Catalog.Counters))
	start := d.at
	steps := hours * 720
	for step := range steps {
		d.at = start.Add(time.Duration(step) * 5 * time.Second)
		// Two arrivals for one on average before eleven, then falling off.
		rate := load * (0.4 + 1.2*math.Exp(-math.Pow((float64(step)/720-2)/1.5, 2)))
		for x := rate; x > 0; x-- {
			if d.random.Float64() < x {
				d.arrive()
			}
		}
		for i := range desks {
			d.work(i, &desks[i])
		}
	}
	for i := range desks { // the officers end what they have begun, and go home
		id := d.o.Catalog.Counters[i].ID
		if d.o.Counters[id].TicketID != "" {
			d.do(&HoldTicket{d.by(""), id})
		}
		d.do(&CloseCounter{d.by(""), id})
	}
	d.log = nil
}

func (d *playedDay) arrive() {
	d.ids++
	id := TicketID(fmt.Sprintf("day-%d", d.ids))
	// Some services are asked for much more than others.
	n := len(d.o.Catalog.Services)
	s := d.o.Catalog.Services[int(float64(n)*math.Pow(d.random.Float64(), 1.5))].ID
	if d.guessing {
		d.asked[id] = guess{at: d.at, simulated: d.o.EstimateNew(d.at)[s], naive: d.naive(s)}
	}
	d.wait(id, s)
}

// naive is people ahead times the mean service time, divided by the counters: all of them as good as a
// division can have them, for the services that are called in turn with this one.
func (d *playedDay) naive(id ServiceID) time.Duration {
	var sum time.Duration
	n := 0
	for _, rival := range d.o.rules.rivals[id] {
		for _, x := range d.o.Learnt[rival] {
			sum += x
			n++
		}
	}
	mean := d.o.Service(id).standard()
	if n > 0 {
		mean = sum / time.Duration(n)
	}
	open := 0
	for i := range d.o.Catalog.Counters {
		c := &d.o.Catalog.Counters[i]
		for _, tier := range c.Tiers {
			for _, s := range tier.Services {
				if s == id && d.o.Counters[c.ID].Status == CounterOpen {
					open++
				}
			}
		}
	}
	if open == 0 {
		return 0
	}
	return time.Duration(d.o.aheadOf(&Ticket{ServiceID: id, DueAt: d.at, Order: math.MaxInt64})) * mean / time.Duration(open)
}

// work lets the officer at desk i do what is due.
func (d *playedDay) work(i int, desk *deskState) {
	if d.at.Before(desk.until) {
		return
	}
	id := d.o.Catalog.Counters[i].ID
	officer := OfficerID(fmt.Sprintf("o%d", i+1))
	switch desk.doing {
	case "walking":
		if !desk.comes {
			d.do(&NoShowTicket{d.by(officer), id})
			desk.doing = ""
			return
		}
		d.do(&StartTicket{d.by(officer), id})
		desk.doing = "serving"
		desk.until = d.at.Add(d.serviceTime(d.o.Tickets[d.o.Counters[id].TicketID].ServiceID))
		return
	case "serving":
		d.do(&CompleteTicket{d.by(officer), id})
		desk.doing, desk.until = "", d.at.Add(time.Duration(5+d.random.IntN(20))*time.Second)
		return
	}
	called := d.next(id)
	if called == "" {
		return
	}
	if g, ok := d.asked[called]; ok {
		d.measured = append(d.measured, measured{g, d.at.Sub(g.at)})
		delete(d.asked, called)
	}
	desk.doing, desk.comes = "walking", d.random.Float64() > 0.05
	desk.until = d.at.Add(time.Duration(10+d.random.IntN(40)) * time.Second)
	if !desk.comes {
		desk.until = d.at.Add(90 * time.Second)
	}
}

// twoDays plays a day for learning and one on which each arrival is told a waiting time.
func (d *playedDay) twoDays(load float64) {
	d.play(7, load)
	d.morning()
	d.guessing = true
	d.play(7, load)
}

// morning goes to eight o'clock of the next day and opens the counters.
func (d *playedDay) morning() {
	day := d.o.dayEnds.Add(8 * time.Hour)
	d.at = day
	for i := range d.o.Catalog.Counters {
		d.open(d.o.Catalog.Counters[i].ID, OfficerID(fmt.Sprintf("o%d", i+1)))
	}
}
