package screen

import (
	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
)

// done shows the number, the place in the queue and the way to follow it on a phone, and asks to take the slip.
func (p *pen) done() {
	b := p.f.body
	gap := theme.Space2
	if p.f.landscape {
		banner, rest := b.Top(100, gap)
		p.takeSlip(banner)
		left, right := rest.Left(rest.W*0.58, theme.Space3)
		p.numberCard(left)
		act, qr := right.Base(152, gap)
		p.button(act, mainAction, "check", p.t("done.finish"), theme.SizeHeading, flow.Finish{})
		p.follow(qr)
		return
	}
	banner, rest := b.Top(120, gap)
	p.takeSlip(banner)
	act, rest := rest.Base(168, gap)
	p.button(act, mainAction, "check", p.t("done.finish"), theme.SizeHeading, flow.Finish{})
	number, rest := rest.Top(760, gap)
	p.numberCard(number)
	p.follow(rest)
}

// takeSlip says where the slip is; without paper, that the number is known.
func (p *pen) takeSlip(b sheet.Box) {
	icon, words := "down", p.t("done.take")
	if p.s.Shown {
		icon, words = "check-circle", p.t("done.noted")
	}
	p.panel(b, p.OKTint, p.OK)
	in := b.Inset(theme.Space3, 0)
	text := sheet.Fit(words, p.bold(theme.SizeHeading, p.OK), in.W-80, 2)
	if text.Height() > b.H-8 {
		text = sheet.Fit(words, p.bold(theme.SizeHeading, p.OK), in.W-80, 1)
	}
	x := in.X + (in.W-text.Width()-80)/2
	p.iconAt(icon, p.OK, float32(int(x)), b.Y+b.H/2, 60)
	p.middle(text, sheet.Box{X: x + 80, Y: b.Y, W: text.Width(), H: b.H}, sheet.Left)
}

// numberCard is the number, as large as fits, what it is for, and the wait.
func (p *pen) numberCard(b sheet.Box) {
	p.card(b)
	in := b.Inset(theme.Space4, theme.Space3)
	figures := min(float32(int(140*(1+(p.factor-1)*0.8))), float32(int(b.H*0.28)))
	wait, in := in.Base(figures, theme.Space3+8)
	p.rule(in.X, wait.Y-theme.Space1-4, in.W)
	p.aheadAndWait(wait)
	label := sheet.Fit(p.withCode(p.t("done.your_number")), p.plain(theme.SizeLabel, p.Dim), in.W, 1)
	what := p.forWhat(in.W, in.H)
	if in.H-label.Height()-what.Height() < 200 { // the number says what it is
		label = sheet.Fit(p.withCode(""), p.plain(theme.SizeSmall, p.Dim), in.W, 1)
		what = p.forWhat(in.W, 60)
	}
	y := p.Text(label, in.X, in.Y, in.W, sheet.Centre)
	base := in.Bottom() - what.Height()
	p.Text(what, in.X, base, in.W, sheet.Centre)
	p.giant(sheet.Box{X: in.X, Y: y, W: in.W, H: base - y})
}

// withCode adds the code by which the ticket is found again.
func (p *pen) withCode(words string) string {
	code := p.s.Ticket.Code()
	switch {
	case code == "":
		return words
	case words == "":
		return p.t("done.code", "code", code)
	}
	return words + " · " + p.t("done.code", "code", code)
}

// giant draws the ticket's number as large as a box allows.
func (p *pen) giant(b sheet.Box) {
	size := min(theme.SizeGiant, b.H*0.95)
	st := sheet.Style{Size: float32(int(size)), Bold: true, Color: p.Ink, Leading: 1, Min: 60}
	p.middle(sheet.Fit(p.s.Ticket.Number, st, b.W, 1), b, sheet.Centre)
}

// forWhat names agency and service of the ticket and where to wait.
func (p *pen) forWhat(w, h float32) sheet.Block {
	v, ok := p.s.ChosenService()
	if !ok {
		return sheet.Block{}
	}
	words := p.in(v.Name)
	if a, ok := p.s.AgencyByID(v.AgencyID); ok {
		words = p.in(a.Short) + " · " + words
	}
	return snug(words, p.bold(theme.SizeButton, p.Ink), w, h, 2)
}

// aheadAndWait draws the people ahead and the expected wait beside one another.
func (p *pen) aheadAndWait(b sheet.Box) {
	left, right := b.Cell(0, 2, 1, theme.Space3), b.Cell(1, 2, 1, theme.Space3)
	p.Rect(sheet.Box{X: b.X + b.W/2 - p.LineWidth/2, Y: b.Y + 12, W: p.LineWidth, H: b.H - 24}, sheet.Fill{Color: p.Line})
	p.figure(left, p.t("done.ahead"), itoa(p.s.Ticket.Ahead))
	p.figure(right, p.t("done.wait"), p.wait(p.s.Ticket.Wait))
}

func (p *pen) figure(b sheet.Box, label, value string) {
	head := sheet.Fit(label, p.plain(theme.SizeBody, p.Dim), b.W, 1)
	main := snug(value, p.bold(theme.SizeTitle, p.Ink), b.W, b.H-head.Height()-2, 2)
	p.stack(b, sheet.Centre, 2, head, main)
}

// follow draws the QR code of the ticket's page with what it is for, and where to wait.
func (p *pen) follow(b sheet.Box) {
	p.card(b)
	in := b.Inset(theme.Space3, theme.Space2)
	title := p.t("done.follow")
	side := min(in.H, 300, in.W*0.42)
	if !p.qrAt(sheet.Box{X: in.X, Y: in.Y, W: side, H: in.H}) {
		title, side = "", 0
	} else {
		in.X, in.W = in.X+side+theme.Space3, in.W-side-theme.Space3
	}
	head := sheet.Fit(title, p.bold(theme.SizeButton, p.Ink), in.W, 2)
	how := sheet.Fit(p.t("done.follow_how"), p.plain(theme.SizeBody, p.Dim), in.W, 4)
	if side == 0 {
		how = sheet.Block{}
	}
	where := p.whereToWait(in.W)
	if stackHeight(12, head, where, how) > in.H {
		how = sheet.Block{}
	}
	p.stack(in, sheet.Left, 12, head, how, where)
}

// whereToWait names the zone of the chosen service.
func (p *pen) whereToWait(w float32) sheet.Block {
	v, ok := p.s.ChosenService()
	if !ok || p.in(v.Zone) == "" {
		return sheet.Fit(p.t("done.listen"), p.bold(theme.SizeBody, p.Primary), w, 3)
	}
	return sheet.Fit(p.t("done.zone", "zone", p.in(v.Zone)), p.bold(theme.SizeBody, p.Primary), w, 3)
}

// qrAt draws the QR code of the ticket's address in the middle of a box, each module the same number of
// pixels; false when there is none.
func (p *pen) qrAt(b sheet.Box) bool {
	img := p.k.qr.of(p.s.Ticket.Address)
	if img == nil {
		return false
	}
	modules := float32(img.Bounds().Dx())
	each := float32(int(min(b.W, b.H) / modules))
	if each < 1 {
		return false
	}
	p.Pixels(img, b.Middle(each*modules, each*modules))
	return true
}
