package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// slip is a ticket that fell into the citizen's hand.
type slip struct {
	text string // all lines
	path string // its picture, in the paper folder
}

// nextSlip waits for the next slip that the printer cuts, and takes it.
func (s *story) nextSlip(ctx context.Context) (slip, error) {
	for {
		var all []struct {
			Cut     bool     `json:"cut"`
			Lines   []string `json:"lines"`
			Picture string   `json:"picture"`
		}
		body, err := fetch(ctx, s.hall.BenchURL+"/slips")
		if err != nil {
			return slip{}, fmt.Errorf("look at the printer: %w", err)
		}
		if err := json.Unmarshal([]byte(body), &all); err != nil {
			return slip{}, fmt.Errorf("look at the printer: %w", err)
		}
		if len(all) > s.slips && all[s.slips].Cut {
			got := all[s.slips]
			s.slips++
			picture, err := fetch(ctx, s.hall.BenchURL+got.Picture)
			if err != nil {
				return slip{}, fmt.Errorf("take the slip: %w", err)
			}
			path := filepath.Join(s.paper, fmt.Sprintf("slip-%d.png", s.slips))
			return slip{text: strings.Join(got.Lines, "\n"), path: path}, os.WriteFile(path, []byte(picture), 0o600)
		}
		select {
		case <-ctx.Done():
			return slip{}, errors.New("no slip came out of the printer")
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// readQR reads the QR code in a picture, as a phone's camera would.
func readQR(path string) (string, error) {
	img, err := readPNG(path)
	if err != nil {
		return "", err
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	found, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return "", fmt.Errorf("no QR code can be read in %s: %w", path, err)
	}
	return found.GetText(), nil
}

// bench plays a citizen's or a technician's hands.
func (s *story) bench(ctx context.Context, path string, what map[string]any) error {
	return s.hall.Bench(ctx, path, what)
}
