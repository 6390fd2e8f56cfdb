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
	now := time.Now()
	switch {
	case ctx.Err() != nil:
		return false
	case errors.Is(err, drivers.ErrUnplugged), errors.Is(err, drivers.ErrClosed):
		return p.end(o, "")
	case err != nil:
		p.talk.mouth = o.seen // it says nothing: as far as we know it is still there
	}
	o.seen = o.seen || p.talk.mouth
	switch {
	case !p.talk.mouth && !o.seen && now.Before(o.reach):
		return false
	case !p.talk.mouth && o.taking:
		return p.end(o, drivers.TakenBack)
	case !p.talk.mouth && err == nil:
		return p.end(o, drivers.Taken)
	case now.Before(o.until):
		return false
	case !o.taking && len(p.profile.Presenter.Retract) > 0:
		o.taking, o.until = true, now.Add(swallow)
		if _, err := p.write(p.profile.Presenter.Retract); err != nil {
			return p.end(o, "")
		}
		return false
	case err != nil:
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
