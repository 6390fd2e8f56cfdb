package screen

import (
	"image/color"

	"loket/assets/icons"
	"loket/assets/theme"
	"loket/assets/theme/sheet"
)

// minText is the smallest text that matters, in pixels of the design; minSecond that of the second
// language, and of what has no room.
const (
	minText   float32 = 34
	minSecond float32 = 30
)

// corner is the radius of the wall's cards.
const corner = theme.Corner

// pen draws in pixels of the design on a sheet of any size.
type pen struct {
	sheet     *sheet.Sheet
	palette   theme.Palette
	scale     float32 // real pixels a pixel of the design
	left, top float32 // of the design in the window, in real pixels
}

func (p *pen) real(b sheet.Box) sheet.Box {
	return sheet.Box{X: p.left + b.X*p.scale, Y: p.top + b.Y*p.scale, W: b.W * p.scale, H: b.H * p.scale}
}

func (p *pen) rect(b sheet.Box, f sheet.Fill) {
	f.Radius *= p.scale
	f.StrokeWidth *= p.scale
	p.sheet.Rect(p.real(b), f)
}

func (p *pen) icon(name string, c color.NRGBA, b sheet.Box) {
	r := p.real(b)
	if r.W < 1 || r.H < 1 {
		return // a window that has no size yet
	}
	p.sheet.Image(icons.Image(name, c, int(r.W), int(r.H)), r)
}

// bold and plain are the two weights of the wall.
func bold(size float32, c color.NRGBA) sheet.Style {
	return sheet.Style{Size: size, Bold: true, Color: c, Min: minText}
}

func plain(size float32, c color.NRGBA) sheet.Style {
	return sheet.Style{Size: size, Color: c, Min: minText, Leading: 1.25}
}

// second is the style of the English line under an Indonesian one.
func second(size float32, c color.NRGBA) sheet.Style {
	st := plain(size, c)
	st.Min = minSecond
	return st
}

// block breaks a text for a width of the design; what it returns measures real pixels.
func (p *pen) block(text string, st sheet.Style, width float32, lines int) sheet.Block {
	st.Size *= p.scale
	st.Min *= p.scale
	return sheet.Fit(text, st, width*p.scale, lines)
}

// text sets a text at the top of a box and returns the y below it.
func (p *pen) text(text string, st sheet.Style, b sheet.Box, lines int, a sheet.Align) float32 {
	block := p.block(text, st, b.W, lines)
	r := p.real(b)
	p.sheet.Text(block, r.X, r.Y, r.W, a)
	return b.Y + block.Height()/p.scale
}

// middle sets a text in the middle of the height of a box. Digits and capitals stand a little high in
// the font's own line, so that what one sees is centred.
func (p *pen) middle(text string, st sheet.Style, b sheet.Box, lines int, a sheet.Align) {
	block := p.block(text, st, b.W, lines)
	r := p.real(b)
	y := r.Y + (r.H-block.Height())/2 - 0.03*block.Style.Size
	p.sheet.Text(block, r.X, y, r.W, a)
}

// width is how wide a text on one line is.
func (p *pen) width(text string, st sheet.Style) float32 {
	st.Size *= p.scale
	return sheet.Measure(text, st) / p.scale
}

// faded is a colour that has come in so far, from 0 to 1.
func faded(c color.NRGBA, in float64) color.NRGBA {
	c.A = uint8(float64(c.A) * min(1, max(0, in)))
	return c
}
