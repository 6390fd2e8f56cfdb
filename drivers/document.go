package drivers

import "image"

// Document is what goes on paper, from top to bottom. A printer cuts after it.
type Document []Element

// Element is one part of a document.
type Element interface{ element() }

// Align places an element on the paper.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Centre
	Right
)

// Line is one line of text. Texts are transliterated to printable ASCII; what does not fit the width is
// broken at a space onto further lines. Where the longest word is too long for a line the characters
// get smaller, and only at size 1 is a word broken.
type Line struct {
	Text  string
	Align Align
	Bold  bool
	// Width and Height multiply the character cell, 1 to 8; 0 means 1.
	Width, Height int
}

// QR is a QR code; it is printed natively where the printer can, else as a raster.
type QR struct {
	Data  string
	Align Align
	// ModuleDots is the size of a module in dots, 2 to 16; a driver lowers it until the code fits the paper.
	ModuleDots int
}

// Picture is a picture of one dot a pixel, such as a logo: what is darker than middle grey is ink.
// It is at most as wide as the paper, and at most 2,000 dots high.
type Picture struct {
	Dots  image.Image
	Align Align
}

// Feed moves the paper by lines of text.
type Feed struct{ Lines int }

// Mark prints nothing. Of a document that fails, the driver finds out whether the paper got as far as
// here (ConditionError.Mark). The first Mark of a document counts.
type Mark struct{}

func (Line) element()    {}
func (QR) element()      {}
func (Picture) element() {}
func (Feed) element()    {}
func (Mark) element()    {}
