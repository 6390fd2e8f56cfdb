package screen

import (
	"image/color"
	"strings"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// identity asks who is served: by card, or by a NIK typed on keys of its own.
func (p *pen) identity() {
	h := heading{Title: p.t("identity.question"), Sub: p.t("identity.privacy")}
	if p.f.landscape {
		p.identityWide(h)
		return
	}
	if p.f.low {
		p.identityLow(p.headlineAtTop(h))
		return
	}
	h.Aside = p.moreWidth() + theme.Space2
	work := p.headlineAtTop(h)
	b := p.f.body
	p.more(sheet.Box{X: b.Right() - p.moreWidth(), Y: b.Y, W: p.moreWidth(), H: 104})
	key := float32(int(168 - 60*(p.factor-1)))
	keys, rest := work.Base(4*key+3*theme.Space1, theme.Space2)
	p.nikKeys(keys, nikTall)
	p.cardAndField(rest)
}

// identityLow lays portrait out for low reach: what is only looked at lies above, the keys below.
func (p *pen) identityLow(rest sheet.Box) {
	room := sheet.Box{X: rest.X, Y: rest.Y, W: rest.W, H: reachPortrait - theme.Space2 - rest.Y}
	p.cardAndField(room)
	more, keys := p.f.work.Base(108, theme.Space1)
	p.nikKeys(keys, nikTall)
	if p.s.Asks() != protocol.IdentityNone {
		p.withoutCard(more.Cell(1, 2, 1, theme.Space1))
		more = more.Cell(0, 2, 1, theme.Space1)
	}
	p.more(more)
}

// identityWide lays landscape out: the card at the left, the NIK at the right.
func (p *pen) identityWide(h heading) {
	left, right := p.f.body.Left(820, theme.Space5)
	more, panel := p.headlineIn(left, h).Base(104, theme.Space2)
	p.more(more)
	p.cardPanel(panel)
	plan := nikTall
	upper := sheet.Box{X: right.X, Y: right.Y, W: right.W, H: reachLandscape - theme.Space2 - right.Y}
	keys := sheet.Box{X: right.X, Y: reachLandscape, W: right.W, H: right.Bottom() - reachLandscape}
	if p.f.low {
		plan = nikWide
	} else {
		keys, upper = right.Base(4*104+3*12, theme.Space1)
	}
	p.nikKeys(keys, plan)
	label := p.nikLabel(upper.W)
	line, upper := upper.Top(label.Height(), 8)
	p.Text(label, line.X, line.Y, line.W, sheet.Left)
	field, note := upper.Top(min(120, upper.H*0.55), 12)
	p.nikField(field)
	p.nikNote(sheet.Box{X: note.X, Y: note.Y, W: note.W, H: min(note.H, 148)})
}

// cardAndField draws from top to bottom the card, the field and the sentence below it.
func (p *pen) cardAndField(b sheet.Box) {
	label := p.nikLabel(b.W)
	below, b := b.Base(float32(int(100*min(p.factor, 1.2))), 12)
	field, b := b.Base(132, 8)
	line, b := b.Base(label.Height(), theme.Space1)
	p.cardPanel(b)
	p.Text(label, line.X, line.Y, line.W, sheet.Centre)
	p.nikField(field)
	p.nikNote(below)
}

// nikLabel is what stands over the field.
func (p *pen) nikLabel(w float32) sheet.Block {
	words := p.t("identity.or_nik")
	if p.k.cfg.NoCards || p.s.Who.Card != "" {
		words = p.t("identity.nik")
	}
	return sheet.Fit(words, p.plain(theme.SizeLabel, p.Dim), w, 1)
}

// cardPanel says where to tap the card, or what became of it.
func (p *pen) cardPanel(b sheet.Box) {
	icon, title, text := "card-tap", p.t("identity.tap"), p.t("identity.tap_where")
	form := p.s.Who
	fill, line := p.Tint, p.Primary
	switch {
	case form.Busy() && form.Asked.NIK == "":
		icon, title, text = "hourglass", p.t("identity.card_busy"), p.t("identity.wait")
	case form.Card != "":
		icon, title, text = "card", p.t("identity.card_new"), p.t("identity.card_once")
		if form.Disowned {
			text = p.t("identity.card_mend")
		}
		fill, line = p.NowTint, p.Now
	case p.k.cfg.NoCards:
		icon, title, text = "card", p.t("identity.type"), p.t("identity.type_where")
	}
	if p.s.Prefs.HighContrast {
		line = p.Line
	}
	p.panel(b, fill, line)
	in := b.Inset(theme.Space4, theme.Space1)
	if b.H > 300 && p.f.landscape {
		p.panelTall(in, icon, title, text)
		return
	}
	mark, in := in.Left(float32(int(min(232, in.H*1.4))), theme.Space4)
	p.cardSign(icon, p.Primary, mark)
	head := fitIn(title, p.bold(theme.SizeHeading, p.Ink), in.W, in.H*0.56, 2)
	p.stack(in, sheet.Left, 8, head, fitIn(text, p.plain(theme.SizeLabel, p.Ink), in.W, in.H-head.Height()-8, 3))
}

// panelTall has the picture over the words.
func (p *pen) panelTall(in sheet.Box, icon, title, text string) {
	head := sheet.Fit(title, p.bold(theme.SizeTitle, p.Ink), in.W, 2)
	sub := sheet.Fit(text, p.plain(theme.SizeLabel, p.Ink), in.W, 3)
	words := stackHeight(12, head, sub)
	h := float32(int(min(200, in.H-words-theme.Space3)))
	y := in.Y + float32(int((in.H-h-theme.Space3-words)/2))
	p.cardSign(icon, p.Primary, sheet.Box{X: in.X, Y: y, W: in.W, H: h})
	p.stack(sheet.Box{X: in.X, Y: y + h + theme.Space3, W: in.W, H: words}, sheet.Centre, 12, head, sub)
}

// cardSign draws a card, or any other sign, as large as a box allows.
func (p *pen) cardSign(icon string, c color.NRGBA, b sheet.Box) {
	ratio := cardRatio
	if !strings.HasPrefix(icon, "card") {
		ratio = 1
		b = b.Middle(min(b.W, 120), min(b.H, 120))
	}
	w := float32(int(min(b.W, b.H*ratio)))
	p.icon(icon, c, b.Middle(w, float32(int(w/ratio))))
}

// cardRatio is the width of the pictures of a card by their height.
const cardRatio float32 = 48.0 / 30

// footWithoutCard draws the way on without a card into the footer, where there is one and the footer has room.
func (p *pen) footWithoutCard(b sheet.Box) {
	if p.s.Screen != flow.Identity || p.s.Asks() == protocol.IdentityNone || p.f.low && !p.f.landscape {
		return
	}
	words, _ := p.wayWithoutCard()
	w := sheet.Measure(words, p.bold(theme.SizeLabel, p.Ink)) + 64
	b.W = float32(int(min(b.W, w)))
	p.withoutCard(b.Middle(b.W, footKey))
}

func (p *pen) withoutCard(b sheet.Box) {
	words, to := p.wayWithoutCard()
	p.button(b, quiet, "", words, theme.SizeLabel, to)
}

// wayWithoutCard is where she who has no card goes: on, or, where the service must know who she is, to an officer.
func (p *pen) wayWithoutCard() (words string, to flow.Input) {
	if p.s.Asks() == protocol.IdentityRequired {
		return p.t("identity.no_id"), flow.NoID{}
	}
	return p.t("identity.without"), flow.TakeTicket{WithoutID: true}
}

// more leads to the whole notice.
func (p *pen) more(b sheet.Box) {
	p.button(b, quiet, "shield", p.t("identity.more"), theme.SizeBody, flow.OpenPrivacy{})
}

func (p *pen) moreWidth() float32 {
	return float32(int(sheet.Measure(p.t("identity.more"), p.bold(theme.SizeBody, p.Ink))+p.px(theme.SizeBody)*1.2)) + 72
}
