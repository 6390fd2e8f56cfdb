package escpos

import (
	"fmt"

	"loket/drivers"
)

// Job is a document as a printer takes it, ready to send.
type Job struct {
	Bytes []byte
	// Dots is how far the paper moves in all, which sets how long the printer takes.
	Dots int
	// LongestCommand is the most bytes that one command takes: after a job that was cut short,
	// the printer may still wait for so many.
	LongestCommand int
	// Mark is the question at the document's drivers.Mark.
	Mark Mark
}

// Mark is a question within a Job: how it is answered tells whether the paper got there.
type Mark struct {
	At      int  // of its command in Bytes; 0 when the document has none
	Dots    int  // how far the paper has moved by then
	Process bool // it is AskProcess, to be given an id by Name; else AskBuffer
}

// Name gives the question at the Mark, if it is AskProcess, an id of its own.
func (j *Job) Name(id ProcessID) {
	if j.Mark.Process {
		copy(j.Bytes[j.Mark.At:], AskProcess(id))
	}
}

const (
	maxSize = 8 // times the character cell
	// heightDots is the height of a character cell of font A.
	heightDots = 24
)

// Encode makes the bytes of d for a printer: initialised, printed, fed to the cutter and cut. The
// error is drivers.ErrDocument, for a QR code that nothing could print.
func Encode(d drivers.Document, p Profile) (Job, error) {
	e := encoder{profile: p}
	e.start()
	for i, el := range d {
		var err error
		switch el := el.(type) {
		case drivers.Line:
			e.line(el)
		case drivers.QR:
			err = e.qr(el)
		case drivers.Feed:
			e.feed(el.Lines)
		case drivers.Picture:
			err = e.picture(el)
		case drivers.Mark:
			e.mark()
		default:
			err = fmt.Errorf("%w: unknown element %T", drivers.ErrDocument, el)
		}
		if err != nil {
			return Job{}, fmt.Errorf("element %d: %w", i, err)
		}
	}
	e.cut()
	e.present()
	return e.job, nil
}

// encoder keeps what the printer is set to, so that a setting is sent only when it changes.
type encoder struct {
	profile Profile
	job     Job

	align drivers.Align
	bold  bool
	size  byte // as in GS !
	// white is how many dots of blank paper are certain above the next thing printed.
	white int
}

// command appends one whole command.
func (e *encoder) command(b ...byte) {
	e.job.Bytes = append(e.job.Bytes, b...)
	e.job.LongestCommand = max(e.job.LongestCommand, len(b))
}

// start is all settings as after power-on: font A, to the left, neither bold nor large, QR model 2.
func (e *encoder) start() { e.job.Bytes = append(e.job.Bytes, Initialise()...) }

// mark asks, at the start of a line, whether all before it is printed.
func (e *encoder) mark() {
	if e.job.Mark.At > 0 {
		return
	}
	e.job.Mark = Mark{At: len(e.job.Bytes), Dots: e.job.Dots, Process: e.profile.ProcessID}
	if e.profile.ProcessID {
		e.command(AskProcess(MakeProcessID(0))...)
		return
	}
	e.command(AskBuffer()...)
}

func (e *encoder) setAlign(a drivers.Align) {
	if a > drivers.Right {
		a = drivers.Left
	}
	if a != e.align {
		e.align = a
		e.command(esc, 'a', byte(a))
	}
}

func (e *encoder) setStyle(bold bool, width, height int) {
	if bold != e.bold {
		e.bold = bold
		n := byte(0)
		if bold {
			n = 1
		}
		e.command(esc, 'E', n)
	}
	if size := byte((width-1)<<4 | (height - 1)); size != e.size { //nolint:gosec // sizes are 1 to 8
		e.size = size
		e.command(gs, '!', size)
	}
}

// line prints a line of text on as many lines as it needs. Where its longest word is too long for
// one, as a ticket's number on narrow paper, the characters get smaller before the word is broken.
func (e *encoder) line(l drivers.Line) {
	text := ASCII(l.Text)
	width, height := clampSize(l.Width), clampSize(l.Height)
	for width > 1 && longestWord(text)*width > e.profile.Columns {
		height = max(1, height*(width-1)/width)
		width--
	}
	lines := wrap(text, e.profile.Columns/width)
	if len(lines) == 1 && lines[0] == "" {
		e.feed(1)
		return
	}
	e.setAlign(l.Align)
	e.setStyle(l.Bold, width, height)
	for _, s := range lines {
		e.command([]byte(s)...)
		e.newline(height)
	}
}

func clampSize(n int) int { return min(max(n, 1), maxSize) }

// newline ends a line of characters so many cells high.
func (e *encoder) newline(height int) {
	e.command(lf)
	move := max(e.profile.LineDots, height*heightDots)
	e.job.Dots += move
	e.white = move - height*heightDots
}

// feed moves the paper by lines of size 1; the size that is set makes no difference to it.
func (e *encoder) feed(lines int) {
	switch lines = min(lines, 255); {
	case lines <= 0:
		return
	case lines < 3:
		for range lines {
			e.command(lf)
		}
	default:
		e.command(esc, 'd', byte(lines))
	}
	e.job.Dots += lines * e.profile.LineDots
	e.white += lines * e.profile.LineDots
}

// quiet makes sure of blank paper below the last thing printed.
func (e *encoder) quiet(dots int) {
	for e.white < dots {
		n := min(dots-e.white, 255)
		e.command(esc, 'J', byte(n)) //nolint:gosec // 255 at most
		e.job.Dots += n
		e.white += n
	}
}

// cut ends the slip. A cutter obeys only at the start of a line. Without one the paper is fed until
// the last line is past the tear bar.
func (e *encoder) cut() {
	if !e.profile.Cutter || e.profile.FeedsFirst {
		e.quiet(e.profile.HeadToEdgeDots + e.profile.LineDots)
	}
	if !e.profile.Cutter {
		return
	}
	if e.profile.FeedsFirst {
		e.command(gs, 'V', 1)
		return
	}
	e.command(lf)
	e.command(gs, 'V', 'B', 0)
	e.job.Dots += e.profile.LineDots + e.profile.HeadToEdgeDots
}

// present holds the slip out.
func (e *encoder) present() {
	if b := e.profile.Presenter.Present; len(b) > 0 {
		e.command(b...)
	}
}

// CutOff is what parts the paper from a piece of a slip on it, and keeps that from people's hands where
// the printer can.
func CutOff(p Profile) []byte {
	e := encoder{profile: p}
	e.start()
	e.cut()
	return append(e.job.Bytes, p.Presenter.Retract...)
}
