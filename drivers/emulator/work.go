package emulator

import (
	"errors"
	"image"
	"time"
)

// errReset ends a command whose bytes were cleared away.
var errReset = errors.New("emulator: buffer cleared")

// bandRows is how many rows the paper moves at a time: what a fault can cut through.
const bandRows = 8

// works is the printer as its interpreter sees it: bytes come, paper goes. Its methods answer
// errClosed when the printer is closed and errReset when the buffer was cleared.
type works struct {
	p     *Printer
	epoch int
	free  time.Time // when the paper stands still again
}

// work carries out commands until the printer is closed.
func (p *Printer) work() {
	w := &works{p: p}
	m := newMachine(p.cfg.Profile, w)
	m.noProcessID = p.cfg.NoProcessID
	for {
		switch err := m.step(); {
		case err == nil:
		case errors.Is(err, errReset):
			m.drop()
		default:
			return
		}
	}
}

// next is the next byte of the buffer. A printer that is stopped works on nothing.
func (w *works) next() (byte, error) {
	var c byte
	got := func() bool {
		if w.p.state().stopped() || len(w.p.buffer) == 0 {
			if !w.p.idle {
				w.p.idle = true
				w.p.tell()
			}
			return false
		}
		w.p.idle = false
		c = w.p.buffer[0]
		w.p.buffer = append(w.p.buffer[:0], w.p.buffer[1:]...)
		w.p.flow()
		return true
	}
	return c, w.until(got, true)
}

// until waits for ok, which is called with the lock held. While idle, somebody takes a slip that hangs
// out whole.
func (w *works) until(ok func() bool, idle bool) error {
	var tear, take <-chan time.Time
	for {
		w.p.mu.Lock()
		if w.epoch != w.p.epoch {
			w.epoch = w.p.epoch
			w.p.mu.Unlock()
			return errReset
		}
		if ok() {
			w.p.mu.Unlock()
			return nil
		}
		changed := w.p.changed
		hangs := idle && !w.p.cfg.Profile.Cutter && w.p.paper.hangs()
		held := w.p.mouth != nil && !w.p.faults[SlipLeft]
		w.p.mu.Unlock()
		if hangs && tear == nil {
			tear = time.After(w.p.cfg.TearAfter)
		}
		if held && take == nil {
			take = time.After(w.p.cfg.TearAfter)
		}
		select {
		case <-changed:
		case <-tear:
			w.p.part(false)
			tear = nil
		case <-take:
			w.p.take()
			take = nil
		case <-w.p.closing:
			return errClosed
		}
	}
}

// move lets the paper go by up to n rows and says by how many it went.
func (w *works) move(n int, rows func(n int)) (int, error) {
	went := 0
	err := w.until(func() bool {
		if w.p.state().stopped() {
			return false
		}
		went = n
		if w.p.left >= 0 {
			was := w.p.state()
			went = min(n, w.p.left)
			w.p.left -= went
			w.p.report(was)
		}
		rows(went)
		w.p.tell()
		return true
	}, false)
	if err != nil {
		return 0, err
	}
	if w.p.paperTooLong() {
		w.p.part(false)
	}
	w.tell(went)
	return went, w.spend(w.paperTime(went))
}

// tell says what the paper did to who wants to know; the lock is not held.
func (w *works) tell(dots int) {
	if w.p.cfg.OnPaper != nil {
		w.p.cfg.OnPaper(dots)
	}
}

func (w *works) paperTime(dots int) time.Duration {
	perSecond := float64(w.p.cfg.PaperSpeed) * float64(w.p.cfg.Profile.DPI) / 25.4
	return time.Duration(float64(dots) / perSecond * float64(time.Second))
}

// spend lets the time of a movement pass.
func (w *works) spend(d time.Duration) error {
	if now := time.Now(); w.free.Before(now) {
		w.free = now
	}
	w.free = w.free.Add(d)
	// The clock of a busy machine is coarse: short movements are saved up.
	if wait := time.Until(w.free); wait > 2*time.Millisecond && !w.p.sleep(wait) {
		return errClosed
	}
	return nil
}

// print puts a picture on the paper, and what can be read on it once it is whole.
func (w *works) print(img *image.Gray, n note) error {
	w.p.mu.Lock()
	n.row = w.p.paper.rows()
	w.p.mu.Unlock()
	for y, h := 0, img.Bounds().Dy(); y < h; {
		went, err := w.move(min(bandRows, h-y), func(n int) { w.p.paper.print(img, y, y+n) })
		if err != nil {
			return err
		}
		y += went
	}
	if n.line.Text == "" && n.qr == "" {
		return nil
	}
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	w.p.paper.notes = append(w.p.paper.notes, n)
	return nil
}

// feed moves blank paper.
func (w *works) feed(dots int) error {
	for dots > 0 {
		went, err := w.move(min(bandRows, dots), func(n int) { w.p.paper.feed(n) })
		if err != nil {
			return err
		}
		dots -= went
	}
	return nil
}

// cut cuts, unless the knife is stuck: then the printer waits to be mended.
func (w *works) cut() error {
	if !w.p.cfg.Profile.Cutter {
		return nil
	}
	for {
		if err := w.until(func() bool { return !w.p.state().stopped() }, false); err != nil {
			return err
		}
		if err := w.spend(w.p.cfg.CutTime); err != nil {
			return err
		}
		w.p.mu.Lock()
		was := w.p.state()
		stuck := w.p.faults[CutterJam]
		w.p.jammed = stuck
		w.p.report(was)
		w.p.mu.Unlock()
		if !stuck {
			w.p.part(true)
			w.tell(0)
			return nil
		}
	}
}

// initialised is told at ESC @: where there is no cutter, a slip that hangs out whole is taken
// before the next one is printed.
func (w *works) initialised() {
	w.p.mu.Lock()
	take := !w.p.cfg.Profile.Cutter && w.p.paper.hangs()
	w.p.mu.Unlock()
	if take {
		w.p.part(false)
	}
}

// reply answers the host with what f makes of the sensors.
func (w *works) reply(f func(state) []byte) {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	if b := f(w.p.state()); len(b) > 0 {
		w.p.answer(b...)
	}
}

// automatic sets whether changes are reported unasked; with it, the first report comes at once.
func (w *works) automatic(on bool) {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	w.p.auto = on
	if on {
		w.p.answer(w.p.state().automatic()...)
	}
}

func (p *Printer) paperTooLong() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paper.rows() > maxRows
}

// present holds out what was cut off, or takes it back.
func (w *works) present(out bool) error {
	if out {
		return nil // it is where the cutter has put it
	}
	if err := w.spend(w.p.cfg.CutTime); err != nil {
		return err
	}
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	if w.p.mouth != nil {
		was := w.p.state()
		w.p.mouth = nil
		w.p.backs++
		w.p.report(was)
	}
	return nil
}

// part takes what is past the cutter as a slip. A presenter holds it out; what it held before falls
// out of its mouth.
func (p *Printer) part(cut bool) {
	holds := cut && p.cfg.Profile.Presenter.Holds
	if holds {
		p.leave()
	}
	p.mu.Lock()
	s := p.paper.part()
	if s != nil {
		s.At, s.Cut = time.Now(), cut
		p.parted++
	}
	if s != nil && holds {
		was := p.state()
		p.mouth = s
		p.report(was)
		s = nil
	}
	p.give(s)
}

// take is a hand that takes what the presenter holds out, unless it is to be left there.
func (p *Printer) take() {
	p.mu.Lock()
	left := p.faults[SlipLeft]
	p.mu.Unlock()
	if !left {
		p.leave()
	}
}

// leave lets go of what the presenter holds.
func (p *Printer) leave() {
	p.mu.Lock()
	s, was := p.mouth, p.state()
	p.mouth = nil
	p.report(was)
	p.give(s)
}

// give notes a slip that is out, which may be nil. The lock is held, and is given back.
func (p *Printer) give(s *Slip) {
	if s != nil {
		p.count++
		s.Number = p.count
		if p.slips = append(p.slips, s); len(p.slips) > p.cfg.Keep {
			p.slips = append([]*Slip(nil), p.slips[1:]...)
		}
	}
	p.tell()
	p.mu.Unlock()
	if s != nil && p.cfg.OnSlip != nil {
		p.cfg.OnSlip(s)
	}
}

// Tear takes the paper that hangs out or is held out, as somebody does who does not wait.
func (p *Printer) Tear() {
	if p.cfg.Profile.Presenter.Holds {
		p.leave()
		return
	}
	p.part(false)
}

// Strip is a picture of the paper that is in the printer: from the last cut to the print head.
func (p *Printer) Strip() *image.Gray {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paper.picture(p.paper.rows())
}
