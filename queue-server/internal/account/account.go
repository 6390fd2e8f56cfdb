// Package account knows who may come in: officers and administrators by login and password, and
// devices by a token that they get once for a short code.
//
// It is not part of the event log, since it holds personal data that must be erasable, and it
// knows nothing of HTTP. Its one invariant: no password, token, code or session id is stored,
// only hashes of them.
package account

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// Code is the stable name of a refusal; it goes over the wire as it is.
type Code string

// The refusals of this package.
const (
	CodeLoginFailed      Code = "login_failed" // wrong login or password, or the user is disabled
	CodeLoginTaken       Code = "login_taken"
	CodeUserUnknown      Code = "user_unknown"
	CodeUserIncomplete   Code = "user_incomplete" // login, name or role is missing, too long or not allowed
	CodeLastAdmin        Code = "last_admin"      // nobody could administer the office any more
	CodePasswordShort    Code = "password_short"
	CodePasswordLong     Code = "password_long"
	CodeDeviceUnknown    Code = "device_unknown"
	CodeDeviceIncomplete Code = "device_incomplete" // name or role is missing, too long or not allowed
	CodeCodeInvalid      Code = "code_invalid"      // wrong, used or expired
	CodeTokenInvalid     Code = "token_invalid"
	CodeRateLimited      Code = "rate_limited" // too many pairing codes were tried: wait a minute
)

// Error is a refusal. Nothing has changed.
type Error struct {
	Code    Code
	Message string // for the log and for developers, in English
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// MinPassword and MaxPassword bound the length of a password in characters; MaxName bounds logins
// and names.
const (
	MinPassword = 10
	MaxPassword = 128
	MaxName     = 80
)

// CodeLife is how long a pairing code can be used.
const CodeLife = 15 * time.Minute

// Wrong pairing codes are limited over all callers together: with 32^8 codes and a quarter of an
// hour, pairTries tries and one more every pairEvery leave a guesser no chance.
const (
	pairTries = 20
	pairEvery = 3 * time.Second
)

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
	Code     string    // only while it waits to be paired, and until the server restarts
	Expires  time.Time // of the code; zero when there is none
	LastSeen time.Time // zero: never
}

// Store keeps users, devices and sessions. Its methods may be called from any goroutine.
type Store struct {
	db    journal.DB
	clock func() time.Time

	hashing chan struct{} // capacity: how many passwords are hashed at a time (19 MiB each)
	tries   *rate.Limiter // of wrong pairing codes

	mu    sync.Mutex
	codes map[queue.DeviceID]string // codes made by this process, to be shown to the administrator
}

// New returns a store over the journal's file. clock is time.Now outside of tests.
func New(db journal.DB, clock func() time.Time) *Store {
	return &Store{
		db:      db,
		clock:   clock,
		hashing: make(chan struct{}, 2),
		tries:   rate.NewLimiter(rate.Every(pairEvery), pairTries),
		codes:   make(map[queue.DeviceID]string),
	}
}

// changed returns refusal when a statement changed no row.
func changed(res sql.Result, err error, refusal *Error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return refusal
	}
	return nil
}

// wrap adds what was done to a fault, and leaves a refusal as it is.
func wrap(doing string, err error) error {
	var refusal *Error
	if err == nil || errors.As(err, &refusal) {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// secret makes 256 random bits as text.
func secret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// digest is the hash of something random enough to need no salt.
func digest(s string) []byte {
	h := sha256.Sum256([]byte(s))
	return h[:]
}
