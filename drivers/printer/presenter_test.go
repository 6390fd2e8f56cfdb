package printer_test

import (
	"testing"
	"time"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/drivers/serialport"
)

func presenting(t testing.TB, name string) escpos.Profile {
	t.Helper()
	p, err := escpos.ProfileByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// fate receives what became of a slip.
func fate(t *testing.T, o drivers.Outcome) (drivers.Fate, bool) {
	t.Helper()
	select {
	case f, ok := <-o.Fate:
		return f, ok
	case <-ctx(t).Done():
		t.Fatal("nobody says what became of the slip")
		return "", false
	}
}

func TestSlipThatIsTakenOutOfThePresenterIsTold(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"custom-kpm", "citizen-ppu"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, fast(presenting(t, name)), serialport.NoFlow, quick())
			_, o := r.prints("A-001")
			if f, _ := fate(t, o); f != drivers.Taken {
				t.Errorf("fate %q", f)
			}
			if _, more := fate(t, o); more {
				t.Error("it has two fates")
			}
		})
	}
}

func TestSlipThatNobodyTakesIsTakenBackWhereThePrinterCan(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]drivers.Fate{"custom-kpm": drivers.TakenBack, "citizen-ppu": drivers.Ignored} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pc := quick()
			pc.PresentFor = 500 * time.Millisecond
			r := newRig(t, fast(presenting(t, name)), serialport.NoFlow, pc)
			r.set(emulator.SlipLeft, true)
			o, err := r.prn.Print(ctx(t), slip("X-001"))
			if err != nil {
				t.Fatal(err)
			}
			if f, _ := fate(t, o); f != want {
				t.Errorf("fate %q, want %q", f, want)
			}
			if want == drivers.TakenBack && r.emu.TakenBack() != 1 {
				t.Errorf("%d slips were taken back", r.emu.TakenBack())
			}
			r.set(emulator.SlipLeft, false)
			r.prints("A-001")
		})
	}
}

func TestNextSlipWaitsForTheOneThatIsHeldOut(t *testing.T) {
	t.Parallel()
	pc := quick()
	pc.PresentFor = time.Second
	r := newRig(t, fast(presenting(t, "custom-kpm")), serialport.NoFlow, pc)
	r.set(emulator.SlipLeft, true)
	first, err := r.prn.Print(ctx(t), slip("X-001"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.prn.Print(ctx(t), slip("X-002")); err != nil {
		t.Fatal(err)
	}
	if f, _ := fate(t, first); f != drivers.TakenBack {
		t.Errorf("the first slip: %q", f)
	}
	if n := r.emu.Count(); n != 0 {
		t.Errorf("%d slips were pushed out of the mouth", n)
	}
}

func TestUnplugWhileASlipIsHeldOutSaysThatNobodyKnows(t *testing.T) {
	t.Parallel()
	r := newRig(t, fast(presenting(t, "custom-kpm")), serialport.NoFlow, quick())
	r.set(emulator.SlipLeft, true)
	o, err := r.prn.Print(ctx(t), slip("X-001"))
	if err != nil {
		t.Fatal(err)
	}
	r.set(emulator.Unplugged, true)
	if f, ok := fate(t, o); ok {
		t.Errorf("fate %q", f)
	}
	r.set(emulator.Unplugged, false)
	r.set(emulator.SlipLeft, false)
	r.becomes(drivers.Ready)
	r.prints("A-001")
}

func TestCloseWhileASlipIsHeldOutLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	r := newRig(t, fast(presenting(t, "custom-kpm")), serialport.NoFlow, quick())
	r.set(emulator.SlipLeft, true)
	o, err := r.prn.Print(ctx(t), slip("X-001"))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.prn.Close(); err != nil {
		t.Fatal(err)
	}
	if f, ok := fate(t, o); ok {
		t.Errorf("fate %q", f)
	}
}

func TestPieceOfAFailedSlipNeverReachesPeoplesHands(t *testing.T) {
	t.Parallel()
	ec := fast(presenting(t, "custom-kpm"))
	ec.Baud = 19200
	r := newRig(t, ec, serialport.NoFlow, quick())
	middle(r, emulator.Unplugged, drivers.Unplugged)
	r.set(emulator.Unplugged, false)
	r.becomes(drivers.Ready)
	if err := r.emu.WaitTakenBack(ctx(t), 1); err != nil {
		t.Fatal(err)
	}
	r.prints("A-001")
	if n := r.emu.Count(); n != 1 {
		t.Errorf("%d slips came out", n)
	}
}
