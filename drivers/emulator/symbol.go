package emulator

import (
	"github.com/skip2/go-qrcode"
)

// qrSettings are those of the QR code that a printer makes itself.
type qrSettings struct {
	dots  int
	level byte // 30 to 33 hex
	data  []byte
}

// maxSymbol is what a printer keeps of a symbol's data.
const maxSymbol = 7092

var levels = map[byte]qrcode.RecoveryLevel{
	0x30: qrcode.Low, 0x31: qrcode.Medium, 0x32: qrcode.High, 0x33: qrcode.Highest,
}

// symbol is GS ( k with n bytes to come.
func (m *machine) symbol(n int) error {
	head, err := m.take(2)
	if err != nil {
		return err
	}
	n -= 2
	if head[0] != 0x31 || n > maxSymbol+1 || !m.profile.NativeQR {
		return m.skip(n)
	}
	b, err := m.take(n)
	if err != nil || n == 0 {
		return err
	}
	switch head[1] {
	case 0x43:
		if b[0] >= 1 && b[0] <= 16 {
			m.qr.dots = int(b[0])
		}
	case 0x45:
		if _, ok := levels[b[0]]; ok {
			m.qr.level = b[0]
		}
	case 0x50:
		m.qr.data = b[1:]
	case 0x51:
		return m.printQR()
	case 0x52:
		m.sizeQR()
	}
	return nil
}

// modules are the dark modules of the code that is stored; nil when there is none that fits.
func (m *machine) modules() [][]bool {
	if len(m.qr.data) == 0 {
		return nil
	}
	code, err := qrcode.New(string(m.qr.data), levels[m.qr.level])
	if err != nil {
		return nil // too much for a QR code: a printer prints nothing either
	}
	code.DisableBorder = true
	modules := code.Bitmap()
	if len(modules)*m.qr.dots > m.profile.WidthDots {
		return nil
	}
	return modules
}

// printQR prints the code that is stored, without a quiet zone.
func (m *machine) printQR() error {
	if err := m.flush(m.spacing); err != nil {
		return err
	}
	modules := m.modules()
	if modules == nil {
		return nil
	}
	dots := m.qr.dots
	size := len(modules) * dots
	off := m.offset(size)
	img := m.blank(size)
	for y := range size {
		for x := range size {
			if modules[y/dots][x/dots] {
				img.Pix[y*img.Stride+off+x] = 0
			}
		}
	}
	return m.print(img, note{qr: string(m.qr.data)})
}

// sizeQR answers how large the code would be, in dots.
func (m *machine) sizeQR() {
	size := len(m.modules()) * m.qr.dots
	m.reply(func(state) []byte {
		digits := func(n int) []byte {
			var b []byte
			for ; n > 0 || len(b) == 0; n /= 10 {
				b = append([]byte{byte('0' + n%10)}, b...)
			}
			return b
		}
		b := append([]byte{0x37, 0x36}, digits(size)...)
		b = append(b, 0x1f)
		b = append(append(b, digits(size)...), 0x1f, 0x31, 0x1f)
		if size > 0 {
			return append(b, 0x30, 0)
		}
		return append(b, 0x31, 0)
	})
}
