package screen

import (
	"loket/assets/theme"
	"loket/assets/theme/sheet"
)

// privacy is the whole notice, on one page in every mode: what is kept, for what, for how long, who sees it, and how
// to have it erased.
func (p *pen) privacy() {
	h := heading{Title: p.t("privacy.title"), Sub: p.t("privacy.sub")}
	parts := []part{
		{"document", p.t("privacy.what"), p.t("privacy.what_text")},
		{"check-circle", p.t("privacy.why"), p.t("privacy.why_text")},
		{"clock", p.t("privacy.long"), p.t("privacy.long_text")},
		{"people", p.t("privacy.who"), p.t("privacy.who_text")},
		{"shield", p.t("privacy.rights"), p.t("privacy.rights_text")},
	}
	columns := [][]part{parts}
	if p.f.landscape {
		columns = [][]part{parts[:2], parts[2:]}
		h.Sub = ""
	}
	room := p.headlineAtTop(h)
	in := room.Inset(theme.Space3, theme.Space3)
	for _, shrink := range []float32{1.15, 1.1, 1.05, 1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.64} {
		notices, height := p.noticesAt(in, columns, shrink)
		if height <= in.H || shrink == 0.64 {
			room.H = min(room.H, height+2*theme.Space3)
			p.card(room)
			for _, n := range notices {
				p.paragraph(n)
			}
			return
		}
	}
}

// part is a paragraph of the notice.
type part struct{ icon, title, text string }

// placed is a paragraph where it stands.
type placed struct {
	icon        string
	side        float32 // of the icon
	box         sheet.Box
	title, text sheet.Block
}

// noticesAt sets the paragraphs at a size, and says how high the highest column is.
func (p *pen) noticesAt(in sheet.Box, columns [][]part, shrink float32) (all []placed, height float32) {
	size := func(st sheet.Style) sheet.Style {
		st.Size, st.Fill = max(28, float32(int(st.Size*shrink))), true
		return st
	}
	side, gap := float32(int(p.px(theme.SizeHeading)*shrink)), float32(int(36*shrink))
	for i, parts := range columns {
		b := in.Cell(i, len(columns), 1, theme.Space5)
		w := b.W - side - theme.Space2
		for _, t := range parts {
			n := placed{icon: t.icon, side: side, box: b}
			n.title = sheet.Fit(t.title, size(p.bold(theme.SizeButton, p.Ink)), w, 2)
			n.text = sheet.Fit(t.text, size(p.plain(theme.SizeLabel, p.Ink)), w, 12)
			n.box.H = stackHeight(4, n.title, n.text)
			all = append(all, n)
			b.Y += n.box.H + gap
		}
		height = max(height, b.Y-gap-in.Y)
	}
	return all, height
}

// paragraph draws one.
func (p *pen) paragraph(n placed) {
	p.iconAt(n.icon, p.Primary, n.box.X, float32(int(n.box.Y+n.title.LineHeight()/2)), n.side)
	text := n.box
	text.X, text.W = text.X+n.side+theme.Space2, text.W-n.side-theme.Space2
	p.stack(text, sheet.Left, 4, n.title, n.text)
}
