package protocol_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"loket/queue-server/protocol"
)

const hexDigits = "[0-9a-f]"

func TestATokenIsTheRandomEndOfTheID(t *testing.T) {
	id := rapid.StringMatching(hexDigits + `{8}-` + hexDigits + `{4}-7` + hexDigits + `{3}-[89ab]` + hexDigits + `{3}-` + hexDigits + `{12}`)
	rapid.Check(t, func(t *rapid.T) {
		one, two := id.Draw(t, "one"), id.Draw(t, "two")
		if rapid.Bool().Draw(t, "same end") {
			two = two[:19] + one[19:]
		}
		a, err := protocol.TicketToken(one)
		if err != nil {
			t.Fatal(err)
		}
		b, err := protocol.TicketToken(two)
		if err != nil {
			t.Fatal(err)
		}
		// What stands before the variant's digit is time, and no part of the token.
		if (a == b) != (one[19:] == two[19:]) {
			t.Fatalf("%s -> %s, %s -> %s", one, a, two, b)
		}
		for _, typed := range []string{a, strings.ToLower(a), strings.NewReplacer("0", "o", "1", "l").Replace(a)} {
			if back, ok := protocol.CanonicalToken(typed); !ok || back != a {
				t.Fatalf("%q was read as %q", typed, back)
			}
		}
	})
}

func TestWhatIsNoUUIDHasNoToken(t *testing.T) {
	for _, id := range []string{"", "A-001", "019a9c2e7b1f7c589d0e0a54c1f0b001", strings.Repeat("-", 36), "019a9c2e-7b1f-7c58-9d0e-0a54c1f0b00z"} {
		if token, err := protocol.TicketToken(id); err == nil {
			t.Errorf("%q has the token %s", id, token)
		}
	}
}

func FuzzCanonicalToken(f *testing.F) {
	f.Add("6T3J5A6G7R2G1")
	f.Add("olilolilolilo")
	f.Add("ı̇ſ")
	f.Fuzz(func(t *testing.T, s string) {
		token, ok := protocol.CanonicalToken(s)
		if !ok {
			return
		}
		if again, ok := protocol.CanonicalToken(token); !ok || again != token || len(token) != protocol.TokenLength {
			t.Fatalf("%q -> %q -> %q", s, token, again)
		}
	})
}
