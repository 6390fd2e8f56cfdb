package serialport_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/creack/pty"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"loket/drivers"
	"loket/drivers/serialport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wire is a pty with a link to it, as a cable with a udev name.
type wire struct {
	t      *testing.T
	link   string
	master *os.File
	slave  *os.File
}

func newWire(t *testing.T) *wire {
	t.Helper()
	w := &wire{t: t, link: filepath.Join(t.TempDir(), "device")}
	w.plug()
	t.Cleanup(func() {
		if w.master != nil {
			w.unplug()
		}
	})
	return w
}

func (w *wire) plug() {
	w.t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		w.t.Fatal(err)
	}
	tio, err := unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS)
	if err != nil {
		w.t.Fatal(err)
	}
	tio.Iflag, tio.Oflag, tio.Lflag = 0, 0, 0
	if err := unix.IoctlSetTermios(int(slave.Fd()), unix.TCSETS, tio); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Symlink(slave.Name(), w.link); err != nil {
		w.t.Fatal(err)
	}
	w.master, w.slave = master, slave
}

func (w *wire) unplug() {
	w.t.Helper()
	if err := errors.Join(os.Remove(w.link), w.master.Close(), w.slave.Close()); err != nil {
		w.t.Fatal(err)
	}
	w.master = nil
}

func (w *wire) open(cfg serialport.Config) *serialport.Port {
	w.t.Helper()
	cfg.Device = w.link
	p, err := serialport.Open(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := p.Close(); err != nil {
			w.t.Errorf("close: %v", err)
		}
	})
	return p
}

// say writes at the device's end.
func (w *wire) say(s string) {
	w.t.Helper()
	if _, err := w.master.WriteString(s); err != nil {
		w.t.Fatal(err)
	}
}

// hear reads n bytes at the device's end.
func (w *wire) hear(n int) string {
	w.t.Helper()
	b := make([]byte, n)
	for got := 0; got < n; {
		k, err := w.master.Read(b[got:])
		if err != nil {
			w.t.Fatal(err)
		}
		got += k
	}
	return string(b)
}

// read reads until something else than a time-out comes.
func read(t *testing.T, p drivers.Port) (string, error) {
	t.Helper()
	b := make([]byte, 64)
	for range 600 {
		n, err := p.Read(b)
		if !errors.Is(err, drivers.ErrTimeout) {
			return string(b[:n]), err
		}
	}
	t.Fatal("nothing but time-outs")
	return "", nil
}

func TestBytesGoBothWaysUntouched(t *testing.T) {
	w := newWire(t)
	p := w.open(serialport.Config{})
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	if n, err := p.Write(all); n != len(all) || err != nil {
		t.Fatalf("write: %d, %v", n, err)
	}
	if got := w.hear(len(all)); got != string(all) {
		t.Fatalf("the device got %x", got)
	}
	w.say(string(all))
	got := ""
	for len(got) < len(all) {
		s, err := read(t, p)
		if err != nil {
			t.Fatal(err)
		}
		got += s
	}
	if got != string(all) {
		t.Fatalf("the host got %x", got)
	}
	if err := p.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestSilenceIsATimeOutAndNotAnEnd(t *testing.T) {
	w := newWire(t)
	p := w.open(serialport.Config{ReadTimeout: 10 * time.Millisecond})
	for range 30 {
		if n, err := p.Read(make([]byte, 8)); n != 0 || !errors.Is(err, drivers.ErrTimeout) {
			t.Fatalf("read: %d, %v", n, err)
		}
	}
	w.say("x")
	if s, err := read(t, p); s != "x" || err != nil {
		t.Fatalf("after the silence: %q, %v", s, err)
	}
}

func TestUnplugIsSeenIdleAndByEveryCall(t *testing.T) {
	w := newWire(t)
	p := w.open(serialport.Config{})
	w.unplug()
	<-p.Gone()
	for range 3 {
		if _, err := p.Read(make([]byte, 8)); !errors.Is(err, drivers.ErrUnplugged) {
			t.Fatalf("read: %v", err)
		}
		if _, err := p.Write([]byte("x")); !errors.Is(err, drivers.ErrUnplugged) {
			t.Fatalf("write: %v", err)
		}
		if err := p.Drain(t.Context()); !errors.Is(err, drivers.ErrUnplugged) {
			t.Fatalf("drain: %v", err)
		}
	}
}

func TestWriteThatNobodyReadsEndsAndTheLineGoesOn(t *testing.T) {
	w := newWire(t)
	p := w.open(serialport.Config{WriteTimeout: 200 * time.Millisecond})
	n, err := p.Write(make([]byte, 1<<20))
	if !errors.Is(err, drivers.ErrTimeout) || n == 0 {
		t.Fatalf("write: %d, %v", n, err)
	}
	if _, err := p.Write([]byte("next")); err != nil {
		t.Fatal(err)
	}
	// The far end of a pty has some 4 KiB in hand that nobody can take back, as a UART its few bytes.
	rest := 0
	for ; w.hear(1) != "n"; rest++ {
		if rest > 32<<10 {
			t.Fatal("what was given up came out")
		}
	}
	if got := w.hear(3); got != "ext" {
		t.Fatalf("after it came %q", got)
	}
	t.Logf("%d bytes taken, %d came out before the next", n, rest)
}

func TestCloseEndsAReadAndAWriteAtOnce(t *testing.T) {
	w := newWire(t)
	p := w.open(serialport.Config{ReadTimeout: time.Hour, WriteTimeout: time.Hour})
	ends := make(chan error, 2)
	go func() { _, err := p.Read(make([]byte, 8)); ends <- err }()
	go func() { _, err := p.Write(make([]byte, 1<<20)); ends <- err }()
	if w.hear(1) != "\x00" {
		t.Fatal("the write has not begun")
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := <-ends; !errors.Is(err, drivers.ErrClosed) {
			t.Errorf("ended with %v", err)
		}
	}
	if err := p.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
}

func TestSecondOpenIsRefusedUntilTheFirstIsClosed(t *testing.T) {
	w := newWire(t)
	p := w.open(serialport.Config{})
	for _, device := range []string{w.link, w.slave.Name()} { // by any name
		if _, err := serialport.Open(serialport.Config{Device: device}); !errors.Is(err, drivers.ErrInUse) {
			t.Fatalf("second open of %s: %v", device, err)
		}
		if _, err := serialport.Keep(serialport.Config{Device: device}); !errors.Is(err, drivers.ErrInUse) {
			t.Fatalf("keep of %s: %v", device, err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	w.open(serialport.Config{})
}

func TestXOffHoldsAWriteAndXOnLetsItGo(t *testing.T) {
	w := newWire(t)
	p := w.open(serialport.Config{Flow: serialport.XonXoff, WriteTimeout: 200 * time.Millisecond})
	w.say("\x13a") // the kernel takes the XOFF before we read the a
	if s, err := read(t, p); s != "a" || err != nil {
		t.Fatalf("read: %q, %v", s, err)
	}
	if _, err := p.Write([]byte("held")); !errors.Is(err, drivers.ErrTimeout) {
		t.Fatalf("write against XOFF: %v", err)
	}
	if _, err := p.WriteNow([]byte("now")); err != nil {
		t.Fatalf("write past XOFF: %v", err)
	}
	if got := w.hear(3); got != "now" {
		t.Fatalf("past XOFF came %q", got)
	}
	w.say("\x11b")
	if s, err := read(t, p); s != "b" || err != nil {
		t.Fatalf("read: %q, %v", s, err)
	}
	if _, err := p.Write([]byte("free")); err != nil {
		t.Fatal(err)
	}
	if got := w.hear(4); got != "free" {
		t.Fatalf("after XON came %q", got)
	}
}

func TestConfigThatCannotBeIsRefused(t *testing.T) {
	for name, cfg := range map[string]serialport.Config{
		"no device":  {},
		"odd speed":  {Device: "/dev/null", Baud: 9601},
		"odd flow":   {Device: "/dev/null", Flow: "dtr"},
		"minus baud": {Device: "/dev/null", Baud: -9600},
	} {
		if _, err := serialport.Open(cfg); !errors.Is(err, serialport.ErrConfig) {
			t.Errorf("open with %s: %v", name, err)
		}
		if _, err := serialport.Keep(cfg); !errors.Is(err, serialport.ErrConfig) {
			t.Errorf("keep with %s: %v", name, err)
		}
	}
	if _, err := serialport.Open(serialport.Config{Device: filepath.Join(t.TempDir(), "none")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("open of nothing: %v", err)
	}
	if _, err := serialport.Open(serialport.Config{Device: "/dev/null"}); err == nil {
		t.Error("open of something that is no line succeeded")
	}
}

func TestKeeperOutlivesItsCable(t *testing.T) {
	w := newWire(t)
	k, err := serialport.Keep(serialport.Config{
		Device: w.link, Retry: 10 * time.Millisecond, ReadTimeout: 50 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		echo(t, w, k)
		w.unplug()
		if _, err := read(t, k); !errors.Is(err, drivers.ErrUnplugged) {
			t.Fatalf("read without a cable: %v", err)
		}
		if _, err := k.Write([]byte("x")); !errors.Is(err, drivers.ErrUnplugged) {
			t.Fatalf("write without a cable: %v", err)
		}
		if _, err := k.WriteNow([]byte("x")); !errors.Is(err, drivers.ErrUnplugged) {
			t.Fatalf("write without a cable: %v", err)
		}
		if err := k.Drain(t.Context()); !errors.Is(err, drivers.ErrUnplugged) {
			t.Fatalf("drain without a cable: %v", err)
		}
		w.plug()
		back(t, k)
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Read(make([]byte, 1)); !errors.Is(err, drivers.ErrClosed) {
		t.Errorf("read after close: %v", err)
	}
	if _, err := k.Write(nil); !errors.Is(err, drivers.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
}

func TestKeeperTellsALossThatWasOverBeforeTheRead(t *testing.T) {
	w := newWire(t)
	k, err := serialport.Keep(serialport.Config{Device: w.link, Retry: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}()
	w.unplug()
	w.plug()
	for { // until the keeper has opened the new device
		if _, err := k.Write([]byte("?")); err == nil {
			break
		}
	}
	if _, err := k.Read(make([]byte, 1)); !errors.Is(err, drivers.ErrUnplugged) {
		t.Errorf("first read after the loss: %v", err)
	}
}

func TestKeeperStartsWithoutItsDevice(t *testing.T) {
	w := newWire(t)
	w.unplug()
	k, err := serialport.Keep(serialport.Config{Device: w.link, Retry: 10 * time.Millisecond, ReadTimeout: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Read(make([]byte, 1)); !errors.Is(err, drivers.ErrUnplugged) {
		t.Fatalf("read before the device: %v", err)
	}
	w.plug()
	back(t, k)
	echo(t, w, k)
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
}

// back waits until the device answers again.
func back(t *testing.T, k *serialport.Keeper) {
	t.Helper()
	c, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for c.Err() == nil {
		if _, err := k.Read(make([]byte, 1)); errors.Is(err, drivers.ErrTimeout) {
			return
		}
	}
	t.Fatal("the device did not come back")
}

func echo(t *testing.T, w *wire, p drivers.Port) {
	t.Helper()
	if _, err := p.Write([]byte("ping")); err != nil {
		t.Fatal(err)
	}
	if got := w.hear(4); got != "ping" {
		t.Fatalf("the device got %q", got)
	}
	w.say("pong")
	if got, err := read(t, p); got != "pong" || err != nil {
		t.Fatalf("the host got %q, %v", got, err)
	}
}
