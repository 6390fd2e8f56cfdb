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
	p := &poller{link: l, every: every, events: e, presence: Presence{Patience: patience(every)}}
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

// lostFor is how long nothing was seen of a card when the chip is back before it counts as taken away: on a line that
// loses bytes the chip is woken again and again while the card just lies there.
const lostFor = 3 * time.Second

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
	if time.Since(p.polled) > lostFor {
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

// poll looks once for each type and tells each card as soon as it is found. A poll that broke off
// says nothing of the cards that it did not find.
func (p *poller) poll(ctx context.Context) error {
	var found []Card
	for _, typeB := range []bool{false, true} {
		err := look(ctx, p.link, typeB, func(c Card) {
			found = append(found, c)
			for _, fresh := range p.presence.Seen(c) {
				p.read(fresh)
			}
		})
		if err != nil {
			return err
		}
	}
	p.polled = time.Now()
	p.presence.Poll(found...)
	return nil
}

func (p *poller) read(c Card) {
	if p.events.Read == nil {
		return
	}
	reading := drivers.TypeA
	if c.TypeB {
		reading = drivers.TypeB
	}
	p.events.Read(reading([]byte(c.ID), time.Now()))
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
