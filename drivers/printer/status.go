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
			p.talk.asked, p.talk.mouth = 0, false
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
		if err := p.greet(ctx); err != nil {
			c, ctxErr := p.conditionOf(ctx, err)
			return c, err, ctxErr
		}
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
