package office_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/journal/rehearsal"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/internal/queue"
)

func BenchmarkIssue(b *testing.B) {
	for _, c := range []struct {
		name    string
		clients int
	}{{"one", 1}, {"clients64", 64}} {
		b.Run(c.name, func(b *testing.B) { benchIssue(b, c.clients) })
	}
}

// benchIssue takes turns with the bare disk, so that what else the machine does hits both alike.
func benchIssue(b *testing.B, clients int) {
	dir := b.TempDir()
	d := officetest.NewDisk(b, dir)
	o := openOffice(b, filepath.Join(dir, "loket.db"), office.Config{})
	crowds := make([]*rehearsal.Crowd, clients)
	for i := range crowds {
		crowds[i] = rehearsal.NewCrowd(uint64(100 + i))
	}
	const turn = 10 // issues a client and turn
	var issued, synced int
	var issuing, syncing time.Duration
	for b.Loop() {
		syncing += d.Sync(20)
		synced += 20
		start := time.Now()
		var wg sync.WaitGroup
		for _, c := range crowds {
			wg.Go(func() {
				for range turn {
					if _, err := o.Do(context.Background(), c.Issue()); err != nil {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
		issuing += time.Since(start)
		issued += turn * clients
	}
	rate, raw := float64(issued)/issuing.Seconds(), float64(synced)/syncing.Seconds()
	b.ReportMetric(rate, "issues/s")
	b.ReportMetric(raw, "raw/s")
	b.ReportMetric(rate/raw, "ratio")
}

// BenchmarkStartUp is from nothing to the first durable answer, with a million events in the journal of
// many days. The journal was closed properly (snapshot), or its server was killed (no recent snapshot).
func BenchmarkStartUp(b *testing.B) {
	path := filepath.Join(b.TempDir(), "loket.db")
	fillDays(b, path, 1_000_000)
	for _, killed := range []bool{false, true} {
		b.Run(map[bool]string{false: "closed", true: "killed"}[killed], func(b *testing.B) {
			crowd := rehearsal.NewCrowd(uint64(b.N) << 20)
			for b.Loop() {
				b.StopTimer()
				if killed {
					dropSnapshot(b, path)
				}
				b.StartTimer()
				j, err := journal.Open(context.Background(), path, journal.Options{Log: quiet})
				if err != nil {
					b.Fatal(err)
				}
				o, err := office.Open(context.Background(), office.Config{Journal: j, Log: quiet, Tick: -1, Clock: lateClock})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := o.Do(context.Background(), crowd.Issue()); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				if err := errors.Join(o.Close(), j.Close()); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// lateClock is after every rehearsal, but on no later day.
func lateClock() time.Time { return rehearsal.Start }

// fillDays rehearses days of about 8,000 events until there are n.
func fillDays(b *testing.B, path string, n int64) {
	b.Helper()
	j, err := journal.Open(context.Background(), path, journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	crowd, state, now := rehearsal.NewCrowd(7), queue.New(), rehearsal.Start.AddDate(-2, 0, 0)
	var batch []queue.Event
	kept := false
	next := func(c queue.Command) {
		now = now.Add(4 * time.Second)
		events, _, err := state.Decide(c, now)
		if err != nil {
			return // the crowd asks for much that is refused
		}
		for _, e := range events {
			e.ID = fmt.Sprintf("00000000-0000-7000-8000-%012x", e.Seq)
			if err := state.Apply(e); err != nil {
				b.Fatal(err)
			}
			batch = append(batch, e)
		}
	}
	for _, c := range crowd.Opening() {
		next(c)
	}
	for state.Seq < n {
		next(crowd.Next())
		if len(batch) < 5000 && state.Seq < n {
			continue
		}
		if err := j.Append(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
		batch = batch[:0]
		if !kept && state.Seq > n-40_000 { // as old as the office lets a snapshot become
			kept = true
			if err := j.SaveSnapshot(context.Background(), state); err != nil {
				b.Fatal(err)
			}
			keepSnapshot(b, j)
		}
	}
	if err := errors.Join(j.SaveSnapshot(context.Background(), state), j.Close()); err != nil {
		b.Fatal(err)
	}
}

// keepSnapshot puts the present snapshot aside, for dropSnapshot to come back to.
func keepSnapshot(b *testing.B, j *journal.Journal) {
	b.Helper()
	if _, err := j.DB().Write.ExecContext(context.Background(), "CREATE TABLE IF NOT EXISTS old AS SELECT * FROM snapshot"); err != nil {
		b.Fatal(err)
	}
}

func dropSnapshot(b *testing.B, path string) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		b.Fatal(err)
	}
	_, err = db.ExecContext(context.Background(), "DELETE FROM snapshot; INSERT INTO snapshot SELECT * FROM old")
	if err = errors.Join(err, db.Close()); err != nil {
		b.Fatal(err)
	}
}

func openOffice(tb testing.TB, path string, cfg office.Config) *office.Office {
	tb.Helper()
	j, err := journal.Open(context.Background(), path, journal.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	if cfg.Journal == nil {
		cfg.Journal = j
	}
	o, err := office.Open(context.Background(), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := o.Close(); err != nil {
			tb.Error(err)
		}
		if err := j.Close(); err != nil {
			tb.Error(err)
		}
	})
	for _, c := range rehearsal.NewCrowd(1).Opening() {
		if _, err := o.Do(context.Background(), c); err != nil {
			tb.Fatal(err)
		}
	}
	return o
}
