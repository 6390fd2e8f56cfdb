package conformance_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/drivers/reader/acr122s"
	"loket/drivers/reader/pn532"
	"loket/drivers/serialport"
)

// BenchmarkBudgetReader measures how long it takes from a card's touch, at any moment of a poll, to its
// reading: cards of type A and B, on a PN532 at 115200 baud and an ACR122S at 9600, with the wire's
// own time. The metric is the 95th percentile of the slowest of the four.
func BenchmarkBudgetReader(b *testing.B) {
	const taps = 24
	for range b.N {
		kinds := []emulator.ReaderKind{emulator.PN532, emulator.ACR122S}
		worst := make([]time.Duration, len(kinds))
		errs := make([]error, len(kinds))
		var wg sync.WaitGroup
		for i, kind := range kinds { // side by side: they wait for wires
			wg.Go(func() { worst[i], errs[i] = touch(b, kind, taps) })
		}
		wg.Wait()
		for _, err := range errs {
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(slices.Max(worst))/float64(time.Millisecond), "card-reading-ms")
	}
}

// touch taps cards of both types in turn, and answers the 95th percentile of the slower type.
func touch(b *testing.B, kind emulator.ReaderKind, taps int) (time.Duration, error) {
	ctx, stop := context.WithTimeout(b.Context(), 3*time.Minute)
	defer stop()
	e, err := emulator.NewReader(emulator.ReaderConfig{Kind: kind})
	if err != nil {
		return 0, err
	}
	reader, err := asTheKiosk(kind, e.Device())
	if err != nil {
		return 0, err
	}
	read := make(chan time.Time, taps)
	ended := make(chan error, 1)
	go func() {
		ended <- reader.Run(ctx, drivers.Events{Read: func(drivers.Reading) { read <- time.Now() }})
	}()
	defer func() {
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
			b.Error(err)
		}
		if err := reader.Close(); err != nil {
			b.Error(err)
		}
		if err := e.Close(); err != nil {
			b.Error(err)
		}
	}()
	var took [2][]time.Duration
	for n := range taps {
		if err := e.WaitLooks(ctx, e.Count()+6); err != nil { // the card before has been missed
			return 0, err
		}
		pause(ctx, rand.N(250*time.Millisecond)) // any moment of a poll
		at := time.Now()
		card := emulator.Card{Type: "AB"[n%2 : n%2+1], UID: fmt.Sprintf("04%06X", n)}
		if err := e.Tap(card); err != nil {
			return 0, err
		}
		select {
		case t := <-read:
			took[n%2] = append(took[n%2], t.Sub(at))
		case <-ctx.Done():
			return 0, fmt.Errorf("read %s: %w", card.UID, ctx.Err())
		}
		e.Lift()
	}
	var worst time.Duration
	for i, all := range took {
		slices.Sort(all)
		p95 := all[len(all)*95/100]
		b.Logf("%s, type %s: median %v, 95 %% within %v", kind, "AB"[i:i+1], all[len(all)/2].Round(time.Millisecond), p95.Round(time.Millisecond))
		worst = max(worst, p95)
	}
	return worst, nil
}

func asTheKiosk(kind emulator.ReaderKind, device string) (drivers.Reader, error) {
	cfg := serialport.Config{Device: device}
	if kind == emulator.PN532 {
		return pn532.Open(cfg, pn532.Config{})
	}
	return acr122s.Open(cfg, acr122s.Config{})
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
