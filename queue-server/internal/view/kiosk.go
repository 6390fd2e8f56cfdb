package view

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// maxNowServing bounds the strip of latest calls on the kiosk.
const maxNowServing = 3

// Kiosk is the topic "kiosk".
func (g *Glance) Kiosk() protocol.KioskView {
	v := protocol.KioskView{
		Office: g.Office(), CatalogVersion: g.version,
		Services: make([]protocol.ServiceState, 0, len(g.o.Catalog.Services)), NowServing: []protocol.Serving{},
	}
	for i := range g.o.Catalog.Services {
		id := g.o.Catalog.Services[i].ID
		open, code := g.o.Open(id, g.at)
		v.Services = append(v.Services, protocol.ServiceState{
			ID: string(id), Open: open, ClosedCode: string(code), Waiting: g.waitingFor(id), Wait: minutes(g.wait(id)),
		})
		if open {
			v.Open = true
		} else if v.ClosedCode == "" || code == queue.CodeOfficeClosed {
			v.ClosedCode = string(code) // a closed office says more than a full service
		}
	}
	if v.Open {
		v.ClosedCode = ""
	}
	for _, call := range g.o.Calls {
		c := g.counter(call.CounterID)
		if c == nil || len(v.NowServing) == maxNowServing {
			continue
		}
		v.NowServing = append(v.NowServing, protocol.Serving{Number: call.Number.String(), Counter: c.Number})
	}
	v.Prints = g.printJobs()
	return v
}

// maxPrints bounds the copies that kiosks are told of at a time; the newest count.
const maxPrints = 8

// printJobs are the copies that no kiosk has answered yet.
func (g *Glance) printJobs() []protocol.PrintJob {
	var jobs []protocol.PrintJob
	for _, p := range g.prints {
		if p.State != protocol.PrintSent {
			continue
		}
		if t, ok := g.Found(p.Ticket, g.publicURL); ok {
			jobs = append(jobs, protocol.PrintJob{
				ID: p.ID, DeviceID: string(p.Device), TicketID: t.TicketID, Number: t.Number, ServiceID: t.ServiceID,
				Address: t.Address, Ahead: t.Ahead, Wait: t.Wait, IssuedAt: t.IssuedAt,
				State: t.State, Counter: t.Counter,
			})
		}
	}
	return jobs[max(0, len(jobs)-maxPrints):]
}

// Catalog is what a kiosk needs to know of the office, with its version filled in.
func Catalog(c *queue.Catalog) (protocol.Catalog, error) {
	out := protocol.Catalog{
		Office: Office(c), Agencies: []protocol.Agency{}, Services: []protocol.Service{},
	}
	zones := make(map[queue.ZoneID]protocol.Text, len(c.Zones))
	for _, z := range c.Zones {
		zones[z.ID] = text(z.Name)
	}
	for i := range c.Agencies {
		out.Agencies = append(out.Agencies, agency(&c.Agencies[i]))
	}
	for i := range c.Services {
		out.Services = append(out.Services, service(&c.Services[i], zones[c.Services[i].ZoneID]))
	}
	for i := range c.Priorities {
		p := &c.Priorities[i]
		out.Priorities = append(out.Priorities, protocol.PriorityClass{ID: p.ID, Name: text(p.Name), Note: text(p.Note)})
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return out, fmt.Errorf("encode catalogue: %w", err)
	}
	sum := sha256.Sum256(raw)
	out.Version = hex.EncodeToString(sum[:8])
	return out, nil
}

func service(s *queue.Service, zone protocol.Text) protocol.Service {
	return protocol.Service{
		ID: string(s.ID), AgencyID: string(s.AgencyID), Series: s.Series, Zone: zone, Name: text(s.Name),
		Requirements: texts(s.Requirements), BringShort: text(s.BringShort), StandardMinutes: s.StandardMinutes,
		Completion: text(s.Completion), FeeRupiah: s.FeeRupiah, FeeNote: text(s.FeeNote), LegalBasis: s.LegalBasis,
		Product: text(s.Product), Complaint: text(s.Complaint), Keywords: s.Keywords,
		Identity: s.Identity,
	}
}

// Issued is the result of issuing a ticket, with its address under publicURL. ok is false when the
// office does not have the ticket.
func (g *Glance) Issued(id queue.TicketID, publicURL string) (r protocol.IssueResult, ok bool) {
	t := g.o.Tickets[id]
	if t == nil {
		return r, false
	}
	token, err := protocol.TicketToken(string(id))
	if err != nil {
		return r, false // the method that issues refuses such ids
	}
	var wait queue.WaitRange
	if t.State == queue.Printing && t.Priority != "" { // she goes before others, and the shared forecast does not know her yet
		wait = g.o.EstimateTicket(id, g.at)
	} else {
		wait = g.waitOf(id) // as Found says it later
	}
	return protocol.IssueResult{
		TicketID: string(id), Number: t.Number.String(), Token: token, Address: Address(publicURL, token),
		Ahead: wait.Ahead, Wait: minutes(wait), IssuedAt: t.IssuedAt.In(g.o.Catalog.Location()).Format(time.RFC3339),
	}, true
}

// Found is a ticket as its holder finds it again, with its address under publicURL. ok is false when the
// office does not have the ticket.
func (g *Glance) Found(id queue.TicketID, publicURL string) (r protocol.FindResult, ok bool) {
	t := g.o.Tickets[id]
	if t == nil {
		return r, false
	}
	token, err := protocol.TicketToken(string(id))
	if err != nil {
		return r, false // the method that issues refuses such ids
	}
	r = protocol.FindResult{
		TicketID: string(id), Number: t.Number.String(), ServiceID: string(t.ServiceID), Address: Address(publicURL, token),
		State: string(t.State), IssuedAt: t.IssuedAt.In(g.o.Catalog.Location()).Format(time.RFC3339),
	}
	switch t.State {
	case queue.Waiting:
		wait := g.waitOf(id)
		r.Ahead, r.Wait = wait.Ahead, minutes(wait)
	case queue.Called, queue.Serving:
		if c := g.counter(t.CounterID); c != nil {
			r.Counter = c.Number
		}
	case queue.Printing, queue.Held, queue.NoShow, queue.Completed, queue.Cancelled, queue.Expired:
	}
	return r, true
}

// Address is the URL of a ticket. It is in capitals, which a QR code packs more tightly, unless
// publicURL has a path of its own whose case may matter.
func Address(publicURL, token string) string {
	base := strings.TrimSuffix(publicURL, "/")
	if rest := base[strings.Index(base, "://")+3:]; strings.Contains(rest, "/") {
		return base + "/t/" + token
	}
	return strings.ToUpper(base) + "/T/" + token
}
