package screen

import (
	"math"
	"strings"

	"loket/assets/theme/sheet"
)

// hidden is what stands for a letter or digit that is not shown.
const hidden = "•"

// secret is a text that is drawn sign by sign, so that no cache of measured or painted words, here or in the
// toolkit, ever holds it whole. Its lines break at spaces.
type secret struct {
	lines []string
	style sheet.Style
}

// conceal sets a masked text as large as its style says, or smaller until it has at most maxLines lines of at most
// w pixels. Lines that do not even fit in the smallest size are left out.
func conceal(text string, st sheet.Style, w float32, maxLines int) secret {
	text = strings.ReplaceAll(text, "*", hidden)
	st.Size = max(sheet.MinSize, st.Size)
	if strings.TrimSpace(text) == "" {
		return secret{style: st}
	}
	for {
		lines, ok := breakSecret(text, st, w)
		if ok && len(lines) <= maxLines {
			return secret{lines, st}
		}
		if st.Size <= sheet.MinSize {
			return secret{lines[:min(len(lines), maxLines)], st}
		}
		st.Size = max(sheet.MinSize, st.Size-2)
	}
}

func breakSecret(text string, st sheet.Style, w float32) (lines []string, ok bool) {
	ok = true
	line := ""
	for _, word := range strings.Fields(text) {
		try := strings.TrimSpace(line + " " + word)
		if secretWidth(try, st) <= w {
			line = try
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		line = word
		ok = ok && secretWidth(word, st) <= w
	}
	return append(lines, line), ok
}

func secretWidth(text string, st sheet.Style) float32 {
	w := float32(0)
	for _, r := range text {
		w += advance(r, st)
	}
	return w
}

// advance is the width of one sign in whole pixels, a little wider than in running text.
func advance(r rune, st sheet.Style) float32 {
	return float32(math.Ceil(float64(sheet.Measure(string(r), st) + st.Size*0.05)))
}

func (s secret) height() float32 {
	return float32(len(s.lines)) * sheet.One("", s.style).LineHeight()
}

// secret draws a concealed text and returns the y below it.
func (p *pen) secret(s secret, x, y, w float32, a sheet.Align) float32 {
	for _, line := range s.lines {
		at := x
		if a == sheet.Centre {
			at = x + float32(int((w-secretWidth(line, s.style))/2))
		}
		for _, r := range line {
			one := sheet.One(string(r), s.style)
			width := advance(r, s.style)
			if r != ' ' {
				p.Text(one, at, y, width, sheet.Left)
			}
			at += width
		}
		y += sheet.One("", s.style).LineHeight()
	}
	return y
}

// grouped writes a masked NIK in groups, as it was typed.
func grouped(nik string) string {
	var b strings.Builder
	for i, r := range nik {
		if i > 0 && i%nikGroup == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
