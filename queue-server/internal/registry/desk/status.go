package desk

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"loket/queue-server/internal/registry"
	"loket/queue-server/protocol"
)

// The states of protocol.RegistryStatus that are no reason of a person.
const (
	stateOK  = "ok"
	stateOff = protocol.WhyOff
)

// health is the registry as its latest answers show it, and what the vault has.
type health struct {
	stale atomic.Bool // the counts are to be made again

	mu      sync.Mutex
	state   string // empty: it was not asked yet
	since   time.Time
	code    string
	text    string
	quota   *int
	low     bool
	queued  int
	next    time.Time
	persons int
	ran     time.Time
	erased  int
}

// note keeps how a question ended. What changes is in the log once, not with each citizen.
func (d *Desk) note(out outcome) {
	state := out.result.Why
	if out.asked && !pending(state) {
		state = stateOK
		if out.took > d.cfg.CitizenWait {
			state = protocol.WhySlow
		}
	}
	h := &d.health
	h.mu.Lock()
	changed := state != h.state
	if changed {
		h.state, h.since = state, d.cfg.Clock()
	}
	if state == protocol.WhySlow && !out.asked { // its answer will say more
		h.mu.Unlock()
		d.tell()
		return
	}
	h.code, h.text = "", ""
	if state != stateOK && state != protocol.WhySlow {
		h.code, h.text = out.result.Code, out.result.Meaning
	}
	lowNow := d.quota(out.result)
	h.mu.Unlock()
	if changed {
		level := slog.LevelWarn
		if state == stateOK {
			level = slog.LevelInfo
		}
		d.cfg.Log.Log(d.ctx, level, "the population registry is "+state, slog.String("state", state), slog.String("code", out.result.Code), slog.String("meaning", out.result.Meaning))
	}
	if lowNow {
		d.cfg.Log.Warn("the quota of the population registry is nearly used up", slog.Int("left", *out.result.QuotaLeft), slog.Int("alarm", d.cfg.QuotaAlarm))
	}
	d.tell()
}

// quota keeps how many calls are left; true when they fell below the alarm. The mutex is held.
func (d *Desk) quota(r registry.Result) (fell bool) {
	h := &d.health
	if r.QuotaLeft == nil {
		return false
	}
	left := *r.QuotaLeft
	low := left < d.cfg.QuotaAlarm
	fell = low && !h.low
	h.quota, h.low = &left, low
	return fell
}

// refresh counts what the vault has.
func (d *Desk) refresh() {
	queued, next, err := d.cfg.Store.Queued(d.ctx)
	if err != nil {
		d.missed(err)
		return
	}
	persons, err := d.cfg.Store.Count(d.ctx)
	if err != nil {
		d.missed(err)
		return
	}
	ran, erased, err := d.cfg.Store.LastRun(d.ctx)
	if err != nil {
		d.missed(err)
		return
	}
	h := &d.health
	h.mu.Lock()
	h.queued, h.next, h.persons, h.ran, h.erased = queued, next, persons, ran, erased
	h.mu.Unlock()
	d.tell()
}

func (d *Desk) missed(err error) {
	if d.ctx.Err() == nil {
		d.cfg.Log.Error("count the persons", slog.Any("err", err))
	}
}

// Status is the registry for the administrator, from memory: it may be called while the office is read.
func (d *Desk) Status() protocol.RegistryStatus {
	zone := d.zone()
	text := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.In(zone).Format(time.RFC3339)
	}
	h := &d.health
	h.mu.Lock()
	defer h.mu.Unlock()
	s := protocol.RegistryStatus{
		Adapter: d.cfg.Adapter, State: h.state, Since: text(h.since), Code: h.code, Text: h.text, QuotaLow: h.low,
		Queued: h.queued, NextTry: text(h.next), Persons: h.persons,
		RetentionDays: int(d.cfg.Retention / (24 * time.Hour)), RetentionRan: text(h.ran), RetentionErased: h.erased,
	}
	if h.quota != nil {
		left := *h.quota
		s.QuotaLeft = &left
	}
	switch {
	case d.off:
		s.State = stateOff
	case !d.cfg.Hours.Contains(d.cfg.Clock().In(zone)):
		s.State, s.Code, s.Text = protocol.WhyHours, "", ""
	case s.State == "":
		s.State = stateOK // nothing speaks against it yet
	}
	return s
}

// Breaker is the state of the circuit breaker: "closed" while the registry is asked, "open", "half_open".
func (d *Desk) Breaker() string { return d.gate.state() }
