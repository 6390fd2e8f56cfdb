package emulator_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/drivers/serialport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func profile(t *testing.T, name string) escpos.Profile {
	t.Helper()
	p, err := escpos.ProfileByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// plug starts an emulated printer and opens its line.
func plug(t *testing.T, cfg emulator.Config) (*emulator.Printer, *serialport.Port) {
	t.Helper()
	e, err := emulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	port, err := serialport.Open(serialport.Config{Device: e.Device(), Baud: 115200})
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

func ctx(t *testing.T) context.Context {
	t.Helper()
	c, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return c
}

func say(t *testing.T, p *serialport.Port, b string) {
	t.Helper()
	if _, err := p.Write([]byte(b)); err != nil {
		t.Fatal(err)
	}
}

// hear reads n bytes of answers.
func hear(t *testing.T, p *serialport.Port, n int) string {
	t.Helper()
	got := ""
	for range 600 {
		b := make([]byte, n-len(got))
		k, err := p.Read(b)
		if err != nil && !errors.Is(err, drivers.ErrTimeout) {
			t.Fatal(err)
		}
		if got += string(b[:k]); len(got) == n {
			return got
		}
	}
	t.Fatalf("heard only %q of %d bytes", got, n)
	return ""
}

func TestStatusIsAnsweredWhileTheBufferStandsStill(t *testing.T) {
	e, port := plug(t, emulator.Config{Profile: profile(t, "clone-80"), PaperSpeed: 4000})
	if err := e.Set(emulator.CoverOpen, true); err != nil {
		t.Fatal(err)
	}
	say(t, port, "abc\n\x10\x04\x01\x10\x04\x02\x1d(H\x06\x00000001")
	if got := hear(t, port, 2); got != "\x1a\x16" {
		t.Fatalf("status %x", got)
	}
	if err := e.Set(emulator.CoverOpen, false); err != nil {
		t.Fatal(err)
	}
	if got := hear(t, port, 7); got != "7\x220001\x00" {
		t.Fatalf("after it was closed: %q", got)
	}
}

func TestAutomaticStatusTellsEachChange(t *testing.T) {
	e, port := plug(t, emulator.Config{Profile: profile(t, "epson-tm-t82")})
	say(t, port, "\x1da\x0e")
	if got := hear(t, port, 4); got != "\x10\x00\x00\x0f" {
		t.Fatalf("at first %x", got)
	}
	if err := e.Set(emulator.PaperOut, true); err != nil {
		t.Fatal(err)
	}
	if got := hear(t, port, 4); got != "\x18\x00\x0f\x0f" {
		t.Fatalf("paper out %x", got)
	}
}

func TestBufferThatIsFullLosesWhatComes(t *testing.T) {
	p := profile(t, "clone-58")
	e, port := plug(t, emulator.Config{Profile: p, Baud: 921600})
	if err := e.Set(emulator.Offline, true); err != nil {
		t.Fatal(err)
	}
	say(t, port, string(make([]byte, p.BufferBytes+100)))
	if err := e.WaitReceived(ctx(t), p.BufferBytes+100); err != nil {
		t.Fatal(err)
	}
	if lost := e.Stats().Lost; lost != 100 {
		t.Errorf("lost %d", lost)
	}
}

func TestLineKeepsTheTimeOfItsSpeed(t *testing.T) {
	e, port := plug(t, emulator.Config{Profile: profile(t, "clone-80"), Baud: 9600})
	began := time.Now()
	say(t, port, string(make([]byte, 480)))
	if err := e.WaitReceived(ctx(t), 480); err != nil {
		t.Fatal(err)
	}
	// 480 bytes of ten bits are half a second; a busy machine may take longer, never less.
	took := time.Since(began)
	if took < 500*time.Millisecond {
		t.Errorf("480 bytes at 9600 baud took %v", took)
	}
	t.Logf("480 bytes at 9600 baud took %v", took)
}

func TestSpeedIsTakenFromTheHost(t *testing.T) {
	e, err := emulator.New(emulator.Config{Profile: profile(t, "clone-80")})
	if err != nil {
		t.Fatal(err)
	}
	port, err := serialport.Open(serialport.Config{Device: e.Device(), Baud: 2400})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	say(t, port, string(make([]byte, 72)))
	if err := e.WaitReceived(ctx(t), 72); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 300*time.Millisecond {
		t.Errorf("72 bytes at 2400 baud took %v", took)
	}
	if err := errors.Join(port.Close(), e.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestLinkGoesAndComesWithTheCable(t *testing.T) {
	link := filepath.Join(t.TempDir(), "printer")
	e, err := emulator.New(emulator.Config{Profile: profile(t, "clone-80"), Link: link})
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []bool{true, false, true, true, false} {
		if err := e.Set(emulator.Unplugged, out); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(link); errors.Is(err, os.ErrNotExist) != out {
			t.Fatalf("cable out %v: link %v", out, err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(link); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the link stays behind: %v", err)
	}
}

func TestLinkNeverReplacesAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "printer")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := emulator.New(emulator.Config{Profile: profile(t, "clone-80"), Link: file}); err == nil {
		t.Fatal("a file was replaced by the link")
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "x" {
		t.Errorf("the file: %q, %v", b, err)
	}
}

func TestFaultThatDoesNotExistIsRefused(t *testing.T) {
	e, _ := plug(t, emulator.Config{Profile: profile(t, "clone-80")})
	if err := e.Set("on_fire", true); !errors.Is(err, emulator.ErrFault) {
		t.Errorf("error %v", err)
	}
}

func TestConfigWithoutAProfileIsRefused(t *testing.T) {
	if _, err := emulator.New(emulator.Config{}); err == nil {
		t.Error("no error")
	}
}
