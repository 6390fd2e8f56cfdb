package vault_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

// files are all files of a directory but the key file, by name.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, e := range entries {
		if e.Name() == "person.keys" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = b
	}
	return out
}

// guises are the ways in which a text may stand in a file by mistake.
func guises(text string) [][]byte {
	raw := []byte(text)
	backwards := slices.Clone(raw)
	slices.Reverse(backwards)
	var little, big []byte
	for _, u := range utf16.Encode([]rune(text)) {
		little, big = binary.LittleEndian.AppendUint16(little, u), binary.BigEndian.AppendUint16(big, u)
	}
	out := [][]byte{
		raw, backwards, little, big, []byte(strings.ToLower(text)), []byte(strings.ToUpper(text)),
		[]byte(hex.EncodeToString(raw)), []byte(strings.ToUpper(hex.EncodeToString(raw))),
	}
	// In base64 a text looks different at each of three offsets; its last characters depend on what follows.
	for shift := range 3 {
		enc := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), raw...))
		out = append(out, []byte(enc[(shift*8+5)/6:len(enc)-1]))
	}
	if packed, err := hex.DecodeString(text); err == nil && len(packed) >= 7 { // two digits in a byte; fewer bytes come up by chance
		back := slices.Clone(packed)
		slices.Reverse(back)
		out = append(out, packed, back)
	}
	return out
}

func (r *room) wantNoTrace(t *testing.T, when string, texts ...string) {
	t.Helper()
	for name, b := range files(t, r.dir) {
		for _, text := range texts {
			for i, g := range guises(text) {
				if bytes.Contains(b, g) {
					t.Errorf("%s: %s holds personal data (text %q... in guise %d)", when, name, text[:4], i)
				}
			}
		}
	}
}

// TestNobodyIsInTheFilesInTheClear fills the store in every way, and greps the database, its log file and its index.
func TestNobodyIsInTheFilesInTheClear(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	var texts []string
	for i := range 30 {
		p := siti(i + 1)
		p.BirthDate = time.Date(1931, 2, 3+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		p.Name = fmt.Sprintf("Wayan Umpama Ke%c%c", 'a'+i/26, 'a'+i%26)
		p = r.save(p)
		r.bind(p.ID, uid(i))
		r.bind(p.ID, fmt.Sprintf("7C%06X", i*7919))
		texts = append(texts, string(p.NIK), p.Name, p.BirthDate, uid(i), fmt.Sprintf("7C%06X", i*7919))
		p.Name += " Baru"
		r.save(p)
		e := entry(vault.Erased)
		e.Why = "surat dari NIK " + string(p.NIK) + ", atau 1971.9941.0758." + string(p.NIK[12:]) // typed where it must not be
		if err := r.Note(ctx, e); err != nil {
			t.Fatal(err)
		}
		if i%7 == 0 {
			if _, _, err := r.Erase(ctx, p.NIK, entry(vault.Erased)); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.wantNoTrace(t, "open", texts...)
	if err := r.Rotate(ctx, r.keys); err != nil {
		t.Fatal(err)
	}
	r.wantNoTrace(t, "rotated", texts...)
	r.leave()
	r.wantNoTrace(t, "closed", texts...)
	all := files(t, r.dir)
	if len(all) == 0 || !bytes.Contains(all["loket.db"], []byte("surat dari NIK ****")) {
		t.Error("the trail is not there either: this test looks in the wrong place")
	}
	if err := r.open(); err != nil {
		t.Fatal(err)
	}
}

// sealedOf are the bytes of a person at rest.
func (r *room) sealedOf(p vault.Person) (out [][]byte) {
	for _, column := range []string{"nik_mac", "nik", "name", "birth_date"} {
		out = append(out, r.blob("person", column, string(p.ID)))
	}
	id := r.text("SELECT id FROM card WHERE person = ?", string(p.ID))
	return append(out, r.blob("card", "mac", id), r.blob("card", "uid", id))
}

// TestWhatWasErasedIsGoneFromTheFiles looks for the sealed bytes too: the keys may be stolen some day.
func TestWhatWasErasedIsGoneFromTheFiles(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	var gone [][]byte
	var ids []string
	for i := range 150 {
		p := siti(i + 1)
		if i%3 == 0 {
			p.LastVisit = start.AddDate(0, 0, -91)
		}
		p = r.save(p)
		r.bind(p.ID, uid(i))
		if i%3 == 0 || i == 1 {
			gone = append(gone, r.sealedOf(p)...)
			ids = append(ids, string(p.ID))
		}
	}
	wantGone := func(when string) {
		t.Helper()
		for name, b := range files(t, r.dir) {
			for _, g := range gone {
				if bytes.Contains(b, g) {
					t.Fatalf("%s: %s still holds what was erased", when, name)
				}
			}
		}
	}
	if n, err := r.Expire(ctx, start.AddDate(0, 0, -90), entry(vault.Expired)); n != 50 || err != nil {
		t.Fatalf("%d expired: %v", n, err)
	}
	if p, c, err := r.Erase(ctx, nik(2), entry(vault.Erased)); p != 1 || c != 1 || err != nil {
		t.Fatalf("erased %d persons and %d cards: %v", p, c, err)
	}
	wantGone("open")
	for _, id := range ids { // the trail points to them still, and to nobody
		if r.count("SELECT count(*) FROM audit WHERE person = ?", id) == 0 {
			t.Error("rows of an erased person are gone from the trail")
		}
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if _, err := r.j.Backup(ctx, copied); err != nil {
		t.Fatal(err)
	}
	r.leave()
	wantGone("closed")
	if err := r.open(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(copied); err != nil || bytes.Contains(b, gone[0]) {
		t.Errorf("the copy: %v", err)
	}
}

// TestErasingWhoIsNotThereIsInTheTrailToo has the trail say what happened all the same.
func TestErasingWhoIsNotThereIsInTheTrailToo(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	p := r.save(siti(1))
	r.bind(p.ID, uid(1))
	for range 2 {
		if _, _, err := r.Erase(ctx, nik(1), entry(vault.Erased)); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"erased " + string(p.ID) + " 1 persons, 1 cards", "erased  0 persons, 0 cards"}
	if got := r.trail()[2:]; !slices.Equal(got, want) {
		t.Errorf("trail %q, want %q", got, want)
	}
	if n := r.count("SELECT count(*) FROM card"); n != 0 {
		t.Errorf("%d cards are left", n)
	}
	if _, err := r.Save(ctx, p, entry(vault.LookedUp)); err == nil {
		t.Error("an answer that came late brought her back")
	}
}

// TestACopyOfTheDatabaseIsSoundAndOpensWithItsKeys has a copy of a filled database verified, opened and read with the same keys.
func TestACopyOfTheDatabaseIsSoundAndOpensWithItsKeys(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	p := r.save(siti(1))
	r.bind(p.ID, uid(1))
	if report, err := r.j.Verify(ctx); err != nil || !report.OK() {
		t.Fatalf("verify: %q, %v", report.Problems, err)
	}
	dir := t.TempDir()
	if report, err := r.j.Backup(ctx, filepath.Join(dir, "loket.db")); err != nil || !report.OK() {
		t.Fatalf("backup: %q, %v", report.Problems, err)
	}
	raw, err := os.ReadFile(r.keyFile())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "person.keys"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	restored := enter(t, dir)
	defer restored.leave()
	got, err := restored.ByCard(ctx, uid(1))
	p.Cards = 1
	wantPerson(t, got, p, err)
}

func TestADatabaseThatIsOnlyReadIsRefused(t *testing.T) {
	r := newRoom(t)
	j, err := journal.Open(context.Background(), r.db(), journal.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close() // it was only read
	if _, err := vault.Open(context.Background(), j.DB(), r.keys, r.clock.Now); err == nil {
		t.Error("it was opened")
	}
}

// The wire's own rules take the NIKs of these tests.
func TestTheMadeUpNIKsAreNIKs(t *testing.T) {
	if _, err := protocol.ParseNIK(string(nik(1)), start); err != nil {
		t.Error(err)
	}
}
