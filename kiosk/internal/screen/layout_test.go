package screen

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// visible gathers the drawn objects of a kind in drawing order.
func visible[T fyne.CanvasObject](o fyne.CanvasObject) []T {
	if !o.Visible() {
		return nil
	}
	if c, ok := o.(*fyne.Container); ok {
		var all []T
		for _, child := range c.Objects {
			all = append(all, visible[T](child)...)
		}
		return all
	}
	if t, ok := o.(T); ok {
		return []T{t}
	}
	return nil
}

func boxOf(o fyne.CanvasObject) sheet.Box {
	return sheet.Box{X: o.Position().X, Y: o.Position().Y, W: o.Size().Width, H: o.Size().Height}
}

// ink is where the letters of a line are: from the top of the capitals to below the descenders, by
// the metrics of Noto Sans.
func ink(t *canvas.Text) sheet.Box {
	b := boxOf(t)
	h := 0.74 * t.TextSize
	if strings.ContainsAny(t.Text, "gjpqy,;()&Q") {
		h = 0.93 * t.TextSize
	}
	return sheet.Box{X: b.X, Y: b.Y + 0.34*t.TextSize, W: b.W, H: h}
}

// within tells whether a box lies in another, give or take a pixel.
func within(in, out sheet.Box) bool {
	return in.X >= out.X-1 && in.Y >= out.Y-1 && in.Right() <= out.Right()+1 && in.Bottom() <= out.Bottom()+1
}

// check reports what is wrong with a drawing: text that is cut, leaves its card or lies over other text, is too small,
// and targets that are too small, overlap or cannot be reached.
func check(st *stage, s flow.State) []string {
	var wrong []string
	add := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	window := sheet.Box{W: st.size().Width, H: st.size().Height}
	texts := visible[*canvas.Text](st.root)
	pictures := visible[*canvas.Image](st.root)
	var cards []sheet.Box
	for _, card := range st.shown.Cards() {
		if card.H > 40 {
			cards = append(cards, card)
		}
	}
	for i, t := range texts {
		letters := ink(t)
		if t.TextSize < sheet.MinSize {
			add("%q is set in %v", t.Text, t.TextSize)
		}
		if strings.HasSuffix(t.Text, "…") {
			add("%q is cut", t.Text)
		}
		if !within(letters, window) {
			add("%q leaves the window: %v", t.Text, letters)
		}
		for _, c := range cards {
			if c.Overlaps(letters) && !within(letters, c) {
				add("%q leaves its card: %v in %v", t.Text, letters, c)
			}
		}
		for _, picture := range pictures {
			if picture.FillMode == canvas.ImageFillStretch {
				continue // a dot that fills a card
			}
			b := boxOf(picture)
			if b = b.Inset(b.W*0.1, b.H*0.1); b.Overlaps(letters) { // a sign does not fill its square
				add("a picture lies over %q", t.Text)
			}
		}
		for _, o := range texts[i+1:] {
			if letters.Overlaps(ink(o)) {
				add("%q lies over %q", t.Text, o.Text)
			}
		}
	}
	return append(wrong, checkTargets(st, s, window)...)
}

func checkTargets(st *stage, s flow.State, window sheet.Box) []string {
	var wrong []string
	line := float32(0)
	if s.Prefs.LowReach && s.Screen != flow.Attract { // a visit starts with a touch anywhere
		line = reachPortrait
		if s.Landscape {
			line = reachLandscape
		}
	}
	targets := st.Targets()
	for i, t := range targets {
		if t.Box.W < theme.TargetMin || t.Box.H < theme.TargetMin {
			wrong = append(wrong, fmt.Sprintf("%T is small: %v", t.Input, t.Box))
		}
		if !within(t.Box, window) || t.Box.Y < line {
			wrong = append(wrong, fmt.Sprintf("%T is out of reach: %v", t.Input, t.Box))
		}
		for _, o := range targets[i+1:] {
			if t.Box.Overlaps(o.Box) {
				wrong = append(wrong, fmt.Sprintf("%T %v lies over %T %v", t.Input, t.Box, o.Input, o.Box))
			}
		}
	}
	return wrong
}

// TestNothingIsCutOrOutOfReach draws every screen in every orientation, language and combination of
// modes, with every agency, service and closure that the samples have.
func TestNothingIsCutOrOutOfReach(t *testing.T) {
	for _, landscape := range []bool{false, true} {
		st := newStage(t, landscape)
		base := hall(t, landscape)
		for _, prefs := range modes() {
			if prefs.HighContrast && prefs.LargeText != prefs.LowReach {
				continue // contrast changes colours and lines only
			}
			for _, language := range []string{"id", "en"} {
				prefs.Lang = language
				for _, s := range everyState(t, base, prefs) {
					st.Show(s)
					if wrong := check(st, s); len(wrong) > 0 {
						t.Errorf("%s, %s %s %q page %d:\n\t%s", nameOf(s.Screen, landscape, prefs), s.AgencyID, s.ServiceID,
							s.Query, s.Page, strings.Join(wrong, "\n\t"))
					}
				}
			}
		}
	}
}

// everyState lists states that fill the screens in all ways.
func everyState(t *testing.T, base flow.State, prefs flow.Prefs) []flow.State {
	t.Helper()
	base.Prefs = prefs
	var all []flow.State
	for _, on := range screens {
		s := at(base, on)
		all = append(all, s, stale(s), lastSeconds(s))
	}
	all = append(all, pages(at(base, flow.Agency), flow.State.AgencyPage)...)
	for _, a := range base.Catalog.Agencies {
		s := at(base, flow.Service)
		s.AgencyID = a.ID
		all = append(all, pages(s, flow.State.ServicePage)...)
	}
	for _, query := range []string{"", "A", "WXWX", "PENDAFTARAN PAJAK DAERAH"} {
		s := at(base, flow.Search)
		s.Query = query
		all = append(all, pages(s, flow.State.SearchResults)...)
	}
	for i, v := range base.Catalog.Services {
		for j, on := range []flow.Screen{flow.Requirements, flow.OnScreen, flow.Done, flow.Printing} {
			if j > 0 && i%(2+j) != 0 {
				continue // the words are the same on all of them; the list of requirements is not
			}
			s := at(base, on)
			s.AgencyID, s.ServiceID = v.AgencyID, v.ID
			s.Ticket.Ahead, s.Ticket.Wait = 128, protocol.WaitRange{Known: true, Low: 115, High: 180}
			all = append(all, s)
		}
	}
	return append(all, special(t, base)...)
}

// finds are all states of looking for a ticket.
func finds(base flow.State) []flow.State {
	var all []flow.State
	for _, form := range []flow.FindForm{
		{},
		{Number: "M1017", Code: "WWWW", InCode: true},
		{Number: "A1"},
		{Number: "A017", Code: "XXXX", InCode: true, Asked: flow.LookUp{Code: "XXXX"}},
		{Problem: flow.FindWrong},
		{Problem: flow.FindTooMany},
		{Problem: flow.FindNoCode},
		{Problem: flow.FindNoCard},
		{Problem: flow.FindCardOdd},
		{Who: flow.Identify{Try: 1, Card: "04"}},
		{Problem: flow.FindNoAnswer},
	} {
		s := at(base, flow.FindTicket)
		s.Find = form
		all = append(all, s)
	}
	for i, state := range []string{"waiting", "called", "serving", "held", "no_show", "completed", "cancelled"} {
		s := at(base, flow.FoundTicket)
		s.Found.State, s.Found.Counter, s.Found.Number = state, 18, "M-1017"
		s.Found.ServiceID = base.Catalog.Services[i*5%len(base.Catalog.Services)].ID
		all = append(all, s)
		for _, c := range []flow.CopyState{flow.CopyPrinting, flow.CopyDone, flow.CopyFailed} {
			if s.Found.CanCopy() {
				s.Copy = c
				all = append(all, s)
			}
		}
	}
	return all
}

// pages are the states of a list's pages.
func pages[T any](s flow.State, of func(flow.State) ([]T, int, int)) []flow.State {
	var all []flow.State
	_, _, n := of(s)
	for page := range n {
		s.Page = page
		all = append(all, s)
	}
	return all
}

func special(t *testing.T, base flow.State) []flow.State {
	t.Helper()
	var all []flow.State
	for _, code := range []string{"office_closed", "service_closed", "quota_full"} {
		s := at(base, flow.Trouble)
		s.Trouble, s.ClosedCode = flow.TroubleClosed, code
		all = append(all, s)
	}
	shown := at(base, flow.Done)
	shown.Shown, shown.Ticket.Wait = true, protocol.WaitRange{}
	noCode := at(base, flow.OnScreen)
	noCode.Ticket.Address = ""
	closed := at(base, flow.Home)
	closed.Live.Open, closed.Live.ClosedCode, closed.Live.NowServing = false, "office_closed", nil
	closedService := at(closed, flow.Requirements)
	empty := base
	empty.Catalog.Agencies, empty.Catalog.Services = nil, nil
	starting := flow.New(base.Landscape, morning)
	starting.Prefs = base.Prefs
	village := base
	village.Catalog = sample(t, "kelurahan")
	village.Live.Office, village.Live.NowServing = village.Catalog.Office, nil
	villageService := at(village, flow.Service)
	villageService.AgencyID = village.Catalog.Agencies[0].ID
	notMine := at(base, flow.Trouble)
	notMine.Trouble = flow.TroubleNotMine
	all = append(append(append(all, notMine), finds(base)...), persons(base)...)
	return append(all, shown, noCode, closed, at(closed, flow.Attract), closedService,
		at(empty, flow.Agency), at(empty, flow.Service), at(empty, flow.Requirements), starting,
		at(village, flow.Home), villageService)
}

func stale(s flow.State) flow.State {
	s.Online = false
	return s
}

func lastSeconds(s flow.State) flow.State {
	if s.Screen != flow.Attract {
		s.Deadline = s.Now.Add(9e9)
	}
	return s
}

// TestFullPagesMatchFlow keeps the grids of the screens and the entries that flow shows on a page equal.
func TestFullPagesMatchFlow(t *testing.T) {
	for _, landscape := range []bool{false, true} {
		s := hall(t, landscape)
		for i := range 40 {
			s.Catalog.Agencies = append(s.Catalog.Agencies, protocol.Agency{ID: fmt.Sprint("more", i)})
			s.Catalog.Services = append(s.Catalog.Services, protocol.Service{ID: fmt.Sprint("m", i), AgencyID: "dukcapil", Name: protocol.Text{ID: "Surat"}})
		}
		s.AgencyID, s.Query = "dukcapil", "S"
		for _, prefs := range modes() {
			s.Prefs = prefs
			p := &pen{s: s, f: newFrame(landscape, prefs.LowReach)}
			for _, page := range []struct {
				on   flow.Screen
				grid grid
			}{
				{flow.Agency, p.pick(agencyPortrait, agencyLandscape)},
				{flow.Service, p.pick(servicePortrait, serviceLandscape)},
				{flow.Search, p.pick(searchPortrait, searchLandscape)},
			} {
				s.Screen = page.on
				var n int
				switch page.on {
				case flow.Agency:
					items, _, _ := s.AgencyPage()
					n = len(items)
				case flow.Service:
					items, _, _ := s.ServicePage()
					n = len(items)
				default:
					items, _, _ := s.SearchResults()
					n = len(items)
				}
				if want := page.grid.cols * page.grid.rows; n != want {
					t.Errorf("%s: flow shows %d, the screen has room for %d", nameOf(page.on, landscape, prefs), n, want)
				}
			}
		}
	}
}
