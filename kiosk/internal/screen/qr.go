package screen

import (
	"image"

	"github.com/skip2/go-qrcode"
)

// qrCode keeps the picture of the last address, since a ticket is drawn each second while it is shown.
type qrCode struct {
	address string
	picture image.Image
}

// of returns the QR code of an address with one pixel a module and no border (the card around it is the
// quiet zone), or nil when there is no address or it is too long for a code.
func (q *qrCode) of(address string) image.Image {
	if address == q.address {
		return q.picture
	}
	q.address, q.picture = address, nil
	if address == "" {
		return nil
	}
	code, err := qrcode.New(address, qrcode.Medium)
	if err != nil {
		return nil // too long: the number alone is shown, which is what counts
	}
	code.DisableBorder = true
	q.picture = code.Image(-1)
	return q.picture
}
