package acr122s

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"loket/drivers"
	"loket/drivers/reader/pn532"
)

// desk answers what is written to it as a script says, and nothing more.
type desk struct {
	t      *testing.T
	script []exchange
	out    []byte
}

// exchange is what the host must write and what it hears then.
type exchange struct{ write, hear []byte }

func (d *desk) Write(b []byte) (int, error) {
	d.t.Helper()
	if len(d.script) == 0 {
		d.t.Fatalf("the host wrote %x after the end", b)
	}
	if want := d.script[0].write; !bytes.Equal(b, want) {
		d.t.Fatalf("the host wrote %x, want %x", b, want)
	}
	d.out = append(d.out, d.script[0].hear...)
	d.script = d.script[1:]
	return len(b), nil
}

// Read gives few bytes at a time, as a line does.
func (d *desk) Read(b []byte) (int, error) {
	if len(d.out) == 0 {
		return 0, drivers.ErrTimeout
	}
	n := copy(b[:min(len(b), 3)], d.out)
	d.out = d.out[n:]
	return n, nil
}

func (d *desk) WriteNow(b []byte) (int, error) { return d.Write(b) }
func (d *desk) Drain(context.Context) error    { return nil }
func (d *desk) Close() error                   { return nil }

func talk(t *testing.T, script ...exchange) (*link, *desk) {
	t.Helper()
	d := &desk{t: t, script: script}
	return &link{port: d, cfg: Config{AnswerTimeout: time.Millisecond}}, d
}

func says(s Status) []byte { return []byte{stx, byte(s), byte(s), etx} }

func join(b ...[]byte) []byte { return bytes.Join(b, nil) }

// look is the message that looks for a card of type A, under its number.
func look(seq byte) []byte {
	return Encode(transfer, seq, []byte{0xff, 0, 0, 0, 4, 0xd4, 0x4a, 0x01, 0x00})
}

func none(seq byte) []byte { return said(seq, []byte{0xd5, 0x4b, 0x00, 0x90, 0x00}) }

func damaged(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)-2] ^= 0x10
	return b
}

func TestAnswerIsFoundWhateverTheLineDoesToItsFrames(t *testing.T) {
	taken := says(Taken)
	for name, script := range map[string][]exchange{
		"a clean line":         {{look(1), join(taken, none(1))}},
		"garbage between":      {{look(1), join([]byte{9, 2, 7}, taken, []byte{2, 2, 0x80, 3}, none(1))}},
		"an older answer":      {{look(1), join(taken, none(0), none(1))}},
		"no status":            {{look(1), none(1)}},
		"taken for damaged":    {{look(1), says(BadChecksum)}, {look(2), join(taken, none(2))}},
		"taken for too short":  {{look(1), says(BadLength)}, {look(2), join(taken, none(2))}},
		"taken for endless":    {{look(1), says(BadEnd)}, {look(2), join(taken, none(2))}},
		"taken for late":       {{look(1), says(TimedOut)}, {look(2), join(taken, none(2))}},
		"a wrong checksum":     {{look(1), join(taken, damaged(none(1)))}, {look(2), join(taken, none(2))}},
		"no answer":            {{look(1), taken}, {look(2), join(taken, none(2))}},
		"half an answer":       {{look(1), join(taken, none(1)[:7])}, {look(2), join(taken, none(2))}},
		"an answer after that": {{look(1), taken}, {look(2), join(none(1), taken, none(2))}},
		"silence, three times": {{look(1), nil}, {look(2), nil}, {look(3), nil}, {look(4), join(taken, none(4))}},
	} {
		t.Run(name, func(t *testing.T) {
			l, d := talk(t, script...)
			got, err := l.Exchange(t.Context(), 0x4a, 0x01, 0x00)
			if err != nil || !bytes.Equal(got, []byte{0}) || len(d.script) != 0 {
				t.Fatalf("%x, %v, %d left", got, err, len(d.script))
			}
		})
	}
}

func TestReaderIsPoweredFirst(t *testing.T) {
	l, d := talk(t, exchange{Encode(powerOn, 1, nil), join(says(Taken), said(1, []byte{0x3b, 0x00}))})
	if err := l.Wake(t.Context()); err != nil || len(d.script) != 0 {
		t.Fatal(err)
	}
}

func TestAnswerThatIsNoneIsAnError(t *testing.T) {
	for name, c := range map[string]struct {
		payload []byte
		want    error
	}{
		"refused":   {[]byte{0x63, 0x00}, pn532.ErrRefused},
		"empty":     {nil, pn532.ErrRefused},
		"another's": {[]byte{0xd5, 0x53, 0x00, 0x90, 0x00}, pn532.ErrAnswer},
	} {
		l, _ := talk(t, exchange{look(1), join(says(Taken), said(1, c.payload))})
		if _, err := l.Exchange(t.Context(), 0x4a, 0x01, 0x00); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	l, _ := talk(t, exchange{look(1), nil}, exchange{look(2), nil}, exchange{look(3), nil}, exchange{look(4), nil})
	if _, err := l.Exchange(t.Context(), 0x4a, 0x01, 0x00); !errors.Is(err, pn532.ErrSilent) {
		t.Errorf("silence: %v", err)
	}
}
