package screen

import (
	"image/color"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
)

// frame is what is in the same place on every screen.
type frame struct {
	landscape, low bool
	header, footer sheet.Box
	body           sheet.Box // between them, within the margins
	upper, work    sheet.Box // of body: in low reach nothing to touch lies in upper; otherwise upper is empty
	tools          sheet.Box // text size, contrast, reach, languages
	aside          sheet.Box // clock and time left
}

// Where the low-reach mode draws its line: nothing to touch lies above.
const (
	reachPortrait  float32 = 1000
	reachLandscape float32 = 540
)

const (
	toolSize float32 = theme.TargetMin
	toolGap  float32 = 12
	toolsW           = 5*toolSize + 3*toolGap + 2*toolGap
)

func newFrame(landscape, low bool) frame {
	f := frame{landscape: landscape, low: low}
	w, h, margin, line := ShortSide, LongSide, theme.Space4, reachPortrait
	headerH, footerH := float32(148), float32(152)
	if landscape {
		w, h, margin, line = LongSide, ShortSide, theme.Space5, reachLandscape
		headerH, footerH = 124, 128
	}
	f.header = sheet.Box{W: w, H: headerH}
	f.footer = sheet.Box{Y: h - footerH, W: w, H: footerH}
	f.body = sheet.Box{X: margin, Y: headerH + theme.Space4, W: w - 2*margin, H: h - headerH - footerH - theme.Space4 - theme.Space2}
	f.work = f.body
	if low {
		f.upper = f.body
		f.upper.H = line - f.body.Y
		f.work.Y, f.work.H = line, f.body.Bottom()-line
	}
	top := f.header.Inset(margin, 0)
	base := f.footer.Inset(margin, 0)
	if low {
		top, base = base, top
	}
	right, _ := top.End(toolsW, 0)
	f.tools = right.Middle(toolsW, toolSize)
	f.aside, _ = base.End(460, 0)
	return f
}

// header draws the office, and the tools or the clock.
func (p *pen) header() {
	h := p.f.header
	p.Rect(h, sheet.Fill{Color: p.Bar})
	p.rule(0, h.Bottom()-p.LineWidth, h.W)
	right := p.f.tools.X
	if p.f.low {
		right = p.f.aside.X
	}
	room := sheet.Box{X: p.f.body.X, Y: h.Y, W: right - p.f.body.X - theme.Space2, H: h.H}
	p.officeSign(room)
	p.stale()
}

// officeSign draws the emblem, the name of the office and its place.
func (p *pen) officeSign(room sheet.Box) {
	mark, text := room.Left(84, 20)
	mark = mark.Middle(84, 84)
	p.emblem(mark)
	office := p.office()
	name := sheet.Fit(p.in(office.Name), p.bold(theme.SizeLabel, p.Ink), text.W, 1)
	if name.Style.Size < 30 || !name.Whole {
		name = sheet.Fit(p.in(office.Name), p.bold(theme.SizeBody, p.Ink), text.W, 2)
	}
	place := sheet.Fit(p.in(office.Place), p.plain(theme.SizeSmall, p.Dim), text.W, 1)
	p.stack(text, sheet.Left, 0, name, place)
}

func (p *pen) emblem(b sheet.Box) {
	p.Rect(b, sheet.Fill{Color: p.Primary, Radius: b.W * 0.22})
	name := "emblem"
	if p.s.Prefs.HighContrast {
		name = "home" // the same sign in one colour
	}
	side := float32(int(b.W * 0.75))
	p.icon(name, p.OnPrimary, b.Middle(side, side))
}

// tools draws the three modes and the two languages, one tap each.
func (p *pen) tools() {
	b := p.f.tools
	next := func(gap float32) sheet.Box {
		var one sheet.Box
		one, b = b.Left(toolSize, gap)
		return one
	}
	prefs := p.s.Prefs
	p.tool(next(toolGap), "text-size", "", prefs.LargeText, flow.ToggleLarge{})
	p.tool(next(toolGap), "contrast", "", prefs.HighContrast, flow.ToggleContrast{})
	p.tool(next(2*toolGap), "reach", "", prefs.LowReach, flow.ToggleReach{})
	p.tool(next(toolGap), "", "ID", prefs.Lang != "en", flow.SetLang{Lang: "id"})
	p.tool(next(toolGap), "", "EN", prefs.Lang == "en", flow.SetLang{Lang: "en"})
}

func (p *pen) tool(b sheet.Box, icon, word string, on bool, in flow.Input) {
	fill := sheet.Fill{Color: p.Card, Stroke: p.Line, StrokeWidth: p.LineWidth, Radius: b.H / 2}
	ink := p.Ink
	if on {
		fill.Color, fill.Stroke, ink = p.Ink, p.Ink, p.Card
	}
	p.Rect(b, fill)
	if icon != "" {
		p.icon(icon, ink, b.Middle(48, 48))
	} else {
		p.middle(sheet.One(word, sheet.Style{Size: 32, Bold: true, Color: ink}), b, sheet.Centre)
	}
	p.touch(b, b.H/2, in)
}

// footer draws the way back and its ground.
func (p *pen) footer() {
	b := p.f.footer
	p.Rect(b, sheet.Fill{Color: p.Bar})
	p.rule(0, b.Y, b.W)
	words, icon, in := p.wayBack()
	if in == nil {
		return
	}
	room := b.Inset(p.f.body.X, 0)
	limit := room.W - p.f.aside.W - theme.Space2
	if p.f.low {
		limit = p.f.tools.X - room.X - theme.Space2
	}
	w := min(limit, max(240, sheet.Measure(words, p.bold(theme.SizeLabel, p.Primary))+p.px(theme.SizeLabel)+90))
	back, after := room.Left(float32(int(w)), theme.Space2)
	p.button(back.Middle(back.W, footKey), action, icon, words, theme.SizeLabel, in)
	after.W = room.X + limit - after.X
	p.footWithoutCard(after)
}

// footKey is the height of what can be touched in the footer.
const footKey float32 = 100

// wayBack is what the button at the lower left says and does; nil where there is no way back.
func (p *pen) wayBack() (words, icon string, in flow.Input) {
	switch p.s.Screen {
	case flow.Home:
		return p.t("frame.leave"), "close", flow.Back{}
	case flow.Done:
		return p.t("done.another"), "ticket", flow.Another{}
	case flow.Agency, flow.Service, flow.Search, flow.Requirements, flow.FindTicket, flow.FoundTicket, flow.Trouble,
		flow.Identity, flow.Privacy, flow.ConfirmPerson, flow.Priority:
		return p.t("frame.back"), "chevron-left", flow.Back{}
	case flow.Attract, flow.Printing, flow.OnScreen:
	}
	return "", "", nil
}

// soon is when the time left is marked, in seconds.
const soon = 15

// aside draws the clock and, below it, the time left of the visit or the date.
func (p *pen) aside() {
	b := p.f.aside
	clock := sheet.Fit(p.clock(), p.bold(theme.SizeLabel, p.Ink), b.W, 1)
	left, words := p.s.Remaining(), p.date()
	switch {
	case p.s.Screen == flow.Printing:
	case p.s.Screen == flow.Done:
		words = p.t("frame.to_start", "n", itoa(left))
	case p.s.Screen != flow.Home || left <= soon:
		words = p.t("frame.ends", "n", itoa(left))
	}
	under := sheet.Fit(words, p.plain(theme.SizeSmall, p.Dim), b.W, 1)
	if left <= soon && p.s.Screen != flow.Printing && p.s.Screen != flow.Done {
		p.lastSeconds(b, clock, words)
		return
	}
	p.stack(b, sheet.Right, 2, clock, under)
}

// lastSeconds draws the clock and, marked, that the visit is about to end.
func (p *pen) lastSeconds(b sheet.Box, clock sheet.Block, words string) {
	under := sheet.Fit(words, p.bold(theme.SizeSmall, p.OnNow), b.W-32, 1)
	h := clock.Height() + 8 + under.Height() + 8
	y := b.Y + float32(int((b.H-h)/2))
	p.Text(clock, b.X, y, b.W, sheet.Right)
	w := float32(int(under.Width())) + 32
	pill := sheet.Box{X: b.Right() - w, Y: y + clock.Height() + 8, W: w, H: under.Height() + 8}
	p.Rect(pill, sheet.Fill{Color: p.NowTint, Stroke: p.Now, StrokeWidth: p.LineWidth, Radius: 12})
	p.middle(under, pill, sheet.Centre)
}

// stale says, in the strip between header and title, that the numbers may be old.
func (p *pen) stale() {
	if p.s.Online || !p.s.Ready {
		p.recognised()
		return
	}
	words := p.t("frame.stale_unknown")
	if !p.s.LiveAt.IsZero() {
		words = p.t("frame.stale", "time", clockOf(p.s.LiveAt))
	}
	p.strip("offline", words, p.NowTint, p.OnNow)
}

// recognised says, in the same place, that a card that was tapped before it was asked for is not forgotten.
func (p *pen) recognised() {
	if !p.s.HasShown() {
		return
	}
	switch p.s.Screen {
	case flow.Home, flow.Agency, flow.Service, flow.Search:
		p.strip("check-circle", p.t("frame.recognised"), p.OKTint, p.OK)
	case flow.Attract, flow.Requirements, flow.Printing, flow.Done, flow.OnScreen, flow.FindTicket, flow.FoundTicket,
		flow.Trouble, flow.Identity, flow.Privacy, flow.ConfirmPerson, flow.Priority:
	}
}

// strip draws one line of words between header and title.
func (p *pen) strip(icon, words string, fill, ink color.NRGBA) {
	strip := sheet.Box{Y: p.f.header.Bottom(), W: p.f.header.W, H: 40}
	p.Rect(strip, sheet.Fill{Color: fill})
	text := sheet.Fit(words, sheet.Style{Size: min(p.px(theme.SizeBody), 32), Bold: true, Color: ink, Leading: 1.1}, strip.W-200, 1)
	x := strip.X + (strip.W-text.Width()-44)/2
	p.iconAt(icon, ink, float32(int(x)), strip.Y+strip.H/2, 32)
	p.middle(text, sheet.Box{X: x + 44, Y: strip.Y, W: text.Width(), H: strip.H}, sheet.Left)
}

// office is the office of the catalogue, or of the view before the catalogue has come.
func (p *pen) office() (o officeText) {
	o = officeText{p.s.Catalog.Office.Name, p.s.Catalog.Office.Place}
	if o.Name.ID == "" {
		o = officeText{p.s.Live.Office.Name, p.s.Live.Office.Place}
	}
	return o
}
