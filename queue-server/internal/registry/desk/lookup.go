package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

// inquiry is who wants to know, and how.
type inquiry struct {
	actor   queue.Actor
	why     string // for the audit trail: "visit", "again", ...
	ticket  string // number, when it is about a ticket
	sure    bool   // a NIK that the registry does not have is taken
	force   bool   // ask although the person was verified lately
	officer bool   // ask although the registry said a while ago that it does not answer
	visit   bool   // she is here
	behind  bool   // nobody waits
}

// landed is what a flight found: a person as she is kept, or a NIK that is to be checked again.
type landed struct {
	person  vault.Person
	recheck bool // nothing was kept
	err     error
}

// flight is one question to the registry. Its goroutine alone writes it; the others read what is set before a
// channel is closed.
type flight struct {
	q     inquiry
	p     vault.Person // as last kept; without an ID when she is new
	first chan struct{}
	early landed // what a citizen is told; set before first is closed
	done  chan struct{}
}

// outcome is what became of a question.
type outcome struct {
	result registry.Result
	asked  bool // the registry was; otherwise the gate was shut
	fault  bool // it did not answer; result.Why says more
	took   time.Duration
}

// errClosed says that the desk takes no more questions.
var errClosed = &protocol.Error{Code: protocol.CodeStopping, Message: "the server is going down"}

// verify returns a person as the registry has her now, or as she is known when it does not answer in time.
func (d *Desk) verify(ctx context.Context, p vault.Person, q inquiry) (vault.Person, bool, error) {
	if !q.force && p.State == protocol.PersonVerified && d.cfg.Clock().Sub(p.CheckedAt) < d.cfg.FreshFor {
		return p, false, nil
	}
	if d.off {
		return d.unasked(ctx, p, q)
	}
	f, err := d.fly(p, q)
	if err != nil {
		return p, false, err
	}
	// A flight that somebody else began may be one that nobody waits for: then her own patience counts.
	patience := time.NewTimer(d.cfg.CitizenWait)
	defer patience.Stop()
	select {
	case <-f.first:
		return f.early.person, f.early.recheck, f.early.err
	case <-ctx.Done():
		return p, false, fmt.Errorf("wait for the registry: %w", ctx.Err())
	case <-patience.C:
	}
	select {
	case <-f.first:
	default:
		if p.ID != "" {
			return p, false, nil // as she is known; the flight goes on
		}
		select { // a new person's own flight tells at the same moment
		case <-f.first:
		case <-ctx.Done():
			return p, false, fmt.Errorf("wait for the registry: %w", ctx.Err())
		}
	}
	return f.early.person, f.early.recheck, f.early.err
}

// unasked keeps a person of an office that asks no registry.
func (d *Desk) unasked(ctx context.Context, p vault.Person, q inquiry) (vault.Person, bool, error) {
	if p.ID != "" {
		return p, false, nil
	}
	p = d.marked(p, outcome{result: registry.Result{State: protocol.PersonUnverified, Why: protocol.WhyOff}})
	p, err := d.keep(ctx, p, vault.Entry{Actor: q.actor, Action: vault.Identified, Ticket: q.ticket, Why: q.why, Outcome: protocol.WhyOff})
	return p, false, err
}

// fly begins a flight, or joins the one that is about the same NIK.
func (d *Desk) fly(p vault.Person, q inquiry) (*flight, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return nil, errClosed
	}
	if f := d.flights[p.NIK]; f != nil {
		return f, nil
	}
	if q.visit {
		p.LastVisit = d.cfg.Clock()
	}
	f := &flight{q: q, p: p, first: make(chan struct{}), done: make(chan struct{})}
	d.flights[p.NIK] = f
	d.work.Go(func() {
		l := d.run(f)
		d.mu.Lock()
		delete(d.flights, p.NIK) // before anybody is told, so that who asks again then is not given the same answer
		d.mu.Unlock()
		f.land(l)
		close(f.done)
	})
	return f, nil
}

// run asks, keeps what comes of it and returns that. A citizen is answered after her wait; the answer is kept when it comes.
func (d *Desk) run(f *flight) landed {
	probe, why := d.gate.pass(d.now(), f.q.officer)
	if why != "" {
		return d.absent(f, outcome{result: registry.Result{State: protocol.PersonUnverified, Why: why}})
	}
	answer := make(chan outcome, 1)
	asked := f.p // f.p may be kept meanwhile
	d.work.Go(func() { answer <- d.ask(asked, f.q, probe) })
	if !f.q.behind {
		wait := time.NewTimer(d.cfg.CitizenWait)
		defer wait.Stop()
		select {
		case out := <-answer:
			return d.settle(f, out)
		case <-wait.C:
		}
		d.note(outcome{result: registry.Result{State: protocol.PersonUnverified, Why: protocol.WhySlow}})
		l := d.absent(f, outcome{result: registry.Result{State: protocol.PersonUnverified, Why: protocol.WhySlow}})
		f.p = l.person
		f.land(l)
	}
	out := <-answer
	if !f.q.behind && !out.asked {
		return f.early // the desk closes; she has been kept with the time to ask again
	}
	return d.settle(f, out)
}

// land tells those who wait, the first time.
func (f *flight) land(l landed) {
	select {
	case <-f.first:
	default:
		f.early = l
		close(f.first)
	}
}

// ask asks the registry in its turn.
func (d *Desk) ask(p vault.Person, q inquiry, probe bool) (out outcome) {
	if err := d.gate.turn(d.ctx, q.behind); err != nil {
		d.gate.dropped(probe)
		return outcome{result: registry.Result{State: protocol.PersonUnverified, Why: protocol.WhySlow}}
	}
	ctx, cancel := context.WithTimeout(d.ctx, d.cfg.Timeout)
	defer cancel()
	began := d.cfg.Clock()
	result, err := d.lookUp(ctx, p)
	out = outcome{result: result, asked: true, took: d.cfg.Clock().Sub(began)}
	var fault *registry.Fault
	switch {
	case err == nil:
		d.gate.answered(result.Why)
		d.cfg.OnLookup(named("", result), out.took)
		d.note(out)
		return out
	case d.ctx.Err() != nil:
		d.gate.dropped(probe)
		out.result = registry.Result{State: protocol.PersonUnverified, Why: protocol.WhySlow}
		return out
	case errors.As(err, &fault):
		out.result = registry.Result{State: protocol.PersonUnverified, Why: fault.Why, Meaning: fault.Error()}
	default:
		out.result = registry.Result{State: protocol.PersonUnverified, Why: protocol.WhyNetwork, Meaning: "no answer in time"}
	}
	out.fault = true
	d.gate.failed(out.result.Why, probe)
	d.cfg.OnLookup(named("fault_", out.result), out.took)
	d.note(out)
	return out
}

// lookUp calls the adapter; a defect in it costs this one question only, and its text, which might hold what was
// asked, goes nowhere.
func (d *Desk) lookUp(ctx context.Context, p vault.Person) (result registry.Result, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = &registry.Fault{Why: protocol.WhyConfig, Err: fmt.Errorf("a panic of the adapter: %T", fault)}
		}
	}()
	r := registry.Request{NIK: p.NIK, Name: p.Name}
	if born, err := time.Parse(time.DateOnly, p.BirthDate); err == nil {
		r.BirthDate = born
	}
	return d.cfg.Lookup.Lookup(ctx, r)
}

// named is an outcome as metrics and the audit trail have it.
func named(prefix string, r registry.Result) string {
	if prefix != "" || r.State == protocol.PersonUnverified {
		if prefix == "" {
			prefix = "unverified_"
		}
		return prefix + r.Why
	}
	return r.State
}

// settle keeps what the registry said.
func (d *Desk) settle(f *flight, out outcome) landed {
	if !out.asked { // the desk closes; what was kept has its next time
		return d.absent(f, out)
	}
	ctx, cancel := d.keeping()
	defer cancel()
	e := vault.Entry{Actor: f.q.actor, Action: vault.LookedUp, Person: f.p.ID, Ticket: f.q.ticket, Why: f.q.why, Outcome: named("", out.result)}
	if out.fault {
		e.Outcome = named("fault_", out.result)
	}
	if out.result.Code != "" {
		e.Outcome += " " + out.result.Code
	}
	if out.result.State == protocol.PersonRecheck && !f.q.sure && f.p.ID == "" {
		d.rechecks.add(f.p.NIK, d.cfg.Clock())
		return landed{recheck: true, err: d.wrap(d.cfg.Store.Note(ctx, e), "audit a look-up")}
	}
	p, err := d.latest(ctx, f.p)
	if errors.Is(err, vault.ErrUnknown) { // erased while the registry was asked
		return landed{err: errors.Join(errUnknown, d.wrap(d.cfg.Store.Note(ctx, e), "audit a look-up"))}
	}
	if err == nil {
		p, err = d.keep(ctx, d.marked(p, out), e)
	}
	if err != nil && f.q.behind {
		d.cfg.Log.Error("keep an answer of the registry", slog.Any("err", err))
	}
	return landed{person: p, err: err}
}

// absent keeps a person without an answer of the registry. What nobody waits for stays as it is.
func (d *Desk) absent(f *flight, out outcome) landed {
	if f.q.behind {
		return landed{person: f.p}
	}
	ctx, cancel := d.keeping()
	defer cancel()
	p, err := d.latest(ctx, f.p)
	if errors.Is(err, vault.ErrUnknown) {
		return landed{err: errUnknown}
	}
	if err == nil {
		e := vault.Entry{Actor: f.q.actor, Action: vault.Identified, Person: p.ID, Ticket: f.q.ticket, Why: f.q.why, Outcome: named("", out.result)}
		p, err = d.keep(ctx, d.marked(p, out), e)
	}
	return landed{person: p, err: err}
}

// latest reads a person again that was kept before; visits and cards may have come meanwhile.
func (d *Desk) latest(ctx context.Context, p vault.Person) (vault.Person, error) {
	if p.ID == "" {
		return p, nil
	}
	fresh, err := d.cfg.Store.ByID(ctx, p.ID)
	if err != nil {
		return p, fmt.Errorf("read a person: %w", err)
	}
	if p.LastVisit.After(fresh.LastVisit) {
		fresh.LastVisit = p.LastVisit
	}
	return fresh, nil
}

// marked is a person with what became of a question. Who was verified before stays so while the registry does not
// answer: only it can take that back.
func (d *Desk) marked(p vault.Person, out outcome) vault.Person {
	now, r := d.now(), out.result
	if p.LastVisit.IsZero() {
		p.LastVisit = now
	}
	answered := out.asked && !out.fault && !pending(r.Why)
	if answered {
		p.CheckedAt, p.Tries, p.Code = now, 0, r.Code
		if r.Name != "" {
			p.Name = r.Name
		}
		if !r.BirthDate.IsZero() {
			p.BirthDate = r.BirthDate.Format(time.DateOnly)
		}
	} else if out.asked {
		p.Tries, p.Code = p.Tries+1, r.Code
	}
	if answered || p.State != protocol.PersonVerified {
		p.State, p.Why = r.State, r.Why
	}
	if r.State == protocol.PersonRecheck {
		p.State, p.Why = protocol.PersonUnverified, protocol.WhyNotFound
	}
	p.RetryAt = d.retryAt(r.Why, p.Tries, now)
	return p
}

// keep saves a person and shows her sketch.
func (d *Desk) keep(ctx context.Context, p vault.Person, e vault.Entry) (vault.Person, error) {
	epoch := d.sketches.now()
	saved, err := d.cfg.Store.Save(ctx, p, e)
	if err != nil {
		return p, fmt.Errorf("keep a person: %w", err)
	}
	d.sketches.put(epoch, saved.ID, d.sketch(saved))
	d.health.stale.Store(true)
	d.tell()
	return saved, nil
}

func (d *Desk) wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
