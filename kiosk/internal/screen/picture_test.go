package screen

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"loket/assets/theme"
	"loket/kiosk/internal/flow"
)

// stage is a kiosk on a canvas in memory.
type stage struct {
	*Kiosk
	canvas software.WindowlessCanvas
	got    []flow.Input
}

func newStage(t testing.TB, landscape bool) *stage {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Standard()))
	st := &stage{}
	st.Kiosk = New(Config{Landscape: landscape, Emit: func(in flow.Input) { st.got = append(st.got, in) }})
	st.canvas = software.NewCanvas() // with the theme's ground
	st.canvas.SetPadded(false)
	st.canvas.SetContent(st.Content())
	st.canvas.Resize(st.size())
	return st
}

func (st *stage) picture(s flow.State) image.Image {
	st.Show(s)
	return st.canvas.Capture()
}

func (st *stage) tap(x, y float32) {
	test.TapCanvas(st.canvas, fyne.NewPos(x, y))
}
