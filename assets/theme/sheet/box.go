package sheet

// Box is a rectangle on the screen in pixels.
type Box struct{ X, Y, W, H float32 }

// Right is the x of the right edge.
func (b Box) Right() float32 { return b.X + b.W }

// Bottom is the y of the lower edge.
func (b Box) Bottom() float32 { return b.Y + b.H }

// Contains tells whether a point lies in the box.
func (b Box) Contains(x, y float32) bool {
	return x >= b.X && x < b.Right() && y >= b.Y && y < b.Bottom()
}

// Overlaps tells whether two boxes share more than an edge.
func (b Box) Overlaps(o Box) bool {
	return b.X < o.Right() && o.X < b.Right() && b.Y < o.Bottom() && o.Y < b.Bottom()
}

// Inset is the box without dx at the left and right and dy at the top and bottom.
func (b Box) Inset(dx, dy float32) Box { return Box{b.X + dx, b.Y + dy, b.W - 2*dx, b.H - 2*dy} }

// Top cuts h pixels off the top and a gap after them; it returns the piece and what remains.
func (b Box) Top(h, gap float32) (piece, rest Box) {
	return Box{b.X, b.Y, b.W, h}, Box{b.X, b.Y + h + gap, b.W, b.H - h - gap}
}

// Base cuts h pixels off the bottom and a gap before them.
func (b Box) Base(h, gap float32) (piece, rest Box) {
	return Box{b.X, b.Bottom() - h, b.W, h}, Box{b.X, b.Y, b.W, b.H - h - gap}
}

// Left cuts w pixels off the left and a gap after them.
func (b Box) Left(w, gap float32) (piece, rest Box) {
	return Box{b.X, b.Y, w, b.H}, Box{b.X + w + gap, b.Y, b.W - w - gap, b.H}
}

// End cuts w pixels off the right and a gap before them.
func (b Box) End(w, gap float32) (piece, rest Box) {
	return Box{b.Right() - w, b.Y, w, b.H}, Box{b.X, b.Y, b.W - w - gap, b.H}
}

// Middle is a box of w by h at the centre.
func (b Box) Middle(w, h float32) Box {
	return Box{round(b.X + (b.W-w)/2), round(b.Y + (b.H-h)/2), w, h}
}

// Cell is the i-th of a grid of cols by rows cells with equal gaps, counted along the rows.
func (b Box) Cell(i, cols, rows int, gap float32) Box {
	w := (b.W - gap*float32(cols-1)) / float32(cols)
	h := (b.H - gap*float32(rows-1)) / float32(rows)
	x := round(b.X + float32(i%cols)*(w+gap))
	y := round(b.Y + float32(i/cols)*(h+gap))
	return Box{x, y, round(w), round(h)}
}
