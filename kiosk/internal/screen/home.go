package screen

import (
	"strings"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// home asks what the citizen would like to do.
func (p *pen) home() {
	gap := theme.Space2
	serving := float32(int(200 * min(p.factor, 1.2)))
	h := heading{Title: p.t("home.welcome"), Sub: p.t("home.question")}
	if p.f.low && !p.f.landscape {
		h.Above = serving + gap
	}
	work := p.headline(h)
	if p.f.landscape {
		p.homeWide(work, gap)
		return
	}
	if p.f.low {
		p.nowServing(sheet.Box{X: work.X, Y: p.f.upper.Y, W: work.W, H: serving})
		p.homeLow(work, gap)
		return
	}
	var b sheet.Box
	b, work = work.Top(400, gap)
	p.takeNumber(b)
	b, work = work.Top(188, gap)
	p.finder(b, "search", "home.search", "home.search_how", flow.OpenSearch{})
	b, work = work.Top(188, gap)
	p.finder(b, "qr", "home.find", "home.find_how", flow.OpenFind{})
	b, work = work.Top(250, gap)
	p.modes(b)
	p.nowServing(work)
}

// homeLow lays out the lower half of portrait.
func (p *pen) homeLow(work sheet.Box, gap float32) {
	b, work := work.Top(work.H-176-250-2*gap, gap)
	p.takeNumber(b)
	b, work = work.Top(176, gap)
	p.finders(b)
	p.modes(work)
}

// homeWide lays the same things out beside one another.
func (p *pen) homeWide(work sheet.Box, gap float32) {
	if p.f.low {
		left, right := work.Left(work.W*0.5, gap)
		p.takeNumber(left)
		upper, lower := right.Top(float32(int((right.H-gap)*0.4)), gap)
		p.finders(upper)
		p.modes(lower)
		return
	}
	strip, work := work.Base(156, gap)
	p.nowServing(strip)
	left, right := work.Left(float32(int(work.W*0.5)), gap)
	p.takeNumber(left)
	upper, lower := right.Top(float32(int((right.H-gap)*0.4)), gap)
	p.finders(upper)
	p.modes(lower)
}

// takeNumber is the one main action.
func (p *pen) takeNumber(b sheet.Box) {
	p.Rect(b, sheet.Fill{Color: p.Primary, Radius: theme.Corner})
	p.touch(b, theme.Corner, flow.TakeNumber{})
	in := b.Inset(theme.Space4, theme.Space2)
	icon := float32(int(min(168, b.H*0.45)))
	mark, in := in.Left(icon, theme.Space4)
	arrow, in := in.End(72, theme.Space2)
	p.icon("ticket", p.OnPrimary, mark.Middle(icon, icon))
	p.icon("chevron-right", p.OnPrimary, arrow.Middle(72, 72))
	words := sheet.Fit(p.t("home.take"), p.bold(theme.SizeDisplay, p.OnPrimary), in.W, 2)
	sub := p.t("home.count", "agencies", itoa(len(p.s.Catalog.Agencies)), "services", itoa(len(p.s.Catalog.Services)))
	if len(p.s.Catalog.Agencies) <= 1 {
		sub = p.t("home.count_services", "services", itoa(len(p.s.Catalog.Services)))
	}
	if p.s.Online && !p.s.Live.Open {
		sub = p.t("attract.closed")
	}
	p.fitStack(in, sheet.Left, 10, words, snug(sub, p.plain(theme.SizeLabel, p.OnDim), in.W, in.H, 2))
}

// finders are the ways to a service and to a ticket, beside one another.
func (p *pen) finders(b sheet.Box) {
	p.stacked(b.Cell(0, 2, 1, theme.Space1), action, "search", p.t("home.search"), flow.OpenSearch{})
	p.stacked(b.Cell(1, 2, 1, theme.Space1), action, "qr", p.t("home.find"), flow.OpenFind{})
}

// finder is one of them over the whole width, with what it is for.
func (p *pen) finder(b sheet.Box, icon, words, how string, to flow.Input) {
	p.card(b)
	p.touch(b, theme.Corner, to)
	in := b.Inset(theme.Space4, theme.Space1)
	mark, in := in.Left(88, theme.Space3)
	arrow, in := in.End(56, theme.Space2)
	p.icon(icon, p.Primary, mark.Middle(88, 88))
	p.icon("chevron-right", p.Primary, arrow.Middle(56, 56))
	title := sheet.Fit(p.t(words), p.bold(theme.SizeHeading, p.Ink), in.W, 1)
	sub := fitIn(p.t(how), p.plain(theme.SizeBody, p.Dim), in.W, in.H-title.Height()-4, 2)
	p.fitStack(in, sheet.Left, 4, title, sub)
}

// modes offers the three accessibility modes in words, for who does not read the signs in the header.
func (p *pen) modes(b sheet.Box) {
	p.card(b)
	in := b.Inset(theme.Space3, theme.Space2)
	title := sheet.Fit(p.t("home.modes"), p.plain(theme.SizeBody, p.Dim), in.W, 1)
	head, row := in.Top(title.Height(), 12)
	p.Text(title, head.X, head.Y, head.W, sheet.Left)
	prefs := p.s.Prefs
	all := []struct {
		icon, words string
		on          bool
		in          flow.Input
	}{
		{"text-size", p.t("home.large"), prefs.LargeText, flow.ToggleLarge{}},
		{"contrast", p.t("home.contrast"), prefs.HighContrast, flow.ToggleContrast{}},
		{"reach", p.t("home.reach"), prefs.LowReach, flow.ToggleReach{}},
	}
	size, cell := p.px(theme.SizeBody), row.Cell(0, 3, 1, theme.Space1)
	for _, m := range all { // the longest words decide for all
		size = min(size, p.stackedWords(m.words, size, cell).Style.Size)
	}
	for i, m := range all {
		k := action
		if m.on {
			k = chosen
		}
		p.stackedAt(row.Cell(i, 3, 1, theme.Space1), k, m.icon, m.words, size, m.in)
	}
}

// nowServing shows the latest numbers at the counters; nothing of it can be touched.
func (p *pen) nowServing(b sheet.Box) {
	if b.H < 120 {
		return
	}
	p.card(b)
	in := b.Inset(theme.Space3, theme.Space2)
	title := sheet.Fit(p.t("home.serving"), p.plain(theme.SizeBody, p.Dim), in.W, 1)
	if p.f.landscape {
		var label sheet.Box
		title = sheet.Fit(p.t("home.serving"), p.plain(theme.SizeBody, p.Dim), 180*p.factor, 2)
		label, in = in.Left(200*p.factor, theme.Space2)
		p.middle(title, label, sheet.Left)
	} else {
		p.Text(title, in.X, in.Y, in.W, sheet.Left)
		_, in = in.Top(title.Height(), 8)
	}
	serving := p.s.Live.NowServing
	if len(serving) == 0 {
		p.middle(sheet.Fit(p.t("home.nobody"), p.plain(theme.SizeLabel, p.Ink), in.W, 2), in, sheet.Left)
		return
	}
	for i, at := range serving[:min(3, len(serving))] {
		p.serving(in.Cell(i, 3, 1, theme.Space2), at)
	}
}

func (p *pen) serving(b sheet.Box, at protocol.Serving) {
	side := min(96, b.H-8)
	mark, in := b.Left(side, theme.Space1)
	p.chip(p.agencyOf(at.Number), mark.Middle(side, side))
	size := theme.SizeButton
	if b.H > 150 {
		size = theme.SizeHeading
	}
	number := sheet.Fit(at.Number, p.bold(size, p.Ink), in.W, 1)
	counter := sheet.Fit(p.t("home.counter", "n", itoa(at.Counter)), p.plain(theme.SizeBody, p.Dim), in.W, 1)
	p.fitStack(in, sheet.Left, 0, number, counter)
}

// agencyOf is the agency that a number belongs to, by the series of its services; of none it has the
// number's letter in ink.
func (p *pen) agencyOf(number string) protocol.Agency {
	series, _, _ := strings.Cut(number, "-")
	for _, v := range p.s.Catalog.Services {
		if v.Series == series {
			if a, ok := p.s.AgencyByID(v.AgencyID); ok {
				return a
			}
		}
	}
	return protocol.Agency{Letter: series}
}

// stacked draws a button with its icon over its words when it is high enough for both, else beside them.
func (p *pen) stacked(b sheet.Box, k kind, icon, words string, in flow.Input) {
	p.stackedAt(b, k, icon, words, p.px(theme.SizeBody), in)
}

// stackedIcon is the side of the icon of a stacked button.
const stackedIcon float32 = 56

// stackedWords sets the words of a stacked button, at most in a size.
func (p *pen) stackedWords(words string, size float32, b sheet.Box) sheet.Block {
	return snug(words, sheet.Style{Size: size, Bold: true}, b.W-24, b.H-stackedIcon-36, 2)
}

// stackedAt is stacked with words that are at most of a size.
func (p *pen) stackedAt(b sheet.Box, k kind, icon, words string, size float32, in flow.Input) {
	fill, stroke, ink := p.buttonColours(k)
	side, text := stackedIcon, p.stackedWords(words, size, b)
	text.Style.Color = ink
	if side+8+text.Height() > b.H-28 {
		p.button(b, k, icon, words, theme.SizeBody, in)
		return
	}
	p.Rect(b, sheet.Fill{Color: fill, Stroke: stroke, StrokeWidth: max(p.LineWidth, 2), Radius: theme.Corner})
	p.touch(b, theme.Corner, in)
	y := b.Y + float32(int((b.H-side-8-text.Height())/2))
	p.icon(icon, ink, sheet.Box{X: b.X + float32(int((b.W-side)/2)), Y: y, W: side, H: side})
	p.Text(text, b.X, y+side+8, b.W, sheet.Centre)
}
