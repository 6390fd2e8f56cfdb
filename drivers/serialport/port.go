package serialport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/tarm/serial"

	"loket/drivers"
)

const (
	// tick is how long the reading goroutine blocks in the kernel: the time an unplug, a Close
	// or a cancelled Write goes unnoticed at most. 100 ms is the tty's finest.
	tick = 100 * time.Millisecond
	// chunkBytes is what is given to the kernel at a time. While poll(2) says that there is room,
	// this much fits in every serial driver, so that a Write does not block inside the kernel.
	chunkBytes = 256
	// fifoTime covers the adapter's own delay, some of which collect bytes for 16 ms.
	fifoTime = 50 * time.Millisecond
	// patience is how long a write may take to return after it was freed.
	patience = time.Second
)

// Port is an open serial line; it implements drivers.Port. One goroutine may read while another
// one writes; Close may be called from any.
type Port struct {
	cfg Config
	ctl *control
	in  *inbox

	writing chan struct{}    // capacity 1, held by the one that writes
	chunks  chan []byte      // to the writing goroutine; unbuffered
	written chan writeResult // from it; capacity 1, so it never waits for a caller that gave up

	closing   chan struct{} // closed by Close
	closeOnce sync.Once
	gone      chan struct{} // closed when the line can no longer be used
	done      chan struct{} // closed when every goroutine and descriptor is gone
}

type writeResult struct {
	n   int
	err error
}

var _ drivers.Port = (*Port)(nil)

// Open opens and locks a serial line. The error is drivers.ErrInUse when another process, or
// another Port of this one, has it, and ErrConfig when the configuration makes no sense.
func Open(cfg Config) (*Port, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	ctl, err := openControl(cfg.Device) // first: nobody else's line settings are touched
	if err != nil {
		return nil, err
	}
	tty, err := serial.OpenPort(&serial.Config{Name: cfg.Device, Baud: cfg.Baud, ReadTimeout: tick})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", cfg.Device, err), ctl.close())
	}
	if err := ctl.setFlow(cfg.Flow); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", cfg.Device, err), tty.Close(), ctl.close())
	}
	p := &Port{
		cfg: cfg, ctl: ctl, in: newInbox(),
		writing: make(chan struct{}, 1),
		chunks:  make(chan []byte),
		written: make(chan writeResult, 1),
		closing: make(chan struct{}),
		gone:    make(chan struct{}),
		done:    make(chan struct{}),
	}
	go p.own(tty)
	return p, nil
}

// own is the life of the line: it reads until the end and then takes everything down.
func (p *Port) own(tty *serial.Port) {
	defer close(p.done)
	writer := make(chan struct{})
	go func() {
		defer close(writer)
		for b := range p.chunks {
			n, err := tty.Write(b)
			p.written <- writeResult{n, err}
		}
	}()
	p.in.fail(p.pump(tty))
	close(p.gone)
	p.lift()
	p.writing <- struct{}{} // nobody uses the descriptors any more
	close(p.chunks)
	select {
	case <-writer:
	case <-time.After(patience):
		// A serial driver that holds a write with nothing queued: its goroutine ends with the device.
	}
	_ = tty.Close()   // after an unplug the kernel has nothing to tell
	_ = p.ctl.close() // the lock goes with it
}

// lift frees a write that the kernel holds: without flow control and with nothing queued, it has
// no reason to. Both calls fail only on a device that is gone, which frees the write as well.
func (p *Port) lift() {
	_ = p.ctl.setFlow(NoFlow)
	_ = p.ctl.discardOutput()
}

// pump moves bytes from the tty to the inbox until the device or the port is gone.
func (p *Port) pump(tty *serial.Port) error {
	buf := make([]byte, 512)
	for {
		select {
		case <-p.closing:
			return drivers.ErrClosed
		default:
		}
		began := time.Now()
		n, err := tty.Read(buf)
		switch {
		case n > 0:
			p.in.put(buf[:n])
		case err != nil && !errors.Is(err, io.EOF):
			return fmt.Errorf("%w: %w", drivers.ErrUnplugged, err)
		case p.ctl.hungUp():
			return drivers.ErrUnplugged
		case time.Since(began) < tick/2:
			// Nothing, and too soon for the tty's own time-out: do not spin.
			select {
			case <-p.closing:
			case <-time.After(tick / 2):
			}
		}
	}
}

// Read reads what has come, waiting up to Config.ReadTimeout for the first byte. The error is
// drivers.ErrTimeout, drivers.ErrUnplugged or drivers.ErrClosed, never io.EOF.
func (p *Port) Read(b []byte) (int, error) {
	n, err, ok := p.in.read(b, p.cfg.ReadTimeout)
	if !ok {
		return 0, drivers.ErrTimeout
	}
	return n, err
}

// Write hands b to the line. When the device takes no byte for Config.WriteTimeout, what the
// kernel still holds is discarded, so that it cannot come out later by surprise, and the error is
// drivers.ErrTimeout; the count says how many bytes had left the caller.
func (p *Port) Write(b []byte) (int, error) {
	if err := p.acquire(); err != nil {
		return 0, err
	}
	defer p.release()
	return p.write(b)
}

// WriteNow writes a few bytes past a flow control that holds the line, for the requests that a
// device answers even when it takes no data. What was held before them is discarded.
func (p *Port) WriteNow(b []byte) (int, error) {
	if err := p.acquire(); err != nil {
		return 0, err
	}
	defer p.release()
	if p.cfg.Flow == NoFlow {
		return p.write(b)
	}
	if err := p.ctl.discardOutput(); err != nil {
		return 0, p.lineError(err)
	}
	if err := p.ctl.setFlow(NoFlow); err != nil {
		return 0, p.lineError(err)
	}
	n, err := p.write(b)
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), p.cfg.WriteTimeout)
		if err = p.drain(ctx); err == nil {
			err = p.linger(ctx, len(b))
		}
		cancel()
	}
	if ferr := p.ctl.setFlow(p.cfg.Flow); err == nil && ferr != nil {
		err = p.lineError(ferr)
	}
	return n, err
}

func (p *Port) acquire() error {
	select {
	case <-p.gone:
		return p.why()
	default:
	}
	select {
	case p.writing <- struct{}{}:
		return nil
	case <-p.gone:
		return p.why()
	}
}

func (p *Port) release() { <-p.writing }

// why is the error that the line ended with.
func (p *Port) why() error {
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	return p.in.err
}

// lineError is err, or the reason why the line is gone if it is.
func (p *Port) lineError(err error) error {
	if p.ctl.hungUp() {
		return fmt.Errorf("%w: %w", drivers.ErrUnplugged, err)
	}
	return err
}

func (p *Port) write(b []byte) (int, error) {
	sent := 0
	for sent < len(b) {
		if err := p.room(); err != nil {
			return sent, err
		}
		n, err := p.chunk(b[sent:min(sent+chunkBytes, len(b))])
		sent += n
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// room waits until the kernel takes a chunk.
func (p *Port) room() error {
	deadline := time.Now().Add(p.cfg.WriteTimeout)
	for {
		select {
		case <-p.gone:
			return p.why()
		case <-p.closing:
			return drivers.ErrClosed
		default:
		}
		ok, err := p.ctl.writable(min(tick/2, max(time.Until(deadline), 0)))
		if ok || err != nil {
			return err
		}
		if !time.Now().Before(deadline) {
			return p.giveUp()
		}
	}
}

// giveUp drops what is queued; the line stays usable.
func (p *Port) giveUp() error {
	if err := p.ctl.discardOutput(); err != nil {
		return p.lineError(err)
	}
	return drivers.ErrTimeout
}

// chunk writes in the writing goroutine, so that even a driver that blocks with room left cannot
// hold the caller: then flow control is lifted and the queue dropped, which frees the kernel.
func (p *Port) chunk(b []byte) (int, error) {
	p.chunks <- b
	timer := time.NewTimer(p.cfg.WriteTimeout)
	defer timer.Stop()
	gone, lifted := p.gone, false
	for {
		select {
		case r := <-p.written:
			return p.result(r, lifted)
		case <-gone:
			gone = nil // own lifts the flow control, so the write returns
			timer.Reset(patience)
		case <-timer.C:
			if lifted || gone == nil {
				p.closeOnce.Do(func() { close(p.closing) }) // no way to use this line any more
				return 0, drivers.ErrTimeout
			}
			lifted = true
			p.lift()
			timer.Reset(patience)
		}
	}
}

func (p *Port) result(r writeResult, lifted bool) (int, error) {
	select {
	case <-p.gone:
		return r.n, p.why()
	default:
	}
	if lifted {
		if err := p.ctl.setFlow(p.cfg.Flow); err != nil {
			return r.n, p.lineError(err)
		}
		return r.n, drivers.ErrTimeout
	}
	if r.err != nil {
		return r.n, fmt.Errorf("%w: %w", drivers.ErrUnplugged, r.err)
	}
	return r.n, nil
}

// Drain waits until the kernel has put every byte on the wire (a UART may still hold the last
// few), or ctx ends.
func (p *Port) Drain(ctx context.Context) error {
	if err := p.acquire(); err != nil {
		return err
	}
	defer p.release()
	return p.drain(ctx)
}

func (p *Port) drain(ctx context.Context) error {
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for {
		select {
		case <-p.gone:
			return p.why()
		default:
		}
		n, err := p.ctl.queued()
		if err != nil {
			return p.lineError(err)
		}
		if n == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.gone:
			return p.why()
		case <-poll.C:
		}
	}
}

// linger waits until n bytes have left the UART as well, whose own queue the kernel does not count.
func (p *Port) linger(ctx context.Context, n int) error {
	timer := time.NewTimer(fifoTime + time.Duration(n)*10*time.Second/time.Duration(p.cfg.Baud))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-p.gone:
		return p.why()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Gone is closed when the device was unplugged or the port closed.
func (p *Port) Gone() <-chan struct{} { return p.gone }

// Close gives the line back. It returns when every descriptor is closed, within a few tenths of a
// second; a second Close does nothing.
func (p *Port) Close() error {
	p.closeOnce.Do(func() { close(p.closing) })
	<-p.done
	return nil
}
