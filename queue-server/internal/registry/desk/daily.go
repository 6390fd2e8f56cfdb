package desk

import (
	"log/slog"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/vault"
)

const (
	// nightly is when the persons are erased whose time is over, after midnight in the office's time zone.
	nightly = 2 * time.Hour
	// checkNight is how often it is looked whether that is due: the clock of a machine may jump.
	checkNight = time.Minute
	// recount is the least time between two counts of what the vault has.
	recount = 2 * time.Second
)

// daily erases whose time is over, each night and at the start when a night was missed; it also reads sketches and
// counts, which have nothing to do with nights but are as patient.
func (d *Desk) daily() {
	night := time.NewTicker(checkNight)
	defer night.Stop()
	counts := time.NewTicker(recount)
	defer counts.Stop()
	d.expire()
	for {
		select {
		case <-d.ctx.Done():
			return
		case <-night.C:
			d.expire()
		case <-counts.C:
			if d.health.stale.Swap(false) {
				d.refresh()
			}
		case <-d.sketches.wake:
			d.draw()
		}
	}
}

// expire runs the retention job when it is due.
func (d *Desk) expire() {
	now := d.now()
	due := midnight(now).Add(nightly)
	if now.Before(due) {
		due = due.AddDate(0, 0, -1)
	}
	last, _, err := d.cfg.Store.LastRun(d.ctx)
	if err == nil && !last.Before(due) {
		return
	}
	n := 0
	if err == nil {
		ctx, cancel := d.keeping()
		defer cancel()
		n, err = d.cfg.Store.Expire(ctx, now.Add(-d.cfg.Retention), vault.Entry{
			Actor: queue.Actor{Kind: queue.BySystem}, Action: vault.Expired, Why: "retention",
		})
	}
	if err != nil {
		if d.ctx.Err() == nil {
			d.cfg.Log.Error("erase persons whose time is over", slog.Any("err", err))
		}
		return // tried again in a minute
	}
	d.cfg.Log.Info("erased persons whose time is over", slog.Int("persons", n))
	if n > 0 {
		d.sketches.forgetAll()
	}
	d.refresh()
}
