// Package printer drives a serial ESC/POS receipt printer: it looks whether the printer can print,
// sends a document, waits until the printer itself says that it is done, and names the cause
// when it is not.
//
// It is not for what stands on the paper (escpos) or for the line (serialport), and it keeps no
// queue: whoever prints waits for the outcome.
//
// The invariant: Print answers without an error only for a document that came out whole, or, on a
// line without a way back, says that nobody knows; and what a document that failed left behind
// in the printer never reaches the next one.
package printer

import (
	"context"
	"fmt"
	"sync"
	"time"

	"loket/drivers"
	"loket/drivers/escpos"
	"loket/drivers/serialport"
)

// Config is what a Printer must know beside its profile.
type Config struct {
	// Baud is the speed of the line in bits a second, from which it is known how long a document
	// takes to get there; 0 means 9600.
	Baud int
	// OneWay says that the printer's answers are not wired to us. Nothing is asked then, the
	// condition is Unknown, and a document is "sent, unconfirmed".
	OneWay bool
	// Poll is how often Watch asks; 0 means 1 s.
	Poll time.Duration
	// AnswerTimeout is how long an answer may take, beside its time on the wire; 0 means 1 s.
	AnswerTimeout time.Duration
	// Patience is what is added to the time on the wire and on the paper before a document
	// counts as failed; 0 means 3 s.
	Patience time.Duration
	// PresentFor is how long a presenter holds a slip out before it is taken back; 0 means 15 s. A
	// slip that is printed meanwhile waits for it.
	PresentFor time.Duration
	// Table is the models that the profile "auto" may find; nil means the known ones.
	Table escpos.Table
}

func (c Config) withDefaults() Config {
	if c.Baud <= 0 {
		c.Baud = 9600
	}
	if c.Poll <= 0 {
		c.Poll = time.Second
	}
	if c.AnswerTimeout <= 0 {
		c.AnswerTimeout = time.Second
	}
	if c.Patience <= 0 {
		c.Patience = 3 * time.Second
	}
	if c.PresentFor <= 0 {
		c.PresentFor = 15 * time.Second
	}
	if c.Table == nil {
		c.Table = escpos.Builtin()
	}
	return c
}

// Printer is a serial ESC/POS printer; it implements drivers.Printer.
type Printer struct {
	port drivers.Port
	cfg  Config
	mail *mail
	auto bool // the printer is asked what it is

	mu      sync.Mutex     // for profile, which the one that holds busy alone changes
	profile escpos.Profile // read under busy or mu

	busy chan struct{} // capacity 1, held by the one that talks to the printer
	talk talk          // guarded by busy

	closing   chan struct{}
	closeOnce sync.Once
	closeErr  error
	done      chan struct{} // closed when receive has ended
	offers    sync.WaitGroup
}

// talk is what is known of the conversation with the printer.
type talk struct {
	jobs    uint32
	losses  int       // of the line, as of the last look
	greeted bool      // automatic status is off, and it is known what printer it is
	asked   int       // how often it was asked what it is
	mouth   bool      // the presenter holds a slip out, as of the last answer
	offer   *offer    // that slip, while it may still be taken
	dirty   *leftover // of a document that failed, until it is cleared away
	revived time.Time // when the printer was last told to leave an error
	// onWire is when the last byte that was written will have reached the printer: the kernel
	// takes some thousand bytes at once, and whatever is asked waits behind them.
	onWire time.Time
	// held: the last questions only got through past the flow control.
	held bool
	// deaf: its profile says that it answers AskProcess, and it did not.
	deaf bool
}

var _ drivers.Printer = (*Printer)(nil)

// New makes a Printer on a port, which it owns from now on.
func New(port drivers.Port, profile escpos.Profile, cfg Config) *Printer {
	p := &Printer{
		port: port, profile: profile, auto: profile.Auto, cfg: cfg.withDefaults(), mail: newMail(),
		busy:    make(chan struct{}, 1),
		closing: make(chan struct{}),
		done:    make(chan struct{}),
	}
	go p.receive()
	return p
}

// Open makes a Printer on a serial line that is opened again by itself when the device returns. A
// device that is away is no error; the errors are drivers.ErrInUse and serialport.ErrConfig.
func Open(line serialport.Config, profile escpos.Profile, cfg Config) (*Printer, error) {
	port, err := serialport.Keep(line)
	if err != nil {
		return nil, fmt.Errorf("printer: %w", err)
	}
	if cfg.Baud == 0 {
		cfg.Baud = line.Baud
	}
	return New(port, profile, cfg), nil
}

// Paper describes what documents are laid out for. With the profile "auto" it is narrow until the
// printer has said what it is, and may change when another one is plugged in.
func (p *Printer) Paper() drivers.Paper { return p.Profile().Paper() }

// Profile is what is known of the printer.
func (p *Printer) Profile() escpos.Profile {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.profile
}

// Close gives the line back. What is being printed fails.
func (p *Printer) Close() error {
	p.closeOnce.Do(func() {
		close(p.closing)
		p.closeErr = p.port.Close()
	})
	<-p.done
	p.busy <- struct{}{} // whoever talks ends soon, and nobody offers a slip any more
	p.release()
	p.offers.Wait()
	return p.closeErr
}

// acquire waits for its turn to talk to the printer.
func (p *Printer) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case p.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *Printer) release() { <-p.busy }

// write puts bytes on the line.
func (p *Printer) write(b []byte) (int, error) { return p.counted(p.port.Write, b) }

// writeNow puts bytes on the line past its flow control.
func (p *Printer) writeNow(b []byte) (int, error) { return p.counted(p.port.WriteNow, b) }

func (p *Printer) counted(write func([]byte) (int, error), b []byte) (int, error) {
	if now := time.Now(); p.talk.onWire.Before(now) {
		p.talk.onWire = now
	}
	n, err := write(b)
	p.talk.onWire = p.talk.onWire.Add(p.wire(n))
	return n, err
}

// arrived is how long it takes until all that was written has reached the printer.
func (p *Printer) arrived() time.Duration { return max(time.Until(p.talk.onWire), 0) }

// wire is how long n bytes take on the line: ten bits each, with start and stop.
func (p *Printer) wire(n int) time.Duration {
	return time.Duration(n) * 10 * time.Second / time.Duration(p.cfg.Baud)
}
