package vault

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"time"

	"loket/queue-server/internal/queue"
)

const (
	auditDefault = 50 // rows of a page
	auditMost    = 200
	auditText    = 200 // characters of Why and Outcome
)

// Note writes a row of the audit trail about something that changed nothing here.
func (s *Store) Note(ctx context.Context, e Entry) error {
	return s.change(ctx, "note", func(tx *sql.Tx) error { return s.note(ctx, tx, e) })
}

// note writes a row within the transaction of what it is about.
func (s *Store) note(ctx context.Context, tx *sql.Tx, e Entry) error {
	return s.noteAt(ctx, tx, s.clock(), e)
}

func (s *Store) noteAt(ctx context.Context, tx *sql.Tx, at time.Time, e Entry) error {
	if e.Actor.Kind == "" || e.Action == "" {
		return ErrEntry
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO audit (at, actor_kind, actor_id, action, person, ticket, why, outcome)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, at.UnixMilli(), string(e.Actor.Kind), e.Actor.ID, string(e.Action),
		string(e.Person), clean(e.Ticket), clean(e.Why), clean(e.Outcome))
	if err != nil {
		return fmt.Errorf("write the audit trail: %w", err)
	}
	return nil
}

// numberOfSixteen is what may be a NIK that somebody typed into a reason.
var numberOfSixteen = regexp.MustCompile(`[0-9](?:[ .-]?[0-9]){15,}`)

// clean bounds a text that a person may have typed, and blots out what may be a NIK.
func clean(text string) string {
	text = numberOfSixteen.ReplaceAllLiteralString(text, "****************")
	if r := []rune(text); len(r) > auditText {
		text = string(r[:auditText])
	}
	return text
}

// Audit returns rows of the trail, newest first.
func (s *Store) Audit(ctx context.Context, f AuditFilter) ([]Row, error) {
	limit := f.Limit
	if limit == 0 {
		limit = auditDefault
	}
	limit = min(max(limit, 1), auditMost)
	query, args := "SELECT seq, at, actor_kind, actor_id, action, person, ticket, why, outcome FROM audit WHERE 1", []any{}
	if f.Person != "" {
		// The index of persons has rows with a person only, and is used when the query says so.
		query, args = query+" AND person = ? AND person <> ''", append(args, string(f.Person))
	}
	if f.Before > 0 {
		query, args = query+" AND seq < ?", append(args, f.Before)
	}
	rows, err := s.db.Read.QueryContext(ctx, query+" ORDER BY seq DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("read the audit trail: %w", err)
	}
	defer rows.Close() // rows.Err has what matters
	var out []Row
	for rows.Next() {
		var (
			r  Row
			at int64
		)
		if err := rows.Scan(&r.Seq, &at, &r.Actor.Kind, &r.Actor.ID, &r.Action, &r.Person, &r.Ticket, &r.Why, &r.Outcome); err != nil {
			return nil, fmt.Errorf("read the audit trail: %w", err)
		}
		r.At = fromMillis(at)
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the audit trail: %w", err)
	}
	return out, nil
}

// about is an entry with the person that it turned out to be about.
func (e Entry) about(id queue.PersonID) Entry {
	if e.Person == "" {
		e.Person = id
	}
	return e
}

// change is update with what was done in front of its error.
func (s *Store) change(ctx context.Context, doing string, f func(tx *sql.Tx) error) error {
	if err := s.db.Update(ctx, f); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
