package view

import (
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// Supervisor is the topic "supervisor": the administrator's page.
func (g *Glance) Supervisor(who protocol.Officer) protocol.SupervisorView {
	v := protocol.SupervisorView{
		Office: g.Office(), Officer: who, Day: string(g.o.Day), Users: g.people.Users,
		Agencies: []protocol.Agency{}, Zones: []protocol.Zone{}, Counters: []protocol.CounterConfig{},
		Services: []protocol.ServiceConfig{}, Devices: []protocol.Device{}, Totals: g.totals(), Registry: g.registry(),
	}
	if v.Users == nil {
		v.Users = []protocol.User{}
	}
	zones := make(map[queue.ZoneID]protocol.Text)
	for _, z := range g.o.Catalog.Zones {
		zones[z.ID] = text(z.Name)
		v.Zones = append(v.Zones, protocol.Zone{ID: string(z.ID), Name: text(z.Name)})
	}
	for i := range g.o.Catalog.Agencies {
		v.Agencies = append(v.Agencies, agency(&g.o.Catalog.Agencies[i]))
	}
	for i := range g.o.Catalog.Counters {
		v.Counters = append(v.Counters, g.counterConfig(&g.o.Catalog.Counters[i]))
	}
	for i := range g.o.Catalog.Services {
		s := &g.o.Catalog.Services[i]
		v.Services = append(v.Services, protocol.ServiceConfig{
			Service: service(s, zones[s.ZoneID]), ZoneID: string(s.ZoneID), Procedure: text(s.Procedure),
			DailyQuota: s.DailyQuota, LastTicket: s.LastTicket, PersonLimit: s.PersonLimit, Closed: s.Closed,
			Issued: g.o.Issued[s.ID],
		})
	}
	for _, d := range g.people.Devices {
		v.Devices = append(v.Devices, g.health(d))
	}
	return v
}

func (g *Glance) counterConfig(c *queue.Counter) protocol.CounterConfig {
	state := g.counterState(c.ID)
	cc := protocol.CounterConfig{
		ID: string(c.ID), Number: c.Number, AgencyID: string(c.AgencyID), ZoneID: string(c.ZoneID),
		Tiers: make([]protocol.Tier, 0, len(c.Tiers)), Status: string(state.Status),
	}
	if state.Status != queue.CounterClosed {
		cc.Officer = g.people.user(state.OfficerID)
	}
	for _, t := range c.Tiers {
		tier := protocol.Tier{Services: make([]string, len(t.Services)), LimitMinutes: t.LimitMinutes}
		for i, id := range t.Services {
			tier.Services[i] = string(id)
		}
		cc.Tiers = append(cc.Tiers, tier)
	}
	return cc
}

// health joins what accounts know of a device with what the office knows of it.
func (g *Glance) health(d protocol.Device) protocol.Device {
	if state := g.o.Devices[queue.DeviceID(d.ID)]; state != nil {
		d.Online, d.Since = state.Online, moment(state.Since)
		d.Troubles = g.troubles(queue.DeviceID(d.ID))
	}
	return d
}

func (g *Glance) totals() protocol.Totals {
	g.census()
	n := g.byState
	return protocol.Totals{
		Issued: len(g.o.Tickets), Waiting: n[queue.Waiting] + n[queue.Held], Serving: n[queue.Called] + n[queue.Serving],
		Completed: n[queue.Completed], NoShow: n[queue.NoShow], Cancelled: n[queue.Cancelled], Expired: n[queue.Expired],
	}
}
