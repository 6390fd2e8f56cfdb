// Package frames finds frames in a stream of bytes, whatever stands between them and in however many pieces they
// come: what the serial protocols of readers have in common.
//
// It is not for what a frame says, which its protocol parses, and it reads no line.
//
// The invariant: bytes that are no frame are passed over one by one, so that no frame behind them is missed, and
// no more is kept than the beginning of one frame.
package frames

import "bytes"

// What a Parse answers instead of a length.
const (
	Short   = -1 // more bytes are needed
	NoFrame = -2 // this is no frame
)

// Protocol is how frames look.
type Protocol[F any] struct {
	// Start is the bytes that each frame starts with.
	Start []byte
	// Parse reads a frame from b, which begins with Start; n is how many bytes it has, Short or NoFrame.
	Parse func(b []byte) (f F, n int)
	// Damaged says that a frame's checksum is wrong. What is inside may be the next frame then: a lost
	// byte makes this one too long.
	Damaged func(F) bool
}

// Buffer holds what came and is not yet taken. The zero value is empty.
type Buffer struct{ b []byte }

// Feed adds bytes that came.
func (u *Buffer) Feed(b []byte) { u.b = append(u.b, b...) }

// Reset forgets what came.
func (u *Buffer) Reset() { u.b = u.b[:0] }

// Len is how many bytes are held.
func (u *Buffer) Len() int { return len(u.b) }

func (u *Buffer) drop(n int) { u.b = append(u.b[:0], u.b[n:]...) }

// Next takes the next frame out of u; ok is false when there is none yet.
func (p Protocol[F]) Next(u *Buffer) (f F, ok bool) {
	for {
		i := bytes.Index(u.b, p.Start)
		if i < 0 {
			p.keepTail(u)
			return f, false
		}
		u.drop(i)
		got, n := p.Parse(u.b)
		switch {
		case n == Short:
			return f, false
		case n == NoFrame:
			u.drop(1)
			continue
		case p.Damaged(got):
			u.drop(1)
		default:
			u.drop(n)
		}
		return got, true
	}
}

// Gap says that the line was silent for so long that a frame that has begun will not go on. What
// its bytes hide can be taken with Next.
func (p Protocol[F]) Gap(u *Buffer) (f F, ok bool) {
	for u.Len() > 0 {
		if f, ok := p.Next(u); ok {
			return f, true
		}
		if u.Len() > 0 {
			u.drop(1)
		}
	}
	return f, false
}

// keepTail keeps the last bytes as far as a frame may start with them.
func (p Protocol[F]) keepTail(u *Buffer) {
	for n := min(len(p.Start)-1, len(u.b)); n > 0; n-- {
		if bytes.HasSuffix(u.b, p.Start[:n]) {
			u.drop(len(u.b) - n)
			return
		}
	}
	u.Reset()
}
