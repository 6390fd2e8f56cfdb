// Package view says what one kind of client may see: pure functions from the office's state, and the
// names that accounts give to people and devices, to the views of the wire.
//
// It sends nothing and decides nothing. Its one invariant: a view holds only what its topic may see:
// a kiosk, a board and a citizen's phone get numbers, counters and services, never a person.
package view

import (
	"slices"
	"strings"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// People are the accounts, as values: who works here and which devices are known.
type People struct {
	Users   []protocol.User
	Devices []protocol.Device // without health, which comes from the office's state
}

// user returns the display name of an officer, or an empty string.
func (p People) user(id queue.OfficerID) string {
	for _, u := range p.Users {
		if u.ID == string(id) {
			return u.Name
		}
	}
	return ""
}

// device returns the name of a device, or its id.
func (p People) device(id queue.DeviceID) string {
	for _, d := range p.Devices {
		if d.ID == string(id) {
			return d.Name
		}
	}
	return string(id)
}

// Name is what the office calls an officer or a device; empty for who has no name.
func (p People) Name(a queue.Actor) string {
	switch a.Kind {
	case queue.ByOfficer:
		return p.user(queue.OfficerID(a.ID))
	case queue.ByDevice:
		return p.device(queue.DeviceID(a.ID))
	case queue.BySystem, queue.ByCitizen:
	}
	return ""
}

// Glance is one look at the office at one moment. Views made from the same glance share what is
// costly to find out. It must not outlive the call in which the office may be read, and is not safe
// for concurrent use.
type Glance struct {
	o       *queue.Office
	at      time.Time
	people  People
	version string
	prints  []Print
	// publicURL is where tickets have their pages; only prints need it.
	publicURL string
	persons   Persons // nil: none

	waits    *Waits
	aside    []*queue.Ticket // held and no-show tickets, by number
	byState  map[queue.TicketState]int
	services map[queue.ServiceID]*queue.Service
	agencies map[queue.AgencyID]*queue.Agency
}

// Look takes a glance at the office. version is that of its catalogue (CatalogVersion), which the
// caller keeps because it is costly and changes rarely.
func Look(o *queue.Office, at time.Time, people People, version string) *Glance {
	g := &Glance{o: o, at: at, people: people, version: version, waits: &Waits{}}
	g.services = make(map[queue.ServiceID]*queue.Service, len(o.Catalog.Services))
	for i := range o.Catalog.Services {
		g.services[o.Catalog.Services[i].ID] = &o.Catalog.Services[i]
	}
	g.agencies = make(map[queue.AgencyID]*queue.Agency, len(o.Catalog.Agencies))
	for i := range o.Catalog.Agencies {
		g.agencies[o.Catalog.Agencies[i].ID] = &o.Catalog.Agencies[i]
	}
	return g
}

// Print is a copy of a ticket's slip that an officer asked a kiosk for.
type Print struct {
	ID      string
	Ticket  queue.TicketID
	Device  queue.DeviceID
	Officer queue.OfficerID
	State   string // one of protocol.PrintSent and its like
	Cause   string // of a failure
}

// Persons is what the glance may know of persons: masked, and from memory.
type Persons interface {
	Sketch(id queue.PersonID) (protocol.ConsolePerson, bool)
	Status() protocol.RegistryStatus
}

// WithPersons gives the glance the persons whose tickets officers serve, and the registry. Without it there are none.
func (g *Glance) WithPersons(p Persons) { g.persons = p }

// WithPrints gives the glance the copies that are asked for, oldest first, and the URL under which their tickets' pages are.
func (g *Glance) WithPrints(prints []Print, publicURL string) {
	g.prints, g.publicURL = prints, publicURL
}

func text(t queue.Text) protocol.Text { return protocol.Text(t) }

func texts(in []queue.Text) []protocol.Text {
	out := make([]protocol.Text, len(in))
	for i, t := range in {
		out[i] = text(t)
	}
	return out
}

// minutes turns a simulated wait into whole minutes: the low end rounded down, the high end up.
func minutes(w queue.WaitRange) protocol.WaitRange {
	if !w.Known {
		return protocol.WaitRange{}
	}
	return protocol.WaitRange{
		Known: true, Low: int(w.Low / time.Minute), High: int((w.High + time.Minute - 1) / time.Minute),
	}
}

// Office returns who and where the office is.
func (g *Glance) Office() protocol.Office { return Office(&g.o.Catalog) }

// Office returns who and where the office of a catalogue is.
func Office(c *queue.Catalog) protocol.Office {
	info := c.Office
	return protocol.Office{
		ID: string(info.ID), Name: text(info.Name), Place: text(info.Place),
		TimeZone: info.TimeZone, Zone: c.ZoneAbbreviation(),
	}
}

func agency(a *queue.Agency) protocol.Agency {
	if a == nil {
		return protocol.Agency{}
	}
	return protocol.Agency{
		ID: string(a.ID), Letter: a.Letter, Name: text(a.Name), Short: text(a.Short), Color: a.Color,
	}
}

// agencyOf returns the agency of a service; an empty one when the catalogue lost it.
func (g *Glance) agencyOf(id queue.ServiceID) queue.Agency {
	if s := g.services[id]; s != nil {
		return g.agency(s.AgencyID)
	}
	return queue.Agency{}
}

func (g *Glance) agency(id queue.AgencyID) queue.Agency {
	if a := g.agencies[id]; a != nil {
		return *a
	}
	return queue.Agency{}
}

func (g *Glance) serviceName(id queue.ServiceID) protocol.Text {
	if s := g.services[id]; s != nil {
		return text(s.Name)
	}
	return protocol.Text{ID: string(id)}
}

func (g *Glance) counter(id queue.CounterID) *queue.Counter {
	for i := range g.o.Catalog.Counters {
		if g.o.Catalog.Counters[i].ID == id {
			return &g.o.Catalog.Counters[i]
		}
	}
	return nil
}

// HasCounter says whether the catalogue has a counter.
func (g *Glance) HasCounter(id queue.CounterID) bool { return g.counter(id) != nil }

// HasZone says whether the catalogue has a zone; WholeHall is always there.
func (g *Glance) HasZone(id queue.ZoneID) bool {
	return id == WholeHall || slices.ContainsFunc(g.o.Catalog.Zones, func(z queue.Zone) bool { return z.ID == id })
}

// counterState returns what a counter is doing; a counter nobody ever opened is closed.
func (g *Glance) counterState(id queue.CounterID) queue.CounterState {
	if s := g.o.Counters[id]; s != nil {
		return *s
	}
	return queue.CounterState{Status: queue.CounterClosed}
}

// wait is the simulated wait of a ticket taken now.
func (g *Glance) wait(id queue.ServiceID) queue.WaitRange {
	return g.waits.forecast(g.o, g.at).New(g.o, id)
}

// waitOf is the simulated wait of a ticket that waits.
func (g *Glance) waitOf(id queue.TicketID) queue.WaitRange {
	return g.waits.forecast(g.o, g.at).Ticket(g.o, id)
}

// waitingFor counts the waiting tickets of a service.
func (g *Glance) waitingFor(id queue.ServiceID) int { return g.o.WaitingCount(id) }

// census walks over all tickets once: what was put aside, and how many there are in each state.
func (g *Glance) census() {
	if g.byState != nil {
		return
	}
	g.byState = make(map[queue.TicketState]int)
	for _, t := range g.o.Tickets {
		g.byState[t.State]++
		if t.State == queue.Held || t.State == queue.NoShow {
			g.aside = append(g.aside, t)
		}
	}
	slices.SortFunc(g.aside, func(a, b *queue.Ticket) int { return strings.Compare(a.Number.String(), b.Number.String()) })
}

// servicesOf lists the services of a counter, in the order of its tiers.
func servicesOf(c *queue.Counter) []queue.ServiceID {
	var ids []queue.ServiceID
	for _, t := range c.Tiers {
		ids = append(ids, t.Services...)
	}
	return ids
}

func (g *Glance) troubles(id queue.DeviceID) []protocol.DeviceTrouble {
	state := g.o.Devices[id]
	if state == nil {
		return nil
	}
	var out []protocol.DeviceTrouble
	for _, t := range state.Troubles {
		out = append(out, protocol.DeviceTrouble{
			DeviceID: string(id), Device: g.people.device(id), Part: t.Part, Cause: t.Cause, Since: t.Since,
		})
	}
	return out
}
