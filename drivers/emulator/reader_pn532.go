package emulator

import (
	"slices"
	"sync/atomic"
	"time"
)

// How long a PN532 works on something.
const (
	chipTime  = 500 * time.Microsecond // on anything
	foundTime = 5 * time.Millisecond   // until a card has said its UID
	emptyTime = 3 * time.Millisecond   // on each try that finds nothing
)

// chip is what a PN532 knows, whatever line it hangs on.
type chip struct {
	tries int // of a look for a card; 0 is for ever, as it is at first
}

// reply is what a chip says to a command.
type reply struct {
	bytes   []byte // from D5 on
	after   time.Duration
	look    bool
	refused bool
	never   bool // a look for ever that finds nothing
}

// obey carries out a command, from D4 on.
func (c *chip) obey(cmd []byte, cards []Card) reply {
	if len(cmd) < 2 || cmd[0] != 0xd4 {
		return reply{refused: true, after: chipTime}
	}
	code, params := cmd[1], cmd[2:]
	r := reply{bytes: []byte{0xd5, code + 1}, after: chipTime}
	want := map[byte]int{0x02: 0, 0x14: 1, 0x32: 4, 0x4a: 2, 0x52: 1} // parameters at least
	if n, known := want[code]; !known || len(params) < n {
		return reply{refused: true, after: chipTime}
	}
	switch code {
	case 0x02:
		r.bytes = append(r.bytes, 0x32, 0x01, 0x06, 0x07)
	case 0x32:
		c.limit(params)
	case 0x4a:
		typeB := params[1] == 3
		if params[1] != 0 && (!typeB || len(params) < 3) {
			return reply{refused: true, after: chipTime}
		}
		c.look(&r, typeB, cards)
	case 0x52:
		r.bytes = append(r.bytes, 0x00)
	}
	return r
}

// limit is RFConfiguration; of its items only the retries matter here.
func (c *chip) limit(params []byte) {
	if params[0] != 5 {
		return
	}
	c.tries = int(params[3]) + 1
	if params[3] == 0xff {
		c.tries = 0
	}
}

// look looks for one card.
func (c *chip) look(r *reply, typeB bool, cards []Card) {
	r.look = true
	kind := "A"
	if typeB {
		kind = "B"
	}
	i := slices.IndexFunc(cards, func(k Card) bool { return k.Type == kind })
	if i < 0 {
		r.bytes = append(r.bytes, 0)
		r.after = time.Duration(c.tries) * emptyTime
		r.never = c.tries == 0
		return
	}
	r.after = foundTime
	uid, err := cards[i].bytes()
	if err != nil {
		return // Tap lets only cards through that have one
	}
	r.bytes = append(r.bytes, 1, 1)
	if typeB {
		r.bytes = append(r.bytes, 0x50)
		r.bytes = append(r.bytes, uid...)
		r.bytes = append(r.bytes, 0, 0, 0, 0, 0x00, 0x81, 0x81, 1, 0)
		return
	}
	switch len(uid) {
	case 4:
		r.bytes = append(r.bytes, 0x00, 0x04, 0x08, 4)
		r.bytes = append(r.bytes, uid...)
	case 7:
		r.bytes = append(r.bytes, 0x00, 0x44, 0x20, 7)
		r.bytes = append(r.bytes, uid...)
		r.bytes = append(r.bytes, 0x06, 0x75, 0x77, 0x81, 0x02, 0x80) // an ATS
	default:
		r.bytes = append(r.bytes, 0x00, 0x84, 0x00, byte(len(uid))) //nolint:gosec // 10
		r.bytes = append(r.bytes, uid...)
	}
}

// The states of a chip on a UART.
const (
	asleep  = iota // it hears nothing until the line wakes it
	waking         // it takes SAMConfiguration and nothing else
	working        // it takes everything
)

// uartChip is a PN532 on its UART.
type uartChip struct {
	chip
	state int
	woken int    // bytes since the first that woke it
	frame []byte // from the start code on
	zero  bool   // the byte before was 00
	last  []byte // the frame that NACK asks for again
	// current is the number of the command that is being worked on; an ACK takes it back.
	current atomic.Int64
}

var chipAck = []byte{0x00, 0x00, 0xff, 0x00, 0xff, 0x00}

// wakeBytes is how many bytes pass while the chip wakes.
const wakeBytes = 6

func (u *uartChip) hear(b []byte, cards []Card) []said {
	var out []said
	for _, c := range b {
		if u.state == asleep {
			if c == 0x55 || u.woken > 0 {
				u.woken++
			}
			if u.woken >= wakeBytes {
				u.state = waking
			}
			continue
		}
		if len(u.frame) == 0 {
			if u.zero && c == 0xff {
				u.frame = append(u.frame, 0x00, 0xff)
			}
			u.zero = c == 0x00
			continue
		}
		u.frame = append(u.frame, c)
		if s, whole := u.complete(cards); whole {
			out = append(out, s...)
			u.frame, u.zero = u.frame[:0], c == 0x00
		}
	}
	return out
}

// complete looks whether the frame has its end, and obeys it.
func (u *uartChip) complete(cards []Card) (out []said, whole bool) {
	f := u.frame[2:]
	if len(f) < 2 {
		return nil, false
	}
	at, n := 2, int(f[0])
	switch {
	case f[0] == 0x00 && f[1] == 0xff:
		u.current.Add(1) // the host takes back what it asked
		return nil, true
	case f[0] == 0xff && f[1] == 0x00:
		return u.again(), true
	case f[0] == 0xff && f[1] == 0xff:
		if len(f) < 5 {
			return nil, false
		}
		at, n = 5, int(f[2])<<8|int(f[3])
		if f[2]+f[3]+f[4] != 0 || n > 265 {
			return nil, true
		}
	case f[0]+f[1] != 0:
		return nil, true
	}
	if len(f) < at+n+1 {
		return nil, false
	}
	var sum byte
	for _, c := range f[at : at+n+1] {
		sum += c
	}
	if sum != 0 {
		return nil, true // not a word on it
	}
	return u.command(f[at:at+n], cards), true
}

func (u *uartChip) again() []said {
	if u.last == nil {
		return nil
	}
	return []said{{after: chipTime, bytes: u.last, answer: true}}
}

func (u *uartChip) command(cmd []byte, cards []Card) []said {
	configures := len(cmd) > 1 && cmd[1] == 0x14
	if u.state == waking && !configures {
		return nil
	}
	u.state = working
	number := u.current.Add(1)
	out := []said{{after: chipTime, bytes: chipAck}}
	r := u.obey(cmd, cards)
	if r.never {
		return out
	}
	u.last = frameOf(r.bytes)
	if r.refused {
		u.last = []byte{0x00, 0x00, 0xff, 0x01, 0xff, 0x7f, 0x81, 0x00}
	}
	wanted := func() bool { return u.current.Load() == number }
	return append(out, said{after: r.after, bytes: u.last, answer: true, look: r.look, taken: wanted})
}

// frameOf puts content into a frame.
func frameOf(content []byte) []byte {
	f := []byte{0x00, 0x00, 0xff, byte(len(content)), byte(256 - len(content))} //nolint:gosec // 40 at most
	var sum byte
	for _, c := range content {
		sum += c
	}
	f = append(f, content...)
	return append(f, -sum, 0x00)
}
