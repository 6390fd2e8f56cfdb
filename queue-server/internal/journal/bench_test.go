package journal_test

import (
	"path/filepath"
	"testing"
)

func BenchmarkAppendOne(b *testing.B) {
	j := opened(b, filepath.Join(b.TempDir(), "loket.db"))
	d := newDay(b, 1)
	d.append(j, d.opening())
	for b.Loop() {
		d.append(j, d.decide(d.crowd.Issue()))
	}
}

func BenchmarkOpenAndClose(b *testing.B) {
	path := filepath.Join(b.TempDir(), "loket.db")
	for b.Loop() {
		shut(b, open(b, path))
	}
}
