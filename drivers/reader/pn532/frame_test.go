package pn532

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestFramesOfTheManualAreMadeAndRead(t *testing.T) {
	for name, c := range map[string]struct {
		command []byte
		want    string
	}{
		"look for type A": {[]byte{0x4a, 0x01, 0x00}, "\x00\x00\xff\x04\xfc\xd4\x4a\x01\x00\xe1\x00"},
		"look for type B": {[]byte{0x4a, 0x01, 0x03, 0x00}, "\x00\x00\xff\x05\xfb\xd4\x4a\x01\x03\x00\xde\x00"},
		"firmware":        {[]byte{0x02}, "\x00\x00\xff\x02\xfe\xd4\x02\x2a\x00"},
	} {
		if got := string(Encode(c.command)); got != c.want {
			t.Errorf("%s: %x, want %x", name, got, c.want)
		}
	}
	for name, c := range map[string]struct {
		bytes string
		want  Frame
	}{
		"ACK":             {"\x00\x00\xff\x00\xff\x00", Frame{Kind: Ack}},
		"NACK":            {"\x00\x00\xff\xff\x00\x00", Frame{Kind: Nack}},
		"error":           {"\x00\x00\xff\x01\xff\x7f\x81\x00", Frame{Kind: Refusal}},
		"no card":         {"\x00\x00\xff\x03\xfd\xd5\x4b\x00\xe0\x00", Frame{Kind: Data, FromChip: true, Content: []byte{0x4b, 0}}},
		"many zeros":      {"\x00\x00\x00\x00\x00\x00\xff\x03\xfd\xd5\x4b\x00\xe0\x00", Frame{Kind: Data, FromChip: true, Content: []byte{0x4b, 0}}},
		"extended":        {"\x00\x00\xff\xff\xff\x00\x03\xfd\xd5\x4b\x00\xe0\x00", Frame{Kind: Data, FromChip: true, Content: []byte{0x4b, 0}}},
		"wrong checksum":  {"\x00\x00\xff\x03\xfd\xd5\x4b\x01\xe0\x00", Frame{Kind: Damaged}},
		"garbage before":  {"\x17\xff\x00\x42\x00\xff\x09\x09\x00\x00\xff\x00\xff\x00", Frame{Kind: Ack}},
		"a start of none": {"\x00\xff\x00\x00\xff\x00\xff\x00", Frame{Kind: Ack}},
	} {
		var p Parser
		p.Feed([]byte(c.bytes))
		f, ok := p.Next()
		if !ok || f.Kind != c.want.Kind || f.FromChip != c.want.FromChip || !bytes.Equal(f.Content, c.want.Content) {
			t.Errorf("%s: %+v, %v", name, f, ok)
		}
		if f, ok := p.Next(); ok {
			t.Errorf("%s: and then %+v", name, f)
		}
	}
}

// Commands come out of a parser as they were made, whatever stands between them that is no start
// code, and in whatever pieces they come.
func TestFramesComeThroughPiecesAndGarbage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		garbage := rapid.SliceOfN(rapid.ByteRange(0x01, 0xfe), 0, 20)
		commands := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 1, 264), 1, 5).Draw(t, "commands")
		var stream []byte
		for _, c := range commands {
			stream = append(stream, garbage.Draw(t, "garbage")...)
			stream = append(stream, Encode(c)...)
		}
		var p Parser
		var got [][]byte
		for len(stream) > 0 {
			n := rapid.IntRange(1, len(stream)).Draw(t, "piece")
			p.Feed(stream[:n])
			stream = stream[n:]
			for f, ok := p.Next(); ok; f, ok = p.Next() {
				if f.Kind == Data {
					got = append(got, f.Content)
				}
			}
		}
		if len(got) != len(commands) {
			t.Fatalf("%d of %d came out", len(got), len(commands))
		}
		for i := range got {
			if !bytes.Equal(got[i], commands[i]) {
				t.Fatalf("%d: %x, want %x", i, got[i], commands[i])
			}
		}
	})
}

// A frame that lost a byte swallows the start of what follows; the silence after it brings that back.
func TestFrameAfterALostByteIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := Encode(rapid.SliceOfN(rapid.Byte(), 2, 40).Draw(t, "first"))
		i := rapid.IntRange(0, len(first)-1).Draw(t, "lost")
		var p Parser
		p.Feed(append(first[:i:i], first[i+1:]...))
		second := []byte{0x4b, 0x01, 0x02}
		p.Feed(Encode(second))
		for _, take := range []func() (Frame, bool){p.Next, p.Gap} {
			for f, ok := take(); ok; f, ok = take() {
				if f.Kind == Data && bytes.Equal(f.Content, second) {
					return
				}
			}
		}
		t.Fatal("the second frame is lost")
	})
}

func FuzzParser(f *testing.F) {
	f.Add([]byte("\x00\x00\xff\x03\xfd\xd5\x4b\x00\xe0\x00"), uint64(1))
	f.Add([]byte("\x00\x00\xff\xff\xff\x01\x09\xf6\xd5"), uint64(2))
	f.Add(Encode(make([]byte, 260)), uint64(3))
	f.Fuzz(func(t *testing.T, b []byte, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 0))
		var p Parser
		for rest := b; len(rest) > 0; {
			n := 1 + r.IntN(min(len(rest), 256))
			p.Feed(rest[:n])
			rest = rest[n:]
			for f, ok := p.Next(); ok; f, ok = p.Next() {
				sane(t, f)
			}
			if p.Len() > maxContent+16 {
				t.Fatalf("%d bytes are kept", p.Len())
			}
		}
		for f, ok := p.Gap(); ok; f, ok = p.Gap() {
			sane(t, f)
		}
		if p.Len() != 0 {
			t.Fatalf("%d bytes outlive the silence", p.Len())
		}
	})
}

// sane fails for a frame that cannot be; what a chip says of cards is read from any bytes.
func sane(t *testing.T, f Frame) {
	t.Helper()
	if f.Kind < Ack-1 || f.Kind > Damaged || len(f.Content) >= maxContent || f.Kind != Data && f.Content != nil {
		t.Fatalf("frame %+v", f)
	}
	for _, read := range []func([]byte) (Card, bool){targetA, targetB} {
		if c, ok := read(f.Content); ok && len(c.ID) != 4 && len(c.ID) != 7 && len(c.ID) != 10 {
			t.Fatalf("card %x", c.ID)
		}
	}
}
