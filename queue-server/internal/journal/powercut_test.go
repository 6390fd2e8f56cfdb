package journal_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"loket/queue-server/internal/journal"
)

// TestAPowerCutLeavesWholeBatches cuts the log file of a running journal at random bytes, as a machine may find it
// whose disk had not taken all of it: what is left is the office after some whole batch, never half of one.
func TestAPowerCutLeavesWholeBatches(t *testing.T) {
	dir := t.TempDir()
	// No checkpoint comes in between: SQLite syncs the log file before each, so none is ever cut there.
	j, err := journal.Open(context.Background(), filepath.Join(dir, "loket.db"), journal.Options{LogPages: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, j)
	d := newDay(t, 11)
	states := map[int64]string{0: snapshot(t, load(t, j))}
	d.append(j, d.opening())
	states[d.office.Seq] = snapshot(t, d.office)
	for range 60 {
		d.append(j, d.crowdEvents(5))
		states[d.office.Seq] = snapshot(t, d.office)
	}
	db, log := read(t, filepath.Join(dir, "loket.db")), read(t, filepath.Join(dir, "loket.db-wal"))
	rng := rand.New(rand.NewPCG(11, 0))
	seen := map[int64]bool{}
	for range 60 {
		path := filepath.Join(t.TempDir(), "loket.db")
		cut := log[:rng.IntN(1<<20)]
		if rng.IntN(2) == 0 { // or the end is there, but is not what was written
			cut = append([]byte(nil), cut...)
			for i := max(0, len(cut)-rng.IntN(10_000)); i < len(cut); i++ {
				cut[i] = byte(rng.Uint32())
			}
		}
		write(t, path, string(db))
		write(t, path+"-wal", string(cut))
		left := open(t, path)
		o := load(t, left)
		if want, ok := states[o.Seq]; !ok || snapshot(t, o) != want {
			t.Errorf("after a cut at %d the office is at event %d, which no batch ended with", len(cut), o.Seq)
		}
		wantSound(t, left)
		shut(t, left)
		seen[o.Seq] = true
	}
	if len(seen) < 10 {
		t.Errorf("the cuts left only %d different states", len(seen))
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
