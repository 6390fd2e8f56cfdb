package view

import (
	"sync/atomic"
	"time"

	"loket/queue-server/internal/queue"
)

// Waits keeps the latest forecast of waiting times, which costs milliseconds, so that the glances of
// one moment do not each make their own. It is safe for concurrent use; the zero value is ready.
type Waits struct {
	latest atomic.Pointer[queue.Forecast]
}

// Share lets the glance use the forecast of others that share w, and leave its own to them.
func (g *Glance) Share(w *Waits) { g.waits = w }

// forecast returns one that fits the office at the time. Two glances at the same moment may both make one: the
// same, so it does not matter whose stays.
func (w *Waits) forecast(o *queue.Office, at time.Time) *queue.Forecast {
	if f := w.latest.Load(); f != nil && f.Fits(o, at) {
		return f
	}
	f := o.Forecast(at)
	w.latest.Store(f)
	return f
}
