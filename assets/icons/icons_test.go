package icons_test

import (
	"image"
	"image/color"
	"strings"
	"testing"

	_ "fyne.io/fyne/v2/test" // its driver draws without a display

	"loket/assets/icons"
)

var ink = color.NRGBA{R: 0x10, G: 0x30, B: 0x3b, A: 0xff}

func TestEveryIconIsDrawnAtTheSizeAskedFor(t *testing.T) {
	for _, name := range icons.Names() {
		size := image.Pt(96, 96)
		if strings.HasPrefix(name, "hall-") {
			size = image.Pt(480, 300)
		}
		if strings.HasPrefix(name, "card") {
			size = image.Pt(96, 60)
		}
		img := icons.Image(name, ink, size.X, size.Y)
		if img == nil {
			t.Fatalf("%s: not drawn", name)
		}
		if got := img.Bounds().Size(); got != size {
			t.Errorf("%s: %v instead of %v", name, got, size)
		}
		inked := 0
		for y := range size.Y {
			for x := range size.X {
				if _, _, _, a := img.At(x, y).RGBA(); a > 0x8000 {
					inked++
				}
			}
		}
		if inked < size.X*size.Y/80 {
			t.Errorf("%s: only %d pixels inked", name, inked)
		}
	}
}

func TestTheSameDrawingIsKept(t *testing.T) {
	if icons.Image("ticket", ink, 64, 64) != icons.Image("ticket", ink, 64, 64) {
		t.Error("drawn twice")
	}
}

func TestColourAndStrokeAreWrittenIn(t *testing.T) {
	svg := string(icons.Resource("search", ink, 48).Content())
	if !strings.Contains(svg, "#10303b") || strings.Contains(svg, "currentColor") || !strings.Contains(svg, `stroke-width="4.000"`) {
		t.Errorf("not coloured: %s", svg)
	}
}
