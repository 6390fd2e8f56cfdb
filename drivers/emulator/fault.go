package emulator

import (
	"errors"
	"fmt"
	"maps"
)

// Fault is something that goes wrong with a printer, until it is mended.
type Fault string

// The faults.
const (
	PaperLow   Fault = "paper_low"
	PaperOut   Fault = "paper_out"
	CoverOpen  Fault = "cover_open"
	CutterJam  Fault = "cutter_jam" // shows at the next cut
	Overheated Fault = "overheated"
	Offline    Fault = "offline" // somebody pressed the button
	Unplugged  Fault = "unplugged"
	Silent     Fault = "silent"    // no answers: the printer's end of the wire is loose
	Noise      Fault = "noise"     // bytes that mean nothing come with every answer
	SlipLeft   Fault = "slip_left" // nobody takes the slip that a presenter holds out
)

// Faults are all faults, in the order of a panel.
func Faults() []Fault {
	return []Fault{PaperLow, PaperOut, CoverOpen, CutterJam, Overheated, Offline, Unplugged, Silent, Noise, SlipLeft}
}

// ErrFault is the error of a fault that does not exist.
var ErrFault = errors.New("emulator: no such fault")

// loss is a run of received bytes that never arrive.
type loss struct{ after, bytes int }

// Set makes a fault happen or mends it. Mending PaperOut puts a new roll in.
func (p *Printer) Set(f Fault, on bool) error {
	known := false
	for _, k := range Faults() {
		known = known || k == f
	}
	if !known {
		return fmt.Errorf("%w: %q", ErrFault, f)
	}
	if f == Unplugged {
		return p.pull(on)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.state()
	p.faults[f] = on
	if f == PaperOut {
		p.left = -1
		if on {
			p.left = 0
		}
	}
	if f == CutterJam && !on && !p.cfg.Profile.ClearsBuffer {
		p.jammed = false // simple printers go on by themselves; others wait to be told
	}
	p.report(was)
	return nil
}

// pull takes the cable out or puts it back.
func (p *Printer) pull(out bool) error {
	p.mu.Lock()
	if p.faults[Unplugged] == out {
		p.mu.Unlock()
		return nil
	}
	p.faults[Unplugged] = out
	l := p.line
	p.line = nil
	p.xoff = false
	p.tell()
	p.mu.Unlock()
	if !out {
		return p.plug()
	}
	return errors.Join(p.link.unpoint(), l.close())
}

// PaperLeft leaves mm of paper on the roll: after it the paper is out.
func (p *Printer) PaperLeft(mm float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.state()
	p.left = max(p.cfg.Profile.DotsOf(mm), 0)
	p.report(was)
}

// Lose makes n bytes vanish from the line, after the next so many have come through.
func (p *Printer) Lose(after, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose = append(p.lose, loss{after, n})
}

// Faulty are the faults that hold, and what became of them: CutterJam only says that the knife will
// not move.
func (p *Printer) Faulty() map[Fault]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := maps.Clone(p.faults)
	m[PaperOut] = p.left == 0
	return m
}

// lost says whether the byte that arrives now is one to lose; the lock is held.
func (p *Printer) lost() bool {
	if len(p.lose) == 0 {
		return false
	}
	l := &p.lose[0]
	if l.after > 0 {
		l.after--
		return false
	}
	if l.bytes--; l.bytes <= 0 {
		p.lose = p.lose[1:]
	}
	return true
}
