package vault

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func ringOf(t interface {
	Helper()
	Fatal(args ...any)
}, n int,
) []*generation {
	t.Helper()
	ring := make([]*generation, n)
	for i := range ring {
		g, err := newGeneration()
		if err != nil {
			t.Fatal(err)
		}
		ring[i] = g
	}
	return ring
}

func TestAKeyFileReadsBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ring := ringOf(t, rapid.IntRange(1, 5).Draw(t, "keys"))
		raw := formatKeys(ring)
		got, err := parseKeys(raw)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(formatKeys(got), raw) || len(got) != len(ring) {
			t.Fatal("it reads back as another")
		}
		text := "Budi Misalnya"
		at := place{"person", "name", "1"}
		if opened, err := got[0].open(at, ring[0].seal(at, text)); err != nil || opened != text {
			t.Fatalf("sealed before, opened after: %v", err)
		}
	})
}

// TestAnyChangedByteOfAKeyFileIsRefused leaves no half-read file as good.
func TestAnyChangedByteOfAKeyFileIsRefused(t *testing.T) {
	good := formatKeys(ringOf(t, 2))
	refused := func(bad []byte, what string, at int) {
		t.Helper()
		if _, err := parseKeys(bad); !errors.Is(err, ErrKeysMalformed) {
			t.Fatalf("%s %d: %v", what, at, err)
		}
	}
	for i := range good {
		refused(good[:i], "cut at", i)
		bad := bytes.Clone(good)
		bad[i] ^= 1
		refused(bad, "changed at", i)
	}
	refused(append(bytes.Clone(good), '\n'), "one longer than", len(good))
	refused(bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")), "lines of", 2)
}

// file makes a file of lines with a good sum.
func file(lines ...string) []byte {
	body := strings.Join(lines, "\n") + "\n"
	sum := sha256.Sum256([]byte(body))
	return fmt.Appendf(nil, "%send %x\n", body, sum[:sumBytes])
}

func TestAKeyFileIsTakenByItsRulesOnly(t *testing.T) {
	const head = keyFileHead + keyFileVersion
	key := func(id, state string) string {
		return "key " + id + " " + state + " " + strings.Repeat("0a", keyBytes) + " " + strings.Repeat("0b", keyBytes)
	}
	for name, c := range map[string]struct {
		raw []byte
		ok  bool
	}{
		"one key":            {file(head, key("00000001", "active")), true},
		"two keys":           {file(head, "# x", key("00000001", "active"), key("00000002", "old")), true},
		"nothing":            {nil, false},
		"no key":             {file(head), false},
		"comments only":      {file(head, "# x"), false},
		"an older key first": {file(head, key("00000001", "old"), key("00000002", "active")), false},
		"two active":         {file(head, key("00000001", "active"), key("00000002", "active")), false},
		"none active":        {file(head, key("00000001", "old")), false},
		"one twice":          {file(head, key("00000001", "active"), key("00000001", "old")), false},
		"another state":      {file(head, key("00000001", "Active")), false},
		"a long id":          {file(head, key("000000001", "active")), false},
		"no hex":             {file(head, key("0000000g", "active")), false},
		"capital hex":        {file(head, key("0000000A", "active")), false},
		"a short key":        {file(head, key("00000001", "active")[:80]), false},
		"six fields":         {file(head, key("00000001", "active")+" x"), false},
		"a blank line":       {file(head, "", key("00000001", "active")), false},
		"a newer version":    {file(keyFileHead+"2", key("00000001", "active")), false},
		"another head":       {file("x", key("00000001", "active")), false},
		"far too long":       {file(head, "#"+strings.Repeat(" ", keyFileMax), key("00000001", "active")), false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseKeys(c.raw)
			if (err == nil) != c.ok || !c.ok && !errors.Is(err, ErrKeysMalformed) {
				t.Errorf("got %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "0a0a") {
				t.Error("the error shows a key")
			}
		})
	}
}

// FuzzParseKeys wants no panic, nothing accepted that is not written back the same way, and no key in an error. Half
// of the inputs get a good sum, so that the lines behind it are reached.
func FuzzParseKeys(f *testing.F) {
	good := formatKeys(ringOf(f, 2))
	f.Add(good, false)
	f.Add(good[:bytes.LastIndex(good, []byte("end "))], true)
	f.Add([]byte(keyFileHead+keyFileVersion+"\nkey 00000001 active 00 00\n"), true)
	f.Add([]byte("\nend "), false)
	f.Fuzz(func(t *testing.T, raw []byte, summed bool) {
		if summed {
			sum := sha256.Sum256(raw)
			raw = fmt.Appendf(bytes.Clone(raw), "end %x\n", sum[:sumBytes])
		}
		ring, err := parseKeys(raw)
		if err != nil {
			if !errors.Is(err, ErrKeysMalformed) {
				t.Errorf("another fault: %v", err)
			}
			return
		}
		again, err := parseKeys(formatKeys(ring))
		if err != nil || !bytes.Equal(formatKeys(again), formatKeys(ring)) {
			t.Errorf("it does not read back: %v", err)
		}
	})
}

// TestAPlaceIsNoOther has values that are alike in all but their place or use.
func TestAPlaceIsNoOther(t *testing.T) {
	g := ringOf(t, 1)[0]
	seen := map[string]bool{}
	for _, use := range []string{forNIK, forCard, forProof} {
		seen[string(g.mac(use, "1971994107580001"))] = true
	}
	if len(seen) != 3 {
		t.Error("two uses of the index key have the same values")
	}
	sealed := g.seal(place{"person", "nik", "1"}, "x")
	for _, p := range []place{{"person", "name", "1"}, {"person", "nik", "2"}, {"card", "nik", "1"}} {
		if _, err := g.open(p, sealed); !errors.Is(err, ErrDamaged) {
			t.Errorf("opened at %+v: %v", p, err)
		}
	}
	if bytes.Equal(sealed, g.seal(place{"person", "nik", "1"}, "x")) {
		t.Error("the same value was sealed the same twice")
	}
}
