package faulttest

import (
	"sync"

	"loket/drivers/emulator"
	"loket/drivers/escpos"
)

// moment is when a fault happens.
type moment string

const (
	never  moment = "never"
	idle   moment = "idle"   // nobody is there, and the kiosk has noticed
	before moment = "before" // the number is given, the job is not sent
	within moment = "within" // in the middle of the slip
	afterC moment = "after"  // the slip is out and cut, and not confirmed
	half          = 0.5      // of the slip's length
)

// trip makes a fault happen at a moment of the next slip.
type trip struct {
	set func(emulator.Fault)

	mu      sync.Mutex
	at      moment
	fault   emulator.Fault
	share   float64 // of the slip, for within
	profile escpos.Profile
	dots    int // of the slip that is being printed, 0 for none
	gone    int // of them
}

// arm sets the trip for the next slip, or with never takes it away.
func (t *trip) arm(at moment, f emulator.Fault, share float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at, t.fault, t.share = at, f, share
}

// begin is told when a slip is about to be printed.
func (t *trip) begin(dots int, p escpos.Profile) {
	t.mu.Lock()
	t.dots, t.gone, t.profile = dots, 0, p
	t.fire(t.at == before)
}

// end is told when the driver is done with it.
func (t *trip) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dots = 0
}

// paper is told what the paper does: it moved by so many dots, or was cut.
func (t *trip) paper(dots int) {
	t.mu.Lock()
	t.gone += dots
	switch {
	case t.dots == 0:
		t.fire(false)
	case t.at == within:
		t.fire(float64(t.gone) >= t.share*float64(t.dots))
	case t.at == afterC && t.profile.Cutter:
		t.fire(dots == 0)
	default: // without a cutter: the last lines are blank, until the print is past the edge
		t.fire(t.at == afterC && t.gone >= t.dots-t.profile.LineDots)
	}
}

// fire gives the lock back, and sets the fault if it is time for it.
func (t *trip) fire(now bool) {
	f := t.fault
	if now {
		t.at = never
	}
	t.mu.Unlock()
	if now {
		t.set(f)
	}
}
