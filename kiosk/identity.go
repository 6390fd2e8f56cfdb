package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

// identity is what this kiosk is to the server; it is kept in the state directory, for its owner's eyes only.
type identity struct {
	Name  string `json:"name"`
	Token string `json:"token"`
	Code  string `json:"code"` // that the token was had for; it is spent
}

// errUnpaired says what to do about a kiosk that the server does not know.
var errUnpaired = errors.New("this kiosk is not paired: add it on the administrator's page and start it once with --pair CODE")

// lockState makes the state directory and keeps a second kiosk out of it until unlock is called.
func lockState(dir string) (unlock func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make state directory: %w", err)
	}
	lock := flock.New(filepath.Join(dir, "lock"))
	free, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock state directory: %w", err)
	}
	if !free {
		return nil, fmt.Errorf("another kiosk is running with the state directory %s", dir)
	}
	return lock.Unlock, nil
}

// identify returns the kept identity, or pairs with a code that was not used for it yet.
func identify(ctx context.Context, server, dir, code string) (identity, error) {
	path := filepath.Join(dir, "identity.json")
	kept, err := readIdentity(path)
	if err != nil {
		return identity{}, err
	}
	if kept.Token != "" && (code == "" || code == kept.Code) {
		return kept, nil
	}
	if code == "" {
		return identity{}, errUnpaired
	}
	reply, err := client.Pair(ctx, server, code)
	if err != nil {
		return identity{}, fmt.Errorf("pair this kiosk: %w", err)
	}
	if reply.Role != protocol.RoleKiosk {
		return identity{}, fmt.Errorf("pair this kiosk: the code is that of a %s", reply.Role)
	}
	fresh := identity{Name: reply.Name, Token: reply.Token, Code: code}
	return fresh, keepIdentity(path, fresh)
}

func readIdentity(path string) (identity, error) {
	var id identity
	raw, err := os.ReadFile(path) //nolint:gosec // in the administrator's directory
	if errors.Is(err, os.ErrNotExist) {
		return id, nil
	}
	if err != nil {
		return id, fmt.Errorf("read identity: %w", err)
	}
	if err := json.Unmarshal(raw, &id); err != nil {
		return id, fmt.Errorf("read identity %s: %w; remove the file and pair again", path, err)
	}
	return id, nil
}

// keepIdentity writes the identity in one step: the code is spent, so a torn file would cost a new one.
func keepIdentity(path string, id identity) error {
	raw, err := json.Marshal(id)
	if err != nil {
		return fmt.Errorf("keep identity: %w", err)
	}
	next := path + ".new"
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // beside the file above
	if err != nil {
		return fmt.Errorf("keep identity: %w", err)
	}
	_, err = file.Write(raw)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("keep identity: %w", err)
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("keep identity: %w", err)
	}
	return nil
}
