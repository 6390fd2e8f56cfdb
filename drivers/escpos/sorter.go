package escpos

// Kind says what a byte or a run of bytes from a printer is.
type Kind uint8

// The kinds of answers.
const (
	RealTime Kind = iota + 1 // one byte, the answer to AskStatus; Value
	Auto                     // automatic status, four bytes; Auto
	Buffer                   // one byte, the answer to AskBuffer; Value
	Done                     // the answer to AskProcess; ID
	Block                    // any other block: a name, a QR code's size; Text
	XOn                      // the printer takes bytes again
	XOff                     // the printer takes no more for now
	Full                     // the answer to AskFull; Full
	Stray                    // one byte that no printer sends by itself: noise; Value
)

// Answer is one thing that a printer said.
type Answer struct {
	Kind  Kind
	Value byte
	Auto  [4]byte
	Full  FullReport
	ID    ProcessID
	Text  []byte // without its first byte, which is Value, and the 00 at its end
}

// maxBlock is longer than any block that a printer sends.
const maxBlock = 96

// Sorter takes the stream of bytes that a printer sends apart into answers. Answers of different
// kinds come mixed; noise between them, or a byte lost in one, spoils that one answer at most. The
// zero Sorter is ready; it is not for several goroutines at once.
type Sorter struct {
	auto  [4]byte
	nauto int // bytes of auto that have come, 0 outside
	full  FullReport
	nfull int    // bytes of full that are still to come, 0 outside
	block []byte // a block that has begun, nil outside
}

// Reset forgets an answer that is half received.
func (s *Sorter) Reset() { s.nauto, s.nfull, s.block = 0, 0, nil }

// Feed sorts b and calls f with each answer that it completes, in order.
func (s *Sorter) Feed(b []byte, f func(Answer)) {
	for _, c := range b {
		s.one(c, f)
	}
}

func (s *Sorter) one(c byte, f func(Answer)) {
	switch {
	case c == 0x11:
		f(Answer{Kind: XOn}) // flow control may come anywhere
	case c == 0x13:
		f(Answer{Kind: XOff})
	case s.block != nil:
		s.inBlock(c, f)
	case s.nfull > 0 && c&0x10 == 0:
		s.full[len(s.full)-s.nfull] = c
		if s.nfull--; s.nfull == 0 {
			f(Answer{Kind: Full, Full: s.full})
		}
	case s.nauto == 1 && s.auto[0] == 0x10 && c == 0x0f:
		s.nauto, s.nfull = 0, len(s.full) // no automatic status has this second byte
	case s.nauto > 0 && c&0x90 == 0:
		s.auto[s.nauto] = c
		if s.nauto++; s.nauto == len(s.auto) {
			s.nauto = 0
			f(Answer{Kind: Auto, Auto: s.auto})
		}
	default:
		s.nauto, s.nfull = 0, 0
		s.first(c, f)
	}
}

// first sorts a byte that belongs to nothing before it.
func (s *Sorter) first(c byte, f func(Answer)) {
	switch {
	case c&0x93 == 0x12:
		f(Answer{Kind: RealTime, Value: c})
	case c&0x93 == 0x10:
		s.auto[0], s.nauto = c, 1
	case c&0x90 == 0:
		f(Answer{Kind: Buffer, Value: c})
	case c == 0x37 || c == 0x5f:
		s.block = append(make([]byte, 0, maxBlock), c)
	default:
		f(Answer{Kind: Stray, Value: c})
	}
}

func (s *Sorter) inBlock(c byte, f func(Answer)) {
	switch {
	case c == 0:
		a := blockAnswer(s.block)
		s.block = nil
		f(a)
	case !fitsBlock(s.block, c):
		s.block = nil // it was noise, or its end was lost
		s.first(c, f)
	default:
		s.block = append(s.block, c)
	}
}

// fitsBlock says whether c may come next: text, or 1C to 1F, which stand between parts. The answer
// to AskProcess has a fixed length.
func fitsBlock(block []byte, c byte) bool {
	if len(block) >= 2 && block[0] == 0x37 && block[1] == 0x22 && len(block) == 6 {
		return false
	}
	return len(block) < maxBlock && c < 0x80 && c >= 0x1c
}

func blockAnswer(block []byte) Answer {
	if len(block) == 6 && block[0] == 0x37 && block[1] == 0x22 {
		return Answer{Kind: Done, ID: ProcessID(block[2:6])}
	}
	return Answer{Kind: Block, Value: block[0], Text: append([]byte(nil), block[1:]...)}
}
