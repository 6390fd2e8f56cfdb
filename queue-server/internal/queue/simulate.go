package queue

import (
	"math"
	"time"
)

const (
	// maxRuns and minRuns bound how often a day is played; maxSteps, the calls of all runs together,
	// keeps a forecast within some milliseconds in a very full hall.
	maxRuns, minRuns = 24, 6
	maxSteps         = 12000
	// turnover is the time at a counter that is not service: from the end of one to the start of the
	// next, most of it the citizen's way to the counter.
	turnover = 45 * time.Second
)

// simulation plays the calls to come: counters become free, and take tickets in the real calling order, each
// for a service time drawn from what the service has taken lately. What is yet to arrive is left out.
//
// A probe is a ticket that does not wait yet: one of each service issued now, and every
// reservation. Probes take no counter: a run notes when each would have been called, so that
// one run answers for all of them.
type simulation struct {
	at       time.Time
	runs     int
	services map[ServiceID]int // index in what follows
	times    []serviceTimes    // by service
	doubt    []float64         // by service: standard error of the logarithm of its mean
	queues   [][]entry         // by service, in call order
	probes   [][]entry         // by service
	desks    []desk
	slots    []slot    // whose waits these are
	waits    [][]int32 // by slot: milliseconds until the call, a run each
}

// slot names a ticket, or a service for the ticket of it that would be issued now.
type slot struct {
	ticket  TicketID
	service ServiceID
}

// entry is a waiting ticket or a probe. Its wait is noted in waits[slot].
type entry struct {
	due     int64 // milliseconds since at; negative in the past
	order   int64
	slot    int
	service int
}

func (a entry) before(b entry) bool {
	return a.due < b.due || a.due == b.due && a.order < b.order
}

// desk is an open counter.
type desk struct {
	tiers   []deskTier
	busy    bool // with a ticket now
	service int  // of that ticket
	elapsed time.Duration
	walking bool // the ticket is called, not yet served
	order   int64
}

type deskTier struct {
	services []int
	limit    int64 // milliseconds; 0: never lifted
}

func newSimulation(o *Office, at time.Time) *simulation {
	s := &simulation{at: at, services: make(map[ServiceID]int, len(o.Catalog.Services))}
	for i := range o.Catalog.Services {
		s.services[o.Catalog.Services[i].ID] = i
	}
	s.times = o.serviceTimes()
	for i := range o.Catalog.Services {
		n := float64(len(o.Learnt[o.Catalog.Services[i].ID]))
		s.doubt = append(s.doubt, 0.5/math.Sqrt(n+2)) // times vary by about half of their mean; the standard counts as two
	}
	s.queues = make([][]entry, len(s.times))
	s.probes = make([][]entry, len(s.times))
	for id, i := range s.services {
		for _, t := range o.index.lines[id].all() {
			s.queues[i] = append(s.queues[i], s.entry(t, i))
		}
	}
	s.runs = min(maxRuns, max(minRuns, maxSteps/(len(s.slots)+1)))
	for id, i := range s.services {
		s.probes[i] = append(s.probes[i], s.entry(&Ticket{ServiceID: id, DueAt: at, Order: math.MaxInt64}, i))
	}
	for _, t := range o.index.reserved {
		if i, ok := s.services[t.ServiceID]; ok && t.State == Printing {
			s.probes[i] = append(s.probes[i], s.entry(t, i))
		}
	}
	for i := range o.Catalog.Counters {
		if c := &o.Catalog.Counters[i]; o.Counters[c.ID].Status == CounterOpen {
			s.desks = append(s.desks, s.desk(o, c))
		}
	}
	return s
}

func (s *simulation) entry(t *Ticket, service int) entry {
	s.slots = append(s.slots, slot{t.ID, t.ServiceID})
	return entry{
		due:     t.DueAt.Sub(s.at).Milliseconds(),
		order:   t.Order,
		slot:    len(s.slots) - 1,
		service: service,
	}
}

func (s *simulation) desk(o *Office, c *Counter) desk {
	d := desk{}
	for _, tier := range c.Tiers {
		t := deskTier{limit: (time.Duration(tier.LimitMinutes) * time.Minute).Milliseconds()}
		for _, id := range tier.Services {
			t.services = append(t.services, s.services[id])
		}
		d.tiers = append(d.tiers, t)
	}
	if t := o.Tickets[o.Counters[c.ID].TicketID]; t != nil {
		d.busy, d.service, d.order = true, s.services[t.ServiceID], t.Order
		d.walking = t.State == Called
		d.elapsed = s.at.Sub(t.StartedAt)
		if d.walking {
			d.elapsed = s.at.Sub(t.CalledAt)
		}
		d.elapsed = max(0, d.elapsed)
	}
	return d
}

// simulate plays all runs. A ticket that no open counter serves is not in the answer.
func (s *simulation) simulate() (called map[TicketID][]int32, byNew map[ServiceID][]int32) {
	s.waits = make([][]int32, len(s.slots))
	all := make([]int32, len(s.slots)*s.runs)
	for i := range s.waits {
		s.waits[i] = all[i*s.runs : i*s.runs : (i+1)*s.runs]
	}
	r := run{simulation: s, next: make([]int, len(s.queues)), open: make([][]entry, len(s.probes)), free: make([]int64, len(s.desks)), pace: make([]float64, len(s.times))}
	for r.n = range s.runs {
		clear(r.next)
		for i := range r.open {
			r.open[i] = append(r.open[i][:0], s.probes[i]...)
		}
		if len(s.desks) > 0 {
			r.play()
		}
	}
	called = make(map[TicketID][]int32, len(s.slots))
	byNew = make(map[ServiceID][]int32, len(s.services))
	for i, w := range s.waits {
		switch slot := s.slots[i]; {
		case len(w) == 0:
		case slot.ticket != "":
			called[slot.ticket] = w
		default:
			byNew[slot.service] = w
		}
	}
	return called, byNew
}

// run is one play of the simulation.
type run struct {
	*simulation
	n      int       // of the run
	next   []int     // by service: the first of queues that still waits
	open   [][]entry // by service: the probes that were not called yet
	pace   []float64 // by service: how much slower than known it is in this run
	fronts []entry   // of the tiers of the desk at hand
	free   []int64   // by desk: milliseconds since at; never for those that ran out of work
}

const never = math.MaxInt64

// nobody stands for the front of a tier in which nobody waits.
var nobody = entry{slot: -1}

// play notes the waits of all tickets and probes in this run.
func (r *run) play() {
	r.setPace()
	for i := range r.desks {
		r.free[i] = r.firstFree(&r.desks[i])
	}
	for {
		i := 0
		for j := range r.free {
			if r.free[j] < r.free[i] {
				i = j
			}
		}
		if r.free[i] == never {
			return
		}
		r.take(i)
	}
}

// setPace draws how far the day of this run is from what was learnt. A few service times do not tell the mean of
// those to come, and officers are not equally quick every day; without this the ranges would be too narrow. Two runs
// each err by the same to either side, so that luck does not move the middle.
func (r *run) setPace() {
	pair, side := r.n/2, float64(1-2*(r.n%2))
	day := 0.1 * normal(-1, pair)
	for i := range r.pace {
		r.pace[i] = math.Exp(side * (day + normal(-2-int64(i), pair)*r.doubt[i]))
	}
}

func (r *run) draw(service int, u float64) time.Duration {
	return time.Duration(float64(r.times[service].draw(u)) * r.pace[service])
}

// take lets desk i call its next ticket, after it has met the probes that it would have called instead.
func (r *run) take(i int) {
	d, now := &r.desks[i], r.free[i]
	r.fronts = r.fronts[:0]
	for k := range d.tiers {
		r.fronts = append(r.fronts, r.front(&d.tiers[k]))
	}
	for k := range d.tiers {
		for _, service := range d.tiers[k].services {
			r.meet(d, k, service, now)
		}
	}
	k := d.choose(r.fronts, now)
	if k < 0 {
		r.free[i] = never
		return
	}
	e := r.fronts[k]
	r.note(e, now)
	r.next[e.service]++
	r.free[i] = now + (turnover + r.draw(e.service, random(e.order, r.n))).Milliseconds()
}

// meet notes the waits of the service's probes that desk d would call now.
func (r *run) meet(d *desk, tier, service int, now int64) {
	left := r.open[service][:0]
	for _, p := range r.open[service] {
		if first := r.fronts[tier]; first == nobody || p.before(first) {
			r.fronts[tier] = p
			chosen := d.choose(r.fronts, now) == tier
			r.fronts[tier] = first
			if chosen {
				r.note(p, now)
				continue
			}
		}
		left = append(left, p)
	}
	r.open[service] = left
}

func (r *run) note(e entry, now int64) {
	r.waits[e.slot] = append(r.waits[e.slot], int32(min(now, math.MaxInt32))) //nolint:gosec // bounded by the min
}

// front returns the waiting ticket of the tier with the earliest claim, or nobody.
func (r *run) front(t *deskTier) entry {
	first := nobody
	for _, i := range t.services {
		if q := r.queues[i]; r.next[i] < len(q) && (first == nobody || q[r.next[i]].before(first)) {
			first = q[r.next[i]]
		}
	}
	return first
}

// choose is the rule of Office.NextFor on the fronts of the desk's tiers; it returns a tier, or -1.
func (d *desk) choose(fronts []entry, now int64) int {
	next := -1
	for k, first := range fronts {
		if first == nobody {
			continue
		}
		limit := d.tiers[k].limit
		if next < 0 || limit > 0 && now-first.due > limit && first.before(fronts[next]) {
			next = k
		}
	}
	return next
}

// firstFree draws when the desk has done with the ticket that it has now.
func (r *run) firstFree(d *desk) int64 {
	if !d.busy {
		return 0
	}
	u := random(d.order, r.n)
	if d.walking {
		return (max(0, turnover-d.elapsed) + r.draw(d.service, u)).Milliseconds()
	}
	return r.times[d.service].remaining(d.elapsed, u).Milliseconds()
}

// random returns a number from 0 (included) to 1 (excluded) that depends on the ticket and the run alone, so that the
// forecasts of two moments differ by what happened between them and not by other luck.
func random(order int64, run int) float64 {
	x := uint64(order)*0x9e3779b97f4a7c15 + uint64(run+1)*0xd1b54a32d192ed03 //nolint:gosec // a hash may wrap
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9                                     // the finaliser of SplitMix64 (Steele, Lea, Flood 2014)
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return float64((x^x>>31)>>11) / (1 << 53)
}

// normal returns a standard normal number that depends on its arguments alone (Box and Muller 1958).
func normal(order int64, run int) float64 {
	u, v := random(order, run), random(order, ^run)
	return math.Sqrt(-2*math.Log(1-u)) * math.Cos(2*math.Pi*v)
}
