package view

import (
	"slices"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// maxConsoleWaiting bounds the waiting list of a console.
const maxConsoleWaiting = 100

// longWait is how long a citizen may wait before the console counts her as waiting too long.
const longWait = 30 * time.Minute

// Lobby is the topic "console": the choice of a counter.
func (g *Glance) Lobby(who protocol.Officer) protocol.LobbyView {
	v := protocol.LobbyView{Office: g.Office(), Officer: who, Counters: []protocol.LobbyCounter{}}
	for i := range g.o.Catalog.Counters {
		c := &g.o.Catalog.Counters[i]
		v.Counters = append(v.Counters, g.lobbyCounter(c))
		if s := g.counterState(c.ID); s.Status != queue.CounterClosed && string(s.OfficerID) == who.ID {
			v.Mine = string(c.ID)
		}
	}
	slices.SortFunc(v.Counters, func(a, b protocol.LobbyCounter) int { return a.Number - b.Number })
	return v
}

func (g *Glance) lobbyCounter(c *queue.Counter) protocol.LobbyCounter {
	state, a := g.counterState(c.ID), g.agency(c.AgencyID)
	lc := protocol.LobbyCounter{
		ID: string(c.ID), Number: c.Number, Agency: text(a.Short), Letter: a.Letter, Color: a.Color,
		Status: string(state.Status),
	}
	if state.Status != queue.CounterClosed {
		lc.Officer = g.people.user(state.OfficerID)
	}
	for _, id := range servicesOf(c) {
		lc.Waiting += g.waitingFor(id)
	}
	return lc
}

// Console is the topic "console/<counter>"; ok is false when there is no such counter.
func (g *Glance) Console(id queue.CounterID, who protocol.Officer) (v protocol.ConsoleView, ok bool) {
	c := g.counter(id)
	if c == nil {
		return v, false
	}
	state := g.counterState(id)
	v = protocol.ConsoleView{
		Office: g.Office(), Officer: who, Counter: g.lobbyCounter(c),
		Waiting: []protocol.ConsoleTicket{}, Held: []protocol.ConsoleTicket{}, NoShow: []protocol.ConsoleTicket{},
		Targets: g.targets(), Stats: protocol.ConsoleStats{Served: state.Served},
	}
	if state.Served > 0 {
		v.Stats.AverageSeconds = int(state.ServedFor.Seconds()) / state.Served
	}
	v.Current = g.consoleTicket(g.o.Tickets[state.TicketID])
	if v.Current != nil && string(state.OfficerID) == who.ID { // nobody else who follows this counter
		v.Current.Person = g.personOf(g.o.Tickets[state.TicketID])
	}
	v.Next = g.consoleTicket(g.o.NextFor(id, g.at))
	services := servicesOf(c)
	for i, t := range g.waitingOf(services) {
		if since(t).Add(longWait).Before(g.at) {
			v.Stats.OverStandard++
		}
		if i < maxConsoleWaiting {
			v.Waiting = append(v.Waiting, *g.consoleTicket(t))
		}
	}
	g.census()
	for _, t := range g.aside {
		if t.CounterID != id && !slices.Contains(services, t.ServiceID) {
			continue
		}
		if t.State == queue.Held {
			v.Held = append(v.Held, *g.consoleTicket(t))
		} else {
			v.NoShow = append(v.NoShow, *g.consoleTicket(t))
		}
	}
	for _, d := range g.people.Devices {
		v.Troubles = append(v.Troubles, g.troubles(queue.DeviceID(d.ID))...)
	}
	v.Kiosks, v.Prints = g.kiosks(), g.printsOf(queue.OfficerID(who.ID))
	return v, true
}

// waitingOf lists the waiting tickets of some services; none, when there are no services, since the
// queue takes no services for all of them.
func (g *Glance) waitingOf(services []queue.ServiceID) []*queue.Ticket {
	if len(services) == 0 {
		return nil
	}
	return g.o.Waiting(services...)
}

// since is when the wait that counts began: confirmed, or issued.
func since(t *queue.Ticket) time.Time {
	if t.ConfirmedAt.IsZero() {
		return t.IssuedAt
	}
	return t.ConfirmedAt
}

func (g *Glance) consoleTicket(t *queue.Ticket) *protocol.ConsoleTicket {
	if t == nil {
		return nil
	}
	ct := &protocol.ConsoleTicket{
		Number: t.Number.String(), Service: g.serviceName(t.ServiceID), State: string(t.State),
		IssuedAt: t.IssuedAt, WaitedSince: since(t), CalledAt: moment(t.CalledAt), StartedAt: moment(t.StartedAt),
		Calls: t.Calls, KioskID: string(t.DeviceID),
	}
	if s := g.services[t.ServiceID]; s != nil {
		ct.StandardMinutes = s.StandardMinutes
	}
	if p := g.o.Priority(t.Priority); p != nil {
		ct.Priority = text(p.Name)
	}
	return ct
}

// moment makes a time that has not come yet absent.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// targets lists every service, with whether some counter that is open serves it.
func (g *Glance) targets() []protocol.Target {
	served := make(map[queue.ServiceID]bool)
	for i := range g.o.Catalog.Counters {
		c := &g.o.Catalog.Counters[i]
		if g.counterState(c.ID).Status == queue.CounterOpen {
			for _, id := range servicesOf(c) {
				served[id] = true
			}
		}
	}
	out := make([]protocol.Target, 0, len(g.o.Catalog.Services))
	for i := range g.o.Catalog.Services {
		s := &g.o.Catalog.Services[i]
		a := g.agency(s.AgencyID)
		out = append(out, protocol.Target{
			ServiceID: string(s.ID), Agency: text(a.Short), Service: text(s.Name),
			Letter: a.Letter, Color: a.Color, Open: served[s.ID],
		})
	}
	return out
}
