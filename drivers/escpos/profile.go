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
	"fmt"
	"strings"
	"time"

	"loket/drivers"
)

// Profile is what a driver must know of a printer model.
type Profile struct {
	Name  string // what a configuration calls it
	Title string // what people call it

	WidthDots int // printable dots in a line
	Columns   int // characters of font A in a line
	DPI       int // dots in an inch, both ways
	LineDots  int // how far a line of size 1 moves the paper

	NativeQR bool // prints a QR code from its text (GS ( k, model 2)
	Cutter   bool
	// HeadToEdgeDots is the paper between the print head and the cutter, or the tear bar.
	HeadToEdgeDots int

	// ProcessID: GS ( H is answered when everything before it is printed.
	ProcessID bool
	// ClearsBuffer: DLE DC4 8 drops, in real time, what was received and not yet printed.
	ClearsBuffer bool

	BufferBytes int           // what it holds before it prints
	PaperSpeed  int           // mm a second
	CutTime     time.Duration // the cutter's way there and back
}

// profiles is the one table. Sources: the makers' manuals for widths, commands and status; speeds
// and distances are typical values and only set how long a driver waits.
var profiles = []Profile{
	{
		Name: "epson-tm-t82", Title: "Epson TM-T82, 80 mm",
		WidthDots: 512, Columns: 42, DPI: 180, LineDots: 30,
		NativeQR: true, Cutter: true, HeadToEdgeDots: 85,
		ProcessID: true, ClearsBuffer: true,
		BufferBytes: 4096, PaperSpeed: 150, CutTime: 400 * time.Millisecond,
	},
	{
		Name: "clone-80", Title: "Xprinter XP-N160II and its like, 80 mm",
		WidthDots: 576, Columns: 48, DPI: 203, LineDots: 34,
		NativeQR: true, Cutter: true, HeadToEdgeDots: 100,
		ProcessID: true, ClearsBuffer: false,
		BufferBytes: 4096, PaperSpeed: 120, CutTime: 500 * time.Millisecond,
	},
	{
		Name: "clone-58", Title: "POS-5890 and its like, 58 mm",
		WidthDots: 384, Columns: 32, DPI: 203, LineDots: 34,
		NativeQR: false, Cutter: false, HeadToEdgeDots: 100,
		ProcessID: false, ClearsBuffer: false,
		BufferBytes: 2048, PaperSpeed: 60,
	},
}

// Profiles are all known profiles.
func Profiles() []Profile { return append([]Profile(nil), profiles...) }

// ProfileByName finds a profile; the error names those that exist.
func ProfileByName(name string) (Profile, error) {
	names := make([]string, 0, len(profiles))
	for _, p := range profiles {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Profile{}, fmt.Errorf("printer profile %q: allowed are %s", name, strings.Join(names, ", "))
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
