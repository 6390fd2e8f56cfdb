package escpos

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// ErrProfiles is the error of a profiles file that cannot be used. Its text is one line that says what is wrong and
// what is allowed.
var ErrProfiles = errors.New("printer profiles")

// The limits of a profiles file.
const (
	maxFileBytes    = 64 << 10
	maxFileProfiles = 64
	maxModels       = 16
	maxTitle        = 80 // characters, also of a model
	maxCommand      = 16 // bytes, of what a presenter is told
	cellDots        = 12 // width of a character of font A
)

// entry is a profile as it stands in a file. What is left out is as in the base.
type entry struct {
	Name      string   `toml:"name"`
	Base      string   `toml:"base"`
	Title     string   `toml:"title"`
	Models    []string `toml:"models"`
	WidthDots *int     `toml:"width_dots"`
	Columns   *int     `toml:"columns"`
	DPI       *int     `toml:"dpi"`
	LineDots  *int     `toml:"line_dots"`
	EdgeDots  *int     `toml:"head_to_edge_dots"`
	Buffer    *int     `toml:"buffer_bytes"`
	Speed     *int     `toml:"paper_mm_per_second"`
	CutMS     *int     `toml:"cut_ms"`
	NativeQR  *bool    `toml:"native_qr"`
	Cutter    *bool    `toml:"cutter"`
	ProcessID *bool    `toml:"process_id"`
	Clears    *bool    `toml:"clears_buffer"`
	Status    *string  `toml:"status"`
	Presenter *bool    `toml:"presenter"`
	Present   *string  `toml:"present"`
	Retract   *string  `toml:"retract"`
}

// fileKeys are the keys of an entry, as an error lists them.
const fileKeys = "name, base, title, models, width_dots, columns, dpi, line_dots, head_to_edge_dots, buffer_bytes, " +
	"paper_mm_per_second, cut_ms, native_qr, cutter, process_id, clears_buffer, status, presenter, present, retract"

// LoadTable is the known models and before them those of a profiles file; "" names no file. The errors are those
// of ReadProfiles and of the file system.
func LoadTable(path string) (Table, error) {
	if path == "" {
		return Builtin(), nil
	}
	f, err := os.Open(path) //nolint:gosec // the path is the administrator's
	if err != nil {
		return nil, fmt.Errorf("printer profiles: %w", err)
	}
	extra, err := ReadProfiles(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return append(Table(extra), profiles...), nil
}

// ReadProfiles reads a profiles file: TOML with a [[profile]] for each model, described in drivers/README.md. The
// error is ErrProfiles, or that of r.
func ReadProfiles(r io.Reader) ([]Profile, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read printer profiles: %w", err)
	}
	if len(text) > maxFileBytes {
		return nil, fmt.Errorf("%w: the file is longer than %d bytes", ErrProfiles, maxFileBytes)
	}
	var file struct {
		Profile []entry `toml:"profile"`
	}
	meta, err := toml.Decode(string(text), &file)
	if err != nil {
		return nil, badTOML(err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("%w: unknown key %q: allowed in a [[profile]] are %s", ErrProfiles, unknown[0].String(), fileKeys)
	}
	if n := len(file.Profile); n < 1 || n > maxFileProfiles {
		return nil, fmt.Errorf("%w: %d times [[profile]]: allowed are 1 to %d", ErrProfiles, n, maxFileProfiles)
	}
	table := Builtin()
	for _, e := range file.Profile {
		p, err := e.profile(table)
		if err != nil {
			return nil, fmt.Errorf("%w: profile %q: %w", ErrProfiles, e.Name, err)
		}
		table = append(table, p)
	}
	return table[len(profiles):], nil
}

// badTOML says in one line where a file is no TOML, or has a value of another kind.
func badTOML(err error) error {
	var bad toml.ParseError
	if errors.As(err, &bad) {
		return fmt.Errorf("%w: line %d: %s", ErrProfiles, bad.Position.Line, oneLine(bad.Message))
	}
	return fmt.Errorf("%w: %s", ErrProfiles, oneLine(err.Error()))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

var fileName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// profile makes the profile of an entry; table has those before it.
func (e entry) profile(table Table) (Profile, error) {
	if !fileName.MatchString(e.Name) {
		return Profile{}, errors.New("name: allowed are 1 to 32 of a-z, 0-9 and -, such as bank-80")
	}
	if _, err := table.ByName(e.Name); err == nil {
		return Profile{}, errors.New("name: there is one of this name already")
	}
	base := e.Base
	if base == "" {
		base = generic.Name
	}
	p, err := table.ByName(base)
	if err != nil || p.Auto {
		return Profile{}, fmt.Errorf("base %q: allowed are %s", base, strings.Join(table.Names()[1:], ", "))
	}
	p.Name, p.Title, p.Models = e.Name, e.Name, nil
	for _, set := range []func(*Profile) error{e.words, e.numbers, e.abilities, e.presenter} {
		if err := set(&p); err != nil {
			return Profile{}, err
		}
	}
	return p, nil
}

// words takes the texts.
func (e entry) words(p *Profile) error {
	if e.Title != "" {
		p.Title = e.Title
	}
	if len(e.Models) > maxModels {
		return fmt.Errorf("models: %d of them: allowed are at most %d", len(e.Models), maxModels)
	}
	for _, s := range append([]string{p.Title}, e.Models...) {
		if s == "" || len(s) > maxTitle || ASCII(s) != s {
			return fmt.Errorf("title and models: %q: allowed are 1 to %d printable ASCII characters", s, maxTitle)
		}
	}
	p.Models = append(p.Models, e.Models...)
	return nil
}

// numbers takes the measures.
func (e entry) numbers(p *Profile) error {
	cut := int(p.CutTime / time.Millisecond)
	for _, n := range []struct {
		key         string
		value       *int
		to          *int
		least, most int
	}{
		{"width_dots", e.WidthDots, &p.WidthDots, 192, 832},
		{"columns", e.Columns, &p.Columns, 16, 69},
		{"dpi", e.DPI, &p.DPI, 150, 300},
		{"line_dots", e.LineDots, &p.LineDots, heightDots, 64},
		{"head_to_edge_dots", e.EdgeDots, &p.HeadToEdgeDots, 0, 400},
		{"buffer_bytes", e.Buffer, &p.BufferBytes, 256, 1 << 20},
		{"paper_mm_per_second", e.Speed, &p.PaperSpeed, 10, 500},
		{"cut_ms", e.CutMS, &cut, 0, 5000},
	} {
		if n.value == nil {
			continue
		}
		if *n.value < n.least || *n.value > n.most {
			return fmt.Errorf("%s %d: allowed are %d to %d", n.key, *n.value, n.least, n.most)
		}
		*n.to = *n.value
	}
	p.CutTime = time.Duration(cut) * time.Millisecond
	if p.WidthDots%8 != 0 {
		return fmt.Errorf("width_dots %d: allowed are multiples of 8", p.WidthDots)
	}
	if most := p.WidthDots / cellDots; p.Columns > most {
		return fmt.Errorf("columns %d: allowed are 16 to %d on %d dots", p.Columns, most, p.WidthDots)
	}
	return nil
}

// dialects are the names of the dialects in a file.
var dialects = map[string]Dialect{"epson": EpsonStatus, "citizen": CitizenStatus, "custom": CustomStatus}

// abilities takes what the printer can do.
func (e entry) abilities(p *Profile) error {
	for _, b := range []struct{ value, to *bool }{
		{e.NativeQR, &p.NativeQR}, {e.Cutter, &p.Cutter}, {e.ProcessID, &p.ProcessID}, {e.Clears, &p.ClearsBuffer},
	} {
		if b.value != nil {
			*b.to = *b.value
		}
	}
	if e.Cutter != nil {
		p.FeedsFirst = false // now it is known
	}
	if e.Status == nil {
		return nil
	}
	d, ok := dialects[*e.Status]
	if !ok {
		return fmt.Errorf("status %q: allowed are epson, citizen, custom", *e.Status)
	}
	p.Dialect = d
	return nil
}

// presenter takes what a presenter is told.
func (e entry) presenter(p *Profile) error {
	if e.Presenter != nil {
		if p.Presenter.Holds = *e.Presenter; !p.Presenter.Holds {
			p.Presenter = Presenter{}
		}
	}
	for _, c := range []struct {
		key   string
		value *string
		to    *[]byte
	}{{"present", e.Present, &p.Presenter.Present}, {"retract", e.Retract, &p.Presenter.Retract}} {
		if c.value == nil {
			continue
		}
		b, err := hex.DecodeString(strings.ReplaceAll(*c.value, " ", ""))
		if err != nil || len(b) > maxCommand {
			return fmt.Errorf("%s: allowed are at most %d bytes in hexadecimal, such as \"1D 65 02\"", c.key, maxCommand)
		}
		*c.to = b
	}
	switch {
	case !p.Presenter.Holds && len(p.Presenter.Present)+len(p.Presenter.Retract) > 0:
		return errors.New("present and retract: allowed only with presenter = true")
	case p.Presenter.Holds && (!p.Cutter || p.Dialect == EpsonStatus):
		return errors.New("presenter: allowed only with cutter = true and status = \"citizen\" or \"custom\", which tell of a slip that is held out")
	}
	return nil
}
