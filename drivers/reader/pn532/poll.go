package pn532

import (
	"context"
	"errors"
	"fmt"
	"time"

	"loket/drivers"
)

// Poll looks for cards over a link every so often, until ctx ends or the line is closed, and tells
// each card once. When the chip is lost it is woken again; the errors are that of ctx and
// drivers.ErrClosed.
func Poll(ctx context.Context, l Link, every time.Duration, e drivers.Events) error {
	p := &poller{link: l, every: every, events: e}
	again := time.NewTicker(every)
	defer again.Stop()
	for {
		err := p.session(ctx, again)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, drivers.ErrClosed):
			return fmt.Errorf("read cards: %w", err)
		case errors.Is(err, drivers.ErrUnplugged):
			p.tell(drivers.ReaderUnplugged)
		default:
			p.tell(drivers.ReaderSilent)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-again.C:
		}
	}
}

type poller struct {
	link     Link
	every    time.Duration
	events   drivers.Events
	presence Presence
	polled   time.Time // when a poll last went well
	health   drivers.Health
}

// session wakes the chip and polls until something fails; it never answers nil.
func (p *poller) session(ctx context.Context, again *time.Ticker) error {
	if err := p.start(ctx); err != nil {
		return err
	}
	if time.Since(p.polled) > missedPolls*p.every {
		p.presence.Clear() // who held a card before may be gone
	}
	p.tell(drivers.ReaderReady)
	for {
		if err := p.poll(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-again.C:
		}
	}
}

func (p *poller) start(ctx context.Context) error {
	if err := p.link.Wake(ctx); err != nil {
		return err
	}
	if err := firmware(ctx, p.link); err != nil {
		return err
	}
	return limitRetries(ctx, p.link)
}

// poll looks once for each type. A card that was found before something failed is told all the
// same, and a type that failed counts neither as seen nor as missed.
func (p *poller) poll(ctx context.Context) error {
	var found []Card
	for _, typeB := range []bool{false, true} {
		c, ok, err := look(ctx, p.link, typeB)
		if ok {
			found = append(found, c)
		}
		if err != nil {
			p.tellCards(p.presence.Seen(found...))
			return err
		}
	}
	p.polled = time.Now()
	p.tellCards(p.presence.Poll(found...))
	return nil
}

func (p *poller) tellCards(fresh []Card) {
	if p.events.Read == nil {
		return
	}
	for _, c := range fresh {
		if c.TypeB {
			p.events.Read(drivers.TypeB([]byte(c.ID), time.Now()))
			continue
		}
		p.events.Read(drivers.TypeA([]byte(c.ID), time.Now()))
	}
}

func (p *poller) tell(h drivers.Health) {
	if h == p.health {
		return
	}
	p.health = h
	if p.events.Health != nil {
		p.events.Health(h)
	}
}
