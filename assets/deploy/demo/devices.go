package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
)

func (s *story) paperOut(ctx context.Context) error {
	if err := s.bench(ctx, "/paper", map[string]any{"left_mm": 25}); err != nil { // a third of a slip
		return err
	}
	if err := s.takeFirst(ctx); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "A-003", "19-kiosk-number-on-screen"); err != nil {
		return err
	}
	if err := s.officer.shows("#troubles", "K1"); err != nil {
		return err
	}
	if err := s.officer.keep(filepath.Join(s.screens, "20-officer-trouble.png")); err != nil {
		return err
	}
	if err := s.kiosk.tap(ctx, "Saya sudah mencatat"); err != nil {
		return err
	}
	return s.officer.shows("#count-waiting", "1")
}

func (s *story) newPaper(ctx context.Context) error {
	if err := s.bench(ctx, "/faults", map[string]any{"fault": "paper_out", "on": false}); err != nil {
		return err
	}
	if err := s.takeFirst(ctx); err != nil {
		return err
	}
	slip, err := s.nextSlip(ctx)
	for err == nil && !strings.Contains(slip.text, "A-004") {
		// The printer first let go of what it still had of the slip before, cut off as a scrap.
		if strings.Contains(slip.text, "A-0") && !strings.Contains(slip.text, "A-003") {
			return fmt.Errorf("the paper does not say A-004; it says %q", slip.text)
		}
		slip, err = s.nextSlip(ctx)
	}
	if err != nil {
		return err
	}
	s.address, err = readQR(slip.path)
	return err
}

// cardTapped lays a made-up card on the reader while nobody touches the kiosk.
func (s *story) cardTapped(ctx context.Context) error {
	if _, err := s.kiosk.find(ctx, "Sentuh layar"); err != nil {
		return err
	}
	if err := s.bench(ctx, "/reader/tap", map[string]any{"type": "A", "uid": "04A1B2C3D4E5F6"}); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "Ambil Nomor", "21-kiosk-card"); err != nil {
		return err
	}
	return s.bench(ctx, "/reader/lift", nil)
}

func (s *story) reprint(ctx context.Context) error {
	if err := s.bench(ctx, "/reader/scan", map[string]any{"code": s.address}); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "A-004", "22-kiosk-found"); err != nil {
		return err
	}
	if err := s.kiosk.tap(ctx, "Cetak ulang"); err != nil {
		return err
	}
	slip, err := s.nextSlip(ctx)
	if err != nil {
		return err
	}
	if !strings.Contains(slip.text, "SALINAN") || !strings.Contains(slip.text, "A-004") {
		return fmt.Errorf("the paper is no copy of A-004; it says %q", slip.text)
	}
	address, err := readQR(slip.path)
	if err == nil && address != s.address {
		err = fmt.Errorf("the copy's code is %s, the ticket's %s", address, s.address)
	}
	if err != nil {
		return err
	}
	return s.kiosk.tap(ctx, "Selesai")
}
