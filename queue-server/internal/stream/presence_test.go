package stream

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"loket/queue-server/internal/queue"
)

var noon = time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC)

func TestADeviceIsPresentWhileOneOfItsLinesIs(t *testing.T) {
	var p presence
	p.init()
	p.arrive("k", noon)
	p.arrive("k", noon)
	p.leave("k", noon)
	if _, away := p.away["k"]; away || p.lines["k"] != 1 {
		t.Errorf("with one line left: %d lines, away %v", p.lines["k"], away)
	}
	p.leave("k", noon)
	if _, here := p.lines["k"]; here || !p.away["k"].until.Equal(noon.Add(grace)) {
		t.Error("with no line left it still counts as here")
	}
	p.arrive("k", noon)
	if _, away := p.away["k"]; away {
		t.Error("a device that came back still counts as gone")
	}
}

// ledger is an office that keeps the reports of devices.
type ledger struct {
	mu   sync.Mutex
	o    *queue.Office
	said []queue.Event
}

func (l *ledger) Do(_ context.Context, c queue.Command) (queue.Result, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	events, result, err := l.o.Decide(c, noon)
	for _, e := range events {
		if err := l.o.Apply(e); err != nil {
			return result, err
		}
	}
	l.said = append(l.said, events...)
	return result, err
}

func (l *ledger) Read(f func(*queue.Office)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(l.o)
}

func (l *ledger) Watch() (<-chan struct{}, func()) { return nil, func() {} }

// restarted is the presence of a server that starts at noon, over an office that knew of three devices online.
func restarted(t *testing.T, known time.Time) (*Server, *ledger) {
	t.Helper()
	l := &ledger{o: queue.New()}
	l.o.At = known
	for id, state := range map[queue.DeviceID]*queue.DeviceState{"back": {Online: true}, "late": {Online: true}, "lost": {Online: true}, "off": {}} {
		l.o.Devices[id] = state
	}
	s := &Server{cfg: Config{Office: l, Log: slog.New(slog.DiscardHandler)}, ctx: t.Context()}
	s.presence.init()
	l.Read(func(o *queue.Office) { s.presence.expect(o, noon) })
	return s, l
}

// Devices that were online when the server went down are not shown as connected for ever: who is not back in half a
// minute is offline, by the system; who is back has never been away.
func TestDevicesThatDoNotComeBackAfterARestartGoOffline(t *testing.T) {
	s, l := restarted(t, noon)
	s.presence.arrive("back", noon)
	s.reportPresence(noon.Add(graceAtStart - time.Second))
	if len(l.said) != 0 {
		t.Fatalf("within the time to come back: %+v", l.said)
	}
	s.presence.arrive("late", noon.Add(graceAtStart-time.Second))
	s.reportPresence(noon.Add(graceAtStart))
	if len(l.said) != 1 || l.said[0].Kind != queue.DeviceOffline || l.said[0].Subject != "lost" || l.said[0].Actor.Kind != queue.BySystem {
		t.Fatalf("after it: %+v", l.said)
	}
	s.presence.leave("late", noon.Add(graceAtStart))
	for _, after := range []time.Duration{grace - time.Second, grace, time.Hour} {
		s.reportPresence(noon.Add(graceAtStart + after))
	}
	if len(l.said) != 2 || l.said[1].Subject != "late" || l.said[1].Actor != ofDevice("late") {
		t.Fatalf("of one that left later: %+v", l.said)
	}
	s.presence.arrive("lost", noon.Add(2*time.Hour))
	s.reportPresence(noon.Add(2 * time.Hour))
	if len(l.said) != 3 || l.said[2].Kind != queue.DeviceOnline || l.said[2].Subject != "lost" {
		t.Fatalf("of one that came back in the end: %+v", l.said)
	}
}

// After a night without a server nobody has been connected since yesterday, not even who is back at once.
func TestAfterANightDevicesAreConnectedSinceTheMorning(t *testing.T) {
	s, l := restarted(t, noon.Add(-14*time.Hour))
	s.presence.arrive("back", noon)
	s.reportPresence(noon)
	s.reportPresence(noon.Add(time.Second))
	off := 0
	for _, e := range l.said {
		if e.Kind == queue.DeviceOffline && e.Actor.Kind == queue.BySystem {
			off++
		}
	}
	last := l.said[len(l.said)-1]
	if off != 3 || len(l.said) != 4 || last.Kind != queue.DeviceOnline || last.Subject != "back" {
		t.Fatalf("reported: %+v", l.said)
	}
	if d := l.o.Devices["back"]; !d.Online || !d.Since.Equal(noon) {
		t.Errorf("connected %v since %v", d.Online, d.Since)
	}
}
