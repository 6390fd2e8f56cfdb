package line

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"loket/drivers"
)

func TestLinesAreClassified(t *testing.T) {
	const token = "7KQ2M9XH4T0AB"
	now := time.Unix(1_800_000_000, 0)
	for line, want := range map[string]drivers.Reading{
		"0000000000000001":     {Kind: drivers.NIK, Value: "0000000000000001"},
		"000000000000000A":     {Kind: drivers.Opaque, Value: "000000000000000A"},
		"00000000000000001":    {Kind: drivers.Opaque, Value: "00000000000000001"},
		"0012345678":           {Kind: drivers.Member, Value: "0012345678"},
		"00123456789":          {Kind: drivers.Opaque, Value: "00123456789"},
		"04a1b2c3":             {Kind: drivers.CardUID, Value: "04A1B2C3", Bindable: true},
		"12345678":             {Kind: drivers.CardUID, Value: "12345678", Bindable: true},
		"08a1b2c3":             {Kind: drivers.CardUID, Value: "08A1B2C3"},
		"0855A2B2C36180":       {Kind: drivers.CardUID, Value: "0855A2B2C36180", Bindable: true},
		"04a1b2cg":             {Kind: drivers.Opaque, Value: "04a1b2cg"},
		"https://a/t/" + token: {Kind: drivers.Ticket, Value: token},
		"http://antre.kota.example.id:8080/t/" + strings.ToLower(token) + "/": {Kind: drivers.Ticket, Value: token},
		"HTTPS://A.EXAMPLE.ID/T/" + token:                                     {Kind: drivers.Ticket, Value: token},
		"https://a/b/t/" + token:                                              {Kind: drivers.Opaque, Value: "https://a/b/t/" + token},
		"https://a/t/" + token + "?x=1":                                       {Kind: drivers.Opaque, Value: "https://a/t/" + token + "?x=1"},
		"https://a/t/7KQ2M9XH4T0AU":                                           {Kind: drivers.Opaque, Value: "https://a/t/7KQ2M9XH4T0AU"}, // no U
		"https://a/t/7\u212aQ2M9XH4T0AB":                                      {Kind: drivers.Opaque, Value: "https://a/t/7\u212aQ2M9XH4T0AB"},
		"javascript://a/t/" + token:                                           {Kind: drivers.Opaque, Value: "javascript://a/t/" + token},
		"Undangan: meja 5":                                                    {Kind: drivers.Opaque, Value: "Undangan: meja 5"},
	} {
		want.At = now
		if got, ok := Classify(line, now); !ok || got != want {
			t.Errorf("%q: %+v, %v", line, got, ok)
		}
	}
	for _, noise := range []string{"", "\x01", "\xff\xfe", "abc\x00def", "\x1b[2J", "a\u202eb"} {
		if got, ok := Classify(noise, now); ok {
			t.Errorf("%q: %+v", noise, got)
		}
	}
}

func TestLinesEndAsDevicesEndThem(t *testing.T) {
	for name, c := range map[string]struct {
		stream string
		want   []string
	}{
		"CR":             {"a\rb\r", []string{"a", "b"}},
		"LF":             {"a\nb\n", []string{"a", "b"}},
		"both":           {"a\r\nb\r\n", []string{"a", "b"}},
		"silence":        {"a", []string{"a"}},
		"wrapped":        {"\x02a\x03\r\n\x02b\x03", []string{"a", "b"}},
		"blanks":         {" \r\n  a \t\r\n\r\n", []string{"a"}},
		"just fits":      {strings.Repeat("x", maxLine) + "\n", []string{strings.Repeat("x", maxLine)}},
		"too long":       {strings.Repeat("x", maxLine+1) + "0000000000000001\nb\n", []string{"b"}},
		"long, no end":   {strings.Repeat("x", 5*maxLine), nil},
		"long, then one": {strings.Repeat("x", 5*maxLine) + "\nb", []string{"b"}},
	} {
		var s Splitter
		got := s.Feed([]byte(c.stream))
		if l, ok := s.Silence(); ok {
			got = append(got, l)
		}
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: %q", name, got)
		}
		if l, ok := s.Silence(); ok {
			t.Errorf("%s: the silence that followed told %q", name, l)
		}
	}
}

// However a stream is cut into pieces, its lines are the same.
func TestPiecesChangeNoLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stream := rapid.SliceOfN(rapid.SampledFrom([]byte("0123456789AB\r\n\x02\x03 x")), 0, 2000).Draw(t, "stream")
		var whole, cut Splitter
		want := whole.Feed(stream)
		var got []string
		for rest := stream; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			got = append(got, cut.Feed(rest[:n])...)
			rest = rest[n:]
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("0000000000000001\r\n\x02https://a/t/7KQ2M9XH4T0AB\x03"), uint64(1))
	f.Add([]byte("04a1b2c3\rÿ\n"), uint64(2))
	f.Fuzz(func(t *testing.T, b []byte, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 0))
		var s Splitter
		var lines []string
		for rest := b; len(rest) > 0; {
			n := 1 + r.IntN(len(rest))
			lines = append(lines, s.Feed(rest[:n])...)
			rest = rest[n:]
			if len(s.line) > maxLine {
				t.Fatalf("%d bytes are kept", len(s.line))
			}
		}
		if l, ok := s.Silence(); ok {
			lines = append(lines, l)
		}
		for _, l := range lines {
			if l == "" || len(l) > maxLine {
				t.Fatalf("a line of %d bytes", len(l))
			}
			got, ok := Classify(l, time.Unix(1, 0))
			if !ok {
				continue
			}
			if got.Value == "" || !utf8.ValidString(got.Value) || got.Kind == drivers.Ticket && len(got.Value) != 13 {
				t.Fatalf("%q: %+v", l, got)
			}
		}
	})
}
