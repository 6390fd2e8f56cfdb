// Package emulator is a serial receipt printer behind a real pty: it takes bytes at the speed of the
// line, keeps them in a small buffer, understands ESC/POS as printers do, moves and cuts paper
// that can be looked at, answers status requests, and fails on command. It is also a reader behind
// another one, to which cards are tapped and codes are shown.
//
// It is for tests, for the demo and for the device bench, where nobody has the hardware on a desk.
// It shares no code with the drivers that parse or make ESC/POS and the frames of readers: a mistake
// there shows here.
//
// The invariant: whatever bytes come, the devices go on; what stands on a Slip is what came out.
package emulator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"loket/drivers/escpos"
)

// Config describes the printer that is emulated. Only Profile is needed.
type Config struct {
	Profile escpos.Profile
	// Link is a symbolic link to keep pointing at the pty, as a udev rule does; "" makes one in a
	// directory of its own. It is gone while the printer is unplugged.
	Link string
	// Baud is the speed of the line in bits a second; 0 takes what the host has set.
	Baud int
	// XonXoff makes the printer send XOFF when its buffer is nearly full or it is offline.
	XonXoff bool
	// PaperSpeed is in mm a second; 0 means the profile's.
	PaperSpeed int
	// CutTime is the cutter's; 0 means the profile's.
	CutTime time.Duration
	// AutoStatus makes the printer report changes unasked from the start, as a DIP switch does.
	AutoStatus bool
	// OneWay leaves the wire from the printer unconnected: it never answers.
	OneWay bool
	// NoProcessID leaves GS ( H out, as some printers do whose manuals have it.
	NoProcessID bool
	// TearAfter is how long paper hangs out of a printer without a cutter, or is held out by a
	// presenter, before somebody takes it; 0 means 600 ms.
	TearAfter time.Duration
	// Keep is how many slips are kept to look at; 0 means 64.
	Keep int
	// OnSlip is called with each slip, from the goroutine that prints; it must be quick.
	OnSlip func(*Slip)
	// OnPaper is called, from the goroutine that prints, when the paper has moved by so many dots,
	// and with 0 when it was cut. What a test does in it happens at that very place of a slip.
	OnPaper func(dots int)
}

// Printer is an emulated printer. Its methods may be called from any goroutine.
type Printer struct {
	cfg Config

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change of what follows
	line    *line         // the pty, nil while unplugged
	buffer  []byte        // received and not yet worked on
	epoch   int           // counts the times that the buffer was cleared
	faults  map[Fault]bool
	idle    bool // the works waits for a byte
	jammed  bool // the cutter stopped in the middle of a cut
	left    int  // dots of paper left, -1 for a full roll
	auto    bool
	xoff    bool // XOFF was sent
	xoffs   int  // how often
	lose    []loss
	paper   *paper
	slips   []*Slip
	count   int
	parted  int   // pieces of paper that are off the roll
	mouth   *Slip // what the presenter holds out
	backs   int   // slips that it took back
	stats   Stats
	noise   *rand.Rand

	answers chan []byte // capacity 256; an answer that finds it full is lost, as on a real line
	closing chan struct{}
	once    sync.Once
	wg      sync.WaitGroup
	link    link
}

// Stats counts what went over the line.
type Stats struct {
	Received  int       // bytes that arrived
	Lost      int       // bytes that found the buffer full, or were lost on purpose
	FirstByte time.Time // of the latest burst: after half a second of silence
	LastByte  time.Time // when the latest byte was off the wire
}

// New plugs a printer in. Close it when done.
func New(cfg Config) (*Printer, error) {
	if cfg.Profile.WidthDots <= 0 || cfg.Profile.DPI <= 0 {
		return nil, errors.New("emulator: a profile is needed")
	}
	if cfg.PaperSpeed <= 0 {
		cfg.PaperSpeed = cfg.Profile.PaperSpeed
	}
	if cfg.CutTime <= 0 {
		cfg.CutTime = cfg.Profile.CutTime
	}
	if cfg.TearAfter <= 0 {
		cfg.TearAfter = 600 * time.Millisecond
	}
	if cfg.Keep <= 0 {
		cfg.Keep = 64
	}
	p := &Printer{
		cfg: cfg, changed: make(chan struct{}), faults: make(map[Fault]bool), left: -1,
		auto: cfg.AutoStatus, paper: newPaper(cfg.Profile),
		noise:   rand.New(rand.NewPCG(1, 2)), //nolint:gosec // noise that a test can repeat
		answers: make(chan []byte, 256), closing: make(chan struct{}),
	}
	var err error
	if p.link, err = newLink(cfg.Link, "printer"); err != nil {
		return nil, err
	}
	if err := p.plug(); err != nil {
		return nil, errors.Join(err, p.link.remove())
	}
	p.wg.Add(2)
	go func() { defer p.wg.Done(); p.transmit() }()
	go func() { defer p.wg.Done(); p.work() }()
	return p, nil
}

// Device is the path that a driver opens. It stays the same over Unplugged and back.
func (p *Printer) Device() string { return p.link.path }

// Slips are the slips that came out and were kept, oldest first.
func (p *Printer) Slips() []*Slip {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*Slip(nil), p.slips...)
}

// Count is how many slips came out in all.
func (p *Printer) Count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count
}

// WaitOut waits until a slip is printed to its end: cut off, or hanging out whole where there is no
// cutter. The error is that of ctx.
func (p *Printer) WaitOut(ctx context.Context) error {
	return p.wait(ctx, func() bool { return p.parted > 0 || !p.cfg.Profile.Cutter && p.paper.hangs() })
}

// TakenBack is how many slips the presenter took back.
func (p *Printer) TakenBack() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.backs
}

// WaitTakenBack waits until the presenter has taken n slips back in all; the error is that of ctx.
func (p *Printer) WaitTakenBack(ctx context.Context, n int) error {
	return p.wait(ctx, func() bool { return p.backs >= n })
}

// Stats are the counts of the line.
func (p *Printer) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stats
}

// WaitSlips waits until n slips have come out in all; the error is that of ctx.
func (p *Printer) WaitSlips(ctx context.Context, n int) ([]*Slip, error) {
	err := p.wait(ctx, func() bool { return p.count >= n })
	if err != nil {
		return nil, fmt.Errorf("wait for slip %d: %w", n, err)
	}
	return p.Slips(), nil
}

// wait waits until ok, which is called with the lock held.
func (p *Printer) wait(ctx context.Context, ok func() bool) error {
	for {
		p.mu.Lock()
		is, changed := ok(), p.changed
		p.mu.Unlock()
		if is {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-p.closing:
			return errClosed
		}
	}
}

// InReach is the paper that a hand could take at this moment, which stays where it is: what hangs out, or what a
// presenter holds out; nil when nothing is.
func (p *Printer) InReach() *Slip {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cfg.Profile.Presenter.Holds {
		return p.mouth
	}
	s, _ := p.paper.past()
	return s
}

// WaitStill waits until the paper stands still: all that was received is done, or a fault stops the printer. The
// error is that of ctx.
func (p *Printer) WaitStill(ctx context.Context) error {
	return p.wait(ctx, func() bool { return p.state().stopped() || p.idle && len(p.buffer) == 0 })
}

// WaitReceived waits until n bytes have arrived in all; the error is that of ctx.
func (p *Printer) WaitReceived(ctx context.Context, n int) error {
	return p.wait(ctx, func() bool { return p.stats.Received >= n })
}

// tell wakes who waits; the lock is held.
func (p *Printer) tell() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// Close unplugs the printer for good and takes its link away.
func (p *Printer) Close() error {
	var err error
	p.once.Do(func() {
		close(p.closing)
		p.mu.Lock()
		l := p.line
		p.line = nil
		p.tell()
		p.mu.Unlock()
		if l != nil {
			err = l.close()
		}
		p.wg.Wait()
		err = errors.Join(err, p.link.remove())
	})
	return err
}
