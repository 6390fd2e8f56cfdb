package officetest

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

const diskBlocks = 500

// Disk is the yardstick of benchmarks: it writes 4 KiB blocks with fdatasync, over and over in a file
// that is there already.
type Disk struct {
	tb    testing.TB
	file  *os.File
	block [4096]byte
	at    int64
}

// NewDisk prepares a yardstick in dir, which has to be on the disk of the database.
func NewDisk(tb testing.TB, dir string) *Disk {
	tb.Helper()
	f, err := os.Create(filepath.Join(dir, "raw")) //nolint:gosec // a directory of the test
	check(tb, err)
	tb.Cleanup(func() { check(tb, f.Close()) })
	d := &Disk{tb: tb, file: f}
	_, err = f.Write(make([]byte, diskBlocks*len(d.block)))
	check(tb, err)
	d.Sync(1)
	return d
}

// Sync makes n blocks durable, one after the other, and returns how long that took.
func (d *Disk) Sync(n int) time.Duration {
	d.tb.Helper()
	start := time.Now()
	for range n {
		_, err := d.file.WriteAt(d.block[:], d.at*int64(len(d.block)))
		check(d.tb, err)
		check(d.tb, syscall.Fdatasync(int(d.file.Fd())))
		d.at = (d.at + 1) % diskBlocks
	}
	return time.Since(start)
}
