package conformance

import (
	"image"
	"image/color"
	"strings"

	"loket/drivers"
)

// SheetQR is what the QR code on each Sheet holds.
const SheetQR = "https://antre.mpp.example.id/t/7KQ2M9XH4T0AB"

// The first and the last line of each Sheet.
const (
	SheetTop    = "Uji printer Loket"
	SheetBottom = "Baris terakhir"
)

// Sheet is a slip of the size of a ticket, with its number on it.
func Sheet(number string) drivers.Document {
	return drivers.Document{
		drivers.Line{Text: SheetTop, Align: drivers.Centre},
		drivers.Line{Text: number, Align: drivers.Centre, Bold: true, Width: 3, Height: 3},
		drivers.Feed{Lines: 1},
		drivers.QR{Data: SheetQR, Align: drivers.Centre, ModuleDots: 6},
		drivers.Line{Text: "Kiri"},
		drivers.Line{Text: "Kanan", Align: drivers.Right},
		drivers.Line{Text: SheetBottom, Align: drivers.Centre},
	}
}

// hostile is all that somebody might write into a name, and a picture that is made of a command.
func hostile(p drivers.Paper) drivers.Document {
	return drivers.Document{
		picture(min(p.WidthDots, 64)),
		drivers.Line{Text: "Kendali \x1b@\x1dV\x00\x10\x04\x01\x10\x05\x02\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08 akhir"},
		drivers.Line{Text: "Emoji \U0001F3AB \U0001F44D\U0001F3FD akhir"},
		drivers.Line{Text: "\u202eKanan ke kiri\u202c \u200f\u200e akhir"},
		drivers.Line{Text: strings.Repeat("Layanan yang amat panjang ", 8), Bold: true},
		drivers.Line{Text: strings.Repeat("x", 200), Width: 2, Height: 2},
		drivers.Line{Text: "rusak \xff\xfe akhir"},
	}
}

// picture is made of the bytes 10 and 04 by turns, which ask a printer for its status.
func picture(width int) drivers.Picture {
	img := image.NewGray(image.Rect(0, 0, width, 80))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for y := range 80 {
		for x := range width {
			if b := []byte{0x10, 0x04}[x/8%2]; b&(0x80>>(x%8)) != 0 {
				img.SetGray(x, y, color.Gray{})
			}
		}
	}
	return drivers.Picture{Dots: img}
}
