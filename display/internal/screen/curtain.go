package screen

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// curtain lies over the wall, invisible, and hides the pointer: nobody points at a wall.
type curtain struct{ widget.BaseWidget }

var _ desktop.Cursorable = (*curtain)(nil)

func newCurtain() *curtain {
	c := &curtain{}
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer implements fyne.Widget with something that cannot be seen.
func (c *curtain) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(color.Transparent))
}

// Cursor implements desktop.Cursorable.
func (c *curtain) Cursor() desktop.Cursor { return desktop.HiddenCursor }
