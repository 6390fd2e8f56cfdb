package emulator_test

import (
	"errors"
	"os"
	"testing"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/drivers/serialport"
)

// desk starts an emulated reader and opens its line.
func desk(t *testing.T, cfg emulator.ReaderConfig) (*emulator.Reader, *serialport.Port) {
	t.Helper()
	e, err := emulator.NewReader(cfg)
	if err != nil {
		t.Fatal(err)
	}
	port, err := serialport.Open(serialport.Config{Device: e.Device(), Baud: e.Baud()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(port.Close(), e.Close()); err != nil {
			t.Error(err)
		}
	})
	return e, port
}

// quiet fails when the device says anything before it answers what is asked after.
func quiet(t *testing.T, p *serialport.Port, why string) {
	t.Helper()
	if n, err := p.Read(make([]byte, 64)); !errors.Is(err, drivers.ErrTimeout) {
		t.Fatalf("%s: %d bytes, %v", why, n, err)
	}
}

const (
	wake      = "\x55\x55\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	configure = "\x00\x00\xff\x03\xfd\xd4\x14\x01\x17\x00"
	limit     = "\x00\x00\xff\x06\xfa\xd4\x32\x05\x00\x00\x02\xf3\x00"
	lookA     = "\x00\x00\xff\x04\xfc\xd4\x4a\x01\x00\xe1\x00"
	ack       = "\x00\x00\xff\x00\xff\x00"
	nack      = "\x00\x00\xff\xff\x00\x00"
	noCard    = "\x00\x00\xff\x03\xfd\xd5\x4b\x00\xe0\x00"
	card4     = "\x00\x00\xff\x0c\xf4\xd5\x4b\x01\x01\x00\x04\x08\x04\x04\xa1\xb2\xc3\xb4\x00"
	refused   = "\x00\x00\xff\x01\xff\x7f\x81\x00"
)

func TestPN532SleepsUntilItIsWokenAndConfigured(t *testing.T) {
	e, port := desk(t, emulator.ReaderConfig{Kind: emulator.PN532})
	say(t, port, lookA)
	quiet(t, port, "asleep")
	say(t, port, wake+lookA)
	quiet(t, port, "awake and not configured")
	say(t, port, configure)
	if got := hear(t, port, 15); got != ack+"\x00\x00\xff\x02\xfe\xd5\x15\x16\x00" {
		t.Fatalf("configured: %x", got)
	}
	say(t, port, lookA)
	if got := hear(t, port, 6); got != ack {
		t.Fatalf("a look for ever: %x", got)
	}
	quiet(t, port, "a look for ever")
	say(t, port, ack+limit)
	if got := hear(t, port, 15); got != ack+"\x00\x00\xff\x02\xfe\xd5\x33\xf8\x00" {
		t.Fatalf("retries: %x", got)
	}
	say(t, port, lookA)
	if got := hear(t, port, 16); got != ack+noCard {
		t.Fatalf("no card: %x", got)
	}
	if err := e.Tap(emulator.Card{Type: "A", UID: "04A1B2C3"}); err != nil {
		t.Fatal(err)
	}
	say(t, port, lookA)
	if got := hear(t, port, 25); got != ack+card4 {
		t.Fatalf("a card: %x", got)
	}
	say(t, port, nack)
	if got := hear(t, port, 19); got != card4 {
		t.Fatalf("after NACK: %x", got)
	}
	say(t, port, "\x00\x00\xff\x02\xfe\xd4\x99\x93\x00")
	if got := hear(t, port, 14); got != ack+refused {
		t.Fatalf("an unknown command: %x", got)
	}
	say(t, port, "\x00\x00\xff\x04\xfc\xd4\x4a\x01\x00\xe2\x00")
	quiet(t, port, "a wrong checksum")
}

func TestACR122SSaysWhatIsWrongWithAFrame(t *testing.T) {
	_, port := desk(t, emulator.ReaderConfig{Kind: emulator.ACR122S, Baud: 115200})
	for _, c := range []struct{ why, say, hear string }{
		{"checksum", "\x02\x62\x00\x00\x00\x00\x00\x01\x00\x00\x00\x62\x03", "\x02\xff\xff\x03"},
		{"end", "\x02\x62\x00\x00\x00\x00\x00\x01\x00\x00\x00\x63\x04", "\x02\xfd\xfd\x03"},
		{"length", "\x02\x62\xff\xff\x00\x00\x00\x01\x00\x00\x00", "\x02\xfe\xfe\x03"},
		{"no power", "\x02\x6f\x07\x00\x00\x00\x00\x01\x00\x00\x00\xff\x00\x00\x00\x02\xd4\x02\x42\x03", "\x02\x00\x00\x03\x02\x80\x02\x00\x00\x00\x00\x01\x00\x00\x00\x63\x00\xe0\x03"},
		{"power on", "\x02\x62\x00\x00\x00\x00\x00\x05\x00\x00\x00\x67\x03", "\x02\x00\x00\x03\x02\x80\x00\x00\x00\x00\x00\x05\x00\x00\x00\x85\x03"},
		{"firmware", "\x02\x6f\x07\x00\x00\x00\x00\x01\x00\x00\x00\xff\x00\x00\x00\x02\xd4\x02\x42\x03", "\x02\x00\x00\x03\x02\x80\x08\x00\x00\x00\x00\x01\x00\x00\x00\xd5\x03\x32\x01\x06\x07\x90\x00\xfd\x03"},
	} {
		say(t, port, c.say)
		if got := hear(t, port, len(c.hear)); got != c.hear {
			t.Fatalf("%s: %x", c.why, got)
		}
	}
}

func TestScannerWritesItsCodesAndLosesThemWithoutACable(t *testing.T) {
	e, port := desk(t, emulator.ReaderConfig{Kind: emulator.Line, End: "\r\n", Wrapped: true})
	if err := e.Scan("0012345678"); err != nil {
		t.Fatal(err)
	}
	if got := hear(t, port, 14); got != "\x020012345678\x03\r\n" {
		t.Fatalf("%q", got)
	}
	if err := e.Set(emulator.Unplugged, true); err != nil {
		t.Fatal(err)
	}
	<-port.Gone()
	if _, err := os.Lstat(e.Device()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the link of an unplugged reader: %v", err)
	}
	if err := e.Scan("lost"); err != nil {
		t.Fatal(err)
	}
	if err := e.Set(emulator.Unplugged, false); err != nil {
		t.Fatal(err)
	}
	again, err := serialport.Open(serialport.Config{Device: e.Device()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := e.Scan("b"); err != nil {
		t.Fatal(err)
	}
	if got := hear(t, again, 5); got != "\x02b\x03\r\n" {
		t.Fatalf("after the cable was back: %q", got)
	}
}

func TestReaderRefusesWhatItCannotSee(t *testing.T) {
	cards, _ := desk(t, emulator.ReaderConfig{Kind: emulator.PN532})
	codes, _ := desk(t, emulator.ReaderConfig{Kind: emulator.Line})
	for name, c := range map[string]struct{ got, want error }{
		"a short UID":        {cards.Tap(emulator.Card{Type: "A", UID: "04A1"}), emulator.ErrCard},
		"a long PUPI":        {cards.Tap(emulator.Card{Type: "B", UID: "04A1B2C3D4E5F6"}), emulator.ErrCard},
		"no hex":             {cards.Tap(emulator.Card{Type: "A", UID: "04A1B2CX"}), emulator.ErrCard},
		"another type":       {cards.Tap(emulator.Card{Type: "C", UID: "04A1B2C3"}), emulator.ErrCard},
		"a card to a lamp":   {codes.Tap(emulator.Card{Type: "A", UID: "04A1B2C3"}), emulator.ErrCard},
		"a code to a field":  {cards.Scan("x"), emulator.ErrCode},
		"an empty code":      {codes.Scan(""), emulator.ErrCode},
		"a printer's fault":  {cards.Set(emulator.PaperOut, true), emulator.ErrFault},
		"checksums of lines": {codes.Set(emulator.BadChecksum, true), emulator.ErrFault},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v", name, c.got)
		}
	}
	if _, err := emulator.NewReader(emulator.ReaderConfig{Kind: "wand"}); err == nil {
		t.Error("a reader of no kind was made")
	}
}
