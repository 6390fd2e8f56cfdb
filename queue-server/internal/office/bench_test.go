package office_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/journal/rehearsal"
	"loket/queue-server/internal/office"
)

// rawSyncRate measures how many 4 KiB writes with fdatasync the disk makes durable in a second.
func rawSyncRate(b *testing.B, dir string) float64 {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	const n = 500
	var took time.Duration
	for round := range 2 { // the first round makes the file grow; the second is what counts
		start := time.Now()
		for i := range n {
			if _, err := f.WriteAt(block, int64(i)*4096); err != nil {
				b.Fatal(err)
			}
			if err := syscall.Fdatasync(int(f.Fd())); err != nil {
				b.Fatal(err)
			}
		}
		if round == 1 {
			took = time.Since(start)
		}
	}
	return n / took.Seconds()
}

func BenchmarkIssue(b *testing.B) {
	for _, c := range []struct {
		name    string
		clients int
	}{{"one", 1}, {"clients64", 64}} {
		b.Run(c.name, func(b *testing.B) { benchIssue(b, c.clients) })
	}
}

func benchIssue(b *testing.B, clients int) {
	dir := b.TempDir()
	raw := rawSyncRate(b, dir)
	o := openOffice(b, filepath.Join(dir, "loket.db"), office.Config{})
	var wg sync.WaitGroup
	b.ResetTimer()
	for c := range clients {
		wg.Go(func() {
			crowd := rehearsal.NewCrowd(uint64(100 + c))
			for i := c; i < b.N; i += clients {
				if _, err := o.Do(context.Background(), crowd.Issue()); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "issues/s")
	b.ReportMetric(rate/(raw+rawSyncRate(b, dir))*2, "x-raw")
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
