package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// codeAlphabet has 32 characters, so that a random byte picks each with the same chance; 0, O, 1
// and I are left out since people mistake them.
const codeAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// codeLength is that of a pairing code: 40 bits, which the limit on tries makes enough.
const codeLength = 8

const deviceColumns = "id, name, role, zone, token_hash IS NOT NULL, code_expires, last_seen"

// AddDevice announces a device (its ID is made here) and returns it with its pairing code.
func (s *Store) AddDevice(ctx context.Context, d Device) (Device, error) {
	d.Name = strings.TrimSpace(d.Name)
	if err := checkDevice(d); err != nil {
		return Device{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Device{}, fmt.Errorf("add device: %w", err)
	}
	code, expires := s.newCode()
	d = Device{ID: queue.DeviceID(id.String()), Name: d.Name, Role: d.Role, Zone: d.Zone, Code: code, Expires: expires}
	_, err = s.db.Write.ExecContext(ctx, `INSERT INTO device (id, name, role, zone, code_hash, code_expires, token_hash, last_seen)
		VALUES (?, ?, ?, ?, ?, ?, NULL, 0)`, string(d.ID), d.Name, string(d.Role), string(d.Zone), digest(code), expires.UnixMilli())
	if err != nil {
		return Device{}, fmt.Errorf("add device: %w", err)
	}
	s.keepCode(d.ID, code)
	return d, nil
}

// RenewCode gives a device a new pairing code. A token that it has stays good until the code is used.
func (s *Store) RenewCode(ctx context.Context, id queue.DeviceID) (Device, error) {
	code, expires := s.newCode()
	res, err := s.db.Write.ExecContext(ctx, "UPDATE device SET code_hash = ?, code_expires = ? WHERE id = ?",
		digest(code), expires.UnixMilli(), string(id))
	if err := changed(res, err, unknownDevice(id)); err != nil {
		return Device{}, wrap("renew code", err)
	}
	s.keepCode(id, code)
	return s.Device(ctx, id)
}

// Pair exchanges a code for a device's token, which is shown this once. Letter case, spaces and
// dashes in the code do not count.
func (s *Store) Pair(ctx context.Context, code string) (Device, string, error) {
	now, token := s.clock(), secret()
	var d Device
	err := s.db.Update(ctx, func(tx *sql.Tx) error {
		// There is one writer, so no two callers are here at once, and none gets a try for free.
		if s.tries.TokensAt(now) < 1 {
			return &Error{CodeRateLimited, "too many pairing codes were tried"}
		}
		var err error
		if d, err = findCode(ctx, tx, digest(cleanCode(code)), now); err != nil {
			s.tries.AllowN(now, 1) // only wrong codes use tries up
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE device SET token_hash = ?, code_hash = NULL, code_expires = 0, last_seen = ? WHERE id = ?",
			digest(token), now.UnixMilli(), string(d.ID))
		return err
	})
	if err != nil {
		return Device{}, "", wrap("pair", err)
	}
	s.keepCode(d.ID, "")
	d.Paired, d.Code, d.Expires, d.LastSeen = true, "", time.Time{}, now
	return d, token, nil
}

// findCode compares the hash with that of every code which has not expired, in constant time.
func findCode(ctx context.Context, tx *sql.Tx, want []byte, now time.Time) (Device, error) {
	rows, err := tx.QueryContext(ctx, "SELECT "+deviceColumns+", code_hash FROM device WHERE code_hash IS NOT NULL AND code_expires > ?", now.UnixMilli())
	if err != nil {
		return Device{}, err
	}
	defer rows.Close() // rows.Err has what matters
	var found Device
	for rows.Next() {
		var hash []byte
		d, err := scanDevice(rows, &hash)
		if err != nil {
			return Device{}, err
		}
		if subtle.ConstantTimeCompare(hash, want) == 1 {
			found = d
		}
	}
	if err := rows.Err(); err != nil {
		return Device{}, err
	}
	if found.ID == "" {
		return Device{}, &Error{CodeCodeInvalid, "the pairing code is wrong, used or expired"}
	}
	return found, nil
}

// DeviceByToken returns the device that a token belongs to, or CodeTokenInvalid.
func (s *Store) DeviceByToken(ctx context.Context, token string) (Device, error) {
	// The index finds a hash, not the token: how long it takes says nothing about the token.
	row := s.db.Read.QueryRowContext(ctx, "SELECT "+deviceColumns+" FROM device WHERE token_hash = ?", digest(token))
	d, err := scanDevice(row)
	if errors.Is(err, sql.ErrNoRows) {
		return Device{}, &Error{CodeTokenInvalid, "no device has this token"}
	}
	if err != nil {
		return Device{}, fmt.Errorf("read device: %w", err)
	}
	return s.withCode(d), nil
}

// RemoveDevice deletes a device and ends its token and code.
func (s *Store) RemoveDevice(ctx context.Context, id queue.DeviceID) error {
	res, err := s.db.Write.ExecContext(ctx, "DELETE FROM device WHERE id = ?", string(id))
	if err := changed(res, err, unknownDevice(id)); err != nil {
		return wrap("remove device", err)
	}
	s.keepCode(id, "")
	return nil
}

// Device returns one device, or CodeDeviceUnknown.
func (s *Store) Device(ctx context.Context, id queue.DeviceID) (Device, error) {
	d, err := scanDevice(s.db.Read.QueryRowContext(ctx, "SELECT "+deviceColumns+" FROM device WHERE id = ?", string(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return Device{}, unknownDevice(id)
	}
	if err != nil {
		return Device{}, fmt.Errorf("read device: %w", err)
	}
	return s.withCode(d), nil
}

// Devices returns all devices by name.
func (s *Store) Devices(ctx context.Context) ([]Device, error) {
	rows, err := s.db.Read.QueryContext(ctx, "SELECT "+deviceColumns+" FROM device ORDER BY name COLLATE NOCASE, id")
	if err != nil {
		return nil, fmt.Errorf("read devices: %w", err)
	}
	defer rows.Close() // rows.Err has what matters
	var out []Device
	for rows.Next() {
		d, err := scanDevice(rows)
		if err != nil {
			return nil, fmt.Errorf("read devices: %w", err)
		}
		out = append(out, s.withCode(d))
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read devices: %w", err)
	}
	return out, nil
}

// Touch notes that a device was heard now.
func (s *Store) Touch(ctx context.Context, id queue.DeviceID) error {
	res, err := s.db.Write.ExecContext(ctx, "UPDATE device SET last_seen = ? WHERE id = ?", s.clock().UnixMilli(), string(id))
	return wrap("touch device", changed(res, err, unknownDevice(id)))
}

func scanDevice(row scanner, more ...any) (Device, error) {
	var (
		d             Device
		expires, seen int64
	)
	err := row.Scan(append([]any{&d.ID, &d.Name, &d.Role, &d.Zone, &d.Paired, &expires, &seen}, more...)...)
	d.Expires, d.LastSeen = fromMillis(expires), fromMillis(seen)
	return d, err
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func unknownDevice(id queue.DeviceID) *Error {
	return &Error{CodeDeviceUnknown, fmt.Sprintf("no device has the id %q", id)}
}

func checkDevice(d Device) error {
	switch {
	case d.Name == "" || utf8.RuneCountInString(d.Name) > MaxName || strings.ContainsFunc(d.Name, unicode.IsControl):
		return &Error{CodeDeviceIncomplete, "a device's name has 1 to 80 characters"}
	case d.Role != protocol.RoleKiosk && d.Role != protocol.RoleDisplay:
		return &Error{CodeDeviceIncomplete, "a device's role is kiosk or display"}
	}
	return nil
}

// newCode makes a pairing code and its end, in milliseconds as the table keeps it.
func (s *Store) newCode() (string, time.Time) {
	var b [codeLength]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	for i := range b {
		b[i] = codeAlphabet[int(b[i])%len(codeAlphabet)]
	}
	return string(b[:]), s.clock().Add(CodeLife).UTC().Truncate(time.Millisecond)
}

// cleanCode takes a code as people type it.
func cleanCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, code)
}

// keepCode keeps a code in memory, for the administrator's page; "" forgets it.
func (s *Store) keepCode(id queue.DeviceID, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if code == "" {
		delete(s.codes, id)
		return
	}
	s.codes[id] = code
}

// withCode adds the code while it can be used.
func (s *Store) withCode(d Device) Device {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !d.Expires.After(s.clock()) {
		delete(s.codes, d.ID)
		d.Expires = time.Time{}
	}
	d.Code = s.codes[d.ID]
	return d
}
