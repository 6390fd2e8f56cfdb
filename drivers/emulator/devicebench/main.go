// Command devicebench puts emulated devices on this machine: a receipt printer behind a link that looks
// like /dev, with a page in the browser that shows the paper and breaks the printer on demand.
//
// It is for developing and showing a kiosk without its hardware, not for a kiosk in service. It
// listens on the address it is given and nowhere else.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"loket/drivers/emulator"
	"loket/drivers/escpos"
)

func main() {
	cfg, err := parse(os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		usage(os.Stdout)
		return
	case err != nil:
		fmt.Fprintln(os.Stderr, "devicebench:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err = run(ctx, cfg, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "devicebench:", err)
		os.Exit(1)
	}
}

// config is what the command line says.
type config struct {
	link    string
	profile escpos.Profile
	baud    int
	xonXoff bool
	listen  string
	paper   string
}

// flags declares the flags on a set of its own.
func flags(cfg *config, profile *string) *flag.FlagSet {
	fs := flag.NewFlagSet("devicebench", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&cfg.link, "printer-link", filepath.Join(os.TempDir(), "loket-printer"), "`path` of the link to the printer's serial line")
	fs.StringVar(profile, "profile", "clone-80", "`name` of the printer: "+profileNames())
	fs.IntVar(&cfg.baud, "baud", 9600, "speed of the line in `bits` a second; 0 takes what the driver sets")
	fs.BoolVar(&cfg.xonXoff, "xonxoff", false, "stop the driver with XOFF when the buffer is full")
	fs.StringVar(&cfg.listen, "listen", "127.0.0.1:8091", "`address` of the page")
	fs.StringVar(&cfg.paper, "paper", "", "`directory` for a picture of each slip")
	return fs
}

func profileNames() string {
	var names []string
	for _, p := range escpos.Profiles() {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

func usage(w io.Writer) {
	var cfg config
	var profile string
	fs := flags(&cfg, &profile)
	fs.SetOutput(w)
	_, _ = fmt.Fprintln(w, "devicebench: an emulated kiosk printer with a page that breaks it on demand") // the defaults below fail alike
	fs.PrintDefaults()
}

// parse reads the command line; its errors are one line each.
func parse(args []string) (config, error) {
	var cfg config
	var profile string
	fs := flags(&cfg, &profile)
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return cfg, err
		}
		return cfg, fmt.Errorf("%w: allowed are --printer-link, --profile, --baud, --xonxoff, --listen, --paper, --help", err)
	}
	if fs.NArg() > 0 {
		return cfg, fmt.Errorf("argument %q: only flags are allowed", fs.Arg(0))
	}
	if cfg.baud < 0 {
		return cfg, fmt.Errorf("--baud %d: 0 or more is allowed", cfg.baud)
	}
	var err error
	if cfg.profile, err = escpos.ProfileByName(profile); err != nil {
		return cfg, fmt.Errorf("--profile: %w", err)
	}
	if _, _, err := net.SplitHostPort(cfg.listen); err != nil {
		return cfg, fmt.Errorf("--listen %q: host:port is allowed: %w", cfg.listen, err)
	}
	return cfg, nil
}

// run plays the devices until ctx ends. The page says where to find them on out.
func run(ctx context.Context, cfg config, out io.Writer) (err error) {
	if cfg.paper != "" {
		if err := os.MkdirAll(cfg.paper, 0o755); err != nil { //nolint:gosec // pictures that anyone may look at
			return err
		}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.listen)
	if err != nil {
		return err
	}
	b := &bench{cfg: cfg}
	b.printer, err = emulator.New(emulator.Config{
		Profile: cfg.profile, Link: cfg.link, Baud: cfg.baud, XonXoff: cfg.xonXoff,
		OnSlip: b.keep,
	})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, b.printer.Close()) }()
	if _, err := fmt.Fprintf(out, "device bench: http://%s  printer: %s (%s, %d baud)\n", l.Addr(), cfg.link, cfg.profile.Name, cfg.baud); err != nil {
		return errors.Join(err, l.Close())
	}
	srv := &http.Server{Handler: b.handler(), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil { // a browser that holds on
		if err := srv.Close(); err != nil {
			return err
		}
	}
	return b.trouble()
}
