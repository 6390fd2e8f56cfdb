package printer

import (
	"context"
	"errors"
	"time"

	"loket/drivers"
	"loket/drivers/escpos"
)

const (
	// quiet is how long a line must be still before it counts as having nothing more to say.
	quiet = 150 * time.Millisecond
	// fullBytes is the length of the answer to AskFull.
	fullBytes = 6
)

// ask asks for the printer's own word. A fault counts when it is seen twice: one byte of noise
// must not call the staff.
func (p *Printer) ask(ctx context.Context) (drivers.Condition, error) {
	var last drivers.Condition
	for range 4 {
		s, err := p.report(ctx)
		if err != nil {
			return "", err
		}
		p.talk.mouth = s.Held
		c := s.Condition
		if c == last || c == drivers.Ready {
			p.talk.held = p.talk.held && !c.CanPrint()
			return c, nil
		}
		last = c
	}
	return last, nil // it is changing: the next poll tells
}

// report asks in the printer's dialect.
func (p *Printer) report(ctx context.Context) (escpos.Status, error) {
	if p.profile.Dialect == escpos.CustomStatus {
		r, err := p.fullReport(ctx)
		return r.Status(), err
	}
	r, err := p.fourReport(ctx)
	return p.profile.Dialect.Status(r), err
}

// fullReport asks for the one answer that says everything.
func (p *Printer) fullReport(ctx context.Context) (escpos.FullReport, error) {
	m := p.mail
	for range 3 {
		m.look(func() { m.full, m.realTime = nil, nil })
		err := p.answered(ctx, escpos.AskStatus(escpos.AskFull), fullBytes, func() bool { return len(m.full) > 0 })
		if err != nil {
			return escpos.FullReport{}, err
		}
		var got []escpos.FullReport
		noise := false
		m.look(func() { got, noise = m.full, len(m.realTime) > 0 })
		if len(got) > 0 {
			return got[len(got)-1], nil
		}
		if !noise {
			break
		}
	}
	return escpos.FullReport{}, errSilent
}

// fourReport asks all four at once, and, when the answers do not come out even, one by one.
func (p *Printer) fourReport(ctx context.Context) (escpos.Report, error) {
	var r escpos.Report
	all := make([]byte, 0, 12)
	for n := byte(escpos.AskPrinter); n <= escpos.AskPaper; n++ {
		all = append(all, escpos.AskStatus(n)...)
	}
	m := p.mail
	var got []byte
	m.look(func() { m.realTime, m.full = nil, nil })
	err := p.answered(ctx, all, len(r), func() bool { return len(m.realTime) >= len(r) })
	m.look(func() { got = m.realTime })
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

// answered asks, and asks again past the flow control, which may hold our question, when the first
// time nothing at all came. No answer is no error.
func (p *Printer) answered(ctx context.Context, b []byte, want int, enough func() bool) error {
	write := p.write
	if p.talk.held {
		write = p.writeNow
	}
	heard := func() bool { return len(p.mail.realTime)+len(p.mail.full) > 0 }
	something := false
	if err := p.question(ctx, b, want, enough, write); err != nil {
		return err
	}
	if p.mail.look(func() { something = heard() }); something {
		return nil
	}
	err := p.question(ctx, b, want, enough, p.writeNow)
	p.mail.look(func() { p.talk.held = heard() })
	return err
}

// single asks one of the four until exactly one answer comes.
func (p *Printer) single(ctx context.Context, n byte) (byte, error) {
	m := p.mail
	for range 5 {
		if err := p.hush(ctx); err != nil {
			return 0, err
		}
		m.look(func() { m.realTime = nil })
		if err := p.question(ctx, escpos.AskStatus(n), 1, func() bool { return len(m.realTime) > 0 }, p.writeNow); err != nil {
			return 0, err
		}
		var got []byte
		m.look(func() { got = m.realTime })
		if len(got) == 1 {
			return got[0], nil
		}
	}
	return 0, errSilent
}

// question sends a request and waits until enough has come for it, so many bytes, or the time ran out,
// which is no error.
func (p *Printer) question(ctx context.Context, b []byte, want int, enough func() bool, write func([]byte) (int, error)) error {
	if _, err := write(b); err != nil {
		if errors.Is(err, drivers.ErrTimeout) {
			return nil // held by flow control
		}
		return err
	}
	err := p.mail.wait(ctx, p.arrived()+p.cfg.AnswerTimeout+p.wire(want), p.talk.losses, enough)
	if errors.Is(err, drivers.ErrTimeout) {
		return nil
	}
	return err
}

// errNoise says that nothing on the line can be told from noise.
var errNoise = errors.New("noise on the line")

// certain asks AskBuffer anew where what answered it may have been noise: twice in a row an answer must come to a
// question that was asked into a silence. That the printer has read it means that it has read all before it.
func (p *Printer) certain(ctx context.Context) error {
	m := p.mail
	for agreed, tries := 0, 0; tries < 6; tries++ {
		if err := p.hush(ctx); err != nil {
			return err
		}
		m.look(func() { m.buffer = 0 })
		if _, err := p.write(escpos.AskBuffer()); err != nil {
			return err
		}
		err := m.wait(ctx, p.arrived()+p.cfg.AnswerTimeout, p.talk.losses, func() bool { return m.buffer > 0 })
		switch {
		case errors.Is(err, drivers.ErrTimeout):
			agreed = 0
		case err != nil:
			return err
		default:
			if agreed++; agreed == 2 {
				return nil
			}
		}
	}
	return errNoise
}

// hush waits until the printer says nothing that nobody asked for, or it is clear that it will not
// stop.
func (p *Printer) hush(ctx context.Context) error {
	for range 10 {
		before := 0
		p.mail.look(func() { before = p.mail.bytes })
		err := p.mail.wait(ctx, quiet, p.talk.losses, func() bool { return p.mail.bytes != before })
		if errors.Is(err, drivers.ErrTimeout) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
