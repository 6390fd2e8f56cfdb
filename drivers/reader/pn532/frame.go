package pn532

import (
	"bytes"

	"loket/drivers/reader/frames"
)

// The first byte of a frame's content says which way it goes.
const (
	toChip    = 0xd4
	fromChip  = 0xd5
	syntaxErr = 0x7f // alone in a frame: the chip did not understand the command
)

// maxContent is the most that a PN532 puts into a frame, from TFI on (user manual, 6.2.1.2).
const maxContent = 265

// FrameKind says what a Frame is.
type FrameKind uint8

// The kinds of frames. Damaged is a frame whose checksum is wrong.
const (
	Data FrameKind = iota + 1
	Ack
	Nack
	Refusal // the chip did not understand the command
	Damaged
)

// Frame is one frame from the line. Content is there for Data alone: the code and what follows it.
type Frame struct {
	Kind     FrameKind
	FromChip bool
	Content  []byte
}

var (
	start    = []byte{0x00, 0xff}
	ackBytes = []byte{0x00, 0x00, 0xff, 0x00, 0xff, 0x00}
	nack     = []byte{0x00, 0x00, 0xff, 0xff, 0x00, 0x00}
)

// Encode is the frame of a command: its code and its parameters, 1 to 264 bytes. From 255 on it
// is an extended frame.
func Encode(command []byte) []byte {
	n := len(command) + 1
	b := make([]byte, 0, n+11)
	b = append(b, 0x00, 0x00, 0xff)
	if n < 256 {
		b = append(b, byte(n), -byte(n))
	} else {
		hi, lo := byte(n>>8), byte(n&0xff) //nolint:gosec // 265 at most
		b = append(b, 0xff, 0xff, hi, lo, -(hi + lo))
	}
	b = append(b, toChip)
	b = append(b, command...)
	return append(b, -(toChip + sum(command)), 0x00)
}

func sum(b []byte) (s byte) {
	for _, c := range b {
		s += c
	}
	return s
}

// Parser finds frames in a stream of bytes, whatever stands between them and in however many
// pieces they come. It keeps the bytes of one frame at most, once Next has said that there is no more.
type Parser struct{ frames.Buffer }

// Next takes the next frame out; ok is false when there is none yet.
func (p *Parser) Next() (f Frame, ok bool) { return uart.Next(&p.Buffer) }

// Gap says that the line was silent for so long that a frame that has begun will not go on. What
// its bytes hide can be taken with Next.
func (p *Parser) Gap() (f Frame, ok bool) { return uart.Gap(&p.Buffer) }

// uart is how the frames of the chip's UART look.
var uart = frames.Protocol[Frame]{
	Start:   start,
	Parse:   parse,
	Damaged: func(f Frame) bool { return f.Kind == Damaged },
}

// parse reads what begins with a start code; n is how many bytes the frame has from there.
func parse(whole []byte) (f Frame, n int) {
	b := whole[len(start):]
	if len(b) < 2 {
		return f, frames.Short
	}
	at, long := 2, int(b[0])
	switch {
	case b[0] == 0x00 && b[1] == 0xff:
		return Frame{Kind: Ack}, len(start) + 2
	case b[0] == 0xff && b[1] == 0x00:
		return Frame{Kind: Nack}, len(start) + 2
	case b[0] == 0xff && b[1] == 0xff:
		if len(b) < 5 {
			return f, frames.Short
		}
		if b[2]+b[3]+b[4] != 0 {
			return f, frames.NoFrame
		}
		at, long = 5, int(b[2])<<8|int(b[3])
	case b[0]+b[1] != 0:
		return f, frames.NoFrame
	}
	if f, n = content(b, at, long); n > 0 {
		n += len(start)
	}
	return f, n
}

// content reads a frame's n bytes from TFI on, and the checksum after them.
func content(b []byte, at, n int) (Frame, int) {
	if n < 1 || n > maxContent {
		return Frame{}, frames.NoFrame
	}
	if len(b) < at+n+1 {
		return Frame{}, frames.Short
	}
	c := b[at : at+n+1]
	end := at + n + 1
	switch {
	case sum(c) != 0:
		return Frame{Kind: Damaged}, end
	case c[0] == syntaxErr && n == 1:
		return Frame{Kind: Refusal}, end
	case c[0] != toChip && c[0] != fromChip:
		return Frame{}, frames.NoFrame
	}
	return Frame{Kind: Data, FromChip: c[0] == fromChip, Content: bytes.Clone(c[1:n])}, end
}
