package office_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"testing"
	"time"

	"loket/queue-server/internal/journal/rehearsal"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/queue"
)

var quiet = slog.New(slog.DiscardHandler)

// fakeLog is a journal in memory with faults on demand.
type fakeLog struct {
	mu        sync.Mutex
	events    []queue.Event
	batches   []int
	snapshots []int64

	appendErr error         // the next appends fail with it
	keep      bool          // and yet the events are kept, as by a disk that fails in the last moment
	loadErr   error         // the next loads fail with it
	gate      chan struct{} // when set, each append takes a value from it first
	entered   chan struct{} // when set, each append puts a value in first
}

var errDisk = errors.New("the disk is gone")

func (f *fakeLog) set(change func(f *fakeLog)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *fakeLog) Load(context.Context) (*queue.Office, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.loadErr != nil {
		return nil, f.loadErr
	}
	o := queue.New()
	for _, e := range f.events {
		if err := o.Apply(e); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (f *fakeLog) Append(_ context.Context, events []queue.Event) error {
	f.mu.Lock()
	gate, entered := f.gate, f.entered
	f.mu.Unlock()
	if entered != nil {
		entered <- struct{}{}
	}
	if gate != nil {
		<-gate
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.appendErr == nil || f.keep {
		f.events = append(f.events, events...)
		f.batches = append(f.batches, len(events))
	}
	return f.appendErr
}

func (f *fakeLog) SaveSnapshot(_ context.Context, o *queue.Office) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.snapshots = append(f.snapshots, o.Seq)
	return nil
}

func (f *fakeLog) lastSeq() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.events) == 0 {
		return 0
	}
	return f.events[len(f.events)-1].Seq
}

// clock is a time that a test moves on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// rehearse opens an office on a fake log, set up and without ticks.
func rehearse(t *testing.T, change func(*office.Config)) (*office.Office, *fakeLog, *rehearsal.Crowd, *clock) {
	t.Helper()
	log, c := &fakeLog{}, &clock{now: rehearsal.Start}
	cfg := office.Config{Journal: log, Clock: c.Now, Log: quiet, Tick: -1}
	if change != nil {
		change(&cfg)
	}
	o, err := office.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	crowd := rehearsal.NewCrowd(1)
	for _, c := range crowd.Opening() {
		if _, err := o.Do(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
	return o, log, crowd, c
}

func seqOf(o *office.Office) (seq int64) {
	o.Read(func(s *queue.Office) { seq = s.Seq })
	return seq
}

func numberOf(t *testing.T, o *office.Office, id queue.TicketID) (n string) {
	t.Helper()
	o.Read(func(s *queue.Office) {
		if t := s.Tickets[id]; t != nil {
			n = t.Number.String()
		}
	})
	return n
}

// untilWaiting returns when n callers, who are on their way, stand before the writer.
func untilWaiting(o *office.Office, n int) {
	for o.Waiting() < n {
		runtime.Gosched()
	}
}
