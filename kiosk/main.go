// Command kiosk is the touchscreen of a Loket office: it lets citizens take a queue number and
// prints it. This file only wires the rooms below internal/ together.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"
	_ "time/tzdata" // small machines come without time zones

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"loket/assets/theme"
	"loket/drivers/serialport"
	"loket/kiosk/internal/flow"
	"loket/kiosk/internal/screen"
	"loket/kiosk/internal/spool"
	"loket/kiosk/internal/station"
	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

const (
	// startTime is when a kiosk has drawn its first screens; what that needed beside is given back then.
	startTime = 5 * time.Second
	// closeTime is how long the window may take to close.
	closeTime = 2 * time.Second
)

const (
	exitFailed = 1
	exitUsage  = 2 // a flag, a settings file or a missing pairing
)

func main() {
	f, err := parse(os.Args[1:], os.Stdout, os.Exit)
	if err != nil {
		fmt.Fprintln(os.Stderr, "kiosk:", err)
		os.Exit(exitUsage)
	}
	log := newLog(f.LogFormat)
	if err := noCoreDumps(); err != nil {
		log.Warn("a crash may leave what a citizen typed on the disk", slog.Any("err", err))
	}
	if err := run(f, log); err != nil {
		fmt.Fprintln(os.Stderr, "kiosk:", err)
		if errors.Is(err, errUnpaired) || errors.Is(err, serialport.ErrConfig) {
			os.Exit(exitUsage)
		}
		os.Exit(exitFailed)
	}
}

// run is the kiosk's life: until SIGTERM or SIGINT, or until its window is closed.
func run(f flags, log *slog.Logger) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	url, err := client.StreamURL(f.Server)
	if err != nil {
		return err
	}
	unlock, err := lockState(f.State)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	self, err := identify(ctx, f.Server, f.State, f.Pair)
	if err != nil {
		return err
	}
	kept, pending, err := spool.Open(filepath.Join(f.State, "spool"), log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	slips, closePrinter, err := openPrinter(f, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closePrinter()) }()

	readers, closeReaders, err := openReaders(f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeReaders()) }()

	name := f.Name
	if name == "" {
		name = self.Name
	}
	var desk *station.Station
	a, window := openWindow(f)
	face := screen.New(screen.Config{
		Emit: func(in flow.Input) { desk.Emit(in) }, Landscape: f.landscape(),
		NoCards: f.Reader == "", NoCodes: f.Scanner == "",
	})
	desk = station.New(station.Config{
		Server: client.New(client.Config{
			URL: url, Role: protocol.RoleKiosk, Token: self.Token, Topic: protocol.TopicKiosk, Log: log,
		}),
		Printer: slips, Readers: readers, Spool: kept, Pending: pending,
		Show: station.Bridge(face.Show), Name: name, Landscape: f.landscape(), Log: log,
	})
	window.SetContent(face.Content())
	if err := show(window); err != nil {
		return err
	}
	ended := make(chan struct{})
	a.Lifecycle().SetOnStarted(func() {
		time.AfterFunc(startTime, debug.FreeOSMemory)
		go func() {
			defer close(ended)
			log.Info("kiosk stopped", slog.Any("because", desk.Run(ctx)))
			station.Quit(a)
			time.AfterFunc(closeTime, func() { // Fyne 2.8 may wait for ever here; all that matters is on disk
				log.Error("the window does not close")
				os.Exit(exitFailed)
			})
		}()
	})
	a.Run()
	stop() // the window was closed
	<-ended
	return nil
}

// openWindow makes the one window.
func openWindow(f flags) (fyne.App, fyne.Window) {
	debug.SetGCPercent(20) // small machines: a kiosk has time to tidy up, and little memory
	fixScale(f)
	a := app.NewWithID("id.go.loket.kiosk")
	a.Settings().SetTheme(theme.New(theme.Standard()))
	window := a.NewWindow("Loket Kiosk")
	window.SetPadded(false)
	window.SetMaster()
	if f.Windowed == (size{}) {
		window.SetFullScreen(true)
		window.SetCloseIntercept(func() {}) // citizens cannot close it; SIGTERM can
	} else {
		window.SetFixedSize(true)
	}
	return a, window
}
