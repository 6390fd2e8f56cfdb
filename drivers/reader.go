package drivers

import (
	"context"
	"encoding/hex"
	"strings"
	"time"
)

// Kind says what a Reading is.
type Kind string

// The kinds of a Reading, with what its Value is.
const (
	// CardUID is the number that a contactless card answers with, in capital hex digits: 8, 14 or 20
	// of them for type A, 8 for the PUPI of type B.
	CardUID Kind = "card_uid"
	// NIK is a candidate for a population number, 16 digits: whether there is such a person, and
	// whether it is this one, is for others to find out.
	NIK Kind = "nik"
	// Ticket is the token of one of our tickets: 13 characters of Crockford's base 32, in capitals.
	Ticket Kind = "ticket"
	// Member is the number of a card that an office gives out: 10 digits.
	Member Kind = "member"
	// Opaque is any other text, such as a code that only another party's program can open. Its Value is empty when it
	// was too long to be kept.
	Opaque Kind = "opaque"
)

// Reading is one thing that a citizen showed to a reader. It may be personal data: never log it.
type Reading struct {
	Kind  Kind
	Value string
	// Bindable says whether a CardUID may be bound to a person: it is false for what may be another
	// number at the next touch. It is false for all other kinds.
	Bindable bool
	At       time.Time // when it was read
}

// Health is what a reader is able to do.
type Health string

// The healths of a reader. A reader that only ever speaks, such as a bar code scanner, is never
// ReaderSilent: it has nothing to answer to.
const (
	ReaderReady     Health = "ready"
	ReaderUnplugged Health = "unplugged"
	ReaderSilent    Health = "silent" // it is there and does not answer, or makes no sense
)

// Events is what a Reader calls. Its functions are called one at a time, from the goroutine that
// is in Run; while one of them works nothing is read. Each may be nil.
type Events struct {
	Read   func(Reading)
	Health func(Health) // at first, and at each change
}

// Reader reads cards or codes. A cable that comes out and goes in again ends nothing.
type Reader interface {
	// Run reads until ctx ends, and then answers its error, or until Close, and then answers
	// ErrClosed. Only one Run at a time is allowed. An unplug is told within a second. A card is
	// read once as long as it lies there.
	Run(ctx context.Context, e Events) error
	Close() error
}

// randomUID starts the UIDs of 4 bytes that a card makes up at every touch (ISO 14443-3, RID).
const randomUID = 0x08

// TypeA is the Reading of a card of type A by its UID of 4, 7 or 10 bytes.
func TypeA(uid []byte, at time.Time) Reading {
	return Reading{
		Kind: CardUID, Value: strings.ToUpper(hex.EncodeToString(uid)),
		Bindable: len(uid) > 4 || len(uid) == 4 && uid[0] != randomUID, At: at,
	}
}

// TypeB is the Reading of a card of type B by its PUPI of 4 bytes, which the card may make up at
// every touch (ISO 14443-3), so that it is never bindable.
func TypeB(pupi []byte, at time.Time) Reading {
	return Reading{Kind: CardUID, Value: strings.ToUpper(hex.EncodeToString(pupi)), At: at}
}
