// Package pn532 reads contactless cards with an NXP PN532 on a serial line (its high speed UART): the
// UID of type A cards, the PUPI of type B cards, each once as long as the card lies there.
//
// It is not for what is stored in a card: an e-KTP opens its data only to a reader with a SAM of the
// registry. Poll and Link also serve readers that carry a PN532's commands in frames of their own.
//
// The invariant: a Reading comes only from a frame whose checksums are right and that answers the
// question that was asked.
package pn532

import (
	"context"
	"fmt"
	"time"

	"loket/drivers"
	"loket/drivers/serialport"
)

// Config is how a Reader looks for cards.
type Config struct {
	// Every is how often it looks, from one start to the next; 0 means 80 ms, of which a look takes about 20.
	// A citizen feels what is above it: her card is seen after 40 ms on average.
	Every time.Duration
	// AnswerTimeout is how long the chip may say nothing; 0 means 300 ms. It needs 15 ms.
	AnswerTimeout time.Duration
}

func (c Config) withDefaults() Config {
	if c.Every <= 0 {
		c.Every = 80 * time.Millisecond
	}
	if c.AnswerTimeout <= 0 {
		c.AnswerTimeout = 300 * time.Millisecond
	}
	return c
}

// Reader is a PN532 on a serial line; it implements drivers.Reader.
type Reader struct {
	port drivers.Port
	cfg  Config
}

var _ drivers.Reader = (*Reader)(nil)

// New makes a Reader on a port, which it owns from now on.
func New(port drivers.Port, cfg Config) *Reader {
	return &Reader{port: port, cfg: cfg.withDefaults()}
}

// Open makes a Reader on a serial line that is opened again by itself when the device returns. A speed
// of 0 means 115200, a read time-out of 0 means 20 ms. A device that is away is no error; the
// errors are drivers.ErrInUse and serialport.ErrConfig.
func Open(line serialport.Config, cfg Config) (*Reader, error) {
	if line.Baud == 0 {
		line.Baud = 115200
	}
	if line.ReadTimeout == 0 {
		line.ReadTimeout = 20 * time.Millisecond
	}
	port, err := serialport.Keep(line)
	if err != nil {
		return nil, fmt.Errorf("pn532: %w", err)
	}
	return New(port, cfg), nil
}

// Run implements drivers.Reader.
func (r *Reader) Run(ctx context.Context, e drivers.Events) error {
	return Poll(ctx, &hsu{port: r.port, cfg: r.cfg}, r.cfg.Every, e)
}

// Close gives the line back and ends Run.
func (r *Reader) Close() error { return r.port.Close() }
