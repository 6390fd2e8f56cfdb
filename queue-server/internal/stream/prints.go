package stream

import (
	"slices"
	"sync"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

const (
	// printWithin is how long a kiosk has for a copy; after it nobody stands there any more.
	printWithin = time.Minute
	// printKept is how long it is told what became of a copy, and how long a repeat of the request is known.
	printKept = 2 * time.Minute
	// maxPrintsKept bounds the copies that are remembered; the oldest go.
	maxPrintsKept = 64
)

// prints are the copies that officers asked kiosks for. That a copy was asked for is in the journal; whether it
// came out is news of the minute and is kept here only: after a restart a kiosk prints no copy of before it.
type prints struct {
	mu      sync.Mutex
	jobs    []printJob    // oldest first
	changed chan struct{} // capacity 1; one waiting signal is enough
}

type printJob struct {
	view.Print
	asked time.Time
	ended time.Time // zero: no kiosk has answered
}

// add notes a copy that was asked for; an id that is known already changes nothing.
func (p *prints) add(job view.Print, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.jobs = slices.DeleteFunc(p.jobs, func(j printJob) bool { return now.Sub(j.asked) > printWithin+printKept })
	if slices.ContainsFunc(p.jobs, func(j printJob) bool { return j.ID == job.ID }) {
		return
	}
	if len(p.jobs) >= maxPrintsKept {
		p.jobs = slices.Delete(p.jobs, 0, 1)
	}
	job.State = protocol.PrintSent
	p.jobs = append(p.jobs, printJob{Print: job, asked: now})
	p.tell()
}

// known returns the kiosk of a job that was added.
func (p *prints) known(id string) (queue.DeviceID, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.IndexFunc(p.jobs, func(j printJob) bool { return j.ID == id }); i >= 0 {
		return p.jobs[i].Device, true
	}
	return "", false
}

// end notes how a device's job ended; without a cause it is on paper. A job that is printed after its time was
// up is printed all the same. It says whether the device has such a job.
func (p *prints) end(id string, device queue.DeviceID, cause string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.jobs, func(j printJob) bool { return j.ID == id && j.Device == device })
	if i < 0 {
		return false
	}
	if j := &p.jobs[i]; j.ended.IsZero() {
		j.ended, j.State, j.Cause = now, protocol.PrintDone, cause
		if cause != "" {
			j.State = protocol.PrintFailed
		}
		p.tell()
	}
	return true
}

// tell wakes the publisher.
func (p *prints) tell() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// now lists the copies as views show them. That the time of one is up is seen when it is looked at, which the
// publisher does every few seconds.
func (p *prints) now(now time.Time) []view.Print {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []view.Print
	for _, j := range p.jobs {
		over := j.ended
		if over.IsZero() {
			over = j.asked.Add(printWithin)
		}
		if now.Sub(over) > printKept {
			continue
		}
		if j.ended.IsZero() && !now.Before(over) {
			j.State = protocol.PrintExpired
		}
		out = append(out, j.Print)
	}
	return out
}
