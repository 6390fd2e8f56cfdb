package dukcapil_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/dukcapil"
	"loket/queue-server/internal/sandbox"
	"loket/queue-server/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	siti  protocol.NIK = "1971994107580001" // SITI CONTOH, 1958-07-01
	budi  protocol.NIK = "1971990101900002" // BUDI MISALNYA, 1990-01-01
	tati  protocol.NIK = "1971994203620001" // TATI RALAT: the NIK says 1962-03-02, the registry 1960-03-02
	ghost protocol.NIK = "1971991708450009" // nobody
)

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// listen starts a sandbox.
func listen(t *testing.T) *sandbox.Sandbox {
	t.Helper()
	s := must[*sandbox.Sandbox](t)(sandbox.New(sandbox.Config{}))
	must[string](t)(s.Listen("127.0.0.1:0"))
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// config is the one that the sandbox writes, with changes.
func config(t *testing.T, s *sandbox.Sandbox, adapter dukcapil.Adapter, change ...func(*dukcapil.Config)) dukcapil.Config {
	t.Helper()
	file := must[string](t)(s.WriteConfig(t.TempDir(), string(adapter)))
	c := must[dukcapil.Config](t)(dukcapil.ReadConfig(file))
	for _, f := range change {
		f(&c)
	}
	return c
}

// connect makes a look-up that is closed with the test.
func connect(t *testing.T, c dukcapil.Config) registry.Lookup {
	t.Helper()
	l := must[registry.Lookup](t)(dukcapil.New(c))
	if closer, ok := l.(io.Closer); ok {
		t.Cleanup(func() {
			if err := closer.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return l
}

func set(t *testing.T, s *sandbox.Sandbox, w sandbox.Switches) {
	t.Helper()
	if err := s.Set(w); err != nil {
		t.Fatal(err)
	}
}

// wantFault checks that err is a Fault with why, and that its text holds nothing personal or secret.
func wantFault(t *testing.T, err error, why string, c dukcapil.Config) {
	t.Helper()
	var fault *registry.Fault
	if !errors.As(err, &fault) || fault.Why != why {
		t.Fatalf("got %v, want a fault of %s", err, why)
	}
	for _, never := range []string{"197199", "SITI", "BUDI", "1958", string(c.Password)} {
		if strings.Contains(err.Error(), never) {
			t.Errorf("the error tells %q: %v", never, err)
		}
	}
}

func ask(t *testing.T, l registry.Lookup, nik protocol.NIK) (registry.Result, error) {
	t.Helper()
	// Far longer than any answer here takes: the adapter's own time-out is what tests shorten.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return l.Lookup(ctx, registry.Request{NIK: nik})
}
