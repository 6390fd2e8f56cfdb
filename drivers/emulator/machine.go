package emulator

import (
	"image"

	"loket/drivers/escpos"
)

// world is what a machine works with. Its errors end the command that runs.
type world interface {
	next() (byte, error)
	print(img *image.Gray, n note) error
	feed(dots int) error
	cut() error
	present(out bool) error
	initialised()
	reply(f func(state) []byte)
	automatic(on bool)
}

// machine interprets ESC/POS as printers do: one command after the other, each with as many bytes as
// it says, unknown ones passed over.
type machine struct {
	world
	profile escpos.Profile
	// noProcessID: it leaves GS ( H unanswered in spite of its profile.
	noProcessID bool

	style   style
	align   Align
	spacing int
	kanji   bool
	qr      qrSettings
	line    []mark
	x       int // where the next mark goes
}

// mark is a character or a column picture in the line that is being put together.
type mark struct {
	x     int
	char  byte
	style style
	img   *image.Alpha // instead of a character
}

func newMachine(p escpos.Profile, w world) *machine {
	m := &machine{world: w, profile: p}
	m.reset()
	return m
}

// reset is ESC @.
func (m *machine) reset() {
	m.style = style{width: 1, height: 1}
	m.align, m.spacing = 0, m.profile.LineDots
	m.qr = qrSettings{dots: 3, level: 0x30}
	m.drop()
}

// drop forgets the line that is being put together.
func (m *machine) drop() { m.line, m.x = m.line[:0], 0 }

// step carries out one command or takes one character.
func (m *machine) step() error {
	c, err := m.next()
	if err != nil {
		return err
	}
	switch c {
	case 0x0a:
		return m.newline()
	case 0x09:
		cell, _ := m.style.cell()
		m.x = (m.x/(8*cell) + 1) * 8 * cell
		return nil
	case 0x1b:
		return m.escape()
	case 0x1c:
		return m.fileSeparator()
	case 0x1d:
		return m.groupSeparator()
	}
	if c < 0x20 {
		return nil // no printer shows these
	}
	if m.kanji && c >= 0x80 {
		if _, err := m.next(); err != nil {
			return err
		}
	}
	return m.put(c)
}

// put adds a character; a line that is full is printed first.
func (m *machine) put(c byte) error {
	w, _ := m.style.cell()
	if m.x+w > m.profile.WidthDots {
		if err := m.newline(); err != nil {
			return err
		}
	}
	m.line = append(m.line, mark{x: m.x, char: c, style: m.style})
	m.x += w
	return nil
}

// newline prints the line and moves on to the next.
func (m *machine) newline() error {
	if len(m.line) == 0 {
		m.drop()
		return m.feed(m.spacing)
	}
	return m.flush(m.spacing)
}

// flush prints what the line has and moves the paper by at least so many dots in all.
func (m *machine) flush(move int) error {
	if len(m.line) == 0 {
		m.drop()
		return nil
	}
	img, n := m.render()
	m.drop()
	if err := m.print(img, n); err != nil {
		return err
	}
	if rest := move - img.Bounds().Dy(); rest > 0 {
		return m.feed(rest)
	}
	return nil
}

// offset is where something so wide starts.
func (m *machine) offset(width int) int {
	free := max(m.profile.WidthDots-width, 0)
	switch m.align {
	case 1:
		return free / 2
	case 2:
		return free
	}
	return 0
}

// blank is a piece of paper.
func (m *machine) blank(rows int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, m.profile.WidthDots, rows))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	return img
}

// render draws the line: characters of different heights stand on one base line.
func (m *machine) render() (*image.Gray, note) {
	height := 0
	for _, k := range m.line {
		height = max(height, k.height())
	}
	img := m.blank(height)
	off := m.offset(m.x)
	text := make([]byte, 0, len(m.line))
	seen := false
	for _, k := range m.line {
		m.ink(img, k, off, height)
		if k.img == nil {
			text = append(text, k.char)
			seen = seen || k.char != ' '
		}
	}
	if !seen {
		return img, note{}
	}
	s := m.line[0].style
	return img, note{line: TextLine{Text: string(text), Width: s.width, Height: s.height, Bold: s.bold, Align: m.align}}
}

func (k mark) height() int {
	if k.img != nil {
		return k.img.Bounds().Dy()
	}
	_, h := k.style.cell()
	return h
}

// ink draws one mark.
func (m *machine) ink(img *image.Gray, k mark, off, height int) {
	a := k.img
	if a == nil {
		a = shared.glyph(k.char, k.style)
	}
	w, h := a.Bounds().Dx(), a.Bounds().Dy()
	for y := range h {
		row := img.Pix[(height-h+y)*img.Stride:][:img.Stride]
		for x, v := range a.Pix[y*a.Stride:][:w] {
			if h-y <= k.style.underline {
				v = 255
			}
			if k.style.inverse {
				v = 255 - v
			}
			if at := off + k.x + x; at < len(row) {
				row[at] = 255 - v
			}
		}
	}
}

// take reads n bytes of parameters.
func (m *machine) take(n int) ([]byte, error) {
	b := make([]byte, n)
	for i := range b {
		var err error
		if b[i], err = m.next(); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// skip passes over n bytes.
func (m *machine) skip(n int) error {
	for range n {
		if _, err := m.next(); err != nil {
			return err
		}
	}
	return nil
}

// skipText passes over a text that ends with 00.
func (m *machine) skipText() error {
	for {
		if c, err := m.next(); err != nil || c == 0 {
			return err
		}
	}
}
