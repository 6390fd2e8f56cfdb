package acr122s

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// said is a frame as the reader makes it: a message of its own type.
func said(seq byte, payload []byte) []byte { return Encode(dataBlock, seq, payload) }

func TestFramesOfTheManualAreMadeAndRead(t *testing.T) {
	if got := string(Encode(powerOn, 0, nil)); got != "\x02\x62\x00\x00\x00\x00\x00\x00\x00\x00\x00\x62\x03" {
		t.Errorf("power on: %x", got)
	}
	for name, c := range map[string]struct {
		bytes string
		want  Frame
	}{
		"taken":          {"\x02\x00\x00\x03", Frame{Status: Taken}},
		"checksum":       {"\x02\xff\xff\x03", Frame{Status: BadChecksum}},
		"length":         {"\x02\xfe\xfe\x03", Frame{Status: BadLength}},
		"end":            {"\x02\xfd\xfd\x03", Frame{Status: BadEnd}},
		"time-out":       {"\x02\xfc\xfc\x03", Frame{Status: TimedOut}},
		"powered":        {"\x02\x80\x00\x00\x00\x00\x00\x07\x00\x00\x00\x87\x03", Frame{Status: NoStatus, Seq: 7}},
		"a message":      {string(said(9, []byte{0xd5, 0x4b, 0x00, 0x90, 0x00})), Frame{Status: NoStatus, Seq: 9, Payload: []byte{0xd5, 0x4b, 0x00, 0x90, 0x00}}},
		"wrong checksum": {"\x02\x80\x00\x00\x00\x00\x00\x07\x00\x00\x00\x86\x03", Frame{Status: NoStatus, Seq: 7, Damaged: true}},
		"garbage before": {"\x55\x02\x02\x02\x00\x01\x02\x00\x00\x03", Frame{Status: Taken}},
	} {
		var p Parser
		p.Feed([]byte(c.bytes))
		f, ok := p.Next()
		if !ok || f.Status != c.want.Status || f.Damaged != c.want.Damaged || f.Seq != c.want.Seq || !bytes.Equal(f.Payload, c.want.Payload) {
			t.Errorf("%s: %+v, %v", name, f, ok)
		}
		if f, ok := p.Gap(); ok {
			t.Errorf("%s: and then %+v", name, f)
		}
	}
}

// Messages come out as they were made, whatever stands between them that is no STX, and in
// whatever pieces they come.
func TestFramesComeThroughPiecesAndGarbage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		garbage := rapid.SliceOfN(rapid.ByteRange(0x03, 0xff), 0, 20)
		payloads := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 260), 1, 5).Draw(t, "payloads")
		var stream []byte
		for i, b := range payloads {
			stream = append(stream, garbage.Draw(t, "garbage")...)
			stream = append(stream, said(byte(i), b)...)
		}
		var p Parser
		got := 0
		for len(stream) > 0 {
			n := rapid.IntRange(1, len(stream)).Draw(t, "piece")
			p.Feed(stream[:n])
			stream = stream[n:]
			for f, ok := p.Next(); ok; f, ok = p.Next() {
				if f.Status != NoStatus || f.Damaged || f.Seq != byte(got) || !bytes.Equal(f.Payload, payloads[got]) {
					t.Fatalf("%d: %+v", got, f)
				}
				got++
			}
		}
		if got != len(payloads) {
			t.Fatalf("%d of %d came out", got, len(payloads))
		}
	})
}

// A frame that lost a byte swallows the start of what follows; the silence after it brings that back.
func TestFrameAfterALostByteIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := said(1, rapid.SliceOfN(rapid.Byte(), 2, 40).Draw(t, "first"))
		i := rapid.IntRange(0, len(first)-1).Draw(t, "lost")
		var p Parser
		p.Feed(append(first[:i:i], first[i+1:]...))
		second := []byte{0xd5, 0x4b, 0x00}
		p.Feed(said(2, second))
		for _, take := range []func() (Frame, bool){p.Next, p.Gap} {
			for f, ok := take(); ok; f, ok = take() {
				if f.Seq == 2 && !f.Damaged && bytes.Equal(f.Payload, second) {
					return
				}
			}
		}
		t.Fatal("the second frame is lost")
	})
}

func FuzzParser(f *testing.F) {
	f.Add([]byte("\x02\x00\x00\x03\x02\x80\x00\x00\x00\x00\x00\x07\x00\x00\x00\x87\x03"), uint64(1))
	f.Add(said(1, make([]byte, 260)), uint64(2))
	f.Add([]byte("\x02\x80\xff\xff\xff\xff\x00\x00\x00\x00\x00"), uint64(3))
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
			if p.Len() > maxPayload+headerSize+3 {
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

func sane(t *testing.T, f Frame) {
	t.Helper()
	if len(f.Payload) > maxPayload || f.Status != NoStatus && f.Payload != nil {
		t.Fatalf("frame %+v", f)
	}
}
