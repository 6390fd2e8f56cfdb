package pn532

import (
	"context"
	"errors"
	"fmt"
	"time"

	"loket/drivers"
)

// wakeUp takes the chip out of its sleep: a UART that sleeps loses the first bytes, and the zeros give
// it the time to wake. SAMConfiguration must follow at once (user manual, 7.2.11).
var wakeUp = []byte{0x55, 0x55, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

// attempts is how often a command is said, or its answer asked for again.
const attempts = 4

// hsu is a Link over the chip's high speed UART. It is used by one goroutine.
type hsu struct {
	port drivers.Port
	cfg  Config
	in   Parser
	buf  [256]byte
	// unsure: something was said twice, so that an answer too many may be on its way.
	unsure bool
}

// Wake implements Link.
func (h *hsu) Wake(ctx context.Context) error {
	h.unsure = true
	if err := h.settle(ctx); err != nil {
		return fmt.Errorf("wake: %w", err)
	}
	const normal = 0x01
	command := append(append([]byte{}, wakeUp...), Encode([]byte{samConfigure, normal})...)
	if _, err := h.converse(ctx, command, samConfigure); err != nil {
		return fmt.Errorf("wake: %w", err)
	}
	return nil
}

// Exchange implements Link.
func (h *hsu) Exchange(ctx context.Context, command ...byte) ([]byte, error) {
	if err := h.settle(ctx); err != nil {
		return nil, err
	}
	return h.converse(ctx, Encode(command), command[0])
}

// settle ends what is still going on after something was said twice.
func (h *hsu) settle(ctx context.Context) error {
	if !h.unsure {
		return nil
	}
	if _, err := h.port.Write(ackBytes); err != nil { // an ACK from the host aborts a command
		return err
	}
	for began := time.Now(); time.Since(began) < h.cfg.AnswerTimeout; {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, err := h.port.Read(h.buf[:])
		if errors.Is(err, drivers.ErrTimeout) {
			break
		}
		if err != nil {
			return err
		}
	}
	h.in.Reset()
	h.unsure = false
	return nil
}

// converse says a command and waits for its ACK and its answer. What came before the ACK belongs to
// something older. A command without an ACK is said again; an answer that is damaged or does
// not come is asked for again with a NACK.
func (h *hsu) converse(ctx context.Context, frame []byte, code byte) ([]byte, error) {
	say, acked := frame, false
	for range attempts {
		if _, err := h.port.Write(say); err != nil {
			return nil, err
		}
		f, err := h.answer(ctx, code, &acked)
		switch {
		case err == nil && f.Kind == Refusal:
			return nil, fmt.Errorf("%w: %02x", ErrRefused, code)
		case err == nil:
			return f.Content[1:], nil
		case !errors.Is(err, errAgain):
			return nil, err
		}
		h.unsure = true
		if acked {
			say = nack
		}
	}
	return nil, fmt.Errorf("%w to %02x", ErrSilent, code)
}

// errAgain is the error of an answer that was damaged or did not come.
var errAgain = errors.New("pn532: say it again")

// answer waits for the answer to the command, or for its refusal.
func (h *hsu) answer(ctx context.Context, code byte, acked *bool) (Frame, error) {
	until := time.Now().Add(h.cfg.AnswerTimeout)
	for {
		f, err := h.next(ctx, until)
		switch {
		case err != nil:
			return f, err
		case f.Kind == Ack:
			*acked = true
		case !*acked:
			// Of another command, or one whose ACK was damaged: that one is said again.
		case f.Kind == Damaged:
			return f, errAgain
		case f.Kind == Refusal, f.Kind == Data && f.FromChip && f.Content[0] == code+1:
			return f, nil
		}
	}
}

// next waits for a frame; the error is errAgain when the time has run out.
func (h *hsu) next(ctx context.Context, until time.Time) (Frame, error) {
	for {
		if f, ok := h.take(); ok {
			return f, nil
		}
		if err := ctx.Err(); err != nil {
			return Frame{}, err
		}
		n, err := h.port.Read(h.buf[:])
		switch {
		case err == nil:
			h.in.Feed(h.buf[:n])
		case !errors.Is(err, drivers.ErrTimeout):
			return Frame{}, err
		case time.Now().After(until):
			if f, ok := h.in.Gap(); ok && usable(f) {
				return f, nil
			}
			return Frame{}, errAgain
		}
	}
}

// take is the next frame with something in it.
func (h *hsu) take() (Frame, bool) {
	for {
		f, ok := h.in.Next()
		if !ok || usable(f) {
			return f, ok
		}
	}
}

func usable(f Frame) bool { return f.Kind != Data || len(f.Content) > 0 }
