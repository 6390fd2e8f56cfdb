package desk

import (
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

const (
	firstRetry   = time.Minute // doubles with each try, up to
	longestRetry = time.Hour
	configRetry  = 15 * time.Minute
	// hoursRetry is used when the registry says that it is outside of its hours, and as far as the desk knows it is not.
	hoursRetry = time.Hour
	// spread is within which the questions that wait for the same moment are asked, so that not all come at once.
	spread = 5 * time.Minute

	roundSize = 32 // persons that are looked up before the store is asked who else is due
	abreast   = 4  // of those at the same time
	idle      = 10 * time.Second
)

// pending says whether a reason goes away by itself or by the administrator, so that the registry is asked again.
func pending(why string) bool {
	switch why {
	case protocol.WhySlow, protocol.WhyNetwork, protocol.WhyQuota, protocol.WhyHours, protocol.WhyConfig:
		return true
	}
	return false
}

// retryAt is when a person is looked up again who could not be for a reason; zero: not by itself. now is in the
// office's time zone.
func (d *Desk) retryAt(why string, tries int, now time.Time) time.Time {
	switch why {
	case protocol.WhySlow, protocol.WhyNetwork:
		wait := min(firstRetry<<min(max(tries-1, 0), 10), longestRetry)
		return now.Add(wait*4/5 + rand.N(wait*2/5)) //nolint:gosec // jitter, no secret
	case protocol.WhyQuota:
		return midnight(now).AddDate(0, 0, 1).Add(rand.N(spread)) //nolint:gosec // jitter, no secret
	case protocol.WhyHours:
		wait := rand.N(spread)         //nolint:gosec // jitter, no secret
		if d.cfg.Hours.Contains(now) { // but the registry says otherwise
			return now.Add(hoursRetry + wait)
		}
		return d.cfg.Hours.Next(now).Add(wait)
	case protocol.WhyConfig:
		return now.Add(configRetry)
	}
	return time.Time{}
}

// again looks up those who are due, until the desk closes.
func (d *Desk) again() {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for {
		select {
		case <-d.ctx.Done():
			return
		case <-wait.C:
		}
		wait.Reset(d.round())
	}
}

// round looks up who is due now, and returns how long to wait for the next round.
func (d *Desk) round() time.Duration {
	now := d.now()
	if wait := d.gate.shut(now); wait > 0 {
		return min(wait, idle)
	}
	due, err := d.cfg.Store.Due(d.ctx, now, roundSize)
	if err != nil {
		if d.ctx.Err() == nil {
			d.cfg.Log.Error("read who is to be looked up again", slog.Any("err", err))
		}
		return idle
	}
	var all sync.WaitGroup
	var failed atomic.Bool
	free := make(chan struct{}, abreast)
	for _, p := range due {
		free <- struct{}{}
		all.Go(func() {
			if !d.repeat(p) {
				failed.Store(true)
			}
			<-free
		})
	}
	all.Wait()
	switch {
	case failed.Load():
		return idle // the store takes nothing; the same persons are due
	case len(due) == roundSize:
		return 0
	}
	return min(idle, max(time.Second, d.untilNext(now)))
}

// repeat looks one person up again and waits for the end of it; false when that could not be kept.
func (d *Desk) repeat(p vault.Person) bool {
	f, err := d.fly(p, inquiry{actor: queue.Actor{Kind: queue.BySystem}, why: "again", sure: true, force: true, behind: true})
	if err != nil {
		return false // the desk closes
	}
	<-f.done
	return f.early.err == nil || errors.Is(f.early.err, errUnknown)
}

func (d *Desk) untilNext(now time.Time) time.Duration {
	_, next, err := d.cfg.Store.Queued(d.ctx)
	if err != nil || next.IsZero() {
		return idle // the next round says what is wrong
	}
	return next.Sub(now)
}
