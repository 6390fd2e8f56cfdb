package sheet

import (
	"image/color"
	"strings"
	"sync"

	"fyne.io/fyne/v2"
)

// Align says where a line lies in its width.
type Align int

// The alignments.
const (
	Left Align = iota
	Centre
	Right
)

// Style is how a text is set.
type Style struct {
	Size    float32 // pixels
	Bold    bool
	Color   color.NRGBA
	Leading float32 // line height as a factor of Size; 0: 1.1 for 54 and more, 1.2 for bold, else 1.35
	Min     float32 // the smallest size that Fit may shrink to; 0: MinSize
	Fill    bool    // lines are filled, as in small print; otherwise a short last line is evened out
}

// MinSize is the smallest text on a kiosk, in pixels.
const MinSize float32 = 26

func (s Style) leading() float32 {
	switch {
	case s.Leading > 0:
		return s.Leading
	case s.Size >= 54:
		return 1.1
	case s.Bold:
		return 1.2
	}
	return 1.35
}

// Block is a text that was broken into lines.
type Block struct {
	Lines []string
	Style Style
	Whole bool // nothing was left out
}

// LineHeight is the height of one line in pixels.
func (b Block) LineHeight() float32 { return round(b.Style.Size * b.Style.leading()) }

// Height is the height of all lines in pixels; an empty block has none.
func (b Block) Height() float32 { return float32(len(b.Lines)) * b.LineHeight() }

// Width is the width of the longest line in pixels.
func (b Block) Width() float32 {
	w := float32(0)
	for _, l := range b.Lines {
		w = max(w, measure(l, b.Style).Width)
	}
	return w
}

// lineBox is where the toolkit's own box of a line goes: as high as the font is, centred on the line.
func (b Block) lineBox(i int, x, y, w float32, a Align) Box {
	size := measure(b.Lines[i], b.Style)
	top := y + float32(i)*b.LineHeight() + (b.LineHeight()-size.Height)/2
	switch a {
	case Left:
	case Centre:
		x += (w - size.Width) / 2
	case Right:
		x += w - size.Width
	}
	return Box{round(x), round(top), size.Width, size.Height}
}

// Measure returns the width of a text on one line in pixels.
func Measure(text string, st Style) float32 { return measure(text, st).Width }

func measure(text string, st Style) fyne.Size {
	return fyne.MeasureText(text, st.Size, fyne.TextStyle{Bold: st.Bold})
}

// One sets a text on one line as it is.
func One(text string, st Style) Block { return Block{Lines: []string{text}, Style: st, Whole: true} }

type fitKey struct {
	text     string
	style    Style
	width    float32
	maxLines int
}

// fits remembers what was broken before, since a screen is drawn each second with the same words.
var fits = struct {
	sync.Mutex
	known map[fitKey]Block
}{known: map[fitKey]Block{}}

// maxFits bounds what is remembered; a kiosk's screens have some hundred texts in a language.
const maxFits = 4096

// Fit breaks a text into at most maxLines lines of at most width pixels. When it does not fit it is
// set smaller, step by step, down to the style's least size; when even that is too large, the end
// is left out and marked with an ellipsis, and Whole is false.
func Fit(text string, st Style, width float32, maxLines int) Block {
	key := fitKey{text, st, width, maxLines}
	fits.Lock()
	defer fits.Unlock()
	if b, ok := fits.known[key]; ok {
		return b
	}
	if len(fits.known) >= maxFits {
		clear(fits.known)
	}
	b := fit(text, st, width, maxLines)
	fits.known[key] = b
	return b
}

func fit(text string, st Style, width float32, maxLines int) Block {
	if strings.TrimSpace(text) == "" {
		return Block{Style: st, Whole: true}
	}
	least := st.Min
	if least == 0 {
		least = MinSize
	}
	for size := st.Size; ; size -= 2 {
		s := st
		s.Size = max(size, least)
		lines, ok := wrap(text, s, width)
		if ok && len(lines) <= maxLines {
			return Block{Lines: even(lines, text, s, width), Style: s, Whole: true}
		}
		if s.Size <= least {
			return Block{Lines: cut(lines, s, width, maxLines), Style: s}
		}
	}
}

// wrap breaks at spaces; ok is false when a single word is wider than the width.
func wrap(text string, st Style, width float32) (lines []string, ok bool) {
	ok = true
	line := ""
	for _, word := range strings.Fields(text) {
		try := word
		if line != "" {
			try = line + " " + word
		}
		if measure(try, st).Width <= width {
			line = try
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		line = word
		ok = ok && measure(word, st).Width <= width
	}
	return append(lines, line), ok
}

// even keeps the number of lines but draws the width in, so that no word is left alone on the last line.
func even(lines []string, text string, st Style, width float32) []string {
	if st.Fill || len(lines) < 2 || measure(lines[len(lines)-1], st).Width > width*0.4 {
		return lines
	}
	best := lines
	for w := width * 0.95; w > width*0.5; w *= 0.95 {
		again, ok := wrap(text, st, w)
		if !ok || len(again) != len(lines) {
			break
		}
		best = again
	}
	return best
}

// cut leaves the end out.
func cut(lines []string, st Style, width float32, maxLines int) []string {
	out := append([]string(nil), lines[:min(len(lines), maxLines)]...)
	for i, l := range out {
		last := i == len(out)-1 && len(lines) > len(out)
		if measure(l, st).Width <= width && !last {
			continue
		}
		runes := []rune(l)
		for len(runes) > 0 && measure(string(runes)+"…", st).Width > width {
			runes = runes[:len(runes)-1]
		}
		out[i] = strings.TrimRight(string(runes), " ") + "…"
	}
	return out
}
