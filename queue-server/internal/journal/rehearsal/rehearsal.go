// Package rehearsal is a made-up office for tests and benchmarks: a small valid catalogue that is
// open day and night, and a crowd that gives sensible and foolish commands. It is no part of the
// program. Its one invariant: the same seed gives the same commands.
package rehearsal

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"loket/queue-server/internal/queue"
)

// Start is when rehearsals begin: a Monday morning, 08:00 in the office's zone.
var Start = time.Date(2026, 11, 16, 1, 0, 0, 0, time.UTC)

// The services and counters of the catalogue.
var (
	Services = []queue.ServiceID{"ktp", "kk", "pbb"}
	Counters = []queue.CounterID{"c1", "c2", "c3"}
)

// Catalog is a valid catalogue: two agencies, the Services in two series, and three Counters.
func Catalog() queue.Catalog {
	text := func(s string) queue.Text { return queue.Text{ID: s} }
	service := func(id queue.ServiceID, agency queue.AgencyID, series string) queue.Service {
		return queue.Service{
			ID: id, AgencyID: agency, Series: series, ZoneID: "a", Name: text(string(id)), BringShort: text("KTP-el asli"),
			Requirements: []queue.Text{text("KTP-el asli")}, StandardMinutes: 10, Completion: text("15 menit"),
			Procedure: text("Ambil nomor, lalu ke loket."), LegalBasis: "UU 25/2009", Product: text("Dokumen"), Complaint: text("Loket 1"),
		}
	}
	always := []queue.Span{{From: "00:00", To: "24:00"}}
	week := map[string][]queue.Span{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		week[day] = always
	}
	return queue.Catalog{
		Office: queue.OfficeInfo{
			ID: "rehearsal", Name: text("Kantor Latihan"), Place: text("Kota Contoh"), TimeZone: "Asia/Jakarta",
			NoShowPenaltyMinutes: 15, MaxHeadStartMinutes: 15,
		},
		Zones: []queue.Zone{{ID: "a", Name: text("Zona A")}},
		Agencies: []queue.Agency{
			{ID: "dukcapil", Letter: "D", Name: text("Disdukcapil"), Short: text("Disdukcapil"), Color: "#0b5d4a"},
			{ID: "bapenda", Letter: "B", Name: text("Bapenda"), Short: text("Bapenda"), Color: "#7a3b10"},
		},
		Services: []queue.Service{
			service("ktp", "dukcapil", "A"), service("kk", "dukcapil", "A"), service("pbb", "bapenda", "B"),
		},
		Counters: []queue.Counter{
			{ID: "c1", Number: 1, AgencyID: "dukcapil", ZoneID: "a", Tiers: []queue.Tier{{Services: []queue.ServiceID{"ktp"}}, {Services: []queue.ServiceID{"kk"}}}},
			{ID: "c2", Number: 2, AgencyID: "dukcapil", ZoneID: "a", Tiers: []queue.Tier{{Services: []queue.ServiceID{"kk", "ktp"}}}},
			{ID: "c3", Number: 3, AgencyID: "bapenda", ZoneID: "a", Tiers: []queue.Tier{{Services: []queue.ServiceID{"pbb"}}}},
		},
		Schedule: queue.Schedule{Week: week},
	}
}

// Crowd gives commands. It is not safe for concurrent use.
type Crowd struct {
	rng  *rand.Rand
	ids  [16]byte
	last []queue.TicketID // latest tickets, to have something to talk about
}

// NewCrowd returns a crowd that says the same things for the same seed. Crowds of different
// seeds use different ids.
func NewCrowd(seed uint64) *Crowd {
	c := &Crowd{rng: rand.New(rand.NewPCG(seed, 1))} //nolint:gosec // a rehearsal, not a secret
	binary.BigEndian.PutUint64(c.ids[:8], seed)
	return c
}

// ID makes an id in the form of a UUIDv7.
func (c *Crowd) ID() string {
	n := binary.BigEndian.Uint64(c.ids[8:]) + 1
	binary.BigEndian.PutUint64(c.ids[8:], n)
	return fmt.Sprintf("%08x-%04x-7000-8000-%012x", c.ids[0:4], c.ids[6:8], n)
}

func (c *Crowd) head(a queue.Actor) queue.Header {
	return queue.Header{ID: queue.CommandID(c.ID()), Actor: a}
}

// System heads a command of the system itself.
func (c *Crowd) System() queue.Header { return c.head(queue.Actor{Kind: queue.BySystem}) }

// Issue asks for a ticket at the kiosk.
func (c *Crowd) Issue() *queue.IssueTicket {
	id := queue.TicketID(c.ID())
	c.last = append(c.last, id)
	if len(c.last) > 50 {
		c.last = c.last[1:]
	}
	return &queue.IssueTicket{
		Header: c.head(queue.Actor{Kind: queue.ByDevice, ID: "kiosk-1"}), TicketID: id, DeviceID: "kiosk-1",
		ServiceID: Services[c.rng.IntN(len(Services))],
	}
}

// Confirm says that a ticket was printed.
func (c *Crowd) Confirm(id queue.TicketID) *queue.ConfirmTicket {
	return &queue.ConfirmTicket{Header: c.head(queue.Actor{Kind: queue.ByDevice, ID: "kiosk-1"}), TicketID: id, How: "printed"}
}

// Opening returns the commands that set the office up: the catalogue, and officers at all counters.
func (c *Crowd) Opening() []queue.Command {
	out := []queue.Command{&queue.ChangeCatalog{Header: c.System(), Catalog: Catalog()}, &queue.Tick{Header: c.System()}}
	for _, id := range Counters {
		out = append(out, &queue.OpenCounter{Header: c.officer(id), CounterID: id, OfficerID: officerAt(id)})
	}
	return out
}

func officerAt(id queue.CounterID) queue.OfficerID { return "officer-" + queue.OfficerID(id) }

func (c *Crowd) officer(id queue.CounterID) queue.Header {
	return c.head(queue.Actor{Kind: queue.ByOfficer, ID: string(officerAt(id))})
}

// person is one of a few who come again and again.
func (c *Crowd) person() queue.PersonID { return queue.PersonID(fmt.Sprint("person-", c.rng.IntN(20))) }

// Next gives any command; many of them the office will refuse.
func (c *Crowd) Next() queue.Command {
	counter := Counters[c.rng.IntN(len(Counters))]
	ticket := queue.TicketID("no-such-ticket")
	if len(c.last) > 0 {
		ticket = c.last[c.rng.IntN(len(c.last))]
	}
	officer, call := c.officer(counter), queue.CallID(c.ID())
	switch c.rng.IntN(20) {
	case 0, 1, 2:
		return c.Issue()
	case 3:
		issue := c.Issue()
		issue.PersonID = c.person()
		return issue
	case 4, 5, 6, 7:
		return c.Confirm(ticket)
	case 8, 9:
		return &queue.CallNext{Header: officer, CounterID: counter, CallID: call}
	case 10, 11:
		return &queue.StartTicket{Header: officer, CounterID: counter}
	case 12, 13:
		return &queue.CompleteTicket{Header: officer, CounterID: counter}
	case 14:
		return &queue.NoShowTicket{Header: officer, CounterID: counter}
	case 15:
		return &queue.HoldTicket{Header: officer, CounterID: counter}
	default:
		return c.rare(counter, ticket, officer, call)
	}
}

func (c *Crowd) rare(counter queue.CounterID, ticket queue.TicketID, officer queue.Header, call queue.CallID) queue.Command {
	switch c.rng.IntN(12) {
	case 0:
		return &queue.CallTicket{Header: officer, CounterID: counter, TicketID: ticket, CallID: call}
	case 1:
		return &queue.RecallTicket{Header: officer, CounterID: counter, CallID: call}
	case 2:
		return &queue.ResumeTicket{Header: officer, CounterID: counter, TicketID: ticket}
	case 3:
		return &queue.TransferTicket{Header: officer, CounterID: counter, ServiceID: Services[c.rng.IntN(len(Services))]}
	case 4:
		return &queue.RequeueTicket{Header: officer, TicketID: ticket}
	case 5:
		return &queue.CancelTicket{Header: officer, TicketID: ticket, Reason: "citizen"}
	case 6, 7:
		return &queue.OpenCounter{Header: officer, CounterID: counter, OfficerID: officerAt(counter)}
	case 8:
		return &queue.PauseCounter{Header: officer, CounterID: counter}
	case 9:
		return &queue.CloseCounter{Header: officer, CounterID: counter}
	case 10:
		return &queue.IdentifyTicket{Header: officer, TicketID: ticket, PersonID: c.person()}
	default:
		return &queue.ReportTrouble{Header: c.head(queue.Actor{Kind: queue.ByDevice, ID: "kiosk-1"}), DeviceID: "kiosk-1", Part: "printer", Cause: "paper_out"}
	}
}
