package settings

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func parse(t *testing.T, args ...string) (Settings, error) {
	t.Helper()
	return Parse(args, &bytes.Buffer{}, func(int) {})
}

func config(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "display.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "--config=" + path
}

func TestFlagsWinOverTheFileAndTheFileOverDefaults(t *testing.T) {
	s, err := parse(t, config(t, "server = \"http://10.0.0.2:8080\"\nzone = \"timur\"\nwindowed = \"1280x720\"\nlog_format = \"json\""), "--zone=barat")
	if err != nil {
		t.Fatal(err)
	}
	if s.Server != "http://10.0.0.2:8080" || s.Zone != "barat" || s.Windowed != (Size{1280, 720}) || s.LogFormat != "json" {
		t.Fatalf("%+v", s)
	}
	if s.State != "/var/lib/loket-display" {
		t.Fatalf("state is %q", s.State)
	}
}

func TestWhatIsWrongIsNamedOnOneLine(t *testing.T) {
	cases := map[string]struct {
		args []string
		want string
	}{
		"unknown flag":      {[]string{"--speed=3"}, "--speed"},
		"unknown key":       {[]string{config(t, `servr = "x"`)}, `"servr"`},
		"key of wrong type": {[]string{config(t, `server = 8080`)}, "server must be a text"},
		"flag of the file":  {[]string{config(t, `fullscreen = "yes"`)}, "fullscreen must be true or false"},
		"broken file":       {[]string{config(t, "server = \n")}, "line 1"},
		"size in the file":  {[]string{config(t, `windowed = "big"`)}, `"big"`},
		"no such file":      {[]string{"--config=/nonexistent/display.toml"}, "/nonexistent/display.toml"},
		"size":              {[]string{"--windowed=1920"}, "1920x1080"},
		"tiny size":         {[]string{"--windowed=19x10"}, "320"},
		"two windows":       {[]string{"--windowed=1920x1080", "--fullscreen"}, "fullscreen"},
		"log format":        {[]string{"--log-format=xml"}, "text"},
		"argument":          {[]string{"hall"}, "hall"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := parse(t, c.args...)
			if err == nil {
				t.Fatal("no error")
			}
			if text := err.Error(); !strings.Contains(text, c.want) || strings.Contains(text, "\n") {
				t.Fatalf("%q does not name %q on one line", text, c.want)
			}
		})
	}
}

func FuzzAConfigurationFileNeverPanics(f *testing.F) {
	f.Add([]byte("server = \"x\"\n"))
	f.Add([]byte("[a]\nb = [1, 2]\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _ = parse(t, config(t, string(raw))) // any error is fine
	})
}
