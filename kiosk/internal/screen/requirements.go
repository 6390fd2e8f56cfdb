package screen

import (
	"image/color"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// requirements shows what the law has published at a counter: what to bring, how long, what it costs, what
// comes out, where to complain. Its one action is to take a number.
func (p *pen) requirements() {
	v, ok := p.s.ChosenService()
	if !ok {
		work := p.headline(heading{Title: p.t("service.question")})
		p.empty(work, "document", p.t("service.none"), p.t("service.none_next"))
		return
	}
	a, _ := p.s.AgencyByID(v.AgencyID) // a service of no agency has a chip without a letter
	low := p.f.low
	rest := p.headlineAtTop(heading{Title: p.in(v.Name), Over: p.in(a.Short) + " · " + p.step(3), Sub: p.identityNote(), Agency: &a})
	gap := theme.Space2
	act := float32(152)
	if p.f.landscape {
		left, right := rest.Left(rest.W*0.56, theme.Space3)
		p.whatToBring(left, v)
		base, facts := right.Base(act, gap)
		p.takeTicket(base, v)
		p.facts(facts, v)
		return
	}
	if low {
		act = 220
	}
	base, rest := rest.Base(act, gap)
	p.takeTicket(base, v)
	facts, rest := rest.Top(float32(int(312*(1+(p.factor-1)*0.6))), gap)
	p.facts(facts, v)
	p.whatToBring(rest, v)
}

// takeTicket draws the main action, or why there is none now.
func (p *pen) takeTicket(b sheet.Box, v protocol.Service) {
	code, closed := p.s.ServiceClosed(v.ID)
	if p.s.Online && (closed || !p.s.Live.Open) {
		if !closed {
			code = p.s.Live.ClosedCode
		}
		p.panel(b, p.BadTint, p.Bad)
		in := b.Inset(theme.Space3, 8)
		mark, in := in.Left(64, theme.Space2)
		p.icon("lock", p.Bad, mark.Middle(64, 64))
		title := sheet.Fit(p.closed(code), p.bold(theme.SizeLabel, p.Ink), in.W, 1)
		p.stack(in, sheet.Left, 2, title, sheet.Fit(p.t("closed.next"), p.plain(theme.SizeSmall, p.Ink), in.W, 2))
		return
	}
	if p.offersPriority() {
		var first sheet.Box
		first, b = b.Left(float32(int(b.W*0.36)), theme.Space1)
		p.button(first, action, "people", p.t("requirements.priority"), theme.SizeBody, flow.OpenPriority{})
	}
	p.button(b, mainAction, "ticket", p.t("requirements.take"), theme.SizeHeading, flow.TakeTicket{})
}

// offersPriority says whether the service asks nobody who she is, so that priority is not offered on the way.
func (p *pen) offersPriority() bool {
	return len(p.s.Catalog.Priorities) > 0 && p.s.Asks() == protocol.IdentityNone
}

// identityNote says whether the service asks who she is; empty when it does not.
func (p *pen) identityNote() string {
	switch p.s.Asks() {
	case protocol.IdentityRequired:
		return p.t("requirements.id_required")
	case protocol.IdentityOptional:
		return p.t("requirements.id_optional")
	}
	return ""
}

// facts draws the four things that people ask first.
func (p *pen) facts(b sheet.Box, v protocol.Service) {
	gap := theme.Space1
	live, _ := p.s.ServiceLive(v.ID) // without a view the wait is not known
	p.fact(b.Cell(0, 2, 2, gap), "clock", p.t("requirements.counter_time"), p.t("wait.minutes", "n", itoa(v.StandardMinutes)), "")
	p.fact(b.Cell(1, 2, 2, gap), "money", p.t("requirements.fee"), p.fee(v), p.in(v.FeeNote))
	p.fact(b.Cell(2, 2, 2, gap), "calendar", p.t("requirements.ready"), p.in(v.Completion), "")
	p.waitFact(b.Cell(3, 2, 2, gap), live)
}

func (p *pen) fact(b sheet.Box, icon, label, value, note string) {
	p.card(b)
	p.factWords(b, icon, label, value, note, p.Ink, p.Dim)
}

// waitFact is the wait now, marked as what is happening.
func (p *pen) waitFact(b sheet.Box, live protocol.ServiceState) {
	p.notice(b)
	value := p.t("wait.unknown")
	if live.Wait.Known {
		value = p.wait(live.Wait)
	}
	p.factWords(b, "people", p.t("requirements.wait"), value, p.waiting(live.Waiting, live.Wait), p.Ink, p.OnNow)
}

func (p *pen) factWords(b sheet.Box, icon, label, value, note string, ink, dim color.NRGBA) {
	in := b.Inset(theme.Space2, 8)
	mark, in := in.Left(52, 20)
	p.icon(icon, p.Primary, mark.Middle(52, 52))
	head := sheet.Fit(label, p.plain(theme.SizeSmall, dim), in.W, 1)
	main := snug(value, p.bold(theme.SizeLabel, ink), in.W, in.H-head.Height(), 3)
	foot := sheet.Fit(note, p.plain(theme.SizeSmall, dim), in.W, 2)
	if stackHeight(0, head, main, foot) > in.H {
		foot = sheet.Fit(note, p.plain(theme.SizeSmall, dim), in.W, 1)
	}
	if stackHeight(0, head, main, foot) > in.H || !foot.Whole {
		foot = sheet.Block{}
	}
	p.stack(in, sheet.Left, 0, head, main, foot)
}

// whatToBring lists the requirements, and below them the rest of what is published. The card is as high as
// its words; when they are many they are set smaller.
func (p *pen) whatToBring(b sheet.Box, v protocol.Service) {
	for _, shrink := range []float32{1.2, 1.1, 1, 0.92, 0.85, 0.78, 0.7, 0.6} {
		l := p.bringList(v, b.W-2*theme.Space3, shrink)
		if l.height <= b.H-2*theme.Space2 || shrink == 0.6 {
			p.drawBring(b, l)
			return
		}
	}
}

type bringList struct {
	title  sheet.Block
	items  []sheet.Block
	small  []sheet.Block
	pad    float32 // between items
	icon   float32
	height float32
}

func (p *pen) bringList(v protocol.Service, w, shrink float32) bringList {
	size := func(st sheet.Style) sheet.Style {
		st.Size = max(sheet.MinSize, float32(int(st.Size*shrink)))
		return st
	}
	l := bringList{pad: 14 * shrink, icon: float32(int(p.px(theme.SizeLabel)*shrink)) + 4}
	l.title = sheet.Fit(p.t("requirements.bring"), size(p.bold(theme.SizeButton, p.Ink)), w, 1)
	l.height = l.title.Height() + l.pad
	for _, r := range v.Requirements {
		t := sheet.Fit(p.in(r), size(p.plain(theme.SizeLabel, p.Ink)), w-l.icon-20, 3)
		l.items = append(l.items, t)
		l.height += t.Height() + 2*l.pad
	}
	for _, line := range []string{
		p.labelled("requirements.product", p.in(v.Product)),
		p.labelled("requirements.basis", v.LegalBasis),
		p.labelled("requirements.complaint", p.in(v.Complaint)),
	} {
		if line != "" {
			st := size(p.plain(theme.SizeSmall, p.Dim))
			st.Fill = true
			t := sheet.Fit(line, st, w, 2)
			l.small = append(l.small, t)
			l.height += t.Height() + 4
		}
	}
	l.height += l.pad
	return l
}

// labelled puts a label before a text, or is empty when there is no text.
func (p *pen) labelled(label, text string) string {
	if text == "" {
		return ""
	}
	return p.t(label, "text", text)
}

func (p *pen) drawBring(b sheet.Box, l bringList) {
	b.H = min(b.H, l.height+2*theme.Space2)
	p.card(b)
	in := b.Inset(theme.Space3, theme.Space2)
	y := p.Text(l.title, in.X, in.Y, in.W, sheet.Left) + l.pad
	for _, t := range l.items {
		p.iconAt("check-circle", p.OK, in.X, float32(int(y+l.pad+t.LineHeight()/2)), l.icon)
		p.Text(t, in.X+l.icon+20, y+l.pad, in.W-l.icon-20, sheet.Left)
		y += t.Height() + 2*l.pad
		p.rule(in.X, float32(int(y)), in.W)
	}
	y += l.pad
	for _, t := range l.small {
		y = p.Text(t, in.X, y, in.W, sheet.Left) + 4
	}
}
