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
	command int              // bytes that a half-received command may still take
	paper   time.Duration    // what it may still print before it looks at anything new
	end     escpos.ProcessID // answered if it came out after all
}

const (
	// spare covers bytes lost on the line in front of the command that waits.
	spare = 64
	// firstBurst is how many more are sent to a printer that does not answer behind the first, and
	// then twice as many each time, up to the longest command there is: a raster of 128 bytes
	// by 4,095 rows, whose length bytes came from the middle of something else.
	firstBurst = 2048
	maxNULs    = 600 << 10
	// piece is written at a time.
	piece = 1024
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
		if err := p.flush(ctx, blindNULs); err != nil {
			return err
		}
		return p.fresh()
	}
	for sent, nuls := 0, left.command+spare; sent < maxNULs; nuls = max(2*nuls, firstBurst) {
		if err := p.flush(ctx, nuls); err != nil {
			return err
		}
		sent += nuls
		err := p.insync(ctx, left.paper)
		if err == nil {
			return p.fresh()
		}
		if !errors.Is(err, drivers.ErrTimeout) {
			return err
		}
		if c, err := p.ask(ctx); err != nil || !c.CanPrint() {
			return errors.Join(fmt.Errorf("settle: %s", c), err)
		}
	}
	return errSilent
}

// flush sends NULs, in pieces between which ctx is heard, and initialises the printer.
func (p *Printer) flush(ctx context.Context, nuls int) error {
	for nuls > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(nuls, piece)
		if _, err := p.write(make([]byte, n)); err != nil {
			return err
		}
		nuls -= n
	}
	_, err := p.write(append(escpos.Initialise(), escpos.NoAutoStatus()...))
	return err
}

// insync asks whether the printer understands us, and waits until it has answered all that was
// asked before, so that no late answer confirms the next document.
func (p *Printer) insync(ctx context.Context, d time.Duration) error {
	m := p.mail
	id := p.nextID()
	question := escpos.AskBuffer()
	if p.processes() {
		question = append(question, escpos.AskProcess(id)...)
	}
	m.look(func() { m.buffer, m.stray = 0, 0 })
	if _, err := p.write(question); err != nil {
		return err
	}
	answered := func() bool { return m.buffer > 0 || m.processed(id) }
	if err := m.wait(ctx, d+p.arrived()+p.cfg.AnswerTimeout, p.talk.losses, answered); err != nil {
		return err
	}
	for heard := -1; ; {
		n, noisy := 0, false
		m.look(func() { n, noisy = m.buffer, m.stray > 0 && !m.processed(id) })
		switch {
		case n == heard && noisy:
			return p.certain(ctx)
		case n == heard:
			return nil
		}
		heard = n
		if err := p.pause(ctx, 2*quiet); err != nil {
			return err
		}
	}
}

// fresh cuts off what the failed document left on the paper. A printer that kept its bytes, and has printed and
// cut it after all, says so itself: nothing is left then.
func (p *Printer) fresh() error {
	whole := false
	p.mail.look(func() { whole = p.mail.processed(p.talk.dirty.end) })
	if !whole {
		if _, err := p.write(escpos.CutOff(p.profile)); err != nil {
			return err
		}
	}
	p.talk.dirty = nil
	return nil
}
