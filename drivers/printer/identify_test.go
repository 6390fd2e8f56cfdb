package printer_test

import (
	"testing"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/drivers/serialport"
)

func auto(t *testing.T) escpos.Profile {
	t.Helper()
	p, err := escpos.ProfileByName("auto")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPrinterThatTellsItsNameIsKnown(t *testing.T) {
	t.Parallel()
	eachProfile(t, func(t *testing.T, p escpos.Profile) {
		r := newRigAs(t, fast(p), auto(t), serialport.NoFlow, quick())
		r.becomes(drivers.Ready)
		got := r.prn.Profile()
		switch {
		case len(p.Models) > 0 && got.Name != p.Name:
			t.Errorf("taken for %s", got.Name)
		case len(p.Models) == 0 && (got.Name != "auto" || got.WidthDots > p.WidthDots || got.NativeQR != p.NativeQR):
			t.Errorf("taken for %+v", got)
		}
		if r.prn.Paper() != got.Paper() {
			t.Errorf("paper %+v", r.prn.Paper())
		}
		r.prints("A-001")
		if slips := r.emu.Slips(); len(slips) != 1 {
			t.Errorf("asking left %d pieces of paper", len(slips)-1)
		}
	})
}

func TestPrinterWithoutANameMakesQRCodesItselfIfItSaysSo(t *testing.T) {
	t.Parallel()
	p := escpos.Profiles()[0]
	p.Models = nil
	r := newRigAs(t, fast(p), auto(t), serialport.NoFlow, quick())
	r.becomes(drivers.Ready)
	if got := r.prn.Profile(); !got.NativeQR || got.WidthDots != 384 {
		t.Errorf("taken for %+v", got)
	}
	if s, _ := r.prints("A-001"); len(s.QRs) != 1 {
		t.Errorf("QR codes %q", s.QRs)
	}
}

func TestPrinterIsAskedWhatItIsOnlyWhenItCanPrint(t *testing.T) {
	t.Parallel()
	r := newRigAs(t, fast(presenting(t, "clone-80")), auto(t), serialport.NoFlow, quick())
	r.set(emulator.CoverOpen, true)
	r.becomes(drivers.CoverOpen)
	if got := r.prn.Paper().WidthDots; got != 384 {
		t.Errorf("paper of %d dots before it has said anything", got)
	}
	r.set(emulator.CoverOpen, false)
	r.prints("A-001") // laid out for narrow paper, asked on the way
	if got := r.prn.Profile().Name; got != "clone-80" {
		t.Errorf("taken for %s", got)
	}
}

func TestPrinterUnpluggedInASlipIsAskedAgainAfterThePieceIsAway(t *testing.T) {
	t.Parallel()
	ec := fast(presenting(t, "epson-tm-t81"))
	ec.Baud = 19200
	r := newRigAs(t, ec, auto(t), serialport.NoFlow, quick())
	middle(r, emulator.Unplugged, drivers.Unplugged)
	r.set(emulator.Unplugged, false)
	r.becomes(drivers.Ready)
	r.prints("A-001")
	if got := r.prn.Profile().Name; got != "epson-tm-t81" {
		t.Errorf("taken for %s", got)
	}
}
