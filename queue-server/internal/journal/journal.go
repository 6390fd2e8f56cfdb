// Package journal keeps an office's events in one SQLite file: an append-only log, the
// reporting tables that follow from it, and snapshots that make a start quick.
//
// It is not the place of rules (package queue) nor of concurrency between commands (package
// office). Its one invariant: what Append accepted is on the disk, all of it, in order and
// without gaps, and the reporting tables of the same file say the same.
package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/gofrs/flock"
)

// Options tune a journal. The zero value is right for a server.
type Options struct {
	ReadOnly bool         // for verify and backup beside a running server: no lock, no migration, no Append
	Readers  int          // connections of the read-only pool; 0 means 4
	LogPages int          // pages of the log file between two checkpoints, made ready at the start; 0 means 1000
	Log      *slog.Logger // nil: slog.Default
}

// Journal is an open event log. Its methods may be called from any goroutine.
type Journal struct {
	path  string
	pages int // of the log file, as Options.LogPages
	log   *slog.Logger
	lock  *flock.Flock // nil when read-only
	write *sql.DB      // one connection; nil when read-only
	read  *sql.DB

	mu    sync.Mutex  // guards the four below, and makes Append one at a time
	stmts *statements // of Append; nil: to be prepared
	head  head        // last event on the disk
	rows  *projection // nil: to be read again
	stale bool        // head is to be read again, since a commit failed

	appended atomic.Int64 // transactions since the last checkpoint
	lastUse  atomic.Int64 // unix nanoseconds of the last Append
	forget   atomic.Bool  // the log file is to be emptied as soon as no reader is in the way
	stop     chan struct{}
	stopOnce sync.Once
	done     sync.WaitGroup
}

// DB is the two ways into the file for the rooms that keep tables of their own in it.
type DB struct {
	Write *sql.DB // one connection, shared with Append: keep transactions short; nil when read-only
	Read  *sql.DB // a bounded pool that can only read
	// Forget empties the log file after a deletion, so that what was deleted is gone from it too: at once, or as soon
	// as nobody reads an older state any more. nil when read-only.
	Forget func(ctx context.Context) error
}

// Update runs f in a transaction of the one writer, and commits what it did unless it fails. Once it has begun, ctx does
// not interrupt it any more: a cancelled commit would leave its outcome open.
func (db DB) Update(ctx context.Context, f func(tx *sql.Tx) error) error {
	conn, err := db.Write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close() // it only gives the connection back to the pool
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing, and else the first error counts
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Open opens the journal at path (a file in an existing or new directory), creates it when it is
// missing, and brings its schema up to date. Errors wrap one of the faults of this package where
// they apply; then nothing was changed.
func Open(ctx context.Context, path string, opt Options) (*Journal, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	j := &Journal{path: path, log: opt.Log, stop: make(chan struct{})}
	if j.log == nil {
		j.log = slog.Default()
	}
	opt.Readers, opt.LogPages = cmp.Or(opt.Readers, 4), cmp.Or(opt.LogPages, 1000)
	j.pages = opt.LogPages
	if opt.ReadOnly {
		err = j.openReadOnly(ctx, opt)
	} else {
		err = j.open(ctx, opt)
	}
	if err != nil {
		return nil, errors.Join(err, j.release())
	}
	return j, nil
}

func (j *Journal) open(ctx context.Context, opt Options) error {
	var err error
	if j.lock, err = lockDir(filepath.Dir(j.path)); err != nil {
		return err
	}
	fresh, err := inspect(ctx, j.path)
	if err != nil {
		return err
	}
	if fresh {
		if err := mark(ctx, j.path); err != nil {
			return err
		}
	}
	if j.write, err = openWriter(j.path, opt.LogPages); err != nil {
		return err
	}
	if err := migrate(ctx, j.write); err != nil {
		return fmt.Errorf("database %s: %w", j.path, err)
	}
	if err := growWAL(ctx, j.write, j.path, opt.LogPages); err != nil {
		return err
	}
	if j.head, err = headAt(ctx, j.write, -1); err != nil {
		return fmt.Errorf("database %s: %w", j.path, err)
	}
	if j.read, err = openReader(j.path, opt.Readers); err != nil {
		return err
	}
	j.done.Go(j.checkpointer)
	return nil
}

func (j *Journal) openReadOnly(ctx context.Context, opt Options) error {
	fresh, err := inspect(ctx, j.path)
	if err != nil {
		return err
	}
	if fresh {
		return fmt.Errorf("database %s: %w: it is missing or empty", j.path, ErrForeign)
	}
	if j.read, err = openReader(j.path, opt.Readers); err != nil {
		return err
	}
	if err := checkSchema(ctx, j.read); err != nil {
		return fmt.Errorf("database %s: %w", j.path, err)
	}
	return nil
}

// DB gives the rooms that keep tables of their own in this file (account, vault) its connections.
func (j *Journal) DB() DB {
	if j.write == nil {
		return DB{Read: j.read}
	}
	return DB{Write: j.write, Read: j.read, Forget: j.forgetLog}
}

// Path is the absolute path of the file.
func (j *Journal) Path() string { return j.path }

// Close writes the log back into the file, closes it and releases the directory. A second Close
// does nothing.
func (j *Journal) Close() error {
	j.stopOnce.Do(func() { close(j.stop) })
	j.done.Wait()
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.release()
}

// release closes what is open. The writer goes last: SQLite then folds the log file into the
// database and removes it.
func (j *Journal) release() error {
	var errs []error
	if j.read != nil {
		errs = append(errs, j.read.Close())
	}
	errs = append(errs, j.dropStatements())
	if j.write != nil {
		errs = append(errs, j.write.Close())
	}
	if j.lock != nil {
		errs = append(errs, j.lock.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close %s: %w", j.path, err)
	}
	return nil
}
