package stream

import (
	"sync"
	"time"
)

// repeatFor is how long the answer to a request is remembered, and maxRepeats how many are.
const (
	repeatFor  = 10 * time.Minute
	maxRepeats = 512
)

// repeats answers a request that comes again under the same id with what it led to the first time.
// Commands of the queue need none of this, since the journal remembers them.
type repeats struct {
	mu    sync.Mutex
	known map[string]*repeat
}

type repeat struct {
	at     time.Time
	done   chan struct{} // closed when result and err are there
	result any
	err    error
}

// do runs f unless the same client gave the same id before; then it waits for that answer.
func (r *repeats) do(in *call, f func() (any, error)) (any, error) {
	actor := in.who.actor()
	key := string(actor.Kind) + ":" + actor.ID + ":" + in.id
	r.mu.Lock()
	if known := r.known[key]; known != nil {
		r.mu.Unlock()
		<-known.done // f is bounded in time
		return known.result, known.err
	}
	mine := &repeat{at: time.Now(), done: make(chan struct{})}
	r.forget(mine.at)
	r.known[key] = mine
	r.mu.Unlock()
	mine.result, mine.err = f()
	close(mine.done)
	if mine.err != nil {
		r.mu.Lock()
		delete(r.known, key) // nothing has changed, so the next time may do it
		r.mu.Unlock()
	}
	return mine.result, mine.err
}

// forget drops old answers. The mutex is held.
func (r *repeats) forget(now time.Time) {
	if r.known == nil {
		r.known = make(map[string]*repeat)
	}
	if len(r.known) < maxRepeats {
		return
	}
	var oldest string
	for key, known := range r.known {
		if now.Sub(known.at) > repeatFor {
			delete(r.known, key)
		} else if oldest == "" || known.at.Before(r.known[oldest].at) {
			oldest = key
		}
	}
	if len(r.known) >= maxRepeats {
		delete(r.known, oldest)
	}
}
