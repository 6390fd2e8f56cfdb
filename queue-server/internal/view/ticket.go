package view

import (
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// Ticket is the topic "ticket/<token>": a citizen's own ticket. aheadAtIssue is how many were before
// her when she took it, 0 when nobody remembers. ok is false when the office does not have the ticket.
func (g *Glance) Ticket(id queue.TicketID, aheadAtIssue int) (v protocol.TicketView, ok bool) {
	t := g.o.Tickets[id]
	if t == nil {
		return v, false
	}
	a := g.agencyOf(t.ServiceID)
	v = protocol.TicketView{
		Office: g.Office(), Number: t.Number.String(), State: string(t.State), Agency: agency(&a),
		Service: g.serviceName(t.ServiceID), Requirements: []protocol.Text{}, AheadAtIssue: aheadAtIssue,
	}
	if s := g.services[t.ServiceID]; s != nil {
		v.Requirements = texts(s.Requirements)
		for _, z := range g.o.Catalog.Zones {
			if z.ID == s.ZoneID {
				v.Zone = text(z.Name)
			}
		}
	}
	switch t.State {
	case queue.Waiting:
		wait := g.waitOf(id)
		v.Ahead, v.Wait, v.CanCancel = wait.Ahead, minutes(wait), true
	case queue.Held, queue.NoShow:
		v.CanCancel = true
	case queue.Called, queue.Serving:
		if c := g.counter(t.CounterID); c != nil {
			v.Counter = c.Number
		}
		v.CallID = string(t.CallID)
	case queue.Printing, queue.Completed, queue.Cancelled, queue.Expired:
	}
	return v, true
}
