// Package settings reads the flags and the optional configuration file of the display program.
// It opens no connection and no window.
//
// Its invariant: what Parse returns without an error is complete and consistent; every error is one
// line that names what is wrong and what is allowed.
package settings

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

// Settings are the flags of the display. In the configuration file a key is a flag's name with
// underscores for dashes.
type Settings struct {
	Config     kong.ConfigFlag `help:"Configuration file in TOML; flags win over it." placeholder:"FILE"`
	Server     string          `help:"Address of the queue server (${default})." default:"http://127.0.0.1:8080" placeholder:"URL"`
	State      string          `help:"Directory that keeps this display's token (${default})." default:"/var/lib/loket-display" placeholder:"DIR"`
	Pair       string          `help:"Pairing code from the admin page; needed once." placeholder:"CODE"`
	Zone       string          `help:"Zone to show instead of the one the display was paired for; all: the whole hall." placeholder:"ID"`
	Fullscreen bool            `help:"Fill the screen, the second one if there is one (this is the default)." xor:"window"`
	Windowed   Size            `help:"Show a window of this size instead, such as 1920x1080." xor:"window" placeholder:"WxH"`
	LogFormat  string          `help:"Format of the log on standard error: ${enum}." enum:"text,json" default:"text"`
}

// Size is the size of a window in pixels; zero is the whole screen.
type Size struct{ Width, Height int }

// The sizes that a window may have.
const (
	minSide = 320
	maxSide = 16384
)

// UnmarshalText reads a size as "1920x1080".
func (s *Size) UnmarshalText(text []byte) error {
	w, h, ok := strings.Cut(string(text), "x")
	width, err1 := strconv.Atoi(w)
	height, err2 := strconv.Atoi(h)
	if !ok || err1 != nil || err2 != nil || min(width, height) < minSide || max(width, height) > maxSide {
		return fmt.Errorf("%q is not a size: want WIDTHxHEIGHT of %d to %d pixels, such as 1920x1080", text, minSide, maxSide)
	}
	s.Width, s.Height = width, height
	return nil
}

// Parse reads arguments without the program's name, and the configuration file that they name. Help
// goes to out, and then exit is called.
func Parse(args []string, out io.Writer, exit func(int)) (Settings, error) {
	var s Settings
	parser, err := kong.New(&s,
		kong.Name("display"), kong.Description("Loket's wall display: who is called, who is served, what waits."),
		kong.Configuration(file), kong.Writers(out, out), kong.Exit(exit))
	if err != nil {
		return Settings{}, fmt.Errorf("describe flags: %w", err)
	}
	if _, err := parser.Parse(args); err != nil {
		return Settings{}, err
	}
	return s, nil
}

// Logger returns the program's log.
func (s Settings) Logger(w io.Writer) *slog.Logger {
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// values is the content of a configuration file.
type values map[string]any

func file(r io.Reader) (kong.Resolver, error) {
	v := values{}
	if _, err := toml.NewDecoder(r).Decode(&v); err != nil {
		var broken toml.ParseError
		if errors.As(err, &broken) {
			return nil, fmt.Errorf("configuration file, line %d: %s", broken.Position.Line, broken.Message)
		}
		return nil, fmt.Errorf("read configuration file: %w", err)
	}
	return v, nil
}

func key(flag string) string { return strings.ReplaceAll(flag, "-", "_") }

// Validate refuses keys that no flag has.
func (v values) Validate(app *kong.Application) error {
	var allowed []string
	for _, f := range app.Flags {
		if f.Name != "help" && f.Name != "config" {
			allowed = append(allowed, key(f.Name))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(v)) {
		if !slices.Contains(allowed, k) {
			return fmt.Errorf("configuration file: unknown key %q; allowed are %s", k, strings.Join(allowed, ", "))
		}
	}
	return nil
}

// Resolve gives the value of a flag that the command line does not have.
func (v values) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, ok := v[key(flag.Name)]
	if !ok {
		return nil, nil //nolint:nilnil // kong's way to say that there is no value
	}
	_, isBool := value.(bool)
	_, isText := value.(string)
	switch {
	case flag.IsBool() && !isBool:
		return nil, fmt.Errorf("configuration file: %s must be true or false", key(flag.Name))
	case !flag.IsBool() && !isText:
		return nil, fmt.Errorf("configuration file: %s must be a text in quotes", key(flag.Name))
	}
	return value, nil
}
