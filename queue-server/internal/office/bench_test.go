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

// disk writes 4 KiB blocks with fdatasync, over and over in a file that is there already.
type disk struct {
	file  *os.File
	block [4096]byte
	at    int64
}

const diskBlocks = 500

func newDisk(b *testing.B, dir string) *disk {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "raw"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	d := &disk{file: f}
	if _, err := f.Write(make([]byte, diskBlocks*len(d.block))); err != nil {
		b.Fatal(err)
	}
	d.sync(b, 1)
	return d
}

// sync makes n blocks durable, one after the other, and returns how long that took.
func (d *disk) sync(b *testing.B, n int) time.Duration {
	b.Helper()
	start := time.Now()
	for range n {
		if _, err := d.file.WriteAt(d.block[:], d.at*int64(len(d.block))); err != nil {
			b.Fatal(err)
		}
		if err := syscall.Fdatasync(int(d.file.Fd())); err != nil {
			b.Fatal(err)
		}
		d.at = (d.at + 1) % diskBlocks
	}
	return time.Since(start)
}

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
	d := newDisk(b, dir)
	o := openOffice(b, filepath.Join(dir, "loket.db"), office.Config{})
	crowds := make([]*rehearsal.Crowd, clients)
	for i := range crowds {
		crowds[i] = rehearsal.NewCrowd(uint64(100 + i))
	}
	const turn = 10 // issues a client and turn
	var issued, synced int
	var issuing, syncing time.Duration
	for b.Loop() {
		syncing += d.sync(b, 20)
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
