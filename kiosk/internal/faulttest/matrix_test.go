package faulttest

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/kiosk/internal/flow"
)

// fate is what a fault makes of a ticket.
type fate struct {
	paper  bool // the slip comes out and the kiosk knows it
	either bool // the one or the other: answers are guessed from noise
	part   bool // not confirmed, and yet the number surely is on paper in her hand
	dark   bool // not confirmed, and whether the number is in her hand nobody knows
	cause  string
}

// causes are what staff are told of each fault.
var causes = map[emulator.Fault]string{
	emulator.PaperLow: "paper_low", emulator.PaperOut: "paper_out", emulator.CoverOpen: "cover_open",
	emulator.CutterJam: "cutter", emulator.Overheated: "overheated", emulator.Offline: "offline",
	emulator.Unplugged: "unplugged", emulator.Silent: "offline", emulator.Noise: "",
}

// fateOf is the matrix: what becomes of the ticket that is taken when a fault happens at a moment. Half a slip
// has no QR code yet. Into a presenter nobody can see.
func fateOf(f emulator.Fault, at moment, p escpos.Profile) fate {
	whole := fate{part: !p.Presenter.Holds, dark: p.Presenter.Holds, cause: causes[f]}
	switch {
	case f == emulator.PaperLow:
		return fate{paper: true, cause: causes[f]}
	case f == emulator.Noise:
		return fate{either: true}
	case f == emulator.CutterJam && (!p.Cutter || at == afterC):
		return fate{paper: true} // nothing to jam, or not before the next cut
	case f == emulator.Unplugged && at == afterC: // the answer may have been on its way
		return fate{dark: true, cause: causes[f]}
	case f == emulator.CutterJam, at == afterC:
		return whole
	}
	return fate{cause: causes[f]}
}

// later is the fate of the next ticket, while nothing is mended.
func later(f emulator.Fault, at moment, p escpos.Profile) fate {
	if f == emulator.CutterJam && at == afterC {
		return fateOf(f, before, p)
	}
	next := fateOf(f, idle, p)
	next.part, next.dark = false, false
	return next
}

// books are the numbers that count, kept by what citizens hold.
type books struct {
	mu   sync.Mutex
	held map[string]string // number -> whose
	free map[string]string // given back
}

func (b *books) note(no, whose string, held bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if held {
		b.held[no] = whose
	} else {
		b.free[no] = whose
	}
}

// TestFaultsHarmNobody goes through each fault at each moment on each printer: what the citizen
// sees, what staff see, how many tickets exist afterwards, and the slip after the repair.
func TestFaultsHarmNobody(t *testing.T) {
	o := openOffice(t)
	b := &books{held: map[string]string{}, free: map[string]string{}}
	n := 0
	t.Run("case", func(t *testing.T) {
		// What takes longest starts first: of a silent printer nobody knows before some seconds are over.
		faults := slices.Sorted(maps.Keys(causes))
		slices.Reverse(faults)
		for _, f := range faults {
			for _, p := range escpos.Profiles() {
				for _, at := range []moment{idle, before, within, afterC} {
					n++
					c := oneCase{o: o, b: b, f: f, at: at, p: p, name: fmt.Sprintf("M%d", n), first: n%2 == 0}
					t.Run(fmt.Sprintf("%s/%s/%s", p.Name, f, at), func(t *testing.T) {
						t.Parallel()
						c.play(t)
					})
				}
			}
		}
	})
	if t.Failed() {
		return
	}
	called := o.serveAll(t)
	for _, no := range called {
		if b.held[no] == "" {
			t.Errorf("ghost: %s was called; it was %q's and given back", no, b.free[no])
		}
		delete(b.held, no)
	}
	for no, whose := range b.held {
		t.Errorf("%s of %s was never called, or twice", no, whose)
	}
	totals := o.settled(t)
	if totals.Cancelled != len(b.free) || totals.Completed != len(called) {
		t.Errorf("%+v, want %d cancelled and %d completed", totals, len(b.free), len(called))
	}
	t.Logf("%d cases, %d tickets, %d of them given back", n, totals.Issued, totals.Cancelled)
}

// oneCase is one field of the matrix.
type oneCase struct {
	o     *office
	b     *books
	f     emulator.Fault
	at    moment
	p     escpos.Profile
	name  string
	first bool // the first citizen notes her number and the second does not; else the other way round
}

func (c *oneCase) play(t *testing.T) {
	k := newKiosk(t, c.o, c.name, c.p)
	c.o.sees(t, k.name, "")
	expected := fateOf(c.f, c.at, c.p)
	if c.at == idle {
		if err := k.emu.Set(c.f, true); err != nil {
			t.Fatal(err)
		}
		if c.f != emulator.CutterJam { // which shows at a cut only
			c.o.sees(t, k.name, expected.cause)
		}
	} else {
		k.journey.arm(c.at, c.f, half)
	}
	c.visit(t, k, expected, c.first)
	c.visit(t, k, later(c.f, c.at, c.p), !c.first)

	k.mend()
	tries := 1
	if c.f == emulator.Noise {
		tries = 5
	} else {
		c.o.sees(t, k.name, "")
	}
	for _, ticket := range k.repaired(tries) {
		c.b.note(ticket.Number, k.name, true)
	}
	c.o.sees(t, k.name, "")
}

// visit is one citizen, who notes a number on the screen or does not.
func (c *oneCase) visit(t *testing.T, k *kiosk, want fate, notes bool) {
	t.Helper()
	s := k.take()
	no := s.Ticket.Number
	paper := s.Screen == flow.Done && !s.Shown
	if s.Screen == flow.Trouble || !want.either && paper != want.paper {
		t.Fatalf("citizen sees %s %s, want %+v", s.Screen, s.Trouble, want)
	}
	if want.cause != "" {
		c.o.sees(t, k.name, want.cause)
	}
	if paper {
		k.leave()
		if !k.hers(no) {
			t.Errorf("ghost: the kiosk says that %s is on paper", no)
		}
		k.perfect(no, s.Ticket.Address)
		if how := k.ended(s.Ticket.ID); how != "printed" {
			t.Errorf("a ticket on paper ended as %s", how)
		}
		c.b.note(no, k.name, true)
		return
	}
	if s.Ticket.Address == "" || no == "" {
		t.Errorf("no number or QR code on the screen: %+v", s.Ticket)
	}
	if notes {
		k.note()
	}
	k.leave()
	how := k.ended(s.Ticket.ID)
	switch {
	case notes && how != "shown":
		t.Errorf("a noted number ended as %s", how)
	case !notes && !want.either && !want.dark && (how == "printed") != want.part:
		t.Errorf("a number left on the screen ended as %s, want %+v", how, want)
	case !notes && how != "cancelled" && !k.hers(no):
		t.Errorf("ghost: a number that nobody has ended as %s", how)
	}
	c.b.note(no, k.name, how != "cancelled")
}
