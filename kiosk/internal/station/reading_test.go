package station

import (
	"context"
	"testing"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/drivers/reader/line"
	"loket/drivers/reader/pn532"
	"loket/drivers/serialport"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// withReaders gives a kiosk an emulated card reader and scanner, each on a real line.
func withReaders(t *testing.T) (cards, codes *emulator.Reader, change func(*rig, *Config)) {
	t.Helper()
	open := func(kind emulator.ReaderKind) *emulator.Reader {
		e, err := emulator.NewReader(emulator.ReaderConfig{Kind: kind})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = e.Close() })
		return e
	}
	cards, codes = open(emulator.PN532), open(emulator.Line)
	reader, err := pn532.Open(serialport.Config{Device: cards.Device(), Baud: 115200}, pn532.Config{})
	if err != nil {
		t.Fatal(err)
	}
	scanner, err := line.Open(serialport.Config{Device: codes.Device(), Baud: 9600}, line.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = reader.Close(), scanner.Close() })
	return cards, codes, func(_ *rig, c *Config) {
		c.Readers = map[string]drivers.Reader{"reader": reader, "scanner": scanner}
	}
}

func TestACardStartsAVisit(t *testing.T) {
	cards, _, readers := withReaders(t)
	r := start(t, newOffice(t), readers)
	r.ready()
	if err := cards.Tap(emulator.Card{Type: "A", UID: "04A1B2C3D4E5F6"}); err != nil {
		t.Fatal(err)
	}
	r.awaitScreen(flow.Home)
}

func TestAScannedTicketIsLookedUp(t *testing.T) {
	_, codes, readers := withReaders(t)
	o := newOffice(t)
	r := start(t, o, readers)
	r.ready()
	if err := codes.Scan("HTTP://192.168.1.10:8080/T/7K3M9Q2D4XABC"); err != nil {
		t.Fatal(err)
	}
	o.awaitRequest(protocol.MethodTicketFind, "7K3M9Q2D4XABC")
}

func TestStaffHearOfAReaderThatIsUnplugged(t *testing.T) {
	cards, _, readers := withReaders(t)
	o := newOffice(t)
	start(t, o, readers)
	if err := cards.WaitLooks(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	if err := cards.Set(emulator.Unplugged, true); err != nil {
		t.Fatal(err)
	}
	o.awaitRequest(protocol.MethodDeviceReport, `"reader"`, `"unplugged"`)
	if err := cards.Set(emulator.Unplugged, false); err != nil {
		t.Fatal(err)
	}
	o.awaitRequest(protocol.MethodDeviceReport, `"part":"reader"}`) // without a cause: mended
}
