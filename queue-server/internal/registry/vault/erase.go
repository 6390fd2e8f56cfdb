package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

const expireBatch = 100 // persons in a transaction: some milliseconds

// Erase deletes the person with a NIK and her cards, and says how many of each there were: 0 or 1 persons. The row of
// the trail has that as its Outcome, "1 persons, 2 cards". When Erase returns, what was sealed of her has left the
// database's file, and its log file too unless a reader holds that up for a moment. An error together with persons or
// cards says that only the log file still has it.
func (s *Store) Erase(ctx context.Context, nik protocol.NIK, e Entry) (persons, cards int, err error) {
	e.Action = Erased
	err = s.change(ctx, "erase person", func(tx *sql.Tx) error {
		where, macs := s.macs("nik_mac", forNIK, string(nik))
		// A damaged row can be erased as well: its columns are not looked at.
		var id string
		err := tx.QueryRowContext(ctx, `SELECT id, (SELECT count(*) FROM card WHERE person = p.id) FROM person AS p `+where, macs...).Scan(&id, &cards)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err == nil {
			// Her cards go with her row (ON DELETE CASCADE).
			if _, err := tx.ExecContext(ctx, "DELETE FROM person WHERE id = ?", id); err != nil {
				return err
			}
			persons, e.Person = 1, queue.PersonID(id)
		}
		e.Outcome = fmt.Sprintf("%d persons, %d cards", persons, cards)
		return s.note(ctx, tx, e)
	})
	if err != nil {
		return 0, 0, err
	}
	return persons, cards, s.forget(ctx)
}

// Expire erases the persons whose last visit was before a time, and their cards, and says how many. It works in short
// transactions; each has its row in the trail, all of them with the time of the run. A run that finds nobody has one too.
func (s *Store) Expire(ctx context.Context, before time.Time, e Entry) (n int, err error) {
	at := s.clock()
	e.Action = Expired // LastRun looks for it
	for {
		batch := 0
		err := s.change(ctx, "erase persons after the retention time", func(tx *sql.Tx) error {
			res, err := tx.ExecContext(ctx, "DELETE FROM person WHERE id IN (SELECT id FROM person WHERE last_visit < ? LIMIT ?)",
				toMillis(before), expireBatch)
			if err != nil {
				return err
			}
			deleted, err := res.RowsAffected()
			if err != nil {
				return err
			}
			if batch = int(deleted); batch == 0 && n > 0 {
				return nil // the rows before have said it
			}
			e.Outcome = strconv.Itoa(batch)
			return s.noteAt(ctx, tx, at, e)
		})
		if err != nil {
			return n, err
		}
		if n += batch; batch < expireBatch {
			break
		}
	}
	if n == 0 {
		return 0, nil
	}
	return n, s.forget(ctx)
}

// LastRun returns when Expire ran last and how many persons it erased; the zero time when it never did.
func (s *Store) LastRun(ctx context.Context) (at time.Time, n int, err error) {
	var ms int64
	err = s.db.Read.QueryRowContext(ctx, `SELECT coalesce(max(at), 0), coalesce(sum(CAST(outcome AS INTEGER)), 0) FROM audit
		WHERE action = 'expired' AND at = (SELECT at FROM audit WHERE action = 'expired' ORDER BY seq DESC LIMIT 1)`).Scan(&ms, &n)
	if err != nil {
		return time.Time{}, 0, fmt.Errorf("read the last run: %w", err)
	}
	return fromMillis(ms), n, nil
}
