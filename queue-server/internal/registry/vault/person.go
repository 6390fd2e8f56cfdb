package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// queryer is a transaction or a pool.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

const selectPerson = `SELECT id, key, nik, name, birth_date, state, why, code, checked_at, retry_at, tries, last_visit,
	(SELECT count(*) FROM card WHERE card.person = person.id) FROM person `

func personPlace(column string, id queue.PersonID) place {
	return place{"person", column, string(id)}
}

// ByNIK returns the person with a NIK, or ErrUnknown.
func (s *Store) ByNIK(ctx context.Context, nik protocol.NIK) (Person, error) {
	p, err := s.byNIK(ctx, s.db.Read, nik)
	if err != nil {
		return Person{}, fmt.Errorf("find person: %w", err)
	}
	return p, nil
}

func (s *Store) byNIK(ctx context.Context, q queryer, nik protocol.NIK) (Person, error) {
	where, macs := s.macs("nik_mac", forNIK, string(nik))
	p, err := s.scan(q.QueryRowContext(ctx, selectPerson+where, macs...))
	if err == nil && p.NIK != nik {
		return Person{}, fmt.Errorf("%w: the index points to another person", ErrDamaged)
	}
	return p, err
}

// macs is the condition that a column has a value's HMAC of any generation.
func (s *Store) macs(column, use, value string) (where string, args []any) {
	for _, g := range s.keys.ring {
		args = append(args, g.mac(use, value))
	}
	return "WHERE " + column + " IN (?" + strings.Repeat(", ?", len(args)-1) + ")", args
}

// ByID returns the person with an id, or ErrUnknown.
func (s *Store) ByID(ctx context.Context, id queue.PersonID) (Person, error) {
	p, err := s.byID(ctx, s.db.Read, id)
	if err != nil {
		return Person{}, fmt.Errorf("read person: %w", err)
	}
	return p, nil
}

func (s *Store) byID(ctx context.Context, q queryer, id queue.PersonID) (Person, error) {
	return s.scan(q.QueryRowContext(ctx, selectPerson+"WHERE id = ?", string(id)))
}

// scan opens a row of selectPerson.
func (s *Store) scan(row interface{ Scan(dest ...any) error }) (Person, error) {
	var (
		p                     Person
		key                   string
		nik, name, born       []byte
		checked, retry, visit int64
	)
	err := row.Scan(&p.ID, &key, &nik, &name, &born, &p.State, &p.Why, &p.Code, &checked, &retry, &p.Tries, &visit, &p.Cards)
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, ErrUnknown
	}
	if err != nil {
		return Person{}, err
	}
	p.CheckedAt, p.RetryAt, p.LastVisit = fromMillis(checked), fromMillis(retry), fromMillis(visit)
	if err := s.unseal(&p, key, nik, name, born); err != nil {
		return Person{}, err
	}
	return p, nil
}

func (s *Store) unseal(p *Person, key string, nik, name, born []byte) error {
	g := s.keys.find(key)
	if g == nil {
		return fmt.Errorf("%w: %s has keys that nobody knows", ErrDamaged, p)
	}
	digits, err := g.open(personPlace("nik", p.ID), nik)
	if err != nil {
		return err
	}
	p.NIK = protocol.NIK(digits)
	if p.Name, err = g.open(personPlace("name", p.ID), name); err != nil {
		return err
	}
	p.BirthDate, err = g.open(personPlace("birth_date", p.ID), born)
	return err
}

// Save keeps a person and returns her as she is kept. Without an ID she is found by her NIK, or else gets a random
// ID. With one she has to be there still (ErrUnknown), and with the same NIK (ErrPerson). Her LastVisit never goes
// back; that of a new person is now when it is zero. Times are kept to the millisecond.
func (s *Store) Save(ctx context.Context, p Person, e Entry) (Person, error) {
	if err := check(p); err != nil {
		return Person{}, fmt.Errorf("save person: %w", err)
	}
	var kept Person
	err := s.change(ctx, "save person", func(tx *sql.Tx) error {
		old, err := s.find(ctx, tx, p)
		isNew := p.ID == "" && errors.Is(err, ErrUnknown)
		if err != nil && !isNew {
			return err
		}
		kept = merge(old, p, s.clock())
		if isNew {
			kept.ID = queue.PersonID(uuid.NewString())
			err = s.insert(ctx, tx, kept)
		} else {
			err = s.rewrite(ctx, tx, kept)
		}
		if err != nil {
			return err
		}
		return s.note(ctx, tx, e.about(kept.ID))
	})
	if err != nil {
		return Person{}, err
	}
	return kept, nil
}

// check refuses what is no person, without saying what was given.
func check(p Person) error {
	if len(p.NIK) != protocol.NIKLength || strings.Trim(string(p.NIK), "0123456789") != "" {
		return fmt.Errorf("%w: it has no NIK", ErrPerson)
	}
	switch p.State {
	case protocol.PersonVerified, protocol.PersonUnverified, protocol.PersonRefer:
		return nil
	}
	return fmt.Errorf("%w: it has no state", ErrPerson)
}

// find returns the row that p is to be saved in.
func (s *Store) find(ctx context.Context, tx *sql.Tx, p Person) (Person, error) {
	if p.ID == "" {
		return s.byNIK(ctx, tx, p.NIK)
	}
	old, err := s.byID(ctx, tx, p.ID)
	if err == nil && old.NIK != p.NIK {
		return Person{}, fmt.Errorf("%w: a NIK never changes", ErrPerson)
	}
	return old, err
}

// merge is p as it is kept in place of old.
func merge(old, p Person, now time.Time) Person {
	p.ID, p.Cards = old.ID, old.Cards
	if old.LastVisit.After(p.LastVisit) {
		p.LastVisit = old.LastVisit
	}
	if p.LastVisit.IsZero() {
		p.LastVisit = now
	}
	for _, t := range []*time.Time{&p.CheckedAt, &p.RetryAt, &p.LastVisit} {
		*t = fromMillis(toMillis(*t))
	}
	return p
}

func (s *Store) insert(ctx context.Context, tx *sql.Tx, p Person) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO person (key, nik_mac, nik, name, birth_date, state, why, code, checked_at, retry_at,
		tries, last_visit, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, s.columns(p)...)
	return err
}

func (s *Store) rewrite(ctx context.Context, tx *sql.Tx, p Person) error {
	_, err := tx.ExecContext(ctx, `UPDATE person SET key = ?, nik_mac = ?, nik = ?, name = ?, birth_date = ?, state = ?, why = ?,
		code = ?, checked_at = ?, retry_at = ?, tries = ?, last_visit = ? WHERE id = ?`, s.columns(p)...)
	return err
}

// columns seals a person with the active keys; her id comes last.
func (s *Store) columns(p Person) []any {
	g := s.keys.active()
	return []any{
		g.id, g.mac(forNIK, string(p.NIK)),
		g.seal(personPlace("nik", p.ID), string(p.NIK)),
		g.seal(personPlace("name", p.ID), p.Name),
		g.seal(personPlace("birth_date", p.ID), p.BirthDate),
		p.State, p.Why, p.Code, toMillis(p.CheckedAt), toMillis(p.RetryAt), p.Tries, toMillis(p.LastVisit), string(p.ID),
	}
}

// Visit notes that a person was here, or ErrUnknown. An older visit than the last changes nothing of her.
func (s *Store) Visit(ctx context.Context, id queue.PersonID, at time.Time, e Entry) error {
	return s.change(ctx, "note visit", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "UPDATE person SET last_visit = max(last_visit, ?) WHERE id = ?", toMillis(at), string(id))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrUnknown, err)
		}
		return s.note(ctx, tx, e.about(id))
	})
}

// Due returns the persons of whom the registry is to be asked again by now, the longest due first, at most limit. A
// damaged row is left out and told in the error, so that it does not keep the others from their turn.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]Person, error) {
	rows, err := s.db.Read.QueryContext(ctx, selectPerson+"WHERE retry_at > 0 AND retry_at <= ? ORDER BY retry_at, id LIMIT ?", toMillis(now), limit)
	if err != nil {
		return nil, fmt.Errorf("read who is due: %w", err)
	}
	defer rows.Close() // rows.Err has what matters
	var (
		out  []Person
		errs []error
	)
	for rows.Next() {
		p, err := s.scan(rows)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, p)
	}
	if err := errors.Join(append(errs, rows.Err())...); err != nil {
		return out, fmt.Errorf("read who is due: %w", err)
	}
	return out, nil
}

// Queued returns of how many persons the registry is to be asked again, and when that is next; zero for never.
func (s *Store) Queued(ctx context.Context) (n int, next time.Time, err error) {
	var ms int64
	err = s.db.Read.QueryRowContext(ctx, "SELECT count(*), coalesce(min(retry_at), 0) FROM person WHERE retry_at > 0").Scan(&n, &ms)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("count who is due: %w", err)
	}
	return n, fromMillis(ms), nil
}

// Count returns how many persons there are.
func (s *Store) Count(ctx context.Context) (int, error) {
	var n int
	if err := s.db.Read.QueryRowContext(ctx, "SELECT count(*) FROM person").Scan(&n); err != nil {
		return 0, fmt.Errorf("count persons: %w", err)
	}
	return n, nil
}
