// Package journal keeps an office's events in one SQLite file: an append-only log, the
// reporting tables that follow from it, and snapshots that make a start quick.
//
// It is not the place of rules (package queue) nor of concurrency between commands (package
// office). Its one invariant: what Append accepted is on the disk, all of it, in order and
// without gaps, and the reporting tables of the same file say the same.
package journal

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"

	"loket/queue-server/internal/queue"
)

// Faults that end the program with one clear line. Match them with errors.Is.
var (
	ErrInUse       = errors.New("the data directory is in use by another server")
	ErrForeign     = errors.New("this is not a Loket database")
	ErrNewerSchema = errors.New("the database was written by a newer version of Loket")
	ErrCorrupt     = errors.New("the database is damaged")
	ErrDiskFull    = errors.New("the disk is full")
	ErrNotWritable = errors.New("not writable")
	ErrWrongOwner  = errors.New("the database belongs to another system user")
)

// Options tune a journal. The zero value is right for a server.
type Options struct {
	ReadOnly bool         // for verify and backup beside a running server: no lock, no migration, no Append
	Readers  int          // connections of the read-only pool; 0 means 4
	Log      *slog.Logger // nil: slog.Default
}

// Journal is an open event log. Append and SaveSnapshot are for one goroutine at a time;
// everything else may be called from any.
type Journal struct {
	write, read *sql.DB
}

// Open opens the journal at path (a file in an existing or new directory), creates it when it is
// missing, and brings its schema up to date. Errors wrap one of the faults above where they apply.
func Open(ctx context.Context, path string, opt Options) (*Journal, error) {
	return nil, errors.ErrUnsupported
}

// Append makes the events durable in one transaction together with the reporting tables. On an
// error nothing of them was kept.
func (j *Journal) Append(ctx context.Context, events []queue.Event) error {
	return errors.ErrUnsupported
}

// Load returns the office as the log has it: the latest sound snapshot and the rest of the events.
func (j *Journal) Load(ctx context.Context) (*queue.Office, error) {
	return nil, errors.ErrUnsupported
}

// SaveSnapshot keeps the state of an office whose last event is in the log.
func (j *Journal) SaveSnapshot(ctx context.Context, o *queue.Office) error {
	return errors.ErrUnsupported
}

// Events returns up to limit events with a seq greater than after, in order.
func (j *Journal) Events(ctx context.Context, after int64, limit int) ([]queue.Event, error) {
	return nil, errors.ErrUnsupported
}

// Report is what Verify found. Problems is empty when all is well.
type Report struct {
	Events   int64    // in the log
	Tickets  int64    // in the reporting table
	Sessions int64    // at counters, in the reporting table
	Snapshot int64    // seq of the latest snapshot, 0 for none
	Problems []string // in English, at most 20
}

// Verify folds the whole log from its start and compares what follows from it with the
// reporting tables and the snapshot. The error is for faults that kept it from looking.
func (j *Journal) Verify(ctx context.Context) (Report, error) {
	return Report{}, errors.ErrUnsupported
}

// Backup writes a copy of the running journal to a new file at path, opens it and verifies it.
func (j *Journal) Backup(ctx context.Context, path string) (Report, error) {
	return Report{}, errors.ErrUnsupported
}

// DB gives the rooms that keep tables of their own in this file (account) its connections.
func (j *Journal) DB() DB { return DB{Write: j.write, Read: j.read} }

// DB is the two ways into the file: the one writer, and a bounded pool that can only read.
type DB struct {
	Write *sql.DB
	Read  *sql.DB
}

// Close checkpoints and closes the file and releases the directory.
func (j *Journal) Close() error { return nil }
