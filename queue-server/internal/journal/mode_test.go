package journal_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func modes(t *testing.T, dir string) map[string]os.FileMode {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]os.FileMode)
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name()] = info.Mode().Perm()
	}
	return out
}

func TestNobodyElseCanReadTheDatabaseItsLogAndItsCopies(t *testing.T) {
	old := syscall.Umask(0) // the most generous there is
	t.Cleanup(func() { syscall.Umask(old) })
	dir := t.TempDir()
	path := filepath.Join(dir, "data", "loket.db")
	d := newDay(t, 10)
	j := opened(t, path)
	d.append(j, d.opening())
	if _, err := j.Backup(context.Background(), filepath.Join(dir, "data", "copy.db")); err != nil {
		t.Fatal(err)
	}
	got := modes(t, filepath.Dir(path))
	for _, name := range []string{"loket.db", "loket.db-wal", "loket.db-shm", "copy.db"} {
		if mode, ok := got[name]; !ok || mode != 0o600 {
			t.Errorf("%s has the mode %04o", name, mode)
		}
	}
}

func TestTheModeOfADatabaseThatIsThereIsNotChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "loket.db")
	shut(t, open(t, path))
	const chosen = 0o640 // somebody wants her group to read it
	if err := os.Chmod(path, chosen); err != nil {
		t.Fatal(err)
	}
	j := opened(t, path)
	if _, err := j.Backup(context.Background(), path+".copy"); err != nil {
		t.Fatal(err)
	}
	got := modes(t, filepath.Dir(path))
	if got["loket.db"] != chosen || got["loket.db.copy"] != 0o600 {
		t.Errorf("the modes are %v", got)
	}
}
