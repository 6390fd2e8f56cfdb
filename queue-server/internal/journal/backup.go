package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Backup writes a copy of the running journal to a new file at path, opens it and verifies it.
// A copy that is not sound, or not whole, is removed again; an existing file is never touched.
func (j *Journal) Backup(ctx context.Context, path string) (Report, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return Report{}, fmt.Errorf("backup to %s: %w", path, err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return Report{}, errors.Join(fmt.Errorf("backup to %s: %w", path, fs.ErrExist), err)
	}
	r, err := j.backup(ctx, path)
	if err != nil {
		return r, errors.Join(fmt.Errorf("backup to %s: %w", path, err), remove(path), remove(path+".part"))
	}
	return r, nil
}

func (j *Journal) backup(ctx context.Context, path string) (Report, error) {
	part := path + ".part"
	if err := remove(part); err != nil {
		return Report{}, err
	}
	if err := create(part); err != nil { // SQLite takes a file that is empty
		return Report{}, classify(err)
	}
	if _, err := j.read.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		return Report{}, classify(err)
	}
	if err := syncFile(part); err != nil {
		return Report{}, classify(err)
	}
	r, err := verifyFile(ctx, part)
	if err != nil {
		return r, fmt.Errorf("verify the copy: %w", err)
	}
	if !r.OK() {
		return r, fmt.Errorf("the copy is not sound: %s", strings.Join(r.Problems, "; "))
	}
	if err := os.Rename(part, path); err != nil {
		return r, classify(err)
	}
	return r, syncFile(filepath.Dir(path))
}

func verifyFile(ctx context.Context, path string) (Report, error) {
	c, err := Open(ctx, path, Options{ReadOnly: true, Readers: 1})
	if err != nil {
		return Report{}, err
	}
	r, err := c.Verify(ctx)
	return r, errors.Join(err, c.Close())
}

func syncFile(path string) error {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
