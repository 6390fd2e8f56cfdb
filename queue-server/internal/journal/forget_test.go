package journal_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"loket/queue-server/internal/journal"
)

// The tables of other rooms are the vault's to test; here a user stands for what is deleted.
const secretName = "Siti Contoh yang dihapus"

func addAndDelete(t *testing.T, j *journal.Journal) {
	t.Helper()
	for _, q := range []string{
		"INSERT INTO user (id, login, name, role, hash, disabled) VALUES ('1', 'siti', '" + secretName + "', 'officer', '', 0)",
		"DELETE FROM user",
	} {
		if _, err := j.DB().Write.ExecContext(context.Background(), q); err != nil {
			t.Fatal(err)
		}
	}
}

func traces(t *testing.T, path string) int {
	t.Helper()
	n := 0
	for _, b := range contents(t, filepath.Dir(path)) {
		n += bytes.Count(b, []byte(secretName))
	}
	return n
}

func TestWhatWasDeletedIsGoneFromEveryFileAfterForget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "loket.db")
	j := opened(t, path)
	addAndDelete(t, j)
	if traces(t, path) == 0 {
		t.Fatal("it was not in the log file before: this test looks in the wrong place")
	}
	if err := j.DB().Forget(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := traces(t, path); n != 0 {
		t.Errorf("it is still there, %d times", n)
	}
	// The log file is as long as it was made at the start, so that commits are as quick as before.
	if st, err := os.Stat(path + "-wal"); err != nil || st.Size() < 50*4096 {
		t.Errorf("the log file: %v, %v", st, err)
	}
	d := newDay(t, 1)
	d.append(j, d.opening())
	wantSound(t, j)
}

func TestForgetWaitsForReadersWithoutHoldingCommitsUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "loket.db")
	j := opened(t, path)
	d := newDay(t, 1)
	d.append(j, d.opening())
	tx, err := j.DB().Read.BeginTx(context.Background(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // it ends below
	var n int
	if err := tx.QueryRow("SELECT count(*) FROM event").Scan(&n); err != nil {
		t.Fatal(err)
	}
	addAndDelete(t, j)
	if err := j.DB().Forget(context.Background()); err != nil {
		t.Fatal(err)
	}
	if traces(t, path) == 0 {
		t.Error("the log file was emptied under a reader")
	}
	d.append(j, d.crowdEvents(5))
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ctx := t.Context(); traces(t, path) != 0; {
		select {
		case <-ctx.Done():
			t.Fatal("it was never forgotten")
		case <-tick.C:
		}
	}
	wantSound(t, j)
}
