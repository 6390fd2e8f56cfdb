package emulator

import (
	"image"
	"image/color"
	"math"
)

// The colours of paper as one sees it: thermal paper, its print, and the table below it.
var (
	sheet = color.RGBA{0xfe, 0xfd, 0xf8, 0xff}
	ink   = color.RGBA{0x17, 0x1a, 0x1c, 0xff}
	table = color.RGBA{0xf6, 0xf4, 0xee, 0xff}
	cutIn = color.RGBA{0xdd, 0xd8, 0xcc, 0xff}
)

// The way a cut edge looks, in dots.
const (
	toothWidth, toothDepth = 16, 7
	surround               = 24
)

// Picture is the slip as it lies on a table: with the margins that a printer cannot reach and the
// edges that the cutter left, at one dot a pixel.
func (s *Slip) Picture() image.Image { return lay(s.Image, true) }

// StripPicture is the paper that hangs out of the printer right now, without its lower edge; nil when
// there is none.
func (p *Printer) StripPicture() image.Image {
	strip := p.Strip()
	out := strip.Bounds().Dy() - p.cfg.Profile.HeadToEdgeDots
	if out <= 0 {
		return nil
	}
	r := image.Rect(0, 0, strip.Bounds().Dx(), out)
	return lay(strip.SubImage(r).(*image.Gray), false)
}

// lay puts print on paper and paper on a table. A roll is 10 to 13 % wider than what is printed.
func lay(g *image.Gray, closed bool) *image.RGBA {
	w, h := g.Bounds().Dx(), g.Bounds().Dy()
	side := w / 16
	bottom := 0
	if closed {
		bottom = surround
	}
	img := image.NewRGBA(image.Rect(0, 0, w+2*side+2*surround, h+surround+bottom))
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			img.SetRGBA(x, y, dot(g, x-surround, y-surround, side, closed))
		}
	}
	return img
}

// dot is the colour at x, y of the sheet, whose print begins side dots from its edge.
func dot(g *image.Gray, x, y, side int, closed bool) color.RGBA {
	w, h := g.Bounds().Dx()+2*side, g.Bounds().Dy()
	if x < 0 || x >= w {
		return table
	}
	tooth := int(math.Abs(float64(x%toothWidth-toothWidth/2))) * toothDepth / (toothWidth / 2)
	top := y - tooth
	bottom := h - 1 - y - tooth
	if !closed {
		bottom = math.MaxInt
	}
	switch edge := min(top, bottom); {
	case edge < 0:
		return table
	case edge == 0, x == 0, x == w-1:
		return cutIn
	}
	if x < side || x >= w-side {
		return sheet
	}
	v := int(g.GrayAt(g.Bounds().Min.X+x-side, g.Bounds().Min.Y+y).Y)
	mix := func(blank, black uint8) uint8 { return uint8((int(blank)*v + int(black)*(255-v)) / 255) } //nolint:gosec // 0 to 255
	return color.RGBA{mix(sheet.R, ink.R), mix(sheet.G, ink.G), mix(sheet.B, ink.B), 0xff}
}
