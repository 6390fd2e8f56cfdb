// Command run starts a whole office on this machine and keeps it running until Ctrl-C: kiosk and wall are started
// again when they end; the end of server, registry or device bench is the end of the office.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"loket/assets/deploy/hall"
)

var flags struct {
	Bin     string `help:"Folder of the built programs." default:"build/bin"`
	Dir     string `help:"Where the office lives: a folder for this alone, emptied at each start." default:"build/run"`
	Port    int    `help:"Port of the queue server on this machine." default:"8080"`
	Bench   int    `help:"Port of the device bench." default:"8091"`
	Sample  string `help:"Sample catalogue: mpp or kelurahan." enum:"mpp,kelurahan" default:"mpp"`
	Profile string `help:"Profile of the emulated printer." default:"clone-80"`
	Virtual bool   `help:"Use virtual displays even if there is a real one."`
}

func main() {
	kong.Parse(&flags, kong.Name("loket-run"), kong.Description("Start a whole office on this machine."),
		kong.Exit(func(code int) {
			if code != 0 {
				code = 2 // wrong flags
			}
			os.Exit(code)
		}))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "loket-run:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

func run(ctx context.Context) error {
	virtual := flags.Virtual || os.Getenv("DISPLAY") == ""
	h, err := hall.Start(ctx, hall.Config{
		Bin: flags.Bin, Dir: flags.Dir, Virtual: virtual, ServerPort: flags.Port, BenchPort: flags.Bench,
		Sample: flags.Sample, Profile: flags.Profile, Log: slog.Default(),
	})
	if err != nil {
		return err
	}
	announce(h, virtual)
	watch := newTender(h, os.Stdout)
	for ctx.Err() == nil {
		if virtual {
			shoot(ctx, h)
		}
		if ctx.Err() != nil {
			break // what ends now was told to
		}
		if err := watch.tend(time.Now()); err != nil {
			return errors.Join(err, h.Stop())
		}
		select {
		case <-ctx.Done():
		case <-time.After(3 * time.Second):
		}
	}
	fmt.Println("\nstopping ...")
	return h.Stop()
}

func announce(h *hall.Hall, virtual bool) {
	fmt.Printf(`
The office is open. Stop it with Ctrl-C.

  Officer console   %s/console    log in: %s / %s
  Administration    %s/admin      log in: %s / %s
  Device bench      %s            the printer's paper, faults at a press, cards to tap
  Registry sandbox  %s/sandbox/  made-up people, with the NIKs that it knows
  Logs and paper    %s
`, h.ServerURL, h.Officer.Login, h.Officer.Password, h.ServerURL, h.Admin.Login, h.Admin.Password, h.BenchURL, h.RegistryURL, flags.Dir)
	if virtual {
		fmt.Printf(`
  There is no display here, so the kiosk and the wall are drawn on virtual ones
  (kiosk DISPLAY=%s, wall DISPLAY=%s). Their screenshots, renewed every 3 seconds:
  %s, %s
`, h.Kiosk.Display, h.Display.Display, filepath.Join(flags.Dir, "screens", "kiosk.png"), filepath.Join(flags.Dir, "screens", "display.png"))
	}
}

func shoot(ctx context.Context, h *hall.Hall) {
	for _, s := range []*hall.Screen{h.Kiosk, h.Display} {
		if err := s.Shoot(ctx, filepath.Join(flags.Dir, "screens", s.Name+".png")); err != nil && ctx.Err() == nil {
			slog.Warn("screenshot", slog.Any("err", err))
		}
	}
}
