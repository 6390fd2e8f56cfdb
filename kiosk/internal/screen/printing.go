package screen

import (
	"loket/assets/theme"
	"loket/assets/theme/sheet"
)

// printing says that the ticket is being made. Nothing can be done meanwhile, and nothing moves.
func (p *pen) printing() {
	b := p.f.body
	card := b.Middle(min(b.W, 1100), min(b.H, 900))
	p.card(card)
	in := card.Inset(theme.Space5, theme.Space4)
	disc := sheet.Box{W: 260, H: 260}
	if in.H < 640 {
		disc = sheet.Box{W: 200, H: 200}
	}
	title := sheet.Fit(p.t("printing.title"), p.bold(theme.SizeDisplay, p.Ink), in.W, 2)
	if p.s.Ticket.Number != "" {
		title = sheet.Fit(p.t("printing.number", "number", p.s.Ticket.Number), p.bold(theme.SizeDisplay, p.Ink), in.W, 2)
	}
	sub := sheet.Fit(p.t("printing.wait"), p.plain(theme.SizeLabel, p.Dim), in.W, 2)
	var what sheet.Block
	if v, ok := p.s.ChosenService(); ok {
		what = sheet.Fit(p.in(v.Name), p.bold(theme.SizeLabel, p.Primary), in.W, 2)
	}
	words := stackHeight(16, title, what, sub)
	disc = sheet.Box{X: in.X, Y: in.Y + (in.H-disc.H-theme.Space4-words)/2, W: in.W, H: disc.H}.Middle(disc.W, disc.H)
	p.Rect(disc, sheet.Fill{Color: p.Tint, Stroke: p.Primary, StrokeWidth: p.LineWidth, Radius: disc.W / 2})
	icon := float32(int(disc.W * 0.55))
	p.icon("printer", p.Primary, disc.Middle(icon, icon))
	p.stack(sheet.Box{X: in.X, Y: disc.Bottom() + theme.Space4, W: in.W, H: words}, sheet.Centre, 16, title, what, sub)
}
