package escpos

import (
	"bytes"
	"fmt"

	"github.com/skip2/go-qrcode"

	"loket/drivers"
)

const (
	// quietModules is the white border that a QR code needs; printers add none.
	quietModules = 4
	// maxQRBytes keeps a code below version 20: denser ones no telephone reads off thermal paper.
	maxQRBytes = 500

	minModuleDots, maxModuleDots = 2, 16
	defaultModuleDots            = 6
)

// qr prints a QR code with error correction M, natively where the printer can.
func (e *encoder) qr(q drivers.QR) error {
	if err := checkQR(q.Data); err != nil {
		return err
	}
	code, err := qrcode.New(q.Data, qrcode.Medium)
	if err != nil {
		return fmt.Errorf("%w: QR code: %w", drivers.ErrDocument, err)
	}
	code.DisableBorder = true
	modules := code.Bitmap()
	dots, err := e.moduleDots(q.ModuleDots, len(modules))
	if err != nil {
		return err
	}
	e.setAlign(q.Align)
	e.quiet(quietModules * dots)
	if e.profile.NativeQR {
		e.nativeQR(q.Data, dots)
	} else if dots, err = e.rasterQR(modules, dots); err != nil {
		return err
	}
	e.job.Dots += dots * len(modules)
	e.white = 0
	e.quiet(quietModules * dots)
	return nil
}

// checkQR refuses what could be executed on its way, as a real-time command is even inside data.
func checkQR(data string) error {
	if data == "" || len(data) > maxQRBytes {
		return fmt.Errorf("%w: QR code of %d bytes: allowed are 1 to %d", drivers.ErrDocument, len(data), maxQRBytes)
	}
	for i := range len(data) {
		if data[i] < 0x20 || data[i] == 0x7f {
			return fmt.Errorf("%w: QR code: control byte %#02x at %d", drivers.ErrDocument, data[i], i)
		}
	}
	return nil
}

// moduleDots is the size that was asked for, or less if the code would not fit the paper.
func (e *encoder) moduleDots(asked, modules int) (int, error) {
	if asked <= 0 {
		asked = defaultModuleDots
	}
	dots := min(max(asked, minModuleDots), maxModuleDots)
	dots = min(dots, e.profile.WidthDots/(modules+2*quietModules))
	if dots < minModuleDots {
		return 0, fmt.Errorf("%w: QR code of %d modules on %d dots", drivers.ErrDocument, modules, e.profile.WidthDots)
	}
	return dots, nil
}

// nativeQR leaves the model as the initialisation has set it: 2, the only one that most printers have.
func (e *encoder) nativeQR(data string, dots int) {
	qr := func(b ...byte) {
		n := len(b) + 1
		e.command(append([]byte{gs, '(', 'k', byte(n), byte(n >> 8), 0x31}, b...)...) //nolint:gosec // maxQRBytes bounds it
	}
	qr(0x43, byte(dots)) //nolint:gosec // 2 to 16
	qr(0x45, 0x31)       // error correction M
	qr(append([]byte{0x50, 0x30}, data...)...)
	qr(0x51, 0x30)
}

// rasterQR sends the code as a picture that the printer doubles both ways, a quarter of the bytes.
// It answers the size of a module that it took: an even number of dots.
func (e *encoder) rasterQR(modules [][]bool, dots int) (int, error) {
	half := max(dots/2, 1)
	row := (len(modules)*half + 7) / 8
	height := len(modules) * half
	picture := make([]byte, 0, row*height)
	for _, line := range modules {
		b := make([]byte, row)
		for x := range len(line) * half {
			if line[x/half] {
				b[x/8] |= 0x80 >> (x % 8)
			}
		}
		for range half {
			picture = append(picture, b...)
		}
	}
	if half == 1 && executable(picture) {
		// With modules of one doubled dot a row can spell a real-time command; with two it cannot.
		if wide := 4 * (len(modules) + 2*quietModules); wide > e.profile.WidthDots {
			return 0, fmt.Errorf("%w: QR code too dense for this paper", drivers.ErrDocument)
		}
		return e.rasterQR(modules, 4)
	}
	head := []byte{gs, 'v', '0', 3, byte(row), byte(row >> 8), byte(height), byte(height >> 8)} //nolint:gosec // the paper's width bounds both
	e.command(append(head, picture...)...)
	return 2 * half, nil
}

// executable says whether a printer would find a real-time command in data.
func executable(data []byte) bool {
	for _, second := range []byte{eot, enq, dc4} {
		if bytes.Contains(data, []byte{dle, second}) {
			return true
		}
	}
	return false
}
