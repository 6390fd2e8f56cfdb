// Package catalog has the sample catalogues: a Mal Pelayanan Publik with thirteen agencies, and a
// kelurahan office. They are example data in the format of the server's catalogue import: a start
// for a new office, training, demos and tests. Names of agencies are those of the real institutions,
// but requirements, fees and times must be checked by the office before it serves anybody.
//
// It does not read or check a catalogue; the queue package of the server does.
package catalog

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.json
var files embed.FS

// ErrUnknown is wrapped by Sample when no sample has the name.
var ErrUnknown = errors.New("unknown sample catalogue")

// Sample returns the JSON of the sample with this name, one of Names. The caller may change the bytes.
func Sample(name string) ([]byte, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("%w %q (there are: %s)", ErrUnknown, name, strings.Join(Names(), ", "))
	}
	raw, err := files.ReadFile(name + ".json")
	if err != nil {
		return nil, fmt.Errorf("read sample catalogue %q: %w", name, err)
	}
	return raw, nil
}

// Names returns the names of all samples in alphabetical order.
func Names() []string {
	found, err := fs.Glob(files, "*.json")
	if err != nil {
		panic(err) // the pattern is constant
	}
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = strings.TrimSuffix(f, ".json")
	}
	slices.Sort(names)
	return names
}
