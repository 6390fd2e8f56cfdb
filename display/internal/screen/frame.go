package screen

import (
	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/display/internal/board"
)

// header draws whose wall it is, and the date and time in the office's zone.
func (p *pen) header(s *board.Shown) {
	b := headerBox
	tile, rest := b.Left(b.H, 28)
	p.rect(tile, sheet.Fill{Color: theme.Primary, Radius: 24})
	p.icon("emblem", p.palette.Text, tile.Inset(14, 14))

	time := clock(s.Now)
	zone := plain(minText, p.palette.Dim)
	zoneWidth := p.width(s.Office.Zone, zone)
	zoneBox, rest := rest.End(zoneWidth, 14)
	p.middle(s.Office.Zone, zone, sheet.Box{X: zoneBox.X, Y: b.Y + 14, W: zoneBox.W + 2, H: b.H}, 1, sheet.Left)
	big := bold(84, p.palette.Text)
	timeBox, rest := rest.End(p.width(time, big)+2, 36)
	p.middle(time, big, timeBox, 1, sheet.Right)
	day := plain(38, p.palette.Dim)
	dayBox, rest := rest.End(p.width(date(s.Now), day)+2, 32)
	p.middle(date(s.Now), day, sheet.Box{X: dayBox.X, Y: b.Y + 12, W: dayBox.W, H: b.H}, 1, sheet.Right)

	place := s.Office.Place.In(firstLang)
	if zone := s.Zone.In(firstLang); zone != "" {
		place += " · " + zone
	}
	name, below := rest.Top(50, 0)
	p.middle(s.Office.Name.In(firstLang), bold(42, p.palette.Text), name, 1, sheet.Left)
	p.middle(place, plain(36, p.palette.Dim), below, 1, sheet.Left)
}

// footer draws the running text, or what everybody must know before it: that the data is old.
func (p *pen) footer(s *board.Shown) {
	switch {
	case s.RefusedCode != "":
		key := refusal(s.RefusedCode)
		p.warning(first(key), english(key))
	case !s.StaleSince.IsZero():
		at := clock(s.StaleSince) + " " + s.Office.Zone
		p.warning(first("stale", "time", at), english("stale", "time", at))
	case s.Running.ID != "":
		p.running(s)
	}
}

func (p *pen) running(s *board.Shown) {
	p.rect(footerBox, sheet.Fill{Color: p.palette.Card, Radius: corner})
	in := footerBox.Inset(40, 8)
	main := plain(40, faded(p.palette.Text, s.RunningFade))
	if !p.block(s.Running.ID, main, in.W, 1).Whole || s.Running.EN == "" {
		p.middle(s.Running.ID, main, in, 2, sheet.Left)
		return
	}
	upper, lower := in.Top(48, 0)
	p.middle(s.Running.ID, main, upper, 1, sheet.Left)
	p.middle(s.Running.EN, second(minSecond, faded(p.palette.Dim, s.RunningFade)), lower, 1, sheet.Left)
}

func (p *pen) warning(text, hint string) {
	p.rect(footerBox, sheet.Fill{Color: p.palette.Card, Stroke: p.palette.Bad, StrokeWidth: 4, Radius: corner})
	icon, in := footerBox.Inset(40, 8).Left(64, 28)
	p.icon("offline", p.palette.Bad, icon.Middle(64, 64))
	upper, lower := in.Top(48, 0)
	p.middle(text, bold(40, p.palette.Text), upper, 1, sheet.Left)
	p.middle(hint, second(minSecond, p.palette.Dim), lower, 1, sheet.Left)
}

// notice fills the wall while there is nothing of the office to show.
func (p *pen) notice(s *board.Shown) {
	key := "connecting"
	if s.Mode == board.Refused {
		key = refusal(s.RefusedCode)
	}
	p.scene(sheet.Box{W: Width, H: Height}, key)
}

// empty stands where the counters do while none is open.
func (p *pen) empty() {
	p.rect(largeBox, sheet.Fill{Color: p.palette.Card, Radius: corner})
	p.scene(largeBox, "empty")
}

// scene is the hall's picture with a sentence and a hint below it, in both languages.
func (p *pen) scene(b sheet.Box, key string) {
	group := b.Middle(b.W-160, 560)
	picture, rest := group.Top(300, 32)
	p.icon("hall-dark", p.palette.Text, picture.Middle(480, 300))
	for _, line := range []struct {
		text  string
		style sheet.Style
		gap   float32
	}{
		{first(key), bold(60, p.palette.Text), 0},
		{english(key), plain(38, p.palette.Dim), 20},
		{first(key + "_hint"), plain(40, p.palette.Text), 0},
		{english(key + "_hint"), plain(minText, p.palette.Dim), 0},
	} {
		y := p.text(line.text, line.style, rest, 1, sheet.Centre)
		_, rest = rest.Top(y-rest.Y, line.gap)
	}
}
