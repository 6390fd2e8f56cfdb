package journal

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"loket/queue-server/internal/queue"
)

// maxProblems bounds Report.Problems: one fault tends to bring many.
const maxProblems = 20

// Report is what Verify found. Problems is empty when all is well.
type Report struct {
	Events   int64    // in the log
	Tickets  int64    // in the reporting table
	Sessions int64    // at counters, in the reporting table
	Days     int64    // in the reporting table
	Snapshot int64    // seq of the latest snapshot, 0 for none
	Problems []string // in English, at most 20
}

// OK says that nothing was wrong.
func (r Report) OK() bool { return len(r.Problems) == 0 }

func (r *Report) problem(format string, args ...any) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
	}
}

// Verify checks the file's structure, folds the whole log from its start, and compares what
// follows from it with the reporting tables and the snapshot. The error is for faults that kept
// it from looking; what it found is in the report.
func (j *Journal) Verify(ctx context.Context) (Report, error) {
	tx, err := j.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return Report{}, fmt.Errorf("verify: %w", classify(err))
	}
	defer tx.Rollback() //nolint:errcheck // it only read
	v := &verifier{q: tx, office: queue.New(), rows: newProjection()}
	for _, step := range []func(context.Context) error{v.checkFile, v.checkLog, v.checkTables} {
		err := step(ctx)
		if errors.Is(err, ErrCorrupt) {
			// What comes after is the consequence of this: it would only hide it.
			v.report.problem("%s", err)
			break
		}
		if err != nil {
			return v.report, fmt.Errorf("verify: %w", err)
		}
	}
	return v.report, nil
}

// verifier is one run of Verify.
type verifier struct {
	q      queryer
	report Report
	office *queue.Office
	rows   *projection // never settled, so that all rows stay in its changed sets
}

func (v *verifier) checkFile(ctx context.Context) error {
	rows, err := v.q.QueryContext(ctx, fmt.Sprintf("PRAGMA integrity_check(%d)", maxProblems))
	if err != nil {
		return fmt.Errorf("check the file: %w", classify(err))
	}
	defer rows.Close() // rows.Err has what matters
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return fmt.Errorf("check the file: %w", classify(err))
		}
		if line != "ok" {
			v.report.problem("file: %s", line)
		}
	}
	return classify(rows.Err())
}

func (v *verifier) checkLog(ctx context.Context) error {
	seq, want, err := readSnapshot(ctx, v.q)
	if err != nil {
		v.report.problem("%s", err)
	}
	v.report.Snapshot = seq
	last := head{}
	err = scan(ctx, v.q, 0, -1, func(r *record, s sum) error {
		if err := follow(&last, r, s); err != nil {
			return err
		}
		if err := v.apply(r); err != nil {
			return err
		}
		v.report.Events++
		if r.seq == seq && want != nil {
			return v.compareSnapshot(want)
		}
		return nil
	})
	if err == nil && last.seq < seq {
		v.report.problem("the log ends at event %d, before the snapshot of event %d", last.seq, seq)
	}
	return err
}

func (v *verifier) apply(r *record) error {
	e, err := r.decode()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if err := v.office.Apply(e); err != nil {
		return fmt.Errorf("%w: apply event %d: %w", ErrCorrupt, e.Seq, err)
	}
	if err := v.rows.apply(&e); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return nil
}

func (v *verifier) compareSnapshot(want []byte) error {
	have, err := v.office.Snapshot()
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if !bytes.Equal(have, want) {
		v.report.problem("the snapshot of event %d differs from the log", v.office.Seq)
	}
	return nil
}

func (v *verifier) checkTables(ctx context.Context) error {
	tickets := make(map[ticketKey]*ticketRow, len(v.rows.changedTickets))
	for t := range v.rows.changedTickets {
		tickets[t.ticketKey] = t
	}
	sessions := make(map[int64]*sessionRow, len(v.rows.changedSessions))
	for s := range v.rows.changedSessions {
		sessions[s.ord] = s
	}
	days := make(map[int64]*dayRow, len(v.rows.changedDays))
	for d := range v.rows.changedDays {
		days[d.ord] = d
	}
	var err error
	v.report.Tickets, err = compareTable(ctx, v, "ticket", ticketColumns, tickets, func(t *ticketRow) ticketKey { return t.ticketKey })
	if err != nil {
		return err
	}
	v.report.Sessions, err = compareTable(ctx, v, "counter_session", sessionColumns, sessions, func(s *sessionRow) int64 { return s.ord })
	if err != nil {
		return err
	}
	v.report.Days, err = compareTable(ctx, v, "business_day", dayColumns, days, func(d *dayRow) int64 { return d.ord })
	return err
}

// compareTable compares a reporting table with the rows that follow from the log, and counts it.
func compareTable[K, R comparable, P interface {
	*R
	row[R]
}](ctx context.Context, v *verifier, table, columns string, want map[K]P, key func(P) K) (int64, error) {
	var n int64
	for have, err := range selectRows[R, P](ctx, v.q, "SELECT "+columns+" FROM "+table) {
		if err != nil {
			return n, err
		}
		n++
		k := key(P(have))
		w := want[k]
		switch {
		case w == nil:
			v.report.problem("table %s has a row that the log does not know: %+v", table, k)
		case *w != *have:
			v.report.problem("table %s, row %+v: %s", table, k, difference(columns, P(have).values(), w.values()))
		}
		delete(want, k)
	}
	for k := range want {
		v.report.problem("table %s lacks a row: %+v", table, k)
	}
	return n, nil
}

// difference names the columns in which two rows differ.
func difference(columns string, have, want []any) string {
	var out []string
	for i, name := range strings.Split(columns, ",") {
		if have[i] != want[i] {
			out = append(out, fmt.Sprintf("%s is %v, should be %v", strings.TrimSpace(name), have[i], want[i]))
		}
	}
	return strings.Join(out, ", ")
}
