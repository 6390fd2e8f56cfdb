package screen

import (
	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// nikTall and nikWide are the keys of a NIK: as on a telephone, and for rows that are few.
var (
	nikTall = nikPlan{cols: 3, rows: 4, digits: "1234567890", at: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 10}, erase: 9, send: 11}
	nikWide = nikPlan{cols: 4, rows: 3, digits: "1234567890", at: []int{0, 1, 2, 4, 5, 6, 8, 9, 10, 7}, erase: 3, send: 11}
)

// nikPlan is where the keys are, as cells of a grid.
type nikPlan struct {
	cols, rows  int
	digits      string
	at          []int // of each digit
	erase, send int
}

// nikKeys draws the keys and the main action.
func (p *pen) nikKeys(b sheet.Box, plan nikPlan) {
	gap := float32(12)
	if b.H > 4*150 {
		gap = theme.Space1
	}
	cell := func(i int) sheet.Box { return b.Cell(i, plan.cols, plan.rows, gap) }
	for i, digit := range plan.digits {
		p.digitKey(cell(plan.at[i]), string(digit))
	}
	// What is wrong stands under dots: typing all anew is the way to see it. Its key takes the place of the one that is not
	// needed: going on while the NIK is wrong, and erasing one digit when it is whole but not found.
	all := func(b sheet.Box) {
		p.button(b, action, "backspace", p.t("identity.erase_all"), theme.SizeLabel, flow.EraseAll{})
	}
	clears, complete := p.s.Who.Clears(), p.s.Who.Complete()
	if clears && complete {
		all(cell(plan.erase))
	} else {
		p.button(cell(plan.erase), action, "backspace", p.t("find.erase"), theme.SizeLabel, flow.Erase{})
	}
	send := cell(plan.send)
	wait, on := "hourglass", "chevron-right"
	if send.W < 240 { // the words alone are wide enough
		wait, on = "", ""
	}
	switch {
	case p.s.Who.Busy():
		p.button(send, off, wait, p.t("identity.busy"), theme.SizeLabel, nil)
	case complete:
		p.button(send, mainAction, on, p.t("identity.send"), theme.SizeButton, flow.SendNIK{})
	case clears:
		all(send)
	default:
		p.button(send, off, on, p.t("identity.send"), theme.SizeButton, nil)
	}
}

func (p *pen) digitKey(b sheet.Box, digit string) {
	p.Rect(b, sheet.Fill{Color: p.Card, Stroke: p.Line, StrokeWidth: p.LineWidth, Radius: theme.Corner})
	size := min(p.px(theme.SizeTitle), float32(int(b.H*0.56)))
	p.middle(sheet.One(digit, sheet.Style{Size: size, Bold: true, Color: p.Ink, Leading: 1}), b, sheet.Centre)
	p.touch(b, theme.Corner, flow.TypeKey{Key: digit})
}

// nikGroup is how many digits stand together.
const nikGroup = 4

// nikField shows how far the NIK is: a dot for each digit but the last, and a line for each that is missing.
func (p *pen) nikField(b sheet.Box) {
	p.Rect(b, sheet.Fill{Color: p.Card, Stroke: p.Primary, StrokeWidth: 3, Radius: theme.Corner})
	const between = 0.7 // of a place, between groups
	in := b.Inset(theme.Space3, 0)
	place := float32(int(min(64, in.W/(protocol.NIKLength+3*between))))
	x := in.X + float32(int((in.W-place*(protocol.NIKLength+3*between))/2))
	typed := p.s.Who.Typed
	for i := range protocol.NIKLength {
		at := sheet.Box{X: x + float32(int(float32(i)*place+float32(i/nikGroup)*place*between)), Y: in.Y, W: place, H: in.H}
		switch {
		case i == len(typed)-1:
			style := sheet.Style{Size: float32(int(place * 1.08)), Bold: true, Color: p.Ink, Leading: 1}
			p.middle(sheet.One(typed[i:], style), at, sheet.Centre)
		case i < len(typed):
			dot := float32(int(place * 0.38))
			p.Rect(at.Middle(dot, dot), sheet.Fill{Color: p.Dim, Radius: dot / 2})
		default:
			p.missing(at, i == len(typed) && !p.s.Who.Busy())
		}
	}
}

// missing is the line of a digit that is not there; that of the next one is marked.
func (p *pen) missing(at sheet.Box, next bool) {
	line := sheet.Box{X: at.X + 5, Y: at.Y + float32(int(at.H/2+at.W*0.42)), W: at.W - 10, H: 4}
	colour := p.Line
	if next {
		line.Y, line.H, colour = line.Y-2, 8, p.Now
		if p.s.Prefs.HighContrast {
			colour = p.Ink
		}
	}
	p.Rect(line, sheet.Fill{Color: colour, Radius: 2})
}

// problems are the words for what is wrong, first what to do.
var problems = map[flow.IdentityProblem]string{
	flow.IdentityProblem(protocol.NIKLengthWrong): "identity.nik_length",
	flow.IdentityProblem(protocol.NIKLetters):     "identity.nik_letters",
	flow.IdentityProblem(protocol.NIKProvince):    "identity.nik_province",
	flow.IdentityProblem(protocol.NIKDay):         "identity.nik_day",
	flow.IdentityProblem(protocol.NIKMonth):       "identity.nik_month",
	flow.IdentityProblem(protocol.NIKDate):        "identity.nik_date",
	flow.IdentityProblem(protocol.NIKFuture):      "identity.nik_future",
	flow.IdentityProblem(protocol.NIKSerial):      "identity.nik_serial",
	flow.IdentityProblem(protocol.NIKIsUID):       "identity.nik_is_uid",
	flow.ProblemCardNew:                           "identity.card_unknown",
	flow.ProblemCardOdd:                           "identity.card_unbindable",
	flow.ProblemCode:                              "identity.code",
	flow.ProblemRecheck:                           "identity.recheck",
	flow.ProblemNoAnswer:                          "identity.no_answer",
	flow.ProblemTooMany:                           "identity.too_many",
	flow.ProblemElsewhere:                         "identity.refused",
}

// nikNote says in one sentence what to do, and otherwise where the NIK is.
func (p *pen) nikNote(b sheet.Box) {
	problem := p.s.Who.Problem
	if problem == "" || problem == flow.ProblemCardNew && p.s.Who.Card != "" { // the panel above says it
		p.nikCount(b)
		return
	}
	key, ok := problems[problem]
	if !ok {
		key = "identity.refused"
	}
	p.notice(b)
	in := b.Inset(theme.Space2, 6)
	mark, in := in.Left(56, theme.Space2)
	p.cardSign(problemIcon(problem), p.OnNow, mark.Middle(56, 56))
	p.middle(fitIn(p.t(key), p.bold(theme.SizeBody, p.OnNow), in.W, in.H, 4), in, sheet.Left)
}

// nikCount says how many digits there are, once there is one, and where the NIK is.
func (p *pen) nikCount(b sheet.Box) {
	align := sheet.Centre
	if p.f.landscape {
		align = sheet.Left
	}
	if n := len(p.s.Who.Typed); n > 0 {
		count := sheet.Fit(p.t("identity.count", "n", itoa(n)), p.bold(theme.SizeLabel, p.Ink), b.W, 1)
		p.Text(count, b.X, b.Y, b.W, align)
		_, b = b.Top(count.Height(), 0)
	}
	where := fitIn(p.t("identity.where"), p.plain(theme.SizeBody, p.Dim), b.W, b.H, 3)
	if where.Whole && where.Height() <= b.H {
		p.Text(where, b.X, b.Y, b.W, align)
	}
}

func problemIcon(problem flow.IdentityProblem) string {
	switch problem {
	case flow.ProblemTooMany:
		return "clock"
	case flow.ProblemElsewhere, flow.ProblemNoAnswer:
		return "officer"
	case flow.ProblemCardOdd, flow.ProblemCardNew:
		return "card"
	case flow.ProblemCode:
		return "qr"
	case flow.ProblemRecheck:
		return "search"
	}
	return "alert"
}
