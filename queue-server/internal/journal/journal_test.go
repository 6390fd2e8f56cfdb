package journal_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/journal/rehearsal"
	"loket/queue-server/internal/queue"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("LOKET_TEST_HOLD"); path != "" {
		hold(path)
	}
	goleak.VerifyTestMain(m)
}

func open(tb testing.TB, path string) *journal.Journal {
	tb.Helper()
	j, err := journal.Open(context.Background(), path, journal.Options{LogPages: 50})
	if err != nil {
		tb.Fatal(err)
	}
	return j
}

// opened is open with a Close at the end of the test.
func opened(tb testing.TB, path string) *journal.Journal {
	tb.Helper()
	j := open(tb, path)
	tb.Cleanup(func() { shut(tb, j) })
	return j
}

func shut(tb testing.TB, j *journal.Journal) {
	tb.Helper()
	if err := j.Close(); err != nil {
		tb.Error(err)
	}
}

// day is an office that is being rehearsed beside a journal.
type day struct {
	tb     fataler
	office *queue.Office
	crowd  *rehearsal.Crowd
	now    time.Time
}

type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func newDay(tb fataler, seed uint64) *day {
	return &day{tb: tb, office: queue.New(), crowd: rehearsal.NewCrowd(seed), now: rehearsal.Start}
}

// decide returns the events of a command; a refused one has none.
func (d *day) decide(c queue.Command) []queue.Event {
	d.tb.Helper()
	events, _, err := d.office.Decide(c, d.now)
	if err != nil {
		return nil
	}
	for i := range events {
		// Ids of a test only need to rise with seq.
		events[i].ID = fmt.Sprintf("019a9000-0000-7000-8000-%012x", events[i].Seq)
		if err := d.office.Apply(events[i]); err != nil {
			d.tb.Fatal(err)
		}
	}
	return events
}

// opening returns the events that set the office up.
func (d *day) opening() []queue.Event {
	var out []queue.Event
	for _, c := range d.crowd.Opening() {
		out = append(out, d.decide(c)...)
	}
	return out
}

// crowdEvents returns the events of n commands of the crowd.
func (d *day) crowdEvents(n int) []queue.Event {
	var out []queue.Event
	for range n {
		d.now = d.now.Add(7 * time.Second)
		out = append(out, d.decide(d.crowd.Next())...)
	}
	return out
}

func (d *day) append(j *journal.Journal, events []queue.Event) {
	d.tb.Helper()
	if err := j.Append(context.Background(), events); err != nil {
		d.tb.Fatal(err)
	}
}

// snapshot is the state as bytes, to compare states by.
func snapshot(tb fataler, o *queue.Office) string {
	tb.Helper()
	b, err := o.Snapshot()
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func load(tb fataler, j *journal.Journal) *queue.Office {
	tb.Helper()
	o, err := j.Load(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return o
}

func wantSound(tb fataler, j *journal.Journal) journal.Report {
	tb.Helper()
	r, err := j.Verify(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	if !r.OK() {
		tb.Fatalf("verify: %q", r.Problems)
	}
	return r
}

// filled makes a closed journal of n commands and returns its path and the state.
func filled(t *testing.T, n int) (string, *queue.Office) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "loket.db")
	d := newDay(t, 1)
	j := open(t, path)
	d.append(j, d.opening())
	d.append(j, d.crowdEvents(n))
	shut(t, j)
	return path, d.office
}

func TestWhatWasAppendedIsThereAfterReopening(t *testing.T) {
	dir := t.TempDir()
	var round int
	rapid.Check(t, func(t *rapid.T) {
		round++
		path := filepath.Join(dir, fmt.Sprintf("%d", round), "loket.db")
		d := newDay(t, rapid.Uint64Range(1, 1<<40).Draw(t, "seed"))
		j := openRapid(t, path)
		defer func() { closeRapid(t, j) }()
		d.append(j, d.opening())
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0:
				closeRapid(t, j)
				j = openRapid(t, path)
			case 1:
				if err := j.SaveSnapshot(context.Background(), d.office); err != nil {
					t.Fatal(err)
				}
			case 2:
				d.now = d.now.Add(rapid.SampledFrom([]time.Duration{3 * time.Minute, 20 * time.Hour}).Draw(t, "pause"))
				d.append(j, d.decide(&queue.Tick{Header: d.crowd.System()}))
			default:
				d.append(j, d.crowdEvents(rapid.IntRange(1, 20).Draw(t, "batch")))
			}
			if snapshot(t, load(t, j)) != snapshot(t, d.office) {
				t.Fatalf("at event %d the journal has another office", d.office.Seq)
			}
		}
		if r := wantSound(t, j); r.Events != d.office.Seq {
			t.Fatalf("verify saw %d events of %d", r.Events, d.office.Seq)
		}
	})
}

func openRapid(t *rapid.T, path string) *journal.Journal {
	j, err := journal.Open(context.Background(), path, journal.Options{LogPages: 50})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func closeRapid(t *rapid.T, j *journal.Journal) {
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestEventsComeBackAsTheyWere(t *testing.T) {
	d := newDay(t, 3)
	j := opened(t, filepath.Join(t.TempDir(), "loket.db"))
	want := append(d.opening(), d.crowdEvents(300)...)
	d.append(j, want)
	var got []queue.Event
	for {
		after := int64(0)
		if len(got) > 0 {
			after = got[len(got)-1].Seq
		}
		page, err := j.Events(context.Background(), after, 70)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		got = append(got, page...)
	}
	if len(got) != len(want) {
		t.Fatalf("%d events came back, want %d", len(got), len(want))
	}
	for i := range want {
		if g, w := mustJSON(t, got[i]), mustJSON(t, want[i]); g != w {
			t.Fatalf("event %d:\n got %s\nwant %s", want[i].Seq, g, w)
		}
	}
}

func TestReportingTablesSayWhatHappened(t *testing.T) {
	d := newDay(t, 4)
	j := opened(t, filepath.Join(t.TempDir(), "loket.db"))
	officer := func() queue.Header {
		return queue.Header{ID: queue.CommandID(d.crowd.ID()), Actor: queue.Actor{Kind: queue.ByOfficer, ID: "officer-c1"}}
	}
	issue := d.crowd.Issue()
	issue.ServiceID = "ktp"
	events := d.opening()
	for _, step := range []struct {
		after   time.Duration
		command queue.Command
	}{
		{0, issue},
		{2 * time.Second, d.crowd.Confirm(issue.TicketID)},
		{60 * time.Second, &queue.CallNext{Header: officer(), CounterID: "c1", CallID: "call-1"}},
		{10 * time.Second, &queue.StartTicket{Header: officer(), CounterID: "c1"}},
		{300 * time.Second, &queue.HoldTicket{Header: officer(), CounterID: "c1"}},
		{100 * time.Second, &queue.ResumeTicket{Header: officer(), CounterID: "c1", TicketID: issue.TicketID}},
		{200 * time.Second, &queue.CompleteTicket{Header: officer(), CounterID: "c1"}},
		{time.Second, &queue.PauseCounter{Header: officer(), CounterID: "c1"}},
		{30 * time.Second, &queue.OpenCounter{Header: officer(), CounterID: "c1", OfficerID: "officer-c1"}},
		{time.Second, &queue.CloseCounter{Header: officer(), CounterID: "c1"}},
	} {
		d.now = d.now.Add(step.after)
		more := d.decide(step.command)
		if len(more) == 0 {
			t.Fatalf("%T led to nothing", step.command)
		}
		events = append(events, more...)
	}
	d.append(j, events)
	var state, day string
	var waited, served int64
	row(t, j.DB().Read, `SELECT day, state, called_at - confirmed_at, served_ms FROM ticket`, &day, &state, &waited, &served)
	if day != "2026-11-16" || state != "completed" || waited != 60_000 || served != 500_000 {
		t.Errorf("ticket: day %s, %s, waited %d ms, served %d ms", day, state, waited, served)
	}
	var n, paused, counted int64
	row(t, j.DB().Read, `SELECT served, paused_ms, served_ms FROM counter_session WHERE counter = 'c1' AND closed_at > 0`, &n, &paused, &counted)
	if n != 1 || paused != 30_000 || counted != 500_000 {
		t.Errorf("session: served %d, paused %d ms, %d ms at the counter", n, paused, counted)
	}
}

func row(tb testing.TB, db *sql.DB, query string, to ...any) {
	tb.Helper()
	if err := db.QueryRowContext(context.Background(), query).Scan(to...); err != nil {
		tb.Fatal(err)
	}
}
