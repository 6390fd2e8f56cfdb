package journal_test

import (
	"context"
	"path/filepath"
	"testing"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/journal/rehearsal"
	"loket/queue-server/internal/queue"
)

func BenchmarkAppendOne(b *testing.B) {
	j, err := journal.Open(context.Background(), filepath.Join(b.TempDir(), "loket.db"), journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	o := queue.New()
	crowd := rehearsal.NewCrowd(1)
	var all [][]queue.Event
	for _, c := range crowd.Opening() {
		all = append(all, decide(b, o, c))
	}
	for range b.N {
		all = append(all, decide(b, o, crowd.Issue()))
	}
	n := len(all) - b.N
	for _, e := range all[:n] {
		if err := j.Append(context.Background(), e); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	for _, e := range all[n:] {
		if err := j.Append(context.Background(), e); err != nil {
			b.Fatal(err)
		}
	}
}

var ids = rehearsal.NewCrowd(1 << 60)

func decide(tb testing.TB, o *queue.Office, c queue.Command) []queue.Event {
	tb.Helper()
	events, _, err := o.Decide(c, rehearsal.Start)
	if err != nil {
		tb.Fatal(err)
	}
	for i := range events {
		events[i].ID = ids.ID()
		if err := o.Apply(events[i]); err != nil {
			tb.Fatal(err)
		}
	}
	return events
}
