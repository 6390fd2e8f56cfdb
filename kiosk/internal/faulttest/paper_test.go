package faulttest

import (
	"bytes"
	"image"
	"regexp"
	"slices"
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

// shows says whether a number can be read on a piece of paper, which may be nil.
func shows(s *emulator.Slip, no string) bool {
	return s != nil && slices.ContainsFunc(s.Lines, func(l emulator.TextLine) bool { return l.Text == no })
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

// readQR reads the QR code off a picture of paper. The reading library does not find every code that
// is printed without fault beside text, so those it is shown alone, band by band.
func readQR(t *testing.T, img *image.Gray) string {
	t.Helper()
	text, err := decodeQR(img, nil)
	if err == nil {
		return text
	}
	pure := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true}
	for _, band := range bands(img) {
		if text, err := decodeQR(band, pure); err == nil {
			return text
		}
	}
	t.Errorf("read the QR code on the paper: %v", err)
	return ""
}

func decodeQR(img image.Image, hints map[gozxing.DecodeHintType]any) (string, error) {
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return "", err
	}
	res, err := qrcode.NewQRCodeReader().Decode(bits, hints)
	if err != nil {
		return "", err
	}
	return res.GetText(), nil
}

// bands are the parts of a picture between blank rows that are high enough for a code, each with a
// white margin.
func bands(img *image.Gray) []*image.Gray {
	const high, margin = 80, 32
	var all []*image.Gray
	b := img.Bounds()
	from := 0
	for y := range b.Dy() + 1 {
		if y < b.Dy() && bytes.IndexByte(img.Pix[y*img.Stride:][:b.Dx()], 0) >= 0 {
			continue
		}
		if y-from >= high {
			band := image.NewGray(image.Rect(0, 0, b.Dx()+2*margin, y-from+2*margin))
			for i := range band.Pix {
				band.Pix[i] = 255
			}
			for row := from; row < y; row++ {
				copy(band.Pix[(row-from+margin)*band.Stride+margin:], img.Pix[row*img.Stride:][:b.Dx()])
			}
			all = append(all, band)
		}
		from = y + 1
	}
	return all
}
