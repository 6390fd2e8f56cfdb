package acr122s

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"loket/drivers"
	"loket/drivers/reader/pn532"
)

// attempts is how often a command is said.
const attempts = 4

// The first bytes of what a PN532 gets and says, and the end of a good answer.
const (
	toChip   = 0xd4
	fromChip = 0xd5
)

var (
	direct  = []byte{0xff, 0x00, 0x00, 0x00} // hands what follows its length to the PN532
	success = []byte{0x90, 0x00}
)

// link is a pn532.Link in the frames of an ACR122S. It is used by one goroutine. Each message has a
// number of its own, which its answer repeats: an answer that comes too late is known by it.
type link struct {
	port drivers.Port
	cfg  Config
	in   Parser
	buf  [256]byte
	seq  byte
}

var _ pn532.Link = (*link)(nil)

// Wake implements pn532.Link: it powers the reader's chip.
func (l *link) Wake(ctx context.Context) error {
	l.in.Reset()
	if _, err := l.converse(ctx, powerOn, nil); err != nil {
		return fmt.Errorf("power on: %w", err)
	}
	return nil
}

// Exchange implements pn532.Link.
func (l *link) Exchange(ctx context.Context, command ...byte) ([]byte, error) {
	payload := make([]byte, 0, len(direct)+2+len(command))
	payload = append(payload, direct...)
	payload = append(payload, byte(len(command)+1), toChip) //nolint:gosec // our commands are short
	payload = append(payload, command...)
	b, err := l.converse(ctx, transfer, payload)
	if err != nil {
		return nil, err
	}
	b, ok := bytes.CutSuffix(b, success)
	if !ok {
		return nil, fmt.Errorf("%w: %02x", pn532.ErrRefused, command[0])
	}
	b, ok = bytes.CutPrefix(b, []byte{fromChip, command[0] + 1})
	if !ok {
		return nil, fmt.Errorf("%w: not of %02x", pn532.ErrAnswer, command[0])
	}
	return b, nil
}

// converse says a message until it is answered, and answers the payload. Saying it anew does no harm:
// all our commands ask or set.
func (l *link) converse(ctx context.Context, kind byte, payload []byte) ([]byte, error) {
	for range attempts {
		l.seq++
		if _, err := l.port.Write(Encode(kind, l.seq, payload)); err != nil {
			return nil, err
		}
		f, err := l.answer(ctx)
		if err == nil {
			return f.Payload, nil
		}
		if !errors.Is(err, errAgain) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("acr122s: %w", pn532.ErrSilent)
}

// errAgain is the error of a message or an answer that was damaged or did not come.
var errAgain = errors.New("acr122s: say it again")

// answer waits for the answer to the message that was said last.
func (l *link) answer(ctx context.Context) (Frame, error) {
	until := time.Now().Add(l.cfg.AnswerTimeout)
	for {
		f, err := l.next(ctx, until)
		switch {
		case err != nil:
			return f, err
		case f.Damaged:
			return f, errAgain
		case f.Status == NoStatus && f.Seq == l.seq:
			return f, nil
		case f.Status != NoStatus && f.Status != Taken:
			return f, errAgain
		} // taken, or the answer to something older
	}
}

// next waits for a frame; the error is errAgain when the time has run out.
func (l *link) next(ctx context.Context, until time.Time) (Frame, error) {
	for {
		if f, ok := l.in.Next(); ok {
			return f, nil
		}
		if err := ctx.Err(); err != nil {
			return Frame{}, err
		}
		n, err := l.port.Read(l.buf[:])
		switch {
		case err == nil:
			l.in.Feed(l.buf[:n])
		case !errors.Is(err, drivers.ErrTimeout):
			return Frame{}, err
		case time.Now().After(until):
			if f, ok := l.in.Gap(); ok {
				return f, nil
			}
			return Frame{}, errAgain
		}
	}
}
