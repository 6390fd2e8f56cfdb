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
	s = fold.Replace(strings.ToUpper(s))
	if len(s) != TokenLength || !inAlphabet(s) {
		return "", false
	}
	return s, true
}

// CodeLength is the number of characters of a ticket's code.
const CodeLength = 4

// TicketCode returns the code that stands on a ticket's slip: the last characters of its token or address.
// Together with the number it shows that somebody holds the slip. It is empty when the text does not end in a token.
func TicketCode(tokenOrAddress string) string {
	last := tokenOrAddress[strings.LastIndexByte(tokenOrAddress, '/')+1:]
	token, ok := CanonicalToken(last)
	if !ok {
		return ""
	}
	return token[TokenLength-CodeLength:]
}

// CanonicalCode brings a ticket's code as a person may type it into its one form, as CanonicalToken does. It
// reports whether the result can be a code at all.
func CanonicalCode(s string) (string, bool) {
	if len(s) > 4*CodeLength {
		return "", false // not worth looking at
	}
	s = fold.Replace(strings.ToUpper(s))
	return s, len(s) == CodeLength && inAlphabet(s)
}

// fold reads letters that a person takes for a digit as that digit.
var fold = strings.NewReplacer("O", "0", "I", "1", "L", "1")

func inAlphabet(s string) bool {
	return strings.Trim(s, crockford) == ""
}
