package pn532

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"loket/drivers"
)

// chip answers what is written to it as a script says, and nothing more.
type chip struct {
	t      *testing.T
	script []exchange
	out    []byte
}

// exchange is what the host must write and what it hears then.
type exchange struct{ write, hear []byte }

func (c *chip) Write(b []byte) (int, error) {
	c.t.Helper()
	if len(c.script) == 0 {
		c.t.Fatalf("the host wrote %x after the end", b)
	}
	if want := c.script[0].write; !bytes.Equal(b, want) {
		c.t.Fatalf("the host wrote %x, want %x", b, want)
	}
	c.out = append(c.out, c.script[0].hear...)
	c.script = c.script[1:]
	return len(b), nil
}

// Read gives few bytes at a time, as a line does.
func (c *chip) Read(b []byte) (int, error) {
	if len(c.out) == 0 {
		return 0, drivers.ErrTimeout
	}
	n := copy(b[:min(len(b), 3)], c.out)
	c.out = c.out[n:]
	return n, nil
}

func (c *chip) WriteNow(b []byte) (int, error) { return c.Write(b) }
func (c *chip) Drain(context.Context) error    { return nil }
func (c *chip) Close() error                   { return nil }

// says is a frame of the chip: a response code and what follows.
func says(content ...byte) []byte {
	n := byte(len(content) + 1)
	b := append([]byte{0x00, 0x00, 0xff, n, -n, fromChip}, content...)
	return append(b, -(fromChip + sum(content)), 0x00)
}

// lookOnce is look with what it found as a result.
func lookOnce(t *testing.T, h *hsu, typeB bool) (c Card, ok bool, err error) {
	t.Helper()
	err = look(t.Context(), h, typeB, func(x Card) { c, ok = x, true })
	return c, ok, err
}

func join(b ...[]byte) []byte { return bytes.Join(b, nil) }

func damaged(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)-2] ^= 0x10
	return b
}

func talk(t *testing.T, script ...exchange) (*hsu, *chip) {
	t.Helper()
	c := &chip{t: t, script: script}
	return &hsu{port: c, cfg: Config{AnswerTimeout: time.Millisecond}}, c
}

var (
	askA   = Encode([]byte{listTargets, 0x01, modulationA})
	askB   = Encode([]byte{listTargets, 0x01, modulationB, 0x00})
	free   = Encode([]byte{release, 0x00})
	isFree = says(release+1, 0x00)
	none   = says(listTargets+1, 0x00)
	cardA  = says(listTargets+1, 1, 1, 0x00, 0x44, 0x20, 7, 4, 0x55, 0xa2, 0xb2, 0xc3, 0x61, 0x80, 6, 0x75, 0x77, 0x81, 2, 0x80)
	cardB  = says(listTargets+1, 1, 1, 0x50, 0x9a, 0x8b, 0x7c, 0x6d, 0, 0, 0, 0, 0, 0x81, 0x81, 1, 0)
)

func TestChipIsWokenAsItsManualSays(t *testing.T) {
	h, c := talk(t,
		exchange{ackBytes, []byte{0x00, 0x07}}, // what an older program left is passed over
		exchange{[]byte("\x55\x55\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\x03\xfd\xd4\x14\x01\x17\x00"), join(ackBytes, says(0x15))},
		exchange{Encode([]byte{0x02}), join(ackBytes, says(0x03, 0x32, 1, 6, 7))},
		exchange{Encode([]byte{0x32, 5, 0, 0, 2}), join(ackBytes, says(0x33))},
	)
	if err := (&poller{link: h}).start(t.Context()); err != nil || len(c.script) != 0 {
		t.Fatalf("%v, %d left", err, len(c.script))
	}
}

func TestCardIsFoundWhateverTheLineDoesToItsFrames(t *testing.T) {
	want := Card{ID: "\x04\x55\xa2\xb2\xc3\x61\x80"}
	again := func(last []byte) []exchange { // what was said twice is settled before the next command
		return []exchange{{nack, last}, {ackBytes, nil}, {free, join(ackBytes, isFree)}}
	}
	for name, script := range map[string][]exchange{
		"a clean line":       {{askA, join(ackBytes, cardA)}, {free, join(ackBytes, isFree)}},
		"garbage between":    {{askA, join([]byte{1, 0, 0xff, 9}, ackBytes, []byte{0xff, 0, 0}, cardA)}, {free, join(ackBytes, isFree)}},
		"an older answer":    {{askA, join(none, ackBytes, cardA)}, {free, join(ackBytes, isFree)}},
		"another's answer":   {{askA, join(ackBytes, isFree, cardA)}, {free, join(ackBytes, isFree)}},
		"a wrong checksum":   append([]exchange{{askA, join(ackBytes, damaged(cardA))}}, again(cardA)...),
		"no answer":          append([]exchange{{askA, ackBytes}}, again(cardA)...),
		"half an answer":     append([]exchange{{askA, join(ackBytes, cardA[:9])}}, again(cardA)...),
		"three wrong":        append([]exchange{{askA, join(ackBytes, damaged(cardA))}, {nack, damaged(cardA)}, {nack, nil}}, again(cardA)...),
		"no ACK":             {{askA, nil}, {askA, join(ackBytes, cardA)}, {ackBytes, nil}, {free, join(ackBytes, isFree)}},
		"an ACK that is cut": {{askA, join(ackBytes[:4], cardA)}, {askA, join(ackBytes, cardA)}, {ackBytes, nil}, {free, join(ackBytes, isFree)}},
		"an answer too many": {{askA, nil}, {askA, join(ackBytes, cardA, ackBytes, cardA)}, {ackBytes, cardA}, {free, join(ackBytes, isFree)}},
		"an ACK to a NACK":   append([]exchange{{askA, join(ackBytes, damaged(cardA))}}, again(join(ackBytes, cardA))...),
	} {
		t.Run(name, func(t *testing.T) {
			h, c := talk(t, script...)
			got, ok, err := lookOnce(t, h, false)
			if err != nil || !ok || got != want || len(c.script) != 0 {
				t.Fatalf("%+v, %v, %v, %d left", got, ok, err, len(c.script))
			}
		})
	}
}

func TestWhatIsNoCardIsNone(t *testing.T) {
	for name, c := range map[string]struct {
		typeB bool
		hear  []byte
		freed bool
	}{
		"nothing there":        {false, none, false},
		"nothing of type B":    {true, none, false},
		"A where B was asked":  {true, cardA, true},
		"B where A was asked":  {false, cardB, true},
		"a UID of 5 bytes":     {false, says(listTargets+1, 1, 1, 0, 4, 8, 5, 1, 2, 3, 4, 5), true},
		"a UID that is cut":    {false, says(listTargets+1, 1, 1, 0, 4, 8, 7, 1, 2), true},
		"an answer that stops": {false, says(listTargets+1, 1), true},
	} {
		t.Run(name, func(t *testing.T) {
			ask := askA
			if c.typeB {
				ask = askB
			}
			script := []exchange{{ask, join(ackBytes, c.hear)}}
			if c.freed {
				script = append(script, exchange{free, join(ackBytes, isFree)})
			}
			h, port := talk(t, script...)
			if got, ok, err := lookOnce(t, h, c.typeB); ok || err != nil || len(port.script) != 0 {
				t.Fatalf("%+v, %v, %v, %d left", got, ok, err, len(port.script))
			}
		})
	}
}

func TestChipThatDoesNotAnswerOrRefusesIsAnError(t *testing.T) {
	h, _ := talk(t, exchange{askA, nil}, exchange{askA, nil}, exchange{askA, nil}, exchange{askA, nil})
	if _, _, err := lookOnce(t, h, false); !errors.Is(err, ErrSilent) {
		t.Errorf("silence: %v", err)
	}
	h, _ = talk(t, exchange{askA, join(ackBytes, []byte{0x00, 0x00, 0xff, 0x01, 0xff, 0x7f, 0x81, 0x00})})
	if _, _, err := lookOnce(t, h, false); !errors.Is(err, ErrRefused) {
		t.Errorf("refusal: %v", err)
	}
	h, _ = talk(t, exchange{askA, join(ackBytes, says(listTargets+1))})
	if _, _, err := lookOnce(t, h, false); !errors.Is(err, ErrAnswer) {
		t.Errorf("an empty answer: %v", err)
	}
}
