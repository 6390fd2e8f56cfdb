package printer

import (
	"context"
	"errors"

	"loket/drivers"
	"loket/drivers/escpos"
)

// maxAsked is how often a printer is asked what it is.
const maxAsked = 3

// greet makes a printer that can print speak only when asked, and finds out what it is. One that may
// still take what we say for the rest of a document is asked later.
func (p *Printer) greet(ctx context.Context) error {
	if _, err := p.write(escpos.NoAutoStatus()); err != nil {
		return err
	}
	if !p.auto {
		p.talk.greeted = true
		return nil
	}
	if p.talk.dirty != nil {
		return nil
	}
	return p.identify(ctx)
}

// identify asks the printer what it is. One that says nothing to it is asked again a few times, as
// noise may have been in the way, and is then taken for one of an unknown make.
func (p *Printer) identify(ctx context.Context) error {
	m := p.mail
	m.look(func() { m.blocks, m.buffer = nil, 0 })
	if _, err := p.write(escpos.Identify()); err != nil {
		return err
	}
	err := m.wait(ctx, p.arrived()+p.cfg.AnswerTimeout, p.talk.losses, func() bool { return m.buffer > 0 })
	if err != nil && !errors.Is(err, drivers.ErrTimeout) {
		return err
	}
	p.talk.asked++
	p.talk.greeted = err == nil || p.talk.asked >= maxAsked
	var profile escpos.Profile
	m.look(func() { profile = p.cfg.Table.Recognise(m.blocks) })
	p.mu.Lock()
	defer p.mu.Unlock()
	p.profile = profile
	return nil
}
