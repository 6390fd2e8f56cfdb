// Package drivers holds the small interfaces that the kiosk knows of its devices: Port, Printer and
// the Document a printer prints, Reader and the Reading of what is shown to it. The packages below implement them for real serial devices.
// Nothing here imports any other part of Loket.
package drivers

import (
	"context"
	"errors"
	"io"
	"time"
)

// Port is a serial line with the manners that a driver needs: Read returns ErrTimeout (never io.EOF)
// when nothing came in time, Write has a deadline, and an unplugged cable is ErrUnplugged on both.
type Port interface {
	io.ReadWriteCloser
	// WriteNow writes a few bytes past a flow control that holds the line, for requests that a
	// device answers in real time. What was held before them is discarded.
	WriteNow(b []byte) (int, error)
	// Drain waits until the bytes written are on the wire, or ctx ends.
	Drain(ctx context.Context) error
}

// The errors of a Port.
var (
	ErrTimeout   = errors.New("serial: timed out")
	ErrUnplugged = errors.New("serial: device unplugged")
	ErrClosed    = errors.New("serial: port closed")
	ErrInUse     = errors.New("serial: port is used by another process")
)

// Condition is what a printer is able to do, worst first when several hold.
type Condition string

// The conditions of a printer. PaperLow still prints. Offline is also a printer that should answer
// and does not, as when its power is off. Unknown is a printer without an answer channel, or, in a
// ConditionError, one that reports no fault and yet did not confirm.
const (
	Ready      Condition = "ready"
	PaperLow   Condition = "paper_low"
	PaperOut   Condition = "paper_out"
	CoverOpen  Condition = "cover_open"
	Cutter     Condition = "cutter"
	Overheated Condition = "overheated"
	Offline    Condition = "offline"
	Unplugged  Condition = "unplugged"
	Unknown    Condition = "unknown"
)

// CanPrint says whether a document may be sent in this condition.
func (c Condition) CanPrint() bool { return c == Ready || c == PaperLow || c == Unknown }

// ConditionError is the error of a document that did not come out.
type ConditionError struct {
	Condition Condition
	// Sent says whether bytes of the document had left before it failed: a piece of it, or with
	// Condition Unknown even the whole, may be on paper.
	Sent bool
	// Mark says whether the paper got as far as the document's Mark.
	Mark Reach
	Err  error // what was seen on the line, may be nil
}

// Reach says whether the part of a document above its Mark is on paper that a hand can take.
type Reach string

// What is known of a Mark. The zero value is that nobody can tell: the document has none, the printer
// has no answer channel, or it fell silent before the Mark.
const (
	ReachUnknown Reach = ""
	Reached      Reach = "reached"
	NotReached   Reach = "not_reached"
)

func (e *ConditionError) Error() string {
	s := "printer: " + string(e.Condition)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *ConditionError) Unwrap() error { return e.Err }

// Outcome tells how a document was printed.
type Outcome struct {
	// Confirmed is true when the printer itself answered that the document is done, and false when
	// it has no answer channel: "sent, unconfirmed".
	Confirmed bool
	Bytes     int           // on the wire
	Took      time.Duration // from the call to the confirmation
	After     Condition     // mostly Ready or PaperLow; Unknown when it has no answer channel
	// Fate tells once what became of a slip that a presenter holds out, and is closed then. It is
	// closed without a word when nobody can know, as after an unplug. Nil where slips just
	// hang out of the printer. Nobody needs to receive from it.
	Fate <-chan Fate
}

// Fate is what became of a slip that a presenter held out.
type Fate string

// The fates of a slip.
const (
	Taken     Fate = "taken"
	TakenBack Fate = "taken_back" // nobody took it in time, and the printer has swallowed it
	Ignored   Fate = "ignored"    // nobody took it in time, and the printer cannot take it back
)

// ErrDocument is the error of a document that no printer could print, such as a QR code with
// control bytes. Nothing of it was sent.
var ErrDocument = errors.New("printer: document")

// Printer prints documents one at a time. Its methods may be called from any goroutine.
type Printer interface {
	// Status asks the printer. A printer that cannot be reached is a Condition, not an error;
	// the error is that of ctx.
	Status(ctx context.Context) (Condition, error)
	// Print checks the printer, prints d and waits for its confirmation. The error is a
	// *ConditionError when the document did not come out whole, or may not have; ErrDocument
	// when it never can; that of ctx when it ended before anything was sent.
	Print(ctx context.Context, d Document) (Outcome, error)
	// Watch calls f with each new condition, from one goroutine, until ctx ends. An unplug is
	// noticed within a second.
	Watch(ctx context.Context, f func(Condition))
	// Paper describes what documents are laid out for.
	Paper() Paper
	Close() error
}

// Paper is the printable width of a printer.
type Paper struct {
	WidthDots int // 384, 512 or 576
	Columns   int // of font A at size 1: 32, 42 or 48
}
