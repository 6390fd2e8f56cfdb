// Package screen draws the wall display: a board.Shown on a dark ground, to be read from ten metres.
// It knows no client and no clock. It is not for deciding what is announced; package board does.
//
// Its invariant: Show with the same Shown draws the same picture, and no text that matters is smaller
// than 34 pixels on a wall of 1920 by 1080. Everything runs on the Fyne goroutine.
package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/display/internal/board"
)

// The size in pixels that the wall is designed for. Other sizes show the same design larger or
// smaller, in the middle.
const (
	Width  float32 = 1920
	Height float32 = 1080
)

// The regions of the design.
var (
	headerBox = sheet.Box{X: 44, Y: 28, W: 1832, H: 92}
	largeBox  = sheet.Box{X: 44, Y: 144, W: 1240, H: 776}
	sideBox   = sheet.Box{X: 1316, Y: 144, W: 560, H: 776}
	footerBox = sheet.Box{X: 44, Y: 944, W: 1832, H: 104}
)

// Wall is the whole picture.
type Wall struct {
	root   *fyne.Container
	ground *canvas.Rectangle
	pen    pen
	shown  *board.Shown // nil before the first Show
}

// New returns a wall that shows nothing yet.
func New() *Wall {
	w := &Wall{pen: pen{sheet: sheet.New(), palette: theme.Wall(), scale: 1}}
	w.ground = canvas.NewRectangle(w.pen.palette.Ground)
	w.root = container.New(&filling{w}, w.ground, w.pen.sheet.Content(), newCurtain())
	return w
}

// Content is the object to put into a window.
func (w *Wall) Content() fyne.CanvasObject { return w.root }

// Show draws what is on the wall now.
func (w *Wall) Show(s board.Shown) {
	w.shown = &s
	w.draw()
}

func (w *Wall) draw() {
	if w.shown == nil {
		return
	}
	s := w.shown
	p := &w.pen
	p.sheet.Begin()
	switch s.Mode {
	case board.Connecting, board.Refused:
		p.notice(s)
	case board.Empty, board.Grid, board.Call:
		p.header(s)
		p.large(s)
		p.side(s)
		p.footer(s)
	}
	p.sheet.End()
}

// large draws what the large part is for now.
func (p *pen) large(s *board.Shown) {
	switch s.Mode {
	case board.Call:
		p.call(s)
	case board.Grid:
		p.grid(s)
	case board.Empty, board.Connecting, board.Refused:
		p.empty()
	}
}

// filling is the layout of the wall: everything as large as the window.
type filling struct{ wall *Wall }

// Layout fits the design into the size and draws it anew.
func (f *filling) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(size)
	}
	p := &f.wall.pen
	p.scale = min(size.Width/Width, size.Height/Height)
	p.left = (size.Width - Width*p.scale) / 2
	p.top = (size.Height - Height*p.scale) / 2
	f.wall.draw()
}

// MinSize lets the window be of any size.
func (f *filling) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(1, 1) }
