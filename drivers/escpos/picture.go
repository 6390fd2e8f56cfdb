package escpos

import (
	"fmt"
	"image"
	"image/color"

	"loket/drivers"
)

const (
	// bandRows is how many rows of a picture go into one command: what a printer keeps at a time.
	bandRows = 64
	// maxPictureRows is about 250 mm of paper.
	maxPictureRows = 2000
	// middle is the grey between paper and ink.
	middle = 128
)

// picture prints the dark dots of a picture as rasters.
func (e *encoder) picture(p drivers.Picture) error {
	if p.Dots == nil {
		return fmt.Errorf("%w: picture without dots", drivers.ErrDocument)
	}
	b := p.Dots.Bounds()
	if b.Empty() || b.Dx() > e.profile.WidthDots || b.Dy() > maxPictureRows {
		return fmt.Errorf("%w: picture of %d x %d dots: allowed are 1 to %d x 1 to %d", drivers.ErrDocument,
			b.Dx(), b.Dy(), e.profile.WidthDots, maxPictureRows)
	}
	e.setAlign(p.Align)
	row := (b.Dx() + 7) / 8
	for y := b.Min.Y; y < b.Max.Y; y += bandRows {
		rows := min(bandRows, b.Max.Y-y)
		data := make([]byte, row*rows)
		for i := range rows {
			dots(data[i*row:(i+1)*row], p.Dots, y+i)
		}
		defuse(data)
		head := []byte{gs, 'v', '0', 0, byte(row), byte(row >> 8), byte(rows), 0} //nolint:gosec // the paper's width bounds it
		e.command(append(head, data...)...)
	}
	e.job.Dots += b.Dy()
	e.white = 0
	return nil
}

// dots sets a bit for each dark dot of one row of img.
func dots(row []byte, img image.Image, y int) {
	left := img.Bounds().Min.X
	for x := left; x < img.Bounds().Max.X; x++ {
		c := img.At(x, y)
		if _, _, _, a := c.RGBA(); a < 0x8000 {
			continue // nothing is there
		}
		if g, ok := color.GrayModel.Convert(c).(color.Gray); ok && g.Y < middle {
			row[(x-left)/8] |= 0x80 >> ((x - left) % 8)
		}
	}
}

// defuse takes out of a picture what a printer would carry out in real time, by one more dot beside
// a single one: nobody sees it.
func defuse(data []byte) {
	for i := range len(data) - 1 {
		if data[i] == dle && (data[i+1] == eot || data[i+1] == enq || data[i+1] == dc4) {
			data[i] |= dle >> 1
		}
	}
}
