package screen

import (
	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
)

// trouble says what to do next when no ticket can be given. It has no error code and blames nobody.
func (p *pen) trouble() {
	icon, key := p.troubleWords()
	gap := theme.Space2
	b := p.f.body
	act, rest := b.Base(168, gap)
	if p.f.landscape {
		act, rest = b.Base(140, gap)
		act = act.Middle(min(act.W, 900), act.H)
	}
	p.button(act, mainAction, "home", p.t("trouble.finish"), theme.SizeHeading, flow.Finish{})
	card := rest.Middle(min(rest.W, 1300), min(rest.H, 900))
	p.card(card)
	in := card.Inset(theme.Space5, theme.Space3)
	side := float32(220)
	if in.H < 620 {
		side = 160
	}
	title := sheet.Fit(p.t(key), p.bold(theme.SizeTitle, p.Ink), in.W, 3)
	sub := sheet.Fit(p.t(key+"_next"), p.plain(theme.SizeLabel, p.Ink), in.W, 5)
	words := stackHeight(20, title, sub)
	disc := sheet.Box{X: in.X, Y: in.Y + (in.H-side-theme.Space4-words)/2, W: in.W, H: side}.Middle(side, side)
	p.Rect(disc, sheet.Fill{Color: p.NowTint, Stroke: p.Now, StrokeWidth: p.LineWidth, Radius: side / 2})
	if p.s.Prefs.HighContrast {
		p.Rect(disc, sheet.Fill{Color: p.Card, Stroke: p.Line, StrokeWidth: p.LineWidth, Radius: side / 2})
	}
	half := float32(int(side * 0.55))
	p.icon(icon, p.OnNow, disc.Middle(half, half))
	p.stack(sheet.Box{X: in.X, Y: disc.Bottom() + theme.Space4, W: in.W, H: words}, sheet.Centre, 20, title, sub)
}

// troubleWords is the icon and the key of the words for why no ticket is given.
func (p *pen) troubleWords() (icon, key string) {
	if p.s.Trouble != flow.TroubleClosed {
		return "officer", "trouble.officer"
	}
	switch p.s.ClosedCode {
	case "quota_full":
		return "calendar", "trouble.quota_full"
	case "service_closed":
		return "lock", "trouble.service_closed"
	}
	return "clock", "trouble.office_closed"
}
