// Package desk says who stands at a kiosk and what an officer may learn of the person she serves. It joins the
// population registry (package registry), the persons at rest (package vault) and the queue.
//
// It keeps nothing itself but masked sketches for the screens, and it speaks no registry's protocol. Its invariant:
// nobody is turned away because of the registry. Whoever gives a NIK that can be one gets an answer within the
// citizen's wait, verified or not; what the registry owes is asked for again behind, also after a restart.
//
// Who owns what: each question to the registry is a flight with a goroutine of its own, which alone writes what
// became of it; there is one flight a NIK. Two more goroutines look up again what is due, and do the daily work.
package desk

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

// Store is the vault as the desk needs it. See vault.Store for what each method does.
type Store interface {
	ByNIK(ctx context.Context, nik protocol.NIK) (vault.Person, error)
	ByCard(ctx context.Context, uid string) (vault.Person, error)
	ByID(ctx context.Context, id queue.PersonID) (vault.Person, error)
	Save(ctx context.Context, p vault.Person, e vault.Entry) (vault.Person, error)
	Visit(ctx context.Context, id queue.PersonID, at time.Time, e vault.Entry) error
	BindCard(ctx context.Context, id queue.PersonID, uid string, e vault.Entry) error
	Due(ctx context.Context, now time.Time, limit int) ([]vault.Person, error)
	Queued(ctx context.Context) (n int, next time.Time, err error)
	Erase(ctx context.Context, nik protocol.NIK, e vault.Entry) (persons, cards int, err error)
	Expire(ctx context.Context, before time.Time, e vault.Entry) (n int, err error)
	LastRun(ctx context.Context) (at time.Time, n int, err error)
	Count(ctx context.Context) (int, error)
	Note(ctx context.Context, e vault.Entry) error
	Audit(ctx context.Context, f vault.AuditFilter) ([]vault.Row, error)
}

// Office is the running office as the desk needs it.
type Office interface {
	Read(f func(*queue.Office))
}

// Regions names where a NIK was first registered, as far as the names are known.
type Regions interface {
	Name(nik protocol.NIK) string
}

// Config is what a Desk needs. Store and Office are required.
type Config struct {
	Store   Store
	Office  Office
	Regions Regions         // nil: the names of provinces only
	Lookup  registry.Lookup // nil or registry.None: this office asks no registry
	Adapter string          // its name for the administrator: "none", "call_nik", "verify"

	CitizenWait       time.Duration // the longest that a citizen waits for the registry; 4 s
	Timeout           time.Duration // of one look-up, behind; 30 s
	FreshFor          time.Duration // a person verified within it is not looked up again; 24 h
	RequestsPerSecond float64       // look-ups; 10. Citizens go before what is asked again
	QuotaAlarm        int           // calls left below which the administrator is warned; 0: never
	Hours             Hours         // of the registry; nil: always
	Retention         time.Duration // after the last visit a person is erased; 90 days

	// OnLookup is told of each question to the registry: "verified", "unverified_quota", ..., and "fault_network".
	OnLookup func(outcome string, took time.Duration)
	Clock    func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: slog.Default
}

func (c Config) withDefaults() Config {
	if c.Lookup == nil {
		c.Lookup = registry.None{}
	}
	if c.Adapter == "" {
		c.Adapter = "none"
	}
	for field, fallback := range map[*time.Duration]time.Duration{
		&c.CitizenWait: 4 * time.Second, &c.Timeout: 30 * time.Second, &c.FreshFor: 24 * time.Hour, &c.Retention: 90 * 24 * time.Hour,
	} {
		if *field <= 0 {
			*field = fallback
		}
	}
	if c.RequestsPerSecond <= 0 {
		c.RequestsPerSecond = 10
	}
	if c.Hours == nil {
		c.Hours = always{}
	}
	if c.OnLookup == nil {
		c.OnLookup = func(string, time.Duration) {}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// Desk is safe for concurrent use.
type Desk struct {
	cfg      Config
	off      bool // no registry is asked
	gate     *gate
	sketches sketches
	health   health
	rechecks rechecks
	inZone   atomic.Pointer[time.Location]

	mu      sync.Mutex
	flights map[protocol.NIK]*flight
	ended   bool // no new flights

	ctx     context.Context // ends all goroutines
	cancel  context.CancelFunc
	work    sync.WaitGroup
	changed chan struct{} // capacity 1: views show something new
}

// New starts a desk. Close ends it, before its store is closed.
func New(cfg Config) (*Desk, error) {
	if cfg.Store == nil || cfg.Office == nil {
		return nil, errors.New("a desk needs a store and an office")
	}
	cfg = cfg.withDefaults()
	d := &Desk{
		cfg: cfg, gate: newGate(cfg), flights: make(map[protocol.NIK]*flight),
		changed: make(chan struct{}, 1),
	}
	_, d.off = cfg.Lookup.(registry.None)
	d.sketches.init()
	d.rechecks.init()
	d.health.since = d.now()
	d.ctx, d.cancel = context.WithCancel(context.Background())
	d.refresh()
	d.work.Go(d.daily)
	if !d.off {
		d.work.Go(d.again)
	}
	return d, nil
}

// Close ends what runs, and waits for it. A question that has no answer by then is asked again after the next start.
func (d *Desk) Close() {
	d.mu.Lock()
	d.ended = true
	d.mu.Unlock()
	d.cancel()
	d.work.Wait()
}

// Changed gets a value after something that views show of persons or the registry has changed; several changes may
// share one. It is never closed.
func (d *Desk) Changed() <-chan struct{} { return d.changed }

func (d *Desk) tell() { signal(d.changed) }

// signal wakes whoever waits on a channel of capacity 1; one waiting signal stands for all.
func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// now is the present in the office's time zone. It reads the office, so that it must not be called while that is read.
func (d *Desk) now() time.Time {
	var zone *time.Location
	d.cfg.Office.Read(func(o *queue.Office) { zone = o.Catalog.Location() })
	d.inZone.Store(zone)
	return d.cfg.Clock().In(zone)
}

// zone is the office's time zone as it was when somebody asked for the present.
func (d *Desk) zone() *time.Location { return d.inZone.Load() }

// storeTimeout bounds one piece of work in the store that must be done although nobody waits for it any more.
const storeTimeout = 10 * time.Second

// keeping is a context for what has to be written, also while the desk closes.
func (d *Desk) keeping() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(d.ctx), storeTimeout)
}
