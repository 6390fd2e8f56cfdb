package screen

import (
	"strconv"

	"loket/assets/theme/sheet"
	"loket/display/internal/board"
	"loket/queue-server/protocol"
)

// cut is how the grid is set: cards beside and below each other, text sizes, margins, and whether a
// row says "Loket 3" or "3" under a heading.
type cut struct {
	across, down                  int
	zone, number, counter, paused float32
	margin                        float32
	spelled                       bool
	rows                          int // that there is always room for, so that rows do not grow too high
}

var (
	oneCard    = cut{across: 1, down: 1, zone: 52, number: 180, counter: 88, paused: 60, margin: 44, spelled: true, rows: 2}
	twoCards   = cut{across: 2, down: 1, zone: 44, number: 96, counter: 52, paused: 46, margin: 32, spelled: true, rows: 3}
	fourTiles  = cut{across: 2, down: 2, zone: 42, number: 84, counter: 50, paused: 42, margin: 32, spelled: true, rows: 2}
	threeCards = cut{across: 3, down: 1, zone: 40, number: 62, counter: 36, paused: 36, margin: 24, spelled: true, rows: 4}
	fourCards  = cut{across: 4, down: 1, zone: 36, number: 56, counter: 42, paused: minText, margin: 24, rows: 5}
)

// tileRows is the most counters a zone may have open to be a tile.
const tileRows = 3

// cutFor sets a page as large as its columns and its longest column allow.
func cutFor(columns, rows int) cut {
	switch {
	case columns <= 1:
		return oneCard
	case columns == 2:
		return twoCards
	case rows <= tileRows:
		return fourTiles
	case columns == 3:
		return threeCards
	}
	return fourCards
}

// grid draws the zones side by side with what each open counter serves now.
func (p *pen) grid(s *board.Shown) {
	area := largeBox
	if s.Pages > 1 {
		var dots sheet.Box
		dots, area = area.Base(20, 16)
		p.dots(dots, s.Page, s.Pages)
	}
	rows := 0
	for _, c := range s.Columns {
		rows = max(rows, len(c.Counters))
	}
	how := cutFor(len(s.Columns), rows)
	for i, c := range s.Columns {
		name := c.Zone.In(firstLang)
		if name == s.Zone.In(firstLang) {
			name = first("serving") // the header has the zone's name
		}
		p.column(name, c, area.Cell(i, how.across, how.down, 20), max(rows, how.rows), how)
	}
}

func (p *pen) dots(b sheet.Box, page, pages int) {
	const size, gap = 16, 20
	x := b.X + (b.W-float32(pages)*(size+gap)+gap)/2
	for i := range pages {
		c := p.palette.Line
		if i == page {
			c = p.palette.Text
		}
		p.rect(sheet.Box{X: x + float32(i)*(size+gap), Y: b.Y + 2, W: size, H: size}, sheet.Fill{Color: c, Radius: size / 2})
	}
}

func (p *pen) column(title string, c board.Column, b sheet.Box, rows int, how cut) {
	p.rect(b, sheet.Fill{Color: p.palette.Card, Radius: corner})
	in := p.columnHead(title, c, b.Inset(how.margin, 20), how)
	if len(c.Counters) == 0 {
		p.rule(in)
		in.Y += 20
		p.text(first("zone_closed"), plain(minText, p.palette.Dim), in, 3, sheet.Left)
		return
	}
	if !how.spelled {
		head, rest := in.Top(44, 0)
		p.middle(first("counter_head"), plain(minText, p.palette.Dim), head, 1, sheet.Left)
		p.middle(first("number_head"), plain(minText, p.palette.Dim), head, 1, sheet.Right)
		in = rest
	}
	for i, k := range c.Counters {
		p.counter(k, in.Cell(i, 1, rows, 0), how)
	}
}

// columnHead says which zone it is and how many wait there, in a tile on one line, and returns what
// is left of the box.
func (p *pen) columnHead(title string, c board.Column, b sheet.Box, how cut) sheet.Box {
	note := first("zone_waiting", "n", strconv.Itoa(c.Waiting))
	if c.Again {
		note = first("zone_again")
	}
	label := plain(minText, p.palette.Dim)
	name, rest := b.Top(52, 0)
	if how.down > 1 {
		wait, left := name.End(p.width(note, label)+2, 16)
		p.middle(title, bold(how.zone, p.palette.Text), left, 1, sheet.Left)
		p.middle(note, label, wait, 1, sheet.Right)
		_, rest = rest.Top(0, 8)
		return rest
	}
	p.middle(title, bold(how.zone, p.palette.Text), name, 1, sheet.Left)
	wait, rest := rest.Top(44, 10)
	p.middle(note, label, wait, 1, sheet.Left)
	return rest
}

// rule draws a line along the top of a box.
func (p *pen) rule(b sheet.Box) {
	p.rect(sheet.Box{X: b.X, Y: b.Y, W: b.W, H: p.palette.LineWidth}, sheet.Fill{Color: p.palette.Line})
}

func (p *pen) counter(k protocol.BoardCounter, b sheet.Box, how cut) {
	p.rule(b)
	where := strconv.Itoa(k.Counter)
	if how.spelled {
		where = counter(k.Counter)
	}
	st := bold(min(how.counter, b.H*0.6), p.palette.Dim)
	left, right := b.Left(p.width(where, st), 16)
	p.middle(where, st, left.Inset(-1, 0), 1, sheet.Left)
	switch {
	case k.Paused:
		p.middle(first("paused"), plain(how.paused, p.palette.Dim), right, 1, sheet.Right)
	case k.Number == "":
		p.middle("–", plain(how.paused, p.palette.Dim), right, 1, sheet.Right)
	default:
		p.middle(k.Number, bold(min(how.number, b.H*0.72), p.palette.Text), right, 1, sheet.Right)
	}
}
