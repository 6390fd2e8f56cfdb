// Command display is Loket's wall: it shows a hall who is called, who is served and what waits. It
// wires settings, pairing, client, station and screen together, and does nothing else.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
	_ "time/tzdata" // the office's zone, on a machine without a zone database

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/driver/desktop"

	"loket/assets/theme"
	"loket/display/internal/pairing"
	"loket/display/internal/screen"
	"loket/display/internal/settings"
	"loket/display/internal/station"
	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

// Exit codes: usage is something that the caller has to change, failure what may heal.
const (
	failure = 1
	usage   = 2
)

// closeTime is how long the window may take to close.
const closeTime = 2 * time.Second

func main() {
	cfg, err := settings.Parse(os.Args[1:], os.Stdout, os.Exit)
	if err != nil {
		stop(usage, err)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	stream, err := connect(ctx, cfg)
	switch {
	case errors.Is(err, pairing.ErrNone):
		stop(usage, err)
	case err != nil:
		stop(failure, err)
	}
	show(ctx, cancel, cfg, stream)
}

func stop(code int, err error) {
	fmt.Fprintln(os.Stderr, "display:", err)
	os.Exit(code)
}

// connect pairs the display if need be and prepares its client.
func connect(ctx context.Context, cfg settings.Settings) (*client.Client, error) {
	url, err := client.StreamURL(cfg.Server)
	if err != nil {
		return nil, err
	}
	paired, err := pairing.Ensure(ctx, cfg.State, cfg.Pair, func(ctx context.Context, code string) (protocol.PairReply, error) {
		return client.Pair(ctx, cfg.Server, code)
	})
	if err != nil {
		return nil, err
	}
	log := cfg.Logger(os.Stderr)
	slog.SetDefault(log)
	return client.New(client.Config{
		URL: url, Role: protocol.RoleDisplay, Token: paired.Token, Topic: topic(cfg.Zone, paired.Zone), Log: log,
	}), nil
}

// topic is the board of the zone that the settings name, else of the one it was paired for.
func topic(set, paired string) string {
	for _, zone := range []string{set, paired} {
		if zone != "" {
			return protocol.TopicBoard + zone
		}
	}
	return protocol.TopicBoard + "all"
}

// show opens the window and runs until it is closed or ctx ends.
func show(ctx context.Context, cancel context.CancelFunc, cfg settings.Settings, stream *client.Client) {
	program := app.NewWithID("id.loket.display")
	program.Settings().SetTheme(theme.New(theme.Wall()))
	wall := screen.New()
	window := program.NewWindow("Loket")
	window.SetPadded(false)
	window.SetContent(wall.Content())
	arrange(window, cfg.Windowed)

	bridge := station.NewBridge(wall.Show)
	var running sync.WaitGroup
	started := false
	defer func() {
		if started {
			return
		}
		if p := recover(); p != nil { // the toolkit's way to say that there is no screen
			stop(failure, fmt.Errorf("open a window on X display %q: %v", os.Getenv("DISPLAY"), p))
		}
	}()
	program.Lifecycle().SetOnStarted(func() {
		started = true
		running.Go(func() { _ = stream.Run(ctx) }) // ends with ctx's error, at the end of the program
		running.Go(func() {
			station.Run(ctx, station.Config{Updates: stream.Updates(), Show: bridge.Show, Log: slog.Default()})
		})
	})
	stopped := context.AfterFunc(ctx, func() {
		bridge.Do(program.Quit)
		time.AfterFunc(closeTime, func() { // Fyne 2.8 may wait for ever here; nothing is lost by leaving
			slog.Error("the window does not close")
			os.Exit(failure)
		})
	})
	window.ShowAndRun()
	stopped()
	cancel()
	running.Wait()
}

// arrange gives the window its size. A wall that fills the screen cannot be closed by accident.
func arrange(window fyne.Window, size settings.Size) {
	if size != (settings.Size{}) {
		window.Resize(fyne.NewSize(float32(size.Width), float32(size.Height)))
		return
	}
	window.SetCloseIntercept(func() {})
	if wide, ok := window.(desktop.Window); ok {
		wide.RequestFullScreenSecondary()
		return
	}
	window.SetFullScreen(true)
}
