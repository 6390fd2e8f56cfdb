package emulator

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// errClosed ends everything that waits when the printer is closed.
var errClosed = errors.New("emulator: closed")

// wireBytes is how many bytes come off the line at a time. Small, so that a status request is
// answered in the middle of a job, as soon as it has arrived.
const wireBytes = 16

// idle is how long a line must have nothing to carry before it counts as idle.
const idle = 500 * time.Microsecond

// line is one pty: the printer holds both ends, so that the host may come and go.
type line struct {
	master *os.File // not blocking, so that Close ends a Read
	slave  *os.File
	queue  []byte        // written by the host and not yet on the wire; of receive alone
	past   int           // the XOFF that the host writes past, having discarded what it held; of receive alone
	gone   chan struct{} // closed when receive has ended
}

// plug makes a pty, points the link at it and starts to receive.
func (p *Printer) plug() error {
	l, err := newLine()
	if err != nil {
		return fmt.Errorf("emulator: %w", err)
	}
	if err := p.link.point(l.slave.Name()); err != nil {
		close(l.gone)
		return errors.Join(err, l.close())
	}
	p.mu.Lock()
	p.line = l
	p.tell()
	p.mu.Unlock()
	go p.receive(l)
	return nil
}

func newLine() (*line, error) {
	master, slave, err := pty.Open()
	if err != nil {
		return nil, err
	}
	// The library leaves the master blocking; a copy of the descriptor can be polled.
	fd, err := unix.FcntlInt(master.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		// Packet mode tells what becomes of the host's output beside its bytes.
		err = errors.Join(unix.IoctlSetPointerInt(fd, unix.TIOCPKT, 1), unix.SetNonblock(fd, true), raw(slave))
	}
	if err != nil {
		return nil, errors.Join(err, master.Close(), slave.Close())
	}
	name := master.Name()
	if err := master.Close(); err != nil {
		return nil, errors.Join(err, unix.Close(fd), slave.Close())
	}
	return &line{master: os.NewFile(uintptr(fd), name), slave: slave, gone: make(chan struct{})}, nil
}

// raw takes a terminal's habits away: a new pty echoes and translates line ends.
func raw(f *os.File) error {
	t, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
	t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8 | unix.CREAD | unix.CLOCAL
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(int(f.Fd()), unix.TCSETS, t)
}

// close hangs up and waits until nothing receives any more.
func (l *line) close() error {
	err := errors.Join(l.master.Close(), l.slave.Close())
	<-l.gone
	return err
}

// settings are the speed that the host has set and whether it obeys XOFF.
func (l *line) settings() (baud int, ixon bool) {
	t, err := unix.IoctlGetTermios(int(l.slave.Fd()), unix.TCGETS)
	if err != nil {
		return 0, false // hung up: receive will see it
	}
	return speeds[t.Cflag&unix.CBAUD], t.Iflag&unix.IXON != 0
}

var speeds = map[uint32]int{
	unix.B1200: 1200, unix.B2400: 2400, unix.B4800: 4800, unix.B9600: 9600, unix.B19200: 19200,
	unix.B38400: 38400, unix.B57600: 57600, unix.B115200: 115200, unix.B230400: 230400,
	unix.B460800: 460800, unix.B921600: 921600,
}

// wire is how long n bytes take on the line.
func (p *Printer) wire(l *line, n int) time.Duration {
	baud := p.cfg.Baud
	if baud == 0 {
		baud, _ = l.settings()
	}
	if baud == 0 {
		return 0
	}
	return time.Duration(n) * 10 * time.Second / time.Duration(baud)
}

// receive takes bytes off one line, at its speed, until it hangs up.
func (p *Printer) receive(l *line) {
	defer close(l.gone)
	var free time.Time // when the wire is free for the next byte
	var rt realTimer
	for {
		asked := time.Now()
		b, err := p.fetch(l)
		if err != nil {
			return
		}
		// Bytes that were waiting follow the last ones without a gap, however late this machine
		// has come to fetch them; only a line that was idle starts anew.
		if now := time.Now(); now.Sub(asked) > idle || now.Sub(free) > time.Second {
			free = now
		}
		free = free.Add(p.wire(l, len(b)))
		if !p.sleep(time.Until(free)) {
			return
		}
		p.arrive(b, &rt)
	}
}

// fetch waits for the next bytes that go over the wire, a few at a time. While a host that obeys our
// XOFF may not send, what it has written stays in its own queue, where it may still take it back. A
// pty has no such queue (its bytes are with us at once), so it is kept here.
func (p *Printer) fetch(l *line) ([]byte, error) {
	for p.holds(l) {
		if err := p.read(l, time.Now().Add(5*time.Millisecond)); err != nil {
			return nil, err
		}
	}
	for len(l.queue) == 0 {
		if err := p.read(l, time.Time{}); err != nil {
			return nil, err
		}
	}
	b := l.queue[:min(wireBytes, len(l.queue))]
	l.queue = l.queue[len(b):]
	return b, nil
}

// holds says whether the host may not send.
func (p *Printer) holds(l *line) bool {
	p.mu.Lock()
	held := p.xoff && p.line == l && l.past != p.xoffs
	p.mu.Unlock()
	if !held {
		return false
	}
	_, ixon := l.settings()
	return ixon
}

// read adds what the host has written to the queue; a host that discards its output empties it, and
// what it then writes in spite of our XOFF it writes on purpose. A deadline that passes is no error.
func (p *Printer) read(l *line, deadline time.Time) error {
	if err := l.master.SetReadDeadline(deadline); err != nil {
		return err
	}
	var b [1 + 8*wireBytes]byte // the first byte is the news of the line
	n, err := l.master.Read(b[:])
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil
	case err != nil:
		return err
	case n > 0 && b[0]&unix.TIOCPKT_FLUSHWRITE != 0:
		l.queue = nil
		p.mu.Lock()
		l.past = p.xoffs
		p.mu.Unlock()
	case n > 1:
		l.queue = append(l.queue, b[1:n]...)
	}
	return nil
}

// sleep is false when the printer was closed meanwhile.
func (p *Printer) sleep(d time.Duration) bool {
	if d <= 0 {
		select {
		case <-p.closing:
			return false
		default:
			return true
		}
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.closing:
		return false
	}
}

// arrive is the interrupt of the serial chip: real-time commands are obeyed at once, wherever they
// stand, and everything else waits in the buffer.
func (p *Printer) arrive(b []byte, rt *realTimer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Sub(p.stats.LastByte) > 500*time.Millisecond {
		p.stats.FirstByte = now
	}
	p.stats.LastByte = now
	for _, c := range b {
		p.stats.Received++
		if p.lost() {
			p.stats.Lost++
			continue
		}
		for _, k := range rt.next(c, p.obey) {
			if len(p.buffer) >= p.cfg.Profile.BufferBytes {
				p.stats.Lost++
				continue
			}
			p.buffer = append(p.buffer, k)
		}
	}
	p.flow()
	p.tell()
}

// transmit puts answers on the line at its speed.
func (p *Printer) transmit() {
	for {
		select {
		case <-p.closing:
			return
		case b := <-p.answers:
			p.mu.Lock()
			l := p.line
			p.mu.Unlock()
			if l == nil {
				continue // said into a loose cable
			}
			if !p.sleep(p.wire(l, len(b))) {
				return
			}
			// A host that reads nothing for so long loses the answer, as a UART would.
			_ = l.master.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)) // fails only when hung up
			_, _ = l.master.Write(b)                                              // the same
		}
	}
}
