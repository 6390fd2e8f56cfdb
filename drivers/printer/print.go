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
	j, err := p.encode(d)
	if err != nil {
		return drivers.Outcome{}, err
	}
	o, err := p.send(ctx, j)
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
		return &drivers.ConditionError{Condition: c, Mark: drivers.NotReached, Err: seen}
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
	return &drivers.ConditionError{Condition: c, Mark: drivers.NotReached, Err: err}
}

// send puts a job on the line and waits for its confirmation.
func (p *Printer) send(ctx context.Context, j *job) (drivers.Outcome, error) {
	bytes := j.Bytes
	if !p.cfg.OneWay {
		if p.processes() {
			bytes = append(bytes, escpos.AskProcess(j.end)...)
		}
		bytes = append(bytes, escpos.AskBuffer()...)
	}
	m := p.mail
	m.look(func() { m.buffer, m.stray, m.done = 0, 0, nil })
	j.began, j.held = time.Now(), p.talk.mouth
	n, err := p.write(bytes)
	o := drivers.Outcome{Bytes: n, After: drivers.Unknown}
	if err != nil {
		return o, p.failed(ctx, j, n, err)
	}
	if p.cfg.OneWay {
		if err := p.port.Drain(ctx); err != nil {
			return o, p.failed(ctx, j, n, err)
		}
		return o, nil
	}
	if err := p.confirmed(ctx, j); err != nil {
		return o, p.failed(ctx, j, n, err)
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

// confirmed waits until the printer says that the job is done. That it has read all of the job
// (AskBuffer) is taken for it only where it does not say more: then the paper is given the time that it
// must take, and no fault may be reported after it.
func (p *Printer) confirmed(ctx context.Context, j *job) error {
	m := p.mail
	paper := p.profile.PaperTime(j.Dots) + p.profile.CutTime
	deadline := time.Now().Add(p.arrived() + paper + p.cfg.Patience)
	printed := func() bool { return m.processed(j.end) }
	either := func() bool { return printed() || m.buffer > j.marks() }
	err := p.await(ctx, deadline, p.arrived(), either)
	if err != nil {
		return err
	}
	done := false
	m.look(func() { done = printed() })
	if done {
		return nil
	}
	settled := j.began.Add(paper)
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
	if err != nil {
		return err
	}
	if m.look(func() { j.noisy = m.stray > 0 || m.buffer > j.marks()+1 }); j.noisy {
		return p.certain(ctx)
	}
	return nil
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
func (p *Printer) failed(ctx context.Context, j *job, sent int, err error) error {
	e := &drivers.ConditionError{Condition: drivers.Unknown, Sent: sent > 0, Err: err}
	if sent == 0 {
		e.Mark = drivers.NotReached
	} else {
		p.talk.dirty = &leftover{command: j.LongestCommand, paper: p.profile.PaperTime(j.Dots), end: j.end}
	}
	if errors.Is(err, drivers.ErrUnplugged) || errors.Is(err, drivers.ErrClosed) {
		e.Condition = drivers.Unplugged
		if sent > 0 {
			e.Mark = p.reach(j, false)
		}
		return e // nobody is there to stop
	}
	told := false
	if e.Condition, told = p.cause(ctx, err); sent > 0 {
		e.Mark = p.reach(j, told)
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

// cause names why a document failed, and says whether the printer itself told it. A printer that
// reports no fault and yet did not confirm is Unknown: the document may be out or not.
func (p *Printer) cause(ctx context.Context, err error) (c drivers.Condition, told bool) {
	var fault *conditionError
	switch {
	case errors.As(err, &fault):
		return fault.condition, true
	case p.cfg.OneWay || ctx.Err() != nil:
		return drivers.Unknown, false
	}
	c, err = p.ask(ctx)
	if err != nil {
		if c, err = p.conditionOf(ctx, err); err != nil {
			return drivers.Unknown, false
		}
		return c, false
	}
	if c.CanPrint() {
		return drivers.Unknown, true
	}
	return c, true
}
