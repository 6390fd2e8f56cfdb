package httpapi

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxThrottled bounds how many keys a throttle remembers.
const maxThrottled = 10_000

// throttle lets each key try a few times at once and then only every so often.
type throttle struct {
	every time.Duration
	burst int

	mu   sync.Mutex
	keys map[string]*rate.Limiter
}

func newThrottle(every time.Duration, burst int) *throttle {
	return &throttle{every: every, burst: burst, keys: make(map[string]*rate.Limiter)}
}

// allow takes one try of a key, if it has one left.
func (t *throttle) allow(key string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.keys[key]
	if l == nil {
		t.makeRoom(now)
		l = rate.NewLimiter(rate.Every(t.every), t.burst)
		t.keys[key] = l
	}
	return l.AllowN(now, 1)
}

// forgive forgets the tries of a key that proved itself.
func (t *throttle) forgive(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.keys, key)
}

// makeRoom forgets keys that have all their tries again, and when that is not enough, some others.
// The mutex is held.
func (t *throttle) makeRoom(now time.Time) {
	if len(t.keys) < maxThrottled {
		return
	}
	for key, l := range t.keys {
		if l.TokensAt(now) >= float64(t.burst) {
			delete(t.keys, key)
		}
	}
	for key := range t.keys {
		if len(t.keys) < maxThrottled {
			return
		}
		delete(t.keys, key)
	}
}
