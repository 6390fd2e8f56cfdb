package screen

import (
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"loket/assets/theme"
	"loket/display/internal/board"
)

var update = flag.Bool("update", false, "write the golden pictures anew; look at each before you commit it")

// wall opens a wall of a size in a window of the test driver.
func wall(t testing.TB, w, h float32) (*Wall, fyne.Canvas) {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Wall()))
	it := New()
	window := test.NewWindow(it.Content())
	window.SetPadded(false)
	window.Resize(fyne.NewSize(w, h))
	t.Cleanup(window.Close)
	return it, window.Canvas()
}

func TestWallLooksAsItDid(t *testing.T) {
	for name, s := range pictures() {
		t.Run(name, func(t *testing.T) {
			it, c := wall(t, Width, Height)
			it.Show(s)
			compare(t, name, c.Capture())
		})
	}
}

func TestWallOfAnotherSizeIsTheSameDesign(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 1366, Height: 768}, {Width: 1280, Height: 1024}} {
		name := fmt.Sprintf("call-%.0fx%.0f", size.Width, size.Height)
		t.Run(name, func(t *testing.T) {
			it, c := wall(t, size.Width, size.Height)
			it.Show(pictures()["call"])
			compare(t, name, c.Capture())
		})
	}
}

// A wall is on for months: what it showed before must leave nothing behind, and grow nothing.
func TestOnePictureAfterAnotherLeavesNothingBehind(t *testing.T) {
	it, c := wall(t, Width, Height)
	all := pictures()
	for _, s := range all {
		it.Show(s)
	}
	most := it.pen.sheet.Objects()
	for range 50 {
		for _, s := range all {
			it.Show(s)
		}
	}
	if n := it.pen.sheet.Objects(); n > most {
		t.Errorf("the wall grew from %d to %d objects", most, n)
	}
	it.Show(all["call"])
	compare(t, "call", c.Capture())
}

// compare fails when more than a few pixels differ visibly from the golden picture.
func compare(t *testing.T, name string, got image.Image) {
	t.Helper()
	golden := filepath.Join("testdata", name+".png")
	if *update {
		write(t, golden, got)
		return
	}
	f, err := os.Open(golden)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := png.Decode(f)
	if err != nil {
		t.Fatalf("%s: %v", golden, err)
	}
	if n := different(got, want); n > 200 {
		out := filepath.Join(os.TempDir(), "loket-display-"+name+".png")
		write(t, out, got)
		t.Errorf("%d pixels differ from %s; what was drawn is %s", n, golden, out)
	}
}

func different(a, b image.Image) int {
	if a.Bounds() != b.Bounds() {
		return a.Bounds().Dx() * a.Bounds().Dy()
	}
	const visible = 0x1800 // of 0xffff in a channel
	n := 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			if apart(r1, r2) > visible || apart(g1, g2) > visible || apart(b1, b2) > visible {
				n++
			}
		}
	}
	return n
}

func apart(a, b uint32) uint32 { return max(a, b) - min(a, b) }

func write(t *testing.T, path string, img image.Image) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(f, img); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkCallToPicture(b *testing.B) {
	it, c := wall(b, Width, Height)
	all := []board.Shown{pictures()["idle"], pictures()["call"]}
	for i := 0; b.Loop(); i++ {
		it.Show(all[i%2])
		c.Capture()
	}
}
