package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"
)

// Sessions keeps log-in sessions for alexedwards/scs, by the hash of their token. What has
// expired is not found, and is removed when a session is kept.
type Sessions struct {
	store *Store
}

var _ scs.CtxStore = (*Sessions)(nil)

// Sessions is the store of log-in sessions for alexedwards/scs.
func (s *Store) Sessions() *Sessions { return &Sessions{store: s} }

// FindCtx returns the data of a session that has not expired.
func (s *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var b []byte
	err := s.store.db.Read.QueryRowContext(ctx, "SELECT data FROM session WHERE hash = ? AND expires > ?",
		digest(token), s.store.clock().UnixMilli()).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("find session: %w", err)
	}
	return b, true, nil
}

// CommitCtx keeps a session until expiry.
func (s *Sessions) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	return wrap("keep session", s.store.db.Update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM session WHERE expires <= ?", s.store.clock().UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO session (hash, data, expires) VALUES (?1, ?2, ?3)
			ON CONFLICT (hash) DO UPDATE SET data = ?2, expires = ?3`, digest(token), b, expiry.UnixMilli())
		return err
	}))
}

// DeleteCtx ends a session; one that does not exist is no error.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	if _, err := s.store.db.Write.ExecContext(ctx, "DELETE FROM session WHERE hash = ?", digest(token)); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// Find is FindCtx without a context, as scs asks for.
func (s *Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context, as scs asks for.
func (s *Sessions) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx without a context, as scs asks for.
func (s *Sessions) Delete(token string) error {
	return s.DeleteCtx(context.Background(), token)
}
