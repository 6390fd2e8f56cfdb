package journal_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/queue"
)

func TestAFullDiskKeepsNothingOfABatchAndHealsLater(t *testing.T) {
	ctx := context.Background()
	d := newDay(t, 5)
	j := opened(t, filepath.Join(t.TempDir(), "loket.db"))
	d.append(j, d.opening())
	// SQLite takes the limit for a full disk. It belongs to the connection, which a failure ends.
	var limit int
	row(t, j.DB().Write, "PRAGMA max_page_count = 1", &limit)
	before := snapshot(t, load(t, j))
	batch := d.crowdEvents(2000)
	if err := j.Append(ctx, batch); !errors.Is(err, journal.ErrDiskFull) {
		t.Fatalf("got %v", err)
	}
	if snapshot(t, load(t, j)) != before {
		t.Error("a part of the batch was kept")
	}
	wantSound(t, j)
	d.append(j, batch)
	if snapshot(t, load(t, j)) != snapshot(t, d.office) {
		t.Error("the batch is not there")
	}
	wantSound(t, j)
}

func TestWhatDoesNotFitTheLogIsRefusedWhole(t *testing.T) {
	ctx := context.Background()
	d := newDay(t, 6)
	j := opened(t, filepath.Join(t.TempDir(), "loket.db"))
	d.append(j, d.opening())
	next := d.decide(d.crowd.Issue())
	next = append(next, d.decide(d.crowd.Issue())...)
	change := func(f func(e *queue.Event)) []queue.Event {
		bad := append([]queue.Event(nil), next...)
		f(&bad[1])
		return bad
	}
	for name, c := range map[string]struct {
		events []queue.Event
		fault  error
	}{
		"a gap":            {next[1:], journal.ErrDuplicate},
		"twice the same":   {append(append([]queue.Event(nil), next...), next[1]), journal.ErrDuplicate},
		"an id that falls": {change(func(e *queue.Event) { e.ID = "00000000-0000-7000-8000-000000000001" }), journal.ErrDuplicate},
		"the id before":    {change(func(e *queue.Event) { e.ID = next[0].ID }), journal.ErrDuplicate},
		"no id":            {change(func(e *queue.Event) { e.ID = "" }), nil},
		"no time": {change(func(e *queue.Event) {
			e.At = next[0].At.AddDate(-9999, 0, 0)
			e.At = e.At.Truncate(0)
			*e = queue.Event{Seq: e.Seq, ID: e.ID, Kind: e.Kind}
		}), nil},
		"a number twice":      {change(func(e *queue.Event) { e.Data.Number = next[0].Data.Number }), journal.ErrDuplicate},
		"an unknown ticket":   {change(func(e *queue.Event) { e.Kind = queue.TicketConfirmed }), nil},
		"a ticket, no number": {change(func(e *queue.Event) { e.Data.Number = nil }), nil},
	} {
		t.Run(name, func(t *testing.T) {
			before := snapshot(t, load(t, j))
			err := j.Append(ctx, c.events)
			if err == nil || c.fault != nil && !errors.Is(err, c.fault) {
				t.Errorf("got %v, want %v", err, c.fault)
			}
			if snapshot(t, load(t, j)) != before {
				t.Error("a part of it was kept")
			}
			wantSound(t, j)
		})
	}
	d.append(j, next)
	wantSound(t, j)
}

func TestNobodyCanChangeTheLogThroughSQL(t *testing.T) {
	path, _ := filled(t, 50)
	j := opened(t, path)
	for _, q := range []string{"DELETE FROM event WHERE seq = 3", "UPDATE event SET at = 1 WHERE seq = 3"} {
		if _, err := j.DB().Write.ExecContext(context.Background(), q); err == nil {
			t.Errorf("%s: was done", q)
		}
		if _, err := j.DB().Read.ExecContext(context.Background(), q); err == nil {
			t.Errorf("%s: was done through the readers", q)
		}
	}
	wantSound(t, j)
}

func TestACancelledContextAppendsNothing(t *testing.T) {
	d := newDay(t, 7)
	j := opened(t, filepath.Join(t.TempDir(), "loket.db"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := j.Append(ctx, d.opening()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if load(t, j).Seq != 0 {
		t.Error("events were kept")
	}
}
