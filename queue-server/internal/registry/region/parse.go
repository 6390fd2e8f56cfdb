package region

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"loket/queue-server/protocol"
)

// Region is a province, regency or district.
type Region struct {
	Code string // 2, 4 or 6 digits
	Name string // as the file writes it
}

// Warning is a line of a file that is odd, or left out, and no reason to refuse the file.
type Warning struct {
	Line int // from 1; 0: the whole file
	Text string
}

func (w Warning) String() string {
	if w.Line == 0 {
		return w.Text
	}
	return fmt.Sprintf("line %d: %s", w.Line, w.Text)
}

// LineError is a line that makes a file no file of regions.
type LineError struct {
	Line int
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Err) }

func (e *LineError) Unwrap() error { return e.Err }

// maxFile bounds a file in bytes. All of Indonesia down to its villages is 3 MiB.
const maxFile = 8 << 20

// maxNameBytes bounds a name.
const maxNameBytes = 120

// Parse reads a file of regions: CSV in UTF-8 with the columns code and name, separated by commas or semicolons, with
// or without a line of headings. A code is written 19.71.04 or 197104. Villages are left out, as no NIK tells one.
func Parse(r io.Reader) ([]Region, []Warning, error) {
	limited := &io.LimitedReader{R: r, N: maxFile + 1}
	in := bufio.NewReader(limited)
	p := parser{names: make(map[string]string)}
	err := p.all(in)
	if limited.N <= 0 {
		err = errors.New("the file is longer than 8 MiB")
	}
	if err == nil && len(p.regions) == 0 {
		err = errors.New("no region is in the file")
	}
	if err != nil {
		return nil, p.warnings, err
	}
	p.orphans()
	return p.regions, p.warnings, nil
}

// parser is what is known of a file so far.
type parser struct {
	regions  []Region
	lines    []int             // of regions
	names    map[string]string // by code
	villages int
	warnings []Warning
}

// all reads line after line.
func (p *parser) all(in *bufio.Reader) error {
	if mark, err := in.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(len(mark)) // they were peeked at, so they are there
	}
	rows := csv.NewReader(in)
	rows.Comma = separator(in)
	rows.FieldsPerRecord = -1 // counted below, with a clearer error
	rows.ReuseRecord = true
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			return &LineError{Line: syntax.Line, Err: syntax.Err}
		}
		if err != nil {
			return err
		}
		line, _ := rows.FieldPos(0)
		if first && !strings.ContainsAny(row[0], "0123456789") {
			continue // headings
		}
		if err := p.row(line, row); err != nil {
			return &LineError{Line: line, Err: err}
		}
	}
}

// separator looks at the first line: spreadsheets here write semicolons.
func separator(in *bufio.Reader) rune {
	head, _ := in.Peek(512) // what there is, is enough; an error comes again with the first read
	line, _, _ := bytes.Cut(head, []byte("\n"))
	if bytes.ContainsRune(line, ';') {
		return ';'
	}
	return ','
}

func (p *parser) row(line int, row []string) error {
	if len(row) != 2 {
		return fmt.Errorf("%d columns, want 2: code and name", len(row))
	}
	code, err := digits(strings.TrimSpace(row[0]))
	if err != nil {
		return err
	}
	name := strings.Join(strings.Fields(row[1]), " ")
	switch {
	case !utf8.ValidString(name):
		return errors.New("the name is not UTF-8")
	case name == "":
		return errors.New("the name is missing")
	case len(name) > maxNameBytes || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("the name is longer than %d bytes, or holds what is no letter", maxNameBytes)
	}
	if len(code) > districtDigits {
		p.villages++
		return nil
	}
	if protocol.NIK(code).Province() == "" {
		p.warn(line, "province "+code[:provinceDigits]+" is not known; left out")
		return nil
	}
	if other, twice := p.names[code]; twice {
		if other != name {
			p.warn(line, "code "+code+" has a name already; left out")
		}
		return nil
	}
	p.names[code] = name
	p.regions, p.lines = append(p.regions, Region{Code: code, Name: strings.Clone(name)}), append(p.lines, line)
	return nil
}

func (p *parser) warn(line int, text string) {
	p.warnings = append(p.warnings, Warning{Line: line, Text: text})
}

// digits reads a code: 19, 19.71, 19.71.04 and 19.71.04.1001, or their digits alone.
func digits(code string) (string, error) {
	parts := strings.Split(code, ".")
	whole := strings.Join(parts, "")
	if whole == "" || strings.Trim(whole, "0123456789") != "" {
		return "", fmt.Errorf("code %.20q is not digits with dots", code)
	}
	if !slices.Contains([]int{2, 4, 6, 10}, len(whole)) {
		return "", fmt.Errorf("code %.20q has %d digits, want 2, 4, 6 or 10 (a spreadsheet may have taken a zero from its end)", code, len(whole))
	}
	for i, part := range parts {
		if want := min(2+2*(i/3), 4); len(parts) > 1 && len(part) != want { // 2, 2, 2 and 4
			return "", fmt.Errorf("code %.20q is not written like 19.71.04", code)
		}
	}
	return whole, nil
}

// orphans warns of what lies in a region without a name, and of villages.
func (p *parser) orphans() {
	for i, r := range p.regions {
		if len(r.Code) == districtDigits && p.names[r.Code[:regencyDigits]] == "" {
			p.warn(p.lines[i], "regency "+r.Code[:regencyDigits]+" of district "+r.Code+" has no name")
		}
	}
	slices.SortStableFunc(p.warnings, func(a, b Warning) int { return a.Line - b.Line })
	if p.villages > 0 {
		p.warn(0, fmt.Sprintf("%d villages left out: no NIK tells one", p.villages))
	}
}
