// Package escpos speaks the language of serial receipt printers: a drivers.Document becomes bytes
// (Encode), and the bytes that come back become a drivers.Condition (Sorter, Report). What differs
// between printers is a Profile, one row of one table.
//
// It is not for talking to a device: package printer does that.
//
// The invariant: a byte of a document's text is never executed. Only printable ASCII leaves the
// encoder as text, and no command that a printer runs in real time can appear in a picture.
package escpos

import (
	"time"

	"loket/drivers"
)

// Profile is what a driver must know of a printer model.
type Profile struct {
	Name  string // what a configuration calls it
	Title string // what people call it
	// Models are what the name that it tells of itself may start with; none if it tells none.
	Models []string
	// Auto: the driver asks the printer what it is, and takes it for this one until it knows.
	Auto bool

	WidthDots int // printable dots in a line
	Columns   int // characters of font A in a line
	DPI       int // dots in an inch, both ways
	LineDots  int // how far a line of size 1 moves the paper

	NativeQR bool // prints a QR code from its text (GS ( k, model 2)
	Cutter   bool
	// FeedsFirst: whether it has a cutter is not known, so the slip is fed past the edge in any case.
	FeedsFirst bool
	// HeadToEdgeDots is the paper between the print head and the cutter, or the tear bar.
	HeadToEdgeDots int
	Presenter      Presenter

	Dialect Dialect

	// ProcessID: GS ( H is answered when everything before it is printed.
	ProcessID bool
	// ClearsBuffer: DLE DC4 8 drops, in real time, what was received and not yet printed.
	ClearsBuffer bool

	BufferBytes int           // what it holds before it prints
	PaperSpeed  int           // mm a second
	CutTime     time.Duration // the cutter's way there and back
}

// Presenter is a mouth that holds a slip out until it is taken.
type Presenter struct {
	Holds   bool   // there is one
	Present []byte // holds out what was cut off; empty when the printer does so by itself
	Retract []byte // takes back what is held out; empty when it cannot be told to
}

// Paper is the layout that documents for this printer are made for.
func (p Profile) Paper() drivers.Paper {
	return drivers.Paper{WidthDots: p.WidthDots, Columns: p.Columns}
}

// DotsOf is a length on the paper in dots.
func (p Profile) DotsOf(mm float64) int { return int(mm * float64(p.DPI) / 25.4) }

// PaperTime is how long the paper takes to move by dots.
func (p Profile) PaperTime(dots int) time.Duration {
	mm := float64(dots) * 25.4 / float64(p.DPI)
	return time.Duration(mm / float64(p.PaperSpeed) * float64(time.Second))
}
