// Package account knows who may come in: officers and administrators by login and password, and
// devices by a token that they get once for a short code.
//
// It is not part of the event log, since it holds personal data. Its one invariant: no password,
// token, code or session id is stored, only hashes of them.
package account

import (
	"context"
	"errors"
	"time"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// Code is the stable name of a refusal; it goes over the wire as it is.
type Code string

// The refusals of this package.
const (
	CodeLoginInvalid     Code = "login_invalid" // wrong login or password, or the user is disabled
	CodeLoginTaken       Code = "login_taken"
	CodeUserUnknown      Code = "user_unknown"
	CodeUserIncomplete   Code = "user_incomplete" // no login, name or role, or one that is too long
	CodeLastAdmin        Code = "last_admin"      // it is the last administrator who can log in
	CodePasswordShort    Code = "password_short"
	CodePasswordLong     Code = "password_long"
	CodeDeviceUnknown    Code = "device_unknown"
	CodeDeviceIncomplete Code = "device_incomplete"
	CodeCodeInvalid      Code = "code_invalid" // wrong, used or expired
	CodeTokenInvalid     Code = "token_invalid"
	CodeTooManyTries     Code = "too_many_tries" // wrong pairing codes: wait a minute
)

// Error is a refusal. Nothing has changed.
type Error struct {
	Code    Code
	Message string // for the log and for developers, in English
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// MinPassword and MaxPassword bound the length of a password in characters.
const (
	MinPassword = 10
	MaxPassword = 128
)

// CodeLife is how long a pairing code can be used.
const CodeLife = 15 * time.Minute

// User is a person who can log in. ID is stable; Login may change.
type User struct {
	ID       queue.OfficerID
	Login    string        // lower case, unique
	Name     string        // as shown
	Role     protocol.Role // officer or admin
	Disabled bool
}

// Device is an announced or paired kiosk or display.
type Device struct {
	ID       queue.DeviceID
	Name     string
	Role     protocol.Role // kiosk or display
	Zone     queue.ZoneID  // of a display; empty: all
	Paired   bool
	Code     string    // while it waits to be paired, and this server made it
	Expires  time.Time // of Code; zero when there is none
	LastSeen time.Time // zero: never
}

// Store keeps users, devices and sessions. Its methods may be called from any goroutine.
type Store struct{}

// New returns a store over the journal's file. clock is time.Now outside of tests.
func New(db journal.DB, clock func() time.Time) *Store { return nil }

// EnsureAdmin makes the user "admin" when there is no user yet, with the password, or with one
// that it makes up when password is empty. It returns the password, or "" when there were users.
func (s *Store) EnsureAdmin(ctx context.Context, password string) (string, error) {
	return "", errors.ErrUnsupported
}

// Authenticate returns the user with the login and the password, or CodeLoginInvalid. It takes the
// same time whether or not the login exists.
func (s *Store) Authenticate(ctx context.Context, login, password string) (User, error) {
	return User{}, errors.ErrUnsupported
}

// SaveUser creates a user (empty ID; password needed) or changes one (an empty password keeps the old one).
func (s *Store) SaveUser(ctx context.Context, u User, password string) (User, error) {
	return User{}, errors.ErrUnsupported
}

// RemoveUser deletes a user.
func (s *Store) RemoveUser(ctx context.Context, id queue.OfficerID) error {
	return errors.ErrUnsupported
}

// User returns one user, or CodeUserUnknown.
func (s *Store) User(ctx context.Context, id queue.OfficerID) (User, error) {
	return User{}, errors.ErrUnsupported
}

// Users returns all users by name.
func (s *Store) Users(ctx context.Context) ([]User, error) { return nil, errors.ErrUnsupported }

// AddDevice announces a device (its ID is made here) and returns it with its pairing code.
func (s *Store) AddDevice(ctx context.Context, d Device) (Device, error) {
	return Device{}, errors.ErrUnsupported
}

// RenewCode gives a device a new pairing code; its token, if it had one, ends.
func (s *Store) RenewCode(ctx context.Context, id queue.DeviceID) (Device, error) {
	return Device{}, errors.ErrUnsupported
}

// Pair exchanges a code for a device's token, which is shown this once.
func (s *Store) Pair(ctx context.Context, code string) (Device, string, error) {
	return Device{}, "", errors.ErrUnsupported
}

// DeviceByToken returns the device that a token belongs to, or CodeTokenInvalid.
func (s *Store) DeviceByToken(ctx context.Context, token string) (Device, error) {
	return Device{}, errors.ErrUnsupported
}

// RemoveDevice deletes a device and ends its token.
func (s *Store) RemoveDevice(ctx context.Context, id queue.DeviceID) error {
	return errors.ErrUnsupported
}

// Devices returns all devices by name.
func (s *Store) Devices(ctx context.Context) ([]Device, error) { return nil, errors.ErrUnsupported }

// Touch notes that a device was heard now.
func (s *Store) Touch(ctx context.Context, id queue.DeviceID) error { return errors.ErrUnsupported }

// Sessions is the store of log-in sessions for alexedwards/scs (a scs.CtxStore).
func (s *Store) Sessions() *Sessions { return nil }

// Sessions keeps log-in sessions by the hash of their token.
type Sessions struct{}

// Delete ends a session.
func (s *Sessions) Delete(token string) error { return errors.ErrUnsupported }

// Find returns the data of a session that has not ended.
func (s *Sessions) Find(token string) ([]byte, bool, error) { return nil, false, errors.ErrUnsupported }

// Commit keeps a session until expiry.
func (s *Sessions) Commit(token string, b []byte, expiry time.Time) error {
	return errors.ErrUnsupported
}
