package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"loket/queue-server/internal/registry/vault"
)

var errKilled = errors.New("killed")

// group is how many persons the test of killed rotations has, each with a card: two batches of both.
const group = 110

func (r *room) fill(n int) []vault.Person {
	r.tb.Helper()
	out := make([]vault.Person, n)
	for i := range out {
		out[i] = r.save(siti(i + 1))
		r.bind(out[i].ID, uid(i+1))
		out[i].Cards = 1
	}
	return out
}

// wantAll finds one of each few by card and by NIK, and as many persons and cards as there were.
func (r *room) wantAll(t *testing.T, want []vault.Person, each int) {
	t.Helper()
	ctx := context.Background()
	for i := 0; i < len(want); i += each {
		got, err := r.ByCard(ctx, uid(i+1))
		wantPerson(t, got, want[i], err)
		got, err = r.ByNIK(ctx, want[i].NIK)
		wantPerson(t, got, want[i], err)
	}
	if n := r.count("SELECT count(*) FROM card"); n != len(want) {
		t.Fatalf("%d cards, want %d", n, len(want))
	}
	if n, err := r.Count(ctx); n != len(want) || err != nil {
		t.Fatalf("%d persons, want %d: %v", n, len(want), err)
	}
}

func (r *room) keyLines() []string {
	r.tb.Helper()
	raw, err := os.ReadFile(r.keyFile())
	if err != nil {
		r.tb.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "key ") {
			out = append(out, line)
		}
	}
	return out
}

func rotations(r *room) (out []string) {
	for _, line := range r.trail() {
		if strings.HasPrefix(line, "key_rotated") {
			out = append(out, line)
		}
	}
	return out
}

func TestARotationMovesEverybodyToNewKeys(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	people := r.fill(crowd)
	old := r.keyLines()
	var before [][]byte
	for i := 0; i < crowd; i += crowd / 10 {
		before = append(before, r.sealedOf(people[i])...)
	}
	if err := r.Rotate(ctx, r.keys); err != nil {
		t.Fatal(err)
	}
	if now := r.keyLines(); len(now) != 1 || now[0] == old[0] {
		t.Errorf("the key file has %d keys, or the old one", len(now))
	}
	for name, b := range files(t, r.dir) {
		for _, sealed := range before {
			if bytes.Contains(b, sealed) {
				t.Fatalf("%s holds what was sealed or indexed with the old keys", name)
			}
		}
	}
	r.wantAll(t, people, 37)
	r.leave()
	if err := r.open(); err != nil {
		t.Fatal(err)
	}
	r.wantAll(t, people, 7)
	if got := rotations(r); len(got) != 2 || got[1] != fmt.Sprintf("key_rotated  done, %d persons", crowd) {
		t.Errorf("trail %q", got)
	}
	if report, err := r.j.Verify(ctx); err != nil || !report.OK() {
		t.Errorf("verify: %q, %v", report.Problems, err)
	}
}

// TestARotationThatIsKilledGoesOn ends a rotation after each of its steps in turn, as a kill would: what is in memory
// is gone, what is in the files stays. In between the office works as ever, and the next rotation ends what was begun.
func TestARotationThatIsKilledGoesOn(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	people := r.fill(group)
	for last, kill := false, 1; !last; kill++ {
		steps, at := 0, "the end"
		r.SetBetween(func(step string) error {
			if steps++; steps == kill {
				at = step
				return errKilled
			}
			return nil
		})
		before := r.keyLines()
		err := r.Rotate(ctx, r.keys)
		if last = err == nil; !last && !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		r.leave()
		if err := r.open(); err != nil {
			t.Fatalf("killed when %s: %v", at, err)
		}
		r.wantAll(t, people, 5)
		// The office goes on: a visitor is saved, and a card is bound anew.
		p := people[kill]
		p.Name += " lagi"
		people[kill] = r.save(p)
		r.bind(p.ID, uid(kill+1))
		if err := r.Rotate(ctx, r.keys); err != nil {
			t.Fatalf("killed when %s, resumed: %v", at, err)
		}
		after := r.keyLines()
		if len(after) != 1 || after[0] == before[0] || r.count("SELECT count(*) FROM person_key") != 1 {
			t.Fatalf("killed when %s, resumed: %d keys, or the old one", at, len(after))
		}
		r.wantAll(t, people, 5)
		if steps := kill - 1; last && steps != 8 { // the file, the database, 2 batches of each kind, the database, the file
			t.Errorf("a rotation had %d steps", steps)
		}
	}
}

func TestTheOldKeysAreKeptAndNeverOverwritten(t *testing.T) {
	r := newRoom(t)
	r.save(siti(1))
	now := time.Date(2026, 11, 23, 9, 14, 7, 0, time.FixedZone("WIB", 7*3600))
	var want [][]byte
	var kept []string
	for range 3 { // within one second
		raw, err := os.ReadFile(r.keyFile())
		if err != nil {
			t.Fatal(err)
		}
		path, err := r.keys.Keep(now)
		if err != nil {
			t.Fatal(err)
		}
		want, kept = append(want, raw), append(kept, path)
		if err := r.Rotate(context.Background(), r.keys); err != nil {
			t.Fatal(err)
		}
	}
	if kept[0] != r.keyFile()+".20261123T021407Z" {
		t.Errorf("kept in %s", kept[0])
	}
	for i, path := range kept {
		raw, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(raw, want[i]) {
			t.Errorf("%s is not the file that it was (%v)", path, err)
		}
		if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, st.Mode(), err)
		}
		if _, err := vault.OpenKeyring(path, false); err != nil {
			t.Errorf("it is no key file any more: %v", err)
		}
	}
}

func TestARotationWithOtherKeysIsRefused(t *testing.T) {
	r := newRoom(t)
	other, err := vault.OpenKeyring(r.keyFile(), false)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Rotate(context.Background(), other); err == nil {
		t.Error("it was taken")
	}
	if got := rotations(r); len(got) != 0 {
		t.Errorf("trail %q", got)
	}
}
