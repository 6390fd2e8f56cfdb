package screen

import (
	"loket/assets/theme"
	"loket/kiosk/internal/flow"
)

// trouble says what to do next when no ticket can be given. It has no error code and blames nobody.
func (p *pen) trouble() {
	icon, key := p.troubleWords()
	gap := theme.Space2
	b := p.f.body
	act, rest := b.Base(168, gap)
	if p.f.landscape {
		act, rest = b.Base(140, gap)
		act = act.Middle(min(act.W, 900), act.H)
	}
	p.button(act, mainAction, "home", p.t("trouble.finish"), theme.SizeHeading, flow.Finish{})
	p.say(rest, message{icon: icon, fill: p.NowTint, line: p.Now, ink: p.OnNow, title: p.t(key), text: p.t(key + "_next")})
}

// troubleWords is the icon and the key of the words for why no ticket is given.
func (p *pen) troubleWords() (icon, key string) {
	switch p.s.Trouble {
	case flow.TroubleNotMine:
		return "officer", "trouble.not_found"
	case flow.TroubleLimit:
		return "calendar", "trouble.limit"
	case flow.TroubleAlready:
		return "ticket", "trouble.already"
	case flow.TroubleNoID:
		return "officer", "trouble.no_id"
	case flow.TroubleServer, flow.TroubleRefused:
		return "officer", "trouble.officer"
	case flow.TroubleClosed:
	}
	switch p.s.ClosedCode {
	case "quota_full":
		return "calendar", "trouble.quota_full"
	case "service_closed":
		return "lock", "trouble.service_closed"
	}
	return "clock", "trouble.office_closed"
}
