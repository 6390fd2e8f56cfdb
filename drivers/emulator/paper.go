package emulator

import (
	"image"
	"time"

	"loket/drivers/escpos"
)

// Align is how a printed line stands, as the printer was told: 0 left, 1 centre, 2 right.
type Align byte

// TextLine is one line of characters that came out.
type TextLine struct {
	Text          string
	Width, Height int // times the character cell
	Bold          bool
	Align         Align
}

// Slip is one piece of paper, from cut to cut.
type Slip struct {
	Number int // 1 for the first that came out
	At     time.Time
	Image  *image.Gray // the printable width; 255 is blank paper
	Lines  []TextLine  // those with a character other than a space
	QRs    []string    // what the QR codes hold that the printer made itself
	Cut    bool        // by the cutter; else torn off
}

// Blank says whether nothing is printed on it.
func (s *Slip) Blank() bool {
	for _, v := range s.Image.Pix {
		if v != 255 {
			return false
		}
	}
	return true
}

// maxRows bounds a strip that nobody cuts: 5 m.
const maxRows = 40000

// note is something that can be read on the strip, and the row where it starts.
type note struct {
	row  int
	line TextLine
	qr   string
}

// paper is the strip from the last cut to the print head.
type paper struct {
	width int
	edge  int // rows between the cutter and the head
	pix   []byte
	notes []note
	inked int // rows up to the last one with ink on it
	white []byte
}

func newPaper(p escpos.Profile) *paper {
	s := &paper{width: p.WidthDots, edge: p.HeadToEdgeDots, white: make([]byte, p.WidthDots)}
	for i := range s.white {
		s.white[i] = 255
	}
	s.feed(s.edge)
	return s
}

// rows is how many rows have passed the head since the last cut, with those before the cutter.
func (s *paper) rows() int { return len(s.pix) / s.width }

func (s *paper) feed(n int) {
	for range n {
		s.pix = append(s.pix, s.white...)
	}
}

// print puts rows of a picture on the strip.
func (s *paper) print(img *image.Gray, from, to int) {
	for y := from; y < to; y++ {
		row := img.Pix[y*img.Stride : y*img.Stride+s.width]
		s.pix = append(s.pix, row...)
		for _, v := range row {
			if v != 255 {
				s.inked = s.rows()
				break
			}
		}
	}
}

// hangs says whether there is print on the strip that is wholly out of the printer.
func (s *paper) hangs() bool { return s.inked > 0 && s.rows()-s.inked >= s.edge }

// past is what is past the cutter, and the notes behind it; nil when nothing is.
func (s *paper) past() (*Slip, []note) {
	at := s.rows() - s.edge
	if at <= 0 {
		return nil, s.notes
	}
	slip := &Slip{Image: s.picture(at)}
	var rest []note
	for _, n := range s.notes {
		switch {
		case n.row >= at:
			n.row -= at
			rest = append(rest, n)
		case n.qr != "":
			slip.QRs = append(slip.QRs, n.qr)
		default:
			slip.Lines = append(slip.Lines, n.line)
		}
	}
	return slip, rest
}

// part takes off what is past the cutter; nil when nothing is.
func (s *paper) part() *Slip {
	slip, rest := s.past()
	if slip == nil {
		return nil
	}
	at := slip.Image.Bounds().Dy()
	s.notes = rest
	s.pix = append([]byte(nil), s.pix[at*s.width:]...)
	s.inked = max(s.inked-at, 0)
	return slip
}

// picture copies the first rows of the strip.
func (s *paper) picture(rows int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, s.width, rows))
	copy(img.Pix, s.pix)
	return img
}
