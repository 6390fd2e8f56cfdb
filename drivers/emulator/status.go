package emulator

import "loket/drivers/escpos"

// state is what the sensors say.
type state struct {
	low, out, cover, cutter, hot, button bool
	held                                 bool // a slip is in the presenter's mouth
}

// lowMM is where the sensor of the roll sits: less than this left is "nearly out".
const lowMM = 3000

// state reads the sensors; the lock is held.
func (p *Printer) state() state {
	low := p.faults[PaperLow] || p.left >= 0 && p.left < p.cfg.Profile.DotsOf(lowMM)
	return state{
		low: low, out: p.left == 0, cover: p.faults[CoverOpen], cutter: p.jammed,
		hot: p.faults[Overheated], button: p.faults[Offline], held: p.mouth != nil,
	}
}

// stopped says whether the printer may not print.
func (s state) stopped() bool { return s.out || s.cover || s.cutter || s.hot || s.button }

// bit is b when on.
func bit(on bool, b byte) byte {
	if on {
		return b
	}
	return 0
}

// realTime is the answer to DLE EOT n; ok is false for an n that printers do not know.
func (s state) realTime(n byte) (b byte, ok bool) {
	b = 0x12
	switch n {
	case 1:
		b |= bit(s.stopped(), 0x08)
	case 2:
		b |= bit(s.cover, 0x04) | bit(s.out, 0x20) | bit(s.cutter || s.hot, 0x40)
	case 3:
		b |= bit(s.cutter, 0x08) | bit(s.hot, 0x40)
	case 4:
		b |= bit(s.low || s.out, 0x0c) | bit(s.out, 0x60)
	default:
		return 0, false
	}
	return b, true
}

// citizen is the answer to DLE EOT n of a printer whose paper end is one bit, and the other one the
// sensor of its presenter.
func (s state) citizen(n byte) (b byte, ok bool) {
	b, ok = s.realTime(n)
	if n == 4 {
		b = b&^0x60 | bit(s.out, 0x20) | bit(s.held, 0x40)
	}
	return b, ok
}

// custom is the full status, 10 04 14, of Custom's kiosk printers.
func (s state) custom() []byte {
	return []byte{
		0x10, 0x0f,
		bit(s.out, 0x01) | bit(s.low, 0x04) | bit(s.held, 0x20) | 0x80, // no notch in this paper
		bit(s.cover, 0x02) | bit(s.button, 0x40),
		bit(s.hot, 0x01) | bit(s.button, 0x08),
		bit(s.cutter, 0x01),
	}
}

// say is the answer to DLE EOT n of this printer; nothing for an n that it does not know.
func (s state) say(d escpos.Dialect, n byte) []byte {
	if d == escpos.CustomStatus && n == 20 {
		return s.custom()
	}
	answer := s.realTime
	if d == escpos.CitizenStatus {
		answer = s.citizen
	}
	if b, ok := answer(n); ok {
		return []byte{b}
	}
	return nil
}

// automatic is the four bytes of automatic status.
func (s state) automatic() []byte {
	return []byte{
		0x10 | bit(s.stopped(), 0x08) | bit(s.cover, 0x20),
		bit(s.cutter, 0x08) | bit(s.hot, 0x40),
		bit(s.low || s.out, 0x03) | bit(s.out, 0x0c),
		0x0f,
	}
}

// paperByte is the answer to GS r 1.
func (s state) paperByte() byte { return bit(s.low || s.out, 0x03) | bit(s.out, 0x0c) }

// report tells the host what changed, as far as it wants to hear; the lock is held.
func (p *Printer) report(was state) {
	now := p.state()
	if now != was && p.auto {
		p.answer(now.automatic()...)
	}
	p.flow()
	p.tell()
}

// flow stops and starts the host; the lock is held.
func (p *Printer) flow() {
	if !p.cfg.XonXoff {
		return
	}
	size := p.cfg.Profile.BufferBytes
	switch full := len(p.buffer); {
	case !p.xoff && (full > size-256 || p.state().stopped()):
		p.xoff = true
		p.xoffs++
		p.answer(0x13)
	case p.xoff && full < size/2 && !p.state().stopped():
		p.xoff = false
		p.answer(0x11)
	}
}

// answer puts bytes on the wire to the host; the lock is held.
func (p *Printer) answer(b ...byte) {
	flow := len(b) == 1 && (b[0] == 0x11 || b[0] == 0x13)
	if p.cfg.OneWay || p.faults[Silent] && !flow {
		return
	}
	if p.faults[Noise] && !flow {
		b = p.noisy(b)
	}
	select {
	case p.answers <- b:
	default: // the host reads nothing; a real line would have lost it as well
	}
}

// noisy puts up to two random bytes around an answer. Flow control bytes are left out: a line
// that says XOFF by accident stands still for ever, which no driver can know.
func (p *Printer) noisy(b []byte) []byte {
	var out []byte
	hiss := func() {
		for range p.noise.IntN(3) {
			if c := byte(p.noise.IntN(256)); c != 0x11 && c != 0x13 { //nolint:gosec // below 256
				out = append(out, c)
			}
		}
	}
	hiss()
	out = append(out, b...)
	hiss()
	return out
}
