// Package vault keeps persons at rest: who held tickets of this office, encrypted, with an audit trail of
// everything that was done with them.
//
// It asks nobody and decides nothing (packages registry and desk). Its invariants: no NIK, name, date of birth or card
// number is in the database's files in the clear; and nothing is done with a person without a row of the audit
// trail in the same transaction.
//
// The database is worth nothing without the key file, and a copy of it neither: keep a copy of the key file too,
// somewhere else, and after a rotation the older one for as long as copies of the database from before are kept.
package vault

import (
	"errors"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// What calls of a Store are refused for. Nothing has changed then. Match them with errors.Is.
var (
	ErrUnknown = errors.New("no such person")                     // nor such a card
	ErrCard    = errors.New("this is no number of a card")        // 4, 7 or 10 bytes in hex digits
	ErrPerson  = errors.New("the person cannot be kept so")       // no NIK, no state, or another NIK than hers
	ErrEntry   = errors.New("the audit trail needs who and what") // an Entry without Actor or Action
	ErrDamaged = errors.New("personal data at rest is damaged")   // or was tampered with
)

// Person is a visitor as the office knows her. However it is printed or logged, only her ID is shown.
type Person struct {
	ID        queue.PersonID // random; empty before the first Save
	NIK       protocol.NIK
	Name      string    // in full; empty while it is not known
	BirthDate string    // "2006-01-02" as the registry has it; empty while it is not known
	State     string    // protocol.PersonVerified, PersonUnverified or PersonRefer
	Why       string    // protocol.WhyQuota and its like, of PersonUnverified
	Code      string    // the registry's own, of the latest answer
	CheckedAt time.Time // of the latest answer; zero: none yet
	RetryAt   time.Time // when the registry is to be asked again; zero: not by itself
	Tries     int       // look-ups without an answer since the latest one
	LastVisit time.Time
	Cards     int // bound to her; Save leaves them as they are
}

// Action is what was done with personal data.
type Action string

// The actions of the audit trail.
const (
	Identified  Action = "identified"   // a card or NIK opened a visit
	LookedUp    Action = "looked_up"    // the registry was asked; Outcome is what it said
	Revealed    Action = "revealed"     // name and NIK were shown to an officer
	CardBound   Action = "card_bound"   // a card was bound
	Corrected   Action = "corrected"    // a ticket went to the person with another NIK
	VerifyAsked Action = "verify_asked" // an officer had the registry asked again
	Erased      Action = "erased"       // a person was erased at her request
	Expired     Action = "expired"      // persons were erased after the retention time; Outcome is how many
	KeyRotated  Action = "key_rotated"  // everything was encrypted anew
	AuditRead   Action = "audit_read"   // the rows of one person were read
)

// Entry is a row of the audit trail that is to be written. It holds no personal data.
type Entry struct {
	Actor   queue.Actor
	Action  Action
	Person  queue.PersonID // empty: nobody in particular, or nobody known
	Ticket  string         // number, when it was about a ticket
	Why     string         // why it was done: "visit", "request of the citizen"
	Outcome string         // of a look-up: a code or state
}

// AuditFilter chooses rows of the audit trail.
type AuditFilter struct {
	Before int64          // rows older than this Seq; 0: the newest
	Person queue.PersonID // rows of this person only; empty: all
	Limit  int            // 1 to 200; 0: 50
}

// Row is an Entry that was written.
type Row struct {
	Seq int64
	At  time.Time
	Entry
}
