package journal

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"

	"loket/queue-server/internal/queue"
)

const ticketColumns = `day, series, n, id, ord, service, device, state, due_at, issued_at, confirmed_at, called_at,
	started_at, ended_at, counter, officer, calls, holds, transfers, no_shows, serving_since, served_ms`

const sessionColumns = `ord, day, counter, officer, opened_at, closed_at, paused_since, paused_ms, calls, served, served_ms`

const dayColumns = `ord, day, opened_at, closed_at, expired`

// The statements of Append. An insert fails on a number that is taken; it never replaces a row.
const (
	insertEvent = `INSERT INTO event (seq, id, at, kind, actor, subject, command, data, sum) VALUES (?,?,?,?,?,?,?,?,?)`

	insertTicket = `INSERT INTO ticket (` + ticketColumns + `) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`
	updateTicket = `UPDATE ticket SET id=?4, ord=?5, service=?6, device=?7, state=?8, due_at=?9, issued_at=?10,
		confirmed_at=?11, called_at=?12, started_at=?13, ended_at=?14, counter=?15, officer=?16, calls=?17, holds=?18,
		transfers=?19, no_shows=?20, serving_since=?21, served_ms=?22 WHERE day=?1 AND series=?2 AND n=?3`

	insertSession = `INSERT INTO counter_session (` + sessionColumns + `) VALUES (?,?,?,?,?,?,?,?,?,?,?)`
	updateSession = `UPDATE counter_session SET day=?2, counter=?3, officer=?4, opened_at=?5, closed_at=?6,
		paused_since=?7, paused_ms=?8, calls=?9, served=?10, served_ms=?11 WHERE ord=?1`

	insertDay = `INSERT INTO business_day (` + dayColumns + `) VALUES (?,?,?,?,?)`
	updateDay = `UPDATE business_day SET day=?2, opened_at=?3, closed_at=?4, expired=?5 WHERE ord=?1`
)

func (t *ticketRow) values() []any {
	return []any{
		string(t.day), t.series, t.n, string(t.id), t.ord, string(t.service), string(t.device), string(t.state),
		t.dueAt, t.issuedAt, t.confirmedAt, t.calledAt, t.startedAt, t.endedAt, string(t.counter), string(t.officer),
		t.calls, t.holds, t.transfers, t.noShows, t.servingSince, t.servedMS,
	}
}

func (t *ticketRow) targets() []any {
	return []any{
		&t.day, &t.series, &t.n, &t.id, &t.ord, &t.service, &t.device, &t.state,
		&t.dueAt, &t.issuedAt, &t.confirmedAt, &t.calledAt, &t.startedAt, &t.endedAt, &t.counter, &t.officer,
		&t.calls, &t.holds, &t.transfers, &t.noShows, &t.servingSince, &t.servedMS,
	}
}

func (s *sessionRow) values() []any {
	return []any{
		s.ord, string(s.day), string(s.counter), string(s.officer), s.openedAt, s.closedAt,
		s.pausedSince, s.pausedMS, s.calls, s.served, s.servedMS,
	}
}

func (s *sessionRow) targets() []any {
	return []any{
		&s.ord, &s.day, &s.counter, &s.officer, &s.openedAt, &s.closedAt,
		&s.pausedSince, &s.pausedMS, &s.calls, &s.served, &s.servedMS,
	}
}

func (d *dayRow) values() []any {
	return []any{d.ord, string(d.day), d.openedAt, d.closedAt, d.expired}
}

func (d *dayRow) targets() []any {
	return []any{&d.ord, &d.day, &d.openedAt, &d.closedAt, &d.expired}
}

// row is a struct that knows the columns of its table.
type row[R any] interface {
	*R
	values() []any
	targets() []any
}

// selectRows yields the rows of a query whose columns are those of R's table.
func selectRows[R any, P row[R]](ctx context.Context, q queryer, query string, args ...any) iter.Seq2[*R, error] {
	return func(yield func(*R, error) bool) {
		rows, err := q.QueryContext(ctx, query, args...)
		if err != nil {
			yield(nil, fmt.Errorf("read a reporting table: %w", classify(err)))
			return
		}
		defer rows.Close() // rows.Err has what matters
		for rows.Next() {
			r := new(R)
			if err := rows.Scan(P(r).targets()...); err != nil {
				yield(nil, fmt.Errorf("read a reporting table: %w", classify(err)))
				return
			}
			if !yield(r, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, fmt.Errorf("read a reporting table: %w", classify(err)))
		}
	}
}

// loadProjection reads the rows that events can still change: the latest day, its tickets that
// are not final, and the open sessions.
func loadProjection(ctx context.Context, q queryer) (*projection, error) {
	p := newProjection()
	for d, err := range selectRows[dayRow](ctx, q, `SELECT `+dayColumns+` FROM business_day ORDER BY ord DESC LIMIT 1`) {
		if err != nil {
			return nil, err
		}
		p.day = d
	}
	if p.day != nil {
		for t, err := range selectRows[ticketRow](ctx, q, `SELECT `+ticketColumns+` FROM ticket WHERE day = ? AND state NOT IN (?, ?)`,
			string(p.day.day), string(queue.Completed), string(queue.Cancelled)) {
			if err != nil {
				return nil, err
			}
			p.tickets[t.id] = t
		}
	}
	for s, err := range selectRows[sessionRow](ctx, q, `SELECT `+sessionColumns+` FROM counter_session WHERE closed_at = 0 ORDER BY ord`) {
		if err != nil {
			return nil, err
		}
		p.sessions[s.counter] = s
	}
	return p, nil
}

// store writes the rows that changed.
func (p *projection) store(ctx context.Context, s *statements) error {
	if err := storeRows(ctx, p.changedDays, s.newDay, s.day); err != nil {
		return fmt.Errorf("write table business_day: %w", err)
	}
	if err := storeRows(ctx, p.changedTickets, s.newTicket, s.ticket); err != nil {
		return fmt.Errorf("write table ticket: %w", err)
	}
	if err := storeRows(ctx, p.changedSessions, s.newSession, s.session); err != nil {
		return fmt.Errorf("write table counter_session: %w", err)
	}
	return nil
}

func storeRows[R any, P row[R]](ctx context.Context, changed map[P]bool, insert, update driver.Stmt) error {
	for r, isNew := range changed {
		st := update
		if isNew {
			st = insert
		}
		if err := write(ctx, st, r.values()...); err != nil {
			return err
		}
	}
	return nil
}
