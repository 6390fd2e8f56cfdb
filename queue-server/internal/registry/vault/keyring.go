package vault

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// What a key file is refused for. Match them with errors.Is.
var (
	ErrKeysMissing   = errors.New("the key file is missing, and without it the persons in the database cannot be read: bring it back from its copy")
	ErrKeysMalformed = errors.New("this is not a sound key file")
	ErrKeysExposed   = errors.New("others than its owner can use the key file: chmod 600 it")
	ErrKeysOwner     = errors.New("the key file belongs to another system user")
	ErrKeysForeign   = errors.New("the key file is not that of this database")
)

// Keyring is the content of a key file: the keys that persons are sealed with. Only Store.Rotate changes it.
type Keyring struct {
	path  string
	fresh bool          // there is no file yet
	ring  []*generation // the active one first; the others are being rotated away
}

// OpenKeyring reads the key file at path. If it is missing and create is true it makes new keys, which Open writes to
// path, for its owner alone, once it has seen that the database needs no older ones. The errors are those of this
// package, and those of the system.
func OpenKeyring(path string, create bool) (*Keyring, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // so that a rotation replaces the file and not a link to it
	}
	raw, err := readKeys(path)
	if errors.Is(err, fs.ErrNotExist) {
		if !create {
			return nil, fmt.Errorf("key file %s: %w", path, ErrKeysMissing)
		}
		g, err := newGeneration()
		if err != nil {
			return nil, fmt.Errorf("key file %s: %w", path, err)
		}
		return &Keyring{path: path, fresh: true, ring: []*generation{g}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	ring, err := parseKeys(raw)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return &Keyring{path: path, ring: ring}, nil
}

// readKeys reads the file if nobody else could have.
func readKeys(path string) ([]byte, error) {
	// Without O_NONBLOCK a pipe of that name would block for ever.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read from
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: it is no file", ErrKeysMalformed)
	}
	if sys, ok := st.Sys().(*syscall.Stat_t); ok && int(sys.Uid) != os.Geteuid() {
		return nil, fmt.Errorf("%w: its owner is user %d, the program runs as user %d", ErrKeysOwner, sys.Uid, os.Geteuid())
	}
	if st.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w (its mode is %04o)", ErrKeysExposed, st.Mode().Perm())
	}
	return io.ReadAll(io.LimitReader(f, keyFileMax+1))
}

// active is the generation that rows are sealed with.
func (k *Keyring) active() *generation { return k.ring[0] }

// find returns the generation with an id, or nil.
func (k *Keyring) find(id string) *generation {
	for _, g := range k.ring {
		if g.id == id {
			return g
		}
	}
	return nil
}

// replace makes the file hold the ring, and then the keyring too. A kill at any moment leaves the old file or the new one.
func (k *Keyring) replace(ring []*generation) error {
	if err := writeKeys(k.path, formatKeys(ring)); err != nil {
		return fmt.Errorf("write key file %s: %w", k.path, err)
	}
	k.ring, k.fresh = ring, false
	return nil
}

// Keep writes a copy of the key file beside it, for its owner alone, and returns its path: the file's own with the UTC date
// and time after it. Copies of the database that were made before a rotation can be read with it only. No file is ever
// overwritten.
func (k *Keyring) Keep(now time.Time) (string, error) {
	raw, err := readKeys(k.path)
	if err != nil {
		return "", fmt.Errorf("keep key file %s: %w", k.path, err)
	}
	stamped := k.path + "." + now.UTC().Format("20060102T150405Z")
	kept := stamped
	for n := 2; ; n++ {
		err := writeNew(kept, raw)
		if err == nil {
			return kept, syncDir(kept)
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("keep key file %s: %w", k.path, err)
		}
		kept = fmt.Sprintf("%s-%d", stamped, n)
	}
}

// writeNew writes a file that is not there yet.
func writeNew(path string, raw []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

func syncDir(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func writeKeys(path string, raw []byte) error {
	next := path + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // left by a kill; nothing was ever sealed with what only it holds
	}
	if err := writeNew(next, raw); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	return syncDir(path)
}
