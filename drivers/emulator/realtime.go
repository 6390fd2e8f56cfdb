package emulator

// realTimer picks the real-time commands out of what arrives.
type realTimer struct{ held []byte }

// realTimeLength is how long the real-time command is that starts with b, 0 when it is none, and
// -1 when b is too short to tell.
func realTimeLength(b []byte) int {
	if b[0] != 0x10 {
		return 0
	}
	if len(b) < 2 {
		return -1
	}
	switch b[1] {
	case 0x04, 0x05:
		return 3
	case 0x14:
		if len(b) < 3 {
			return -1
		}
		return map[byte]int{1: 5, 2: 5, 3: 10, 7: 4, 8: 10}[b[2]]
	}
	return 0
}

// next takes one byte and answers the bytes that are not part of a real-time command; obey is called
// with each that is whole.
func (r *realTimer) next(c byte, obey func([]byte)) []byte {
	r.held = append(r.held, c)
	var out []byte
	for len(r.held) > 0 {
		n := realTimeLength(r.held)
		switch {
		case n == 0: // no command starts here
			out = append(out, r.held[0])
			r.held = r.held[1:]
		case n < 0 || n > len(r.held):
			return out // more must come
		default:
			obey(append([]byte(nil), r.held[:n]...))
			r.held = r.held[n:]
		}
	}
	r.held = nil
	return out
}

// obey carries out a real-time command; the lock is held.
func (p *Printer) obey(b []byte) {
	switch b[1] {
	case 0x04: // DLE EOT n
		if s := p.state().say(p.cfg.Profile.Dialect, b[2]); len(s) > 0 {
			p.answer(s...)
		}
	case 0x05: // DLE ENQ n
		p.enquire(b[2])
	case 0x14: // DLE DC4 8, with its fixed parameters
		clears := string(b[2:]) == "\x08\x01\x03\x14\x01\x06\x02\x08"
		if clears && p.cfg.Profile.ClearsBuffer {
			p.clear()
			p.answer(0x37, 0x25, 0x00)
		}
	}
}

// enquire leaves an error that can be left: 1 goes on where the printer stopped, 2 forgets what was
// to be printed. Without such an error it does nothing. The lock is held.
func (p *Printer) enquire(n byte) {
	if !p.jammed || n != 1 && n != 2 {
		return
	}
	was := p.state()
	if n == 2 {
		p.clear()
	}
	p.jammed = p.faults[CutterJam]
	p.report(was)
}

// clear forgets what was received and not printed; the lock is held.
func (p *Printer) clear() {
	p.buffer = p.buffer[:0]
	p.epoch++
	p.flow()
	p.tell()
}
