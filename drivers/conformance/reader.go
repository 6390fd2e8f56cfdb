package conformance

import (
	"context"
	"errors"
	"testing"
	"time"

	"loket/drivers"
)

// Sample is a card or a code that is shown to a reader.
type Sample struct {
	Name string
	// Want is what the reader must tell of it, beside the time. Without a Value it is whatever the
	// reader tells the first time, for a card that nobody knows yet.
	Want drivers.Reading
}

// ReaderHarness is a reader under test and the hands of a citizen before it. Functions that are nil
// are what cannot be done with this reader, and what they are for is left out.
type ReaderHarness struct {
	// Open opens the reader anew.
	Open func() (drivers.Reader, error)
	// Samples are what can be shown, at least two of them and no two alike.
	Samples []Sample
	// Show lays a card on the reader, or shows a code.
	Show func(t *testing.T, s Sample)
	// Lift takes the card away and waits until the reader has noticed.
	Lift func(t *testing.T)
	// Dwell lets a card lie for some polls.
	Dwell func(t *testing.T)
	// Cable takes the cable out, or puts it back.
	Cable func(t *testing.T, in bool)
	// Mute makes the reader deaf and dumb with its cable in, or mends it.
	Mute func(t *testing.T, on bool)
	// Disturb has what may go wrong on the line, by name: it must change no reading.
	Disturb map[string]func(t *testing.T, on bool)
	// Patience is how long anything may take; 0 means a minute.
	Patience time.Duration
	// Note is told each thing that was proved, for a report; it may be nil.
	Note func(line string)
}

// Reader proves that a reader tells each card once and right, whatever happens on its line, that it
// outlives its cable, and that it ends when it is told to.
func Reader(t *testing.T, h ReaderHarness) {
	t.Helper()
	if h.Patience <= 0 {
		h.Patience = time.Minute
	}
	if h.Note == nil {
		h.Note = func(string) {}
	}
	if h.Lift == nil {
		h.Lift = func(*testing.T) {}
	}
	for _, c := range []struct {
		name string
		run  func(*testing.T, ReaderHarness)
		can  bool
	}{
		{"each sample is told as what it is", eachSample, true},
		{"what lies there is told once, and again after it was away", once, h.Dwell != nil},
		{"a cable that comes out and goes in ends nothing", cable, h.Cable != nil},
		{"a reader that falls silent is told, and comes back", mute, h.Mute != nil},
		{"a disturbed line changes no reading", disturbed, len(h.Disturb) > 0},
		{"it ends with its context", endsByContext, true},
		{"it ends when it is closed", endsByClose, true},
	} {
		if c.can && !t.Run(c.name, func(t *testing.T) { c.run(t, h) }) {
			h.Note("FAILED: " + c.name)
			continue
		}
		if c.can {
			h.Note("passed: " + c.name)
		} else {
			h.Note("left out: " + c.name)
		}
	}
}

// run is a reader that runs.
type run struct {
	t      *testing.T
	h      ReaderHarness
	reader drivers.Reader
	reads  chan drivers.Reading
	health chan drivers.Health
	stop   context.CancelFunc
	ended  chan error
}

// begin runs the reader and waits until it is ready.
func begin(t *testing.T, h ReaderHarness) *run {
	t.Helper()
	reader, err := h.Open()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r := &run{
		t: t, h: h, reader: reader, stop: stop, ended: make(chan error, 1),
		reads: make(chan drivers.Reading, 256), health: make(chan drivers.Health, 256),
	}
	go func() {
		r.ended <- reader.Run(ctx, drivers.Events{
			Read: func(x drivers.Reading) {
				select {
				case r.reads <- x:
				default: // 256 readings that nobody wanted: the test has failed already
				}
			},
			Health: func(x drivers.Health) {
				select {
				case r.health <- x:
				default: // the same
				}
			},
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := reader.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if err := <-r.ended; err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, drivers.ErrClosed) {
			t.Errorf("it ended with %v", err)
		}
	})
	r.becomes(drivers.ReaderReady)
	return r
}

// becomes waits for a health.
func (r *run) becomes(want drivers.Health) {
	r.t.Helper()
	late := time.After(r.h.Patience)
	for {
		select {
		case got := <-r.health:
			if got == want {
				return
			}
		case err := <-r.ended:
			r.ended <- err
			r.t.Fatalf("the reader ended with %v", err)
		case <-late:
			r.t.Fatalf("the reader never became %s", want)
		}
	}
}

// tells waits for the reading of a sample; it answers what it was.
func (r *run) tells(s Sample) drivers.Reading {
	r.t.Helper()
	select {
	case got := <-r.reads:
		if got.At.IsZero() {
			r.t.Errorf("%s: no time", s.Name)
		}
		got.At = time.Time{}
		if s.Want.Value != "" && got != s.Want {
			r.t.Fatalf("%s: told %+v, want %+v", s.Name, got, s.Want)
		}
		return got
	case <-time.After(r.h.Patience):
		r.t.Fatalf("%s: never told", s.Name)
	}
	return drivers.Reading{}
}

// nothing fails when there is a reading that nobody has asked for.
func (r *run) nothing(why string) {
	r.t.Helper()
	select {
	case got := <-r.reads:
		r.t.Fatalf("%s: told %+v", why, got)
	default:
	}
}

func eachSample(t *testing.T, h ReaderHarness) {
	r := begin(t, h)
	for _, s := range h.Samples {
		h.Show(t, s)
		r.tells(s)
		h.Lift(t)
	}
	r.nothing("after the last")
}

func once(t *testing.T, h ReaderHarness) {
	r := begin(t, h)
	s := h.Samples[0]
	h.Show(t, s)
	s.Want = r.tells(s)
	h.Dwell(t)
	r.nothing("while it lay there")
	h.Lift(t)
	r.nothing("when it was taken away")
	h.Show(t, s)
	r.tells(s)
	h.Lift(t)
}

func cable(t *testing.T, h ReaderHarness) {
	r := begin(t, h)
	for range 2 {
		h.Cable(t, false)
		r.becomes(drivers.ReaderUnplugged)
		h.Cable(t, true)
		r.becomes(drivers.ReaderReady)
	}
	for _, s := range h.Samples[:2] {
		h.Show(t, s)
		r.tells(s)
		h.Lift(t)
	}
	r.nothing("after the cable was back")
}

func mute(t *testing.T, h ReaderHarness) {
	r := begin(t, h)
	h.Mute(t, true)
	r.becomes(drivers.ReaderSilent)
	h.Mute(t, false)
	r.becomes(drivers.ReaderReady)
	s := h.Samples[0]
	h.Show(t, s)
	r.tells(s)
	h.Lift(t)
}

func disturbed(t *testing.T, h ReaderHarness) {
	for name, disturb := range h.Disturb {
		t.Run(name, func(t *testing.T) {
			r := begin(t, h)
			disturb(t, true)
			for _, s := range []Sample{h.Samples[0], h.Samples[len(h.Samples)-1]} {
				h.Show(t, s)
				r.tells(s)
				if h.Dwell != nil {
					h.Dwell(t)
				}
				r.nothing("while it lay there")
				h.Lift(t)
			}
			disturb(t, false)
			r.nothing("after the last")
		})
	}
}

func endsByContext(t *testing.T, h ReaderHarness) {
	r := begin(t, h)
	r.stop()
	if err := <-r.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	r.ended <- nil
}

func endsByClose(t *testing.T, h ReaderHarness) {
	r := begin(t, h)
	if err := r.reader.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := <-r.ended; !errors.Is(err, drivers.ErrClosed) {
		t.Errorf("it ended with %v", err)
	}
	r.ended <- nil
}
