package screen

import (
	"image/color"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
)

// printing says that the number is asked for, and then that the ticket is being made. Nothing can be done meanwhile, and nothing moves.
func (p *pen) printing() {
	m := message{icon: "ticket", fill: p.Tint, line: p.Primary, ink: p.Primary, title: p.t("printing.title"), text: p.t("printing.asking")}
	if p.s.Ticket.Number != "" {
		m.icon, m.title, m.text = "printer", p.t("printing.number", "number", p.s.Ticket.Number), p.t("printing.wait")
	}
	if v, ok := p.s.ChosenService(); ok {
		m.about = p.in(v.Name)
	}
	p.say(p.f.body, m)
}

// message is a screen that has one thing to say.
type message struct {
	icon               string
	fill, line, ink    color.NRGBA
	title, about, text string
}

// say draws a message on a card in the middle of a box.
func (p *pen) say(b sheet.Box, m message) {
	width := min(b.W, 1200)
	w := width - 2*theme.Space5
	title := sheet.Fit(m.title, p.bold(theme.SizeDisplay, p.Ink), w, 3)
	about := sheet.Fit(m.about, p.bold(theme.SizeButton, p.Primary), w, 2)
	text := sheet.Fit(m.text, p.plain(theme.SizeLabel, p.Ink), w, 5)
	words := stackHeight(20, title, about, text)
	side, pad, gap := float32(260), float32(112), theme.Space4
	if b.H < side+words+gap+2*pad {
		side, pad, gap = 160, 40, theme.Space2
	}
	card := b.Middle(width, min(b.H, side+words+gap+2*pad))
	p.card(card)
	disc := sheet.Box{X: card.X, Y: card.Y + (card.H-side-gap-words)/2, W: card.W, H: side}.Middle(side, side)
	line := m.line
	if p.s.Prefs.HighContrast {
		line = p.Line
	}
	p.Rect(disc, sheet.Fill{Color: m.fill, Stroke: line, StrokeWidth: p.LineWidth, Radius: side / 2})
	half := float32(int(side * 0.55))
	p.icon(m.icon, m.ink, disc.Middle(half, half))
	p.stack(sheet.Box{X: card.X + theme.Space5, Y: disc.Bottom() + gap, W: w, H: words}, sheet.Centre, 20, title, about, text)
}
