package printer_test

import (
	"context"
	"errors"
	"flag"
	"image"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"go.uber.org/goleak"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/drivers/printer"
	"loket/drivers/serialport"
)

// TestMain lets many tests run side by side: they wait for paper and wires, they do not compute.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "48"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

const ticketURL = "https://antre.mpp.example.id/t/7KQ2M9XH4T"

// slip is a ticket as the kiosk prints it.
func slip(number string) drivers.Document {
	return drivers.Document{
		drivers.Line{Text: "Mal Pelayanan Publik", Align: drivers.Centre},
		drivers.Line{Text: "Kota Pangkalpinang", Align: drivers.Centre},
		drivers.Feed{Lines: 1},
		drivers.Line{Text: "DUKCAPIL", Align: drivers.Centre, Bold: true},
		drivers.Line{Text: number, Align: drivers.Centre, Bold: true, Width: 8, Height: 8},
		drivers.Line{Text: "Perekaman & Cetak KTP-el", Align: drivers.Centre},
		drivers.Feed{Lines: 1},
		drivers.Line{Text: "Di depan Anda: 5", Align: drivers.Centre},
		drivers.Line{Text: "Perkiraan: 10-15 menit", Align: drivers.Centre},
		drivers.QR{Data: ticketURL, Align: drivers.Centre, ModuleDots: 6},
		drivers.Line{Text: "Pantau dari ponsel: pindai", Align: drivers.Centre},
		drivers.Mark{},
		drivers.Feed{Lines: 1},
		drivers.Line{Text: "Bawa: Kartu Keluarga asli+salinan", Align: drivers.Centre},
		drivers.Line{Text: "23-11-2026 09.42 WIB K1", Align: drivers.Centre},
	}
}

// rig is an emulated printer and its driver, joined by a pty.
type rig struct {
	t   testing.TB
	emu *emulator.Printer
	prn *printer.Printer
}

// fast is an emulated printer that does not keep a test waiting: 115200 baud, quick paper.
func fast(profile escpos.Profile) emulator.Config {
	profile.PaperSpeed, profile.CutTime = 4000, 10*time.Millisecond
	return emulator.Config{Profile: profile, Baud: 115200, TearAfter: 150 * time.Millisecond}
}

func newRig(t testing.TB, ec emulator.Config, flow serialport.Flow, pc printer.Config) *rig {
	t.Helper()
	return newRigAs(t, ec, ec.Profile, flow, pc)
}

// newRigAs is a rig whose driver was told this profile.
func newRigAs(t testing.TB, ec emulator.Config, told escpos.Profile, flow serialport.Flow, pc printer.Config) *rig {
	t.Helper()
	emu, err := emulator.New(ec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emu.Close(); err != nil {
			t.Errorf("close emulator: %v", err)
		}
	})
	baud := ec.Baud
	line := serialport.Config{Device: emu.Device(), Baud: baud, Flow: flow, WriteTimeout: time.Second}
	prn, err := printer.Open(line, told, pc)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := prn.Close(); err != nil {
			t.Errorf("close printer: %v", err)
		}
	})
	return &rig{t: t, emu: emu, prn: prn}
}

func ctx(t testing.TB) context.Context {
	t.Helper()
	c, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return c
}

func (r *rig) set(f emulator.Fault, on bool) {
	r.t.Helper()
	if err := r.emu.Set(f, on); err != nil {
		r.t.Fatal(err)
	}
}

// prints prints a slip, which must come out perfect, and answers it.
func (r *rig) prints(number string) (*emulator.Slip, drivers.Outcome) {
	r.t.Helper()
	o, err := r.prn.Print(ctx(r.t), slip(number))
	if err != nil {
		r.t.Fatalf("print %s: %v", number, err)
	}
	return r.perfect(number), o
}

// perfect waits for the slip with this number and checks that it is whole and alone on its paper.
func (r *rig) perfect(number string) *emulator.Slip {
	r.t.Helper()
	c := ctx(r.t)
	for n := 1; ; n++ {
		slips, err := r.emu.WaitSlips(c, n)
		if err != nil {
			r.t.Fatalf("slip %s did not come out: %v", number, err)
		}
		s := slips[n-1]
		for _, l := range s.Lines {
			if l.Text == number {
				r.whole(s, number)
				return s
			}
		}
	}
}

func (r *rig) whole(s *emulator.Slip, number string) {
	r.t.Helper()
	want := []string{
		"Mal Pelayanan Publik", "Kota Pangkalpinang", "DUKCAPIL", number, "Perekaman & Cetak KTP-el",
		"Di depan Anda: 5", "Perkiraan: 10-15 menit", "Pantau dari ponsel: pindai",
	}
	for i, w := range want {
		if i >= len(s.Lines) || s.Lines[i].Text != w {
			r.t.Fatalf("slip %s: line %d is not %q: %+v", number, i, w, s.Lines)
		}
	}
	if last := s.Lines[len(s.Lines)-1].Text; last != "23-11-2026 09.42 WIB K1" {
		r.t.Fatalf("slip %s: last line %q", number, last)
	}
	if got := readQR(r.t, s.Image); got != ticketURL {
		r.t.Fatalf("slip %s: QR on the paper reads %q", number, got)
	}
}

// readQR reads a QR code off a picture of paper, as a telephone does.
func readQR(t testing.TB, img image.Image) string {
	t.Helper()
	bmp, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	res, err := qrcode.NewQRCodeReader().Decode(bmp, nil)
	if err != nil {
		t.Fatalf("read the QR code on the paper: %v", err)
	}
	return res.GetText()
}

// fails prints a slip, which must fail in this condition.
func (r *rig) fails(number string, want drivers.Condition) *drivers.ConditionError {
	r.t.Helper()
	_, err := r.prn.Print(ctx(r.t), slip(number))
	var e *drivers.ConditionError
	if !errors.As(err, &e) {
		r.t.Fatalf("print %s: %v, want a condition", number, err)
	}
	if e.Condition != want {
		r.t.Fatalf("print %s: %v, want %s", number, err, want)
	}
	return e
}

// becomes waits until the printer reports a condition.
func (r *rig) becomes(want drivers.Condition) {
	r.t.Helper()
	c := ctx(r.t)
	for {
		got, err := r.prn.Status(c)
		if err != nil {
			r.t.Fatalf("condition did not become %s: %v", want, err)
		}
		if got == want {
			return
		}
	}
}

func eachProfile(t *testing.T, f func(t *testing.T, p escpos.Profile)) {
	t.Helper()
	for _, p := range escpos.Profiles() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			f(t, p)
		})
	}
}
