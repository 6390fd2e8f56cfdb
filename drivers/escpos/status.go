package escpos

import "loket/drivers"

// Dialect is how a printer tells its condition.
type Dialect uint8

// The dialects.
const (
	// EpsonStatus is the four real-time answers as nearly every printer has them.
	EpsonStatus Dialect = iota
	// CitizenStatus is the same, but bit 6 of AskPaper is a slip in the presenter and not a part of
	// the paper end (Citizen PPU-231II).
	CitizenStatus
	// CustomStatus is one answer to AskFull of four bytes: paper, user, what passes by itself and
	// what does not (Custom KPM and VKP).
	CustomStatus
)

// Status is what a printer says of itself.
type Status struct {
	Condition drivers.Condition
	// Held: the presenter holds a slip out that nobody has taken.
	Held bool
}

// Status reads the four answers of a printer that speaks Epson's dialect or Citizen's.
func (d Dialect) Status(r Report) Status {
	if d != CitizenStatus {
		return Status{Condition: r.Condition()}
	}
	held := r[3]&bitPresenter != 0
	r[3] &^= bitPresenter
	return Status{Condition: r.Condition(), Held: held}
}

// FullReport is the answer to AskFull.
type FullReport [4]byte

// The bits of a FullReport.
const (
	fullPaperEnd = 0x01 // paper
	fullNearEnd  = 0x04
	fullHeld     = 0x20

	fullHeadUp = 0x01 // user
	fullCover  = 0x02

	fullHeadHot = 0x01 // passes by itself
	fullJam     = 0x40
	fullOther   = 0x0a // communication and supply voltage

	fullCutter = 0x03 // does not pass: the cutter and its cover
)

// Status is the worst of what the printer reports. A jam is told as the cutter's: whoever mends one
// opens the same lid and pulls at the same paper.
func (r FullReport) Status() Status {
	s := Status{Condition: drivers.Ready, Held: r[0]&fullHeld != 0}
	switch paper, user, passes, stays := r[0], r[1], r[2], r[3]; {
	case user&(fullHeadUp|fullCover) != 0:
		s.Condition = drivers.CoverOpen
	case paper&fullPaperEnd != 0:
		s.Condition = drivers.PaperOut
	case stays&fullCutter != 0 || passes&fullJam != 0:
		s.Condition = drivers.Cutter
	case passes&fullHeadHot != 0:
		s.Condition = drivers.Overheated
	case stays != 0 || passes&fullOther != 0:
		s.Condition = drivers.Offline
	case paper&fullNearEnd != 0:
		s.Condition = drivers.PaperLow
	}
	return s
}

// Report is what the four real-time answers say; index 0 answers AskPrinter.
type Report [4]byte

// The bits of the answers, as every ESC/POS printer has them.
const (
	bitOffline = 0x08 // AskPrinter

	bitCover    = 0x04 // AskOffline
	bitPaperEnd = 0x20
	bitError    = 0x40

	bitMechanical    = 0x04 // AskError
	bitCutter        = 0x08
	bitUnrecoverable = 0x20
	bitRecovers      = 0x40

	bitsNearEnd = 0x0c // AskPaper
	bitsEnd     = 0x60

	bitPresenter = 0x40 // AskPaper of CitizenStatus
)

// Condition is the worst of what the printer reports. An open cover comes before missing paper:
// whoever changes the roll has it open, and most printers then report both.
func (r Report) Condition() drivers.Condition {
	switch printer, offline, fault, paper := r[0], r[1], r[2], r[3]; {
	case offline&bitCover != 0:
		return drivers.CoverOpen
	case paper&bitsEnd != 0 || offline&bitPaperEnd != 0:
		return drivers.PaperOut
	case fault&bitCutter != 0:
		return drivers.Cutter
	case fault&bitRecovers != 0:
		return drivers.Overheated
	case fault&(bitUnrecoverable|bitMechanical) != 0 || offline&bitError != 0 || printer&bitOffline != 0:
		return drivers.Offline
	case paper&bitsNearEnd != 0:
		return drivers.PaperLow
	}
	return drivers.Ready
}
