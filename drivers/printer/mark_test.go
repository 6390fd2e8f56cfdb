package printer_test

import (
	"errors"
	"testing"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/drivers/serialport"
)

// cutAt prints a slip whose paper ends after so many millimetres.
func (r *rig) cutAt(number string, mm float64) *drivers.ConditionError {
	r.t.Helper()
	r.becomes(drivers.Ready)
	r.emu.PaperLeft(mm)
	return r.fails(number, drivers.PaperOut)
}

func TestItIsKnownWhetherTheNumberIsOnPaper(t *testing.T) {
	t.Parallel()
	eachProfile(t, func(t *testing.T, p escpos.Profile) {
		job, err := escpos.Encode(slip("X-001"), p)
		if err != nil {
			t.Fatal(err)
		}
		at := float64(job.Mark.Dots) * 25.4 / float64(p.DPI)
		r := newRig(t, fast(p), serialport.NoFlow, quick())
		if e := r.cutAt("X-001", at-4); e.Mark != drivers.NotReached {
			t.Errorf("just before the mark: %q", e.Mark)
		}
		want := drivers.Reached
		if p.Presenter.Holds {
			want = drivers.ReachUnknown // it is in the printer, and nobody's hand can take it
		}
		r = newRig(t, fast(p), serialport.NoFlow, quick())
		if e := r.cutAt("X-001", at+4); e.Mark != want {
			t.Errorf("just after the mark: %q, want %q", e.Mark, want)
		}
		r.set(emulator.PaperOut, false)
		r.becomes(drivers.Ready)
		r.prints("A-001")
	})
}

// TestAnswerBeforeThePaperCanHaveMovedProvesNothing has a printer that is slower than it reads: what it
// answers to AskBuffer is no word about paper.
func TestAnswerBeforeThePaperCanHaveMovedProvesNothing(t *testing.T) {
	t.Parallel()
	p := presenting(t, "bixolon-srp-350")
	told := p
	told.PaperSpeed = 10
	ec := fast(p)
	r := newRigAs(t, ec, told, serialport.NoFlow, quick())
	job, err := escpos.Encode(slip("X-001"), p)
	if err != nil {
		t.Fatal(err)
	}
	if e := r.cutAt("X-001", float64(job.Mark.Dots+30)*25.4/float64(p.DPI)); e.Mark != drivers.ReachUnknown {
		t.Errorf("mark %q", e.Mark)
	}
}

func TestNoiseIsNotTakenForAnAnswerAtTheMark(t *testing.T) {
	t.Parallel()
	r := newRig(t, fast(presenting(t, "clone-58")), serialport.NoFlow, quick())
	for range 5 {
		r.becomes(drivers.Ready)
		r.emu.PaperLeft(12) // the number is not even begun
		r.set(emulator.Noise, true)
		var e *drivers.ConditionError
		if _, err := r.prn.Print(ctx(t), slip("X-001")); errors.As(err, &e) && e.Mark == drivers.Reached {
			t.Errorf("mark reached: %v", err)
		}
		r.set(emulator.Noise, false)
		r.set(emulator.PaperOut, false)
	}
}

// TestPrinterThatFinishedAFailedSlipByItselfCutsNoScrap refills a printer that keeps its bytes: the slip comes
// out after all, and no blank piece of paper behind it.
func TestPrinterThatFinishedAFailedSlipByItselfCutsNoScrap(t *testing.T) {
	t.Parallel()
	r := newRig(t, fast(presenting(t, "clone-80")), serialport.NoFlow, quick())
	_ = r.cutAt("X-001", 40) // in the middle of it
	r.set(emulator.PaperOut, false)
	r.becomes(drivers.Ready)
	r.prints("A-001")
	for _, s := range r.emu.Slips() {
		if s.Blank() {
			t.Errorf("slip %d is blank", s.Number)
		}
	}
	if n := r.emu.Count(); n != 2 {
		t.Errorf("%d pieces of paper", n)
	}
}
