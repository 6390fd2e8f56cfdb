package printer_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/drivers/printer"
	"loket/drivers/serialport"
)

// quick asks often; it waits longer than an idle machine would need.
func quick() printer.Config {
	return printer.Config{Poll: 50 * time.Millisecond, AnswerTimeout: 2 * time.Second, Patience: 8 * time.Second}
}

func TestCutterJamIsNamedAndLeftWhenMended(t *testing.T) {
	t.Parallel()
	eachProfile(t, func(t *testing.T, p escpos.Profile) {
		if !p.Cutter {
			return // nothing to jam
		}
		r := newRig(t, fast(p), serialport.NoFlow, quick())
		r.set(emulator.CutterJam, true)
		_ = r.fails("X-001", drivers.Cutter)
		_ = r.fails("X-002", drivers.Cutter)
		r.set(emulator.CutterJam, false)
		r.becomes(drivers.Ready)
		r.prints("A-001")
	})
}

func TestPaperEndsWithinASlipAtAnyPlace(t *testing.T) {
	t.Parallel()
	eachProfile(t, func(t *testing.T, p escpos.Profile) {
		r := newRig(t, fast(p), serialport.NoFlow, quick())
		for i, mm := range []float64{1, 20, 45, 70} {
			r.emu.PaperLeft(mm)
			if e := r.fails("X-001", drivers.PaperOut); !e.Sent {
				t.Errorf("%v mm: nothing was sent", mm)
			}
			r.set(emulator.PaperOut, false)
			r.becomes(drivers.Ready)
			r.prints(fmt.Sprintf("A-%03d", i))
		}
	})
}

func TestPaperLowStillPrints(t *testing.T) {
	t.Parallel()
	r := newRig(t, fast(escpos.Profiles()[0]), serialport.NoFlow, quick())
	r.set(emulator.PaperLow, true)
	r.becomes(drivers.PaperLow)
	if _, o := r.prints("A-001"); o.After != drivers.PaperLow || !o.Confirmed {
		t.Errorf("outcome %+v", o)
	}
}

func TestXOffHoldsTheLineAndTheCauseIsStillNamed(t *testing.T) {
	t.Parallel()
	eachProfile(t, func(t *testing.T, p escpos.Profile) {
		ec := fast(p)
		ec.XonXoff = true
		r := newRig(t, ec, serialport.XonXoff, quick())
		r.prints("A-001")
		r.set(emulator.PaperOut, true)
		r.becomes(drivers.PaperOut)
		_ = r.fails("X-001", drivers.PaperOut)
		r.set(emulator.PaperOut, false)
		r.becomes(drivers.Ready)
		r.prints("A-002")
	})
}

func TestXOffInTheMiddleOfASlipIsNoTrapForTheNext(t *testing.T) {
	t.Parallel()
	eachProfile(t, func(t *testing.T, p escpos.Profile) {
		ec := fast(p)
		ec.XonXoff, ec.Baud = true, 19200
		r := newRig(t, ec, serialport.XonXoff, quick())
		failed := make(chan error, 1)
		go func() {
			_, err := r.prn.Print(ctx(t), slip("X-001"))
			failed <- err
		}()
		if err := r.emu.WaitReceived(ctx(t), 150); err != nil {
			t.Fatal(err)
		}
		r.set(emulator.CoverOpen, true)
		err := <-failed
		var e *drivers.ConditionError
		if !errors.As(err, &e) || e.Condition != drivers.CoverOpen || !e.Sent {
			t.Fatalf("print: %v", err)
		}
		r.set(emulator.CoverOpen, false)
		r.becomes(drivers.Ready)
		r.prints("A-001")
	})
}

func TestBytesLostInASlipNeverSpoilTheNext(t *testing.T) {
	t.Parallel()
	eachProfile(t, func(t *testing.T, p escpos.Profile) {
		r := newRig(t, fast(p), serialport.NoFlow, quick())
		r.prints("A-001")
		for i, after := range []int{12 + 150, 12 + 203, 12 + 218, 12 + 226, 12 + 250} {
			r.emu.Lose(after, 3+i)
			o, err := r.prn.Print(ctx(t), slip("X-001"))
			var e *drivers.ConditionError
			if err != nil && (!errors.As(err, &e) || !e.Sent) {
				t.Fatalf("after %d bytes: %+v, %v", after, o, err)
			}
			r.becomes(drivers.Ready)
			r.prints(fmt.Sprintf("B-%03d", i))
		}
	})
}

func TestNoiseOnTheAnswersIsSortedOut(t *testing.T) {
	t.Parallel()
	eachProfile(t, func(t *testing.T, p escpos.Profile) {
		r := newRig(t, fast(p), serialport.NoFlow, quick())
		r.set(emulator.Noise, true)
		for i := range 3 {
			o, err := r.prn.Print(ctx(t), slip(fmt.Sprintf("N-%03d", i)))
			var e *drivers.ConditionError
			switch {
			case err == nil && !o.Confirmed, err != nil && !errors.As(err, &e):
				t.Fatalf("%+v, %v", o, err)
			case err != nil:
				t.Logf("slip %d: %v", i, err) // a false alarm is allowed, a false confirmation is not
			}
		}
		r.set(emulator.Noise, false)
		r.becomes(drivers.Ready)
		r.prints("A-001")
	})
}

func TestWithoutAnswersASlipIsSentAndUnconfirmed(t *testing.T) {
	t.Parallel()
	eachProfile(t, func(t *testing.T, p escpos.Profile) {
		ec, pc := fast(p), quick()
		ec.OneWay, pc.OneWay = true, true
		r := newRig(t, ec, serialport.NoFlow, pc)
		r.becomes(drivers.Unknown)
		if _, o := r.prints("A-001"); o.Confirmed || o.After != drivers.Unknown {
			t.Errorf("outcome %+v", o)
		}
		r.set(emulator.Unplugged, true)
		r.becomes(drivers.Unplugged)
	})
}

func TestPrinterThatLacksProcessIDIsConfirmedByItsBuffer(t *testing.T) {
	t.Parallel()
	ec := fast(escpos.Profiles()[1])
	ec.NoProcessID = true
	r := newRig(t, ec, serialport.NoFlow, quick())
	r.prints("A-001")
	if _, o := r.prints("A-002"); !o.Confirmed {
		t.Errorf("outcome %+v", o)
	}
}

func TestAutomaticStatusBetweenAnswersIsNotMistaken(t *testing.T) {
	t.Parallel()
	ec := fast(escpos.Profiles()[0])
	ec.AutoStatus = true
	r := newRig(t, ec, serialport.NoFlow, quick())
	r.set(emulator.PaperLow, true)
	r.prints("A-001")
	r.set(emulator.PaperLow, false)
	r.prints("A-002")
}

func TestWatchTellsEachChangeOnceAndUnplugSoon(t *testing.T) {
	t.Parallel()
	r := newRig(t, fast(escpos.Profiles()[1]), serialport.NoFlow, quick())
	c, cancel := context.WithCancel(ctx(t))
	heard, done := make(chan drivers.Condition, 16), make(chan struct{})
	go func() {
		defer close(done)
		r.prn.Watch(c, func(d drivers.Condition) { heard <- d })
	}()
	hear := func(want drivers.Condition) {
		t.Helper()
		select {
		case got := <-heard:
			if got != want {
				t.Fatalf("heard %s, want %s", got, want)
			}
		case <-c.Done():
			t.Fatalf("never heard %s", want)
		}
	}
	hear(drivers.Ready)
	r.set(emulator.CoverOpen, true)
	hear(drivers.CoverOpen)
	r.set(emulator.CoverOpen, false)
	hear(drivers.Ready)
	began := time.Now()
	r.set(emulator.Unplugged, true)
	hear(drivers.Unplugged)
	t.Logf("unplug heard after %v", time.Since(began))
	r.set(emulator.Unplugged, false)
	hear(drivers.Ready)
	cancel()
	<-done
}

func TestCancelledPrintReturnsAndTheNextIsPerfect(t *testing.T) {
	t.Parallel()
	ec := fast(escpos.Profiles()[2])
	ec.Baud = 9600
	r := newRig(t, ec, serialport.NoFlow, quick())
	c, cancel := context.WithCancel(ctx(t))
	failed := make(chan error, 1)
	go func() {
		_, err := r.prn.Print(c, slip("X-001"))
		failed <- err
	}()
	if err := r.emu.WaitReceived(ctx(t), 100); err != nil {
		t.Fatal(err)
	}
	cancel()
	var e *drivers.ConditionError
	if err := <-failed; !errors.As(err, &e) || !e.Sent || !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled print: %v", err)
	}
	if _, err := r.prn.Print(c, slip("X-002")); !errors.Is(err, context.Canceled) {
		t.Fatalf("print after its end: %v", err)
	}
	r.becomes(drivers.Ready)
	r.prints("A-001")
}

func TestAfterCloseNothingPrints(t *testing.T) {
	t.Parallel()
	r := newRig(t, fast(escpos.Profiles()[0]), serialport.NoFlow, quick())
	r.prints("A-001")
	if err := r.prn.Close(); err != nil {
		t.Fatal(err)
	}
	_ = r.fails("X-001", drivers.Unplugged)
}

func TestDocumentThatCannotBePrintedIsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t, fast(escpos.Profiles()[0]), serialport.NoFlow, quick())
	_, err := r.prn.Print(ctx(t), drivers.Document{drivers.QR{Data: "x\x10\x04\x01"}})
	if !errors.Is(err, drivers.ErrDocument) {
		t.Fatalf("print: %v", err)
	}
	r.prints("A-001")
}
