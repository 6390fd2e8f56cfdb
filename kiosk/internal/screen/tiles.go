package screen

import (
	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// grid is how many entries stand beside and below one another on a full page. Their product is what
// flow shows on a page.
type grid struct{ cols, rows int }

// pick chooses by the mode: normal, large text, low reach, both.
func (p *pen) pick(portrait, landscape [4]grid) grid {
	of := portrait
	if p.f.landscape {
		of = landscape
	}
	i := 0
	if p.s.Prefs.LargeText {
		i++
	}
	if p.f.low {
		i += 2
	}
	return of[i]
}

// pageSpace is where the entries of a page and its controls go.
type pageSpace struct {
	tiles sheet.Box
	cell  func(i int) sheet.Box
}

// paged draws the page controls where they are needed and lays the entries out in the rest. Entries keep
// their size from page to page; when all fit on one page they take the room of the controls, up to maxH.
func (p *pen) paged(work sheet.Box, g grid, n, page, pages int, maxH float32) pageSpace {
	gap := theme.Space1
	if pages > 1 || p.f.low {
		work = p.pager(work, page, pages)
	}
	rows := g.rows
	if pages == 1 {
		rows = max(1, (n+g.cols-1)/g.cols)
	}
	h := (work.H - gap*float32(rows-1)) / float32(rows)
	h = float32(int(min(h, maxH)))
	area := sheet.Box{X: work.X, Y: work.Y, W: work.W, H: h*float32(rows) + gap*float32(rows-1)}
	return pageSpace{area, func(i int) sheet.Box { return area.Cell(i, g.cols, rows, gap) }}
}

// pager draws previous and next, and in low reach the search beside them, and returns what remains.
func (p *pen) pager(work sheet.Box, page, pages int) sheet.Box {
	if p.f.landscape {
		return p.pagerColumn(work, page, pages)
	}
	row, rest := work.Base(104, theme.Space1)
	if pages == 1 && p.s.Screen == flow.Search {
		return rest
	}
	if p.f.low && p.s.Screen != flow.Search {
		var b sheet.Box
		if pages == 1 {
			p.searchButton(row)
			return rest
		}
		b, row = row.End(340, theme.Space1)
		p.searchButton(b)
		p.pageButtons(row.Cell(0, 3, 1, theme.Space1), row.Cell(1, 3, 1, theme.Space1), row.Cell(2, 3, 1, theme.Space1), page, pages, false)
		return rest
	}
	prev, row := row.Left(330, theme.Space1)
	next, mid := row.End(330, theme.Space1)
	p.pageButtons(prev, mid, next, page, pages, true)
	return rest
}

// pagerColumn is the pager of landscape: a column at the right.
func (p *pen) pagerColumn(work sheet.Box, page, pages int) sheet.Box {
	col, rest := work.End(300, theme.Space2)
	if p.f.low && p.s.Screen != flow.Search {
		var b sheet.Box
		if pages == 1 {
			p.searchButton(col)
			return rest
		}
		b, col = col.Top((col.H-theme.Space1)*0.4, theme.Space1)
		p.searchButton(b)
		mid, row := col.Top(60, theme.Space1)
		p.pageButtons(row.Cell(0, 2, 1, theme.Space1), mid, row.Cell(1, 2, 1, theme.Space1), page, pages, false)
		return rest
	}
	height := min(col.H, 460)
	col.H = height
	prev := col.Cell(0, 1, 3, theme.Space1)
	p.pageButtons(prev, col.Cell(1, 1, 3, theme.Space1), col.Cell(2, 1, 3, theme.Space1), page, pages, true)
	return rest
}

func (p *pen) pageButtons(prev, mid, next sheet.Box, page, pages int, words bool) {
	before, after := "", ""
	if words {
		before, after = p.t("frame.previous"), p.t("frame.next")
	}
	p.pageButton(prev, page > 0, "chevron-left", before, -1)
	p.middle(sheet.Fit(p.t("frame.page", "n", itoa(page+1), "all", itoa(pages)), p.bold(theme.SizeBody, p.Ink), mid.W, 1), mid, sheet.Centre)
	p.pageButton(next, page < pages-1, "chevron-right", after, 1)
}

// pageButton draws a page button, or nothing where there is no page.
func (p *pen) pageButton(b sheet.Box, there bool, icon, words string, by int) {
	if !there {
		return
	}
	p.button(b, action, icon, words, theme.SizeLabel, flow.TurnPage{By: by})
}

func (p *pen) searchButton(b sheet.Box) {
	p.button(b, quiet, "search", p.t("home.search"), theme.SizeBody, flow.OpenSearch{})
}

// asideSearch draws the search at the right of the heading, where it is in normal reach.
func (p *pen) asideSearch() {
	if p.f.low {
		return
	}
	w := p.searchWidth()
	b := p.f.body
	p.searchButton(sheet.Box{X: b.Right() - w, Y: b.Y, W: w, H: 104})
}

func (p *pen) searchWidth() float32 {
	return float32(int(sheet.Measure(p.t("home.search"), p.bold(theme.SizeBody, p.Ink))+p.px(theme.SizeBody)*1.2)) + 64
}

// serviceRow draws one service: its name, what it takes and costs, and its wait. With an agency, its chip
// stands before the name.
func (p *pen) serviceRow(b sheet.Box, v protocol.Service, a *protocol.Agency) {
	code, closed := p.s.ServiceClosed(v.ID)
	p.card(b)
	p.touch(b, theme.Corner, flow.ChooseService{ID: v.ID})
	in := b.Inset(theme.Space2, 6)
	ink := p.Ink
	if closed {
		ink = p.Dim
	}
	if a != nil {
		var mark sheet.Box
		side := min(80, b.H-24)
		mark, in = in.Left(side, theme.Space2)
		p.chip(*a, mark.Middle(side, side))
	}
	arrow, in := in.End(40, 12)
	p.icon("chevron-right", p.Primary, arrow.Middle(40, 40))
	narrow := a != nil && b.W < 760
	if !narrow {
		in = p.rowWait(in, v, code, closed)
	}
	sub := p.rowSub(v, a, narrow, in.W)
	subText := sheet.Fit(sub, p.plain(theme.SizeSmall, p.Dim), in.W, 1)
	name := fitIn(p.in(v.Name), p.bold(theme.SizeLabel, ink), in.W, in.H-subText.Height()-2, 2)
	if name.Style.Size < subText.Style.Size { // the second line never outgrows the first
		subText = sheet.Fit(sub, sheet.Style{Size: theme.SizeSmall, Color: p.Dim, Leading: 1.25}, in.W, 1)
		name = fitIn(p.in(v.Name), p.bold(theme.SizeLabel, ink), in.W, in.H-subText.Height()-2, 2)
	}
	p.stack(in, sheet.Left, 2, name, subText)
}

// rowSub words the second line of a row: what the service takes and costs; among results of a search whose it
// is and, where the row has no room beside the name, how many wait.
func (p *pen) rowSub(v protocol.Service, a *protocol.Agency, narrow bool, w float32) string {
	long := p.t("service.takes", "n", itoa(v.StandardMinutes), "fee", p.fee(v))
	short := p.t("service.takes_short", "n", itoa(v.StandardMinutes), "fee", p.fee(v))
	if a != nil {
		long, short = p.in(a.Short), p.in(a.Short)
		live, ok := p.s.ServiceLive(v.ID)
		code, closed := p.s.ServiceClosed(v.ID)
		switch {
		case narrow && closed:
			long += " · " + p.closed(code)
		case narrow && ok:
			if people := p.waiting(live.Waiting, live.Wait); people != "" {
				long += " · " + people
			}
		}
	}
	if sheet.Measure(long, p.plain(theme.SizeSmall, p.Dim)) <= w {
		return long
	}
	return short
}

// rowWait draws the wait at the right of a row and returns what remains.
func (p *pen) rowWait(in sheet.Box, v protocol.Service, code string, closed bool) sheet.Box {
	most := float32(int(220 * min(p.factor, 1.15)))
	plain, bold := p.plain(theme.SizeSmall, p.Dim), p.bold(theme.SizeSmall, p.Ink)
	if in.W < 620 { // a narrow row keeps its width for the name
		most, plain.Size, bold.Size = 220, theme.SizeSmall, theme.SizeSmall
	}
	if closed {
		words := sheet.Fit(p.closed(code), sheet.Style{Size: bold.Size, Bold: true, Color: p.Bad}, most-44, 2)
		right, rest := in.End(words.Width()+44, theme.Space1)
		p.iconAt("lock", p.Bad, float32(int(right.X)), right.Y+right.H/2, 32)
		p.middle(words, right, sheet.Right)
		return rest
	}
	live, ok := p.s.ServiceLive(v.ID)
	if !ok {
		return in
	}
	people := sheet.Fit(p.waiting(live.Waiting, live.Wait), plain, most, 1)
	var wait sheet.Block
	if hasWait(live.Waiting, live.Wait) {
		wait = sheet.Fit(p.wait(live.Wait), bold, most, 1)
	}
	right, rest := in.End(max(people.Width(), wait.Width()), theme.Space1)
	p.stack(right, sheet.Right, 2, wait, people)
	return rest
}
