package printer

import (
	"context"
	"errors"
	"time"

	"loket/drivers"
	"loket/drivers/escpos"
)

// lookEvery is how often a printer that works on a document is asked whether it still can.
const lookEvery = 500 * time.Millisecond

// Print checks the printer, prints d and waits for its confirmation. Its errors are those of
// drivers.Printer.
func (p *Printer) Print(ctx context.Context, d drivers.Document) (drivers.Outcome, error) {
	began := time.Now()
	if !p.auto { // where it is not known yet for what paper, the printer is asked first
		if _, err := escpos.Encode(d, p.Profile()); err != nil {
			return drivers.Outcome{}, err
		}
	}
	if err := p.acquire(ctx); err != nil {
		return drivers.Outcome{}, err
	}
	defer p.release()
	if err := p.prepare(ctx); err != nil {
		return drivers.Outcome{}, err
	}
	job, err := escpos.Encode(d, p.profile)
	if err != nil {
		return drivers.Outcome{}, err
	}
	o, err := p.send(ctx, job)
	if err == nil && !p.cfg.OneWay {
		o.Fate = p.present()
	}
	o.Took = time.Since(began)
	return o, err
}

// prepare makes sure that the printer can print, that nothing of an earlier document is left in it, and
// that nobody's slip is still held out.
func (p *Printer) prepare(ctx context.Context) error {
	c, seen, err := p.check(ctx)
	if err != nil {
		return err
	}
	if !c.CanPrint() {
		return &drivers.ConditionError{Condition: c, Err: seen}
	}
	if p.talk.dirty != nil {
		if err := p.settle(ctx); err != nil {
			return p.notReady(ctx, err)
		}
		if p.auto && !p.talk.greeted {
			if err := p.greet(ctx); err != nil {
				return p.notReady(ctx, err)
			}
		}
	}
	if err := p.clear(ctx); err != nil {
		return p.notReady(ctx, err)
	}
	return nil
}

// notReady is the error of a document that was not sent because of err.
func (p *Printer) notReady(ctx context.Context, err error) error {
	c, ctxErr := p.conditionOf(ctx, err)
	if ctxErr != nil {
		return ctxErr
	}
	return &drivers.ConditionError{Condition: c, Err: err}
}

// send puts a job on the line and waits for its confirmation.
func (p *Printer) send(ctx context.Context, job escpos.Job) (drivers.Outcome, error) {
	p.talk.jobs++
	id := escpos.MakeProcessID(p.talk.jobs)
	bytes := job.Bytes
	if !p.cfg.OneWay {
		if p.processes() {
			bytes = append(bytes, escpos.AskProcess(id)...)
		}
		bytes = append(bytes, escpos.AskBuffer()...)
	}
	p.mail.look(func() { p.mail.buffer, p.mail.anyDone = 0, false })
	began := time.Now()
	n, err := p.write(bytes)
	o := drivers.Outcome{Bytes: n, After: drivers.Unknown}
	if err != nil {
		return o, p.failed(ctx, job, n, err)
	}
	if p.cfg.OneWay {
		if err := p.port.Drain(ctx); err != nil {
			return o, p.failed(ctx, job, n, err)
		}
		return o, nil
	}
	if err := p.confirmed(ctx, job, id, began); err != nil {
		return o, p.failed(ctx, job, n, err)
	}
	o.Confirmed = true
	if c, _, err := p.check(ctx); err == nil {
		o.After = c
	} // ctx ended after the slip was out: Unknown is what is known of what comes after
	return o, nil
}

// processes says whether the printer answers AskProcess.
func (p *Printer) processes() bool { return p.profile.ProcessID && !p.talk.deaf }

// conditionError is a fault that the printer reported while it worked on a document.
type conditionError struct{ condition drivers.Condition }

func (e *conditionError) Error() string { return "printer reports " + string(e.condition) }

// confirmed waits until the printer says that the job is done, which began to be sent at began. That it
// has read all of the job (AskBuffer) is taken for it only where it does not say more: then the
// paper is given the time that it must take, and no fault may be reported after it.
func (p *Printer) confirmed(ctx context.Context, job escpos.Job, id escpos.ProcessID, began time.Time) error {
	m := p.mail
	paper := p.profile.PaperTime(job.Dots) + p.profile.CutTime
	deadline := time.Now().Add(p.arrived() + paper + p.cfg.Patience)
	printed := func() bool { return m.anyDone && m.done == id }
	either := func() bool { return printed() || m.buffer > 0 }
	err := p.await(ctx, deadline, p.arrived(), either)
	if err != nil {
		return err
	}
	done := false
	m.look(func() { done = printed() })
	if done {
		return nil
	}
	settled := began.Add(paper)
	if p.processes() {
		settled = time.Now().Add(paper + p.cfg.AnswerTimeout)
	}
	switch err := p.await(ctx, settled, 0, printed); {
	case err == nil:
		return nil
	case !errors.Is(err, drivers.ErrTimeout):
		return err
	}
	p.talk.deaf = p.profile.ProcessID // its maker left it out: do not wait for it again
	c, err := p.ask(ctx)
	if err == nil && !c.CanPrint() {
		err = &conditionError{c}
	}
	return err
}

// await waits for an answer until the deadline; after quietly it looks now and then whether the
// printer can still print. A fault that somebody must mend ends the wait; one that passes by
// itself may pass.
func (p *Printer) await(ctx context.Context, deadline time.Time, quietly time.Duration, ok func() bool) error {
	next := quietly + lookEvery
	for {
		d := min(next, time.Until(deadline))
		err := p.mail.wait(ctx, max(d, 0), p.talk.losses, ok)
		if !errors.Is(err, drivers.ErrTimeout) {
			return err
		}
		if !time.Now().Before(deadline) {
			return drivers.ErrTimeout
		}
		next = lookEvery
		c, err := p.ask(ctx)
		switch {
		case errors.Is(err, errSilent): // the deadline decides
		case err != nil:
			return err
		case c == drivers.PaperOut || c == drivers.CoverOpen || c == drivers.Cutter:
			late := false
			p.mail.look(func() { late = ok() })
			if late {
				return nil // it was the next thing to happen, after the document
			}
			return &conditionError{c}
		}
	}
}

// failed ends a document that did not come out: what is left of it is stopped as far as the printer
// lets us, remembered to be cleared away, and the cause is named.
func (p *Printer) failed(ctx context.Context, job escpos.Job, sent int, err error) error {
	if sent > 0 {
		p.talk.dirty = &leftover{command: job.LongestCommand, paper: p.profile.PaperTime(job.Dots)}
	}
	e := &drivers.ConditionError{Condition: drivers.Unknown, Sent: sent > 0, Err: err}
	var fault *conditionError
	switch {
	case errors.As(err, &fault):
		e.Condition = fault.condition
	case errors.Is(err, drivers.ErrUnplugged), errors.Is(err, drivers.ErrClosed):
		e.Condition = drivers.Unplugged
		return e // nobody is there to stop
	case ctx.Err() == nil:
		e.Condition = p.diagnose(ctx)
	}
	stop := escpos.Recover()
	if p.profile.ClearsBuffer {
		stop = escpos.ClearBuffer()
	}
	if _, err := p.writeNow(stop); err != nil {
		e.Err = errors.Join(e.Err, err)
	}
	return e
}

// diagnose names the cause of a silence. A printer that reports no fault and yet did not confirm is
// Unknown: the document may be out or not.
func (p *Printer) diagnose(ctx context.Context) drivers.Condition {
	if p.cfg.OneWay {
		return drivers.Unknown
	}
	c, err := p.ask(ctx)
	if err != nil {
		if c, err = p.conditionOf(ctx, err); err != nil {
			return drivers.Unknown
		}
	}
	if c.CanPrint() {
		return drivers.Unknown
	}
	return c
}
