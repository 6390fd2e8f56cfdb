// Package pairing keeps what a display got when it was paired: its token and its zone. It is not for
// settings, which an administrator may change.
//
// Its invariant: the file is always whole, and only its owner can read it.
package pairing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"loket/queue-server/protocol"
)

// name of the file in the state directory.
const name = "pairing.json"

// ErrNone says that the display was never paired and no code was given.
var ErrNone = errors.New("not paired yet: make a pairing code on the admin page and start once with --pair CODE")

// Pairing is what the server gave this display. Code is what it was got with.
type Pairing struct {
	DeviceID string `json:"device_id"`
	Name     string `json:"name"`
	Zone     string `json:"zone,omitempty"` // empty: the whole hall
	Token    string `json:"token"`
	Code     string `json:"code"`
}

// Ask exchanges a code for a token.
type Ask func(ctx context.Context, code string) (protocol.PairReply, error)

// Ensure returns the pairing that is kept in dir. With a code that was not used before it asks the
// server for a new one and keeps that; so the code may stay among the settings. Without a code and
// without a pairing it answers ErrNone. dir is made if it is missing.
func Ensure(ctx context.Context, dir, code string, ask Ask) (Pairing, error) {
	kept, err := load(dir)
	if err != nil {
		return Pairing{}, err
	}
	if kept.Token != "" && (code == "" || code == kept.Code) {
		return kept, nil
	}
	if code == "" {
		return Pairing{}, ErrNone
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Pairing{}, fmt.Errorf("make state directory: %w", err)
	}
	// The code works once, so first see whether its token can be kept.
	if err := store(dir, kept); err != nil {
		return Pairing{}, err
	}
	reply, err := ask(ctx, code)
	if err != nil {
		return Pairing{}, fmt.Errorf("pair with code %s: %w", code, err)
	}
	if reply.Role != protocol.RoleDisplay {
		return Pairing{}, fmt.Errorf("pair with code %s: it belongs to a %s, not to a display", code, reply.Role)
	}
	p := Pairing{DeviceID: reply.DeviceID, Name: reply.Name, Zone: reply.Zone, Token: reply.Token, Code: code}
	return p, store(dir, p)
}

func load(dir string) (Pairing, error) {
	var p Pairing
	raw, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // the administrator says where
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return p, fmt.Errorf("read pairing: %w", err)
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return p, fmt.Errorf("read pairing %s: %w; delete it and pair again", filepath.Join(dir, name), err)
	}
	return p, nil
}

// store replaces the file as a whole.
func store(dir string, p Pairing) error {
	raw, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("encode pairing: %w", err)
	}
	f, err := os.CreateTemp(dir, name+".*") // only its owner can read it
	if err != nil {
		return fmt.Errorf("keep pairing: %w", err)
	}
	defer os.Remove(f.Name()) // gone already when all went well
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("keep pairing: %w", err)
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, name)); err != nil {
		return fmt.Errorf("keep pairing: %w", err)
	}
	return nil
}
