package screen

import (
	"image/color"

	"loket/assets/icons"
	"loket/assets/lang"
	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// pen draws one state on one sheet and gathers what can be touched.
type pen struct {
	*sheet.Sheet
	look
	k       *Kiosk
	s       flow.State
	lang    string
	factor  float32 // of text sizes
	f       frame
	targets []Target
}

// look is the palette of the mode, one level down, since both a palette and a sheet have a Text.
type look struct {
	theme.Palette
	Ink color.NRGBA // the palette's Text
}

func newPen(k *Kiosk, sh *sheet.Sheet, s flow.State) *pen {
	p := &pen{Sheet: sh, look: look{k.palette, k.palette.Text}, k: k, s: s, lang: s.Prefs.Lang, factor: 1}
	if s.Prefs.LargeText {
		p.factor = theme.LargeFactor
	}
	p.f = newFrame(k.cfg.Landscape, s.Prefs.LowReach)
	return p
}

// draw draws the whole screen.
func (p *pen) draw() {
	if p.s.Screen == flow.Attract {
		p.attract()
		return // has a frame of its own
	}
	p.body()()
	p.header()
	p.footer()
	p.tools()
	p.aside()
}

// body is what draws the present screen between header and footer.
func (p *pen) body() func() {
	return map[flow.Screen]func(){
		flow.Home: p.home, flow.Agency: p.agency, flow.Service: p.service, flow.Search: p.search,
		flow.Requirements: p.requirements, flow.Printing: p.printing, flow.Done: p.done, flow.OnScreen: p.onScreen,
		flow.FindTicket: p.findTicket, flow.FoundTicket: p.foundTicket, flow.Trouble: p.trouble,
		flow.Identity: p.identity, flow.Privacy: p.privacy, flow.ConfirmPerson: p.confirmPerson, flow.Priority: p.priority,
	}[p.s.Screen]
}

// t is a text of the catalogue of words, in the visit's language.
func (p *pen) t(key string, pairs ...string) string { return lang.T(p.lang, "kiosk."+key, pairs...) }

// in is a text of the office's catalogue.
func (p *pen) in(t protocol.Text) string { return t.In(p.lang) }

// Styles: size as in the scale of theme, times the large-text factor.
func (p *pen) bold(size float32, c color.NRGBA) sheet.Style {
	return sheet.Style{Size: p.px(size), Bold: true, Color: c}
}

func (p *pen) plain(size float32, c color.NRGBA) sheet.Style {
	return sheet.Style{Size: p.px(size), Color: c}
}

// px is a text size in the present mode. Giant type has no need to grow.
func (p *pen) px(size float32) float32 {
	if size > 100 {
		return size
	}
	return float32(int(size*p.factor + 0.5))
}

// touch makes a box a target.
func (p *pen) touch(b sheet.Box, radius float32, in flow.Input) {
	p.targets = append(p.targets, Target{Box: b, Input: in, radius: radius})
}

func (p *pen) card(b sheet.Box) { p.panel(b, p.Card, p.Line) }

func (p *pen) panel(b sheet.Box, fill, line color.NRGBA) {
	p.Rect(b, sheet.Fill{Color: fill, Stroke: line, StrokeWidth: p.LineWidth, Radius: theme.Corner})
}

// rule draws a thin line across a box's width at y.
func (p *pen) rule(x, y, w float32) {
	p.Rect(sheet.Box{X: x, Y: y, W: w, H: p.LineWidth}, sheet.Fill{Color: p.Line})
}

func (p *pen) icon(name string, c color.NRGBA, b sheet.Box) {
	p.Image(icons.Image(name, c, int(b.W), int(b.H)), b)
}

// iconAt draws a square icon with its centre on the middle of a line that starts at x.
func (p *pen) iconAt(name string, c color.NRGBA, x, middle, size float32) {
	p.icon(name, c, sheet.Box{X: x, Y: float32(int(middle - size/2)), W: size, H: size})
}

// chip draws the letter of an agency in its colour.
func (p *pen) chip(a protocol.Agency, b sheet.Box) {
	p.Rect(b, sheet.Fill{Color: theme.Hex(a.Color), Radius: b.W * 0.22})
	st := sheet.Style{Size: float32(int(b.H * 0.5)), Bold: true, Color: theme.Card, Leading: 1}
	p.middle(sheet.One(a.Letter, st), b, sheet.Centre)
}

// middle draws a block in the middle of a box's height.
func (p *pen) middle(t sheet.Block, b sheet.Box, a sheet.Align) {
	p.Text(t, b.X, b.Y+(b.H-t.Height())/2, b.W, a)
}

// stack draws blocks below one another in the middle of a box's height.
func (p *pen) stack(b sheet.Box, a sheet.Align, gap float32, blocks ...sheet.Block) {
	h := stackHeight(gap, blocks...)
	y := b.Y + (b.H-h)/2
	for _, t := range blocks {
		if len(t.Lines) > 0 {
			y = p.Text(t, b.X, y, b.W, a) + gap
		}
	}
}

// fitStack is stack for blocks of which the later matter less: the last are left out until the others fit.
func (p *pen) fitStack(b sheet.Box, a sheet.Align, gap float32, blocks ...sheet.Block) {
	for len(blocks) > 1 && (stackHeight(gap, blocks...) > b.H || !blocks[len(blocks)-1].Whole) {
		blocks = blocks[:len(blocks)-1]
	}
	p.stack(b, a, gap, blocks...)
}

func stackHeight(gap float32, blocks ...sheet.Block) float32 {
	h := -gap
	for _, t := range blocks {
		if len(t.Lines) > 0 {
			h += t.Height() + gap
		}
	}
	return max(h, 0)
}

// fitIn sets a text as large as its style says, or smaller until it fits a width and a height in at most
// maxLines lines.
func fitIn(words string, st sheet.Style, w, h float32, maxLines int) sheet.Block {
	for size := st.Size; size > sheet.MinSize; size -= 2 {
		st.Size, st.Min = size, size
		if t := sheet.Fit(words, st, w, maxLines); t.Whole && t.Height() <= h {
			return t
		}
	}
	st.Size, st.Min = sheet.MinSize, sheet.MinSize
	t := sheet.Fit(words, st, w, maxLines)
	if t.Height() > h {
		t = sheet.Fit(words, st, w, 1)
	}
	return t
}

// snug sets a text on one line where that makes it only a little smaller, else on up to maxLines.
func snug(words string, st sheet.Style, w, h float32, maxLines int) sheet.Block {
	one := st
	one.Min = max(sheet.MinSize, st.Size*0.8)
	if t := sheet.Fit(words, one, w, 1); t.Whole {
		return t
	}
	return fitIn(words, st, w, h, maxLines)
}

// Kinds of buttons.
type kind int

const (
	mainAction kind = iota // the one main action of a screen
	action                 // any other
	chosen                 // a mode that is on
	quiet                  // a key, a page that does not exist
	off                    // what cannot be done yet
)

// button draws a button with its words and, when icon is not empty, an icon before them.
func (p *pen) button(b sheet.Box, k kind, icon, words string, size float32, in flow.Input) {
	fill, stroke, ink := p.buttonColours(k)
	p.Rect(b, sheet.Fill{Color: fill, Stroke: stroke, StrokeWidth: max(p.LineWidth, 2), Radius: theme.Corner})
	pad, gap := theme.Space2, theme.Space1
	if b.W < 200 {
		pad = 10
	}
	iconSize := float32(0)
	if icon != "" {
		iconSize = float32(int(p.px(size) * 1.15))
		gap = float32(int(size * 0.4))
	}
	room := b.W - 2*pad - iconSize
	if icon != "" && words != "" {
		room -= gap
	}
	text := snug(words, p.bold(size, ink), room, b.H-16, 2)
	w := text.Width() + iconSize
	if icon != "" && words != "" {
		w += gap
	}
	x := b.X + (b.W-w)/2
	at, after := x, x+iconSize+gap // the icon stands before the words, except one that points on
	if icon == "" {
		after = x
	}
	if icon == "chevron-right" && words != "" {
		at, after = x+text.Width()+gap, x
	}
	if icon != "" {
		p.iconAt(icon, ink, float32(int(at)), b.Y+b.H/2, iconSize)
	}
	if words != "" {
		p.middle(text, sheet.Box{X: after, Y: b.Y, W: text.Width(), H: b.H}, sheet.Centre)
	}
	if in != nil {
		p.touch(b, theme.Corner, in)
	}
}

func (p *pen) buttonColours(k kind) (fill, stroke, ink color.NRGBA) {
	switch k {
	case mainAction, chosen:
		return p.Primary, p.Primary, p.OnPrimary
	case quiet:
		return p.Card, p.Line, p.Ink
	case off:
		if p.s.Prefs.HighContrast { // the others have a line
			return p.Ground, p.Ground, p.Dim
		}
		return p.Ground, p.Line, p.Dim
	case action:
	}
	return p.Card, p.Primary, p.Primary
}
