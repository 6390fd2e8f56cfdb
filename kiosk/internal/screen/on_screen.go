package screen

import (
	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
)

// onScreen gives the ticket without paper: the number and its QR code, large enough to photograph from
// where one stands, and one button that says it was noted.
func (p *pen) onScreen() {
	b := p.f.body
	gap := theme.Space2
	rest := p.noPaper(b, gap)
	if p.f.landscape {
		left, right := rest.Left(rest.W*0.56, theme.Space3)
		p.numberCard(left)
		act, qr := right.Base(140, gap)
		p.button(act, mainAction, "check", p.t("on_screen.noted"), theme.SizeButton, flow.NumberNoted{})
		p.bigQR(qr)
		return
	}
	act, rest := rest.Base(152, gap)
	p.button(act, mainAction, "check", p.t("on_screen.noted"), theme.SizeButton, flow.NumberNoted{})
	number, rest := rest.Top(rest.H*0.53, gap)
	p.numberCard(number)
	p.bigQR(rest)
}

// noPaper says what happened and what to do instead, and returns what remains below.
func (p *pen) noPaper(b sheet.Box, gap float32) sheet.Box {
	width := b.W - 2*theme.Space3 - 88 - theme.Space2
	title := sheet.Fit(p.t("on_screen.title"), p.bold(theme.SizeButton, p.Ink), width, 1)
	how := sheet.Fit(p.t("on_screen.how"), p.plain(theme.SizeBody, p.OnNow), width, 2)
	banner, rest := b.Top(max(112, stackHeight(4, title, how)+32), gap)
	p.notice(banner)
	in := banner.Inset(theme.Space3, 8)
	mark, in := in.Left(88, theme.Space2)
	p.icon("phone", p.OnNow, mark.Middle(80, 80))
	p.stack(in, sheet.Left, 4, title, how)
	return rest
}

// notice is the ground of what is happening now.
func (p *pen) notice(b sheet.Box) {
	if p.s.Prefs.HighContrast {
		p.card(b)
		return
	}
	p.panel(b, p.NowTint, p.Now)
}

// bigQR fills a card with the QR code.
func (p *pen) bigQR(b sheet.Box) {
	p.card(b)
	in := b.Inset(theme.Space3, theme.Space3)
	words := sheet.Fit(p.t("on_screen.scan"), p.bold(theme.SizeBody, p.Ink), in.W, 2)
	if in.W > in.H*1.4 { // wide: words beside the code
		code, text := in.Left(in.H, theme.Space3)
		if p.qrAt(code) {
			in = text
		}
		words = sheet.Fit(p.t("on_screen.scan"), p.bold(theme.SizeLabel, p.Ink), in.W, 4)
		p.stack(in, sheet.Left, 16, words, p.whereToWait(in.W))
		return
	}
	label, code := in.Base(words.Height(), theme.Space2)
	if !p.qrAt(code) {
		label = in
	}
	p.middle(words, label, sheet.Centre)
}
