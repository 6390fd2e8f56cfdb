package serialport

import (
	"context"
	"errors"
	"sync"
	"time"

	"loket/drivers"
)

// Keeper is a drivers.Port that outlives its cable: while the device is away every call answers
// drivers.ErrUnplugged, and when it is back the next ones go to it. Each loss is told to Read at
// least once, however short it was, so a reader always learns that the device has forgotten
// its settings.
type Keeper struct {
	cfg Config

	mu      sync.Mutex
	port    *Port         // nil while the device is away
	lost    bool          // a loss that Read has not told yet
	changed chan struct{} // closed and replaced when port changes

	closing   chan struct{}
	closeOnce sync.Once
	done      chan struct{}
}

var _ drivers.Port = (*Keeper)(nil)

// Keep opens a line and keeps it open. A device that is away is no error, it is waited for; the
// error is drivers.ErrInUse, or ErrConfig.
func Keep(cfg Config) (*Keeper, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	port, err := Open(cfg)
	if errors.Is(err, drivers.ErrInUse) {
		return nil, err
	}
	// Any other error is a device that is not there yet, or not ready: port is nil then.
	k := &Keeper{
		cfg: cfg, port: port, lost: port == nil,
		changed: make(chan struct{}), closing: make(chan struct{}), done: make(chan struct{}),
	}
	go k.keep(port)
	return k, nil
}

// keep is the goroutine that owns the port of the moment.
func (k *Keeper) keep(port *Port) {
	defer close(k.done)
	for {
		if port == nil {
			if port = k.reopen(); port == nil {
				return
			}
			k.set(port)
		}
		select {
		case <-port.Gone():
			k.set(nil)
			_ = port.Close() // an unplugged device has nothing more to say
			port = nil
		case <-k.closing:
			_ = port.Close() // never fails
			return
		}
	}
}

// reopen tries until the device is there; nil when the Keeper closes.
func (k *Keeper) reopen() *Port {
	retry := time.NewTicker(k.cfg.Retry)
	defer retry.Stop()
	for {
		if port, err := Open(k.cfg); err == nil {
			return port
		} // not there yet, or not ready yet: udev sets the rights a moment after the node
		select {
		case <-retry.C:
		case <-k.closing:
			return nil
		}
	}
}

func (k *Keeper) set(port *Port) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.port = port
	if port == nil {
		k.lost = true
	}
	close(k.changed)
	k.changed = make(chan struct{})
}

func (k *Keeper) current() (*Port, <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.port, k.changed
}

// loss says once for each loss that there was one.
func (k *Keeper) loss() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	lost := k.lost
	k.lost = false
	return lost
}

// Read reads from the device. drivers.ErrUnplugged comes at once when the device has gone, and
// again each Config.ReadTimeout while it is away.
func (k *Keeper) Read(b []byte) (int, error) {
	if k.closed() {
		return 0, drivers.ErrClosed
	}
	if k.loss() {
		return 0, drivers.ErrUnplugged
	}
	port, changed := k.current()
	if port == nil {
		return 0, k.wait(changed)
	}
	n, err := port.Read(b)
	if err == nil || errors.Is(err, drivers.ErrTimeout) {
		return n, err
	}
	if k.closed() {
		return n, drivers.ErrClosed
	}
	// The port ended before keep has seen it; let it, so that the loss is told once.
	select {
	case <-changed:
		k.loss()
	case <-k.closing:
		return n, drivers.ErrClosed
	}
	return n, drivers.ErrUnplugged
}

// wait lets ReadTimeout pass while the device is away.
func (k *Keeper) wait(changed <-chan struct{}) error {
	timer := time.NewTimer(k.cfg.ReadTimeout)
	defer timer.Stop()
	select {
	case <-changed:
		return drivers.ErrTimeout // it is back and has said nothing yet
	case <-timer.C:
		return drivers.ErrUnplugged
	case <-k.closing:
		return drivers.ErrClosed
	}
}

func (k *Keeper) closed() bool {
	select {
	case <-k.closing:
		return true
	default:
		return false
	}
}

// Write is Port.Write on the device of the moment.
func (k *Keeper) Write(b []byte) (int, error) {
	return k.with(func(p *Port) (int, error) { return p.Write(b) })
}

// WriteNow is Port.WriteNow on the device of the moment.
func (k *Keeper) WriteNow(b []byte) (int, error) {
	return k.with(func(p *Port) (int, error) { return p.WriteNow(b) })
}

// Drain is Port.Drain on the device of the moment.
func (k *Keeper) Drain(ctx context.Context) error {
	_, err := k.with(func(p *Port) (int, error) { return 0, p.Drain(ctx) })
	return err
}

func (k *Keeper) with(f func(*Port) (int, error)) (int, error) {
	if k.closed() {
		return 0, drivers.ErrClosed
	}
	port, _ := k.current()
	if port == nil {
		return 0, drivers.ErrUnplugged
	}
	n, err := f(port)
	if errors.Is(err, drivers.ErrClosed) && !k.closed() {
		err = drivers.ErrUnplugged // only keep closes a port, and only one that is lost
	}
	return n, err
}

// Close gives the line back and ends the Keeper; a second Close does nothing.
func (k *Keeper) Close() error {
	k.closeOnce.Do(func() { close(k.closing) })
	<-k.done
	return nil
}
