package printer

import (
	"context"
	"errors"
	"time"

	"loket/drivers"
	"loket/drivers/escpos"
)

// errSilent is a printer that has an answer channel and does not use it: its power is off.
var errSilent = errors.New("no answer")

const (
	// quiet is how long a line must be still before it counts as having nothing more to say.
	quiet = 150 * time.Millisecond
	// reviveEvery keeps a jammed cutter from being moved all day long.
	reviveEvery = 5 * time.Second
)

// Status asks the printer. A printer that cannot be reached is a Condition, not an error; the error
// is that of ctx.
func (p *Printer) Status(ctx context.Context) (drivers.Condition, error) {
	if err := p.acquire(ctx); err != nil {
		return "", err
	}
	defer p.release()
	c, _, err := p.check(ctx)
	if err != nil {
		return "", err
	}
	if c.CanPrint() && p.talk.dirty != nil {
		// Somebody has mended it: clear away now, so that the next citizen need not wait for it.
		if err := p.settle(ctx); err != nil {
			return p.conditionOf(ctx, err)
		}
	}
	return c, nil
}

// Watch calls f with each new condition, from this goroutine, until ctx ends.
func (p *Printer) Watch(ctx context.Context, f func(drivers.Condition)) {
	var last drivers.Condition
	poll := time.NewTicker(p.cfg.Poll)
	defer poll.Stop()
	for {
		c, err := p.Status(ctx)
		if err != nil {
			return
		}
		if c != last {
			last = c
			f(c)
		}
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
		case <-p.mail.alert:
		}
	}
}

// check is the condition of the printer, and what was seen on the line if it could not be asked.
// The last error is that of ctx.
func (p *Printer) check(ctx context.Context) (drivers.Condition, error, error) {
	away := false
	p.mail.look(func() {
		if p.talk.losses != p.mail.losses {
			p.talk.losses, p.talk.greeted, p.talk.deaf = p.mail.losses, false, false
		}
		away = p.mail.away
	})
	if away {
		return drivers.Unplugged, drivers.ErrUnplugged, nil
	}
	if p.cfg.OneWay {
		return drivers.Unknown, nil, nil
	}
	c, err := p.ask(ctx)
	if err == nil && c == drivers.Cutter {
		c, err = p.revive(ctx)
	}
	if err != nil {
		c, ctxErr := p.conditionOf(ctx, err)
		return c, err, ctxErr
	}
	if c.CanPrint() && !p.talk.greeted {
		if _, err := p.write(escpos.NoAutoStatus()); err != nil {
			c, ctxErr := p.conditionOf(ctx, err)
			return c, err, ctxErr
		}
		p.talk.greeted = true
	}
	return c, nil, nil
}

// conditionOf is what an error on the line means; its error is that of ctx.
func (p *Printer) conditionOf(ctx context.Context, err error) (drivers.Condition, error) {
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.Is(err, drivers.ErrUnplugged), errors.Is(err, drivers.ErrClosed):
		return drivers.Unplugged, nil
	}
	return drivers.Offline, nil
}

// ask asks for the four real-time answers. A fault counts when it is seen twice: one byte of noise
// must not call the staff.
func (p *Printer) ask(ctx context.Context) (drivers.Condition, error) {
	var last drivers.Condition
	for range 4 {
		r, err := p.report(ctx)
		if err != nil {
			return "", err
		}
		c := r.Condition()
		if c == last || c == drivers.Ready {
			p.talk.held = p.talk.held && !c.CanPrint()
			return c, nil
		}
		last = c
	}
	return last, nil // it is changing: the next poll tells
}

// report asks all four at once, and, when the answers do not come out even, one by one.
func (p *Printer) report(ctx context.Context) (escpos.Report, error) {
	var r escpos.Report
	all := make([]byte, 0, 12)
	for n := byte(escpos.AskPrinter); n <= escpos.AskPaper; n++ {
		all = append(all, escpos.AskStatus(n)...)
	}
	write := p.write
	if p.talk.held {
		write = p.writeNow
	}
	got, err := p.question(ctx, all, len(r), write)
	if err == nil && len(got) == 0 {
		// Nothing at all: a flow control may hold our question, so it goes past it.
		got, err = p.question(ctx, all, len(r), p.writeNow)
		p.talk.held = len(got) > 0
	}
	switch {
	case err != nil:
		return r, err
	case len(got) == 0:
		return r, errSilent
	case len(got) == len(r):
		return escpos.Report(got), nil
	}
	for i := range r {
		if r[i], err = p.single(ctx, byte(i)+escpos.AskPrinter); err != nil {
			return r, err
		}
	}
	return r, nil
}

// single asks one of the four until exactly one answer comes.
func (p *Printer) single(ctx context.Context, n byte) (byte, error) {
	for range 5 {
		if err := p.hush(ctx); err != nil {
			return 0, err
		}
		got, err := p.question(ctx, escpos.AskStatus(n), 1, p.writeNow)
		if err != nil {
			return 0, err
		}
		if len(got) == 1 {
			return got[0], nil
		}
	}
	return 0, errSilent
}

// question sends a request and answers what came for it: fewer than want when the time ran out.
func (p *Printer) question(ctx context.Context, b []byte, want int, write func([]byte) (int, error)) ([]byte, error) {
	m := p.mail
	m.look(func() { m.realTime = m.realTime[:0] })
	if _, err := write(b); err != nil {
		if errors.Is(err, drivers.ErrTimeout) {
			return nil, nil // held by flow control
		}
		return nil, err
	}
	d := p.arrived() + p.cfg.AnswerTimeout + p.wire(want)
	err := m.wait(ctx, d, p.talk.losses, func() bool { return len(m.realTime) >= want })
	if err != nil && !errors.Is(err, drivers.ErrTimeout) {
		return nil, err
	}
	var got []byte
	m.look(func() { got = append(got, m.realTime...) })
	return got, nil
}

// hush waits until the printer says nothing that nobody asked for, or it is clear that it will not
// stop.
func (p *Printer) hush(ctx context.Context) error {
	for range 10 {
		before, after := 0, 0
		p.mail.look(func() { p.mail.realTime = p.mail.realTime[:0] })
		err := p.mail.wait(ctx, quiet, p.talk.losses, func() bool {
			after = len(p.mail.realTime)
			return after != before
		})
		if errors.Is(err, drivers.ErrTimeout) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// revive tells a printer with a jammed cutter to leave the error, which it does if the jam is gone.
func (p *Printer) revive(ctx context.Context) (drivers.Condition, error) {
	if time.Since(p.talk.revived) < reviveEvery {
		return drivers.Cutter, nil
	}
	p.talk.revived = time.Now()
	if _, err := p.writeNow(escpos.Recover()); err != nil {
		return "", err
	}
	for range 5 {
		if err := p.pause(ctx, quiet+p.profile.CutTime/2); err != nil {
			return "", err
		}
		if c, err := p.ask(ctx); err != nil || c != drivers.Cutter {
			return c, err
		}
	}
	return drivers.Cutter, nil
}

// pause lets time pass, unless the line or ctx ends.
func (p *Printer) pause(ctx context.Context, d time.Duration) error {
	err := p.mail.wait(ctx, d, p.talk.losses, func() bool { return false })
	if errors.Is(err, drivers.ErrTimeout) {
		return nil
	}
	return err
}
