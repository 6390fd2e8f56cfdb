package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"loket/queue-server/protocol"
)

func TestWrongSettingsAreNamedInOneLine(t *testing.T) {
	dir := t.TempDir()
	file := func(content string) string {
		path := filepath.Join(dir, "kiosk.toml")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	server := []string{"--server", "http://127.0.0.1:8080"}
	tests := []struct {
		name string
		args func() []string
		want []string // all in the message
	}{
		{"no server", func() []string { return nil }, []string{"--server"}},
		{"server is no address", func() []string { return []string{"--server", "ftp://x"} }, []string{"--server", "ftp://x"}},
		{"unknown flag", func() []string { return append(server, "--papr", "x") }, []string{"--papr"}},
		{"window", func() []string { return append(server, "--windowed", "1080x1920x3") }, []string{"--windowed", "WIDTHxHEIGHT"}},
		{"orientation", func() []string { return append(server, "--orientation", "up") }, []string{"--orientation", "portrait"}},
		{"profile", func() []string { return append(server, "--printer-profile", "x") }, []string{"--printer-profile", "clone-58"}},
		{
			"profiles", func() []string {
				return append(server, "--printer-profiles", file("[[profile]]\nname = 'a'\ncolumns = 99"))
			},
			[]string{"--printer-profiles", "columns 99: allowed are"},
		},
		{
			"profile beside a file", func() []string {
				return append(server, "--printer-profiles", file("[[profile]]\nname = 'a'"), "--printer-profile", "x")
			},
			[]string{"--printer-profile", "clone-58", "auto, a, epson"},
		},
		{"baud", func() []string { return append(server, "--baud", "quick") }, []string{"--baud", "quick"}},
		{"unknown key", func() []string { return append(server, "--config", file("printr = 'x'")) }, []string{"printr", "printer-profile"}},
		{"bad TOML", func() []string { return append(server, "--config", file("\n[")) }, []string{"settings file", "line 2"}},
		{"bad value in file", func() []string { return append(server, "--config", file("baud = 'quick'")) }, []string{"baud", "quick"}},
		{"no file", func() []string { return append(server, "--config", filepath.Join(dir, "none")) }, []string{"none"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse(tt.args(), io.Discard, func(int) { t.Error("exit") })
			if err == nil {
				t.Fatal("accepted")
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q does not name %q", err, w)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
		})
	}
}

func TestFileAndFlagsMeanTheSameAndFlagsWin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kiosk.toml")
	content := "server = 'http://10.0.0.1:8080'\nbaud = 115200\nwindowed = '540x960'\nname = 'K7'\nprinter-one-way = true\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := parse([]string{"--config", path, "--name", "K1"}, io.Discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	if f.Server != "http://10.0.0.1:8080" || f.Baud != 115200 || f.Name != "K1" || !f.PrinterOneWay ||
		f.Windowed != (size{540, 960}) || f.PrinterFlow != "none" {
		t.Errorf("%+v", f)
	}
}

func TestTheLayoutFitsTheWindow(t *testing.T) {
	tests := []struct {
		window, orientation string
		landscape           bool
		scale               string
	}{
		{"", "auto", false, "1"},
		{"", "landscape", true, "1"},
		{"1080x1920", "auto", false, "1.0"},
		{"1920x1080", "auto", true, "1.0"},
		{"540x960", "auto", false, "0.5"},
		{"960x540", "auto", true, "0.5"},
		{"1080x1080", "auto", false, "0.5"},
		{"2160x3840", "auto", false, "2.0"},
		{"1080x1920", "landscape", true, "0.5"},
	}
	for _, tt := range tests {
		f := flags{Orientation: tt.orientation}
		if tt.window != "" {
			if err := f.Windowed.UnmarshalText([]byte(tt.window)); err != nil {
				t.Fatal(err)
			}
		}
		if f.landscape() != tt.landscape || f.scale() != tt.scale {
			t.Errorf("%s %s: landscape %v, scale %s", tt.window, tt.orientation, f.landscape(), f.scale())
		}
	}
}

// pairing is a server that knows the code GOOD-1 and GOOD-2, each once.
func pairing(t *testing.T, role protocol.Role) string {
	t.Helper()
	used := map[string]bool{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var req protocol.PairRequest
		if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
			t.Error(err)
		}
		reply := any(protocol.PairReply{Name: "K3", Role: role, Token: "token-" + req.Code})
		if used[req.Code] || !strings.HasPrefix(req.Code, "GOOD") {
			w.WriteHeader(http.StatusForbidden)
			reply = protocol.ErrorReply{Error: &protocol.Error{Code: "code_invalid"}}
		}
		used[req.Code] = true
		if err := json.NewEncoder(w).Encode(reply); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestACodePairsOnceAndTheTokenStays(t *testing.T) {
	server, dir, ctx := pairing(t, protocol.RoleKiosk), t.TempDir(), context.Background()
	if _, err := identify(ctx, server, dir, ""); !errors.Is(err, errUnpaired) {
		t.Fatalf("unpaired: %v", err)
	}
	for _, code := range []string{"GOOD-1", "GOOD-1", ""} { // the unit file may name the spent code for ever
		id, err := identify(ctx, server, dir, code)
		if err != nil {
			t.Fatalf("code %q: %v", code, err)
		}
		if id.Token != "token-GOOD-1" || id.Name != "K3" {
			t.Errorf("code %q: %+v", code, id)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "identity.json"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the token can be read by others: %v", info.Mode())
	}
	if id, err := identify(ctx, server, dir, "GOOD-2"); err != nil || id.Token != "token-GOOD-2" {
		t.Errorf("a new code: %+v %v", id, err)
	}
	var refused *protocol.Error
	if _, err := identify(ctx, server, dir, "BAD"); !errors.As(err, &refused) {
		t.Errorf("a wrong code: %v", err)
	}
	if id, err := identify(ctx, server, dir, ""); err != nil || id.Token != "token-GOOD-2" {
		t.Errorf("a wrong code spoilt the token: %+v %v", id, err)
	}
}

func TestACodeOfADisplayIsRefused(t *testing.T) {
	_, err := identify(context.Background(), pairing(t, protocol.RoleDisplay), t.TempDir(), "GOOD-1")
	if err == nil || !strings.Contains(err.Error(), "display") {
		t.Errorf("%v", err)
	}
}

func TestTwoKiosksDoNotShareAState(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	unlock, err := lockState(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lockState(dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("second kiosk: %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	again, err := lockState(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
}
