package pn532

import "bytes"

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
type Parser struct{ buf []byte }

// Feed adds bytes that came.
func (p *Parser) Feed(b []byte) { p.buf = append(p.buf, b...) }

// Reset forgets what came.
func (p *Parser) Reset() { p.buf = p.buf[:0] }

// Next takes the next frame out; ok is false when there is none yet.
func (p *Parser) Next() (f Frame, ok bool) {
	for {
		i := bytes.Index(p.buf, start)
		if i < 0 {
			p.keepTail()
			return Frame{}, false
		}
		p.drop(i)
		f, n := parse(p.buf[len(start):])
		switch {
		case n == short:
			return Frame{}, false
		case n == noFrame:
			p.drop(1)
			continue
		case f.Kind == Damaged:
			p.drop(1) // what is inside may be the next frame: a lost byte makes this one too long
		default:
			p.drop(len(start) + n)
		}
		return f, true
	}
}

// Gap says that the line was silent for so long that a frame that has begun will not go on. What
// its bytes hide can be taken with Next.
func (p *Parser) Gap() (f Frame, ok bool) {
	for len(p.buf) > 0 {
		if f, ok := p.Next(); ok {
			return f, true
		}
		if len(p.buf) > 0 {
			p.drop(1)
		}
	}
	return Frame{}, false
}

// keepTail keeps the last byte when it may begin a start code.
func (p *Parser) keepTail() {
	n := len(p.buf)
	if n > 0 && p.buf[n-1] == start[0] {
		p.drop(n - 1)
		return
	}
	p.drop(n)
}

func (p *Parser) drop(n int) { p.buf = append(p.buf[:0], p.buf[n:]...) }

// What parse answers instead of a length.
const (
	short   = -1 // more bytes are needed
	noFrame = -2 // this is no frame
)

// parse reads what follows a start code; n is how many bytes the frame has after it.
func parse(b []byte) (f Frame, n int) {
	if len(b) < 2 {
		return f, short
	}
	switch {
	case b[0] == 0x00 && b[1] == 0xff:
		return Frame{Kind: Ack}, 2
	case b[0] == 0xff && b[1] == 0x00:
		return Frame{Kind: Nack}, 2
	case b[0] == 0xff && b[1] == 0xff:
		if len(b) < 5 {
			return f, short
		}
		if b[2]+b[3]+b[4] != 0 {
			return f, noFrame
		}
		return content(b, 5, int(b[2])<<8|int(b[3]))
	case b[0]+b[1] != 0:
		return f, noFrame
	}
	return content(b, 2, int(b[0]))
}

// content reads a frame's n bytes from TFI on, and the checksum after them.
func content(b []byte, at, n int) (Frame, int) {
	if n < 1 || n > maxContent {
		return Frame{}, noFrame
	}
	if len(b) < at+n+1 {
		return Frame{}, short
	}
	c := b[at : at+n+1]
	end := at + n + 1
	switch {
	case sum(c) != 0:
		return Frame{Kind: Damaged}, end
	case c[0] == syntaxErr && n == 1:
		return Frame{Kind: Refusal}, end
	case c[0] != toChip && c[0] != fromChip:
		return Frame{}, noFrame
	}
	return Frame{Kind: Data, FromChip: c[0] == fromChip, Content: bytes.Clone(c[1:n])}, end
}
