package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"

	"loket/drivers/escpos"
	"loket/drivers/serialport"
	"loket/queue-server/client"
)

// flags are the settings of a kiosk, from the command line or from a file with the same names.
type flags struct {
	Config kong.ConfigFlag `help:"Read settings from this TOML file; its keys are the names of these flags." placeholder:"FILE"`

	Server string `help:"Address of the queue server, such as http://192.168.1.10:8080." required:"" placeholder:"URL"`
	State  string `help:"Directory for this kiosk's token and for tickets that a crash must not lose." default:"kiosk-state" placeholder:"DIR"`
	Pair   string `help:"Pairing code from the administrator's page; used once, the token is kept in the state directory." placeholder:"CODE"`
	Name   string `help:"Short name of this kiosk, printed on slips; the name given on the administrator's page if left out." placeholder:"K1"`

	Printer         string `help:"Serial device of the slip printer, best a udev link such as /dev/loket-printer. Without one, numbers are shown on the screen only." placeholder:"DEVICE"`
	PrinterProfile  string `help:"Model of the printer: ${profiles}. auto asks the printer." default:"epson-tm-t82" placeholder:"NAME"`
	PrinterProfiles string `help:"File of more printer profiles, described in drivers/README.md." placeholder:"FILE"`
	PrinterFlow     string `help:"Flow control of the printer's line: ${enum}." enum:"none,xonxoff,rtscts" default:"none"`
	PrinterOneWay   bool   `help:"The printer's answers are not wired: slips count as printed once they are sent."`
	Baud            int    `help:"Speed of the printer's line in bits a second." default:"9600"`

	Reader     string `help:"Serial device of the card reader, best a udev link such as /dev/loket-reader." placeholder:"DEVICE"`
	ReaderKind string `help:"What the card reader speaks: ${enum}." enum:"pn532,acr122s,line" default:"pn532"`
	Scanner    string `help:"Serial device of the bar code and QR scanner." placeholder:"DEVICE"`

	Windowed    size   `help:"Run in a window of this size instead of on the whole screen, such as 1080x1920." placeholder:"WxH"`
	Orientation string `help:"How the screen hangs: ${enum}. auto follows --windowed, and is portrait on the whole screen." enum:"auto,portrait,landscape" default:"auto"`
	LogFormat   string `help:"Form of the log on standard error: ${enum}." enum:"text,json" default:"text"`
}

// landscape says whether the screen is wider than high.
func (f flags) landscape() bool {
	return f.Orientation == "landscape" || (f.Orientation == "auto" && f.Windowed.width > f.Windowed.height)
}

// line describes the printer's serial line.
func (f flags) line() serialport.Config {
	return serialport.Config{Device: f.Printer, Baud: f.Baud, Flow: serialport.Flow(f.PrinterFlow)}
}

// size is a window's size in pixels; zero means the whole screen.
type size struct{ width, height int }

// UnmarshalText reads "1080x1920".
func (s *size) UnmarshalText(text []byte) error {
	var rest string
	n, err := fmt.Sscanf(string(text)+"\n", "%dx%d%s", &s.width, &s.height, &rest)
	if n != 2 || err == nil || min(s.width, s.height) < 100 || max(s.width, s.height) > 10000 {
		return fmt.Errorf("%q is not a size: want WIDTHxHEIGHT in pixels from 100 to 10000, such as 1080x1920", text)
	}
	return nil
}

// parse reads the command line and the file it names. The error is one line that names what is wrong.
func parse(args []string, out io.Writer, exit func(int)) (flags, error) {
	var f flags
	parser, err := kong.New(&f,
		kong.Name("kiosk"),
		kong.Description("The self-service kiosk of a Loket office."),
		kong.Vars{"profiles": strings.Join(escpos.ProfileNames(), ", ")},
		kong.Configuration(fromTOML),
		kong.Writers(out, out), kong.Exit(exit),
	)
	if err != nil {
		return f, fmt.Errorf("describe flags: %w", err)
	}
	if _, err := parser.Parse(args); err != nil {
		return f, err
	}
	if _, err := client.StreamURL(f.Server); err != nil {
		return f, fmt.Errorf("--server: %w", err)
	}
	table, err := escpos.LoadTable(f.PrinterProfiles)
	if err != nil {
		return f, fmt.Errorf("--printer-profiles: %w", err)
	}
	if _, err := table.ByName(f.PrinterProfile); err != nil {
		return f, fmt.Errorf("--printer-profile: %w", err)
	}
	return f, nil
}

// settings are the keys and values of a settings file.
type settings map[string]any

// fromTOML reads a settings file for kong.
func fromTOML(r io.Reader) (kong.Resolver, error) {
	values := settings{}
	if _, err := toml.NewDecoder(r).Decode(&values); err != nil {
		var bad toml.ParseError
		if errors.As(err, &bad) {
			return nil, fmt.Errorf("settings file, line %d: %s", bad.Position.Line, bad.Message)
		}
		return nil, fmt.Errorf("settings file: %w", err)
	}
	return values, nil
}

// Validate refuses a key that is no flag.
func (s settings) Validate(app *kong.Application) error {
	var allowed []string
	for _, flag := range app.Flags {
		if flag.Name != "help" && flag.Name != "config" {
			allowed = append(allowed, flag.Name)
		}
	}
	for key := range s {
		if !slices.Contains(allowed, key) {
			return fmt.Errorf("settings file: unknown key %q; allowed are %s", key, strings.Join(allowed, ", "))
		}
	}
	return nil
}

// Resolve gives the value of a flag that is not on the command line.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	return s[flag.Name], nil // nil: not in the file
}

// newLog writes to standard error, which systemd keeps.
func newLog(format string) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, nil))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, nil))
}
