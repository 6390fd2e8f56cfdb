package queue

import (
	"cmp"
	"container/heap"
	"slices"
	"sort"
	"time"
)

// compare orders tickets by their claim: the due time, then the order of issue.
func compare(a, b *Ticket) int {
	if c := a.DueAt.Compare(b.DueAt); c != 0 {
		return c
	}
	return cmp.Compare(a.Order, b.Order)
}

// line is the waiting tickets of one service in call order. Tickets arrive near its end and leave
// at its front, so a sorted slice does both in constant time after the search; what happens in
// the middle moves at most half of the pointers.
type line struct{ tickets []*Ticket }

// ahead returns how many tickets of the line have an earlier claim than t.
func (l *line) ahead(t *Ticket) int {
	if l == nil {
		return 0
	}
	return sort.Search(len(l.tickets), func(i int) bool { return compare(l.tickets[i], t) >= 0 })
}

func (l *line) all() []*Ticket {
	if l == nil {
		return nil
	}
	return l.tickets
}

func (l *line) insert(t *Ticket) {
	l.tickets = slices.Insert(l.tickets, l.ahead(t), t)
}

func (l *line) remove(t *Ticket) {
	i := l.ahead(t)
	if i == len(l.tickets) || l.tickets[i] != t {
		return // not in the line; Apply takes out only what waits
	}
	if i > len(l.tickets)/2 {
		l.tickets = slices.Delete(l.tickets, i, i+1)
		return
	}
	copy(l.tickets[1:i+1], l.tickets[:i])
	l.tickets[0] = nil // the slice forgets it, so the ticket must not be kept alive by it
	l.tickets = l.tickets[1:]
}

func (l *line) front() *Ticket {
	if l == nil || len(l.tickets) == 0 {
		return nil
	}
	return l.tickets[0]
}

// index holds the tickets of the day in the orders in which they are looked for.
type index struct {
	lines    map[ServiceID]*line
	reserved []*Ticket              // by order of issue, those that left printing among them until they are first
	numbers  map[string][]*Ticket   // by series; number n is at n-1
	persons  map[PersonID][]*Ticket // by order of issue; made when the first is known
}

func newIndex(tickets map[TicketID]*Ticket) index {
	x := index{lines: map[ServiceID]*line{}, numbers: map[string][]*Ticket{}}
	all := make([]*Ticket, 0, len(tickets))
	for _, t := range tickets {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *Ticket) int { return cmp.Compare(a.Order, b.Order) })
	for _, t := range all {
		x.numbers[t.Number.Series] = append(x.numbers[t.Number.Series], t)
		x.own(t)
		switch t.State {
		case Waiting:
			l := x.line(t.ServiceID)
			l.tickets = append(l.tickets, t)
		case Printing:
			x.reserved = append(x.reserved, t)
		case Called, Serving, Held, NoShow, Completed, Cancelled, Expired: // in no line
		}
	}
	for _, l := range x.lines {
		slices.SortFunc(l.tickets, compare)
	}
	return x
}

// line returns the line of the service, made when it is needed first.
func (x *index) line(id ServiceID) *line {
	l := x.lines[id]
	if l == nil {
		l = &line{}
		x.lines[id] = l
	}
	return l
}

// trim forgets the first reservations once they left printing.
func (x *index) trim() {
	for len(x.reserved) > 0 && x.reserved[0].State != Printing {
		x.reserved[0] = nil
		x.reserved = x.reserved[1:]
	}
}

// Waiting returns the waiting tickets of the given services (all services if none given) in call order.
func (o *Office) Waiting(services ...ServiceID) []*Ticket {
	return o.FirstWaiting(o.WaitingCount(services...), services...)
}

// FirstWaiting returns the first limit tickets of Waiting without looking at the others.
func (o *Office) FirstWaiting(limit int, services ...ServiceID) []*Ticket {
	lines := o.linesOf(services)
	m := make(merge, 0, len(lines))
	total := 0
	for _, l := range lines {
		if len(l.tickets) > 0 {
			m = append(m, l.tickets)
			total += len(l.tickets)
		}
	}
	out := make([]*Ticket, 0, max(0, min(limit, total)))
	heap.Init(&m)
	for len(m) > 0 && len(out) < limit {
		out = append(out, m[0][0])
		if m[0] = m[0][1:]; len(m[0]) == 0 {
			heap.Pop(&m)
		} else {
			heap.Fix(&m, 0)
		}
	}
	return out
}

// WaitingCount returns how many tickets wait for the given services (all services if none given).
func (o *Office) WaitingCount(services ...ServiceID) int {
	n := 0
	for _, l := range o.linesOf(services) {
		n += len(l.tickets)
	}
	return n
}

// linesOf returns the lines of the services, each once; all lines if none are given.
func (o *Office) linesOf(services []ServiceID) []*line {
	lines := make([]*line, 0, max(len(services), len(o.index.lines)))
	if len(services) == 0 {
		for _, l := range o.index.lines {
			lines = append(lines, l)
		}
		return lines
	}
	for i, id := range services {
		if l := o.index.lines[id]; l != nil && !slices.Contains(services[:i], id) {
			lines = append(lines, l)
		}
	}
	return lines
}

// NextFor returns the ticket that CallNext would call at the counter, or nil. It does not ask
// whether the counter is open or free.
//
// The highest tier that is not empty goes first. A lower tier whose first ticket is due for longer than the
// tier's limit is lifted to the same rank: then the earlier claim goes. So a tier neither starves nor,
// when it is overrun, makes the higher ones starve.
func (o *Office) NextFor(id CounterID, at time.Time) *Ticket {
	c := o.Counter(id)
	if c == nil {
		return nil
	}
	var next *Ticket
	for _, tier := range c.Tiers {
		first := o.frontOf(tier.Services)
		if first == nil {
			continue
		}
		if next == nil || tier.lifted(first.DueAt, at) && compare(first, next) < 0 {
			next = first
		}
	}
	return next
}

// lifted says whether a ticket with this due time lifts its tier at the time.
func (t *Tier) lifted(due, at time.Time) bool {
	return t.LimitMinutes > 0 && at.Sub(due) > time.Duration(t.LimitMinutes)*time.Minute
}

// frontOf returns the waiting ticket with the earliest claim among the services, or nil.
func (o *Office) frontOf(services []ServiceID) *Ticket {
	var first *Ticket
	for _, id := range services {
		if t := o.index.lines[id].front(); t != nil && (first == nil || compare(t, first) < 0) {
			first = t
		}
	}
	return first
}

// merge is a heap of sorted runs, the run with the earliest claim first.
type merge [][]*Ticket

func (m merge) Len() int           { return len(m) }
func (m merge) Less(i, j int) bool { return compare(m[i][0], m[j][0]) < 0 }
func (m merge) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *merge) Push(x any)        { *m = append(*m, x.([]*Ticket)) } // heap.Push is not used with other types
func (m *merge) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}
