package pn532

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
)

// Link carries commands to a PN532 and its answers back, over whatever line it hangs on.
type Link interface {
	// Wake brings the chip, in whatever state it is, to where it takes commands.
	Wake(ctx context.Context) error
	// Exchange sends a command, which is its code and its parameters, and answers what the chip
	// says after the code of its response. It has repeated what could be repeated when it fails.
	Exchange(ctx context.Context, command ...byte) ([]byte, error)
}

// The errors of a chip. What happened to the line itself is drivers.ErrUnplugged or ErrClosed.
var (
	ErrSilent  = errors.New("pn532: no answer")
	ErrRefused = errors.New("pn532: command refused")
	ErrAnswer  = errors.New("pn532: answer makes no sense")
)

// The codes of commands; a response has the code after it.
const (
	getFirmware     = 0x02
	samConfigure    = 0x14
	rfConfigure     = 0x32
	listTargets     = 0x4a
	release         = 0x52
	modulationA     = 0x00
	modulationB     = 0x03
	maxRetries      = 0x05 // of rfConfigure
	passiveAttempts = 0x02 // after the first: some 15 ms in all when there is no card
)

// firmware asks which chip it is.
func firmware(ctx context.Context, l Link) error {
	b, err := l.Exchange(ctx, getFirmware)
	if err != nil {
		return fmt.Errorf("ask firmware: %w", err)
	}
	if len(b) < 4 {
		return fmt.Errorf("ask firmware: %w: %d bytes", ErrAnswer, len(b))
	}
	return nil
}

// limitRetries keeps the chip from looking for a card for ever, as it does by itself.
func limitRetries(ctx context.Context, l Link) error {
	if _, err := l.Exchange(ctx, rfConfigure, maxRetries, 0x00, 0x00, passiveAttempts); err != nil {
		return fmt.Errorf("limit retries: %w", err)
	}
	return nil
}

// Card is a card that lies on the reader.
type Card struct {
	TypeB bool
	ID    string // the bytes of the UID, or of the PUPI
}

// look asks for a card of one type and gives it to found, at once: to release it may take longer than
// a citizen should wait. What nobody can make sense of counts as none. What is there is released
// again, so that the next look finds it anew.
func look(ctx context.Context, l Link, typeB bool, found func(Card)) error {
	command := []byte{listTargets, 0x01, modulationA}
	if typeB {
		command = []byte{listTargets, 0x01, modulationB, 0x00} // any family of applications
	}
	b, err := l.Exchange(ctx, command...)
	if err != nil {
		return fmt.Errorf("look for a card: %w", err)
	}
	if len(b) == 0 {
		return fmt.Errorf("look for a card: %w: no number of cards", ErrAnswer)
	}
	if b[0] == 0 {
		return nil
	}
	read := targetA
	if typeB {
		read = targetB
	}
	if c, ok := read(b[1:]); ok {
		found(c)
	}
	if _, err := l.Exchange(ctx, release, 0x00); err != nil {
		return fmt.Errorf("release the card: %w", err)
	}
	return nil
}

// targetA reads Tg, SENS_RES (2), SEL_RES, the UID's length and the UID; an ATS may follow it. The frame's sum does not see
// that a zero byte was lost, which moves the UID: so SENS_RES must be one (ISO 14443-3, 6.5.2) and of that length, and SEL_RES
// one of a whole UID (6.5.3.4).
func targetA(b []byte) (Card, bool) {
	const head, incomplete = 5, 0x04
	if len(b) < head || b[3]&incomplete != 0 {
		return Card{}, false
	}
	n, sens := int(b[head-1]), b[2]
	lengths := []int{4, 7, 10}
	size := int(sens >> 6)
	if size >= len(lengths) || n != lengths[size] || bits.OnesCount8(sens&0x1f) != 1 || len(b) < head+n {
		return Card{}, false
	}
	return Card{ID: string(b[head : head+n])}, true
}

// targetB reads Tg and the ATQB: 50, PUPI (4), application (4), protocol (3).
func targetB(b []byte) (Card, bool) {
	const atqb = 0x50
	if len(b) < 13 || b[1] != atqb {
		return Card{}, false
	}
	return Card{TypeB: true, ID: string(b[2:6])}, true
}
