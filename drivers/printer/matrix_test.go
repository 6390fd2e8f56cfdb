package printer_test

import (
	"context"
	"errors"
	"testing"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/drivers/serialport"
)

// conditions are what the driver must say of each fault that a printer reports.
var conditions = []struct {
	fault emulator.Fault
	want  drivers.Condition
}{
	{emulator.PaperOut, drivers.PaperOut},
	{emulator.CoverOpen, drivers.CoverOpen},
	{emulator.Overheated, drivers.Overheated},
	{emulator.Offline, drivers.Offline},
	{emulator.Unplugged, drivers.Unplugged},
	{emulator.Silent, drivers.Offline},
}

// TestEachFaultAtEachMomentIsNamedAndTheNextSlipIsPerfect is the matrix: what happens, when, to which
// printer. A slip that fails comes out whole once or not at all.
func TestEachFaultAtEachMomentIsNamedAndTheNextSlipIsPerfect(t *testing.T) {
	t.Parallel()
	eachProfile(t, func(t *testing.T, p escpos.Profile) {
		if p.Name == "epson-tm-t81" {
			return // a TM-T82 but for its name
		}
		for _, c := range conditions {
			for name, moment := range map[string]func(*rig, emulator.Fault, drivers.Condition){
				"idle": idle, "before": before, "middle": middle, "after the cut": afterCut,
			} {
				t.Run(string(c.fault)+"/"+name, func(t *testing.T) {
					t.Parallel()
					ec := fast(p)
					if name == "middle" {
						ec.Baud = 19200 // slow enough to be in the middle
					}
					r := newRig(t, ec, serialport.NoFlow, quick())
					moment(r, c.fault, c.want)
					r.set(c.fault, false)
					r.becomes(drivers.Ready)
					r.prints("A-001")
					if n := r.wholes("X-001"); n > 1 {
						t.Errorf("the slip that failed came out %d times", n)
					}
				})
			}
		}
	})
}

// idle: Watch tells of it, and of its end.
func idle(r *rig, f emulator.Fault, want drivers.Condition) {
	c, cancel := context.WithCancel(ctx(r.t))
	heard, done := make(chan drivers.Condition, 64), make(chan struct{})
	go func() {
		defer close(done)
		r.prn.Watch(c, func(d drivers.Condition) { heard <- d })
	}()
	await := func(want drivers.Condition) {
		r.t.Helper()
		for {
			select {
			case d := <-heard:
				if d == want {
					return
				}
			case <-c.Done():
				r.t.Fatalf("never heard %s", want)
			}
		}
	}
	await(drivers.Ready)
	r.set(f, true)
	await(want)
	r.set(f, false)
	await(drivers.Ready)
	cancel()
	<-done
}

// before: it is refused, and nothing is sent.
func before(r *rig, f emulator.Fault, want drivers.Condition) {
	r.becomes(drivers.Ready)
	r.set(f, true)
	if e := r.fails("X-001", want); e.Sent || e.Mark != drivers.NotReached {
		r.t.Errorf("bytes of the slip were sent, mark %q", e.Mark)
	}
}

// middle: half of it has arrived.
func middle(r *rig, f emulator.Fault, want drivers.Condition) {
	r.becomes(drivers.Ready)
	half := r.emu.Stats().Received + 150
	failed := make(chan error, 1)
	go func() {
		_, err := r.prn.Print(ctx(r.t), slip("X-001"))
		failed <- err
	}()
	if err := r.emu.WaitReceived(ctx(r.t), half); err != nil {
		r.t.Fatal(err)
	}
	r.set(f, true)
	err := <-failed
	var e *drivers.ConditionError
	if !errors.As(err, &e) || e.Condition != want || !e.Sent {
		r.t.Fatalf("print: %v, want %s with bytes sent", err, want)
	}
	mark := drivers.NotReached
	if f == emulator.Unplugged || f == emulator.Silent {
		mark = drivers.ReachUnknown
	}
	if e.Mark != mark {
		r.t.Errorf("mark %q, want %q", e.Mark, mark)
	}
}

// afterCut: the slip is out, whatever the printer still manages to say of it.
func afterCut(r *rig, f emulator.Fault, want drivers.Condition) {
	r.becomes(drivers.Ready)
	failed := make(chan error, 1)
	go func() {
		_, err := r.prn.Print(ctx(r.t), slip("X-001"))
		failed <- err
	}()
	if err := r.emu.WaitOut(ctx(r.t)); err != nil {
		r.t.Fatal(err)
	}
	r.set(f, true)
	var e *drivers.ConditionError
	switch err := <-failed; {
	case err == nil: // it was confirmed before
	case !errors.As(err, &e) || e.Condition != want || !e.Sent:
		r.t.Fatalf("print: %v, want none, or %s with bytes sent", err, want)
	case e.Mark == drivers.NotReached, e.Mark != drivers.Reached && !r.prn.Profile().Presenter.Holds && f != emulator.Unplugged:
		// Nobody can see into a presenter when it does not answer, or once the slip was taken; and an answer may have
		// been on its way when the cable came out.
		r.t.Errorf("the slip is out, mark %q", e.Mark)
	}
	r.becomes(want)
	r.set(f, false)
	r.perfect("X-001")
}

// wholes counts the slips with this number and the last line.
func (r *rig) wholes(number string) int {
	n := 0
	for _, s := range r.emu.Slips() {
		has := map[string]bool{}
		for _, l := range s.Lines {
			has[l.Text] = true
		}
		if has[number] && has["23-11-2026 09.42 WIB K1"] {
			n++
		}
	}
	return n
}
