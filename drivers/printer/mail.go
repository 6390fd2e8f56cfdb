package printer

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"loket/drivers"
	"loket/drivers/escpos"
)

// mail is what the printer has said, from the goroutine that receives to the one that asked.
type mail struct {
	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change

	away     bool                // the cable is out
	closed   bool                // the port is closed
	losses   int                 // how often the cable went out
	realTime []byte              // answers to AskStatus
	full     []escpos.FullReport // answers to AskFull
	blocks   []escpos.Answer     // answers to Identify
	buffer   int                 // answers to AskBuffer
	first    time.Time           // when the first of them came
	done     []escpos.ProcessID  // answers to AskProcess
	stray    int                 // bytes of noise
	bytes    int                 // all that was heard
	alert    chan struct{}       // capacity 1: the line or an automatic status changed; full says the same
}

func newMail() *mail {
	return &mail{changed: make(chan struct{}), alert: make(chan struct{}, 1)}
}

// update changes the mail and wakes who waits for it.
func (m *mail) update(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f()
	close(m.changed)
	m.changed = make(chan struct{})
}

func (m *mail) alarm() {
	select {
	case m.alert <- struct{}{}:
	default:
	}
}

// look runs f under the lock.
func (m *mail) look(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f()
}

// processed says whether the printer has answered AskProcess with this id; the lock is held.
func (m *mail) processed(id escpos.ProcessID) bool { return slices.Contains(m.done, id) }

// lineError says why nothing more will come for now, or nil.
func (m *mail) lineError(losses int) error {
	switch {
	case m.closed:
		return drivers.ErrClosed
	case m.away || m.losses != losses:
		return drivers.ErrUnplugged
	}
	return nil
}

// wait waits until ok, up to d. The error is drivers.ErrTimeout, drivers.ErrUnplugged when the cable
// went out since losses were counted, drivers.ErrClosed, or that of ctx.
func (m *mail) wait(ctx context.Context, d time.Duration, losses int, ok func() bool) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		m.mu.Lock()
		changed := m.changed
		is, err := ok(), m.lineError(losses)
		m.mu.Unlock()
		switch {
		case is:
			return nil
		case err != nil:
			return err
		}
		select {
		case <-changed:
		case <-timer.C:
			return drivers.ErrTimeout
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// receive reads the port until it is closed. It is the only reader.
func (p *Printer) receive() {
	defer close(p.done)
	var sorter escpos.Sorter
	buf := make([]byte, 256)
	for {
		n, err := p.port.Read(buf)
		switch {
		case err == nil:
			p.plugged(true)
			p.mail.update(func() { p.mail.bytes += n })
			sorter.Feed(buf[:n], p.hear)
		case errors.Is(err, drivers.ErrTimeout):
			p.plugged(true)
		case errors.Is(err, drivers.ErrUnplugged):
			sorter.Reset()
			p.plugged(false)
			select { // a port that does not come back answers at once: do not spin
			case <-time.After(20 * time.Millisecond):
			case <-p.closing:
			}
		default:
			p.mail.update(func() { p.mail.closed = true })
			return
		}
	}
}

// plugged notes whether the cable is in.
func (p *Printer) plugged(in bool) {
	m := p.mail
	same := false
	m.look(func() { same = m.away == !in })
	if same {
		return // only receive changes it
	}
	m.update(func() {
		m.away = !in
		if !in {
			m.losses++
		}
	})
	m.alarm()
}

// maxHeard is how many answers of a kind are kept: more is noise that nobody asked for.
const maxHeard = 64

// hear files one answer.
func (p *Printer) hear(a escpos.Answer) {
	m := p.mail
	switch a.Kind {
	case escpos.RealTime:
		m.update(func() {
			if len(m.realTime) < maxHeard {
				m.realTime = append(m.realTime, a.Value)
			}
		})
	case escpos.Buffer:
		if a.Value&0xf0 == 0 { // the paper's four bits; anything else is noise
			m.update(func() {
				if m.buffer++; m.buffer == 1 {
					m.first = time.Now()
				}
			})
		} else {
			m.update(func() { m.stray++ })
		}
	case escpos.Full:
		m.update(func() {
			if len(m.full) < maxHeard {
				m.full = append(m.full, a.Full)
			}
		})
	case escpos.Block:
		m.update(func() {
			if len(m.blocks) < maxHeard {
				m.blocks = append(m.blocks, a)
			}
		})
	case escpos.Done:
		m.update(func() {
			if len(m.done) == maxHeard {
				m.done = m.done[1:]
			}
			m.done = append(m.done, a.ID)
		})
	case escpos.Stray:
		m.update(func() { m.stray++ })
	case escpos.Auto:
		m.alarm() // its bits lie elsewhere: Watch asks in the one way that all printers share
	case escpos.XOn, escpos.XOff: // nothing was asked that these answer
	}
}
