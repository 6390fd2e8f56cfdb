package view

import (
	"slices"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// WholeHall is the zone of the board that shows every zone.
const WholeHall = "all"

// maxBoardCalls bounds the calls in a board's view.
const maxBoardCalls = 12

// Board is the topic "board/<zone>"; ok is false when there is no such zone.
func (g *Glance) Board(zone queue.ZoneID) (v protocol.BoardView, ok bool) {
	v = protocol.BoardView{
		Office: g.Office(), Calls: []protocol.BoardCall{}, Zones: []protocol.BoardZone{},
		RunningText: texts(g.o.Catalog.RunningText),
	}
	for _, z := range g.o.Catalog.Zones {
		if zone != WholeHall && z.ID != zone {
			continue
		}
		ok = true
		if zone != WholeHall {
			v.Zone = text(z.Name)
		}
		bz := g.boardZone(z)
		v.Waiting += bz.Waiting
		v.Zones = append(v.Zones, bz)
	}
	for _, call := range g.o.Calls {
		c := g.counter(call.CounterID)
		if c == nil || (zone != WholeHall && c.ZoneID != zone) {
			continue
		}
		if len(v.Calls) == maxBoardCalls {
			break
		}
		v.Calls = append(v.Calls, g.boardCall(call, c))
	}
	v.Longest = g.longest(zone)
	return v, ok || zone == WholeHall
}

func (g *Glance) boardCall(call queue.Call, c *queue.Counter) protocol.BoardCall {
	a := g.agencyOf(call.ServiceID)
	return protocol.BoardCall{
		ID: string(call.ID), Number: call.Number.String(), Counter: c.Number,
		Agency: text(a.Short), Letter: a.Letter, Color: a.Color, Service: g.serviceName(call.ServiceID),
		At: call.At, Repeat: call.Repeat,
	}
}

func (g *Glance) boardZone(z queue.Zone) protocol.BoardZone {
	bz := protocol.BoardZone{ID: string(z.ID), Name: text(z.Name), Serving: []protocol.BoardCounter{}}
	for i := range g.o.Catalog.Services {
		if s := &g.o.Catalog.Services[i]; s.ZoneID == z.ID {
			bz.Waiting += g.waitingFor(s.ID)
		}
	}
	for i := range g.o.Catalog.Counters {
		c := &g.o.Catalog.Counters[i]
		state := g.counterState(c.ID)
		if c.ZoneID != z.ID || state.Status == queue.CounterClosed {
			continue
		}
		a := g.agency(c.AgencyID)
		bc := protocol.BoardCounter{
			Counter: c.Number, Letter: a.Letter, Color: a.Color, Paused: state.Status == queue.CounterPaused,
		}
		if t := g.o.Tickets[state.TicketID]; t != nil {
			bc.Number = t.Number.String()
		}
		bz.Serving = append(bz.Serving, bc)
	}
	slices.SortFunc(bz.Serving, func(a, b protocol.BoardCounter) int { return a.Counter - b.Counter })
	return bz
}

// longest names the agency where somebody waits and a ticket taken now would wait longest.
func (g *Glance) longest(zone queue.ZoneID) *protocol.BoardLongest {
	var best *protocol.BoardLongest
	for i := range g.o.Catalog.Services {
		s := &g.o.Catalog.Services[i]
		if (zone != WholeHall && s.ZoneID != zone) || g.waitingFor(s.ID) == 0 {
			continue
		}
		w := minutes(g.wait(s.ID))
		if w.Known && (best == nil || w.High > best.Wait.High) {
			best = &protocol.BoardLongest{Agency: text(g.agency(s.AgencyID).Short), Wait: w}
		}
	}
	return best
}
