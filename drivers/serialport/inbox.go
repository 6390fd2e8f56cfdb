package serialport

import (
	"sync"
	"time"
)

// inboxBytes bounds what nobody has read yet. A printer answers with single bytes, so a full inbox
// means that nobody reads: the oldest bytes go, as they are the least true by now.
const inboxBytes = 16 << 10

// inbox holds received bytes between the goroutine that reads the tty and the callers of Read.
type inbox struct {
	mu    sync.Mutex
	bytes []byte
	err   error         // set once, when nothing more will come
	more  chan struct{} // capacity 1; a full channel already says "look again"
}

func newInbox() *inbox { return &inbox{more: make(chan struct{}, 1)} }

func (i *inbox) put(b []byte) {
	i.mu.Lock()
	i.bytes = append(i.bytes, b...)
	if over := len(i.bytes) - inboxBytes; over > 0 {
		i.bytes = append(i.bytes[:0], i.bytes[over:]...)
	}
	i.mu.Unlock()
	i.wake()
}

func (i *inbox) fail(err error) {
	i.mu.Lock()
	if i.err == nil {
		i.err = err
	}
	i.mu.Unlock()
	i.wake()
}

func (i *inbox) wake() {
	select {
	case i.more <- struct{}{}:
	default: // already awake
	}
}

// take copies what is there; ok is false when there is neither a byte nor an end.
func (i *inbox) take(b []byte) (n int, err error, ok bool) { //nolint:revive // the error is data here
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.bytes) > 0 {
		n = copy(b, i.bytes)
		i.bytes = append(i.bytes[:0], i.bytes[n:]...)
		return n, nil, true
	}
	if i.err != nil {
		i.wake() // the next reader shall see it too
		return 0, i.err, true
	}
	return 0, nil, false
}

// read waits up to d for bytes or the end; ok is false when the time ran out.
func (i *inbox) read(b []byte, d time.Duration) (int, error, bool) { //nolint:revive // the error is data here
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		if n, err, ok := i.take(b); ok {
			return n, err, true
		}
		select {
		case <-i.more:
		case <-timer.C:
			n, err, ok := i.take(b)
			return n, err, ok
		}
	}
}
