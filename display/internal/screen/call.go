package screen

import (
	"strings"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/display/internal/board"
)

// grown is how large a called number is when it begins to grow.
const grown = 0.88

// call draws the one call that stands out.
func (p *pen) call(s *board.Shown) {
	c := s.Call
	p.rect(largeBox, sheet.Fill{Color: p.palette.Now, Radius: 36})
	in := largeBox.Inset(64, 40)
	night := p.palette.OnNow

	head, rest := in.Top(68, 0)
	label := bold(52, night)
	p.middle(first("number"), label, head, 1, sheet.Left)
	_, after := head.Left(p.width(first("number"), label), 24)
	after.Y += 6
	p.middle(english("number"), second(36, night), after, 1, sheet.Left)
	if c.Repeat > 1 {
		p.again(head)
	}

	service, rest := rest.Base(96, 24)
	p.service(c.Letter, c.Color, c.Agency.In(firstLang)+" · "+c.Service.In(firstLang), service)
	way, number := rest.Base(148, 0)
	p.way(c.Counter, way)
	size := float32(grown + (1-grown)*s.Grow)
	giant := sheet.Style{Size: 388 * size, Bold: true, Color: night, Min: 160, Leading: 1}
	number.X -= margin(c.Number) * giant.Size
	p.middle(c.Number, giant, number, 1, sheet.Left)
}

// margin is how far the first letter of a number stands in from its left edge in Noto Sans Bold, as a
// part of the type size: on a giant number one sees it.
func margin(number string) float32 {
	switch {
	case strings.IndexAny(number, "BDEFHIKLMNPRU") == 0:
		return 0.085
	case strings.IndexAny(number, "CGOQ") == 0:
		return 0.05
	case strings.IndexAny(number, "SZ") == 0:
		return 0.035
	}
	return 0.005
}

// again says that it is not the first call.
func (p *pen) again(head sheet.Box) {
	st := bold(38, p.palette.Now)
	w := p.width(first("again"), st)
	pill, _ := head.End(w+64, 0)
	p.rect(pill, sheet.Fill{Color: p.palette.OnNow, Radius: pill.H / 2})
	p.middle(first("again"), st, pill, 1, sheet.Centre)
}

// way says where to go.
func (p *pen) way(n int, b sheet.Box) {
	label := bold(52, p.palette.OnNow)
	w := p.width(first("goto"), label)
	words, rest := b.Left(w, 40)
	upper, lower := words.Inset(0, 18).Top(60, 0)
	p.middle(first("goto"), label, upper, 1, sheet.Left)
	p.middle(english("goto"), second(36, p.palette.OnNow), lower, 1, sheet.Left)

	st := bold(112, p.palette.Text)
	pill, _ := rest.Left(min(p.width(counter(n), st)+112, rest.W), 0)
	p.rect(pill, sheet.Fill{Color: p.palette.OnNow, Radius: corner})
	p.middle(counter(n), st, pill.Inset(24, 0), 1, sheet.Centre)
}

// service draws the agency's chip and what the ticket is for.
func (p *pen) service(letter, color, text string, b sheet.Box) {
	chip, rest := b.Left(80, 28)
	chip = chip.Middle(80, 80)
	p.rect(chip, sheet.Fill{Color: theme.Hex(color), Radius: 20})
	p.middle(letter, bold(48, p.palette.Text), chip, 1, sheet.Centre)
	p.middle(text, bold(44, p.palette.OnNow), rest, 2, sheet.Left)
}
