package sheet_test

import (
	"image"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	_ "fyne.io/fyne/v2/test" // measures text without a display
	"pgregory.net/rapid"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
)

var words = rapid.SliceOfN(rapid.StringMatching(`[A-Za-z&().-]{1,24}`), 0, 14)

// TestFitKeepsItsPromises holds the laws of Fit: no line is wider than the width, no more lines than allowed, never
// smaller than the least size, and nothing is lost unless it says so.
func TestFitKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(words.Draw(t, "words"), " ")
		st := sheet.Style{
			Size: float32(rapid.IntRange(26, 90).Draw(t, "size")), Bold: rapid.Bool().Draw(t, "bold"),
			Fill: rapid.Bool().Draw(t, "fill"), Color: theme.Ink,
		}
		width := float32(rapid.IntRange(60, 1000).Draw(t, "width"))
		most := rapid.IntRange(1, 4).Draw(t, "lines")
		b := sheet.Fit(text, st, width, most)
		if len(b.Lines) > most {
			t.Fatalf("%d lines", len(b.Lines))
		}
		if b.Width() > width {
			t.Fatalf("%v wide in %v: %q", b.Width(), width, b.Lines)
		}
		if b.Style.Size > st.Size || b.Style.Size < sheet.MinSize {
			t.Fatalf("size %v of %v", b.Style.Size, st.Size)
		}
		joined := strings.Join(b.Lines, " ")
		if b.Whole && joined != text {
			t.Fatalf("%q became %q", text, joined)
		}
		if !b.Whole && !strings.Contains(joined, "…") {
			t.Fatalf("%q was cut to %q without saying so", text, joined)
		}
	})
}

// TestADrawingAgainTouchesNothing draws the same twice, then less, then more.
func TestADrawingAgainTouchesNothing(t *testing.T) {
	s := sheet.New()
	img := image.NewNRGBA(image.Rect(0, 0, 10, 10))
	draw := func(n int) {
		s.Begin()
		for i := range n {
			y := float32(i) * 50
			s.Rect(sheet.Box{Y: y, W: 100, H: 40}, sheet.Fill{Color: theme.Card, Radius: 8})
			s.Image(img, sheet.Box{Y: y, W: 10, H: 10})
			s.Text(sheet.One("A-001", sheet.Style{Size: 30, Color: theme.Ink}), 20, y, 80, sheet.Left)
		}
		s.End()
	}
	draw(3)
	first := append([]fyne.CanvasObject(nil), s.Content().Objects...)
	draw(3)
	for i, o := range s.Content().Objects {
		if o != first[i] {
			t.Fatal("an object was made anew")
		}
	}
	draw(1)
	if n := shown(s); n != 3 {
		t.Errorf("%d objects are visible, not 3", n)
	}
	draw(3)
	if n := shown(s); n != 9 || s.Objects() != 9 {
		t.Errorf("%d of %d objects are visible, not 9 of 9", n, s.Objects())
	}
}

// TestTheOrderOfDrawingIsTheOrderOnScreen changes the kinds of what is drawn at each place.
func TestTheOrderOfDrawingIsTheOrderOnScreen(t *testing.T) {
	s := sheet.New()
	st := sheet.Style{Size: 30, Color: theme.Ink}
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.IntRange(0, 2), 0, 12).Draw(t, "kinds")
		s.Begin()
		for _, k := range kinds {
			switch k {
			case 0:
				s.Rect(sheet.Box{W: 10, H: 10}, sheet.Fill{Color: theme.Card})
			case 1:
				s.Text(sheet.One("x", st), 0, 0, 10, sheet.Centre)
			default:
				s.Pixels(image.NewNRGBA(image.Rect(0, 0, 1, 1)), sheet.Box{W: 10, H: 10})
			}
		}
		s.End()
		var got []int
		for _, o := range s.Content().Objects {
			if !o.Visible() {
				continue
			}
			switch o.(type) {
			case *canvas.Rectangle:
				got = append(got, 0)
			case *canvas.Text:
				got = append(got, 1)
			default:
				got = append(got, 2)
			}
		}
		if len(got) != len(kinds) {
			t.Fatalf("%v drawn as %v", kinds, got)
		}
		for i := range got {
			if got[i] != kinds[i] {
				t.Fatalf("%v drawn as %v", kinds, got)
			}
		}
		if s.Objects() > 3*12 {
			t.Fatalf("%d objects are kept", s.Objects())
		}
	})
}

func TestACutBoxLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.Float32Range(100, 1000)
		b := sheet.Box{X: 10, Y: 20, W: side.Draw(t, "w"), H: side.Draw(t, "h")}
		cut, gap := rapid.Float32Range(0, 60).Draw(t, "cut"), rapid.Float32Range(0, 30).Draw(t, "gap")
		near := func(a, b float32) bool { return a-b < 0.01 && b-a < 0.01 }
		piece, rest := b.Top(cut, gap)
		if !near(piece.H+gap+rest.H, b.H) || piece.Overlaps(rest) && gap > 0.01 {
			t.Fatal("top")
		}
		piece, rest = b.Base(cut, gap)
		if !near(piece.Bottom(), b.Bottom()) || !near(rest.H+gap+piece.H, b.H) {
			t.Fatal("base")
		}
		piece, rest = b.Left(cut, gap)
		if !near(piece.W+gap+rest.W, b.W) || !near(rest.Right(), b.Right()) {
			t.Fatal("left")
		}
		piece, rest = b.End(cut, gap)
		if !near(piece.Right(), b.Right()) || !near(rest.W+gap+piece.W, b.W) {
			t.Fatal("end")
		}
		if c := b.Cell(5, 3, 2, gap); !b.Contains(c.X, c.Y) || c.Right() > b.Right()+2 || c.Bottom() > b.Bottom()+2 {
			t.Fatal("cell")
		}
	})
}

func shown(s *sheet.Sheet) int {
	n := 0
	for _, o := range s.Content().Objects {
		if o.Visible() {
			n++
		}
	}
	return n
}

// TestWhatIsHiddenSaysNothing draws a text, then something else in its place, then nothing.
func TestWhatIsHiddenSaysNothing(t *testing.T) {
	s := sheet.New()
	st := sheet.Style{Size: 30, Color: theme.Ink}
	words := func() string {
		all := ""
		for _, o := range s.Content().Objects {
			if text, ok := o.(*canvas.Text); ok {
				all += text.Text
			}
		}
		return all
	}
	draw := func(digit string) {
		s.Begin()
		if digit == "" {
			s.Rect(sheet.Box{W: 20, H: 20}, sheet.Fill{Color: theme.Ink, Radius: 10})
		} else {
			s.Text(sheet.One(digit, st), 0, 0, 20, sheet.Left)
		}
		s.Text(sheet.One("x", st), 40, 0, 20, sheet.Left)
		s.End()
	}
	draw("7")
	draw("")
	if got := words(); got != "x" {
		t.Errorf("what a mark covers is still kept: %q", got)
	}
	draw("8")
	s.Wipe()
	if got := words(); got != "" || shown(s) != 0 {
		t.Errorf("wiped, the sheet keeps %q and shows %d objects", got, shown(s))
	}
	draw("8")
	if got := words(); got != "8x" || shown(s) != 2 {
		t.Errorf("drawn again, the sheet says %q", got)
	}
}
