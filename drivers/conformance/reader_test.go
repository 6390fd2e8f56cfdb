package conformance_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"loket/drivers"
	"loket/drivers/conformance"
	"loket/drivers/emulator"
	"loket/drivers/reader/acr122s"
	"loket/drivers/reader/line"
	"loket/drivers/reader/pn532"
	"loket/drivers/serialport"
)

var (
	readerDevice = flag.String("reader", "", "`device` of a real reader to test, such as /dev/loket-reader")
	readerKind   = flag.String("kind", "pn532", "what -reader is: pn532, acr122s or line")
	readerReport = flag.String("reader-report", "", "`file` for a report of the test of -reader")
)

// open opens a reader as the kiosk does.
func open(kind emulator.ReaderKind, device string, baud int) (drivers.Reader, error) {
	cfg := serialport.Config{Device: device, Baud: baud, Retry: 20 * time.Millisecond}
	switch kind {
	case emulator.PN532:
		return pn532.Open(cfg, pn532.Config{})
	case emulator.ACR122S:
		return acr122s.Open(cfg, acr122s.Config{})
	case emulator.Line:
		return line.Open(cfg, line.Config{})
	}
	return nil, fmt.Errorf("-kind %q: allowed are %v", kind, emulator.ReaderKinds())
}

func uid(value string, bindable bool) drivers.Reading {
	return drivers.Reading{Kind: drivers.CardUID, Value: value, Bindable: bindable}
}

// cards are the cards that are shown to a reader of cards.
func cards() []conformance.Sample {
	return []conformance.Sample{
		{Name: "A 04A1B2C3", Want: uid("04A1B2C3", true)},
		{Name: "A 0455A2B2C36180", Want: uid("0455A2B2C36180", true)},
		{Name: "A 04112233445566778899", Want: uid("04112233445566778899", true)},
		{Name: "A 08D1E2F3", Want: uid("08D1E2F3", false)},
		{Name: "B 9A8B7C6D", Want: uid("9A8B7C6D", false)},
	}
}

// codes are the codes that are shown to a reader of lines; their names are what is written.
func codes() []conformance.Sample {
	value := func(k drivers.Kind, v string) drivers.Reading { return drivers.Reading{Kind: k, Value: v} }
	return []conformance.Sample{
		{Name: "0000000000000001", Want: value(drivers.NIK, "0000000000000001")},
		{Name: "0012345678", Want: value(drivers.Member, "0012345678")},
		{Name: "04a1b2c3", Want: uid("04A1B2C3", true)},
		{Name: "0455A2B2C36180", Want: uid("0455A2B2C36180", true)},
		{Name: "https://antre.mpp.example.id/t/7KQ2M9XH4T0AB", Want: value(drivers.Ticket, "7KQ2M9XH4T0AB")},
		{Name: "HTTPS://10.0.0.7:8080/T/7KQ2M9XH4T0AC", Want: value(drivers.Ticket, "7KQ2M9XH4T0AC")},
		{Name: "Undangan: meja 5", Want: value(drivers.Opaque, "Undangan: meja 5")},
	}
}

// emulated is a harness over an emulated reader.
func emulated(t *testing.T, cfg emulator.ReaderConfig) conformance.ReaderHarness {
	t.Helper()
	e, err := emulator.NewReader(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	set := func(f emulator.Fault) func(*testing.T, bool) {
		return func(t *testing.T, on bool) {
			t.Helper()
			if err := e.Set(f, on); err != nil {
				t.Fatal(err)
			}
		}
	}
	h := conformance.ReaderHarness{
		Open:    func() (drivers.Reader, error) { return open(cfg.Kind, e.Device(), e.Baud()) },
		Cable:   func(t *testing.T, in bool) { set(emulator.Unplugged)(t, !in) },
		Disturb: map[string]func(*testing.T, bool){},
	}
	for _, f := range emulator.ReaderFaults(cfg.Kind) {
		if f != emulator.Unplugged && f != emulator.Silent {
			h.Disturb[string(f)] = set(f)
		}
	}
	if cfg.Kind == emulator.Line {
		h.Samples = codes()
		h.Show = func(t *testing.T, s conformance.Sample) { check(t, e.Scan(s.Name)) }
		return h
	}
	looks := func(t *testing.T) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		check(t, e.WaitLooks(ctx, e.Count()+18)) // two for each poll of half a second, and some in between
	}
	h.Samples = cards()
	h.Mute = set(emulator.Silent)
	h.Dwell = looks
	h.Show = func(t *testing.T, s conformance.Sample) {
		kind, id, _ := strings.Cut(s.Name, " ")
		check(t, e.Tap(emulator.Card{Type: kind, UID: id}))
	}
	h.Lift = func(t *testing.T) { e.Lift(); looks(t) }
	return h
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestEmulatedReadersKeepTheContract(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]emulator.ReaderConfig{
		"pn532":                {Kind: emulator.PN532},
		"acr122s":              {Kind: emulator.ACR122S, Baud: 115200},
		"lines end in CR LF":   {Kind: emulator.Line, End: "\r\n"},
		"lines end in CR":      {Kind: emulator.Line, End: "\r"},
		"lines between STX":    {Kind: emulator.Line, End: "\n", Wrapped: true},
		"lines end in silence": {Kind: emulator.Line},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they wait for wires, they do not compute
			conformance.Reader(t, emulated(t, cfg))
		})
	}
}

// TestReaderOnTheDesk tests the reader that -reader names, with the person before it.
func TestReaderOnTheDesk(t *testing.T) {
	if *readerDevice == "" {
		return // nobody has put a reader on the desk
	}
	tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0)
	check(t, err)
	defer func() { check(t, tty.Close()) }()
	ask := func(t *testing.T, text string) {
		t.Helper()
		_, err := fmt.Fprintln(tty, ">>> "+text)
		check(t, err)
	}
	moment := func(t *testing.T) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		<-ctx.Done()
	}
	kind := emulator.ReaderKind(*readerKind)
	report := []string{
		fmt.Sprintf("Reader %s, kind %s, %s", *readerDevice, kind, time.Now().Format(time.RFC3339)),
	}
	h := conformance.ReaderHarness{
		Open:    func() (drivers.Reader, error) { return open(kind, *readerDevice, 0) },
		Samples: []conformance.Sample{{Name: "the first card or code"}, {Name: "another card or code"}},
		Show:    func(t *testing.T, s conformance.Sample) { ask(t, "Please show "+s.Name+".") },
		Cable: func(t *testing.T, in bool) {
			if in {
				ask(t, "Please put the cable back in.")
			} else {
				ask(t, "Please take the reader's cable out.")
			}
		},
		Note: func(l string) { report = append(report, l) },
	}
	if kind != emulator.Line {
		h.Dwell = func(t *testing.T) { ask(t, "Please leave the card there."); moment(t) }
		h.Lift = func(t *testing.T) { ask(t, "Please take the card away."); moment(t) }
	}
	conformance.Reader(t, h)
	text := strings.Join(report, "\n") + "\n"
	ask(t, text)
	if *readerReport != "" {
		check(t, errors.Join(os.WriteFile(*readerReport, []byte(text), 0o600)))
	}
}
