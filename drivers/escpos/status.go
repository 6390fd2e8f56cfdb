package escpos

import "loket/drivers"

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
