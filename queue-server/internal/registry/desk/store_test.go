package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

// shelf is a Store in memory, for tests that turn the clock: it outlives the desks over it, as a file does.
type shelf struct {
	mu      sync.Mutex
	persons map[queue.PersonID]vault.Person
	cards   map[string]queue.PersonID
	rows    []vault.Row
	ran     time.Time
	erased  int
	full    bool // it takes nothing
}

func newShelf() *shelf {
	return &shelf{persons: make(map[queue.PersonID]vault.Person), cards: make(map[string]queue.PersonID)}
}

// fill says whether the shelf takes anything.
func (s *shelf) fill(full bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.full = full
}

var errFull = errors.New("the disk is full")

func (s *shelf) note(e vault.Entry) error {
	if s.full {
		return errFull
	}
	s.rows = append(s.rows, vault.Row{Seq: int64(len(s.rows) + 1), At: time.Now(), Entry: e})
	return nil
}

func (s *shelf) counted(p vault.Person) vault.Person {
	p.Cards = 0
	for _, id := range s.cards {
		if id == p.ID {
			p.Cards++
		}
	}
	return p
}

func (s *shelf) find(nik protocol.NIK) (vault.Person, error) {
	for _, p := range s.persons {
		if p.NIK == nik {
			return s.counted(p), nil
		}
	}
	return vault.Person{}, vault.ErrUnknown
}

func (s *shelf) ByNIK(_ context.Context, nik protocol.NIK) (vault.Person, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(nik)
}

func (s *shelf) ByCard(ctx context.Context, uid string) (vault.Person, error) {
	s.mu.Lock()
	id, ok := s.cards[uid]
	s.mu.Unlock()
	if !ok {
		return vault.Person{}, vault.ErrUnknown
	}
	return s.ByID(ctx, id)
}

func (s *shelf) ByID(_ context.Context, id queue.PersonID) (vault.Person, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.persons[id]
	if !ok {
		return vault.Person{}, vault.ErrUnknown
	}
	return s.counted(p), nil
}

func (s *shelf) Save(_ context.Context, p vault.Person, e vault.Entry) (vault.Person, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ID == "" {
		if had, err := s.find(p.NIK); err == nil {
			p.ID = had.ID
		} else {
			p.ID = queue.PersonID(fmt.Sprint("p", len(s.rows)))
		}
	} else if _, ok := s.persons[p.ID]; !ok {
		return p, vault.ErrUnknown
	}
	if e.Person == "" {
		e.Person = p.ID
	}
	if err := s.note(e); err != nil {
		return p, err
	}
	s.persons[p.ID] = p
	return s.counted(p), nil
}

func (s *shelf) Visit(_ context.Context, id queue.PersonID, at time.Time, e vault.Entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.persons[id]
	if !ok {
		return vault.ErrUnknown
	}
	p.LastVisit = at
	if err := s.note(e); err != nil {
		return err
	}
	s.persons[id] = p
	return nil
}

func (s *shelf) BindCard(_ context.Context, id queue.PersonID, uid string, e vault.Entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.persons[id]; !ok {
		return vault.ErrUnknown
	}
	s.cards[uid] = id
	return s.note(e)
}

func (s *shelf) Due(_ context.Context, now time.Time, limit int) ([]vault.Person, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var due []vault.Person
	for _, p := range s.persons {
		if !p.RetryAt.IsZero() && !p.RetryAt.After(now) {
			due = append(due, p)
		}
	}
	slices.SortFunc(due, func(a, b vault.Person) int { return a.RetryAt.Compare(b.RetryAt) })
	return due[:min(limit, len(due))], nil
}

func (s *shelf) Queued(context.Context) (n int, next time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.persons {
		if p.RetryAt.IsZero() {
			continue
		}
		if n++; next.IsZero() || p.RetryAt.Before(next) {
			next = p.RetryAt
		}
	}
	return n, next, nil
}

func (s *shelf) Erase(_ context.Context, nik protocol.NIK, e vault.Entry) (persons, cards int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, err := s.find(nik); err == nil {
		persons, cards = 1, p.Cards
		delete(s.persons, p.ID)
		maps.DeleteFunc(s.cards, func(_ string, id queue.PersonID) bool { return id == p.ID })
	}
	return persons, cards, s.note(e)
}

func (s *shelf) Expire(_ context.Context, before time.Time, e vault.Entry) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full {
		return 0, errFull
	}
	for id, p := range s.persons {
		if p.LastVisit.Before(before) {
			delete(s.persons, id)
			n++
		}
	}
	s.ran, s.erased = time.Now(), n
	return n, s.note(e)
}

func (s *shelf) LastRun(context.Context) (at time.Time, n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ran, s.erased, nil
}

func (s *shelf) Count(context.Context) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.persons), nil
}

func (s *shelf) Note(_ context.Context, e vault.Entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.note(e)
}

func (s *shelf) Audit(_ context.Context, f vault.AuditFilter) (rows []vault.Row, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range slices.Backward(s.rows) {
		if f.Person == "" || f.Person == r.Person {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// did lists the trail as "action outcome", oldest first, without what happens by itself.
func (s *shelf) did() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, r := range s.rows {
		if r.Action != vault.Expired {
			out = append(out, strings.TrimSpace(string(r.Action)+" "+r.Outcome))
		}
	}
	return strings.Join(out, ", ")
}

// kept is the person with a NIK.
func (s *shelf) kept(nik protocol.NIK) vault.Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.find(nik)
	if err != nil {
		return vault.Person{}
	}
	return p
}

// last is the newest row of the trail, without what happens by itself.
func (s *shelf) last() vault.Row {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range slices.Backward(s.rows) {
		if r.Action != vault.Expired {
			return r
		}
	}
	return vault.Row{}
}

// trail is all of it, oldest first.
func (s *shelf) trail() []vault.Row {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.rows)
}
