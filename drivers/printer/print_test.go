package printer_test

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"loket/drivers"
	"loket/drivers/escpos"
	"loket/drivers/serialport"
)

func TestSlipComesOutWholeAndConfirmed(t *testing.T) {
	t.Parallel()
	eachProfile(t, func(t *testing.T, p escpos.Profile) {
		r := newRig(t, fast(p), serialport.NoFlow, quick())
		for _, n := range []string{"A-017", "A-018", "B-001"} {
			s, o := r.prints(n)
			if !o.Confirmed || o.After != drivers.Ready {
				t.Errorf("outcome of %s: %+v", n, o)
			}
			if s.Cut != p.Cutter {
				t.Errorf("slip %s: cut %v, profile has a cutter: %v", n, s.Cut, p.Cutter)
			}
			if p.NativeQR && o.Bytes > 400 {
				t.Errorf("slip %s: %d bytes on the wire", n, o.Bytes)
			}
			t.Logf("%d bytes, %v", o.Bytes, o.Took)
			keep(t, s.Image, p.Name+"-"+n)
		}
	})
}

// keep writes a picture where LOKET_PAPER says, to look at.
func keep(t *testing.T, img image.Image, name string) {
	t.Helper()
	dir := os.Getenv("LOKET_PAPER")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
