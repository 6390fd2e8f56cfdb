package screen

import (
	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// The agencies on a page: normal, large text, low reach, both.
var (
	agencyPortrait  = [4]grid{{2, 7}, {2, 5}, {2, 4}, {2, 3}}
	agencyLandscape = [4]grid{{4, 4}, {3, 3}, {3, 3}, {3, 2}}
)

// agency asks for the agency.
func (p *pen) agency() {
	work := p.headline(heading{Title: p.t("agency.question"), Sub: p.step(1), Aside: p.searchWidth() + theme.Space2})
	p.asideSearch()
	items, page, pages := p.s.AgencyPage()
	if len(items) == 0 {
		p.empty(work, "document", p.t("agency.none"), p.t("agency.none_next"))
		return
	}
	space := p.paged(work, p.pick(agencyPortrait, agencyLandscape), len(items), page, pages, 250)
	for i, a := range items {
		p.agencyTile(space.cell(i), a)
	}
}

func (p *pen) agencyTile(b sheet.Box, a protocol.Agency) {
	p.card(b)
	p.touch(b, theme.Corner, flow.ChooseAgency{ID: a.ID})
	live := p.s.AgencyLive(a.ID)
	in := b.Inset(theme.Space2, 6)
	side := min(96, float32(int(in.H*0.66)))
	mark, in := in.Left(side, 20)
	p.chip(a, mark.Middle(side, side))
	ink := p.Ink
	if !live.Open {
		ink = p.Dim
	}
	lines := p.tileLines(live, in.W)
	room := in.H - stackHeight(0, lines...)
	name := fitIn(p.in(a.Short), p.bold(theme.SizeLabel, ink), in.W, room, 2)
	if !name.Whole && len(lines) > 1 {
		lines = lines[:1]
		name = fitIn(p.in(a.Short), p.bold(theme.SizeLabel, ink), in.W, room+lines[0].Height(), 2)
	}
	p.stack(in, sheet.Left, 0, append([]sheet.Block{name}, lines...)...)
}

// tileLines are the lines below an agency's name: how many wait, and how long.
func (p *pen) tileLines(live flow.AgencyLive, w float32) []sheet.Block {
	st := p.plain(theme.SizeSmall, p.Dim)
	st.Leading = 1.25
	if !live.Open {
		return []sheet.Block{sheet.Fit(p.t("closed.now"), p.bold(theme.SizeSmall, p.Bad), w, 1)}
	}
	var lines []sheet.Block
	if people := p.waiting(live.Waiting, live.Wait); people != "" {
		lines = append(lines, sheet.Fit(people, st, w, 1))
	}
	if hasWait(live.Waiting, live.Wait) {
		lines = append(lines, sheet.Fit(p.wait(live.Wait), st, w, 1))
	}
	return lines
}

// empty says that there is nothing to choose from, and what to do.
func (p *pen) empty(b sheet.Box, icon, words, next string) {
	b = b.Middle(b.W, min(b.H, 460))
	p.card(b)
	in := b.Inset(theme.Space4, theme.Space2)
	side := min(120, in.H/3)
	side = float32(int(side))
	title := sheet.Fit(words, p.bold(theme.SizeHeading, p.Ink), in.W, 2)
	sub := sheet.Fit(next, p.plain(theme.SizeBody, p.Dim), in.W, 3)
	h := side + theme.Space1 + stackHeight(8, title, sub)
	y := in.Y + (in.H-h)/2
	p.icon(icon, p.Primary, sheet.Box{X: in.X + float32(int((in.W-side)/2)), Y: float32(int(y)), W: side, H: side})
	p.stack(sheet.Box{X: in.X, Y: y + side + theme.Space1, W: in.W, H: h - side - theme.Space1}, sheet.Centre, 8, title, sub)
}
