package stream

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"loket/queue-server/internal/queue"
)

const (
	// grace is how long a device may be away before it is reported offline: a reconnect is no news.
	grace = 8 * time.Second
	// graceAtStart is the same for those that were online when the server went down, counted from the last thing that the
	// office knows of. It is longer: while nobody answers, clients try again every 15 s at last.
	graceAtStart = 30 * time.Second
)

// presence knows which devices are connected, and which are away.
type presence struct {
	mu    sync.Mutex
	lines map[queue.DeviceID]int // open connections
	away  map[queue.DeviceID]absence
	wake  chan struct{} // capacity 1; one waiting signal is enough
}

// absence is a device that was here and is not.
type absence struct {
	until time.Time // after it the device is offline
	// by says that: the device, which closed its line, or the system, which has not seen it since the start.
	by queue.Actor
}

func (p *presence) init() {
	p.lines, p.away = make(map[queue.DeviceID]int), make(map[queue.DeviceID]absence)
	p.wake = make(chan struct{}, 1)
}

func ofDevice(d queue.DeviceID) queue.Actor { return queue.Actor{Kind: queue.ByDevice, ID: string(d)} }

// arrive notes a line. Who comes too late was away: that is reported first, so that the office has the right time since
// when the device is here.
func (p *presence) arrive(d queue.DeviceID, now time.Time) {
	p.mu.Lock()
	p.lines[d]++
	if now.Before(p.away[d].until) {
		delete(p.away, d)
	}
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *presence) leave(d queue.DeviceID, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lines[d]--; p.lines[d] <= 0 {
		delete(p.lines, d)
		p.away[d] = absence{until: now.Add(grace), by: ofDevice(d)}
	}
}

// expect notes devices that were online when the server went down: they have a while to come back. After a night without
// a server, or a day on which nothing happened, that is over at once.
func (p *presence) expect(o *queue.Office, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := o.At
	if known.After(now) { // a clock that was put back
		known = now
	}
	for id, d := range o.Devices {
		if d.Online {
			p.away[id] = absence{until: known.Add(graceAtStart), by: queue.Actor{Kind: queue.BySystem}}
		}
	}
}

// watchPresence reports devices that came and went to the office until the server stops.
func (s *Server) watchPresence() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.presence.wake:
		case <-tick.C:
		}
		s.reportPresence(s.cfg.Clock())
	}
}

// reportPresence tells the office of every device whose state differs from what the office knows.
func (s *Server) reportPresence(now time.Time) {
	p := &s.presence
	p.mu.Lock()
	online, by := make(map[queue.DeviceID]bool, len(p.lines)), make(map[queue.DeviceID]queue.Actor)
	for id := range p.lines {
		online[id], by[id] = true, ofDevice(id)
	}
	for id, a := range p.away {
		if !now.Before(a.until) {
			online[id], by[id] = false, a.by
		}
	}
	p.mu.Unlock()
	s.cfg.Office.Read(func(o *queue.Office) {
		for id, is := range online {
			known := o.Devices[id]
			if (known != nil && known.Online) == is {
				delete(online, id)
			}
		}
	})
	for id, is := range online {
		if err := s.report(id, is, by[id]); err != nil {
			s.cfg.Log.Warn("report device", slog.String("device", string(id)), slog.Bool("online", is), slog.Any("err", err)) // tried again in a second
			return
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, a := range p.away {
		if !now.Before(a.until) {
			delete(p.away, id) // reported, or known to be offline
		}
	}
}

func (s *Server) report(id queue.DeviceID, online bool, by queue.Actor) error {
	command, err := uuid.NewV7()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, requestTimeout)
	defer cancel()
	_, err = s.cfg.Office.Do(ctx, &queue.ReportDevice{
		Header:   queue.Header{ID: queue.CommandID(command.String()), Actor: by},
		DeviceID: id, Online: online,
	})
	return err
}
