package emulator

import (
	"image"
)

// escSizes are the parameters of ESC commands that change nothing on a ticket's paper.
var escSizes = map[byte]int{
	' ': 1, '$': 2, '%': 1, '=': 1, '?': 1, 'L': 0, 'R': 1, 'S': 0, 'T': 1, 'V': 1, 'W': 8,
	'\\': 2, 'c': 2, 'e': 1, 'p': 3, 't': 1, '{': 1, 'B': 2, 'u': 1, 'v': 0,
}

// escape is ESC and what follows.
func (m *machine) escape() error {
	c, err := m.next()
	if err != nil {
		return err
	}
	switch c {
	case '@':
		m.reset()
		m.initialised()
		return nil
	case '2':
		m.spacing = m.profile.LineDots
		return nil
	case '*':
		return m.columns()
	case 'D':
		return m.skipText()
	case 'i', 'm':
		return m.cutHere()
	}
	if n, ok := escSizes[c]; ok {
		return m.skip(n)
	}
	switch c {
	case '!', '-', '3', 'E', 'G', 'J', 'M', 'a', 'd':
	default:
		return nil // a command that this printer does not have: only its two bytes are gone
	}
	n, err := m.next()
	if err != nil {
		return err
	}
	return m.escapeWith(c, n)
}

// escapeWith is an ESC command with its one parameter.
func (m *machine) escapeWith(c, n byte) error {
	switch c {
	case '!':
		m.style.small, m.style.bold = n&1 != 0, n&8 != 0
		m.style.height, m.style.width = 1+int(n>>4&1), 1+int(n>>5&1)
		m.style.underline = int(n >> 7)
	case '-':
		m.style.underline = int(n & 3)
	case '3':
		m.spacing = int(n)
	case 'E', 'G':
		m.style.bold = n&1 != 0
	case 'M':
		m.style.small = n&1 != 0
	case 'a':
		if n &= 0x0f; n <= 2 && len(m.line) == 0 { // obeyed only at the start of a line
			m.align = Align(n)
		}
	case 'J':
		return m.advance(int(n))
	case 'd':
		return m.advance(int(n) * m.spacing)
	}
	return nil
}

// advance prints the line, if there is one, and feeds.
func (m *machine) advance(dots int) error {
	if len(m.line) > 0 {
		return m.flush(dots)
	}
	return m.feed(dots)
}

// fileSeparator is FS and what follows.
func (m *machine) fileSeparator() error {
	c, err := m.next()
	if err != nil {
		return err
	}
	switch c {
	case '.':
		m.kanji = false
	case '&':
		m.kanji = true
	case '!', '-', 'C', 'W':
		return m.skip(1)
	case 'S', 'p':
		return m.skip(2)
	case '(':
		return m.skipBlock()
	}
	return nil
}

// skipBlock passes over a command that says its own length, from the letter on.
func (m *machine) skipBlock() error {
	b, err := m.take(3)
	if err != nil {
		return err
	}
	return m.skip(int(b[1]) | int(b[2])<<8)
}

// gsSizes are the parameters of GS commands that change nothing on a ticket's paper.
var gsSizes = map[byte]int{
	'$': 2, '/': 1, ':': 0, 'H': 1, 'L': 2, 'P': 2, 'W': 2, '\\': 2, '^': 3, 'b': 1, 'c': 0,
	'f': 1, 'h': 1, 'w': 1, 'E': 1, 'x': 1,
}

// groupSeparator is GS and what follows.
func (m *machine) groupSeparator() error {
	c, err := m.next()
	if err != nil {
		return err
	}
	switch c {
	case '(':
		return m.block()
	case 'V':
		return m.cutCommand()
	case 'v':
		return m.raster()
	case 'k':
		return m.barcode()
	case 'e':
		return m.ejector()
	case '*':
		b, err := m.take(2)
		if err != nil {
			return err
		}
		return m.skip(int(b[0]) * int(b[1]) * 8)
	case '!', 'B', 'I', 'a', 'r':
		n, err := m.next()
		if err != nil {
			return err
		}
		m.groupWith(c, n)
		return nil
	}
	return m.skip(gsSizes[c])
}

// groupWith is a GS command with its one parameter.
func (m *machine) groupWith(c, n byte) {
	switch c {
	case '!':
		m.style.width, m.style.height = 1+int(n>>4&7), 1+int(n&7)
	case 'B':
		m.style.inverse = n&1 != 0
	case 'a':
		m.automatic(n != 0)
	case 'r':
		m.reply(func(s state) []byte {
			switch n {
			case 1, '1':
				return []byte{s.paperByte()}
			case 2, '2':
				return []byte{0}
			}
			return nil
		})
	case 'I':
		m.identify(n)
	}
}

// identify is GS I.
func (m *machine) identify(n byte) {
	text := ""
	if len(m.profile.Models) > 0 { // a cheap printer tells nothing of itself
		text = map[byte]string{65: "1.00", 66: "EMULATED", 67: m.profile.Models[0]}[n]
	}
	m.reply(func(state) []byte {
		switch {
		case text != "":
			return append(append([]byte{0x5f}, text...), 0)
		case n == 1 || n == '1':
			return []byte{0x20}
		}
		return nil
	})
}

// block is GS ( and a command that says its own length.
func (m *machine) block() error {
	head, err := m.take(3)
	if err != nil {
		return err
	}
	n := int(head[1]) | int(head[2])<<8
	switch {
	case head[0] == 'k' && n >= 2:
		return m.symbol(n)
	case head[0] == 'H' && n == 6:
		b, err := m.take(n)
		if err != nil {
			return err
		}
		if b[0] == 0x30 && b[1] == 0x30 && m.profile.ProcessID && !m.noProcessID {
			// All before it is printed: commands are carried out one by one.
			m.reply(func(state) []byte { return []byte{0x37, 0x22, b[2], b[3], b[4], b[5], 0} })
		}
		return nil
	}
	return m.skip(n)
}

// cutCommand is GS V. Within a line no printer obeys it.
func (m *machine) cutCommand() error {
	mode, err := m.next()
	if err != nil {
		return err
	}
	switch mode {
	case 0, 1, '0', '1':
		return m.cutHere()
	case 'A', 'B':
		n, err := m.next()
		if err != nil || len(m.line) > 0 {
			return err
		}
		if m.profile.Cutter {
			if err := m.feed(m.profile.HeadToEdgeDots + int(n)); err != nil {
				return err
			}
		}
		return m.cut()
	}
	return nil
}

// ejector is GS e, the presenter: 2 takes the slip back, 3 holds it out so far, 5 gives it away.
func (m *machine) ejector() error {
	n, err := m.next()
	if err != nil || !m.profile.Presenter.Holds {
		return err
	}
	switch n {
	case 2:
		return m.present(false)
	case 3:
		if _, err := m.next(); err != nil {
			return err
		}
		return m.present(true)
	case 5:
		return m.present(true)
	}
	return nil
}

func (m *machine) cutHere() error {
	if len(m.line) > 0 {
		return nil
	}
	return m.cut()
}

// barcode is GS k, which is read and not drawn: a ticket has none.
func (m *machine) barcode() error {
	mode, err := m.next()
	if err != nil || mode < 65 {
		if err == nil {
			err = m.skipText()
		}
		return err
	}
	n, err := m.next()
	if err != nil {
		return err
	}
	return m.skip(int(n))
}

// A raster may be so wide and so high; the makers' manuals agree on it.
const (
	maxRasterBytes = 128
	maxRasterRows  = 4095
)

// raster is GS v 0: rows of a picture, printed as they come.
func (m *machine) raster() error {
	b, err := m.take(6)
	if err != nil {
		return err
	}
	wide, high := 1+int(b[1]&1), 1+int(b[1]>>1&1)
	bytes, rows := int(b[2])|int(b[3])<<8, int(b[4])|int(b[5])<<8
	if bytes > maxRasterBytes || rows > maxRasterRows {
		return nil // refused, so what follows is text
	}
	off := m.offset(bytes * 8 * wide)
	for range rows {
		img := m.blank(high)
		for i := range bytes {
			c, err := m.next()
			if err != nil {
				return err
			}
			dotRow(img.Pix[:m.profile.WidthDots], off+i*8*wide, c, wide)
		}
		for y := 1; y < high; y++ {
			copy(img.Pix[y*img.Stride:], img.Pix[:img.Stride])
		}
		if err := m.print(img, note{}); err != nil {
			return err
		}
	}
	return nil
}

// dotRow puts the eight dots of c into a row from x on, each wide dots wide.
func dotRow(row []byte, x int, c byte, wide int) {
	for bit := range 8 {
		if c&(0x80>>bit) == 0 {
			continue
		}
		for i := range wide {
			if at := x + bit*wide + i; at < len(row) {
				row[at] = 0
			}
		}
	}
}

// columns is ESC *: a picture as high as a character, column by column.
func (m *machine) columns() error {
	b, err := m.take(3)
	if err != nil {
		return err
	}
	n, deep := int(b[1])|int(b[2])<<8, 1
	if b[0] >= 32 {
		deep = 3
	}
	wide := 2 - int(b[0]&1)
	img := image.NewAlpha(image.Rect(0, 0, min(n*wide, m.profile.WidthDots), cellHeight))
	for i := range n {
		col, err := m.take(deep)
		if err != nil {
			return err
		}
		for y := range cellHeight {
			at := y * deep * 8 / cellHeight
			if col[at/8]&(0x80>>(at%8)) == 0 {
				continue
			}
			for x := range wide {
				if at := i*wide + x; at < img.Stride {
					img.Pix[y*img.Stride+at] = 255
				}
			}
		}
	}
	m.line = append(m.line, mark{x: m.x, style: m.style, img: img})
	m.x += n * wide
	return nil
}
