package emulator

import (
	"fmt"
	"image"
	"sync"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The character cells of the two fonts of a printer, in dots.
const (
	cellWidth, cellHeight   = 12, 24
	smallWidth, smallHeight = 9, 17
)

// style is how a character looks.
type style struct {
	width, height int // times the cell, 1 to 8
	bold          bool
	small         bool // font B
	inverse       bool
	underline     int // dots
}

func (s style) cell() (w, h int) {
	if s.small {
		return smallWidth * s.width, smallHeight * s.height
	}
	return cellWidth * s.width, cellHeight * s.height
}

// glyphs draws characters and keeps them, for all printers of the process: a slip has few kinds.
type glyphs struct {
	mu    sync.Mutex
	faces map[faceKey]font.Face
	drawn map[glyphKey]*image.Alpha
}

type faceKey struct {
	bold bool
	size int // of the em in dots
}

type glyphKey struct {
	char  byte
	style style
}

// The monospaced outlines, parsed once. A face of 20 dots is 12 dots wide, as font A is.
var outlines = sync.OnceValue(func() [2]*opentype.Font {
	var fonts [2]*opentype.Font
	for i, ttf := range [][]byte{gomono.TTF, gomonobold.TTF} {
		f, err := opentype.Parse(ttf)
		if err != nil {
			panic(fmt.Sprintf("emulator: a font that is part of the program: %v", err))
		}
		fonts[i] = f
	}
	return fonts
})

// shared are the glyphs of the process.
var shared = glyphs{faces: make(map[faceKey]font.Face), drawn: make(map[glyphKey]*image.Alpha)}

func (g *glyphs) face(bold bool, size int) font.Face {
	k := faceKey{bold, size}
	if f, ok := g.faces[k]; ok {
		return f
	}
	which := outlines()[0]
	if bold {
		which = outlines()[1]
	}
	f, err := opentype.NewFace(which, &opentype.FaceOptions{Size: float64(size), DPI: 72})
	if err != nil {
		panic(fmt.Sprintf("emulator: a face of a font that is part of the program: %v", err))
	}
	g.faces[k] = f
	return f
}

// glyph is the picture of one character, as large as its cell. It must not be changed.
func (g *glyphs) glyph(c byte, s style) *image.Alpha {
	s.inverse, s.underline = false, 0
	k := glyphKey{c, s}
	g.mu.Lock()
	defer g.mu.Unlock()
	if a, ok := g.drawn[k]; ok {
		return a
	}
	if len(g.drawn) > 1000 {
		clear(g.drawn)
	}
	a := g.draw(c, s)
	g.drawn[k] = a
	return a
}

func (g *glyphs) draw(c byte, s style) *image.Alpha {
	w, h := s.cell()
	em, unit := 20*s.height, cellWidth*s.height
	if s.small {
		em, unit = 15*s.height, smallWidth*s.height
	}
	square := image.NewAlpha(image.Rect(0, 0, unit, h))
	if c < 0x20 || c > 0x7e {
		// A character of another code page: a box, since a host that sends it made a mistake.
		draw.Draw(square, square.Bounds().Inset(unit/6), image.Opaque, image.Point{}, draw.Src)
	} else {
		d := font.Drawer{
			Dst: square, Src: image.Opaque, Face: g.face(s.bold, em),
			Dot: fixed.P(0, h*19/24),
		}
		d.DrawBytes([]byte{c})
	}
	if w == unit {
		return square
	}
	wide := image.NewAlpha(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(wide, wide.Bounds(), square, square.Bounds(), draw.Src, nil)
	return wide
}
