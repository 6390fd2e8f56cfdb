package escpos_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"loket/drivers/escpos"
)

// sort feeds b in pieces of so many bytes.
func sort(b []byte, piece int) []escpos.Answer {
	var s escpos.Sorter
	var out []escpos.Answer
	for len(b) > 0 {
		n := min(piece, len(b))
		s.Feed(b[:n], func(a escpos.Answer) { out = append(out, a) })
		b = b[n:]
	}
	return out
}

func TestAnswersOfAllKindsAreSortedInAnyMixture(t *testing.T) {
	stream := []byte{0x12, 0x11, 0x18, 0x08, 0x13, 0x40, 0x0f, 0x03, 0xff, 0x80}
	stream = append(stream, "7\x220042\x00_TM-T82\x00\x1a"...)
	want := []escpos.Answer{
		{Kind: escpos.RealTime, Value: 0x12},
		{Kind: escpos.XOn},
		{Kind: escpos.XOff}, // in the middle of the four
		{Kind: escpos.Auto, Auto: [4]byte{0x18, 0x08, 0x40, 0x0f}},
		{Kind: escpos.Buffer, Value: 0x03},
		{Kind: escpos.Stray, Value: 0xff},
		{Kind: escpos.Stray, Value: 0x80},
		{Kind: escpos.Done, ID: escpos.MakeProcessID(42)},
		{Kind: escpos.Block, Value: '_', Text: []byte("TM-T82")},
		{Kind: escpos.RealTime, Value: 0x1a},
	}
	for piece := 1; piece <= len(stream); piece++ {
		if got := sort(stream, piece); !reflect.DeepEqual(got, want) {
			t.Fatalf("in pieces of %d:\ngot  %+v\nwant %+v", piece, got, want)
		}
	}
}

func TestFullStatusIsToldApartFromAutomaticStatus(t *testing.T) {
	stream := []byte{
		0x10, 0x0f, 0x81, 0x02, 0x01, 0x00, // full, with the notch's bit
		0x10, 0x00, 0x00, 0x0f, // automatic
		0x10, 0x0f, 0x00, 0x12, // full, cut short by a real-time answer
		0x10, 0x10, 0x0f, 0x24, 0x00, 0x13, 0x00, 0x00, // full, after a byte of noise and with XOFF in it
	}
	want := []escpos.Answer{
		{Kind: escpos.Full, Full: escpos.FullReport{0x81, 0x02, 0x01, 0x00}},
		{Kind: escpos.Auto, Auto: [4]byte{0x10, 0x00, 0x00, 0x0f}},
		{Kind: escpos.RealTime, Value: 0x12},
		{Kind: escpos.XOff},
		{Kind: escpos.Full, Full: escpos.FullReport{0x24, 0x00, 0x00, 0x00}},
	}
	for piece := 1; piece <= len(stream); piece++ {
		if got := sort(stream, piece); !reflect.DeepEqual(got, want) {
			t.Fatalf("in pieces of %d:\ngot  %+v\nwant %+v", piece, got, want)
		}
	}
}

func TestBrokenAnswerSpoilsNoOther(t *testing.T) {
	for name, c := range map[string]struct {
		stream string
		want   []escpos.Kind
	}{
		"automatic status cut short": {"\x18\x08\x12", []escpos.Kind{escpos.RealTime}},
		"process without its end":    {"7\x220042\x12", []escpos.Kind{escpos.RealTime}},
		"process of five":            {"7\x2200421\x00\x12", []escpos.Kind{escpos.Stray, escpos.Buffer, escpos.RealTime}},
		"block that is noise":        {"7\x02\x12", []escpos.Kind{escpos.Buffer, escpos.RealTime}},
	} {
		var kinds []escpos.Kind
		for _, a := range sort([]byte(c.stream), 1) {
			kinds = append(kinds, a.Kind)
		}
		if !reflect.DeepEqual(kinds, c.want) {
			t.Errorf("%s: %v, want %v", name, kinds, c.want)
		}
	}
}

// FuzzSorter holds that no stream makes it fail, grow, or depend on how the bytes are cut up.
func FuzzSorter(f *testing.F) {
	f.Add([]byte("\x12\x18\x00\x00\x00_abc\x00"), 3)
	f.Add([]byte("7\x22abcd\x007\x36"), 1)
	f.Add([]byte("\x10\x0f\x81\x02\x01\x00\x10\x0f\x00\x12\x11\x13"), 2)
	f.Fuzz(func(t *testing.T, b []byte, piece int) {
		piece = max(1, piece%32)
		whole, parts := sort(b, len(b)+1), sort(b, piece)
		if !reflect.DeepEqual(whole, parts) {
			t.Fatalf("whole %+v\nparts %+v", whole, parts)
		}
		for _, a := range whole {
			if len(a.Text) > 128 {
				t.Fatalf("block of %d bytes", len(a.Text))
			}
		}
	})
}

func TestAnAnswerAfterAnyNoiseIsFoundOnceTheLineWasStill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s escpos.Sorter
		s.Feed(rapid.SliceOf(rapid.Byte()).Draw(t, "noise"), func(escpos.Answer) {})
		s.Reset()
		id := escpos.MakeProcessID(rapid.Uint32().Draw(t, "id"))
		found := false
		s.Feed(append(append([]byte("7\x22"), id[:]...), 0), func(a escpos.Answer) { found = a.Kind == escpos.Done && a.ID == id })
		if !found {
			t.Fatal("not found")
		}
	})
}
