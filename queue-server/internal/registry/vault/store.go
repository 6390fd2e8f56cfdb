package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"loket/queue-server/internal/journal"
)

// Store keeps persons, their cards and the audit trail. Its methods may be called from any goroutine, Rotate alone
// wants to be by itself.
type Store struct {
	db    journal.DB
	keys  *Keyring
	clock func() time.Time

	// between, when a test sets it, is called after each step of Rotate and may end it there.
	between func(step string) error
}

// Open returns a store over the journal's file. clock is time.Now outside of tests. It refuses keys that are not those
// of the persons in there (ErrKeysMissing, ErrKeysForeign), and writes the file of fresh ones.
func Open(ctx context.Context, db journal.DB, keys *Keyring, clock func() time.Time) (*Store, error) {
	if db.Write == nil {
		return nil, errors.New("open persons: the database is open to read only")
	}
	s := &Store{db: db, keys: keys, clock: clock}
	if err := s.checkKeys(ctx); err != nil {
		return nil, fmt.Errorf("open persons: %w", err)
	}
	if keys.fresh {
		if err := keys.replace(keys.ring); err != nil {
			return nil, fmt.Errorf("open persons: %w", err)
		}
	}
	err := s.db.Update(ctx, func(tx *sql.Tx) error { return s.adoptKeys(ctx, tx) })
	if err != nil {
		return nil, fmt.Errorf("open persons: %w", err)
	}
	return s, nil
}

// checkKeys refuses a keyring that lacks keys of rows.
func (s *Store) checkKeys(ctx context.Context) error {
	needed, err := s.neededKeys(ctx)
	if err != nil {
		return err
	}
	for id, proof := range needed {
		switch g := s.keys.find(id); {
		case s.keys.fresh:
			return fmt.Errorf("key file %s: %w", s.keys.path, ErrKeysMissing)
		case g == nil || string(g.proof()) != proof:
			return fmt.Errorf("key file %s: %w", s.keys.path, ErrKeysForeign)
		}
	}
	return nil
}

// neededKeys returns the proofs of the generations that rows are sealed with, by id.
func (s *Store) neededKeys(ctx context.Context) (map[string]string, error) {
	rows, err := s.db.Write.QueryContext(ctx, `SELECT id, proof FROM person_key AS k
		WHERE EXISTS (SELECT 1 FROM person WHERE key = k.id) OR EXISTS (SELECT 1 FROM card WHERE key = k.id)`)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	defer rows.Close() // rows.Err has what matters
	needed := make(map[string]string)
	for rows.Next() {
		var (
			id    string
			proof []byte
		)
		if err := rows.Scan(&id, &proof); err != nil {
			return nil, fmt.Errorf("read keys: %w", err)
		}
		needed[id] = string(proof)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return needed, nil
}

// adoptKeys makes the active generation known to the database, and forgets those that nobody has any more. The
// foreign keys of the rows refuse to forget one that is in use.
func (s *Store) adoptKeys(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, "SELECT id FROM person_key")
	if err != nil {
		return fmt.Errorf("read keys: %w", err)
	}
	defer rows.Close() // rows.Err has what matters
	var gone []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return fmt.Errorf("read keys: %w", err)
		}
		if s.keys.find(id) == nil {
			gone = append(gone, id)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read keys: %w", err)
	}
	for _, id := range gone {
		if _, err := tx.ExecContext(ctx, "DELETE FROM person_key WHERE id = ?", id); err != nil {
			return fmt.Errorf("forget keys: %w", err)
		}
	}
	g := s.keys.active()
	_, err = tx.ExecContext(ctx, "INSERT INTO person_key (id, proof) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET proof = ?2", g.id, g.proof())
	if err != nil {
		return fmt.Errorf("keep proof of keys: %w", err)
	}
	return nil
}

// forget makes deleted bytes leave the log file too. The deletion itself is done and durable by then.
func (s *Store) forget(ctx context.Context) error {
	if err := s.db.Forget(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("forget what was deleted: %w", err)
	}
	return nil
}

func toMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
