package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"loket/assets/deploy/hall"
)

// The citizen of the measurement, made up, and the moves to the question who is served.
const (
	benchCard = "04C1D2E3F4A5B6"
	benchNIK  = "1971990101900002"
)

var (
	// From the search, where nextScreen ends: back, home, Dukcapil, Kartu Keluarga, take.
	toIdentity = []point{{170, 1845}, {540, 525}, {270, 420}, {540, 594}, {727, 1670}}
	notMe      = point{215, 1660}
)

// knownCard lays a card that is bound on the reader again and again, and gives the 95th percentile, in milliseconds,
// of the time to the last change of the picture: her masked name, to be confirmed. The registry takes 100 ms, and
// cannot process her NIK, so that it is asked each time.
func knownCard(ctx context.Context, h *hall.Hall) (float64, error) {
	if err := h.SwitchRegistry(ctx, map[string]any{"delay_ms": 100, "code": "08"}); err != nil {
		return 0, err
	}
	if err := h.Introduce(ctx, benchCard, benchNIK); err != nil {
		return 0, err
	}
	frame, err := mapFrame(h.Kiosk.FrameBuffer)
	if err != nil {
		return 0, err
	}
	defer frame.close()
	hand, err := newHand(ctx, h.Kiosk.Display)
	if err != nil {
		return 0, err
	}
	defer hand.close()
	for _, at := range toIdentity {
		if _, err := hand.tap(ctx, frame, at); err != nil {
			return 0, err
		}
	}
	var took []time.Duration
	for i := range 41 {
		// At another moment of the reader's poll each time.
		frame.calm(time.Now(), quiet+time.Duration(i*37%80)*time.Millisecond)
		before, from := frame.hash(), time.Now()
		if err := h.Bench(ctx, "/reader/tap", map[string]any{"type": "A", "uid": benchCard}); err != nil {
			return 0, err
		}
		d := frame.calm(from, 2*quiet) // the registry's answer comes within it
		if frame.hash() == before {
			return 0, fmt.Errorf("a known card changed nothing on the screen")
		}
		if i > 0 { // the first one loads glyphs
			took = append(took, d)
		}
		if err := h.Bench(ctx, "/reader/lift", nil); err != nil {
			return 0, err
		}
		frame.calm(time.Now(), 3*quiet) // until the reader misses the card
		if _, err := hand.tap(ctx, frame, notMe); err != nil {
			return 0, err
		}
	}
	slices.Sort(took)
	fmt.Printf("known card to confirm screen: median %v, p95 %v, most %v\n", took[len(took)/2], took[len(took)*95/100], took[len(took)-1])
	return float64(took[len(took)*95/100].Microseconds()) / 1000, nil
}
