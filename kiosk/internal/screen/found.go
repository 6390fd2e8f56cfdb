package screen

import (
	"image/color"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
)

// foundTicket shows where a ticket stands, and offers a copy of its slip.
func (p *pen) foundTicket() {
	held := p.s.Found
	p.s.Ticket, p.s.ServiceID = held.Ticket, held.ServiceID // the parts of Done that are drawn here know these
	b := p.f.body
	if p.s.Already {
		b = p.headlineAtTop(heading{Title: p.t("found.already")})
	}
	gap := theme.Space2
	if !held.CanCopy() { // nobody waits: there is nothing to follow
		banner, rest := b.Top(140, gap)
		p.foundState(banner)
		act, number := rest.Base(choice(p.f.landscape, 140, 168), gap)
		p.foundActions(act, 1)
		p.foundNumber(number)
		return
	}
	if p.f.landscape {
		banner, rest := b.Top(112, gap)
		p.foundState(banner)
		left, right := rest.Left(rest.W*0.58, theme.Space3)
		p.foundNumber(left)
		act, qr := right.Base(136*2+16, gap)
		p.foundActions(act, 1)
		p.follow(qr)
		return
	}
	banner, rest := b.Top(float32(int(140*min(p.factor, 1.2))), gap)
	p.foundState(banner)
	act, rest := rest.Base(168, gap)
	p.foundActions(act, 2)
	number, rest := rest.Top(min(720, rest.H*0.62), gap)
	p.foundNumber(number)
	p.follow(rest)
}

// foundNumber is the number with its place in the queue, or alone when it has none.
func (p *pen) foundNumber(b sheet.Box) {
	if p.s.Found.State == "waiting" {
		p.numberCard(b)
		return
	}
	p.card(b)
	in := b.Inset(theme.Space4, theme.Space3)
	label := sheet.Fit(p.t("found.number"), p.plain(theme.SizeLabel, p.Dim), in.W, 1)
	what := p.forWhat(in.W, in.H)
	y := p.Text(label, in.X, in.Y, in.W, sheet.Centre)
	base := in.Bottom() - what.Height()
	p.Text(what, in.X, base, in.W, sheet.Centre)
	p.giant(sheet.Box{X: in.X, Y: y, W: in.W, H: base - y})
}

// foundActions draws the copy, where one helps, and the end of the visit.
func (p *pen) foundActions(b sheet.Box, cols int) {
	if !p.s.Found.CanCopy() || p.s.Copy == flow.CopyDone {
		if cols == 1 && b.H > 152 {
			b, _ = b.Base(152, 0)
		}
		p.button(b, mainAction, "check", p.t("done.finish"), theme.SizeHeading, flow.Finish{})
		return
	}
	first, second := b.Cell(0, cols, 3-cols, theme.Space1), b.Cell(1, cols, 3-cols, theme.Space1)
	if p.s.Copy == flow.CopyPrinting {
		p.button(first, off, "hourglass", p.t("found.printing"), theme.SizeButton, nil)
	} else {
		p.button(first, mainAction, "printer", p.t("found.copy"), theme.SizeButton, flow.TakeCopy{})
	}
	p.button(second, action, "check", p.t("done.finish"), theme.SizeButton, flow.Finish{})
}

// foundState says in words how the ticket stands; how its copy does comes first.
func (p *pen) foundState(b sheet.Box) {
	icon, words, fill, line, ink := p.stateWords()
	p.panel(b, fill, line)
	in := b.Inset(theme.Space3, 8)
	mark, in := in.Left(72, theme.Space2)
	p.icon(icon, ink, mark.Middle(72, 72))
	p.middle(snug(words, p.bold(theme.SizeButton, ink), in.W, in.H, 2), in, sheet.Left)
}

func (p *pen) stateWords() (icon, words string, fill, line, ink color.NRGBA) {
	ok := func(icon, key string) (string, string, color.NRGBA, color.NRGBA, color.NRGBA) {
		return icon, p.t(key), p.OKTint, p.OK, p.OK
	}
	now := func(icon, key string, pairs ...string) (string, string, color.NRGBA, color.NRGBA, color.NRGBA) {
		return icon, p.t(key, pairs...), p.NowTint, p.Now, p.OnNow
	}
	switch p.s.Copy {
	case flow.CopyDone:
		return ok("down", "found.copied")
	case flow.CopyFailed:
		return now("phone", "found.not_copied")
	case flow.CopyNone, flow.CopyPrinting:
	}
	counter := itoa(p.s.Found.Counter)
	switch p.s.Found.State {
	case "called":
		return now("officer", "found.called", "n", counter)
	case "serving":
		return ok("officer", "found.serving")
	case "held":
		return now("clock", "found.held")
	case "no_show":
		return now("officer", "found.no_show")
	case "completed":
		return ok("check-circle", "found.completed")
	case "cancelled", "expired":
		return now("ticket", "found.ended")
	}
	return "people", p.t("found.waiting"), p.Tint, p.Line, p.Ink
}
