package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"os/exec"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"loket/assets/deploy/hall"
)

// nextScreen touches the kiosk's window again and again and gives the 95th percentile, in milliseconds,
// of the time from lifting the finger to the last change of the picture. It watches the memory that the
// virtual display draws in, so it sees what a panel would show, at the moment when it is there.
func nextScreen(ctx context.Context, s *hall.Screen) (float64, error) {
	frame, err := mapFrame(s.FrameBuffer)
	if err != nil {
		return 0, err
	}
	defer frame.close()
	hand, err := newHand(ctx, s.Display)
	if err != nil {
		return 0, err
	}
	defer hand.close()
	// Home <-> search: two full screens that differ everywhere.
	there, back := point{400, 880}, point{170, 1845}
	if _, err := hand.tap(ctx, frame, point{540, 1500}); err != nil {
		return 0, err
	}
	var took []time.Duration
	for i := range 61 {
		at := there
		if i%2 == 1 {
			at = back
		}
		d, err := hand.tap(ctx, frame, at)
		if err != nil {
			return 0, err
		}
		if i > 0 { // the first one loads glyphs
			took = append(took, d)
		}
	}
	slices.Sort(took)
	fmt.Printf("touch to next screen: median %v, p95 %v, most %v\n", took[len(took)/2], took[len(took)*95/100], took[len(took)-1])
	return float64(took[len(took)*95/100].Microseconds()) / 1000, nil
}

// quiet is how long a picture must not change to be finished.
const quiet = 250 * time.Millisecond

type point struct{ x, y int }

// hand is one xdotool that takes its orders from a pipe, so that starting it is not measured.
type hand struct {
	cmd    *exec.Cmd
	orders io.WriteCloser
}

func newHand(ctx context.Context, display string) (*hand, error) {
	cmd := exec.CommandContext(ctx, "xdotool", "-")
	cmd.Env = append(os.Environ(), "DISPLAY="+display)
	orders, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start xdotool: %w", err)
	}
	return &hand{cmd: cmd, orders: orders}, nil
}

func (h *hand) close() {
	if h.orders.Close() == nil {
		_ = h.cmd.Wait() // it has said all that it will
	}
}

// tap presses, waits until the mark of the press is drawn, lifts, and measures until the picture has not
// changed for a while.
func (h *hand) tap(ctx context.Context, f *frame, at point) (time.Duration, error) {
	if _, err := fmt.Fprintf(h.orders, "mousemove %d %d\nmousedown 1\n", at.x, at.y); err != nil {
		return 0, fmt.Errorf("touch: %w", err)
	}
	f.calm(time.Now(), quiet)
	before := f.hash()
	from := time.Now()
	if _, err := fmt.Fprintln(h.orders, "mouseup 1"); err != nil {
		return 0, fmt.Errorf("lift: %w", err)
	}
	took := f.calm(from, quiet)
	if f.hash() == before {
		return 0, fmt.Errorf("a touch at %d,%d changed nothing on the screen", at.x, at.y)
	}
	return took, ctx.Err()
}

// frame is the picture memory of a virtual display, in the X window dump format: a header of big-endian
// words, a colour table, then rows of 4-byte pixels.
type frame struct {
	memory []byte
	pixels []byte
	stride int
	rows   int
	seed   maphash.Seed
}

func mapFrame(path string) (*frame, error) {
	file, err := os.Open(path) //nolint:gosec // our own display's memory
	if err != nil {
		return nil, fmt.Errorf("watch the display: %w", err)
	}
	defer file.Close() // the mapping stays
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	memory, err := unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("watch the display: %w", err)
	}
	word := func(i int) int { return int(binary.BigEndian.Uint32(memory[4*i:])) }
	const headerSize, height, bytesPerLine, colours, colourBytes = 0, 5, 12, 19, 12
	f := &frame{memory: memory, stride: word(bytesPerLine), rows: word(height), seed: maphash.MakeSeed()}
	f.pixels = memory[word(headerSize)+word(colours)*colourBytes:]
	return f, nil
}

func (f *frame) close() { _ = unix.Munmap(f.memory) } // the program ends soon anyway

// hash is of every fourth row but the footer, whose clock runs by itself.
func (f *frame) hash() uint64 {
	var h maphash.Hash
	h.SetSeed(f.seed)
	for y := 0; y < f.rows*9/10; y += 4 {
		_, _ = h.Write(f.pixels[y*f.stride : (y+1)*f.stride]) // never fails
	}
	return h.Sum64()
}

// calm waits until the picture has not changed for a rest, and returns when it changed last,
// counted from a moment.
func (f *frame) calm(from time.Time, rest time.Duration) time.Duration {
	last, changed := f.hash(), time.Now()
	took := time.Duration(0)
	for time.Since(changed) < rest {
		if now := f.hash(); now != last {
			last, changed = now, time.Now()
			took = changed.Sub(from)
		}
		time.Sleep(time.Millisecond) // leave the processors to the kiosk
	}
	return took
}
