package pairing

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"loket/queue-server/protocol"
)

// desk hands out tokens and counts them.
type desk struct {
	asked int
	role  protocol.Role
	err   error
}

func (d *desk) pair(_ context.Context, code string) (protocol.PairReply, error) {
	d.asked++
	return protocol.PairReply{DeviceID: "d1", Role: d.role, Zone: "timur", Token: "token of " + code}, d.err
}

func TestACodeIsUsedOnceAndItsTokenKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "state")
	d := &desk{role: protocol.RoleDisplay}
	for range 3 { // the code stays in the unit file
		p, err := Ensure(t.Context(), dir, "1234-5678", d.pair)
		if err != nil || p.Token != "token of 1234-5678" || p.Zone != "timur" {
			t.Fatalf("%+v, %v", p, err)
		}
	}
	if p, err := Ensure(t.Context(), dir, "", d.pair); err != nil || p.Token == "" {
		t.Fatalf("without the code: %+v, %v", p, err)
	}
	if d.asked != 1 {
		t.Fatalf("asked %d times", d.asked)
	}
	p, err := Ensure(t.Context(), dir, "8765-4321", d.pair)
	if err != nil || p.Token != "token of 8765-4321" {
		t.Fatalf("a new code: %+v, %v", p, err)
	}
	info, err := os.Stat(filepath.Join(dir, name))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Fatalf("%d files are left, %v", len(files), err)
	}
}

func TestWithoutACodeThereIsAWordWhatToDo(t *testing.T) {
	_, err := Ensure(t.Context(), t.TempDir(), "", nil)
	if !errors.Is(err, ErrNone) {
		t.Fatal(err)
	}
}

func TestARefusalKeepsTheOldToken(t *testing.T) {
	dir := t.TempDir()
	if _, err := Ensure(t.Context(), dir, "old", (&desk{role: protocol.RoleDisplay}).pair); err != nil {
		t.Fatal(err)
	}
	refusal := &protocol.Error{Code: "code_invalid"}
	for name, d := range map[string]*desk{"refused": {err: refusal}, "a kiosk's code": {role: protocol.RoleKiosk}} {
		if _, err := Ensure(t.Context(), dir, "bad", d.pair); err == nil {
			t.Fatalf("%s: no error", name)
		}
	}
	if p, err := Ensure(t.Context(), dir, "", nil); err != nil || p.Token != "token of old" {
		t.Fatalf("%+v, %v", p, err)
	}
}

func TestNoCodeIsSpentWhenTheTokenCannotBeKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := &desk{role: protocol.RoleDisplay}
	if _, err := Ensure(t.Context(), dir, "1", d.pair); err == nil || d.asked != 0 {
		t.Fatalf("asked %d times, %v", d.asked, err)
	}
}

func TestABrokenFileIsNotOverwritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Ensure(t.Context(), dir, "1", nil); err == nil {
		t.Fatal("no error")
	}
	if raw, err := os.ReadFile(path); err != nil || string(raw) != "{" {
		t.Fatalf("%q, %v", raw, err)
	}
}
