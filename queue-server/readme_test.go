package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"loket/queue-server/internal/config"
	"loket/queue-server/internal/registry/dukcapil"
	"loket/queue-server/internal/sandbox"
)

// section is the part of README.md from one text to the next occurrence of another.
func section(t *testing.T, from, to string) string {
	t.Helper()
	raw, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(raw), from)
	text, _, ended := strings.Cut(after, to)
	if !found || !ended {
		t.Fatalf("README.md has no part from %q to %q", from, to)
	}
	return text
}

// Whoever copies the file of the registry from README.md and puts her own values in must not meet a refusal.
func TestTheReadmesRegistryFileIsTakenAsItStands(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "registry.toml")
	text := section(t, "```toml\nadapter", "\n```")
	for path, text := range map[string]string{file: "adapter" + text, filepath.Join(dir, "registry.password"): "kata-sandi-contoh\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := dukcapil.ReadConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	if c.Male != "LAKI-LAKI" || c.Female != "PEREMPUAN" || len(c.Pins) != 1 || c.Hours.String() != "07:00-21:00" {
		t.Errorf("read %+v", c)
	}
}

func TestTheReadmeHasEverySwitchOfTheSandbox(t *testing.T) {
	table := section(t, "| switch |", "\n\n")
	raw, err := json.Marshal(sandbox.Switches{})
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `([a-z_]+)` ").FindAllStringSubmatch(table, -1)
	for _, row := range rows {
		if _, ok := fields[row[1]]; !ok {
			t.Errorf("README.md has %q, the sandbox has not", row[1])
		}
		delete(fields, row[1])
	}
	if len(fields) > 0 {
		t.Errorf("README.md does not have %v", fields)
	}
	for _, m := range sandbox.Malformations {
		if !strings.Contains(table, "`"+m+"`") {
			t.Errorf("README.md does not have malformed %q", m)
		}
	}
}

func TestTheReadmesSettingsFileIsKnown(t *testing.T) {
	file := filepath.Join(t.TempDir(), "server.toml")
	if err := os.WriteFile(file, []byte(section(t, "# /etc/loket/server.toml\n", "```")), 0o600); err != nil {
		t.Fatal(err)
	}
	opt, command, _, err := config.Parse([]string{"--config", file}, io.Discard)
	if err != nil || command != "serve" || opt.Data != "/var/lib/loket" || opt.Serve.AdminPasswordFile != "/etc/loket/admin-password" {
		t.Errorf("%q, %+v, %v", command, opt, err)
	}
}
