package printer

import (
	"context"
	"errors"
	"time"

	"loket/drivers"
)

const (
	// lookAtMouth is how often it is looked whether a slip was taken.
	lookAtMouth = 300 * time.Millisecond
	// reachMouth is how long a slip that is printed may take to come to the presenter's mouth. One
	// that was never seen there by then was taken at once.
	reachMouth = 2 * time.Second
	// swallow is how long taking a slip back may take.
	swallow = 5 * time.Second
)

// offer is a slip that a presenter holds out.
type offer struct {
	fate   chan drivers.Fate // capacity 1
	seen   bool              // in the mouth
	reach  time.Time         // until then it may still come there
	until  time.Time         // then it is taken back
	taking bool              // the printer was told to take it back
}

// present looks after the slip that was just printed until it is taken, and answers what tells of it.
func (p *Printer) present() <-chan drivers.Fate {
	if !p.profile.Presenter.Holds {
		return nil
	}
	now := time.Now()
	o := &offer{fate: make(chan drivers.Fate, 1), seen: p.talk.mouth, reach: now.Add(reachMouth), until: now.Add(p.cfg.PresentFor)}
	p.talk.offer = o
	p.offers.Add(1)
	go func() {
		defer p.offers.Done()
		p.attend(o)
	}()
	return o.fate
}

// attend looks after a slip now and then, between whatever else is said to the printer.
func (p *Printer) attend(o *offer) {
	tick := time.NewTicker(lookAtMouth)
	defer tick.Stop()
	ctx := context.Background() // the end of the port ends all that is waited for
	for over := false; !over; {
		select {
		case <-tick.C:
		case <-p.closing:
		}
		if err := p.acquire(ctx); err != nil {
			return // not without an end of ctx
		}
		over = p.talk.offer != o || p.visit(ctx, o)
		p.release()
	}
}

// clear waits until nothing is held out, so that a slip pushes no other one into a citizen's hand.
func (p *Printer) clear(ctx context.Context) error {
	for o := p.talk.offer; o != nil && !p.visit(ctx, o); {
		if err := p.pause(ctx, lookAtMouth); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// visit looks at the slip that is held out, and says whether that is over.
func (p *Printer) visit(ctx context.Context, o *offer) (over bool) {
	_, err := p.ask(ctx)
	switch {
	case ctx.Err() != nil:
		return false
	case errors.Is(err, drivers.ErrUnplugged), errors.Is(err, drivers.ErrClosed):
		return p.end(o, "")
	case err == nil && !p.talk.mouth:
		return p.gone(o)
	}
	o.seen = o.seen || err == nil
	if time.Now().Before(o.until) {
		return false
	}
	return p.takeBack(o, err != nil)
}

// gone says whether it is over with a slip that is not in the mouth: it may not be there yet.
func (p *Printer) gone(o *offer) bool {
	switch {
	case o.taking:
		return p.end(o, drivers.TakenBack)
	case o.seen || time.Now().After(o.reach):
		return p.end(o, drivers.Taken)
	}
	return false
}

// takeBack ends the time in which a slip may be taken. A silent printer is told to take it back as well.
func (p *Printer) takeBack(o *offer, silent bool) bool {
	retract := p.profile.Presenter.Retract
	switch {
	case !o.taking && len(retract) > 0:
		o.taking, o.until = true, time.Now().Add(swallow)
		if _, err := p.write(retract); err != nil {
			return p.end(o, "")
		}
		return false
	case silent:
		return p.end(o, "")
	}
	return p.end(o, drivers.Ignored)
}

// end tells what became of a slip; "" is that nobody knows.
func (p *Printer) end(o *offer, f drivers.Fate) bool {
	if f != "" {
		o.fate <- f
	}
	close(o.fate)
	p.talk.offer = nil
	return true
}
