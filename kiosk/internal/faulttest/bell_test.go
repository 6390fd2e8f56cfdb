package faulttest

import (
	"context"
	"sync"
	"time"
)

// patience is how long a test waits for something that ought to happen within a moment.
const patience = 90 * time.Second

// bell guards what changes under a test, and wakes who waits for a change.
type bell struct {
	mu   sync.Mutex
	rung chan struct{} // closed and replaced at every change
}

func newBell() *bell { return &bell{rung: make(chan struct{})} }

// change runs f under the lock and wakes everybody.
func (b *bell) change(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
	close(b.rung)
	b.rung = make(chan struct{})
}

// look runs f under the lock.
func (b *bell) look(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
}

// await waits until ok, which is called under the lock; the error is that of ctx, which ends after patience.
func (b *bell) await(ctx context.Context, ok func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		b.mu.Lock()
		is, rung := ok(), b.rung
		b.mu.Unlock()
		if is {
			return nil
		}
		select {
		case <-rung:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
