package vault_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"loket/queue-server/internal/registry/vault"
)

// sealed are the encrypted columns.
var sealed = []struct{ table, column string }{
	{"person", "nik"},
	{"person", "name"},
	{"person", "birth_date"},
	{"card", "uid"},
}

func (r *room) blob(table, column, id string) (b []byte) {
	r.tb.Helper()
	err := r.j.DB().Write.QueryRowContext(context.Background(), fmt.Sprintf("SELECT %s FROM %s WHERE id = ?", column, table), id).Scan(&b)
	if err != nil {
		r.tb.Fatal(err)
	}
	return b
}

func (r *room) put(table, column, id string, b []byte) {
	r.tb.Helper()
	r.exec(fmt.Sprintf("UPDATE %s SET %s = ? WHERE id = ?", table, column), b, id)
}

func (r *room) text(query string, args ...any) (s string) {
	r.tb.Helper()
	if err := r.j.DB().Write.QueryRowContext(context.Background(), query, args...).Scan(&s); err != nil {
		r.tb.Fatal(err)
	}
	return s
}

// TestAnyChangedBitOfASealedColumnIsAnError flips each bit of each sealed value.
func TestAnyChangedBitOfASealedColumnIsAnError(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	p := r.save(siti(1))
	r.bind(p.ID, uid(1))
	p.Cards = 1
	for _, c := range sealed {
		t.Run(c.column, func(t *testing.T) {
			id := r.text("SELECT id FROM " + c.table)
			good := r.blob(c.table, c.column, id)
			for bit := range 8 * len(good) {
				bad := append([]byte(nil), good...)
				bad[bit/8] ^= 1 << (bit % 8)
				r.put(c.table, c.column, id, bad)
				if _, err := r.ByCard(ctx, uid(1)); !errors.Is(err, vault.ErrDamaged) {
					t.Fatalf("bit %d: %v", bit, err)
				}
			}
			for _, n := range []int{0, 1, 11, 12, 27, len(good) - 1} {
				r.put(c.table, c.column, id, good[:n])
				if _, err := r.ByCard(ctx, uid(1)); !errors.Is(err, vault.ErrDamaged) {
					t.Fatalf("cut to %d bytes: %v", n, err)
				}
			}
			r.put(c.table, c.column, id, good)
			got, err := r.ByCard(ctx, uid(1))
			wantPerson(t, got, p, err)
		})
	}
}

// TestAValueThatWasMovedDoesNotOpen takes values that are sound where they belong to other places.
func TestAValueThatWasMovedDoesNotOpen(t *testing.T) {
	for name, move := range map[string]func(r *room, a, b, cardA, cardB string){
		"name of another": func(r *room, a, b, _, _ string) { r.put("person", "name", b, r.blob("person", "name", a)) },
		"NIK of another":  func(r *room, a, b, _, _ string) { r.put("person", "nik", b, r.blob("person", "nik", a)) },
		"NIK as name":     func(r *room, _, b, _, _ string) { r.put("person", "name", b, r.blob("person", "nik", b)) },
		"date as name":    func(r *room, _, b, _, _ string) { r.put("person", "name", b, r.blob("person", "birth_date", b)) },
		"card number":     func(r *room, _, _, cardA, cardB string) { r.put("card", "uid", cardB, r.blob("card", "uid", cardA)) },
		"card to another": func(r *room, a, _, _, cardB string) { r.exec("UPDATE card SET person = ? WHERE id = ?", a, cardB) },
		"card index":      func(r *room, _, _, cardA, cardB string) { r.swap("card", "mac", cardA, cardB) },
		"person index":    func(r *room, a, b, _, _ string) { r.swap("person", "nik_mac", a, b) },
		"keys of nobody": func(r *room, _, _, _, _ string) {
			r.exec("INSERT INTO person_key (id, proof) VALUES ('00000000', x'')")
			r.exec("UPDATE card SET key = '00000000'")
			r.exec("UPDATE person SET key = '00000000'")
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t)
			a, b := r.save(siti(1)).ID, r.save(siti(2)).ID
			r.bind(a, uid(1))
			r.bind(b, uid(2))
			const ofPerson = "SELECT id FROM card WHERE person = ?"
			move(r, string(a), string(b), r.text(ofPerson, string(a)), r.text(ofPerson, string(b)))
			_, byCard := r.ByCard(context.Background(), uid(2))
			_, byNIK := r.ByNIK(context.Background(), nik(2))
			if !errors.Is(byCard, vault.ErrDamaged) && !errors.Is(byNIK, vault.ErrDamaged) {
				t.Errorf("by card: %v, by NIK: %v", byCard, byNIK)
			}
		})
	}
}

// swap exchanges a unique column of two rows.
func (r *room) swap(table, column, a, b string) {
	r.tb.Helper()
	ofA, ofB := r.blob(table, column, a), r.blob(table, column, b)
	r.put(table, column, a, []byte("neither"))
	r.put(table, column, b, ofA)
	r.put(table, column, a, ofB)
}
