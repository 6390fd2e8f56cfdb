package emulator

import "time"

// apduTime is how long an ACR122S works on a message beside its chip.
const apduTime = 2 * time.Millisecond

// ccidReader is an ACR122S: a PN532 behind CCID messages.
type ccidReader struct {
	chip
	powered bool
	frame   []byte // from STX on
}

// headBytes are STX and the ten bytes of a message's head.
const headBytes = 11

func (a *ccidReader) hear(b []byte, cards []Card) []said {
	var out []said
	for _, c := range b {
		if len(a.frame) == 0 && c != 0x02 {
			continue
		}
		a.frame = append(a.frame, c)
		if s, whole := a.complete(cards); whole {
			out = append(out, s...)
			a.frame = a.frame[:0]
		}
	}
	return out
}

// complete looks whether the frame has its end, and obeys it.
func (a *ccidReader) complete(cards []Card) (out []said, whole bool) {
	f := a.frame
	if len(f) < headBytes {
		return nil, false
	}
	n := int(f[2]) | int(f[3])<<8 | int(f[4])<<16 | int(f[5])<<24
	if n > 260 {
		return []said{status(0xfe)}, true
	}
	if len(f) < headBytes+n+2 {
		return nil, false
	}
	var x byte
	for _, c := range f[1 : headBytes+n+1] {
		x ^= c
	}
	switch {
	case f[headBytes+n+1] != 0x03:
		return []said{status(0xfd)}, true
	case x != 0:
		return []said{status(0xff)}, true
	}
	return a.message(f[1], f[7], f[headBytes:headBytes+n], cards), true
}

func status(b byte) said { return said{after: chipTime, bytes: []byte{0x02, b, b, 0x03}} }

func (a *ccidReader) message(kind, seq byte, payload []byte, cards []Card) []said {
	out := []said{status(0x00)}
	switch kind {
	case 0x62:
		a.powered = true
		return append(out, block(0x80, seq, nil, apduTime))
	case 0x63:
		a.powered = false
		return append(out, block(0x81, seq, nil, apduTime))
	case 0x6f:
	default:
		return out
	}
	unknown := []byte{0x63, 0x00}
	direct := len(payload) > 5 && payload[0] == 0xff && payload[1] == 0 && payload[2] == 0 && payload[3] == 0
	if !a.powered || !direct || int(payload[4]) != len(payload)-5 {
		return append(out, block(0x80, seq, unknown, apduTime))
	}
	r := a.obey(payload[5:], cards)
	switch {
	case r.never:
		return out
	case r.refused:
		return append(out, block(0x80, seq, unknown, apduTime+r.after))
	}
	s := block(0x80, seq, append(r.bytes, 0x90, 0x00), apduTime+r.after)
	s.look = r.look
	return append(out, s)
}

// block is a message of the reader.
func block(kind, seq byte, payload []byte, after time.Duration) said {
	n := len(payload)
	f := []byte{0x02, kind, byte(n & 0xff), byte(n >> 8), 0, 0, 0, seq, 0, 0, 0} //nolint:gosec // 300 at most
	f = append(f, payload...)
	var x byte
	for _, c := range f[1:] {
		x ^= c
	}
	return said{after: after, bytes: append(f, x, 0x03), answer: true}
}
