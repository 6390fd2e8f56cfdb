package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry"
	"loket/queue-server/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	siti = "1971994107580001" // a woman born 1958-07-01
	budi = "1971990101900002"
	card = "04A1B2C3D4E5F6"
)

var (
	kiosk     = queue.Actor{Kind: queue.ByDevice, ID: "k1"}
	ana       = queue.Actor{Kind: queue.ByOfficer, ID: "ana"}
	ok        = registry.Result{State: protocol.PersonVerified, Code: "01", Name: "Siti Contoh"}
	errNoLine = &registry.Fault{Why: protocol.WhyNetwork, Err: errors.New("no line")}
)

// scripted is a registry that does as it is told.
type scripted struct {
	mu            sync.Mutex
	delay         time.Duration
	result        registry.Result
	err           error
	calls         int
	abreast, most int
}

func (r *scripted) set(delay time.Duration, result registry.Result, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.delay, r.result, r.err = delay, result, err
}

func (r *scripted) asked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}

func (r *scripted) Lookup(ctx context.Context, _ registry.Request) (registry.Result, error) {
	r.mu.Lock()
	delay := r.delay
	r.calls++
	r.abreast++
	r.most = max(r.most, r.abreast)
	r.mu.Unlock()
	wait := time.NewTimer(delay)
	defer wait.Stop()
	var gone error
	select {
	case <-wait.C:
	case <-ctx.Done():
		gone = ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.abreast--
	if gone != nil {
		return registry.Result{}, gone
	}
	return r.result, r.err
}

// panicking is an adapter with a defect.
type panicking struct{}

func (panicking) Lookup(_ context.Context, r registry.Request) (registry.Result, error) {
	panic("cannot read " + string(r.NIK))
}

func count(text, word string) int { return strings.Count(text, word) }

// hall is an office with nothing but a catalogue and tickets.
type hall struct {
	mu sync.RWMutex
	o  *queue.Office
}

func (h *hall) Read(f func(*queue.Office)) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	f(h.o)
}

func newHall() *hall {
	o := queue.New()
	o.Catalog.Office.TimeZone = "Asia/Jakarta"
	o.Catalog.Priorities = []queue.Priority{{ID: lansia}}
	o.Catalog.ReferServiceID = "data"
	return &hall{o: o}
}

// lines is a log.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// rig is a desk in a bubble of time.
type rig struct {
	*Desk
	t     *testing.T
	shelf *shelf
	reg   *scripted
	log   *lines
}

// open starts a desk over a shelf.
func open(t *testing.T, s *shelf, reg *scripted, change func(*Config)) *rig {
	t.Helper()
	r := &rig{t: t, shelf: s, reg: reg, log: &lines{}}
	cfg := Config{Store: s, Office: newHall(), Lookup: reg, Adapter: "call_nik", Log: slog.New(slog.NewTextHandler(r.log, nil))}
	if change != nil {
		change(&cfg)
	}
	d, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.Desk = d
	return r
}

// inTime runs a test whose clock stands until everybody waits.
func inTime(t *testing.T, change func(*Config), f func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := open(t, newShelf(), &scripted{result: ok}, change)
		defer r.Close()
		f(t, r)
	})
}

func (r *rig) identify(nik string) Answer {
	r.t.Helper()
	a, err := r.Identify(r.t.Context(), Ask{NIK: nik, ServiceID: "ktp", Actor: kiosk})
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

// someone is a NIK of its own for each number.
func someone(i int) string { return fmt.Sprintf("197199010190%04d", i+1) }

func (r *rig) code(a Ask) string {
	r.t.Helper()
	a.Actor = kiosk
	_, err := r.Identify(r.t.Context(), a)
	var e *protocol.Error
	if !errors.As(err, &e) {
		r.t.Fatalf("identified, or failed with %v", err)
	}
	return e.Code
}

func (r *rig) wants(a Answer, state, why string) {
	r.t.Helper()
	if a.Person.State != state || a.Person.Why != why {
		r.t.Fatalf("she is %s %s, want %s %s", a.Person.State, a.Person.Why, state, why)
	}
	if a.Person.ID == "" && state != protocol.PersonRecheck {
		r.t.Fatal("she is turned away: there is no id to take a ticket with")
	}
}
