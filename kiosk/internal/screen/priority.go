package screen

import (
	"slices"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// priority offers to be called earlier. Nobody is labelled: what an age speaks for stands first and is the main action;
// without such a thing going on is.
func (p *pen) priority() {
	classes := p.classes()
	work := p.headline(heading{Title: p.t("priority.question"), Sub: p.t("priority.how")})
	gap := theme.Space2
	none := func(b sheet.Box) {
		k := mainAction
		if p.suggests(classes) {
			k = action
		}
		p.button(b, k, "chevron-right", p.t("priority.none"), theme.SizeHeading, flow.TakeTicket{})
	}
	if p.f.landscape && p.f.low { // the rows are few, so the action stands beside them
		act, rest := work.End(440, gap)
		none(act)
		p.classTiles(rest, classes, 2)
		return
	}
	act, rest := work.Base(choice(p.f.low, 152, 168), gap)
	none(act)
	p.classTiles(rest, classes, 1+len(classes)/5)
}

// suggests says whether one of the classes may be hers.
func (p *pen) suggests(classes []protocol.PriorityClass) bool {
	return len(classes) > 0 && classes[0].ID == p.s.Person.Suggest
}

// classes are those of the catalogue, the suggested one first.
func (p *pen) classes() []protocol.PriorityClass {
	classes := slices.Clone(p.s.Catalog.Priorities)
	i := slices.IndexFunc(classes, func(c protocol.PriorityClass) bool { return c.ID == p.s.Person.Suggest })
	if i > 0 {
		first := classes[i]
		classes = slices.Insert(slices.Delete(classes, i, i+1), 0, first)
	}
	return classes
}

// classTiles lays the classes out in at least cols columns, and in more when they would be too low to touch.
func (p *pen) classTiles(b sheet.Box, classes []protocol.PriorityClass, cols int) {
	if len(classes) == 0 {
		return
	}
	if p.f.landscape {
		cols = max(cols, 2)
	}
	gap := theme.Space1
	rows := (len(classes) + cols - 1) / cols
	for rows > 1 && (b.H-gap*float32(rows-1))/float32(rows) < theme.TargetMin {
		cols++
		rows = (len(classes) + cols - 1) / cols
	}
	area := b
	area.H = min(b.H, 248*float32(rows)+gap*float32(rows-1))
	for i, c := range classes {
		p.classTile(area.Cell(i, cols, rows, gap), c)
	}
}

func (p *pen) classTile(b sheet.Box, c protocol.PriorityClass) {
	suggested := c.ID == p.s.Person.Suggest
	sign, ink, dim := p.Primary, p.Ink, p.Dim
	if suggested {
		sign, ink, dim = p.OnPrimary, p.OnPrimary, p.OnDim
		p.Rect(b, sheet.Fill{Color: p.Primary, Radius: theme.Corner})
	} else {
		p.card(b)
	}
	p.touch(b, theme.Corner, flow.TakeTicket{Priority: c.ID})
	in := b.Inset(theme.Space3, 10)
	side := float32(int(min(104, in.H*0.8, in.W*0.2)))
	mark, in := in.Left(side, theme.Space3)
	p.icon(classIcon(c.ID), sign, mark.Middle(side, side))
	arrow, in := in.End(44, 12)
	p.icon("chevron-right", sign, arrow.Middle(44, 44))
	text := p.in(c.Note)
	if suggested {
		in, text = p.suggestion(in, c)
	}
	sub := fitIn(text, p.plain(theme.SizeBody, dim), in.W, in.H*0.5, 2)
	name := fitIn(p.in(c.Name), p.bold(theme.SizeButton, ink), in.W, in.H-sub.Height()-4, 2)
	if !name.Whole || !sub.Whole { // the note gives way
		name, sub = fitIn(p.in(c.Name), p.bold(theme.SizeButton, ink), in.W, in.H, 3), sheet.Block{}
	}
	p.stack(in, sheet.Left, 4, name, sub)
}

// suggestion marks the tile that may be hers: beside its words where there is room, else before its note. It returns
// what remains of the tile, and the note.
func (p *pen) suggestion(in sheet.Box, c protocol.PriorityClass) (rest sheet.Box, text string) {
	maybe, text := p.t("priority.maybe"), p.in(c.Note)
	words := sheet.Fit(maybe, p.bold(theme.SizeSmall, p.Primary), 400, 1)
	w := words.Width() + 2*theme.Space1
	need := max(sheet.Measure(p.in(c.Name), p.bold(theme.SizeButton, p.Ink)), sheet.Measure(text, p.plain(theme.SizeBody, p.Dim)))
	if in.W-w-theme.Space2 < need {
		if text != "" {
			maybe += ": " + text
		}
		return in, maybe
	}
	pill, rest := in.End(w, theme.Space2)
	pill = pill.Middle(w, words.Height()+theme.Space1)
	p.Rect(pill, sheet.Fill{Color: p.Card, Radius: pill.H / 2})
	p.middle(words, pill, sheet.Centre)
	return rest, text
}

// classIcon is the sign of a class that the samples have; an office's own have that of people.
func classIcon(id string) string {
	switch id {
	case "lansia":
		return "elder"
	case "disabilitas":
		return "wheelchair"
	case "hamil":
		return "pregnant"
	case "balita":
		return "baby"
	}
	return "people"
}
