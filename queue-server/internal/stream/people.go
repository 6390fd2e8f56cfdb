package stream

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

// people keeps the users and devices as the views need them, read again after each change.
type people struct {
	cached  atomic.Pointer[view.People]
	changed chan struct{} // capacity 1; one waiting signal is enough
}

func (p *people) now() view.People { return *p.cached.Load() }

// load reads users and devices from the accounts.
func (p *people) load(ctx context.Context, accounts Accounts) error {
	if p.changed == nil {
		p.changed = make(chan struct{}, 1)
	}
	users, err := accounts.Users(ctx)
	if err != nil {
		return fmt.Errorf("read users: %w", err)
	}
	devices, err := accounts.Devices(ctx)
	if err != nil {
		return fmt.Errorf("read devices: %w", err)
	}
	fresh := &view.People{}
	for _, u := range users {
		fresh.Users = append(fresh.Users, protocol.User{
			ID: string(u.ID), Login: u.Login, Name: u.Name, Role: u.Role, Disabled: u.Disabled,
		})
	}
	for _, d := range devices {
		pd := protocol.Device{ID: string(d.ID), Name: d.Name, Role: d.Role, Zone: string(d.Zone), Paired: d.Paired, Code: d.Code}
		if !d.Expires.IsZero() {
			pd.Expires = &d.Expires
		}
		fresh.Devices = append(fresh.Devices, pd)
	}
	p.cached.Store(fresh)
	select {
	case p.changed <- struct{}{}:
	default:
	}
	return nil
}

// AccountsChanged reads users and devices again, after somebody changed them past the stream (a pairing).
func (s *Server) AccountsChanged(ctx context.Context) {
	if err := s.people.load(ctx, s.cfg.Accounts); err != nil {
		// The change itself stands; the next one shows both.
		s.cfg.Log.Error("read accounts again", slog.Any("err", err))
	}
}

// tickets finds a ticket by the token of its address.
type tickets struct {
	mu      sync.Mutex
	day     queue.Day
	byToken map[string]tracked
}

type tracked struct {
	id    queue.TicketID
	ahead int // when it was issued; 0 when this server did not see it
}

// scan reads all tickets of the day.
func (t *tickets) scan(o *queue.Office) {
	t.mu.Lock()
	defer t.mu.Unlock()
	old := t.byToken
	t.day, t.byToken = o.Day, make(map[string]tracked, len(o.Tickets))
	for id := range o.Tickets {
		if token, err := protocol.TicketToken(string(id)); err == nil {
			t.byToken[token] = tracked{id: id, ahead: old[token].ahead}
		}
	}
}

// add notes a ticket that was just issued.
func (t *tickets) add(token string, id queue.TicketID, ahead int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.byToken[token]; !ok { // the first answer counts, not a repeat
		t.byToken[token] = tracked{id: id, ahead: ahead}
	}
}

func (t *tickets) find(token string) (tracked, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.byToken[token]
	return found, ok
}

func (t *tickets) aheadAtIssue(token string) int {
	found, _ := t.find(token)
	return found.ahead
}

// size is how many tickets are known, and of which day.
func (t *tickets) size() (queue.Day, int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.day, len(t.byToken)
}

// Ticket finds today's ticket by its token, in any letter case.
func (s *Server) Ticket(token string) (id queue.TicketID, ok bool) {
	token, ok = protocol.CanonicalToken(strings.TrimSpace(token))
	if !ok {
		return "", false
	}
	s.cfg.Office.Read(func(o *queue.Office) {
		// Tickets come in through the stream and are noted one by one. Only when the day changed or
		// there are tickets that came another way are all of them read again.
		if day, n := s.tickets.size(); day != o.Day || n < len(o.Tickets) {
			s.tickets.scan(o)
		}
		var found tracked
		if found, ok = s.tickets.find(token); ok {
			id = found.id
			_, ok = o.Tickets[id]
		}
	})
	return id, ok
}

// catalogCache keeps the version of the catalogue, which is a hash of all of it.
type catalogCache struct {
	mu  sync.Mutex
	key catalogKey
	v   string
}

// catalogKey tells one catalogue from another without reading it: a catalogue is never changed
// in place, and the pointers keep the slices from being reused.
type catalogKey struct {
	office   queue.OfficeInfo
	zone     *queue.Zone
	agency   *queue.Agency
	service  *queue.Service
	services int
	priority *queue.Priority
	refer    queue.ServiceID
}

func keyOf(c *queue.Catalog) catalogKey {
	return catalogKey{
		c.Office, first(c.Zones), first(c.Agencies), first(c.Services), len(c.Services), first(c.Priorities), c.ReferServiceID,
	}
}

func first[T any](s []T) *T {
	if len(s) == 0 {
		return nil
	}
	return &s[0]
}

// version returns the version of the office's catalogue.
func (cc *catalogCache) version(o *queue.Office) string {
	cc.mu.Lock()
	defer cc.mu.Unlock()
	key := keyOf(&o.Catalog)
	if cc.v == "" || key != cc.key {
		c, err := view.Catalog(&o.Catalog)
		if err != nil {
			return "" // strings always encode
		}
		cc.key, cc.v = key, c.Version
	}
	return cc.v
}
