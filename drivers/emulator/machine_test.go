package emulator

import (
	"errors"
	"image"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"loket/drivers"
	"loket/drivers/escpos"
)

// tape is a world without time or wires: bytes in, paper out.
type tape struct {
	profile escpos.Profile
	bytes   []byte
	paper   *paper
	slips   []*Slip
	replies [][]byte
	obeyed  [][]byte
}

// run feeds a printer b, as it comes off the line.
func run(t failer, p escpos.Profile, b []byte) *tape {
	t.Helper()
	w := &tape{profile: p, paper: newPaper(p)}
	var rt realTimer
	for _, c := range b {
		w.bytes = append(w.bytes, rt.next(c, func(b []byte) { w.obeyed = append(w.obeyed, b) })...)
	}
	m := newMachine(p, w)
	for {
		if err := m.step(); errors.Is(err, io.EOF) {
			return w
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func (w *tape) next() (byte, error) {
	if len(w.bytes) == 0 {
		return 0, io.EOF
	}
	c := w.bytes[0]
	w.bytes = w.bytes[1:]
	return c, nil
}

func (w *tape) print(img *image.Gray, n note) error {
	n.row = w.paper.rows()
	w.paper.print(img, 0, img.Bounds().Dy())
	if n.line.Text != "" || n.qr != "" {
		w.paper.notes = append(w.paper.notes, n)
	}
	return w.bound()
}

func (w *tape) feed(dots int) error {
	w.paper.feed(min(dots, 8000))
	return w.bound()
}

// bound keeps what a fuzzer makes from filling the memory.
func (w *tape) bound() error {
	if w.paper.rows() > 8000 {
		w.paper.part()
	}
	return nil
}

func (w *tape) cut() error {
	if s := w.paper.part(); s != nil && w.profile.Cutter {
		s.Cut = true
		w.slips = append(w.slips, s)
	}
	return nil
}

func (w *tape) present(bool) error         { return nil }
func (w *tape) initialised()               {}
func (w *tape) reply(f func(state) []byte) { w.replies = append(w.replies, f(state{})) }
func (w *tape) automatic(bool)             {}

func profile(t testing.TB, name string) escpos.Profile {
	t.Helper()
	p, err := escpos.ProfileByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *tape) texts() []string {
	var out []string
	for _, s := range w.slips {
		for _, l := range s.Lines {
			out = append(out, l.Text)
		}
	}
	for _, n := range w.paper.notes {
		out = append(out, n.line.Text)
	}
	return out
}

func TestPrinterDoesAsItsManualSays(t *testing.T) {
	p := profile(t, "clone-80")
	for name, c := range map[string]struct {
		bytes string
		texts []string
	}{
		"a line":                        {"abc\n", []string{"abc"}},
		"a full line wraps":             {strings.Repeat("x", 50) + "\n", []string{strings.Repeat("x", 48), "xx"}},
		"half of it at double width":    {"\x1d!\x10" + strings.Repeat("x", 25) + "\n", []string{strings.Repeat("x", 24), "x"}},
		"control bytes show nothing":    {"a\x00\x01\x7f\x0db\n", []string{"a\x7fb"}},
		"unknown commands are passed":   {"\x1b\x01\x1d\x02\x1c\x03abc\n", []string{"abc"}},
		"parameters are taken":          {"\x1bt\x02\x1d\x4c\x10\x00\x1b$\x01\x01abc\n", []string{"abc"}},
		"a block with its length":       {"\x1d(A\x02\x00xxabc\n", []string{"abc"}},
		"no cut in a line":              {"ab\x1dVB\x00c\n", []string{"abc"}},
		"init drops a line":             {"ab\x1b@c\n", []string{"c"}},
		"a raster eats its bytes":       {"\x1dv0\x00\x01\x00\x02\x00abc\n", []string{"c"}},
		"too wide a raster is refused":  {"\x1dv0\x00\x81\x00\x02\x00abc\n", []string{"abc"}},
		"a barcode eats its text":       {"\x1dk\x04ABC\x00x\x1dkI\x03ABCx\n", []string{"xx"}},
		"real-time bytes leave no mark": {"ab\x10\x04\x01c\n", []string{"abc"}},
	} {
		if got := run(t, p, []byte(c.bytes)).texts(); !slices.Equal(got, c.texts) {
			t.Errorf("%s: %q, want %q", name, got, c.texts)
		}
	}
}

func TestPrinterAnswersInItsOwnWords(t *testing.T) {
	for name, c := range map[string]struct {
		profile, bytes string
		want           string
	}{
		"process id":       {"epson-tm-t82", "\x1d(H\x06\x00000042", "7\x220042\x00"},
		"no process id":    {"clone-58", "\x1d(H\x06\x00000042\x1dr\x01", "\x00"},
		"buffer":           {"clone-58", "\x1dr\x01", "\x00"},
		"name":             {"epson-tm-t82", "\x1dIC", "_TM-T82\x00"},
		"size of a QR":     {"clone-80", "\x1d(k\x06\x001P0abc\x1d(k\x03\x001R0", "7663\x1f63\x1f1\x1f0\x00"},
		"no QR of its own": {"clone-58", "\x1d(k\x06\x001P0abc\x1d(k\x03\x001R0\x1dr\x01", "\x00"},
	} {
		w := run(t, profile(t, c.profile), []byte(c.bytes))
		got := ""
		for _, r := range w.replies {
			got += string(r)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestCutWithoutFeedLeavesTheLastLinesOnTheNextSlip(t *testing.T) {
	w := run(t, profile(t, "clone-80"), []byte("one\ntwo\nthree\nfour\nfive\nsix\n\x1dV\x01seven\n\n\x1dVB\x00"))
	if len(w.slips) != 2 || len(w.slips[0].Lines) >= 6 || len(w.slips[0].Lines)+len(w.slips[1].Lines) != 7 {
		t.Fatalf("slips %+v", w.slips)
	}
}

// FuzzPrinter holds that a printer goes on after any bytes at all.
func FuzzPrinter(f *testing.F) {
	f.Add([]byte("\x1b@abc\n\x1dVB\x00"))
	f.Add([]byte("\x1dv0\x03\x0b\x00\x57\x00"))
	f.Add([]byte("\x1d(k\x06\x001P0abc\x1d(k\x03\x001Q0\x1b*\x21\x08\x00abcdefgh\x10\x14\x08\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 4096 {
			return
		}
		for _, p := range escpos.Profiles() {
			run(t, p, b)
		}
	})
}

// FuzzEncoder holds that a text is shown whole and that nothing in it is ever executed.
func FuzzEncoder(f *testing.F) {
	f.Add("Perekaman & Cetak KTP-el", "https://antre.example.id/t/1", 1, 1)
	f.Add("a\x1b@\x1dV\x00\x10\x04\x01 🎫 \u202eabc", "x", 8, 8)
	f.Add(strings.Repeat("nama yang panjang sekali ", 8), strings.Repeat("A", 300), 2, 3)
	f.Fuzz(func(t *testing.T, text, qr string, width, height int) {
		if len(text) <= 300 {
			showsWhole(t, text, qr, width, height)
		}
	})
}

func TestAnyTextIsShownWholeAndNeverExecuted(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringN(0, 200, 300).Draw(rt, "text")
		qr := rapid.StringN(0, 60, 200).Draw(rt, "qr")
		showsWhole(rt, text, qr, rapid.IntRange(-1, 9).Draw(rt, "width"), rapid.IntRange(-1, 9).Draw(rt, "height"))
	})
}

// FuzzPicture holds that no dots of a picture are ever carried out, that it comes out whole, and that only one of more
// than 2,000 dots is refused.
func FuzzPicture(f *testing.F) {
	f.Add([]byte("\x10\x04\x01\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"), 2)
	f.Add([]byte("\x10\x05\x02\x1b@\x1dV\x00"), 1)
	f.Fuzz(func(t *testing.T, b []byte, row int) {
		if row = max(1, row%48); len(b) < row || len(b) > 4096 {
			return
		}
		img := image.NewGray(image.Rect(0, 0, row*8, len(b)/row))
		for i := range img.Pix {
			if b[i/img.Stride*row+i%img.Stride/8]&(0x80>>(i%8)) == 0 {
				img.Pix[i] = 255
			}
		}
		for _, p := range escpos.Profiles() {
			job, err := escpos.Encode(drivers.Document{drivers.Picture{Dots: img}, drivers.Line{Text: "END"}}, p)
			if tooHigh := img.Rect.Dy() > 2000; tooHigh != (err != nil) {
				t.Fatalf("%d dots high: %v", img.Rect.Dy(), err)
			} else if tooHigh {
				continue
			}
			w := run(t, p, job.Bytes)
			if len(w.obeyed)+len(w.replies) > 0 || !slices.Equal(w.texts(), []string{"END"}) {
				t.Fatalf("%s: obeyed %q, answered %q, printed %q", p.Name, w.obeyed, w.replies, w.texts())
			}
		}
	})
}

// failer is a testing.T or a rapid.T.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// showsWhole prints a text and a QR code on each printer and looks at the paper.
func showsWhole(t failer, text, qr string, width, height int) {
	t.Helper()
	for _, p := range escpos.Profiles() {
		d := drivers.Document{
			drivers.Line{Text: text, Width: width, Height: height, Bold: true},
			drivers.QR{Data: qr},
			drivers.Line{Text: "END"},
		}
		job, err := escpos.Encode(d, p)
		if errors.Is(err, drivers.ErrDocument) {
			job, err = escpos.Encode(append(d[:1:1], d[2]), p)
			qr = ""
		}
		if err != nil {
			t.Fatal(err)
		}
		w := run(t, p, job.Bytes)
		if len(w.obeyed) > 0 || len(w.replies) > 0 {
			t.Fatalf("%s: executed %q, answered %q", p.Name, w.obeyed, w.replies)
		}
		cuts := 0
		if p.Cutter {
			cuts = 1
		}
		if len(w.slips) != cuts {
			t.Fatalf("%s: %d cuts", p.Name, len(w.slips))
		}
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got, want := squeeze(strings.Join(w.texts(), "")), squeeze(escpos.ASCII(text))+"END"; got != want {
			t.Fatalf("%s: the paper says %q, want %q", p.Name, got, want)
		}
		if p.NativeQR && qr != "" && !slices.Equal(w.slips[0].QRs, []string{qr}) {
			t.Fatalf("%s: QR %q, want %q", p.Name, w.slips[0].QRs, qr)
		}
	}
}
