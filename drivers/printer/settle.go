package printer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"loket/drivers"
	"loket/drivers/escpos"
)

// leftover is what a document that failed may have left in the printer.
type leftover struct {
	command int           // bytes that a half-received command may still take
	paper   time.Duration // what it may still print before it looks at anything new
}

const (
	// spare covers bytes lost on the line in front of the command that waits.
	spare = 64
	// burst is how many NULs are sent at a time to a printer that still does not answer, and
	// maxNULs all that the longest command can take: two bytes of length.
	burst   = 2048
	maxNULs = 66 << 10
	// blindNULs is what a printer without answers gets.
	blindNULs = 8192
)

// settle brings a printer that was left in the middle of a document back to a known state: NULs end a
// command that still waits for its bytes (between commands they are nothing), then it is
// initialised, and the paper that has a piece of a slip on it is cut off. The NULs were enough when
// the printer answers what comes behind them.
func (p *Printer) settle(ctx context.Context) error {
	left := p.talk.dirty
	if p.cfg.OneWay {
		if err := p.flush(blindNULs); err != nil {
			return err
		}
		return p.fresh()
	}
	if err := p.flush(left.command + spare); err != nil {
		return err
	}
	sent := left.command + spare
	for {
		err := p.insync(ctx, left.paper+p.wire(burst))
		if err == nil {
			return p.fresh()
		}
		if !errors.Is(err, drivers.ErrTimeout) {
			return err
		}
		if c, err := p.ask(ctx); err != nil || !c.CanPrint() {
			return errors.Join(fmt.Errorf("settle: %s", c), err)
		}
		if sent >= maxNULs {
			return errSilent
		}
		if err := p.flush(burst); err != nil {
			return err
		}
		sent += burst
	}
}

func (p *Printer) flush(nuls int) error {
	b := append(make([]byte, nuls), escpos.Initialise()...)
	_, err := p.port.Write(append(b, escpos.NoAutoStatus()...))
	return err
}

// insync asks whether the printer understands us, and waits until it has answered all that was
// asked before, so that no late answer confirms the next document.
func (p *Printer) insync(ctx context.Context, d time.Duration) error {
	m := p.mail
	p.talk.jobs++
	id := escpos.MakeProcessID(p.talk.jobs)
	question := escpos.AskBuffer()
	if p.processes() {
		question = append(question, escpos.AskProcess(id)...)
	}
	m.look(func() { m.buffer, m.anyDone = 0, false })
	if _, err := p.port.Write(question); err != nil {
		return err
	}
	answered := func() bool { return m.buffer > 0 || m.anyDone && m.done == id }
	if err := m.wait(ctx, d+p.cfg.AnswerTimeout, p.talk.losses, answered); err != nil {
		return err
	}
	for heard := -1; ; {
		n := 0
		m.look(func() { n = m.buffer })
		if n == heard {
			return nil
		}
		heard = n
		if err := p.pause(ctx, 2*quiet); err != nil {
			return err
		}
	}
}

// fresh cuts off what the failed document left on the paper.
func (p *Printer) fresh() error {
	blank, err := escpos.Encode(nil, p.profile)
	if err != nil {
		return err
	}
	if _, err := p.port.Write(blank.Bytes); err != nil {
		return err
	}
	p.talk.dirty = nil
	return nil
}
