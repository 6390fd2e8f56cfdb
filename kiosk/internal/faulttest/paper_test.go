package faulttest

import (
	"image"
	"regexp"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"loket/drivers/emulator"
)

var number = regexp.MustCompile(`^[A-Z]-\d{3,}$`)

// tray holds what came out of a printer.
type tray struct {
	kiosk string
	whole map[string]*emulator.Slip // slips from the number to the last line, by number
	piece map[string]bool           // numbers that can be read on some piece of paper
}

// add sorts a piece of paper in.
func (d *tray) add(s *emulator.Slip) {
	if d.whole == nil {
		d.whole, d.piece = map[string]*emulator.Slip{}, map[string]bool{}
	}
	on := ""
	for _, l := range s.Lines {
		switch {
		case number.MatchString(l.Text):
			on = l.Text
			d.piece[on] = true
		case on != "" && strings.HasSuffix(l.Text, " "+d.kiosk):
			d.whole[on] = s
		}
	}
}

// perfect waits for the slip of a ticket and checks that it is whole, alone on its paper, and has
// the ticket's QR code.
func (k *kiosk) perfect(no, address string) {
	k.t.Helper()
	var s *emulator.Slip
	k.await("slip of "+no, func() bool { s = k.desk.whole[no]; return s != nil })
	text := make([]string, len(s.Lines))
	for i, l := range s.Lines {
		text[i] = l.Text
	}
	all := strings.Join(text, " / ")
	if !strings.HasPrefix(all, "Mal Pelayanan Publik / Kota Pangkalpinang / DUKCAPIL / "+no+" / ") ||
		!strings.Contains(all, "Pantau dari ponsel: pindai") || !strings.HasSuffix(text[len(text)-1], " "+k.name) ||
		strings.Count(all, "Mal Pelayanan Publik") != 1 {
		k.t.Errorf("%s: slip of %s is not perfect: %s", k.profile.Name, no, all)
	}
	if k.profile.NativeQR && (len(s.QRs) != 1 || s.QRs[0] != address) {
		k.t.Errorf("%s: QR codes on %s are %q, want %q", k.profile.Name, no, s.QRs, address)
	}
	if got := readQR(k.t, s.Image); got != address {
		k.t.Errorf("%s: QR code of %s reads %q, want %q", k.profile.Name, no, got, address)
	}
}

// readQR reads a QR code off a picture of paper, as a telephone does: when the large number above
// it is in the way, it is held lower.
func readQR(t *testing.T, img *image.Gray) string {
	t.Helper()
	var failed error
	for try := range 26 {
		from := try / 2 * 5 // per cent of the slip
		bits, err := gozxing.NewBinaryBitmapFromImage(below(img, img.Bounds().Dy()*from/100))
		if err != nil {
			t.Fatal(err)
		}
		hints := map[gozxing.DecodeHintType]any{}
		if try%2 == 1 {
			hints[gozxing.DecodeHintType_TRY_HARDER] = true
		}
		res, err := qrcode.NewQRCodeReader().Decode(bits, hints)
		if err == nil {
			return res.GetText()
		}
		failed = err
	}
	t.Errorf("read the QR code on the paper: %v", failed)
	return ""
}

// below is the part of a picture under a row.
func below(img *image.Gray, row int) *image.Gray {
	b := img.Bounds()
	part := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()-row))
	for y := range part.Bounds().Dy() {
		copy(part.Pix[y*part.Stride:][:b.Dx()], img.Pix[(y+row)*img.Stride:])
	}
	return part
}
