package vault_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/registry/vault"
)

// wantRefusal opens a room again and wants the fault, in one line.
func wantRefusal(t *testing.T, r *room, fault error) {
	t.Helper()
	err := r.open()
	if err == nil {
		r.leave()
		t.Fatalf("opened, want: %v", fault)
	}
	wantErr(t, err, fault)
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the error has more than one line: %q", err)
	}
}

// closedRoom is a room with one person that was left.
func closedRoom(t *testing.T) *room {
	t.Helper()
	r := enter(t, t.TempDir())
	p := r.save(siti(1))
	r.bind(p.ID, uid(1))
	r.leave()
	return r
}

func TestTheKeyFileIsMadeOnceForItsOwnerAlone(t *testing.T) {
	r := closedRoom(t)
	st, err := os.Stat(r.keyFile())
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v: %v", st.Mode(), err)
	}
	before := r.keyLines()
	if err := r.open(); err != nil {
		t.Fatal(err)
	}
	defer r.leave()
	if after := r.keyLines(); len(after) != 1 || after[0] != before[0] {
		t.Error("the second start changed the keys")
	}
	if _, err := vault.OpenKeyring(filepath.Join(r.dir, "none.keys"), false); !errors.Is(err, vault.ErrKeysMissing) {
		t.Errorf("without a file: %v", err)
	}
}

func TestAKeyFileThatOthersCanUseIsRefused(t *testing.T) {
	r := closedRoom(t)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o602, 0o610, 0o777} {
		if err := os.Chmod(r.keyFile(), mode); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, r, vault.ErrKeysExposed)
	}
	for _, mode := range []os.FileMode{0o600, 0o400} {
		if err := os.Chmod(r.keyFile(), mode); err != nil {
			t.Fatal(err)
		}
		if err := r.open(); err != nil {
			t.Fatal(err)
		}
		r.leave()
	}
}

func TestTheKeyFileOfAnotherUserIsRefused(t *testing.T) {
	r := closedRoom(t)
	if err := os.Chown(r.keyFile(), 65534, 65534); err != nil {
		t.Logf("only root can give a file away, so this is left to root: %v", err)
		return
	}
	wantRefusal(t, r, vault.ErrKeysOwner)
}

func TestWithoutItsKeysADatabaseWithPersonsIsRefused(t *testing.T) {
	r, other := closedRoom(t), closedRoom(t)
	keys, err := os.ReadFile(r.keyFile())
	if err != nil {
		t.Fatal(err)
	}
	replace := func(raw []byte) {
		t.Helper()
		if err := os.WriteFile(r.keyFile(), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(r.keyFile()); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, r, vault.ErrKeysMissing)
	if _, err := os.Stat(r.keyFile()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("new keys were made in place of the missing ones: %v", err)
	}
	foreign, err := os.ReadFile(other.keyFile())
	if err != nil {
		t.Fatal(err)
	}
	replace(foreign)
	wantRefusal(t, r, vault.ErrKeysForeign)
	replace(keys)
	if err := r.open(); err != nil {
		t.Fatal(err)
	}
	defer r.leave()
	got, err := r.ByCard(context.Background(), uid(1))
	if err != nil || got.NIK != nik(1) {
		t.Errorf("with her keys again: %s, %v", got, err)
	}
}

// A file with the right id and wrong keys is another office's as well.
func TestAProofThatDoesNotFitIsRefused(t *testing.T) {
	r := closedRoom(t)
	j, err := journal.Open(context.Background(), r.db(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.DB().Write.Exec("UPDATE person_key SET proof = x'00'"); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, r, vault.ErrKeysForeign)
}

// An office that erased everybody, or never had anybody, may begin anew with other keys.
func TestADatabaseWithoutPersonsTakesOtherKeys(t *testing.T) {
	r := closedRoom(t)
	if err := r.open(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Erase(context.Background(), nik(1), entry(vault.Erased)); err != nil {
		t.Fatal(err)
	}
	r.leave()
	if err := os.Remove(r.keyFile()); err != nil {
		t.Fatal(err)
	}
	if err := r.open(); err != nil {
		t.Fatal(err)
	}
	defer r.leave()
	r.save(siti(1))
	if n := r.count("SELECT count(*) FROM person_key"); n != 1 {
		t.Errorf("%d keys are known", n)
	}
}

func TestWhatAKillLeftOfANewKeyFileIsReplaced(t *testing.T) {
	r := newRoom(t)
	if err := os.WriteFile(r.keyFile()+".new", []byte("half a fi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.Rotate(context.Background(), r.keys); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(r.keyFile() + ".new"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestALinkToTheKeyFileStaysALink(t *testing.T) {
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "office.keys")
	r := enter(t, dir)
	r.leave()
	if err := os.Rename(r.keyFile(), elsewhere); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, r.keyFile()); err != nil {
		t.Fatal(err)
	}
	before := r.keyLines()
	if err := r.open(); err != nil {
		t.Fatal(err)
	}
	defer r.leave()
	if err := r.Rotate(context.Background(), r.keys); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(elsewhere)
	if err != nil || strings.Contains(string(raw), before[0]) {
		t.Errorf("the file behind the link was not rotated: %v", err)
	}
	if st, err := os.Lstat(r.keyFile()); err != nil || st.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
}

func TestWhatIsNoFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	_, err := vault.OpenKeyring(dir, true)
	wantErr(t, err, vault.ErrKeysMalformed)
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("shopping list\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = vault.OpenKeyring(file, true)
	wantErr(t, err, vault.ErrKeysMalformed)
	if raw, err := os.ReadFile(file); err != nil || string(raw) != "shopping list\n" {
		t.Errorf("it was changed: %v", err)
	}
	if _, err = vault.OpenKeyring(filepath.Join(file, "person.keys"), true); err == nil {
		t.Error("a path through a file was taken")
	}
}
