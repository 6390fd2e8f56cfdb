package board

import (
	"time"

	"loket/queue-server/protocol"
)

// Mode is what the large part of the wall shows.
type Mode string

// The modes.
const (
	Connecting Mode = "connecting" // nothing was heard of the server yet
	Refused    Mode = "refused"    // the server does not know this display
	Empty      Mode = "empty"      // no counter is open
	Grid       Mode = "grid"       // what each counter serves now
	Call       Mode = "call"       // one call stands out
)

// turn is how long one running text, and one page of the grid, is shown.
const turn = 12 * time.Second

// frame is the time between two drawings of something that fades.
const frame = 40 * time.Millisecond

// Shown is all that is on the wall at one moment. Times are in the office's zone.
type Shown struct {
	Mode   Mode
	Now    time.Time
	Office protocol.Office
	Zone   protocol.Text // empty: the whole hall

	Call   protocol.BoardCall // in mode Call
	Grow   float64            // 0 to 1: how far the called number has grown
	Recent []protocol.BoardCall

	Columns     []Column // in mode Grid: this page of the zones
	Page, Pages int      // Page counts from 0
	Waiting     int
	Longest     *protocol.BoardLongest

	Running     protocol.Text
	RunningFade float64   // 0 to 1: how far it has come in
	StaleSince  time.Time // of the last good data; zero while it is fresh
	RefusedCode string    // why the server does not let this display in

	// Next is when the wall changes by itself; nothing needs to be drawn before, unless an update comes.
	Next time.Time
}

// Show moves on to now and gives what is on the wall. now never goes back.
func (b *Board) Show(now time.Time) Shown {
	b.advance(now)
	office := b.office(now)
	s := Shown{Now: office, RefusedCode: b.refused}
	next := soonest{now: now}
	next.at(now.Add(time.Minute - time.Duration(office.Second())*time.Second - time.Duration(office.Nanosecond())))
	if b.view == nil {
		s.Mode = Connecting
		if b.refused != "" {
			s.Mode = Refused
		}
		s.Next = next.found
		return s
	}
	s.Office, s.Zone = b.view.Office, b.view.Zone
	s.Waiting, s.Longest = b.view.Waiting, b.view.Longest
	s.Recent = b.recent()
	b.large(&s, now, &next)
	b.running(&s, now, &next)
	b.stale(&s, now, &next)
	s.Next = next.found
	return s
}

// large fills the large part: the call that stands out, or else the counters.
func (b *Board) large(s *Shown, now time.Time, next *soonest) {
	if b.standing != nil {
		s.Mode, s.Call = Call, *b.standing
		s.Grow = fade(now.Sub(b.since), now, next)
		next.at(b.since.Add(hold(len(b.queue))))
		return
	}
	pages := paginate(b.view.Zones)
	s.Mode = Grid
	if len(pages) == 0 {
		s.Mode = Empty
		return
	}
	s.Pages = len(pages)
	s.Page, _ = turned(now, len(pages), next)
	s.Columns = pages[s.Page]
}

func (b *Board) running(s *Shown, now time.Time, next *soonest) {
	texts := b.view.RunningText
	if len(texts) == 0 {
		return
	}
	i, age := turned(now, len(texts), next)
	s.Running, s.RunningFade = texts[i], 1
	if len(texts) > 1 {
		s.RunningFade = fade(age, now, next)
	}
}

func (b *Board) stale(s *Shown, now time.Time, next *soonest) {
	if b.downSince.IsZero() {
		return
	}
	from := b.downSince.Add(StaleAfter)
	if now.Before(from) {
		next.at(from)
		return
	}
	s.StaleSince = b.office(b.heardAt)
}

// recent is the latest calls that have stood out already, each number at a counter once.
func (b *Board) recent() []protocol.BoardCall {
	type place struct {
		number  string
		counter int
	}
	hidden := map[string]bool{}
	seen := map[place]bool{}
	if b.standing != nil {
		hidden[b.standing.ID] = true
		seen[place{b.standing.Number, b.standing.Counter}] = true
	}
	for _, c := range b.queue {
		hidden[c.ID] = true
	}
	var out []protocol.BoardCall
	for _, c := range b.view.Calls {
		p := place{c.Number, c.Counter}
		if hidden[c.ID] || seen[p] {
			continue
		}
		seen[p] = true
		out = append(out, c)
		if len(out) == maxRecent {
			break
		}
	}
	return out
}

// turned says which of n things has its turn now, and for how long it has had it. All walls of a
// hall turn together, since it follows the clock.
func turned(now time.Time, n int, next *soonest) (i int, age time.Duration) {
	if n == 1 {
		return 0, turn
	}
	ms := now.UnixMilli()
	count := ms / turn.Milliseconds()
	age = time.Duration(ms-count*turn.Milliseconds()) * time.Millisecond
	next.at(now.Add(turn - age))
	return int(count % int64(n)), age
}

// fade is how far something of this age has come in, from 0 to 1; the next drawing is due while it does.
func fade(age time.Duration, now time.Time, next *soonest) float64 {
	if age >= Fade {
		return 1
	}
	next.at(now.Add(frame))
	return max(0, float64(age)/float64(Fade))
}

// soonest keeps the earliest of some times after now.
type soonest struct{ now, found time.Time }

func (s *soonest) at(t time.Time) {
	if t.After(s.now) && (s.found.IsZero() || t.Before(s.found)) {
		s.found = t
	}
}
