package vault_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

// model is what the store must be: persons by NIK, cards by number, and how long the trail is.
type model struct {
	*room
	persons map[protocol.NIK]vault.Person
	cards   map[string]protocol.NIK
	trailed int
}

// few keeps the numbers small, so that the same person and card come again and again.
const few = 4

func (m *model) anyNIK(t *rapid.T) protocol.NIK { return nik(rapid.IntRange(1, few).Draw(t, "person")) }

func (m *model) anyUID(t *rapid.T) string { return uid(rapid.IntRange(1, few).Draw(t, "card")) }

func (m *model) tick() time.Time {
	m.clock.add(time.Second)
	return m.clock.Now()
}

func (m *model) save(t *rapid.T) {
	n := m.anyNIK(t)
	old, known := m.persons[n]
	p := vault.Person{
		ID: old.ID, NIK: n, Name: rapid.String().Draw(t, "name"), BirthDate: rapid.SampledFrom([]string{"", "1958-07-01"}).Draw(t, "born"),
		State: rapid.SampledFrom([]string{protocol.PersonVerified, protocol.PersonUnverified, protocol.PersonRefer}).Draw(t, "state"),
		Why:   rapid.SampledFrom([]string{"", protocol.WhySlow}).Draw(t, "why"), Tries: rapid.IntRange(0, 9).Draw(t, "tries"),
		RetryAt:   rapid.SampledFrom([]time.Time{{}, start, start.Add(time.Hour)}).Draw(t, "retry"),
		LastVisit: rapid.SampledFrom([]time.Time{start, m.tick()}).Draw(t, "visit"),
	}
	if known && rapid.Bool().Draw(t, "without id") {
		p.ID = ""
	}
	got, err := m.Save(context.Background(), p, entry(vault.LookedUp))
	if !known {
		old.ID = got.ID
	}
	p.ID, p.Cards = old.ID, old.Cards
	if old.LastVisit.After(p.LastVisit) {
		p.LastVisit = old.LastVisit
	}
	wantPerson(t, got, p, err)
	m.persons[n] = p
	m.trailed++
}

func (m *model) visit(t *rapid.T) {
	n, at := m.anyNIK(t), m.tick()
	p, known := m.persons[n]
	m.want(t, m.Visit(context.Background(), p.ID, at, entry(vault.Identified)), known)
	if known {
		p.LastVisit = at
		m.persons[n] = p
		m.trailed++
	}
}

func (m *model) bindCard(t *rapid.T) {
	n, u := m.anyNIK(t), m.anyUID(t)
	p, known := m.persons[n]
	m.want(t, m.BindCard(context.Background(), p.ID, u, entry(vault.CardBound)), known)
	if !known {
		return
	}
	before, bound := m.cards[u]
	m.trailed++
	if bound && before != n {
		m.unbind(before)
		m.trailed++
	}
	if !bound || before != n {
		p.Cards++
		m.persons[n] = p
	}
	m.cards[u] = n
}

func (m *model) unbind(n protocol.NIK) {
	p := m.persons[n]
	p.Cards--
	m.persons[n] = p
}

func (m *model) drop(n protocol.NIK) (cards int) {
	delete(m.persons, n)
	for u, of := range m.cards {
		if of == n {
			delete(m.cards, u)
			cards++
		}
	}
	return cards
}

func (m *model) erase(t *rapid.T) {
	n := m.anyNIK(t)
	_, known := m.persons[n]
	want := [2]int{0, m.drop(n)}
	if known {
		want[0] = 1
	}
	persons, cards, err := m.Erase(context.Background(), n, entry(vault.Erased))
	if got := [2]int{persons, cards}; err != nil || got != want {
		t.Fatalf("erased %v, want %v: %v", got, want, err)
	}
	m.trailed++
}

func (m *model) expire(t *rapid.T) {
	now := m.tick()
	before := now.Add(-time.Duration(rapid.IntRange(0, 20).Draw(t, "seconds")) * time.Second)
	want := 0
	for n, p := range m.persons {
		if p.LastVisit.Before(before) {
			m.drop(n)
			want++
		}
	}
	if n, err := m.Expire(context.Background(), before, entry(vault.Expired)); n != want || err != nil {
		t.Fatalf("%d persons expired, want %d: %v", n, want, err)
	}
	m.trailed++
	if at, n, err := m.LastRun(context.Background()); n != want || !at.Equal(now) || err != nil {
		t.Fatalf("the last run was at %s with %d, want %s with %d: %v", at, n, now, want, err)
	}
}

func (m *model) rotate(t *rapid.T) {
	if err := m.Rotate(context.Background(), m.keys); err != nil {
		t.Fatal(err)
	}
	m.trailed += 2
}

func (m *model) reopen(t *rapid.T) {
	m.check(t)
	m.leave()
	if err := m.open(); err != nil {
		t.Fatal(err)
	}
}

func (m *model) want(t *rapid.T, err error, known bool) {
	if known && err != nil || !known && !errors.Is(err, vault.ErrUnknown) {
		t.Fatalf("of a person who is there (%v): %v", known, err)
	}
}

// look compares one person and one card, after each step.
func (m *model) look(t *rapid.T) { m.compareOne(t, m.anyNIK(t), m.anyUID(t)) }

func (m *model) compareOne(t *rapid.T, n protocol.NIK, u string) {
	ctx := context.Background()
	want, known := m.persons[n]
	got, err := m.ByNIK(ctx, n)
	m.compare(t, got, want, known, err)
	if known {
		got, err = m.ByID(ctx, want.ID)
		m.compare(t, got, want, true, err)
	}
	holder, bound := m.cards[u]
	got, err = m.ByCard(ctx, u)
	m.compare(t, got, m.persons[holder], bound, err)
}

// check compares everything that can be asked.
func (m *model) check(t *rapid.T) {
	ctx := context.Background()
	for i := 1; i <= few; i++ {
		m.compareOne(t, nik(i), uid(i))
	}
	if n, err := m.Count(ctx); n != len(m.persons) || err != nil {
		t.Fatalf("%d persons, want %d: %v", n, len(m.persons), err)
	}
	if n := m.count("SELECT count(*) FROM audit"); n != m.trailed {
		t.Fatalf("%d rows of the trail, want %d", n, m.trailed)
	}
	queued, due := 0, map[queue.PersonID]bool{}
	for _, p := range m.persons {
		if !p.RetryAt.IsZero() {
			queued++
		}
		if !p.RetryAt.IsZero() && !p.RetryAt.After(start) {
			due[p.ID] = true
		}
	}
	if n, _, err := m.Queued(ctx); n != queued || err != nil {
		t.Fatalf("%d are queued, want %d: %v", n, queued, err)
	}
	got := map[queue.PersonID]bool{}
	list, err := m.Due(ctx, start, 100)
	for _, p := range list {
		got[p.ID] = true
	}
	if err != nil || !reflect.DeepEqual(got, due) {
		t.Fatalf("%d are due, want %d: %v", len(got), len(due), err)
	}
}

func (m *model) compare(t *rapid.T, got, want vault.Person, known bool, err error) {
	if !known {
		if !errors.Is(err, vault.ErrUnknown) {
			t.Fatalf("found %s who is not there: %v", got, err)
		}
		return
	}
	wantPerson(t, got, want, err)
}

// TestTheStoreIsWhatItsModelIs does all that can be done, in every order, with rotations and restarts between.
func TestTheStoreIsWhatItsModelIs(t *testing.T) {
	// Each run has a database of its own, and the race detector makes SQLite slow. A number on the command line counts.
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set(modelRuns); err != nil {
			t.Fatal(err)
		}
		defer f.Value.Set(f.DefValue) //nolint:errcheck // it was that
	}
	parent, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		dir := fmt.Sprintf("%s/%d", parent, runs)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		m := &model{room: enter(t, dir), persons: map[protocol.NIK]vault.Person{}, cards: map[string]protocol.NIK{}}
		defer m.leave()
		t.Repeat(map[string]func(*rapid.T){
			"":       m.look,
			"save":   m.save,
			"visit":  m.visit,
			"bind":   m.bindCard,
			"erase":  m.erase,
			"expire": m.expire,
			"rotate": m.rotate,
			"reopen": m.reopen,
		})
		m.check(t)
	})
}
