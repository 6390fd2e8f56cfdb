// Command devicebench puts emulated devices on this machine, behind links that look like /dev: a receipt
// printer, a reader of cards and a scanner, with a page in the browser that shows the paper, has
// cards to tap and codes to scan, and breaks the devices on demand.
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
	reader  readerConfig
}

// flags declares the flags on a set of its own.
func flags(cfg *config, profile, profiles *string) *flag.FlagSet {
	fs := flag.NewFlagSet("devicebench", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&cfg.link, "printer-link", filepath.Join(os.TempDir(), "loket-printer"), "`path` of the link to the printer's serial line")
	fs.StringVar(profile, "profile", "clone-80", "`name` of the printer: "+profileNames(escpos.Builtin()))
	fs.StringVar(profiles, "profiles", "", "`file` of more printer profiles")
	fs.IntVar(&cfg.baud, "baud", 9600, "speed of the line in `bits` a second; 0 takes what the driver sets")
	fs.BoolVar(&cfg.xonXoff, "xonxoff", false, "stop the driver with XOFF when the buffer is full")
	fs.StringVar(&cfg.listen, "listen", "127.0.0.1:8091", "`address` of the page")
	fs.StringVar(&cfg.paper, "paper", "", "`directory` for a picture of each slip")
	fs.StringVar(&cfg.reader.link, "reader-link", "", "`path` of the link to a reader's serial line")
	fs.StringVar((*string)(&cfg.reader.kind), "reader", string(emulator.PN532), "`kind` of the reader: pn532, acr122s or line")
	fs.StringVar(&cfg.reader.scanner, "scanner-link", "", "`path` of the link to a scanner of codes, beside a reader of cards")
	return fs
}

// profileNames are the names of a table without "auto".
func profileNames(t escpos.Table) string { return strings.Join(t.Names()[1:], ", ") }

func usage(w io.Writer) {
	var cfg config
	var profile, profiles string
	fs := flags(&cfg, &profile, &profiles)
	fs.SetOutput(w)
	_, _ = fmt.Fprintln(w, "devicebench: emulated kiosk devices with a page that uses and breaks them") // the defaults below fail alike
	fs.PrintDefaults()
}

// parse reads the command line; its errors are one line each.
func parse(args []string) (config, error) {
	var cfg config
	var profile, profiles string
	fs := flags(&cfg, &profile, &profiles)
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return cfg, err
		}
		return cfg, fmt.Errorf("%w: allowed are --printer-link, --profile, --profiles, --baud, --xonxoff, --listen, --paper, --reader-link, --reader, --scanner-link, --help", err)
	}
	if fs.NArg() > 0 {
		return cfg, fmt.Errorf("argument %q: only flags are allowed", fs.Arg(0))
	}
	if cfg.baud < 0 {
		return cfg, fmt.Errorf("--baud %d: 0 or more is allowed", cfg.baud)
	}
	table, err := escpos.LoadTable(profiles)
	if err != nil {
		return cfg, fmt.Errorf("--profiles: %w", err)
	}
	if cfg.profile, err = table.ByName(profile); err != nil {
		return cfg, fmt.Errorf("--profile: %w", err)
	}
	if cfg.profile.Auto {
		return cfg, fmt.Errorf("--profile %s: a printer knows what it is: allowed are %s", profile, profileNames(table))
	}
	if _, _, err := net.SplitHostPort(cfg.listen); err != nil {
		return cfg, fmt.Errorf("--listen %q: host:port is allowed: %w", cfg.listen, err)
	}
	return cfg, cfg.reader.check()
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
	if b.readers, err = plugReaders(cfg.reader); err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, b.readers.close()) }()
	if err := b.announce(out, l.Addr()); err != nil {
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

// announce says in one line where everything is.
func (b *bench) announce(out io.Writer, page net.Addr) error {
	s := fmt.Sprintf("device bench: http://%s  printer: %s (%s, %d baud)", page, b.cfg.link, b.cfg.profile.Name, b.cfg.baud)
	for _, r := range b.readers.state() {
		s += fmt.Sprintf("  %s: %s (%s, %d baud)", r.Reader, r.Device, r.Kind, r.Baud)
	}
	_, err := fmt.Fprintln(out, s)
	return err
}
