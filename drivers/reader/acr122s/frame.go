package acr122s

import (
	"bytes"
	"encoding/binary"

	"loket/drivers/reader/frames"
)

// The types of CCID messages (ACR122S manual 2.01, sections 5 and 6).
const (
	powerOn    = 0x62
	transfer   = 0x6f
	dataBlock  = 0x80
	slotStatus = 0x81
)

const (
	stx        = 0x02
	etx        = 0x03
	headerSize = 10
	// maxPayload is the most that an answer can carry: a PN532's content and two status bytes.
	maxPayload = 270
)

// Status is the one byte by which the reader says whether it took a frame.
type Status byte

// The statuses of a frame that the reader got. NoStatus is of a Frame that is a message instead.
const (
	Taken       Status = 0x00
	BadChecksum Status = 0xff
	BadLength   Status = 0xfe
	BadEnd      Status = 0xfd
	TimedOut    Status = 0xfc
	NoStatus    Status = 0x01
)

// Frame is what the reader says: a status, or a message. Damaged is a message whose checksum is wrong.
type Frame struct {
	Status  Status
	Damaged bool
	Seq     byte // of the message that this answers
	Payload []byte
}

// Encode is the frame of a message; payloads are up to 260 bytes.
func Encode(kind, seq byte, payload []byte) []byte {
	b := make([]byte, 0, headerSize+len(payload)+3)
	b = append(b, stx, kind)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(payload))) //nolint:gosec // 260 at most
	b = append(b, 0x00, seq, 0x00, 0x00, 0x00)
	b = append(b, payload...)
	return append(b, xor(b[1:]), etx)
}

func xor(b []byte) (x byte) {
	for _, c := range b {
		x ^= c
	}
	return x
}

// Parser finds frames in a stream of bytes, whatever stands between them and in however many
// pieces they come. It keeps the bytes of one frame at most, once Next has said that there is no more.
type Parser struct{ frames.Buffer }

// Next takes the next frame out; ok is false when there is none yet.
func (p *Parser) Next() (f Frame, ok bool) { return ccid.Next(&p.Buffer) }

// Gap says that the line was silent for so long that a frame that has begun will not go on. What
// its bytes hide can be taken with Next.
func (p *Parser) Gap() (f Frame, ok bool) { return ccid.Gap(&p.Buffer) }

// ccid is how the reader's frames look.
var ccid = frames.Protocol[Frame]{
	Start:   []byte{stx},
	Parse:   parse,
	Damaged: func(f Frame) bool { return f.Damaged },
}

// parse reads what starts with STX.
func parse(b []byte) (f Frame, n int) {
	if len(b) < 2 {
		return f, frames.Short
	}
	switch b[1] {
	case byte(Taken), byte(BadChecksum), byte(BadLength), byte(BadEnd), byte(TimedOut):
		return status(b)
	case dataBlock, slotStatus:
		return message(b)
	}
	return f, frames.NoFrame
}

func status(b []byte) (Frame, int) {
	const size = 4
	switch {
	case len(b) > 2 && b[2] != b[1], len(b) > 3 && b[3] != etx:
		return Frame{}, frames.NoFrame
	case len(b) < size:
		return Frame{}, frames.Short
	}
	return Frame{Status: Status(b[1])}, size
}

func message(b []byte) (Frame, int) {
	if len(b) < 1+headerSize {
		return Frame{}, frames.Short
	}
	long := binary.LittleEndian.Uint32(b[2:])
	if long > maxPayload {
		return Frame{}, frames.NoFrame
	}
	end := 1 + headerSize + int(long)
	switch {
	case len(b) < end+2:
		return Frame{}, frames.Short
	case b[end+1] != etx:
		return Frame{}, frames.NoFrame
	}
	f := Frame{Status: NoStatus, Seq: b[7], Payload: bytes.Clone(b[1+headerSize : end])}
	f.Damaged = xor(b[1:end+1]) != 0
	return f, end + 2
}
