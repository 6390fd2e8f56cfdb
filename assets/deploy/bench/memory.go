package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"loket/assets/deploy/hall"
)

// window measures the running kiosk's real window: its memory against that of an empty window of the
// same size on the same kind of display, and how long a touch takes to the next screen.
func window(ctx context.Context, bin string, into map[string]float64) (err error) {
	fmt.Println("measuring the kiosk's window ...")
	h, err := hall.Start(ctx, hall.Config{Bin: bin, Dir: "build/bench-run", Virtual: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Stop()) }()
	kiosk, err := settled(ctx, h.PID("kiosk"))
	if err != nil {
		return err
	}
	if into["kiosk next-screen"], err = nextScreen(ctx, h.Kiosk); err != nil {
		return err
	}
	if into["kiosk known-card"], err = knownCard(ctx, h); err != nil {
		return err
	}
	if err := h.StartBeside(ctx, "emptywindow", h.Display); err != nil {
		return err
	}
	empty, err := settled(ctx, h.PID("emptywindow"))
	if err != nil {
		return err
	}
	into["kiosk memory"] = float64(kiosk) / float64(empty)
	fmt.Printf("kiosk %d KiB, empty window %d KiB\n", kiosk, empty)
	return nil
}

var residentLine = regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB$`)

// settled waits until the process's resident memory has stopped growing and returns it in KiB.
func settled(ctx context.Context, pid int) (int, error) {
	last, same := 0, 0
	for {
		raw, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
		if err != nil {
			return 0, fmt.Errorf("read the memory of process %d: %w", pid, err)
		}
		m := residentLine.FindSubmatch(raw)
		if m == nil {
			return 0, fmt.Errorf("process %d has no resident memory", pid)
		}
		now, err := strconv.Atoi(string(m[1]))
		if err != nil {
			return 0, err
		}
		if same++; now-last > now/100 || last-now > now/100 {
			last, same = now, 0
		}
		if same == 10 {
			return now, nil
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}
