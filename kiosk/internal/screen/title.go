package screen

import (
	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/queue-server/protocol"
)

// heading is what stands over a screen: one question, a line below it, and the chip of the agency that
// it is about.
type heading struct {
	Over, Title, Sub string
	Agency           *protocol.Agency
	Aside            float32 // room kept free at the right, for what can be touched there
	Above            float32 // room kept free above the picture of low reach
}

// headline draws the heading and returns what remains below it. In low reach the heading and a picture fill the
// part that nobody has to reach, and all that can be touched remains.
func (p *pen) headline(h heading) sheet.Box {
	if p.f.low {
		p.picture(h)
		return p.f.work
	}
	return p.headlineIn(p.f.body, h)
}

// headlineAtTop is the heading for screens on which nothing of it is touched: it stays at the top in low reach, too.
func (p *pen) headlineAtTop(h heading) sheet.Box { return p.headlineIn(p.f.body, h) }

// headlineIn draws the heading at the top of a box and returns what remains below it.
func (p *pen) headlineIn(room sheet.Box, h heading) sheet.Box {
	text := room
	text.W -= h.Aside
	if h.Agency != nil {
		text.X, text.W = text.X+112+theme.Space2, text.W-112-theme.Space2
	}
	over, title, sub := p.headingBlocks(h, text.W, theme.SizeTitle, 2)
	height := stackHeight(4, over, title, sub)
	if h.Agency != nil {
		height = max(height, 112)
		p.chip(*h.Agency, sheet.Box{X: room.X, Y: room.Y, W: 112, H: height}.Middle(112, 112))
	}
	text.H = height
	p.stack(text, sheet.Left, 4, over, title, sub)
	_, rest := room.Top(height, theme.Space2)
	return rest
}

func (p *pen) headingBlocks(h heading, w, size float32, lines int) (over, title, sub sheet.Block) {
	over = snug(h.Over, p.plain(theme.SizeBody, p.Dim), w, 100, 2)
	title = sheet.Fit(h.Title, p.bold(size, p.Ink), w, lines)
	sub = sheet.Fit(h.Sub, p.plain(theme.SizeBody, p.Dim), w, 2)
	return over, title, sub
}

// picture fills the upper part of the low-reach mode.
func (p *pen) picture(h heading) {
	room := p.f.upper
	room.Y, room.H = room.Y+h.Above, room.H-h.Above
	art := sheet.Box{W: 480, H: 300}
	if h.Agency != nil {
		art = sheet.Box{W: 240, H: 240}
	}
	align := sheet.Centre
	text := room
	if p.f.landscape {
		var left sheet.Box
		left, text = room.Left(art.W+theme.Space4, theme.Space4)
		art = left.Middle(art.W, art.H)
		align = sheet.Left
	}
	over, title, sub := p.headingBlocks(h, text.W, theme.SizeDisplay, 3)
	if !p.f.landscape && room.H < art.H+theme.Space4+stackHeight(8, over, title, sub)+2*theme.Space2 {
		art.W, art.H = art.W*0.75, art.H*0.75
	}
	if !p.f.landscape {
		all := art.H + theme.Space4 + stackHeight(8, over, title, sub)
		art.X, art.Y = room.X+(room.W-art.W)/2, room.Y+float32(int((room.H-all)/2))
		text.Y, text.H = art.Bottom()+theme.Space4, stackHeight(8, over, title, sub)
	}
	if h.Agency != nil {
		p.chip(*h.Agency, art)
	} else {
		p.hall(art)
	}
	p.stack(text, align, 8, over, title, sub)
}

// hall draws the picture of the hall in the colours of the mode.
func (p *pen) hall(b sheet.Box) {
	name := "hall-light"
	if p.s.Prefs.HighContrast {
		name = "hall-mono"
	}
	p.icon(name, p.Ink, b)
}

// step says which of the steps to a number a screen is; an office with one agency has one less. How many there are
// nobody can say before the service is chosen: some ask who she is.
func (p *pen) step(n int) string {
	if len(p.s.Catalog.Agencies) == 1 {
		n--
	}
	return p.t("frame.step", "n", itoa(n))
}
