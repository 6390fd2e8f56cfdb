package journal_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/queue"
)

func mustJSON(tb testing.TB, v any) string {
	tb.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// wantRefusal opens the path, wants the fault in one line, and wants every file of the directory
// to be as it was, but for what processes share while they have it open.
func wantRefusal(t *testing.T, path string, opt journal.Options, fault error) {
	t.Helper()
	before := contents(t, filepath.Dir(path))
	j, err := journal.Open(context.Background(), path, opt)
	if err == nil {
		shut(t, j)
		t.Fatalf("opened, want: %v", fault)
	}
	if !errors.Is(err, fault) {
		t.Errorf("got %v, want: %v", err, fault)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the error has more than one line: %q", err)
	}
	for name, b := range contents(t, filepath.Dir(path)) {
		if name != "loket.lock" && !strings.HasSuffix(name, "-shm") && !bytes.Equal(before[name], b) {
			t.Errorf("file %s was changed", name)
		}
	}
}

func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return out
	}
	for _, e := range entries {
		if e.Type().IsRegular() {
			b, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			out[e.Name()] = b
		}
	}
	return out
}

func exec1(t *testing.T, path string, queries ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, q := range queries {
		if _, err := db.ExecContext(context.Background(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

func TestForeignFilesAreRefusedAndLeftAlone(t *testing.T) {
	for name, make := range map[string]func(t *testing.T, path string){
		"a text file":       func(t *testing.T, path string) { write(t, path, "shopping list\n") },
		"a long text file":  func(t *testing.T, path string) { write(t, path, strings.Repeat("shopping list\n", 1000)) },
		"another database":  func(t *testing.T, path string) { exec1(t, path, "CREATE TABLE invoice (n INTEGER)") },
		"another marked db": func(t *testing.T, path string) { exec1(t, path, "PRAGMA application_id = 7", "CREATE TABLE x (n)") },
		"another WAL db": func(t *testing.T, path string) {
			exec1(t, path, "PRAGMA journal_mode = WAL", "CREATE TABLE invoice (n INTEGER)")
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "loket.db")
			make(t, path)
			wantRefusal(t, path, journal.Options{}, journal.ErrForeign)
			wantRefusal(t, path, journal.Options{ReadOnly: true}, journal.ErrForeign)
		})
	}
	t.Run("a directory", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "loket.db")
		if err := os.Mkdir(path, 0o750); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, path, journal.Options{}, journal.ErrForeign)
	})
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAnEmptyFileOrDatabaseIsTaken(t *testing.T) {
	for name, make := range map[string]func(path string){
		"empty file":     func(path string) { write(t, path, "") },
		"empty database": func(path string) { exec1(t, path, "CREATE TABLE x (n)", "DROP TABLE x") },
		"odd name":       func(string) {},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a b?c#d%20 é.db")
			make(path)
			shut(t, open(t, path))
			if _, err := os.Stat(path); err != nil {
				t.Error(err)
			}
			shut(t, open(t, path))
		})
	}
}

func TestANewerSchemaIsRefused(t *testing.T) {
	path, _ := filled(t, 20)
	exec1(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)", "PRAGMA wal_checkpoint(TRUNCATE)")
	wantRefusal(t, path, journal.Options{ReadOnly: true}, journal.ErrNewerSchema)
	j, err := journal.Open(context.Background(), path, journal.Options{})
	if !errors.Is(err, journal.ErrNewerSchema) {
		t.Errorf("got %v", err)
	}
	if err == nil {
		shut(t, j)
	}
}

func TestAnOlderSchemaIsBroughtUpToDate(t *testing.T) {
	path, want := filled(t, 20)
	exec1(t, path, "DROP TABLE region", "DROP TABLE audit", "DROP TABLE card", "DROP TABLE person", "DROP TABLE person_key",
		"DROP TABLE session", "DROP TABLE device", "DROP TABLE user", "DELETE FROM goose_db_version WHERE version_id >= 2")
	wantRefusal(t, path, journal.Options{ReadOnly: true}, journal.ErrOlderSchema)
	j := opened(t, path)
	if snapshot(t, load(t, j)) != snapshot(t, want) {
		t.Error("the office has changed")
	}
	var users int
	row(t, j.DB().Read, "SELECT count(*) FROM user", &users)
}

func TestADirectoryThatCannotBeWrittenIsSaid(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "file"), "")
	wantRefusal(t, filepath.Join(dir, "file", "data", "loket.db"), journal.Options{}, journal.ErrNotWritable)
	if os.Geteuid() == 0 {
		return // root may write everywhere; the other half is for everybody else
	}
	closed := filepath.Join(dir, "closed")
	if err := os.Mkdir(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, filepath.Join(closed, "loket.db"), journal.Options{}, journal.ErrNotWritable)
}

func TestTheFileOfAnotherUserIsRefused(t *testing.T) {
	path, _ := filled(t, 1)
	if err := os.Chown(path, 65534, 65534); err != nil {
		t.Logf("only root can give a file away, so this is left to root: %v", err)
		return
	}
	wantRefusal(t, path, journal.Options{}, journal.ErrWrongOwner)
}

// hold is the second process of the test below: it opens the journal, says so, and waits.
func hold(path string) {
	j, err := journal.Open(context.Background(), path, journal.Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("open")
	_, _ = io.Copy(io.Discard, os.Stdin) // until the parent closes it
	if err := j.Close(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

func TestASecondServerOnTheSameDataIsRefused(t *testing.T) {
	path, want := filled(t, 50)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LOKET_TEST_HOLD="+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 4)
	if _, err := io.ReadFull(out, line); err != nil || string(line) != "open" {
		t.Fatalf("the other server said %q: %v", line, err)
	}
	wantRefusal(t, path, journal.Options{}, journal.ErrInUse)
	// Looking on is allowed.
	ro, err := journal.Open(context.Background(), path, journal.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	wantSound(t, ro)
	if err := ro.Append(context.Background(), []queue.Event{{}}); err == nil {
		t.Error("a journal that is open to read took an event")
	}
	shut(t, ro)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	j := opened(t, path)
	if snapshot(t, load(t, j)) != snapshot(t, want) {
		t.Error("the office has changed")
	}
}

func TestADamagedFileIsAClearError(t *testing.T) {
	t.Run("cut in half", func(t *testing.T) {
		path, _ := filled(t, 2000)
		st, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, st.Size()/2); err != nil {
			t.Fatal(err)
		}
		wantDamage(t, path)
	})
	t.Run("cut to its header", func(t *testing.T) {
		path, _ := filled(t, 100)
		if err := os.Truncate(path, 50); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, path, journal.Options{}, journal.ErrForeign)
	})
	t.Run("overwritten", func(t *testing.T) {
		path, _ := filled(t, 2000)
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, 200_000), 8192); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		wantDamage(t, path)
	})
}

// wantDamage wants the damage to be found when the journal is opened, or else when it is loaded.
func wantDamage(t *testing.T, path string) {
	t.Helper()
	j, err := journal.Open(context.Background(), path, journal.Options{})
	if err == nil {
		defer shut(t, j)
		_, err = j.Load(context.Background())
	}
	if !errors.Is(err, journal.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
}
