package screen

import (
	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
)

// Letters stand in the order of the alphabet: a code is copied off paper, nobody types it blindly.
var (
	findPortrait  = keyPlan{cols: 10, rows: []string{"1234567890", "ABCDEFGHIJ", "KLMNOPQRST", "UVWXYZ"}, eraseRow: 3}
	findLandscape = keyPlan{cols: 13, rows: []string{"1234567890", "ABCDEFGHIJKLM", "NOPQRSTUVWXYZ"}, eraseRow: 0}
)

// keyPlan is where the keys are; erasing takes what one row leaves free.
type keyPlan struct {
	cols     int
	rows     []string
	eraseRow int
}

// findTicket takes the number and the code of a ticket, on keys of its own.
func (p *pen) findTicket() {
	work := p.headline(heading{Title: p.t("find.question"), Sub: p.findHow()})
	gap := theme.Space1
	if p.f.landscape {
		keys, side := work.Left(1344, theme.Space3)
		board, below := keys.Top(min(keys.H, 3*132+2*8), gap)
		p.findKeys(board, findLandscape)
		p.findSide(sheet.Box{X: side.X, Y: side.Y, W: side.W, H: board.H}, gap)
		if p.f.low {
			below, _ = p.f.upper.Base(92, 0)
		}
		below.W = choice(p.f.low, below.W, work.W)
		p.findNote(sheet.Box{X: below.X, Y: below.Y, W: below.W, H: min(below.H, 112)})
		return
	}
	if p.f.low {
		fields, rest := work.Top(148, gap)
		keys, act := rest.Top(408, gap)
		p.findFields(fields)
		p.findKeys(keys, findPortrait)
		p.findAction(act)
		note, _ := p.f.upper.Base(100, 0)
		p.findNote(note)
		return
	}
	gap = theme.Space2
	fields, rest := work.Top(196, gap)
	note, rest := rest.Top(float32(int(120*min(p.factor, 1.2))), gap)
	act, rest := rest.Base(168, gap)
	keys, _ := rest.Base(min(rest.H, 4*156+3*8), 0)
	p.findFields(fields)
	p.findNote(note)
	p.findKeys(keys, findPortrait)
	p.findAction(act)
}

// findHow says what can be done here with what the kiosk has.
func (p *pen) findHow() string {
	switch cfg := p.k.cfg; {
	case p.f.low && p.f.landscape && p.s.Find.Problem != "":
		return "" // the note has the room
	case cfg.NoCards && cfg.NoCodes:
		return p.t("find.how")
	case cfg.NoCards:
		return p.t("find.how_scan")
	case cfg.NoCodes:
		return p.t("find.how_tap")
	}
	return p.t("find.how_all")
}

// findSide lays fields and action out beside the keys.
func (p *pen) findSide(b sheet.Box, gap float32) {
	if p.f.low {
		fields, rest := b.Top(160, gap)
		p.findFields(fields)
		p.findAction(rest)
		return
	}
	number, rest := b.Top(130, gap)
	code, rest := rest.Top(130, gap)
	p.findField(number, p.t("find.number"), p.s.Find.Written(), "A-001", !p.s.Find.InCode, flow.ChooseField{})
	p.findField(code, p.t("find.code"), p.s.Find.Code, "", p.s.Find.InCode, flow.ChooseField{Code: true})
	p.findAction(rest)
}

func choice(first bool, yes, no float32) float32 {
	if first {
		return yes
	}
	return no
}

// findFields draws number and code beside one another.
func (p *pen) findFields(b sheet.Box) {
	form := p.s.Find
	p.findField(b.Cell(0, 2, 1, theme.Space1), p.t("find.number"), form.Written(), "A-001", !form.InCode, flow.ChooseField{})
	p.findField(b.Cell(1, 2, 1, theme.Space1), p.t("find.code"), form.Code, "", form.InCode, flow.ChooseField{Code: true})
}

// findField shows what was typed into a field, and marks the one that the keys write into.
func (p *pen) findField(b sheet.Box, label, value, example string, active bool, in flow.Input) {
	fill := sheet.Fill{Color: p.Card, Stroke: p.Line, StrokeWidth: p.LineWidth, Radius: theme.Corner}
	if active {
		fill.Stroke, fill.StrokeWidth = p.Primary, 4
	}
	p.Rect(b, fill)
	p.touch(b, theme.Corner, in)
	room := b.Inset(choice(b.W < 300, theme.Space1, theme.Space3), 12)
	head := snug(label, p.plain(theme.SizeSmall, p.Dim), room.W, 60, 1)
	p.Text(head, room.X, room.Y, room.W, sheet.Left)
	_, line := room.Top(head.Height(), 0)
	style := sheet.Style{Size: min(theme.SizeDisplay, line.H*0.8), Bold: true, Color: p.Ink, Leading: 1}
	shown := value
	if value == "" && !active {
		style.Bold, style.Color, shown = false, p.Dim, example
	}
	text := sheet.Fit(shown, style, line.W-12, 1)
	p.middle(text, line, sheet.Left)
	if active {
		x := line.X + text.Width() + 6
		h := float32(int(line.H * 0.7))
		p.Rect(sheet.Box{X: float32(int(x)), Y: float32(int(line.Y + (line.H-h)/2)), W: 4, H: h}, sheet.Fill{Color: p.Now})
	}
}

// findNote says in one sentence why the latest try found nothing, and otherwise where the code is.
func (p *pen) findNote(b sheet.Box) {
	icon, words := "ticket", p.t("find.where")
	switch p.s.Find.Problem {
	case flow.FindWrong:
		icon, words = "search", p.t("find.wrong")
	case flow.FindNoCode:
		icon, words = "qr", p.t("find.no_code")
	case flow.FindNoCard:
		icon, words = "card", p.t("find.no_card")
	case flow.FindCardOdd:
		icon, words = "card", p.t("find.card_odd")
	case flow.FindTooMany:
		icon, words = "clock", p.t("find.too_many")
	case flow.FindNoAnswer:
		icon, words = "officer", p.t("find.no_answer")
	default:
		if p.f.low {
			return // the picture is there
		}
	}
	if p.s.Find.Problem == "" {
		p.panel(b, p.Tint, p.Line)
	} else {
		p.notice(b)
	}
	in := b.Inset(theme.Space2, 8)
	mark, in := in.Left(56, theme.Space2)
	p.icon(icon, p.Primary, mark.Middle(56, 56))
	p.middle(fitIn(words, p.plain(theme.SizeBody, p.Ink), in.W, in.H, 7), in, sheet.Left)
}

// findKeys draws digits, letters and the key that erases.
func (p *pen) findKeys(b sheet.Box, plan keyPlan) {
	gap := float32(8)
	if p.f.body.W < 1000 { // as on the search's keyboard: the keys need the margins' room
		b.X, b.W = b.X-24, b.W+48
	}
	at := func(row, col int) sheet.Box { return b.Cell(row*plan.cols+col, plan.cols, len(plan.rows), gap) }
	for row, letters := range plan.rows {
		for col, letter := range letters {
			p.key(at(row, col), string(letter))
		}
	}
	erase := at(plan.eraseRow, len(plan.rows[plan.eraseRow]))
	erase.W = at(plan.eraseRow, plan.cols-1).Right() - erase.X
	p.button(erase, action, "backspace", p.t("find.erase"), theme.SizeBody, flow.Erase{})
}

// findAction asks for the ticket once number and code are there.
func (p *pen) findAction(b sheet.Box) {
	switch {
	case p.s.Find.Busy():
		p.button(b, off, "hourglass", p.t("find.busy"), theme.SizeButton, nil)
	case p.s.Find.Complete():
		p.button(b, mainAction, "search", p.t("find.send"), theme.SizeButton, flow.SendFind{})
	default:
		p.button(b, off, "search", p.t("find.send"), theme.SizeButton, nil)
	}
}
