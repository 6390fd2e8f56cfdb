package dukcapil_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loket/queue-server/internal/registry/dukcapil"
)

const secret = "kata-sandi-contoh"

// write makes a directory with a configuration and its password file, and returns the first's path.
func write(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "registry.toml")
	for name, file := range map[string]struct {
		text string
		mode os.FileMode
	}{path: {text, 0o640}, filepath.Join(dir, "password"): {secret + "\nsecond line\n", mode}} {
		if err := os.WriteFile(name, []byte(file.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name, file.mode); err != nil { // past the umask
			t.Fatal(err)
		}
	}
	return path
}

const sound = `
adapter = "verify"
url = "https://192.0.2.1:8443/dukcapil/get_json/"
institution = "kota-contoh"
user_id = "loket"
password_file = "password"
ip_user = "192.0.2.7"
`

func TestAConfigurationIsReadWithItsDefaults(t *testing.T) {
	got, err := dukcapil.ReadConfig(write(t, sound, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	if got.Password != secret || got.URL != "https://192.0.2.1:8443/dukcapil/get_json" || got.Timeout != dukcapil.DefaultTimeout ||
		got.Threshold != dukcapil.DefaultThreshold || got.RequestsPerSecond != dukcapil.DefaultRequestsPerSecond || got.DateFormat != "02-01-2006" {
		t.Errorf("got %+v", got)
	}
	got, err = dukcapil.ReadConfig(write(t, sound+`
key_case = "lower"
date_format = "YYYY/MM/DD"
threshold = 85
pins = ["sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
timeout = "12s"
requests_per_second = 2.5
quota_alarm = 500
hours = "07:00-21:00"
`, 0o400))
	if err != nil {
		t.Fatal(err)
	}
	if got.KeyCase != dukcapil.Lower || got.DateFormat != "2006/01/02" || got.Threshold != 85 || len(got.Pins) != 1 || got.Timeout != 12*time.Second ||
		got.RequestsPerSecond != 2.5 || got.QuotaAlarm != 500 || got.Hours != (dukcapil.Hours{From: 420, To: 1260}) {
		t.Errorf("got %+v", got)
	}
	if got, err := dukcapil.ReadConfig(write(t, `adapter = "none"`, 0o600)); err != nil || got.Adapter != dukcapil.None {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAWrongConfigurationIsRefusedWithOneClearLine(t *testing.T) {
	for _, c := range []struct {
		text string
		mode os.FileMode
		says string
	}{
		{sound + `pasword_file = "x"`, 0o600, `unknown key "pasword_file"; allowed are adapter,`},
		{sound + "threshold = \"x", 0o600, "line 8"},
		{sound + `threshold = 0`, 0o600, "threshold"},
		{sound + `threshold = 101`, 0o600, "threshold"},
		{sound + `timeout = "soon"`, 0o600, "timeout"},
		{sound + `timeout = "-1s"`, 0o600, "timeout"},
		{sound + `hours = "7-21"`, 0o600, "hours"},
		{sound + `date_format = "DD-MM-YY"`, 0o600, "date_format"},
		{sound + `date_format = "DD-DD-YYYY"`, 0o600, "date_format"},
		{sound + `key_case = "title"`, 0o600, "allowed are upper, lower"},
		{sound + `requests_per_second = 0.0`, 0o600, "requests_per_second"},
		{sound + `requests_per_second = nan`, 0o600, "requests_per_second"},
		{sound + `quota_alarm = -1`, 0o600, "quota_alarm"},
		{sound + `pins = ["sha256/AAAA"]`, 0o600, "pin"},
		{sound + `pins = ["sha1/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]`, 0o600, "pin"},
		{strings.Replace(sound, "verify", "dukcapil", 1), 0o600, "allowed are call_nik, verify, none"},
		{strings.Replace(sound, "https:", "http:", 1), 0o600, "https://"},
		{strings.Replace(sound, "get_json/", "get_json?a=b", 1), 0o600, "url"},
		{strings.Replace(sound, "kota-contoh", "kota/../lain", 1), 0o600, "institution"},
		{strings.Replace(sound, `user_id = "loket"`, "", 1), 0o600, "user_id is missing"},
		{strings.Replace(sound, `password_file = "password"`, "", 1), 0o600, "password_file is missing"},
		{strings.Replace(sound, `"password"`, `"nowhere"`, 1), 0o600, "password_file"},
		{strings.Replace(sound, `"password"`, `"."`, 1), 0o600, "password_file"},
		{sound, 0o640, "chmod 600"},
		{sound, 0o604, "chmod 600"},
		{sound, 0o620, "chmod 600"},
	} {
		path := write(t, c.text, c.mode)
		_, err := dukcapil.ReadConfig(path)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), path) {
			t.Errorf("got %v, want one line with %q", err, c.says)
		}
	}
	if _, err := dukcapil.ReadConfig(filepath.Join(t.TempDir(), "none.toml")); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestAPasswordIsNotPrintedByAccident(t *testing.T) {
	c := dukcapil.Config{Adapter: dukcapil.Verify, Password: secret}
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("config", slog.Any("config", c), slog.Any("password", c.Password))
	for _, text := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v %s %q", c, c, c.Password, c.Password), string(raw), log.String()} {
		if strings.Contains(text, secret) {
			t.Errorf("it is in %s", text)
		}
	}
}

func TestHoursAreKept(t *testing.T) {
	zone := time.FixedZone("WIB", 7*3600)
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.IntRange(0, 24*60-1)
		h := rapid.Custom(func(t *rapid.T) dukcapil.Hours {
			return dukcapil.Hours{From: minutes.Draw(t, "from"), To: minutes.Draw(t, "to")}
		}).Filter(func(h dukcapil.Hours) bool { return h.From != h.To || h.From == 0 }).Draw(t, "hours") // ParseHours refuses the others
		now := time.Date(2026, 2, 28, 0, 0, rapid.IntRange(0, 24*3600-1).Draw(t, "second"), 0, zone)
		next := h.Next(now)
		if !h.Contains(next) || next.Before(now) || next.Sub(now) > 24*time.Hour {
			t.Fatalf("%s: after %s comes %s", h, now, next)
		}
		if h.Contains(now) != next.Equal(now) {
			t.Fatalf("%s: %s is in it %t, and the next is %s", h, now, h.Contains(now), next)
		}
		if !next.Equal(now) && h.Contains(next.Add(-time.Minute)) {
			t.Fatalf("%s: %s comes late", h, next)
		}
		if back, err := dukcapil.ParseHours(h.String()); err != nil || back != h {
			t.Fatalf("%v is written %s and read %v, %v", h, h, back, err)
		}
	})
}

func TestHoursThatAreNone(t *testing.T) {
	for _, text := range []string{"7:00-21:00", "07:00", "07:60-21:00", "24:00-21:00", "07:00-24:01", "07:00-07:00", "07.00-21.00", "ab:cd-ef:gh", "-1:00-21:00", "07:00-21:00 "} {
		if h, err := dukcapil.ParseHours(text); err == nil {
			t.Errorf("%q is %v", text, h)
		}
	}
	if h, err := dukcapil.ParseHours("07:00-24:00"); err != nil || !h.Contains(time.Date(2026, 1, 1, 23, 59, 0, 0, time.UTC)) {
		t.Errorf("until midnight: %v %v", h, err)
	}
}
