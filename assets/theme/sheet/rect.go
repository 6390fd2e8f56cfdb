package sheet

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2/canvas"
)

// largeArea is the size in pixels from which a rectangle is put together from cheap parts. The toolkit's
// rectangle costs the same for each of its pixels as for those of its corners; on machines that draw by
// software a full screen of it takes 50 ms. A stretched dot costs a fraction.
const largeArea = 30_000

// Rect draws a rectangle. A stroke lies inside the box.
func (s *Sheet) Rect(b Box, f Fill) {
	radius := min(f.Radius, b.W/2, b.H/2)
	edge := max(radius, f.StrokeWidth)
	if radius > 0 {
		s.cards = append(s.cards, b)
	}
	odd := math.Mod(float64(f.StrokeWidth), 2) != 0 // its middle lies between pixels: the parts would not meet
	if b.W*b.H < largeArea || b.H < 4*edge || f.Color.A < 255 || odd {
		s.shape(b, f, corners{radius, radius})
		return
	}
	b = whole(b)
	if radius == 0 && f.StrokeWidth == 0 {
		s.dot(b, f.Color)
		return
	}
	// Round at the top and at the bottom; what lies between is covered from just inside the strips' inner
	// strokes, and has its own strokes at the sides.
	strip := edge + f.StrokeWidth
	s.shape(Box{X: b.X, Y: b.Y, W: b.W, H: strip}, f, corners{top: radius})
	s.shape(Box{X: b.X, Y: b.Y + b.H - strip, W: b.W, H: strip}, f, corners{bottom: radius})
	middle := Box{X: b.X, Y: b.Y + edge, W: b.W, H: b.H - 2*edge}
	if w := f.StrokeWidth; w > 0 {
		s.dot(Box{X: b.X, Y: middle.Y, W: w, H: middle.H}, f.Stroke)
		s.dot(Box{X: b.X + b.W - w, Y: middle.Y, W: w, H: middle.H}, f.Stroke)
		middle = middle.Inset(w, 0)
	}
	const overlap = 1 // else a hair of the inner strokes would show where their edges are smoothed
	middle = middle.Inset(0, -overlap)
	s.dot(middle, f.Color)
}

// Cards returns the rounded rectangles of the drawing, in their order, for checks of a layout.
func (s *Sheet) Cards() []Box { return s.cards }

// whole moves the edges of a box to whole pixels, so that parts beside each other meet.
func whole(b Box) Box {
	x, y := round(b.X), round(b.Y)
	return Box{X: x, Y: y, W: round(b.X+b.W) - x, H: round(b.Y+b.H) - y}
}

// corners are the radii of the upper and the lower corners.
type corners struct{ top, bottom float32 }

// shape draws one rectangle of the toolkit.
func (s *Sheet) shape(b Box, f Fill, c corners) {
	sl := s.take()
	if sl.rect == nil {
		sl.rect, s.grown = &canvas.Rectangle{}, true
	}
	r := sl.rect
	if r.FillColor != color.Color(f.Color) || r.StrokeColor != color.Color(f.Stroke) || r.StrokeWidth != f.StrokeWidth ||
		r.TopLeftCornerRadius != c.top || r.BottomLeftCornerRadius != c.bottom {
		r.FillColor, r.StrokeColor, r.StrokeWidth = f.Color, f.Stroke, f.StrokeWidth
		r.TopLeftCornerRadius, r.TopRightCornerRadius = c.top, c.top
		r.BottomLeftCornerRadius, r.BottomRightCornerRadius = c.bottom, c.bottom
		r.Refresh()
	}
	half := float32(math.Ceil(float64(f.StrokeWidth / 2))) // Fyne centres the stroke on the edge
	place(r, b.Inset(half, half))
	sl.only(r)
}

// dot fills a box with a picture of one pixel.
func (s *Sheet) dot(b Box, c color.NRGBA) {
	img, ok := s.dots[c]
	if !ok {
		img = image.NewNRGBA(image.Rect(0, 0, 1, 1))
		img.SetNRGBA(0, 0, c)
		s.dots[c] = img
	}
	s.image(img, b, canvas.ImageScalePixels, canvas.ImageFillStretch)
}
