package emulator

import (
	"errors"
	"fmt"
	"time"
)

// pause is what stands between two pieces of an answer that comes in Halves: shorter than what a
// driver takes for the end of a line.
const pause = 10 * time.Millisecond

// plug makes a pty, points the link at it and starts to receive with a mind that knows nothing yet.
func (r *Reader) plug() error {
	l, err := newLine()
	if err != nil {
		return fmt.Errorf("emulator: %w", err)
	}
	if err := r.link.point(l.slave.Name()); err != nil {
		close(l.gone)
		return errors.Join(err, l.close())
	}
	r.mu.Lock()
	r.line = l
	r.tell()
	r.mu.Unlock()
	go r.receive(l, r.mind())
	return nil
}

// mind is nil for a reader that does not listen.
func (r *Reader) mind() mind {
	switch r.cfg.Kind {
	case PN532:
		return &uartChip{}
	case ACR122S:
		return &ccidReader{}
	case Line:
	}
	return nil
}

// pull takes the cable out or puts it back.
func (r *Reader) pull(out bool) error {
	r.mu.Lock()
	if r.faults[Unplugged] == out {
		r.mu.Unlock()
		return nil
	}
	r.faults[Unplugged] = out
	l := r.line
	r.line = nil
	r.tell()
	r.mu.Unlock()
	if !out {
		return r.plug()
	}
	return errors.Join(r.link.unpoint(), l.close())
}

// receive takes bytes off one line, at its speed, until it hangs up.
func (r *Reader) receive(l *line, m mind) {
	defer close(l.gone)
	buf := make([]byte, 1+wireBytes) // packet mode puts a byte of its own before the others
	for {
		n, err := l.master.Read(buf)
		if err != nil {
			return
		}
		if n < 2 || buf[0] != 0 || m == nil {
			continue
		}
		if !r.sleep(r.wire(n - 1)) {
			return
		}
		for _, s := range m.hear(buf[1:n], r.Cards()) {
			s.line = l
			r.say(s)
		}
	}
}

// wire is how long n bytes take on the line.
func (r *Reader) wire(n int) time.Duration {
	return time.Duration(n) * 10 * time.Second / time.Duration(r.cfg.Baud)
}

func (r *Reader) say(s said) {
	select {
	case r.answers <- s:
	default: // nobody takes what is said: it is lost, as on a real line
	}
}

// speak puts on the line what is said, after the time that it takes.
func (r *Reader) speak() {
	for {
		select {
		case <-r.closing:
			return
		case s := <-r.answers:
			if !r.sleep(s.after) {
				return
			}
			if s.taken != nil && !s.taken() {
				continue // the host has taken its question back
			}
			for i, piece := range r.spoil(s) {
				if i > 0 && !r.sleep(pause) || !r.sleep(r.wire(len(piece))) {
					return
				}
				// A host that reads nothing for so long loses the answer, as a UART would.
				_ = s.line.master.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)) // fails only when hung up
				_, _ = s.line.master.Write(piece)                                          // the same
			}
			r.count(s)
		}
	}
}

func (r *Reader) count(s said) {
	if !s.look {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.looks++
	r.tell()
}

// spoil does to an answer what the faults do, and answers the pieces in which it comes.
func (r *Reader) spoil(s said) [][]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.faults[Silent] || r.line != s.line {
		return nil
	}
	if !s.answer {
		return [][]byte{s.bytes}
	}
	r.said++
	b := append([]byte{}, s.bytes...)
	if r.faults[BadChecksum] && r.said%2 == 0 {
		b[len(b)-2] ^= 0x5a
	}
	if r.faults[LostBytes] && r.said%3 == 0 {
		i := r.noise.IntN(len(b))
		b = append(b[:i], b[i+1:]...)
	}
	var pieces [][]byte
	if r.faults[Noise] {
		pieces = append(pieces, r.static())
	}
	if r.faults[Halves] && len(b) > 1 {
		return append(pieces, b[:len(b)/2], b[len(b)/2:])
	}
	return append(pieces, b)
}

// static is what a loose wire makes up. On a line of text it hits the pause between two of them.
func (r *Reader) static() []byte {
	b := make([]byte, 4+r.noise.IntN(12))
	for i := range b {
		b[i] = byte(r.noise.Uint32()) //nolint:gosec // any byte will do
		if r.cfg.Kind == Line {
			b[i] |= 0x80
		}
	}
	if r.cfg.Kind == Line {
		b[0] = 0xff // in no text of UTF-8
		b = append(b, '\r')
	}
	return b
}

// sleep is false when the reader was closed meanwhile.
func (r *Reader) sleep(d time.Duration) bool {
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.closing:
		return false
	}
}
