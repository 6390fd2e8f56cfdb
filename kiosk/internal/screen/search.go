package screen

import (
	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
)

// The services found on a page: normal, large text, low reach, both.
var (
	searchPortrait  = [4]grid{{1, 6}, {1, 5}, {1, 2}, {1, 2}}
	searchLandscape = [4]grid{{1, 4}, {1, 3}, {1, 2}, {1, 2}}
)

// search finds a service by typed words, on a keyboard of its own.
func (p *pen) search() {
	work := p.headline(heading{Title: p.t("search.question"), Sub: p.searchSub()})
	gap := theme.Space2
	if p.f.landscape {
		left, right := work.Left(1032, theme.Space3)
		if p.f.low {
			p.queryField(sheet.Box{X: p.f.body.X + 528 + theme.Space4, Y: p.f.upper.Bottom() - 104 - theme.Space2, W: 900, H: 104})
		} else {
			var field sheet.Box
			field, left = left.Top(112, gap)
			p.queryField(field)
		}
		p.keyboard(left)
		p.results(right)
		return
	}
	if p.f.low {
		gap = theme.Space1
		field, _ := p.f.upper.Base(120, 0)
		field.Y -= theme.Space2
		p.queryField(field)
	} else {
		var field sheet.Box
		field, work = work.Top(120, gap)
		p.queryField(field)
	}
	keys := float32(408)
	if p.f.low {
		keys = 344
	}
	board, rest := work.Base(keys, gap)
	p.keyboard(board)
	p.results(rest)
}

func (p *pen) searchSub() string {
	if p.f.low {
		return ""
	}
	return p.t("search.how")
}

// queryField shows what was typed, with a mark where the next letter goes.
func (p *pen) queryField(b sheet.Box) {
	p.Rect(b, sheet.Fill{Color: p.Card, Stroke: p.Primary, StrokeWidth: 3, Radius: theme.Corner})
	in := b.Inset(theme.Space3, 0)
	p.iconAt("search", p.Primary, in.X, in.Y+in.H/2, 56)
	in.X, in.W = in.X+56+theme.Space2, in.W-56-theme.Space2
	if p.s.Query == "" {
		p.middle(sheet.Fit(p.t("search.example"), p.plain(theme.SizeLabel, p.Dim), in.W, 1), in, sheet.Left)
		return
	}
	text := sheet.Fit(p.s.Query, p.bold(theme.SizeHeading, p.Ink), in.W-12, 1)
	p.middle(text, in, sheet.Left)
	x := in.X + sheet.Measure(p.s.Query, text.Style) + 6
	p.Rect(sheet.Box{X: x, Y: in.Y + in.H/2 - 28, W: 4, H: 56}, sheet.Fill{Color: p.Now})
}

var keyRows = [3]string{"QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"}

// keyboard draws ten columns by three rows; erase ends the second row, the space bar the third.
func (p *pen) keyboard(b sheet.Box) {
	gap := float32(8)
	if p.f.body.W < 1000 { // the keys of portrait need the margins' room to be wide enough
		b.X, b.W = b.X-24, b.W+48
	}
	at := func(row, col, span int) sheet.Box {
		first := b.Cell(row*10+col, 10, 3, gap)
		last := b.Cell(row*10+col+span-1, 10, 3, gap)
		first.W = last.Right() - first.X
		return first
	}
	for row, letters := range keyRows {
		for col, letter := range letters {
			p.key(at(row, col, 1), string(letter))
		}
	}
	p.button(at(1, 9, 1), action, "backspace", "", theme.SizeLabel, flow.Erase{})
	p.button(at(2, 7, 3), quiet, "", p.t("search.space"), theme.SizeBody, flow.TypeKey{Key: " "})
}

func (p *pen) key(b sheet.Box, letter string) {
	p.Rect(b, sheet.Fill{Color: p.Card, Stroke: p.Line, StrokeWidth: p.LineWidth, Radius: 18})
	p.middle(sheet.One(letter, sheet.Style{Size: theme.SizeHeading, Bold: true, Color: p.Ink, Leading: 1}), b, sheet.Centre)
	p.touch(b, 18, flow.TypeKey{Key: letter})
}

// results lists what was found.
func (p *pen) results(b sheet.Box) {
	items, page, pages := p.s.SearchResults()
	switch {
	case p.s.Query == "":
		p.hint(b, "search", p.t("search.type"))
		return
	case len(items) == 0:
		p.hint(b, "officer", p.t("search.none"))
		return
	}
	g := p.pick(searchPortrait, searchLandscape)
	gap := theme.Space1
	if pages > 1 {
		b = p.resultPager(b, page, pages)
	}
	h := (b.H - gap*float32(g.rows-1)) / float32(g.rows)
	area := sheet.Box{X: b.X, Y: b.Y, W: b.W, H: b.H}
	if h > 168 {
		area.H = 168*float32(g.rows) + gap*float32(g.rows-1)
	}
	for i, v := range items {
		if a, ok := p.s.AgencyByID(v.AgencyID); ok {
			p.serviceRow(area.Cell(i, g.cols, g.rows, gap), v, &a)
			continue
		}
		p.serviceRow(area.Cell(i, g.cols, g.rows, gap), v, nil)
	}
}

// resultPager stands below the results, in both orientations.
func (p *pen) resultPager(b sheet.Box, page, pages int) sheet.Box {
	row, rest := b.Base(toolSize+4, theme.Space1)
	prev, row := row.Left((row.W-160)/2, 0)
	next, mid := row.End(prev.W, 0)
	p.pageButtons(prev, mid, next, page, pages, true)
	return rest
}

// hint fills the room of the results while there are none.
func (p *pen) hint(b sheet.Box, icon, words string) {
	b.H = min(b.H, 300)
	p.panel(b, p.Tint, p.Line)
	in := b.Inset(theme.Space3, theme.Space1)
	side := float32(int(min(72, in.H/2)))
	mark, in := in.Left(side, theme.Space2)
	p.icon(icon, p.Primary, mark.Middle(side, side))
	p.middle(sheet.Fit(words, p.plain(theme.SizeBody, p.Ink), in.W, 4), in, sheet.Left)
}
