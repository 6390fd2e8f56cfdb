package stream

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"loket/queue-server/internal/queue"
)

// grace is how long a device may be away before it is reported offline: a reconnect is no news.
const grace = 8 * time.Second

// presence knows which devices are connected, and when the others left.
type presence struct {
	mu    sync.Mutex
	lines map[queue.DeviceID]int // open connections
	left  map[queue.DeviceID]time.Time
	wake  chan struct{} // capacity 1; one waiting signal is enough
}

func (p *presence) init() {
	p.lines, p.left = make(map[queue.DeviceID]int), make(map[queue.DeviceID]time.Time)
	p.wake = make(chan struct{}, 1)
}

func (p *presence) arrive(d queue.DeviceID) {
	p.mu.Lock()
	p.lines[d]++
	delete(p.left, d)
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *presence) leave(d queue.DeviceID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lines[d]--; p.lines[d] <= 0 {
		delete(p.lines, d)
		p.left[d] = time.Now()
	}
}

// expect notes devices that were online when the server went down: they have the grace to come back.
func (p *presence) expect(o *queue.Office) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, d := range o.Devices {
		if d.Online && p.lines[id] == 0 {
			p.left[id] = time.Now()
		}
	}
}

// watchPresence reports devices that came and went to the office until the server stops.
func (s *Server) watchPresence() {
	s.cfg.Office.Read(s.presence.expect)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.presence.wake:
		case <-tick.C:
		}
		s.reportPresence(time.Now())
	}
}

// reportPresence tells the office of every device whose state differs from what the office knows.
func (s *Server) reportPresence(now time.Time) {
	p := &s.presence
	p.mu.Lock()
	online := make(map[queue.DeviceID]bool, len(p.lines))
	for id := range p.lines {
		online[id] = true
	}
	for id, since := range p.left {
		if now.Sub(since) >= grace {
			online[id] = false
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
		if err := s.report(id, is); err != nil {
			s.cfg.Log.Warn("report device", slog.String("device", string(id)), slog.Bool("online", is), slog.Any("err", err)) // tried again in a second
			return
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, since := range p.left {
		if now.Sub(since) >= grace {
			delete(p.left, id) // reported, or known to be offline
		}
	}
}

func (s *Server) report(id queue.DeviceID, online bool) error {
	command, err := uuid.NewV7()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, requestTimeout)
	defer cancel()
	_, err = s.cfg.Office.Do(ctx, &queue.ReportDevice{
		Header:   queue.Header{ID: queue.CommandID(command.String()), Actor: queue.Actor{Kind: queue.ByDevice, ID: string(id)}},
		DeviceID: id, Online: online,
	})
	return err
}
