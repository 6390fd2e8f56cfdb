package station

import (
	"sync/atomic"

	"fyne.io/fyne/v2"

	"loket/kiosk/internal/flow"
)

// Bridge returns a Config.Show that has show called with the newest state on Fyne's goroutine.
// States that come faster than Fyne draws are skipped.
func Bridge(show func(flow.State)) func(flow.State) { return bridge(fyne.Do, show) }

func bridge(do func(func()), show func(flow.State)) func(flow.State) {
	var newest atomic.Pointer[flow.State]
	return func(s flow.State) {
		if newest.Swap(&s) == nil { // else a call is under way that will take this state
			do(func() { show(*newest.Swap(nil)) })
		}
	}
}

// Quit ends a Fyne program from any goroutine.
func Quit(a fyne.App) { fyne.Do(a.Quit) }
