// Package config reads what the queue server is told at its start: flags, and a TOML file with the same names.
//
// A flag wins over the file. Its one invariant: a name or value that does not exist is refused with one line that
// names it and says what is allowed; nothing is ignored.
package config

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"

	"loket/assets/catalog"
)

// Options is the command line.
type Options struct {
	Config     string `help:"TOML file with the same names as the flags, without the dashes." type:"path" placeholder:"FILE"`
	Data       string `help:"Directory of the office's database; made when it is missing." default:"./data" type:"path"`
	PersonKeys string `help:"File with the keys of personal data; made when it is missing. Without it, person.keys in the data directory." type:"path" placeholder:"FILE"`
	LogFormat  string `help:"How log lines are written: text or json." enum:"text,json" default:"text"`

	Serve   Serve   `cmd:"" default:"withargs" help:"Run the office (this is what happens without a command)."`
	Verify  Verify  `cmd:"" help:"Fold the whole event log and compare everything that follows from it."`
	Backup  Backup  `cmd:"" help:"Copy the database, also beside a running server, and verify the copy."`
	Catalog Catalog `cmd:"" help:"Export, import or check the catalogue as one JSON file."`
	User    User    `cmd:"" help:"Add a user, when nobody can log in any more."`
	Import  Import  `cmd:"" help:"Import the names of regions, which officers are shown beside a NIK."`
	Key     Key     `cmd:"" help:"Give the personal data new keys."`
	Sandbox Sandbox `cmd:"" help:"Stand in for the population registry, with made-up people: for training, demos and tests."`
}

// Serve are the options of the running office.
type Serve struct {
	Listen            string  `help:"Address to answer on." default:"127.0.0.1:8080"`
	PublicURL         string  `help:"Address as citizens' phones reach it; without it, http:// and the listening address." placeholder:"URL"`
	Catalog           string  `help:"Catalogue to start a new office with; an existing office keeps its own." type:"path" placeholder:"FILE"`
	Sample            string  `help:"Built-in catalogue to start a new office with, when there is no --catalog: ${samples}." default:"mpp"`
	OpenAllHours      bool    `help:"Ignore opening hours, breaks and holidays: for training and demos."`
	AdminPasswordFile string  `help:"First line is the password of the user admin, who is made when there is no user." type:"path" placeholder:"FILE"`
	RequestsPerSecond float64 `help:"Requests that one connection may make each second." default:"50"`
	MaxConnections    int     `help:"Connections open at once." default:"20000"`
	Registry          string  `help:"TOML file that says how the population registry is reached; without it, nobody is looked up." type:"path" placeholder:"FILE"`
	RetentionDays     int     `help:"Days after the last visit when a person is erased." default:"90"`
}

// Verify has no options of its own.
type Verify struct{}

// Backup says where the copy goes.
type Backup struct {
	File string `arg:"" help:"New file for the copy." type:"path"`
}

// Catalog has the three things one can do with a catalogue.
type Catalog struct {
	Export struct {
		File string `arg:"" help:"New file; - is standard output." default:"-"`
	} `cmd:"" help:"Write the office's catalogue."`
	Import struct {
		File string `arg:"" help:"Catalogue file." type:"existingfile"`
	} `cmd:"" help:"Replace the office's catalogue. The server must not run; a running one takes it on its admin page."`
	Check struct {
		File string `arg:"" help:"Catalogue file." type:"existingfile"`
	} `cmd:"" help:"Check a catalogue file and name everything that is wrong with it."`
}

// User has the one thing one can do with users from here.
type User struct {
	Add struct {
		Login        string `arg:"" help:"Name to log in with."`
		Name         string `help:"Name as it is shown." required:""`
		Role         string `help:"officer or admin." enum:"officer,admin" default:"officer"`
		PasswordFile string `help:"First line is the password." type:"existingfile" required:"" placeholder:"FILE"`
	} `cmd:"" help:"Add a user. The server must not run."`
}

// Import has the one thing one can import from here.
type Import struct {
	Regions struct {
		File string `arg:"" help:"CSV file with a code and a name a line: 19.71.04,Rangkui." type:"existingfile"`
	} `cmd:"" help:"Replace the names of regions by those of a file. The server must not run."`
}

// Key has the one thing one can do with the keys of personal data.
type Key struct {
	Rotate struct{} `cmd:"" help:"Encrypt all persons anew with new keys. The old file of keys stays beside the new one, with the UTC date and time after its name (person.keys.20261123T021407Z): copies of the database made before need it. The server must not run; it can be repeated when it was cut short."`
}

// Sandbox are the options of the stand-in for the population registry.
type Sandbox struct {
	Listen  string `help:"Address to answer on, with TLS." default:"127.0.0.1:8443"`
	Dir     string `help:"Directory for its certificate and for registry.toml, which --registry of serve takes." default:"./sandbox" type:"path"`
	Adapter string `help:"Service that registry.toml asks: verify or call_nik." enum:"verify,call_nik" default:"call_nik"`
}

// ErrUsage is wrapped by every error about the command line or the file. It asks for exit code 2.
var ErrUsage = errors.New("usage")

// Parse reads the command line, and the TOML file that it names. It returns the chosen command
// ("serve", "catalog import <file>", ...). help is where --help is written; helped says that it was.
func Parse(args []string, help io.Writer) (opt Options, command string, helped bool, err error) {
	parser, err := kong.New(&opt,
		kong.Name("queue-server"), kong.Description("The server of one Loket office."),
		kong.Vars{"samples": strings.Join(catalog.Names(), ", ")},
		kong.Writers(help, help), kong.Exit(func(int) { helped = true }),
	)
	if err != nil {
		return opt, "", false, fmt.Errorf("describe the command line: %w", err)
	}
	chosen, err := parser.Parse(args)
	if helped {
		return opt, "", true, nil
	}
	if err != nil {
		return opt, "", false, usage(withAllowed(err))
	}
	if opt.Config != "" {
		values, err := readFile(opt.Config, chosen)
		if err != nil {
			return opt, "", false, usage(err)
		}
		// The file's values go before the command line, so that a flag on it wins.
		opt = Options{}
		if chosen, err = parser.Parse(append(slices.Clone(values), args...)); err != nil {
			return opt, "", false, usage(fmt.Errorf("%s: %w", opt.Config, err))
		}
	}
	if err := opt.check(); err != nil {
		return opt, "", false, usage(err)
	}
	return opt, chosen.Command(), false, nil
}

// withAllowed adds what is allowed to an error of the command line.
func withAllowed(err error) error {
	var wrong *kong.ParseError
	if !errors.As(err, &wrong) || wrong.Context == nil {
		return err
	}
	var names []string
	flags := wrong.Context.Flags()
	if wrong.Context.Selected() == nil { // no command: it would be the default one
		flags = append(flags, wrong.Context.Model.DefaultCmd.Flags...)
	}
	for _, f := range flags {
		names = append(names, "--"+f.Name)
	}
	sort.Strings(names)
	names = slices.Compact(names)
	return fmt.Errorf("%w; allowed are %s", err, strings.Join(names, ", "))
}

func usage(err error) error { return fmt.Errorf("%w: %w", ErrUsage, err) }

// readFile turns a TOML file into flags.
func readFile(path string, chosen *kong.Context) ([]string, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the file that the user named
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	var values map[string]any
	if err := toml.Unmarshal(raw, &values); err != nil {
		return nil, fmt.Errorf("config %s: %w", path, err)
	}
	known := make(map[string]bool)
	for _, f := range chosen.Flags() {
		known[f.Name] = f.Name != "help" && f.Name != "config"
	}
	var names []string
	for name, ok := range known {
		if ok {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var flags []string
	for name, value := range values {
		if !known[name] {
			return nil, fmt.Errorf("config %s: unknown key %q; allowed are %s", path, name, strings.Join(names, ", "))
		}
		switch value.(type) {
		case string, bool, int64, float64:
			flags = append(flags, fmt.Sprintf("--%s=%v", name, value))
		default:
			return nil, fmt.Errorf("config %s: %s must be one text, number, true or false", path, name)
		}
	}
	sort.Strings(flags)
	return flags, nil
}

// webAddress says whether a text is the address of a web site, without a query.
func webAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && u.RawQuery == "" && u.Fragment == ""
}

// check refuses values that kong cannot judge.
func (o *Options) check() error {
	s := &o.Serve
	if _, _, err := net.SplitHostPort(s.Listen); s.Listen != "" && err != nil {
		return fmt.Errorf("--listen %q: want host:port, such as 127.0.0.1:8080 or :8080", s.Listen)
	}
	if s.PublicURL != "" && !webAddress(s.PublicURL) {
		return fmt.Errorf("--public-url %q: want http://host:port or https://host", s.PublicURL)
	}
	if s.Sample != "" && !slices.Contains(catalog.Names(), s.Sample) {
		return fmt.Errorf("--sample %q: allowed are %s", s.Sample, strings.Join(catalog.Names(), ", "))
	}
	if s.RetentionDays < 1 || s.RetentionDays > 3650 {
		return fmt.Errorf("--retention-days %d: want 1 to 3650", s.RetentionDays)
	}
	if s.RequestsPerSecond < 0 || s.MaxConnections < 0 {
		return errors.New("--requests-per-second and --max-connections must be more than 0")
	}
	return nil
}
