package screen

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"

	"loket/assets/theme"
	"loket/kiosk/internal/flow"
)

// visit is the way of one ticket through the screens.
var visit = []flow.Screen{flow.Attract, flow.Home, flow.Agency, flow.Service, flow.Requirements, flow.Printing, flow.Done}

// p95 runs a step b.N times and reports the 95th percentile in milliseconds beside the mean.
func p95(b *testing.B, step func(i int)) {
	b.ReportAllocs()
	took := make([]time.Duration, 0, b.N)
	b.ResetTimer()
	for i := range b.N {
		from := time.Now()
		step(i)
		took = append(took, time.Since(from))
	}
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100])/1e6, "p95-ms")
}

// BenchmarkNextScreen is from an input's new state to the next screen laid out on its canvas objects: what this
// package adds before the toolkit paints.
func BenchmarkNextScreen(b *testing.B) {
	st := newStage(b, false)
	states := visitStates(b)
	p95(b, func(i int) { st.Show(states[i%len(states)]) })
}

// BenchmarkTick is the same screen a second later.
func BenchmarkTick(b *testing.B) {
	st := newStage(b, false)
	s := at(hall(b, false), flow.Agency)
	p95(b, func(int) {
		s.Now = s.Now.Add(time.Second)
		s.Deadline = s.Deadline.Add(time.Second)
		st.Show(s)
	})
}

// BenchmarkNextScreenPainted adds Fyne's software painter, which paints the whole 1080x1920 window
// each time; BenchmarkEmptyWindowPainted is what the painter takes for a window with nothing in it.
func BenchmarkNextScreenPainted(b *testing.B) {
	st := newStage(b, false)
	states := visitStates(b)
	p95(b, func(i int) { st.picture(states[i%len(states)]) })
}

// BenchmarkEmptyWindowPainted is the painter's own cost for a full window of one colour.
func BenchmarkEmptyWindowPainted(b *testing.B) {
	newStage(b, false) // starts the test app
	c := software.NewTransparentCanvas()
	c.SetPadded(false)
	c.SetContent(canvas.NewRectangle(theme.Paper))
	c.Resize(fyne.NewSize(ShortSide, LongSide))
	p95(b, func(int) { c.Capture() })
}

func visitStates(b *testing.B) []flow.State {
	var states []flow.State
	for _, on := range visit {
		states = append(states, at(hall(b, false), on))
	}
	return states
}

// BenchmarkVisitGrowth reports how much the heap has grown after 10,000 visits through all screens, in
// changing modes and languages, against what it was after 1,000.
func BenchmarkVisitGrowth(b *testing.B) {
	st := newStage(b, false)
	base := hall(b, false)
	visit := func(n int) {
		for _, on := range screens {
			s := at(base, on)
			s.Prefs = modes()[n%8]
			s.Prefs.Lang = []string{"id", "en"}[n%2]
			s.Ticket.Number = "A-" + itoa(100+n%900)
			st.Show(s)
		}
	}
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	for b.Loop() {
		for n := range 1000 { // every number that is shown has been measured once
			visit(n)
		}
		before := heap()
		for n := range 10_000 {
			visit(n)
		}
		b.ReportMetric(100*(heap()-before)/before, "%/10000visits")
	}
}
