package desk

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"loket/queue-server/protocol"
)

const (
	// breakAfter faults in a row nobody waits for the registry any more.
	breakAfter = 5
	// firstPause doubles up to longestPause; after each one look-up tries whether the registry is back.
	firstPause   = 15 * time.Second
	longestPause = 5 * time.Minute
	// holdFor is how long the registry is left alone after it said that the quota is used up, that it is outside of its
	// hours, or that it does not know this office; then one look-up tries again, since all three can be put right.
	holdFor = 15 * time.Minute
)

// gate says whether and when the registry may be asked: a limit of the rate, a circuit breaker, and its hours.
type gate struct {
	clock   func() time.Time
	hours   Hours
	limit   *rate.Limiter
	waiting atomic.Int64 // citizens who wait for their turn

	mu       sync.Mutex
	faults   int           // in a row
	pause    time.Duration // of the breaker; 0: it is closed
	probeAt  time.Time     // while it is open: when one look-up may try
	probing  bool          // one does
	why      string        // of the latest fault
	hold     string        // protocol.WhyQuota and its like, until holdTill
	holdTill time.Time
}

func newGate(cfg Config) *gate {
	return &gate{
		clock: cfg.Clock, hours: cfg.Hours,
		limit: rate.NewLimiter(rate.Limit(cfg.RequestsPerSecond), max(2, int(cfg.RequestsPerSecond))),
	}
}

// pass lets one look-up through, or says why not. now is in the office's time zone. An officer who asks again is
// not held back by what the registry said a while ago.
func (g *gate) pass(now time.Time, officer bool) (probe bool, why string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case !g.hours.Contains(now):
		return false, protocol.WhyHours
	case g.pause > 0 && (g.probing || now.Before(g.probeAt)):
		return false, g.why
	case !officer && now.Before(g.holdTill):
		return false, g.hold
	}
	g.probing = g.pause > 0
	return g.probing, ""
}

// shut is how long nothing can pass.
func (g *gate) shut(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	wait := g.holdTill.Sub(now)
	if g.pause > 0 {
		wait = max(wait, g.probeAt.Sub(now))
	}
	if g.pause > 0 && g.probing {
		wait = max(wait, time.Second)
	}
	if !g.hours.Contains(now) {
		wait = max(wait, g.hours.Next(now).Sub(now))
	}
	return max(0, wait)
}

// turn waits for a look-up's turn. What is asked again takes only what citizens leave.
func (g *gate) turn(ctx context.Context, behind bool) error {
	if !behind {
		g.waiting.Add(1)
		defer g.waiting.Add(-1)
		return g.limit.Wait(ctx)
	}
	step := max(10*time.Millisecond, time.Duration(float64(time.Second)/float64(g.limit.Limit())))
	again := time.NewTicker(step)
	defer again.Stop()
	for {
		if g.waiting.Load() == 0 && g.limit.Tokens() >= 2 && g.limit.Allow() { // one stays for who comes next
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// answered notes that the registry answered, with the reason of protocol.WhyQuota and its like if it gave one.
func (g *gate) answered(why string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.faults, g.pause, g.probing = 0, 0, false
	switch why {
	case protocol.WhyQuota, protocol.WhyHours, protocol.WhyConfig:
		g.hold, g.holdTill = why, g.clock().Add(holdFor)
	default:
		g.holdTill = time.Time{}
	}
}

// failed notes that there was no answer. The look-ups that were on their way when the breaker opened say nothing new.
func (g *gate) failed(why string, probe bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.faults++
	g.why = why
	switch {
	case probe:
		g.pause, g.probing = min(2*g.pause, longestPause), false
	case g.pause == 0 && g.faults >= breakAfter:
		g.pause = firstPause
	default:
		return
	}
	g.probeAt = g.clock().Add(g.pause)
}

// dropped notes that a look-up ended without either, because the desk closes.
func (g *gate) dropped(probe bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.probing = g.probing && !probe
}

// state is "closed", "open" or "half_open", as circuit breakers are.
func (g *gate) state() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.pause == 0:
		return "closed"
	case g.probing:
		return "half_open"
	}
	return "open"
}
