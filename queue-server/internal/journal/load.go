package journal

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"loket/queue-server/internal/queue"
)

// snapshotFormat is raised whenever the state of an office can no longer be read from, or no
// longer equals, a snapshot of the program before. Snapshots of another format are not used.
const snapshotFormat = 1

// Load returns the office as the log has it: the latest sound snapshot and the rest of the
// events, whose chain is checked on the way.
func (j *Journal) Load(ctx context.Context) (*queue.Office, error) {
	tx, err := j.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("load: %w", classify(err))
	}
	defer tx.Rollback() //nolint:errcheck // it only read
	o, err := j.loadSnapshot(ctx, tx)
	if err != nil {
		// A snapshot is only a short cut: the log has everything.
		j.log.Warn("the snapshot can not be used, the whole log is read", slog.Any("error", err))
	}
	if o == nil {
		o = queue.New()
	}
	last := head{}
	if o.Seq > 0 {
		if last, err = headAt(ctx, tx, o.Seq); err != nil {
			return nil, err
		}
		if last.seq != o.Seq {
			return nil, fmt.Errorf("%w: the log ends before the snapshot of event %d", ErrCorrupt, o.Seq)
		}
	}
	if err := fold(ctx, tx, o, last); err != nil {
		return nil, err
	}
	return o, nil
}

// fold applies the events after last to the office and checks their chain.
func fold(ctx context.Context, q queryer, o *queue.Office, last head) error {
	return scan(ctx, q, last.seq, -1, func(r *record, s sum) error {
		if err := follow(&last, r, s); err != nil {
			return err
		}
		e, err := r.decode()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		if err := o.Apply(e); err != nil {
			return fmt.Errorf("%w: apply event %d: %w", ErrCorrupt, e.Seq, err)
		}
		return nil
	})
}

// follow moves the head on to the next record, and finds a gap or a change.
func follow(last *head, r *record, s sum) error {
	next, err := last.next(r)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if next.sum != s {
		return fmt.Errorf("%w: event %d was changed, or one before it", ErrCorrupt, r.seq)
	}
	*last = next
	return nil
}

// SaveSnapshot keeps the state of an office whose last event is in the log, and drops older ones.
func (j *Journal) SaveSnapshot(ctx context.Context, o *queue.Office) error {
	if j.write == nil {
		return errReadOnly
	}
	state, err := o.Snapshot()
	if err != nil {
		return fmt.Errorf("snapshot of event %d: %w", o.Seq, err)
	}
	packed, err := pack(state)
	if err != nil {
		return fmt.Errorf("snapshot of event %d: %w", o.Seq, err)
	}
	check := sha256.Sum256(packed)
	tx, err := j.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("save snapshot: %w", classify(err))
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing, and else the first error counts
	var known bool
	if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM event WHERE seq = ?)", o.Seq).Scan(&known); err != nil {
		return fmt.Errorf("save snapshot: %w", classify(err))
	}
	if !known {
		return fmt.Errorf("save snapshot: event %d is not in the log", o.Seq)
	}
	for _, q := range []struct {
		query string
		args  []any
	}{
		{"DELETE FROM snapshot", nil},
		{"INSERT INTO snapshot (seq, format, sum, state) VALUES (?, ?, ?, ?)", []any{o.Seq, snapshotFormat, check[:], packed}},
	} {
		if _, err := tx.ExecContext(ctx, q.query, q.args...); err != nil {
			return fmt.Errorf("save snapshot: %w", classify(err))
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("save snapshot: commit: %w", classify(err))
	}
	return nil
}

// errSnapshot is the error of a snapshot that can not be used.
var errSnapshot = errors.New("unsound snapshot")

// loadSnapshot returns nil when there is none of our format.
func (j *Journal) loadSnapshot(ctx context.Context, q queryer) (*queue.Office, error) {
	seq, state, err := readSnapshot(ctx, q)
	if err != nil || state == nil {
		return nil, err
	}
	o, err := queue.Restore(state)
	if err != nil {
		return nil, fmt.Errorf("%w of event %d: %w", errSnapshot, seq, err)
	}
	if o.Seq != seq {
		return nil, fmt.Errorf("%w of event %d: it says event %d", errSnapshot, seq, o.Seq)
	}
	return o, nil
}

// readSnapshot returns the latest snapshot of our format as JSON, or nil.
func readSnapshot(ctx context.Context, q queryer) (int64, []byte, error) {
	var (
		seq           int64
		check, packed []byte
	)
	err := q.QueryRowContext(ctx, "SELECT seq, sum, state FROM snapshot WHERE format = ? ORDER BY seq DESC LIMIT 1", snapshotFormat).
		Scan(&seq, &check, &packed)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, fmt.Errorf("read snapshot: %w", classify(err))
	}
	if have := sha256.Sum256(packed); !bytes.Equal(have[:], check) {
		return seq, nil, fmt.Errorf("%w of event %d: its sum is wrong", errSnapshot, seq)
	}
	state, err := unpack(packed)
	if err != nil {
		return seq, nil, fmt.Errorf("%w of event %d: %w", errSnapshot, seq, err)
	}
	return seq, state, nil
}

func pack(b []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(b); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func unpack(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// Events returns up to limit events with a seq greater than after, in order.
func (j *Journal) Events(ctx context.Context, after int64, limit int) ([]queue.Event, error) {
	var out []queue.Event
	err := scan(ctx, j.read, after, limit, func(r *record, _ sum) error {
		e, err := r.decode()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		out = append(out, e)
		return nil
	})
	return out, err
}
