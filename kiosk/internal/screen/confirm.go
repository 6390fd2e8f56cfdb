package screen

import (
	"image/color"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// confirmPerson asks whether she is who the card or the NIK says, with no more of her than she needs to know
// herself by.
func (p *pen) confirmPerson() {
	rest := p.headlineAtTop(heading{Title: p.t("confirm.question"), Sub: p.t("confirm.masked")})
	gap := theme.Space2
	height := float32(168)
	switch {
	case p.f.landscape:
		height = 148
	case p.f.low:
		height = 236
	}
	act, rest := rest.Base(height, gap)
	again, yes := act.Left(float32(int(act.W*0.34)), gap)
	p.button(again, action, "", p.t("confirm.again"), theme.SizeButton, flow.NotMe{})
	words := p.t("confirm.yes")
	if p.s.Person.Ticket != nil {
		words = p.t("confirm.yes_ticket")
	}
	p.button(yes, mainAction, "check", words, theme.SizeHeading, flow.TakeTicket{})
	if note, ok := p.personNote(); ok {
		var b sheet.Box
		if p.f.landscape {
			b, rest = rest.End(680, gap)
		} else {
			b, rest = rest.Base(float32(int(212*min(p.factor, 1.2))), gap)
		}
		p.noteCard(b, note)
	}
	p.personCard(rest)
}

// nameSize is that of the masked name, in pixels.
const nameSize float32 = 80

// personCard shows the masked name, the masked NIK and how sure they are.
func (p *pen) personCard(b sheet.Box) {
	b.H = min(b.H, 820)
	p.card(b)
	in := b.Inset(theme.Space4, theme.Space3)
	mark := sheet.Fit(p.markWords(), p.bold(theme.SizeLabel, p.Ink), in.W-120, 2)
	name, nik, words := p.whoWords(in.W, in.H-mark.Height()-theme.Space4)
	words += mark.Height() + theme.Space4
	side, y := float32(int(min(240, in.H-words-theme.Space2))), in.Y+float32(int((in.H-words)/2))
	if side >= 88 {
		y = in.Y + float32(int((in.H-words-side-theme.Space2)/2))
		disc := sheet.Box{X: in.X, Y: y, W: in.W, H: side}.Middle(side, side)
		p.Rect(disc, sheet.Fill{Color: p.Tint, Stroke: p.Line, StrokeWidth: p.LineWidth, Radius: side / 2})
		half := float32(int(side * 0.56))
		p.icon("person", p.Primary, disc.Middle(half, half))
		y += side + theme.Space2
	}
	y = p.secret(name, in.X, y, in.W, sheet.Centre) + underName
	y = p.secret(nik, in.X, y, in.W, sheet.Centre)
	p.personMark(sheet.Box{X: in.X, Y: y + theme.Space2, W: in.W, H: mark.Height() + theme.Space2}, mark)
}

// underName is the gap between name and NIK.
const underName float32 = 16

// whoWords sets name and NIK as large as fits, and says how high they are together. Of who has no name yet, the NIK
// stands in its place.
func (p *pen) whoWords(w, h float32) (name, nik secret, height float32) {
	who := p.s.Person.Person
	first, second := who.MaskedName, grouped(who.MaskedNIK)
	if first == "" {
		first, second = second, ""
	}
	for _, size := range []float32{nameSize, theme.SizeDisplay, theme.SizeTitle, theme.SizeHeading, theme.SizeLabel} {
		name = conceal(first, p.bold(size, p.Ink), w, 3)
		nik = conceal(second, p.plain(min(theme.SizeHeading, size*0.7), p.Dim), w, 1)
		height = name.height() + underName + nik.height()
		if height <= h {
			break
		}
	}
	return name, nik, height
}

// markWords is empty where the note says more.
func (p *pen) markWords() string {
	switch p.s.Person.Person.State {
	case protocol.PersonVerified:
		return p.t("confirm.verified")
	case protocol.PersonRefer:
		return ""
	}
	return p.t("confirm.later")
}

// personMark says quietly whether the registry has her.
func (p *pen) personMark(b sheet.Box, words sheet.Block) {
	if len(words.Lines) == 0 {
		return
	}
	icon, fill, line, ink := "clock", p.Ground, p.Line, p.Dim
	if p.s.Person.Person.State == protocol.PersonVerified {
		icon, fill, line, ink = "check-circle", p.OKTint, p.OK, p.OK
	}
	words.Style.Color = ink
	side := words.LineHeight()
	w := side + 14 + words.Width() + 2*theme.Space2
	pill := sheet.Box{X: b.X + float32(int((b.W-w)/2)), Y: b.Y, W: w, H: b.H}
	p.Rect(pill, sheet.Fill{Color: fill, Stroke: line, StrokeWidth: p.LineWidth, Radius: theme.Corner})
	p.iconAt(icon, ink, pill.X+theme.Space2, pill.Y+pill.H/2, side)
	p.middle(words, sheet.Box{X: pill.X + theme.Space2 + side + 14, Y: pill.Y, W: words.Width(), H: pill.H}, sheet.Left)
}

// note is something that she should know before she goes on.
type note struct {
	icon, title, text string
	fill, line, ink   color.NRGBA
}

// personNote is that she has a number of this service, or that an officer helps first; false when there is nothing.
func (p *pen) personNote() (note, bool) {
	who := p.s.Person
	if who.Ticket != nil {
		n := note{icon: "ticket", fill: p.NowTint, line: p.Now, ink: p.OnNow}
		n.title, n.text = p.t("confirm.has_ticket", "number", who.Ticket.Number), p.t("confirm.has_ticket_next")
		return n, true
	}
	if who.Person.State != protocol.PersonRefer {
		return note{}, false
	}
	n := note{icon: "people", title: p.t("confirm.refer"), text: p.t("confirm.refer_next"), fill: p.Tint, line: p.Line, ink: p.Ink}
	if v, ok := p.s.ServiceByID(who.ReferServiceID); ok {
		n.text = p.t("confirm.refer_service", "service", p.in(v.Name))
	}
	return n, true
}

func (p *pen) noteCard(b sheet.Box, n note) {
	if p.s.Prefs.HighContrast {
		n.line = p.Line
	}
	p.panel(b, n.fill, n.line)
	in := b.Inset(theme.Space3, 12)
	mark, in := in.Left(80, theme.Space3)
	p.icon(n.icon, n.ink, mark.Middle(80, 80))
	title := fitIn(n.title, p.bold(theme.SizeButton, n.ink), in.W, in.H*0.6, 3)
	p.stack(in, sheet.Left, 4, title, fitIn(n.text, p.plain(theme.SizeBody, n.ink), in.W, in.H-title.Height()-4, 4))
}
