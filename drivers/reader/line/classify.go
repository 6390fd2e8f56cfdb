package line

import (
	"encoding/hex"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"loket/drivers"
)

// TicketPattern finds our own ticket's address: any host, the path /t/TOKEN, a token of 13 characters
// of Crockford's base 32; or the same in capitals, which pack tighter into a QR code. Its one
// group is the token.
var TicketPattern = regexp.MustCompile(`^(?:https?|HTTPS?)://[^/\s?#]+/[tT]/([0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{13})/?$`)

// Classify says what a line is. It answers false for noise: what is no text.
//
// A number of 8 or 14 hex digits is a card's UID, also where all of them are decimal. Readers that
// write such lines read cards of type A, so that drivers.TypeA says which may be bound.
func Classify(line string, at time.Time) (drivers.Reading, bool) {
	if !text(line) {
		return drivers.Reading{}, false
	}
	r := drivers.Reading{Kind: drivers.Opaque, Value: line, At: at}
	if m := TicketPattern.FindStringSubmatch(line); m != nil {
		r.Kind, r.Value = drivers.Ticket, strings.ToUpper(m[1])
		return r, true
	}
	switch n := len(line); {
	case n == 16 && decimal(line):
		r.Kind = drivers.NIK
	case n == 10 && decimal(line):
		r.Kind = drivers.Member
	case n == 8 || n == 14:
		if uid, err := hex.DecodeString(line); err == nil { // else it is some other text
			return drivers.TypeA(uid, at), true
		}
	}
	return r, true
}

func decimal(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// text says whether a line can be shown: bytes that a loose wire makes up hardly ever can.
func text(s string) bool {
	if s == "" || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) && r != '\t' {
			return false
		}
	}
	return true
}
