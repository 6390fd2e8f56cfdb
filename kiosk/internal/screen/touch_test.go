package screen

import (
	"runtime"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
)

func centre(b sheet.Box) (x, y float32) { return b.X + b.W/2, b.Y + b.H/2 }

// TestATapAtTheCentreSaysWhatIsWritten taps every target of every screen.
func TestATapAtTheCentreSaysWhatIsWritten(t *testing.T) {
	for _, landscape := range []bool{false, true} {
		st := newStage(t, landscape)
		for _, on := range screens {
			s := at(hall(t, landscape), on)
			st.Show(s)
			for _, target := range st.Targets() {
				st.got = nil
				st.tap(centre(target.Box))
				if len(st.got) != 1 || st.got[0] != target.Input {
					t.Errorf("%s: a tap on %T gave %v", on, target.Input, st.got)
				}
			}
		}
	}
}

// TestEachScreenOffersItsInputs keeps what can be done on a screen.
func TestEachScreenOffersItsInputs(t *testing.T) {
	always := []flow.Input{flow.ToggleLarge{}, flow.ToggleContrast{}, flow.ToggleReach{}, flow.SetLang{Lang: "id"}, flow.SetLang{Lang: "en"}}
	first := flow.ChooseAgency{ID: "dukcapil"}
	tests := map[flow.Screen][]flow.Input{
		flow.Home:         {flow.TakeNumber{}, flow.OpenSearch{}, flow.OpenFind{}, flow.Back{}},
		flow.Agency:       {first, flow.OpenSearch{}, flow.Back{}},
		flow.Service:      {flow.ChooseService{ID: "dukcapil-ktp"}, flow.OpenSearch{}, flow.Back{}},
		flow.Search:       {flow.TypeKey{Key: "Q"}, flow.TypeKey{Key: " "}, flow.Erase{}, flow.Back{}},
		flow.FindTicket:   {flow.TypeKey{Key: "Z"}, flow.TypeKey{Key: "0"}, flow.Erase{}, flow.ChooseField{}, flow.ChooseField{Code: true}, flow.Back{}},
		flow.FoundTicket:  {flow.TakeCopy{}, flow.Finish{}, flow.Back{}},
		flow.Requirements: {flow.TakeTicket{}, flow.OpenPriority{}, flow.Back{}},
		flow.Printing:     {},
		flow.Done:         {flow.Finish{}, flow.Another{}},
		flow.OnScreen:     {flow.NumberNoted{}},
		flow.Trouble:      {flow.Finish{}, flow.Back{}},
		flow.Identity: {
			flow.TypeKey{Key: "0"},
			flow.TypeKey{Key: "9"},
			flow.Erase{},
			flow.OpenPrivacy{},
			flow.TakeTicket{WithoutID: true},
			flow.Back{},
		},
		flow.Privacy:       {flow.Back{}},
		flow.ConfirmPerson: {flow.TakeTicket{}, flow.NotMe{}, flow.Back{}},
		flow.Priority:      {flow.TakeTicket{}, flow.TakeTicket{Priority: "lansia"}, flow.TakeTicket{Priority: "balita"}, flow.Back{}},
	}
	for _, landscape := range []bool{false, true} {
		for _, low := range []bool{false, true} {
			st := newStage(t, landscape)
			for on, want := range tests {
				s := at(hall(t, landscape), on)
				s.Prefs.LowReach = low
				st.Show(s)
				for _, in := range append(want, always...) {
					if !slices.ContainsFunc(st.Targets(), func(g Target) bool { return g.Input == in }) {
						t.Errorf("%s has no target for %T %v", nameOf(on, landscape, s.Prefs), in, in)
					}
				}
			}
		}
	}
}

func TestAClosedServiceOffersNoTicket(t *testing.T) {
	st := newStage(t, false)
	s := at(hall(t, false), flow.Requirements)
	s.ServiceID = s.Catalog.Services[5].ID
	st.Show(s)
	for _, target := range st.Targets() {
		if _, ok := target.Input.(flow.TakeTicket); ok {
			t.Error("a ticket of a closed service is offered")
		}
	}
}

func TestATapBesideAllTargetsSaysThatSomebodyIsHere(t *testing.T) {
	st := newStage(t, false)
	st.Show(at(hall(t, false), flow.Home))
	st.tap(500, 160)
	if len(st.got) != 1 || st.got[0] != flow.Input(flow.Touch{}) {
		t.Errorf("got %v", st.got)
	}
}

// TestAFingerThatSlidesAwayDoesNothing presses one button and lets go on another.
func TestAFingerThatSlidesAwayDoesNothing(t *testing.T) {
	st := newStage(t, false)
	s := at(hall(t, false), flow.Home)
	st.Show(s)
	mouse := func(x, y float32) *desktop.MouseEvent {
		return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}}
	}
	x, y := centre(st.Targets()[0].Box)
	st.surface.MouseDown(mouse(x, y))
	if !st.veil.Visible() {
		t.Error("a pressed button is not marked")
	}
	s.Now = s.Now.Add(1e9)
	st.Show(s) // the clock ticks while the finger is down
	if !st.veil.Visible() {
		t.Error("the mark is lost at a tick")
	}
	x, y = centre(st.Targets()[1].Box)
	st.surface.MouseUp(mouse(x, y))
	st.surface.Tapped(&fyne.PointEvent{Position: fyne.NewPos(x, y)})
	if len(st.got) != 0 || st.veil.Visible() {
		t.Errorf("got %v, mark %v", st.got, st.veil.Visible())
	}
}

// TestAPressEndsWithItsScreen changes the screen under the finger.
func TestAPressEndsWithItsScreen(t *testing.T) {
	st := newStage(t, false)
	st.Show(at(hall(t, false), flow.Home))
	x, y := centre(st.Targets()[0].Box)
	st.surface.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}})
	st.Show(at(hall(t, false), flow.Printing))
	if st.veil.Visible() || st.pressed != none {
		t.Error("the press outlived its target")
	}
}

// TestShowingTheSameAgainChangesNothing draws a state twice and counts what was touched.
func TestShowingTheSameAgainChangesNothing(t *testing.T) {
	st := newStage(t, false)
	for _, on := range screens {
		s := at(hall(t, false), on)
		st.Show(s)
		before := visible[*canvas.Text](st.root)
		words := make([]string, len(before))
		for i, o := range before {
			words[i] = o.Text
		}
		objects := st.sheets[on].Objects()
		st.Show(s)
		after := visible[*canvas.Text](st.root)
		for i, o := range after {
			if o != before[i] || o.Text != words[i] {
				t.Fatalf("%s: %q became %q", on, words[i], o.Text)
			}
		}
		if st.sheets[on].Objects() != objects {
			t.Errorf("%s: %d objects became %d", on, objects, st.sheets[on].Objects())
		}
	}
}

// TestVisitsDoNotGrow plays many visits through all screens and modes.
func TestVisitsDoNotGrow(t *testing.T) {
	st := newStage(t, false)
	base := hall(t, false)
	visit := func(n int) {
		for _, on := range screens {
			s := at(base, on)
			s.Prefs = modes()[n%8]
			s.Ticket.Number = "A-" + itoa(100+n%900)
			st.Show(s)
		}
	}
	for n := range 16 {
		visit(n)
	}
	objects := 0
	for _, sh := range st.sheets {
		objects += sh.Objects()
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for n := range 200 {
		visit(n)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	now := 0
	for _, sh := range st.sheets {
		now += sh.Objects()
	}
	if now != objects {
		t.Errorf("%d objects became %d", objects, now)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 4<<20 {
		t.Errorf("the heap grew by %d bytes in 200 visits", grown)
	}
}
