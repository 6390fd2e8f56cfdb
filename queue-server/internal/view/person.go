package view

import (
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// personOf is the person of the ticket that an officer is serving, masked; nil when nobody is known.
func (g *Glance) personOf(t *queue.Ticket) *protocol.ConsolePerson {
	if g.persons == nil {
		return nil
	}
	p, ok := g.persons.Sketch(t.PersonID)
	if !ok {
		return nil
	}
	return &p
}

// registry is the population registry as the administrator sees it.
func (g *Glance) registry() protocol.RegistryStatus {
	if g.persons == nil {
		return protocol.RegistryStatus{Adapter: "none", State: protocol.WhyOff}
	}
	return g.persons.Status()
}
