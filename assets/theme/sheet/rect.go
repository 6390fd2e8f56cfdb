package sheet

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2/canvas"
)

// largeArea is the size in pixels from which a plain rectangle is drawn as a stretched dot. The toolkit's
// rectangle can have strokes, corners and shadows, and costs as much for each pixel that has none: on
// machines that draw by software a full screen of it takes 50 ms, a stretched dot a fraction.
const largeArea = 30_000

// Rect draws a rectangle. A stroke lies inside the box.
func (s *Sheet) Rect(b Box, f Fill) {
	radius := min(f.Radius, b.W/2, b.H/2)
	if radius > 0 {
		s.cards = append(s.cards, b)
	}
	if radius == 0 && f.StrokeWidth == 0 && f.Color.A == 255 && b.W*b.H >= largeArea {
		s.dot(b, f.Color)
		return
	}
	sl := s.take()
	if sl.rect == nil {
		sl.rect, s.grown = &canvas.Rectangle{}, true
	}
	r := sl.rect
	if r.FillColor != color.Color(f.Color) || r.StrokeColor != color.Color(f.Stroke) ||
		r.StrokeWidth != f.StrokeWidth || r.CornerRadius != radius {
		r.FillColor, r.StrokeColor, r.StrokeWidth, r.CornerRadius = f.Color, f.Stroke, f.StrokeWidth, radius
		r.Refresh()
	}
	half := float32(math.Ceil(float64(f.StrokeWidth / 2))) // Fyne centres the stroke on the edge
	place(r, b.Inset(half, half))
	sl.only(r)
}

// Cards returns the rounded rectangles of the drawing, in their order, for checks of a layout.
func (s *Sheet) Cards() []Box { return s.cards }

// dot fills a box with a picture of one pixel, on whole pixels so that it meets what lies beside it.
func (s *Sheet) dot(b Box, c color.NRGBA) {
	img, ok := s.dots[c]
	if !ok {
		img = image.NewNRGBA(image.Rect(0, 0, 1, 1))
		img.SetNRGBA(0, 0, c)
		s.dots[c] = img
	}
	x, y := round(b.X), round(b.Y)
	whole := Box{X: x, Y: y, W: round(b.X+b.W) - x, H: round(b.Y+b.H) - y}
	s.image(img, whole, canvas.ImageScalePixels, canvas.ImageFillStretch)
}
