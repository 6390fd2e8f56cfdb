package journal

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
)

// statements are Append's, prepared once on the driver's own connection. Append goes below
// database/sql, which would parse BEGIN and COMMIT anew for each ticket and look up every
// statement in every transaction: about a fifth of what a commit costs beside the disk.
type statements struct {
	on                  any // the connection; another one needs statements of its own
	begin, commit       driver.Stmt
	event               driver.Stmt
	newTicket, ticket   driver.Stmt
	newSession, session driver.Stmt
	newDay, day         driver.Stmt
}

var errDriver = errors.New("the SQLite driver lacks a feature that this program needs")

func prepare(ctx context.Context, conn any) (*statements, error) {
	c, ok := conn.(driver.ConnPrepareContext)
	if !ok {
		return nil, errDriver
	}
	s := &statements{on: conn}
	for _, p := range []struct {
		to    *driver.Stmt
		query string
	}{
		{&s.begin, "BEGIN IMMEDIATE"},
		{&s.commit, "COMMIT"},
		{&s.event, insertEvent},
		{&s.newTicket, insertTicket},
		{&s.ticket, updateTicket},
		{&s.newSession, insertSession},
		{&s.session, updateSession},
		{&s.newDay, insertDay},
		{&s.day, updateDay},
	} {
		st, err := c.PrepareContext(ctx, p.query)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("prepare a statement: %w", classify(err)), s.close())
		}
		*p.to = st
	}
	return s, nil
}

func (s *statements) close() error {
	var errs []error
	for _, st := range []driver.Stmt{s.begin, s.commit, s.event, s.newTicket, s.ticket, s.newSession, s.session, s.newDay, s.day} {
		if st != nil {
			errs = append(errs, st.Close())
		}
	}
	return errors.Join(errs...)
}

// run executes a statement and returns how many rows it changed.
func run(ctx context.Context, st driver.Stmt, values ...any) (int64, error) {
	x, ok := st.(driver.StmtExecContext)
	if !ok {
		return 0, errDriver
	}
	args := make([]driver.NamedValue, len(values))
	for i, v := range values {
		if n, ok := v.(int); ok {
			v = int64(n) // the one integer that a driver knows
		}
		args[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	res, err := x.ExecContext(ctx, args)
	if err != nil {
		return 0, classify(err)
	}
	return res.RowsAffected()
}

// write executes a statement that has to change exactly one row.
func write(ctx context.Context, st driver.Stmt, values ...any) error {
	n, err := run(ctx, st, values...)
	if err == nil && n != 1 {
		return fmt.Errorf("%w: a row of a reporting table is missing", ErrCorrupt)
	}
	return err
}

// within runs f in a transaction: all of it is kept, or nothing. After an error the connection is
// of no use any more, and closing it rolls back what may be left.
func (s *statements) within(ctx context.Context, f func() error) error {
	if _, err := run(ctx, s.begin); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := f(); err != nil {
		return err
	}
	if _, err := run(ctx, s.commit); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
