package stream

import (
	"context"
	"crypto/subtle"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

// The methods by which a ticket is found again and its slip printed once more.

const (
	// missEvery and missBurst bound how often a kiosk may ask for tickets that there are not: 17,000 times a day
	// for the million values of a code that lives for that day. A citizen who mistypes does not notice.
	missEvery = 5 * time.Second
	missBurst = 10
)

// misses counts, for each kiosk, the tries that found nothing.
type misses struct {
	mu      sync.Mutex
	devices map[queue.DeviceID]*rate.Limiter // as many as there are kiosks
}

func (m *misses) of(d queue.DeviceID) *rate.Limiter {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.devices == nil {
		m.devices = make(map[queue.DeviceID]*rate.Limiter)
	}
	if m.devices[d] == nil {
		m.devices[d] = rate.NewLimiter(rate.Every(missEvery), missBurst)
	}
	return m.devices[d]
}

// findTicket finds a ticket by what its holder has. That a number does not exist and that the code is not its
// own are told alike.
func findTicket(_ context.Context, c *call, p protocol.FindParams) (any, error) {
	if (p.Token == "") == (p.Number == "" || p.Code == "") {
		return nil, invalid("either token, or number and code")
	}
	tries, now := c.s.misses.of(c.who.Device), c.s.cfg.Clock()
	if tries.TokensAt(now) < 1 {
		return nil, &protocol.Error{Code: protocol.CodeRateLimited, Message: "too many tries that found nothing"}
	}
	var out protocol.FindResult
	id, ok := c.held(p)
	if ok {
		ok = c.s.look(func(g *view.Glance) (ok bool) { out, ok = g.Found(id, c.s.cfg.PublicURL); return ok })
	}
	if !ok || out.State == string(queue.Printing) { // nobody holds it yet
		tries.AllowN(now, 1)
		return nil, &protocol.Error{Code: protocol.CodeTicketNotFound, Message: "no ticket of today has this number and code, or this token"}
	}
	return out, nil
}

// held finds the ticket that somebody holds a slip of.
func (c *call) held(p protocol.FindParams) (id queue.TicketID, ok bool) {
	if p.Token != "" {
		return c.s.Ticket(p.Token)
	}
	code, ok := protocol.CanonicalCode(p.Code)
	if !ok {
		return "", false
	}
	id, err := c.numbered(p.Number)
	if err != nil {
		return "", false
	}
	token, err := protocol.TicketToken(string(id))
	if err != nil {
		return "", false // the method that issues refuses such ids
	}
	return id, subtle.ConstantTimeCompare([]byte(protocol.TicketCode(token)), []byte(code)) == 1
}

// reprintTicket records a copy of a slip. A kiosk prints its own then; an officer's goes to a kiosk as a job.
func reprintTicket(ctx context.Context, c *call, p protocol.ReprintParams) (any, error) {
	if c.who.Role == protocol.RoleKiosk {
		return c.reprintHere(ctx, queue.TicketID(p.TicketID))
	}
	if !isUUID(p.JobID) {
		return nil, invalid("job_id must be a UUIDv7 in lower case")
	}
	if device, ok := c.s.prints.known(p.JobID); ok { // a repeat
		return protocol.ReprintResult{DeviceID: string(device)}, nil
	}
	id, err := c.numbered(p.Number)
	if err != nil {
		return nil, err
	}
	var device queue.DeviceID
	if !c.s.look(func(g *view.Glance) (ok bool) { device, ok = g.PrinterFor(id, queue.DeviceID(p.DeviceID)); return ok }) {
		return nil, &protocol.Error{Code: protocol.CodeKioskUnavailable, Message: "no kiosk, or not this one, can print now"}
	}
	if _, err := c.do(ctx, &queue.ReprintTicket{Header: c.header(), TicketID: id, DeviceID: device}); err != nil {
		return nil, err
	}
	c.s.prints.add(view.Print{ID: p.JobID, Ticket: id, Device: device, Officer: queue.OfficerID(c.who.Officer.ID)}, c.s.cfg.Clock())
	return protocol.ReprintResult{DeviceID: string(device)}, nil
}

// reprintHere records the copy of a ticket that a citizen found at the kiosk: its id is known to who found it only.
func (c *call) reprintHere(ctx context.Context, id queue.TicketID) (any, error) {
	_, err := c.do(ctx, &queue.ReprintTicket{Header: c.header(), TicketID: id, DeviceID: c.who.Device})
	return protocol.ReprintResult{DeviceID: string(c.who.Device)}, err
}

// ticketPrinted takes the end of a job of this kiosk.
func ticketPrinted(_ context.Context, c *call, p protocol.PrintedParams) (any, error) {
	if len(p.Cause) > maxID {
		return nil, invalid("cause may have at most 64 characters")
	}
	if !c.s.prints.end(p.JobID, c.who.Device, p.Cause, c.s.cfg.Clock()) {
		return nil, &protocol.Error{Code: protocol.CodePrintUnknown, Message: "this kiosk has no such job"}
	}
	return protocol.Empty{}, nil
}
