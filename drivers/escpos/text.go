package escpos

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// folded are the characters that neither ASCII nor Unicode's own decomposition knows.
var folded = map[rune]string{
	'‘': "'", '’': "'", '‚': "'", '‛': "'", '′': "'", '`': "'", '´': "'", 'ʻ': "'", 'ʼ': "'",
	'“': `"`, '”': `"`, '„': `"`, '‟': `"`, '″': `"`, '«': `"`, '»': `"`, '‹': "'", '›': "'",
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '―': "-", '−': "-",
	'•': "*", '·': ".", '…': "...", '×': "x", '÷': "/", '⁄': "/", '°': " deg ", '±': "+/-",
	'©': "(c)", '®': "(R)", '€': "EUR", '£': "GBP", '¥': "JPY", '→': "->", '←': "<-", '✓': "v", '✔': "v",
	'Æ': "AE", 'æ': "ae", 'Ø': "O", 'ø': "o", 'Œ': "OE", 'œ': "oe", 'ß': "ss", 'ẞ': "SS",
	'Đ': "D", 'đ': "d", 'Ð': "D", 'ð': "d", 'Ł': "L", 'ł': "l", 'Þ': "Th", 'þ': "th",
	'ı': "i", 'ĸ': "k", 'Ħ': "H", 'ħ': "h", 'Ŧ': "T", 'ŧ': "t", 'Ŋ': "N", 'ŋ': "n",
}

// ASCII is what a printer can show of s: printable ASCII and nothing else. Accents are dropped,
// quotes and dashes straightened, white space of any kind is a space; a letter or digit of another
// script is a question mark; emoji, marks of direction and control characters are gone.
func ASCII(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r < unicode.MaxASCII {
			writeASCII(&b, r)
			continue
		}
		if to, ok := folded[r]; ok {
			b.WriteString(to)
			continue
		}
		writeDecomposed(&b, r)
	}
	return b.String()
}

func writeASCII(b *strings.Builder, r rune) {
	switch {
	case r >= 0x20 && r <= 0x7e:
		b.WriteRune(r)
	case unicode.IsSpace(r):
		b.WriteByte(' ')
	}
}

// writeDecomposed writes the ASCII part of what Unicode takes r apart into: é is e and an accent.
func writeDecomposed(b *strings.Builder, r rune) {
	if unicode.IsSpace(r) {
		b.WriteByte(' ')
		return
	}
	if r == unicode.ReplacementChar {
		return // bytes that were no text
	}
	written := false
	for _, d := range norm.NFKD.String(string(r)) {
		switch to, ok := folded[d]; {
		case d < unicode.MaxASCII:
			writeASCII(b, d)
			written = true
		case ok:
			b.WriteString(to)
			written = true
		}
	}
	if !written && (unicode.IsLetter(r) || unicode.IsNumber(r)) {
		b.WriteByte('?')
	}
}

// wrap breaks s, printable ASCII, into lines of at most columns characters: at spaces, and within
// a word only when the word alone is longer than a line. A text that fits keeps its spaces.
func wrap(s string, columns int) []string {
	s = strings.TrimRight(s, " ")
	if len(s) <= columns {
		return []string{s}
	}
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		for len(word) > columns { // it has no line of its own that it fits
			if line != "" {
				lines = append(lines, line)
				line = ""
			}
			lines = append(lines, word[:columns])
			word = word[columns:]
		}
		switch {
		case word == "":
		case line == "":
			line = word
		case len(line)+1+len(word) <= columns:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// longestWord is the length of the longest word of s.
func longestWord(s string) int {
	longest := 0
	for _, w := range strings.Fields(s) {
		longest = max(longest, len(w))
	}
	return longest
}
