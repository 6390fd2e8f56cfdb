// Package spool remembers on disk what must survive a crash of the kiosk: tickets whose slip is
// under way or out, but whose end the server has not acknowledged yet. It is not a queue and not a log for people.
// Its one invariant: after a crash at any moment, Open gives every ticket that was put and not
// done, at the last stage whose Put returned.
package spool

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// Stage is how far a ticket came.
type Stage string

// The stages of a ticket, in the order in which they are put.
const (
	Printing Stage = "printing" // reserved; its slip may or may not be out
	Printed  Stage = "printed"  // the slip is out; the server must learn it
	Shown    Stage = "shown"    // the number was taken from the screen; the server must learn it
	Done     Stage = "done"     // the server knows how it ended: forgotten
)

// Record is one ticket and its stage.
type Record struct {
	TicketID string
	Stage    Stage
}

// compactAt is the size at which a file with nothing open is emptied.
const compactAt = 64 << 10

// Spool is an open spool file. Its methods are safe for concurrent use.
type Spool struct {
	path string

	mu   sync.Mutex
	file *os.File
	size int64
	open map[string]Stage
}

// Open opens or creates the spool at path and returns the tickets that are not done, ordered by id
// (which for UUIDv7 is the order of time). A torn or damaged line is left out and logged.
func Open(path string, log *slog.Logger) (*Spool, []Record, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the path is the administrator's
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, nil, fmt.Errorf("read spool: %w", err)
	}
	open, damaged := parse(raw)
	if damaged > 0 {
		log.Warn("spool has damaged lines", slog.String("path", path), slog.Int("lines", damaged))
	}
	s := &Spool{path: path, open: open}
	if err := s.rewrite(); err != nil {
		return nil, nil, err
	}
	records := make([]Record, 0, len(open))
	for _, id := range slices.Sorted(maps.Keys(open)) {
		records = append(records, Record{TicketID: id, Stage: open[id]})
	}
	return s, records, nil
}

// Put records a ticket's stage and returns when it is on the disk.
func (s *Spool) Put(ticketID string, stage Stage) error {
	line, err := encode(Record{TicketID: ticketID, Stage: stage})
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return fmt.Errorf("spool: %w", os.ErrClosed)
	}
	// A write that failed half-way leaves a torn line: start on a fresh one, over it.
	n, err := s.file.WriteAt(line, s.size)
	if err != nil {
		return fmt.Errorf("write spool (%d of %d bytes): %w", n, len(line), err)
	}
	if err := s.file.Sync(); err != nil {
		return fmt.Errorf("sync spool: %w", err)
	}
	s.size += int64(len(line))
	if stage == Done {
		delete(s.open, ticketID)
	} else {
		s.open[ticketID] = stage
	}
	if len(s.open) == 0 && s.size >= compactAt {
		return s.empty()
	}
	return nil
}

// empty cuts the file down to nothing: no ticket is open, so losing the cut to a crash loses nothing.
func (s *Spool) empty() error {
	if err := s.file.Truncate(0); err != nil {
		return fmt.Errorf("empty spool: %w", err)
	}
	s.size = 0
	return nil
}

// Close closes the file. Puts after it fail.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	if err != nil {
		return fmt.Errorf("close spool: %w", err)
	}
	return nil
}

// rewrite replaces the file by one that has only the open tickets, in one step, and opens it.
func (s *Spool) rewrite() error {
	next := s.path + ".new"
	file, err := os.OpenFile(next, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // beside the path above
	if err != nil {
		return fmt.Errorf("create spool: %w", err)
	}
	for _, id := range slices.Sorted(maps.Keys(s.open)) {
		line, err := encode(Record{TicketID: id, Stage: s.open[id]})
		if err != nil {
			return errors.Join(fmt.Errorf("spool: %w", err), file.Close())
		}
		if _, err := file.Write(line); err != nil {
			return errors.Join(fmt.Errorf("write spool: %w", err), file.Close())
		}
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return errors.Join(fmt.Errorf("measure spool: %w", err), file.Close())
	}
	if err := errors.Join(file.Sync(), os.Rename(next, s.path), syncDir(filepath.Dir(s.path))); err != nil {
		return errors.Join(fmt.Errorf("replace spool: %w", err), file.Close())
	}
	s.file, s.size = file, size
	return nil
}

// syncDir makes a rename in a directory last.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the spool's own directory
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
