package station

import (
	"sync/atomic"

	"fyne.io/fyne/v2"

	"loket/display/internal/board"
)

// Bridge carries what the wall shows over to Fyne's goroutine. It is the only place that calls
// fyne.Do. Its methods may be called from any goroutine.
type Bridge struct {
	do     func(func())
	show   func(board.Shown)
	newest atomic.Pointer[board.Shown] // not nil while a call of show is under way
}

// NewBridge returns a bridge that calls show on Fyne's goroutine.
func NewBridge(show func(board.Shown)) *Bridge { return &Bridge{do: fyne.Do, show: show} }

// Show has the newest drawn as soon as Fyne can; what was not drawn yet is skipped.
func (b *Bridge) Show(s board.Shown) {
	if b.newest.Swap(&s) == nil {
		b.do(func() { b.show(*b.newest.Swap(nil)) })
	}
}

// Do runs f on Fyne's goroutine.
func (b *Bridge) Do(f func()) { b.do(f) }
