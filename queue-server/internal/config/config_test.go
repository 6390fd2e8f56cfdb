package config_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"loket/queue-server/internal/config"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "loket.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAWrongNameOrValueIsNamedInOneLineWithWhatIsAllowed(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		file string
		want []string
	}{
		"an unknown flag":         {args: []string{"--prot", "80"}, want: []string{"--prot", "--listen"}},
		"an unknown command":      {args: []string{"destroy"}, want: []string{"destroy"}},
		"a bad address":           {args: []string{"--listen", "8080"}, want: []string{"--listen", "8080", "host:port"}},
		"a bad public URL":        {args: []string{"--public-url", "ftp://x"}, want: []string{"--public-url", "http://"}},
		"an unknown sample":       {args: []string{"--sample", "atlantis"}, want: []string{"atlantis", "kelurahan, mpp"}},
		"an unknown log format":   {args: []string{"--log-format", "xml"}, want: []string{"--log-format", "text", "json"}},
		"a number that is none":   {args: []string{"--max-connections", "many"}, want: []string{"--max-connections", "many"}},
		"a number below zero":     {args: []string{"--requests-per-second=-1"}, want: []string{"--requests-per-second"}},
		"a file that is missing":  {args: []string{"--config", "/nonexistent/loket.toml"}, want: []string{"/nonexistent/loket.toml"}},
		"an unknown key":          {file: `prot = 80`, want: []string{`"prot"`, "listen"}},
		"a key of the wrong kind": {file: `listen = ["a"]`, want: []string{"listen"}},
		"a bad value in the file": {file: `listen = "8080"`, want: []string{"8080", "host:port"}},
		"no TOML":                 {file: `listen`, want: []string{"config"}},
		"a missing argument":      {args: []string{"backup"}, want: []string{"<file>"}},
	} {
		t.Run(name, func(t *testing.T) {
			args := c.args
			if c.file != "" {
				args = append(args, "--config", write(t, c.file))
			}
			_, _, helped, err := config.Parse(args, &bytes.Buffer{})
			if !errors.Is(err, config.ErrUsage) || helped {
				t.Fatalf("got %v, helped %v", err, helped)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %v", err)
			}
			for _, word := range c.want {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%q does not name %s", err, word)
				}
			}
		})
	}
}

func TestAFlagWinsOverTheFileAndTheFileOverTheDefault(t *testing.T) {
	path := write(t, "listen = \"127.0.0.1:1\"\nopen-all-hours = true\nrequests-per-second = 7.5\ndata = \"/from/file\"\n")
	opt, command, _, err := config.Parse([]string{"--config", path, "--listen", "127.0.0.1:2"}, &bytes.Buffer{})
	if err != nil || command != "serve" {
		t.Fatalf("%q, %v", command, err)
	}
	if s := opt.Serve; s.Listen != "127.0.0.1:2" || !s.OpenAllHours || s.RequestsPerSecond != 7.5 || s.Sample != "mpp" || opt.Data != "/from/file" {
		t.Errorf("got %+v", opt)
	}
}

func TestHelpGoesWhereItIsAskedFor(t *testing.T) {
	var out bytes.Buffer
	_, _, helped, err := config.Parse([]string{"--help"}, &out)
	if err != nil || !helped || !strings.Contains(out.String(), "--data") {
		t.Errorf("helped %v, %v: %s", helped, err, out.String())
	}
}
