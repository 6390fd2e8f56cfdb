package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"loket/queue-server/internal/queue"
)

const rotateBatch = 100 // rows in a transaction: some milliseconds

// Rotate makes new keys, seals and indexes every person and card anew with them, and then drops the old ones. keys is
// the ring that the store was opened with. Nobody else may use the store meanwhile: the command for it runs
// while the server does not.
//
// A kill at any moment loses nothing. In between the file has the old and the new keys, a store opened with it finds
// everybody, and the next Rotate goes on where this one ended instead of making keys once more.
func (s *Store) Rotate(ctx context.Context, keys *Keyring) error {
	if keys != s.keys {
		return errors.New("rotate keys: these are not the keys that the store was opened with")
	}
	if err := s.rotate(ctx); err != nil {
		return fmt.Errorf("rotate keys: %w", err)
	}
	return nil
}

func (s *Store) rotate(ctx context.Context) error {
	if len(s.keys.ring) == 1 {
		if err := s.beginRotation(ctx); err != nil {
			return err
		}
	}
	for _, old := range s.keys.ring[1:] {
		if err := s.drain(ctx, "persons", func(tx *sql.Tx) (int, error) { return s.movePersons(ctx, tx, old) }); err != nil {
			return err
		}
		if err := s.drain(ctx, "cards", func(tx *sql.Tx) (int, error) { return s.moveCards(ctx, tx, old) }); err != nil {
			return err
		}
	}
	return s.endRotation(ctx)
}

// beginRotation puts new keys into the file first, and only then into use.
func (s *Store) beginRotation(ctx context.Context) error {
	g, err := newGeneration()
	if err != nil {
		return err
	}
	if err := s.keys.replace([]*generation{g, s.keys.active()}); err != nil {
		return err
	}
	if err := s.step("new keys are in the file"); err != nil {
		return err
	}
	err = s.db.Update(ctx, func(tx *sql.Tx) error {
		if err := s.adoptKeys(ctx, tx); err != nil {
			return err
		}
		return s.note(ctx, tx, rotation("begun"))
	})
	if err != nil {
		return err
	}
	return s.step("new keys are in the database")
}

// drain repeats a batch until it has nothing to do.
func (s *Store) drain(ctx context.Context, what string, batch func(tx *sql.Tx) (int, error)) error {
	for {
		n := 0
		err := s.db.Update(ctx, func(tx *sql.Tx) (err error) {
			n, err = batch(tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("move %s: %w", what, err)
		}
		if n == 0 {
			return nil
		}
		if err := s.step("a batch of " + what + " is moved"); err != nil {
			return err
		}
	}
}

func (s *Store) movePersons(ctx context.Context, tx *sql.Tx, old *generation) (int, error) {
	rows, err := tx.QueryContext(ctx, selectPerson+"WHERE key = ? LIMIT ?", old.id, rotateBatch)
	if err != nil {
		return 0, err
	}
	defer rows.Close() // rows.Err has what matters
	var batch []Person
	for rows.Next() {
		p, err := s.scan(rows)
		if err != nil {
			return 0, err
		}
		batch = append(batch, p)
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	for _, p := range batch {
		if err := s.rewrite(ctx, tx, p); err != nil {
			return 0, err
		}
	}
	return len(batch), nil
}

func (s *Store) moveCards(ctx context.Context, tx *sql.Tx, old *generation) (int, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, key, person, uid FROM card WHERE key = ? LIMIT ?", old.id, rotateBatch)
	if err != nil {
		return 0, err
	}
	defer rows.Close() // rows.Err has what matters
	var batch []card
	for rows.Next() {
		c, err := s.scanCard(rows)
		if err != nil {
			return 0, err
		}
		batch = append(batch, c)
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	g := s.keys.active()
	for _, c := range batch {
		_, err := tx.ExecContext(ctx, "UPDATE card SET key = ?, mac = ?, uid = ? WHERE id = ?",
			g.id, g.mac(forCard, c.uid), g.seal(cardPlace(c.id, c.person), c.uid), c.id)
		if err != nil {
			return 0, err
		}
	}
	return len(batch), nil
}

// endRotation has the database forget the old keys first, which it refuses while a row needs them, and drops them
// from the file last.
func (s *Store) endRotation(ctx context.Context) error {
	g := s.keys.active()
	err := s.db.Update(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "DELETE FROM person_key WHERE id <> ?", g.id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err // 0: a rotation that was killed after this transaction has written its row
		}
		var persons int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM person").Scan(&persons); err != nil {
			return err
		}
		return s.note(ctx, tx, rotation(fmt.Sprintf("done, %d persons", persons)))
	})
	if err != nil {
		return err
	}
	if err := s.step("old keys have left the database"); err != nil {
		return err
	}
	if err := s.forget(ctx); err != nil {
		return err
	}
	if err := s.keys.replace([]*generation{g}); err != nil {
		return err
	}
	return s.step("old keys have left the file")
}

func rotation(outcome string) Entry {
	return Entry{Actor: queue.Actor{Kind: queue.BySystem}, Action: KeyRotated, Why: "command", Outcome: outcome}
}

func (s *Store) step(name string) error {
	if s.between == nil {
		return nil
	}
	return s.between(name)
}
