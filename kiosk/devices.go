package main

import (
	"errors"
	"fmt"
	"log/slog"

	"loket/drivers"
	"loket/drivers/escpos"
	"loket/drivers/printer"
	"loket/drivers/reader/acr122s"
	"loket/drivers/reader/line"
	"loket/drivers/reader/pn532"
	"loket/drivers/serialport"
)

// The speeds at which readers leave the factory, in bits a second.
const (
	pn532Baud   = 115200
	acr122sBaud = 9600
	lineBaud    = 9600
)

// openPrinter opens the slip printer. Without one it returns nil, and a kiosk shows numbers on its screen.
func openPrinter(f flags, log *slog.Logger) (p drivers.Printer, closeIt func() error, err error) {
	if f.Printer == "" {
		log.Warn("no --printer: numbers are shown on the screen only")
		return nil, func() error { return nil }, nil
	}
	table, err := escpos.LoadTable(f.PrinterProfiles)
	if err != nil {
		return nil, nil, err
	}
	profile, err := table.ByName(f.PrinterProfile)
	if err != nil {
		return nil, nil, err
	}
	opened, err := printer.Open(f.line(), profile, printer.Config{OneWay: f.PrinterOneWay, Table: table})
	if err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", f.Printer, err)
	}
	return opened, opened.Close, nil
}

// openReaders opens the card reader and the scanner that the flags name.
func openReaders(f flags) (all map[string]drivers.Reader, closeAll func() error, err error) {
	all = map[string]drivers.Reader{}
	closeAll = func() error {
		var errs []error
		for _, r := range all {
			errs = append(errs, r.Close())
		}
		return errors.Join(errs...)
	}
	if f.Reader != "" {
		r, err := openReader(f.ReaderKind, f.Reader)
		if err != nil {
			return nil, nil, fmt.Errorf("open %s: %w", f.Reader, err)
		}
		all["reader"] = r
	}
	if f.Scanner != "" {
		r, err := openReader("line", f.Scanner)
		if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("open %s: %w", f.Scanner, err), closeAll())
		}
		all["scanner"] = r
	}
	return all, closeAll, nil
}

func openReader(kind, device string) (drivers.Reader, error) {
	switch kind {
	case "pn532":
		return pn532.Open(serialport.Config{Device: device, Baud: pn532Baud}, pn532.Config{})
	case "acr122s":
		return acr122s.Open(serialport.Config{Device: device, Baud: acr122sBaud}, acr122s.Config{})
	default:
		return line.Open(serialport.Config{Device: device, Baud: lineBaud}, line.Config{})
	}
}
