package desk

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

// maxSketches bounds what is remembered: more than the persons of a day. When it is full all are forgotten, and
// those that are looked at are read again.
const maxSketches = 8192

// sketches are the persons that views show, masked. One that is asked for and not there is read by the desk's daily
// goroutine, and the views are told.
type sketches struct {
	mu     sync.Mutex
	known  map[queue.PersonID]protocol.ConsolePerson // an empty one: there is no such person any more
	wanted map[queue.PersonID]struct{}
	wake   chan struct{} // capacity 1
	epoch  int           // counts what was forgotten, so that nothing read before that comes back after it
}

func (s *sketches) init() {
	s.known = make(map[queue.PersonID]protocol.ConsolePerson)
	s.wanted = make(map[queue.PersonID]struct{})
	s.wake = make(chan struct{}, 1)
}

// now is the epoch to read a person in.
func (s *sketches) now() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.epoch
}

// put remembers a person that was read in an epoch; an empty one says that there is nobody under the id.
func (s *sketches) put(epoch int, id queue.PersonID, p protocol.ConsolePerson) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if epoch != s.epoch {
		delete(s.known, id) // read again when it is looked at
		return
	}
	if len(s.known) >= maxSketches {
		clear(s.known)
	}
	s.known[id] = p
}

// forget has a person read again when she is looked at next.
func (s *sketches) forget(id queue.PersonID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch++
	delete(s.known, id)
}

func (s *sketches) forgetAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch++
	clear(s.known)
}

func (s *sketches) get(id queue.PersonID) (p protocol.ConsolePerson, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok = s.known[id]
	if !ok && len(s.wanted) < maxSketches {
		s.wanted[id] = struct{}{}
		signal(s.wake)
	}
	return p, ok && p.ID != ""
}

// take returns who is wanted, and wants nobody any more.
func (s *sketches) take() map[queue.PersonID]struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	wanted := s.wanted
	s.wanted = make(map[queue.PersonID]struct{})
	return wanted
}

// Sketch is a person as the officer sees her who serves her, masked, from memory: it may be called while the office
// is read. False means that nobody is known under the id, or not yet; then Changed tells when she is.
func (d *Desk) Sketch(id queue.PersonID) (protocol.ConsolePerson, bool) {
	if id == "" {
		return protocol.ConsolePerson{}, false
	}
	return d.sketches.get(id)
}

// draw reads the persons that are wanted.
func (d *Desk) draw() {
	for id := range d.sketches.take() {
		epoch := d.sketches.now()
		p, err := d.cfg.Store.ByID(d.ctx, id)
		switch {
		case err == nil:
			d.sketches.put(epoch, id, d.sketch(p))
		case errors.Is(err, vault.ErrUnknown):
			d.sketches.put(epoch, id, protocol.ConsolePerson{})
		case d.ctx.Err() != nil:
			return
		default:
			d.cfg.Log.Error("read a person for a view", slog.Any("err", err))
			continue // asked for again with the next view
		}
		d.tell()
	}
}

func (d *Desk) sketch(p vault.Person) protocol.ConsolePerson {
	return protocol.ConsolePerson{Person: d.person(p), Cards: p.Cards}
}

// person is what a kiosk may know of a person.
func (d *Desk) person(p vault.Person) protocol.Person {
	out := protocol.Person{ID: string(p.ID), MaskedName: protocol.MaskName(p.Name), MaskedNIK: p.NIK.Mask(), State: p.State}
	if p.State == protocol.PersonUnverified {
		out.Why = p.Why
	}
	if !p.RetryAt.IsZero() {
		out.RetryAt = p.RetryAt.In(d.zone()).Format(time.RFC3339)
	}
	return out
}
