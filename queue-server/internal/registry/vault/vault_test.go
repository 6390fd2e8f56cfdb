package vault_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("LOKET_TEST_ROTATE"); dir != "" {
		rotateForEver(dir)
	}
	goleak.VerifyTestMain(m)
}

// start is a time that every clock of these tests begins at.
var start = time.Date(2026, 11, 16, 1, 0, 0, 0, time.UTC)

// clock is a time that a test moves on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fataler is a *testing.T, a *testing.B or a *rapid.T.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// room is an open store with its journal, in a directory of its own.
type room struct {
	*vault.Store
	tb    fataler
	dir   string
	clock *clock
	keys  *vault.Keyring
	j     *journal.Journal
}

func (r *room) db() string      { return filepath.Join(r.dir, "loket.db") }
func (r *room) keyFile() string { return filepath.Join(r.dir, "person.keys") }

// enter opens the store of a directory; leave closes it.
func enter(tb fataler, dir string) *room {
	tb.Helper()
	r := &room{tb: tb, dir: dir, clock: &clock{now: start}}
	if err := r.open(); err != nil {
		tb.Fatal(err)
	}
	return r
}

func (r *room) open() error {
	var err error
	if r.j, err = journal.Open(context.Background(), r.db(), journal.Options{LogPages: 50}); err != nil {
		return err
	}
	if r.keys, err = vault.OpenKeyring(r.keyFile(), true); err == nil {
		r.Store, err = vault.Open(context.Background(), r.j.DB(), r.keys, r.clock.Now)
	}
	if err != nil {
		return errors.Join(err, r.j.Close())
	}
	return nil
}

func (r *room) leave() {
	r.tb.Helper()
	if err := r.j.Close(); err != nil {
		r.tb.Fatal(err)
	}
}

// newRoom is enter in a new directory, with leave at the end of the test.
func newRoom(t testing.TB) *room {
	t.Helper()
	r := enter(t, t.TempDir())
	t.Cleanup(func() { r.leave() })
	return r
}

func (r *room) exec(query string, args ...any) {
	r.tb.Helper()
	if _, err := r.j.DB().Write.ExecContext(context.Background(), query, args...); err != nil {
		r.tb.Fatal(err)
	}
}

func (r *room) count(query string, args ...any) (n int) {
	r.tb.Helper()
	if err := r.j.DB().Read.QueryRowContext(context.Background(), query, args...).Scan(&n); err != nil {
		r.tb.Fatal(err)
	}
	return n
}

func (r *room) save(p vault.Person) vault.Person {
	r.tb.Helper()
	p, err := r.Save(context.Background(), p, entry(vault.Identified))
	if err != nil {
		r.tb.Fatal(err)
	}
	return p
}

func (r *room) bind(id queue.PersonID, uid string) {
	r.tb.Helper()
	if err := r.BindCard(context.Background(), id, uid, entry(vault.CardBound)); err != nil {
		r.tb.Fatal(err)
	}
}

// trail is the whole trail as "action person outcome", the oldest row first.
func (r *room) trail() (out []string) {
	r.tb.Helper()
	rows, err := r.Audit(context.Background(), vault.AuditFilter{Limit: 200})
	if err != nil {
		r.tb.Fatal(err)
	}
	for _, row := range rows {
		out = append([]string{fmt.Sprint(row.Action, " ", row.Person, " ", row.Outcome)}, out...)
	}
	return out
}

func entry(a vault.Action) vault.Entry {
	return vault.Entry{Actor: queue.Actor{Kind: queue.ByDevice, ID: "kiosk-1"}, Action: a, Ticket: "A-001", Why: "visit"}
}

// nik is the n-th made-up NIK; nobody has one of district 99.
func nik(n int) protocol.NIK { return protocol.NIK(fmt.Sprintf("197199410758%04d", n)) }

func uid(n int) string { return fmt.Sprintf("04A1B2C3D4%04X", n) }

func siti(n int) vault.Person {
	return vault.Person{
		NIK: nik(n), Name: fmt.Sprintf("Siti Contoh %d", n), BirthDate: "1958-07-01", State: protocol.PersonVerified,
		Code: "01", CheckedAt: start, LastVisit: start,
	}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want: %v", err, want)
	}
}

// wantPerson compares without printing anybody.
func wantPerson(t fataler, got, want vault.Person, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("it is not the person that was kept: %s for %s", got, want)
	}
}

func TestAPersonIsFoundByNIKCardAndID(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	p := r.save(siti(1))
	if p.ID == "" {
		t.Fatal("she got no id")
	}
	want := siti(1)
	want.ID = p.ID
	wantPerson(t, p, want, nil)
	r.bind(p.ID, uid(1))
	r.bind(p.ID, "04a1b2c3") // small letters are the same number
	want.Cards = 2
	for name, find := range map[string]func() (vault.Person, error){
		"NIK":        func() (vault.Person, error) { return r.ByNIK(ctx, nik(1)) },
		"id":         func() (vault.Person, error) { return r.ByID(ctx, p.ID) },
		"card":       func() (vault.Person, error) { return r.ByCard(ctx, uid(1)) },
		"small card": func() (vault.Person, error) { return r.ByCard(ctx, "04A1b2C3") },
	} {
		t.Run(name, func(t *testing.T) {
			got, err := find()
			wantPerson(t, got, want, err)
		})
	}
	for name, find := range map[string]func() (vault.Person, error){
		"NIK":  func() (vault.Person, error) { return r.ByNIK(ctx, nik(2)) },
		"none": func() (vault.Person, error) { return r.ByNIK(ctx, "") },
		"id":   func() (vault.Person, error) { return r.ByID(ctx, "nobody") },
		"card": func() (vault.Person, error) { return r.ByCard(ctx, uid(2)) },
	} {
		t.Run("unknown "+name, func(t *testing.T) {
			_, err := find()
			wantErr(t, err, vault.ErrUnknown)
		})
	}
}

func TestSavingAgainKeepsTheIDAndTheLatestVisit(t *testing.T) {
	r := newRoom(t)
	first := r.save(siti(1))
	later := siti(1)
	later.LastVisit = start.Add(time.Hour)
	if got := r.save(later); got.ID != first.ID || !got.LastVisit.Equal(later.LastVisit) {
		t.Errorf("by her NIK: %s, last visit %s", got, got.LastVisit)
	}
	stale := first // as somebody read it before the visit, and answered by the registry since
	stale.Name, stale.State, stale.Why, stale.RetryAt, stale.Tries = "", protocol.PersonUnverified, protocol.WhyQuota, start.Add(2*time.Hour+time.Nanosecond), 3
	kept := r.save(stale)
	want := stale
	want.LastVisit, want.RetryAt = later.LastVisit, start.Add(2*time.Hour)
	wantPerson(t, kept, want, nil)
	got, err := r.ByID(context.Background(), first.ID)
	wantPerson(t, got, want, err)
	fresh := siti(2)
	fresh.LastVisit = time.Time{}
	if got := r.save(fresh); !got.LastVisit.Equal(start) {
		t.Errorf("a new person without a visit was last here at %s", got.LastVisit)
	}
}

func TestWhatCannotBeKeptIsRefusedWithoutATrace(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	p := r.save(siti(1))
	other := r.save(siti(2))
	before := r.trail()
	with := func(change func(p *vault.Person)) vault.Person { q := p; change(&q); return q }
	for name, c := range map[string]struct {
		person vault.Person
		entry  vault.Entry
		want   error
	}{
		"no NIK":         {with(func(p *vault.Person) { p.NIK = "" }), entry(vault.LookedUp), vault.ErrPerson},
		"15 digits":      {with(func(p *vault.Person) { p.NIK = p.NIK[:15] }), entry(vault.LookedUp), vault.ErrPerson},
		"letters":        {with(func(p *vault.Person) { p.NIK = "19719941O7580001" }), entry(vault.LookedUp), vault.ErrPerson},
		"no state":       {with(func(p *vault.Person) { p.State = "" }), entry(vault.LookedUp), vault.ErrPerson},
		"recheck":        {with(func(p *vault.Person) { p.State = protocol.PersonRecheck }), entry(vault.LookedUp), vault.ErrPerson},
		"another's NIK":  {with(func(p *vault.Person) { p.NIK = other.NIK }), entry(vault.LookedUp), vault.ErrPerson},
		"a new NIK":      {with(func(p *vault.Person) { p.NIK = nik(3) }), entry(vault.LookedUp), vault.ErrPerson},
		"an erased one":  {with(func(p *vault.Person) { p.ID = "erased" }), entry(vault.LookedUp), vault.ErrUnknown},
		"no actor":       {p, vault.Entry{Action: vault.LookedUp}, vault.ErrEntry},
		"no action":      {p, vault.Entry{Actor: entry("").Actor}, vault.ErrEntry},
		"new, no action": {siti(9), vault.Entry{Actor: entry("").Actor}, vault.ErrEntry},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.Save(ctx, c.person, c.entry)
			wantErr(t, err, c.want)
		})
	}
	wantErr(t, r.Visit(ctx, "nobody", start, entry(vault.Identified)), vault.ErrUnknown)
	wantErr(t, r.BindCard(ctx, "nobody", uid(1), entry(vault.CardBound)), vault.ErrUnknown)
	for _, bad := range []string{"", "04A1B2C", "04A1B2CG", "04 A1 B2", "04A1B2C3D", string(nik(1))} {
		wantErr(t, r.BindCard(ctx, p.ID, bad, entry(vault.CardBound)), vault.ErrCard)
		_, err := r.ByCard(ctx, bad)
		wantErr(t, err, vault.ErrCard)
	}
	if after := r.trail(); !reflect.DeepEqual(before, after) {
		t.Errorf("the trail went from %q to %q", before, after)
	}
	if n, err := r.Count(ctx); n != 2 || err != nil {
		t.Errorf("%d persons: %v", n, err)
	}
}

func TestACardOfSomebodyElseMovesAndBothTrailsTellIt(t *testing.T) {
	r := newRoom(t)
	a, b := r.save(siti(1)), r.save(siti(2))
	r.bind(a.ID, uid(1))
	r.bind(b.ID, uid(1))
	r.bind(b.ID, uid(1)) // again is no change
	p, err := r.ByCard(context.Background(), uid(1))
	b.Cards = 1
	wantPerson(t, p, b, err)
	p, err = r.ByID(context.Background(), a.ID)
	wantPerson(t, p, a, err)
	want := []string{
		"identified " + string(a.ID) + " ", "identified " + string(b.ID) + " ", "card_bound " + string(a.ID) + " ",
		"card_bound " + string(a.ID) + " moved_away", "card_bound " + string(b.ID) + " ", "card_bound " + string(b.ID) + " ",
	}
	if got := r.trail(); !reflect.DeepEqual(got, want) {
		t.Errorf("trail %q, want %q", got, want)
	}
}

func TestThoseWhoAreDueComeOldestFirst(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	for i, minutes := range []int{30, 10, 0, 20} {
		p := siti(i + 1)
		if minutes > 0 {
			p.RetryAt = start.Add(time.Duration(minutes) * time.Minute)
		}
		r.save(p)
	}
	names := func(now time.Time, limit int) (out string) {
		due, err := r.Due(ctx, now, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range due {
			out += p.Name[len("Siti Contoh "):]
		}
		return out
	}
	for _, c := range []struct {
		minutes, limit int
		want           string
	}{{9, 10, ""}, {10, 10, "2"}, {25, 10, "24"}, {60, 10, "241"}, {60, 2, "24"}} {
		if got := names(start.Add(time.Duration(c.minutes)*time.Minute), c.limit); got != c.want {
			t.Errorf("after %d minutes, at most %d: %s, want %s", c.minutes, c.limit, got, c.want)
		}
	}
	n, next, err := r.Queued(ctx)
	if n != 3 || !next.Equal(start.Add(10*time.Minute)) || err != nil {
		t.Errorf("queued: %d, next at %s, %v", n, next, err)
	}
	r.exec("UPDATE person SET name = x'00' WHERE retry_at = ?", start.Add(20*time.Minute).UnixMilli())
	due, err := r.Due(ctx, start.Add(time.Hour), 10)
	wantErr(t, err, vault.ErrDamaged)
	if len(due) != 2 {
		t.Errorf("a damaged row left %d of the 2 others", len(due))
	}
}

func TestACancelledCallerChangesNothing(t *testing.T) {
	r := newRoom(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := r.Save(ctx, siti(1), entry(vault.Identified))
	wantErr(t, err, context.Canceled)
	if n, err := r.Count(context.Background()); n != 0 || err != nil {
		t.Errorf("%d persons, %v", n, err)
	}
}
