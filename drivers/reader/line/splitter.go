package line

import "slices"

// maxLine is the most that a line may have; what is longer is no code of anybody's.
const maxLine = 512

const (
	startOfText = 0x02
	endOfText   = 0x03
)

// Splitter cuts a stream of bytes into lines. It keeps maxLine bytes at most.
type Splitter struct {
	line []byte
	// over: the line became too long, and everything up to its end is passed over.
	over bool
	// long: a line of text has ended that was too long.
	long bool
}

// Feed adds bytes that came and answers the lines that end in them. CR, LF and both end a line;
// empty lines are none.
func (s *Splitter) Feed(b []byte) (lines []string) {
	for _, c := range b {
		if c == '\r' || c == '\n' {
			if l, ok := s.end(); ok {
				lines = append(lines, l)
			}
			continue
		}
		if s.over {
			continue
		}
		if len(s.line) == maxLine {
			s.tooLong()
			continue
		}
		s.line = append(s.line, c)
	}
	return lines
}

// TooLong says whether a text that was too long to be kept has ended since it was asked last.
func (s *Splitter) TooLong() bool {
	long := s.long && !s.over
	if long {
		s.long = false
	}
	return long
}

// tooLong passes over the rest of the line. Noise is passed over without a word.
func (s *Splitter) tooLong() {
	noise := slices.ContainsFunc(s.line, func(c byte) bool { return c < ' ' || c > '~' })
	s.Reset()
	s.over, s.long = true, !noise
}

// Silence says that nothing has come for so long that the line is at its end, and answers it.
func (s *Splitter) Silence() (line string, ok bool) { return s.end() }

// Reset forgets what has begun, and leaves nothing of it in memory: it may be a NIK.
func (s *Splitter) Reset() {
	clear(s.line)
	s.over, s.line = false, s.line[:0]
}

func (s *Splitter) end() (string, bool) {
	b := s.line
	for len(b) > 0 && wrapping(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && wrapping(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	l := string(b)
	s.Reset()
	return l, l != ""
}

// wrapping says whether a byte only stands around a text.
func wrapping(c byte) bool {
	return c == startOfText || c == endOfText || c == ' ' || c == '\t' || c == 0
}
