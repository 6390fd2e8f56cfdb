package faulttest

import (
	"testing"

	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/kiosk/internal/flow"
)

// TestASlipThatThePresenterTookBackCallsNobody has a citizen who walks away from a slip that is held out to her: the
// printer takes it back, and her number is never called.
func TestASlipThatThePresenterTookBackCallsNobody(t *testing.T) {
	t.Parallel()
	profile, err := escpos.ProfileByName("custom-kpm")
	if err != nil {
		t.Fatal(err)
	}
	o := openOffice(t)
	k := newKiosk(t, o, "K1", profile)
	if err := k.emu.Set(emulator.SlipLeft, true); err != nil {
		t.Fatal(err)
	}
	s := k.take()
	if s.Screen != flow.Done || s.Shown {
		t.Fatalf("no slip: %s", s.Screen)
	}
	k.leave()
	if how := k.ended(s.Ticket.ID); how != "cancelled" {
		t.Errorf("a slip that nobody took ended as %s", how)
	}
	if n := k.emu.TakenBack(); n != 1 {
		t.Errorf("%d slips were taken back", n)
	}
	if called := o.serveAll(t); len(called) > 0 {
		t.Errorf("ghost: %v was called", called)
	}
	k.mend()
	k.repaired(1)
}
