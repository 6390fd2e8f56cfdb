package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Faults that end the program with one clear line. Match them with errors.Is.
var (
	ErrInUse       = errors.New("the data directory is in use by another server")
	ErrForeign     = errors.New("this is not a Loket database")
	ErrNewerSchema = errors.New("the database was written by a newer version of Loket")
	ErrOlderSchema = errors.New("the database was written by an older version of Loket; start the server once to bring it up to date")
	ErrCorrupt     = errors.New("the database is damaged")
	ErrDiskFull    = errors.New("the disk is full")
	ErrNotWritable = errors.New("not writable")
	ErrWrongOwner  = errors.New("the database belongs to another system user")
	ErrDuplicate   = errors.New("an event or a number is in the log already")
)

// classify adds the fault of this package that an error of SQLite or of the system stands for.
func classify(err error) error {
	if err == nil {
		return nil
	}
	if kind := kindOf(err); kind != nil {
		return fmt.Errorf("%w: %w", kind, err)
	}
	return err
}

func kindOf(err error) error {
	var se *sqlite.Error
	if errors.As(err, &se) {
		return kindOfCode(se.Code() & 0xff)
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ErrDiskFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR):
		return ErrNotWritable
	}
	return nil
}

func kindOfCode(code int) error {
	switch code {
	case lib.SQLITE_FULL:
		return ErrDiskFull
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return ErrCorrupt
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_CANTOPEN:
		return ErrNotWritable
	case lib.SQLITE_CONSTRAINT:
		return ErrDuplicate
	}
	return nil
}
