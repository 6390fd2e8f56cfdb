package main

import (
	"fmt"
	"math"
	"os"
	"strconv"

	"fyne.io/fyne/v2"

	"loket/kiosk/internal/screen"
)

// fixScale makes a pixel of the layout a pixel of the panel, or of a smaller window its share,
// whatever the panel says of its size in millimetres. Who sets FYNE_SCALE has the last word.
func fixScale(f flags) {
	setUnlessSet("FYNE_DISABLE_DPI_DETECTION", "true")
	setUnlessSet("FYNE_SCALE", f.scale())
}

func setUnlessSet(name, value string) {
	if _, set := os.LookupEnv(name); !set {
		_ = os.Setenv(name, value) // fails for impossible names only
	}
}

// scale is the size of a layout's pixel on the screen. The toolkit keeps one decimal of it.
func (f flags) scale() string {
	if f.Windowed == (size{}) {
		return "1"
	}
	wide, high := screen.ShortSide, screen.LongSide
	if f.landscape() {
		wide, high = high, wide
	}
	fit := min(float32(f.Windowed.width)/wide, float32(f.Windowed.height)/high)
	return strconv.FormatFloat(max(0.1, math.Floor(float64(fit)*10+0.001)/10), 'f', 1, 64)
}

// show puts the window on the display. The toolkit panics where there is no display.
func show(w fyne.Window) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("open a window on the display %q: %v", os.Getenv("DISPLAY"), p)
		}
	}()
	w.Show()
	return nil
}
