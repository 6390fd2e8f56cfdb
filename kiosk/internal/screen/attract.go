package screen

import (
	"image/color"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
)

// attract invites whoever comes by. The whole screen is one target, in both languages at once, since
// nobody has chosen one yet.
func (p *pen) attract() {
	p.factor = 1 // the modes belong to a visit
	all := sheet.Box{W: p.f.header.W, H: p.f.footer.Bottom()}
	scene, panel := all.Top(1180, 0)
	if p.f.landscape {
		scene, panel = all.Left(1120, 0)
	}
	p.Rect(scene, sheet.Fill{Color: p.Primary})
	p.scene(scene)
	p.invitation(panel.Inset(p.f.body.X, theme.Space4))
	p.touch(all, 0, flow.Touch{})
}

// scene is the hall with the name of the office.
func (p *pen) scene(b sheet.Box) {
	in := b.Inset(p.f.body.X, theme.Space5)
	office := p.office()
	greeting := p.t("attract.welcome")
	if p.in(office.Name) == "" {
		greeting = p.t("home.welcome")
	}
	welcome := sheet.Fit(greeting, p.plain(theme.SizeHeading, p.OnDim), in.W, 1)
	name := sheet.Fit(p.in(office.Name), sheet.Style{Size: 84, Bold: true, Color: p.OnPrimary, Leading: 1.15}, in.W, 2)
	place := sheet.Fit(p.in(office.Place), p.plain(theme.SizeHeading, p.OnDim), in.W, 1)
	words := stackHeight(8, welcome, name, place)
	art := sheet.Box{W: 800, H: 500}
	total := art.H + theme.Space5 + words
	art.X = in.X + (in.W-art.W)/2
	art.Y = float32(int(in.Y + (in.H-total)/2))
	p.icon("hall-dark", p.OnPrimary, art)
	p.stack(sheet.Box{X: in.X, Y: art.Bottom() + theme.Space5, W: in.W, H: words}, sheet.Centre, 8, welcome, name, place)
}

// invitation says what to do, and whether numbers are given now.
func (p *pen) invitation(b sheet.Box) {
	base, room := b.Base(120, theme.Space3)
	p.attractClock(base)
	card := room
	if card.H > 520 {
		card = card.Middle(card.W, 520)
	}
	p.Rect(card, sheet.Fill{Color: p.Card, Stroke: p.Line, StrokeWidth: p.LineWidth, Radius: theme.Corner})
	in := card.Inset(theme.Space4, theme.Space3)
	icon, fill, first, second := p.inviteWords()
	disc := sheet.Box{X: in.X, Y: in.Y, W: 168, H: 168}
	head := sheet.Fit(first, p.bold(theme.SizeDisplay, p.Ink), in.W, 2)
	sub := sheet.Fit(second, p.plain(theme.SizeLabel, p.Dim), in.W, 3)
	words := stackHeight(12, head, sub)
	total := disc.H + theme.Space3 + words
	disc = sheet.Box{X: in.X, Y: in.Y + (in.H-total)/2, W: in.W, H: disc.H}.Middle(168, 168)
	p.Rect(disc, sheet.Fill{Color: fill, Radius: disc.W / 2})
	p.icon(icon, p.OnNow, disc.Middle(104, 104))
	p.stack(sheet.Box{X: in.X, Y: disc.Bottom() + theme.Space3, W: in.W, H: words}, sheet.Centre, 12, head, sub)
}

func (p *pen) inviteWords() (icon string, fill color.NRGBA, first, second string) {
	switch {
	case !p.s.Ready:
		return "hourglass", p.NowTint, p.t("attract.starting"), p.t("attract.starting_next")
	case p.s.Online && !p.s.Live.Open:
		return "clock", p.NowTint, p.t("attract.closed"), p.t("attract.closed_next")
	}
	if p.k.cfg.NoCards {
		return "hand-touch", p.Now, p.t("attract.touch"), p.t("attract.touch_other")
	}
	return "hand-touch", p.Now, p.t("attract.touch_or_tap"), p.t("attract.touch_or_tap_other")
}

// attractClock is the time, large, and the date.
func (p *pen) attractClock(b sheet.Box) {
	clock := sheet.Fit(p.clock(), p.bold(theme.SizeTitle, p.Ink), b.W, 1)
	date := sheet.Fit(p.date(), p.plain(theme.SizeBody, p.Dim), b.W, 1)
	p.stack(b, sheet.Centre, 2, clock, date)
}
