package screen

import (
	"flag"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
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

// The most important pictures are kept at full size, the others at half: painting is slow under the
// race detector. One wall draws all of a size, as in the hall: each picture comes after another.
func TestWallLooksAsItDid(t *testing.T) {
	full := []string{"call", "idle", "stale"}
	for _, size := range []float32{1, 0.5} {
		it, c := wall(t, Width*size, Height*size)
		for name, s := range pictures() {
			if slices.Contains(full, name) != (size == 1) {
				continue
			}
			t.Run(name, func(t *testing.T) {
				it.Show(s)
				compare(t, name, c.Capture())
			})
		}
	}
}

func TestWallOfAnotherSizeIsTheSameDesign(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 1366, Height: 768}, {Width: 800, Height: 600}} {
		name := fmt.Sprintf("call-%.0fx%.0f", size.Width, size.Height)
		t.Run(name, func(t *testing.T) {
			it, c := wall(t, size.Width, size.Height)
			it.Show(pictures()["call"])
			compare(t, name, c.Capture())
		})
	}
}

func TestAWallThatIsOnForMonthsDoesNotGrow(t *testing.T) {
	it, _ := wall(t, Width, Height)
	all := pictures()
	for _, s := range all {
		it.Show(s)
	}
	most := it.pen.sheet.Objects()
	for range 10 {
		for _, s := range all {
			it.Show(s)
		}
	}
	if n := it.pen.sheet.Objects(); n > most {
		t.Errorf("the wall grew from %d to %d objects", most, n)
	}
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
	const visible = 0x18 // of 0xff in a channel
	n := 0
	p, q := pixels(a), pixels(b)
	for i := 0; i+3 < len(p); i += 4 {
		if apart(p[i], q[i]) > visible || apart(p[i+1], q[i+1]) > visible || apart(p[i+2], q[i+2]) > visible {
			n++
		}
	}
	return n
}

// pixels are the bytes of a picture, four a pixel; nothing on the wall is transparent.
func pixels(img image.Image) []uint8 {
	switch i := img.(type) {
	case *image.NRGBA:
		return i.Pix
	case *image.RGBA:
		return i.Pix
	}
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
	return out.Pix
}

func apart(a, b uint8) uint8 { return max(a, b) - min(a, b) }

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
