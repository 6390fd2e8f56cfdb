package journal_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/queue"
)

// Tickets of persons survive the journal, its snapshot and a restart, and the check of the file finds nothing amiss.
func TestTheJournalKeepsWhoseTicketsTheyAre(t *testing.T) {
	path := filepath.Join(t.TempDir(), "loket.db")
	d := newDay(t, 21)
	j := open(t, path)
	d.append(j, d.opening())
	d.append(j, d.crowdEvents(1500))
	if err := j.SaveSnapshot(context.Background(), d.office); err != nil {
		t.Fatal(err)
	}
	d.append(j, d.crowdEvents(500))
	wantSound(t, j)
	shut(t, j)
	again := load(t, opened(t, path))
	if snapshot(t, again) != snapshot(t, d.office) {
		t.Fatal("the journal gives another office")
	}
	held := 0
	for _, x := range d.office.Tickets {
		if x.PersonID != "" && !x.Ended() {
			held++
			if mine := again.HeldBy(x.PersonID, x.ServiceID); mine == nil || mine.ID != x.ID {
				t.Errorf("%s is held by somebody else after the restart: %v", x.Number, mine)
			}
		}
	}
	if held < 10 {
		t.Fatalf("only %d tickets are held by a person: the rehearsal shows nothing", held)
	}
}

// The reporting tables of a day are the same row by row whether anybody was known or not: they can not change when a
// person is erased.
func TestTheReportingTablesDoNotDependOnPersons(t *testing.T) {
	d := newDay(t, 22)
	known := append(d.opening(), d.crowdEvents(1500)...)
	blind := slices.Clone(known)
	persons, corrected := 0, 0
	for i := range blind {
		if blind[i].Data.PersonID != "" {
			persons++
		}
		if blind[i].Kind == queue.TicketIdentified {
			corrected++
		}
		blind[i].Data.PersonID = ""
	}
	if persons < 20 || corrected < 5 {
		t.Fatalf("%d events name a person, %d tickets were given to one: the rehearsal shows nothing", persons, corrected)
	}
	a, b := tables(t, known), tables(t, blind)
	if !slices.Equal(a, b) {
		t.Fatalf("the tables differ: %d and %d rows", len(a), len(b))
	}
}

// tables are the rows of the reporting tables after the events, as text.
func tables(t *testing.T, events []queue.Event) []string {
	t.Helper()
	j := opened(t, filepath.Join(t.TempDir(), "loket.db"))
	if err := j.Append(context.Background(), events); err != nil {
		t.Fatal(err)
	}
	wantSound(t, j)
	var out []string
	for _, query := range []string{
		"SELECT * FROM ticket ORDER BY day, series, n", "SELECT * FROM counter_session ORDER BY ord", "SELECT * FROM business_day ORDER BY ord",
	} {
		out = append(out, dump(t, j, query)...)
	}
	if len(out) < 100 {
		t.Fatalf("only %d rows", len(out))
	}
	return out
}

func dump(t *testing.T, j *journal.Journal, query string) []string {
	t.Helper()
	rows, err := j.DB().Read.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() // rows.Err has what matters
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		line := query
		for _, v := range values {
			line += fmt.Sprint(" ", *v.(*any))
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
