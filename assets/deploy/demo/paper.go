package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
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

// bench plays a citizen's or a technician's hands: it presses what the page of the device bench offers.
func (s *story) bench(ctx context.Context, path string, what map[string]any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.hall.BenchURL+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("device bench %s: %w", path, err)
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("device bench %s answered %s: %s", path, res.Status, answer)
	}
	return nil
}
