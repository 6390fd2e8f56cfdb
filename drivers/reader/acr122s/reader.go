// Package acr122s reads contactless cards with an ACS ACR122S, a serial reader that has a PN532 inside
// and carries its commands in CCID messages.
//
// It is not for the reader's SAM slot, and cards are looked for as package pn532 does.
//
// The invariant: an answer counts only when its checksum is right and it has the number of the
// message that was said last.
package acr122s

import (
	"context"
	"fmt"
	"time"

	"loket/drivers"
	"loket/drivers/reader/pn532"
	"loket/drivers/serialport"
)

// Config is how a Reader looks for cards.
type Config struct {
	// Every is how often it looks, from one start to the next; 0 means 150 ms. At 9600 baud a look
	// takes some 130 ms, so that a card is read within 300 ms of its touch.
	Every time.Duration
	// AnswerTimeout is how long the reader may say nothing; 0 means 400 ms. It needs some 80 ms.
	AnswerTimeout time.Duration
}

func (c Config) withDefaults() Config {
	if c.Every <= 0 {
		c.Every = 150 * time.Millisecond
	}
	if c.AnswerTimeout <= 0 {
		c.AnswerTimeout = 400 * time.Millisecond
	}
	return c
}

// Reader is an ACR122S on a serial line; it implements drivers.Reader.
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
// of 0 means 9600, a read time-out of 0 means 20 ms. A device that is away is no error; the
// errors are drivers.ErrInUse and serialport.ErrConfig.
func Open(line serialport.Config, cfg Config) (*Reader, error) {
	if line.ReadTimeout == 0 {
		line.ReadTimeout = 20 * time.Millisecond
	}
	port, err := serialport.Keep(line)
	if err != nil {
		return nil, fmt.Errorf("acr122s: %w", err)
	}
	return New(port, cfg), nil
}

// Run implements drivers.Reader.
func (r *Reader) Run(ctx context.Context, e drivers.Events) error {
	return pn532.Poll(ctx, &link{port: r.port, cfg: r.cfg}, r.cfg.Every, e)
}

// Close gives the line back and ends Run.
func (r *Reader) Close() error { return r.port.Close() }
