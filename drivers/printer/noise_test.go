package printer_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"loket/drivers"
	"loket/drivers/printer"
)

// stuckPort is the line to a printer that says it is well and does not print: it never reads its buffer, so that
// AskBuffer stays unanswered. Noise comes behind every document, and two bytes of it look like that answer.
type stuckPort struct {
	says   chan []byte
	closed chan struct{}
}

func (p *stuckPort) Read(b []byte) (int, error) {
	select {
	case said := <-p.says:
		return copy(b, said), nil
	case <-p.closed:
		return 0, drivers.ErrClosed
	case <-time.After(20 * time.Millisecond):
		return 0, drivers.ErrTimeout
	}
}

func (p *stuckPort) Write(b []byte) (int, error) {
	const well = 0x12
	if n := bytes.Count(b, []byte{0x10, 0x04}); n > 0 && len(b) <= 3*4 {
		p.says <- bytes.Repeat([]byte{well}, n)
	}
	if len(b) > 200 {
		p.says <- []byte{0xff, 0x00, 0xa5, 0x0c}
	}
	return len(b), nil
}

func (p *stuckPort) WriteNow(b []byte) (int, error) { return p.Write(b) }

func (p *stuckPort) Drain(context.Context) error { return nil }

func (p *stuckPort) Close() error {
	close(p.closed)
	return nil
}

func TestNoiseDoesNotConfirmASlip(t *testing.T) {
	t.Parallel()
	port := &stuckPort{says: make(chan []byte, 1024), closed: make(chan struct{})}
	profile := fast(presenting(t, "clone-58")).Profile
	prn := printer.New(port, profile, printer.Config{AnswerTimeout: 100 * time.Millisecond, Patience: time.Second})
	defer func() {
		if err := prn.Close(); err != nil {
			t.Error(err)
		}
	}()
	o, err := prn.Print(ctx(t), slip("N-001"))
	var e *drivers.ConditionError
	if !errors.As(err, &e) || e.Mark == drivers.Reached {
		t.Fatalf("noise was taken for a confirmation: %+v, %v", o, err)
	}
}
