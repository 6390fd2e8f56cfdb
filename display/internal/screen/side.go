package screen

import (
	"strconv"

	"loket/assets/theme/sheet"
	"loket/display/internal/board"
	"loket/queue-server/protocol"
)

// side draws the latest calls, and below them what waits.
func (p *pen) side(s *board.Shown) {
	wait, list := sideBox.Base(100, 20)
	title, list := list.Top(52, 8)
	p.middle(first("recent"), plain(38, p.palette.Dim), title, 1, sheet.Left)
	const rows = 5
	for i, c := range s.Recent {
		p.recent(c, list.Cell(i, 1, rows, 14))
	}
	if len(s.Recent) == 0 {
		card := list.Cell(0, 1, rows, 14)
		p.rect(card, sheet.Fill{Color: p.palette.Card, Radius: corner})
		p.middle(first("recent_none"), plain(38, p.palette.Dim), card.Inset(32, 8), 1, sheet.Left)
	}
	p.waiting(s, wait)
}

func (p *pen) recent(c protocol.BoardCall, b sheet.Box) {
	p.rect(b, sheet.Fill{Color: p.palette.Card, Radius: corner})
	in := b.Inset(28, 10)
	agency, line := in.Base(42, 0)
	p.middle(c.Number, bold(48, p.palette.Text), line, 1, sheet.Left)
	p.middle(counter(c.Counter), bold(42, p.palette.Text), line, 1, sheet.Right)
	p.middle(c.Agency.In(firstLang), plain(minText, p.palette.Dim), agency, 1, sheet.Left)
}

// waiting says how many wait, and beside it who waits longest.
func (p *pen) waiting(s *board.Shown, b sheet.Box) {
	if s.Waiting == 0 {
		p.middle(first("waiting_none"), bold(44, p.palette.Text), b, 1, sheet.Left)
		return
	}
	label := plain(minText, p.palette.Dim)
	many, who := b.Left(p.width(first("waiting"), label)+2, 28)
	upper, lower := many.Top(58, 0)
	p.middle(strconv.Itoa(s.Waiting), bold(56, p.palette.Text), upper, 1, sheet.Left)
	p.middle(first("waiting"), label, lower, 1, sheet.Left)
	if s.Longest == nil || !s.Longest.Wait.Known {
		return
	}
	p.rect(sheet.Box{X: who.X - 15, Y: who.Y + 12, W: 2, H: who.H - 20}, sheet.Fill{Color: p.palette.Line})
	upper, lower = who.Top(58, 0)
	upper.Y += 6
	p.middle(first("longest", "range", minutes(s.Longest.Wait)), second(minText, p.palette.Text), upper, 1, sheet.Left)
	p.middle(s.Longest.Agency.In(firstLang), label, lower, 1, sheet.Left)
}
