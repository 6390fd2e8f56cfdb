package conformance

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"loket/drivers"
)

// PrinterHarness is a printer under test, and the hands and eyes beside it. Functions that are nil are
// what cannot be done with this printer, and what they are for is left out.
type PrinterHarness struct {
	// Open opens the printer anew.
	Open func() (drivers.Printer, error)
	// Look makes sure that the Sheet of this number is out, whole and readable.
	Look func(t *testing.T, number string)
	// Break makes a printer come into a condition, by its key, or mends it.
	Break map[drivers.Condition]func(t *testing.T, on bool)
	// Middle waits until a good part of the sheet that is being printed has arrived.
	Middle func(t *testing.T)
	// Cable takes the cable out, or puts it back.
	Cable func(t *testing.T, in bool)
	// OneWay: the printer's answers are not wired, so nothing is ever confirmed.
	OneWay bool
	// Patience is how long anything may take; 0 means a minute.
	Patience time.Duration
	// Note is told each thing that was proved, for a report; it may be nil.
	Note func(line string)
}

// Printer proves that a printer says of each document the truth: that it came out, or why not; that a
// document which fails never spoils the next; and that it outlives its cable.
func Printer(t *testing.T, h PrinterHarness) {
	t.Helper()
	if h.Patience <= 0 {
		h.Patience = time.Minute
	}
	if h.Note == nil {
		h.Note = func(string) {}
	}
	answers := !h.OneWay
	for _, c := range []struct {
		name string
		run  func(*testing.T, PrinterHarness)
		can  bool
	}{
		{"slips come out whole and are confirmed", wholeSlips, true},
		{"what stands on paper is never carried out", harmless, true},
		{"a document that cannot be printed is refused", refusedDocument, true},
		{"slips asked for at once come out one by one", oneByOne, true},
		{"a fault before a slip is named, and nothing is sent", faultBefore, answers && len(h.Break) > 0},
		{"a fault within a slip is named, and the next is whole", faultWithin, answers && len(h.Break) > 0 && h.Middle != nil},
		{"a cable that comes out is told within a second, and mended by putting it back", cableOut, h.Cable != nil},
		{"a slip whose caller has gone is not begun", gone, true},
		{"it is opened only once", openedOnce, true},
		{"after it is closed nothing prints", printsNothingClosed, true},
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

// bed is a printer that is open.
type bed struct {
	t   *testing.T
	h   PrinterHarness
	prn drivers.Printer
	ctx context.Context
}

func prepare(t *testing.T, h PrinterHarness) *bed {
	t.Helper()
	prn, err := h.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := prn.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*h.Patience)
	t.Cleanup(cancel)
	b := &bed{t: t, h: h, prn: prn, ctx: ctx}
	b.ready()
	return b
}

// ready waits until the printer can print.
func (b *bed) ready() { b.t.Helper(); b.is("able to print", drivers.Condition.CanPrint) }

// becomes waits for a condition.
func (b *bed) becomes(want drivers.Condition) {
	b.t.Helper()
	b.is(string(want), func(c drivers.Condition) bool { return c == want })
}

func (b *bed) is(what string, ok func(drivers.Condition) bool) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, b.h.Patience)
	defer cancel()
	last := drivers.Condition("")
	for {
		c, err := b.prn.Status(ctx)
		if err != nil {
			b.t.Fatalf("it never became %s, it is %s: %v", what, last, err)
		}
		if last = c; ok(c) {
			return
		}
	}
}

// print prints a sheet that must come out.
func (b *bed) print(number string) drivers.Outcome {
	b.t.Helper()
	o, err := b.prn.Print(b.ctx, Sheet(number))
	if err != nil {
		b.t.Fatalf("print %s: %v", number, err)
	}
	if o.Confirmed == b.h.OneWay {
		b.t.Errorf("print %s: confirmed %v", number, o.Confirmed)
	}
	return o
}

// whole prints a sheet and looks at it.
func (b *bed) whole(number string) {
	b.t.Helper()
	b.print(number)
	b.h.Look(b.t, number)
}

// fails checks that err is a fault of this condition.
func (b *bed) fails(err error, want drivers.Condition, sent bool) {
	b.t.Helper()
	var e *drivers.ConditionError
	if !errors.As(err, &e) || e.Condition != want || e.Sent != sent {
		b.t.Errorf("print: %v, want %s and sent %v", err, want, sent)
	}
}

func wholeSlips(t *testing.T, h PrinterHarness) {
	b := prepare(t, h)
	for i := range 3 {
		o := b.print(fmt.Sprintf("A-%03d", i))
		h.Look(t, fmt.Sprintf("A-%03d", i))
		h.Note(fmt.Sprintf("%d bytes, %v", o.Bytes, o.Took.Round(time.Millisecond)))
	}
}

func harmless(t *testing.T, h PrinterHarness) {
	b := prepare(t, h)
	if _, err := b.prn.Print(b.ctx, append(hostile(b.prn.Paper()), Sheet("B-001")...)); err != nil {
		t.Fatalf("print: %v", err)
	}
	h.Look(t, "B-001")
	b.whole("B-002")
}

func refusedDocument(t *testing.T, h PrinterHarness) {
	b := prepare(t, h)
	for _, d := range []drivers.Document{
		{drivers.QR{}}, {drivers.QR{Data: "a\x10\x04\x01"}}, {drivers.Picture{}},
	} {
		if o, err := b.prn.Print(b.ctx, d); !errors.Is(err, drivers.ErrDocument) || o.Bytes != 0 {
			t.Errorf("%+v: %+v, %v", d, o, err)
		}
	}
	b.whole("C-001")
}

func oneByOne(t *testing.T, h PrinterHarness) {
	b := prepare(t, h)
	var all sync.WaitGroup
	for i := range 3 {
		all.Add(1)
		go func() {
			defer all.Done()
			if _, err := b.prn.Print(b.ctx, Sheet(fmt.Sprintf("D-%03d", i))); err != nil {
				t.Errorf("print: %v", err)
			}
		}()
	}
	all.Wait()
	for i := range 3 {
		h.Look(t, fmt.Sprintf("D-%03d", i))
	}
}

func faultBefore(t *testing.T, h PrinterHarness) {
	b := prepare(t, h)
	for c, set := range h.Break {
		set(t, true)
		b.becomes(c)
		_, err := b.prn.Print(b.ctx, Sheet("X-001"))
		b.fails(err, c, false)
		set(t, false)
		b.ready()
		b.whole("E-" + string(c))
	}
}

func faultWithin(t *testing.T, h PrinterHarness) {
	b := prepare(t, h)
	for c, set := range h.Break {
		failed := make(chan error, 1)
		go func() {
			_, err := b.prn.Print(b.ctx, Sheet("X-002"))
			failed <- err
		}()
		h.Middle(t)
		set(t, true)
		b.fails(<-failed, c, true)
		set(t, false)
		b.ready()
		b.whole("F-" + string(c))
	}
}

func cableOut(t *testing.T, h PrinterHarness) {
	b := prepare(t, h)
	ctx, stop := context.WithCancel(b.ctx)
	told, ended := make(chan drivers.Condition, 64), make(chan struct{})
	go func() {
		defer close(ended)
		b.prn.Watch(ctx, func(c drivers.Condition) { told <- c })
	}()
	until := func(what string, ok func(drivers.Condition) bool) {
		t.Helper()
		for {
			select {
			case c := <-told:
				if ok(c) {
					return
				}
			case <-time.After(h.Patience):
				t.Fatalf("nobody was told that it is %s", what)
			}
		}
	}
	until("able to print", drivers.Condition.CanPrint)
	h.Cable(t, false)
	until("unplugged", func(c drivers.Condition) bool { return c == drivers.Unplugged })
	_, err := b.prn.Print(b.ctx, Sheet("X-003"))
	b.fails(err, drivers.Unplugged, false)
	h.Cable(t, true)
	until("back", drivers.Condition.CanPrint)
	stop()
	<-ended // Watch ends with its context
	b.whole("G-001")
}

func gone(t *testing.T, h PrinterHarness) {
	b := prepare(t, h)
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	if o, err := b.prn.Print(ctx, Sheet("X-004")); !errors.Is(err, context.Canceled) || o.Bytes != 0 {
		t.Errorf("print: %+v, %v", o, err)
	}
	if _, err := b.prn.Status(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("status: %v", err)
	}
	b.whole("H-001")
}

func openedOnce(t *testing.T, h PrinterHarness) {
	b := prepare(t, h)
	if second, err := h.Open(); !errors.Is(err, drivers.ErrInUse) {
		t.Errorf("opened twice: %v", err)
		if err == nil {
			_ = second.Close() // the error above tells
		}
	}
	b.whole("I-001")
}

func printsNothingClosed(t *testing.T, h PrinterHarness) {
	b := prepare(t, h)
	b.whole("J-001")
	if err := b.prn.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	_, err := b.prn.Print(b.ctx, Sheet("X-005"))
	b.fails(err, drivers.Unplugged, false)
}
