// Package sheet draws a screen anew on canvas objects that are kept. A screen is a function that
// says from top to bottom what is on it, each time it may have changed:
//
//	s.Begin()
//	s.Rect(box, sheet.Fill{Color: p.Card, Radius: theme.Corner})
//	s.Text(sheet.Fit("Ambil Nomor Antrean", style, box.W, 2), box.X, box.Y, box.W, sheet.Left)
//	s.End()
//
// The n-th thing drawn takes the n-th object of the sheet, and only what differs from the last time
// is refreshed. So a drawing that says the same again costs next to nothing, and the number of
// objects never grows beyond the fullest drawing. It is not for things that scroll or animate.
//
// Everything runs on the Fyne goroutine.
package sheet

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Sheet is a drawing on kept objects.
type Sheet struct {
	root  *fyne.Container
	slots []slot
	next  int
	grown bool
	cards []Box                        // rounded rectangles of this drawing
	dots  map[color.NRGBA]*image.NRGBA // pictures of one pixel
}

// slot holds the objects that can stand at one place of the drawing order; at most one is visible.
type slot struct {
	rect *canvas.Rectangle
	text *canvas.Text
	img  *canvas.Image
}

// Fill says how a rectangle looks. A zero Color or Stroke draws none of it.
type Fill struct {
	Color       color.NRGBA
	Stroke      color.NRGBA
	StrokeWidth float32 // pixels, drawn inside the box
	Radius      float32 // pixels
}

// New returns an empty sheet.
func New() *Sheet { return &Sheet{root: container(), dots: map[color.NRGBA]*image.NRGBA{}} }

func container() *fyne.Container { return &fyne.Container{} }

// Content is the object to put into a window.
func (s *Sheet) Content() *fyne.Container { return s.root }

// Begin starts a drawing.
func (s *Sheet) Begin() { s.next, s.cards = 0, s.cards[:0] }

// Wipe leaves nothing drawn, and no words in what is kept.
func (s *Sheet) Wipe() {
	s.Begin()
	s.End()
}

// End hides what the drawing did not use.
func (s *Sheet) End() {
	for i := s.next; i < len(s.slots); i++ {
		s.slots[i].only(nil)
	}
	if !s.grown {
		return
	}
	s.grown = false
	objects := make([]fyne.CanvasObject, 0, 2*len(s.slots))
	for _, sl := range s.slots {
		if sl.rect != nil {
			objects = append(objects, sl.rect)
		}
		if sl.img != nil {
			objects = append(objects, sl.img)
		}
		if sl.text != nil {
			objects = append(objects, sl.text)
		}
	}
	s.root.Objects = objects
	s.root.Refresh()
}

// Objects returns how many canvas objects the sheet keeps.
func (s *Sheet) Objects() int { return len(s.root.Objects) }

// Image draws a picture of exactly the box's size in pixels; any other is scaled smoothly.
func (s *Sheet) Image(img image.Image, b Box) {
	s.image(img, b, canvas.ImageScaleSmooth, canvas.ImageFillContain)
}

// Pixels draws a picture enlarged with hard edges, as a QR code needs it.
func (s *Sheet) Pixels(img image.Image, b Box) {
	s.image(img, b, canvas.ImageScalePixels, canvas.ImageFillContain)
}

func (s *Sheet) image(img image.Image, b Box, mode canvas.ImageScale, fill canvas.ImageFill) {
	sl := s.take()
	if sl.img == nil {
		sl.img, s.grown = &canvas.Image{}, true
	}
	i := sl.img
	changed := i.Image != img || i.ScaleMode != mode || i.FillMode != fill
	i.Image, i.ScaleMode, i.FillMode = img, mode, fill
	place(i, b)
	if changed {
		i.Refresh()
	}
	sl.only(i)
}

// Text draws a block with its top at y, aligned within x and x+w, and returns the y below it.
func (s *Sheet) Text(b Block, x, y, w float32, a Align) float32 {
	for i, line := range b.Lines {
		box := b.lineBox(i, x, y, w, a)
		s.line(line, b.Style, box)
	}
	return y + b.Height()
}

func (s *Sheet) line(text string, st Style, b Box) {
	sl := s.take()
	if sl.text == nil {
		sl.text, s.grown = &canvas.Text{}, true
	}
	t := sl.text
	style := fyne.TextStyle{Bold: st.Bold}
	changed := t.Text != text || t.TextSize != st.Size || t.TextStyle != style || t.Color != color.Color(st.Color)
	if changed {
		t.Text, t.TextSize, t.TextStyle, t.Color = text, st.Size, style, st.Color
	}
	place(t, b)
	if changed {
		t.Refresh()
	}
	sl.only(t)
}

func (s *Sheet) take() *slot {
	if s.next == len(s.slots) {
		s.slots = append(s.slots, slot{})
	}
	s.next++
	return &s.slots[s.next-1]
}

// only leaves one object of the slot visible, or none. A text that is hidden forgets its words: they may be what
// a citizen typed.
func (sl *slot) only(keep fyne.CanvasObject) {
	if sl.rect != nil {
		show(sl.rect, keep == fyne.CanvasObject(sl.rect))
	}
	if sl.text != nil {
		kept := keep == fyne.CanvasObject(sl.text)
		show(sl.text, kept)
		if !kept {
			sl.text.Text = ""
		}
	}
	if sl.img != nil {
		show(sl.img, keep == fyne.CanvasObject(sl.img))
	}
}

func show(o fyne.CanvasObject, visible bool) {
	switch {
	case visible == o.Visible():
	case visible:
		o.Show()
	default:
		o.Hide()
	}
}

func place(o fyne.CanvasObject, b Box) {
	o.Move(fyne.NewPos(b.X, b.Y))
	o.Resize(fyne.NewSize(b.W, b.H))
}

func round(v float32) float32 { return float32(math.Round(float64(v))) }
