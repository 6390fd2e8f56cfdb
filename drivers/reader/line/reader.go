// Package line reads devices that write a line of text for each thing they see: bar code and QR
// scanners, readers with a SAM of the registry that write a NIK, readers that write a card's UID.
//
// It is not for devices that want to be asked, and it decides nothing: a NIK is 16 digits here.
//
// The invariant: whatever comes, at most one line of 512 bytes is kept, and only text is told.
package line

import (
	"context"
	"errors"
	"fmt"
	"time"

	"loket/drivers"
	"loket/drivers/serialport"
)

// Config is how lines come.
type Config struct {
	// Silence ends a line that has no end of its own; 0 means 80 ms.
	Silence time.Duration
	// Marked says that the device ends each line with CR, LF or both: then what only silence ends
	// is half a line, and is dropped. Set it where it is true: half a UID looks like a shorter one.
	Marked bool
	// Repeat is how long the same line counts as the one before, from when it was last seen: a
	// scanner that is left on repeats what lies before it. 0 means 1 s.
	Repeat time.Duration
}

func (c Config) withDefaults() Config {
	if c.Silence <= 0 {
		c.Silence = 80 * time.Millisecond
	}
	if c.Repeat <= 0 {
		c.Repeat = time.Second
	}
	return c
}

// Reader is a device that writes lines; it implements drivers.Reader.
type Reader struct {
	port drivers.Port
	cfg  Config
}

var _ drivers.Reader = (*Reader)(nil)

// New makes a Reader on a port, which it owns from now on.
func New(port drivers.Port, cfg Config) *Reader {
	return &Reader{port: port, cfg: cfg.withDefaults()}
}

// Open makes a Reader on a serial line that is opened again by itself when the device returns. A speed
// of 0 means 9600, a read time-out of 0 means 20 ms. A device that is away is no error; the
// errors are drivers.ErrInUse and serialport.ErrConfig.
func Open(line serialport.Config, cfg Config) (*Reader, error) {
	if line.ReadTimeout == 0 {
		line.ReadTimeout = 20 * time.Millisecond
	}
	port, err := serialport.Keep(line)
	if err != nil {
		return nil, fmt.Errorf("line reader: %w", err)
	}
	return New(port, cfg), nil
}

// Close gives the line back and ends Run.
func (r *Reader) Close() error { return r.port.Close() }

// away is how long a line is left alone that is unplugged.
const away = 50 * time.Millisecond

// Run implements drivers.Reader.
func (r *Reader) Run(ctx context.Context, e drivers.Events) error {
	s := &session{cfg: r.cfg, events: e}
	buf := make([]byte, 256)
	for ctx.Err() == nil {
		n, err := r.port.Read(buf)
		switch {
		case err == nil:
			s.bytes(buf[:n], time.Now())
			clear(buf[:n])
		case errors.Is(err, drivers.ErrTimeout):
			s.nothing(time.Now())
		case errors.Is(err, drivers.ErrUnplugged):
			s.lost()
			wait(ctx, away)
		default:
			return fmt.Errorf("read lines: %w", err)
		}
	}
	return ctx.Err()
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// session is what one Run knows.
type session struct {
	cfg    Config
	events drivers.Events
	split  Splitter
	came   time.Time // the latest byte
	last   drivers.Reading
	health drivers.Health
}

func (s *session) bytes(b []byte, now time.Time) {
	s.tell(drivers.ReaderReady)
	s.came = now
	for _, l := range s.split.Feed(b) {
		s.line(l, now)
	}
	s.tooLong(now)
}

func (s *session) nothing(now time.Time) {
	s.tell(drivers.ReaderReady)
	if now.Sub(s.last.At) >= s.cfg.Repeat {
		s.last = drivers.Reading{} // it may be a NIK, and is of no more use
	}
	if now.Sub(s.came) < s.cfg.Silence {
		return
	}
	if l, ok := s.split.Silence(); ok && !s.cfg.Marked {
		s.line(l, now)
	}
	s.tooLong(now)
}

// tooLong tells that there was a text, and nothing of it.
func (s *session) tooLong(now time.Time) {
	if s.split.TooLong() && s.events.Read != nil {
		s.events.Read(drivers.Reading{Kind: drivers.Opaque, At: now})
	}
}

func (s *session) lost() {
	s.split.Reset()
	s.tell(drivers.ReaderUnplugged)
}

func (s *session) line(l string, now time.Time) {
	r, ok := Classify(l, now)
	if !ok {
		return
	}
	again := r.Kind == s.last.Kind && r.Value == s.last.Value && now.Sub(s.last.At) < s.cfg.Repeat
	s.last = r
	if !again && s.events.Read != nil {
		s.events.Read(r)
	}
}

func (s *session) tell(h drivers.Health) {
	if h == s.health {
		return
	}
	s.health = h
	if s.events.Health != nil {
		s.events.Health(h)
	}
}
