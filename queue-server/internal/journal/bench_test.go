package journal_test

import (
	"context"
	"path/filepath"
	"testing"

	"loket/queue-server/internal/journal"
)

func BenchmarkAppendOne(b *testing.B) {
	j, err := journal.Open(context.Background(), filepath.Join(b.TempDir(), "loket.db"), journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer shut(b, j)
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
