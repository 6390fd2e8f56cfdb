package vault_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/vault"
)

func TestTheTrailIsReadInPagesNewestFirst(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	a, b := r.save(siti(1)), r.save(siti(2))
	for i := range 250 {
		e := entry(vault.LookedUp)
		e.Person, e.Outcome = []queue.PersonID{a.ID, b.ID, ""}[i%3], fmt.Sprint(i)
		if err := r.Note(ctx, e); err != nil {
			t.Fatal(err)
		}
		r.clock.add(time.Second)
	}
	for _, c := range []struct {
		filter      vault.AuditFilter
		first, last int64
		n           int
	}{
		{vault.AuditFilter{}, 252, 203, 50},
		{vault.AuditFilter{Limit: 10}, 252, 243, 10},
		{vault.AuditFilter{Limit: 1000}, 252, 53, 200},
		{vault.AuditFilter{Limit: -1}, 252, 252, 1},
		{vault.AuditFilter{Before: 53, Limit: 200}, 52, 1, 52},
		{vault.AuditFilter{Person: a.ID, Limit: 200}, 252, 1, 85},
		{vault.AuditFilter{Person: b.ID, Before: 250, Limit: 2}, 247, 244, 2},
		{vault.AuditFilter{Person: "nobody"}, 0, 0, 0},
	} {
		rows, err := r.Audit(ctx, c.filter)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != c.n || c.n > 0 && (rows[0].Seq != c.first || rows[len(rows)-1].Seq != c.last) {
			t.Errorf("%+v: %d rows", c.filter, len(rows))
		}
	}
	rows, err := r.Audit(ctx, vault.AuditFilter{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := entry(vault.LookedUp)
	want.Person, want.Outcome = a.ID, "249"
	if got := rows[0]; !reflect.DeepEqual(got, vault.Row{Seq: 252, At: start.Add(249 * time.Second), Entry: want}) {
		t.Errorf("row %+v", got)
	}
}

func TestTheTrailCanOnlyGrow(t *testing.T) {
	r := newRoom(t)
	r.save(siti(1))
	before := r.trail()
	for _, q := range []string{
		"UPDATE audit SET outcome = 'x'",
		"DELETE FROM audit",
		"INSERT OR REPLACE INTO audit (seq, at, actor_kind, actor_id, action, person, ticket, why, outcome) VALUES (1, 0, 'x', '', 'x', '', '', '', '')",
	} {
		if _, err := r.j.DB().Write.Exec(q); err == nil {
			t.Errorf("done: %s", q)
		}
	}
	if after := r.trail(); !reflect.DeepEqual(before, after) {
		t.Errorf("the trail went from %q to %q", before, after)
	}
}

func TestAReasonIsBoundedAndHoldsNoNIK(t *testing.T) {
	r := newRoom(t)
	for why, want := range map[string]string{
		"surat 12/2026":                               "surat 12/2026",
		"NIK 1971994107580001, lisan":                 "NIK ****************, lisan",
		"1971 9941 0758 0001":                         "****************",
		"x1971.994107-580001x":                        "x****************x",
		"kartu 04A1B2C3D4E5F6, telepon 0812345678901": "kartu 04A1B2C3D4E5F6, telepon 0812345678901",
		strings.Repeat("é", 300):                      strings.Repeat("é", 200),
	} {
		e := entry(vault.Erased)
		e.Why = why
		if err := r.Note(context.Background(), e); err != nil {
			t.Fatal(err)
		}
		rows, err := r.Audit(context.Background(), vault.AuditFilter{Limit: 1})
		if err != nil || rows[0].Why != want {
			t.Errorf("%q was kept as %q: %v", why, rows[0].Why, err)
		}
	}
}

func TestExpireTellsOfEachRun(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	if at, n, err := r.LastRun(ctx); !at.IsZero() || n != 0 || err != nil {
		t.Errorf("before the first: %s, %d, %v", at, n, err)
	}
	for i := range 205 { // batches of 100 and 100, and one that is not full
		p := siti(i + 1)
		p.LastVisit = start.Add(time.Duration(i) * time.Minute)
		r.save(p)
	}
	for _, want := range []int{0, 100, 0, 105} {
		r.clock.add(time.Hour)
		before := start
		if want == 100 {
			before = start.Add(100 * time.Minute)
		} else if want > 0 {
			before = start.Add(24 * time.Hour)
		}
		if n, err := r.Expire(ctx, before, entry(vault.Expired)); n != want || err != nil {
			t.Fatalf("%d expired, want %d: %v", n, want, err)
		}
		if at, n, err := r.LastRun(ctx); n != want || !at.Equal(r.clock.Now()) || err != nil {
			t.Errorf("last run at %s with %d, want %d: %v", at, n, want, err)
		}
	}
	var outcomes []string
	for _, line := range r.trail() {
		if outcome, ok := strings.CutPrefix(line, "expired  "); ok {
			outcomes = append(outcomes, outcome)
		}
	}
	if got := strings.Join(outcomes, " "); got != "0 100 0 100 5" {
		t.Errorf("the trail has %s", got)
	}
}

// TestPersonsAndKeysAreNotPrinted tries every way in which a value gets into a log line.
func TestPersonsAndKeysAreNotPrinted(t *testing.T) {
	r := newRoom(t)
	p := r.save(siti(1))
	secrets := []string{string(p.NIK), p.Name, p.BirthDate}
	fields := strings.Fields(r.keyLines()[0])
	secrets = append(secrets, fields[3], fields[4])
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, v := range []any{p, &p, []vault.Person{p}, map[string]any{"p": p}, struct{ P vault.Person }{p}, r.keys, r.Store, fmt.Errorf("of %v", p)} {
			text := fmt.Sprintf(verb, v)
			for _, secret := range secrets {
				if strings.Contains(text, secret) || strings.Contains(text, fmt.Sprintf("%x", secret)) {
					t.Errorf("%s of a %T prints personal data or keys", verb, v)
				}
			}
		}
	}
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("x", slog.Any("p", p), slog.Any("ps", []vault.Person{p}), slog.Any("keys", r.keys), slog.Any("row", vault.Row{}))
	}
	b, err := json.Marshal(map[string]any{"p": p, "keys": r.keys})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		if strings.Contains(log.String(), secret) || bytes.Contains(b, []byte(secret)) {
			t.Errorf("logged as %s, marshalled as %s", log.String(), b)
		}
	}
	if !strings.Contains(log.String(), string(p.ID)) {
		t.Errorf("the id is not there either: %s", log.String())
	}
}
