package protocol

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// TokenLength is the number of characters of a ticket's token.
const TokenLength = 13

// crockford is Crockford's base 32: no I, L, O and U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// TicketToken returns the token of a ticket's address: the 62 random bits at the end of its UUIDv7 in
// Crockford's base 32, 13 capitals. It can be read aloud and packs tightly into a QR code; the time
// in the first half of the id stays out of it, so that a token says nothing and cannot be guessed.
func TicketToken(ticketID string) (string, error) {
	raw, err := hex.DecodeString(strings.ReplaceAll(ticketID, "-", ""))
	if err != nil || len(raw) != 16 || len(ticketID) != 36 {
		return "", fmt.Errorf("ticket id %q is not a UUID", ticketID)
	}
	var n uint64
	for _, b := range raw[8:] {
		n = n<<8 | uint64(b)
	}
	n &= 1<<62 - 1
	var token [TokenLength]byte
	for i := TokenLength - 1; i >= 0; i-- {
		token[i] = crockford[n&31]
		n >>= 5
	}
	return string(token[:]), nil
}

// CanonicalToken brings a token as a person may type it into its one form: capitals, O read as 0, I
// and L as 1. It reports whether the result can be a token at all.
func CanonicalToken(s string) (string, bool) {
	if len(s) > 4*TokenLength {
		return "", false // not worth looking at
	}
	s = strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
	if len(s) != TokenLength {
		return "", false
	}
	for _, r := range s {
		if !strings.ContainsRune(crockford, r) {
			return "", false
		}
	}
	return s, true
}
