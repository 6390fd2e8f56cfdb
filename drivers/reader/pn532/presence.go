package pn532

import "time"

// A card counts as taken away when missedPolls in a row have missed it, and all polls for goneAfter: a card at the
// edge of the field fails now and then, for a moment.
const (
	missedPolls = 2
	goneAfter   = 500 * time.Millisecond
)

// patience is how many polls in a row must miss a card.
func patience(every time.Duration) int {
	return max(missedPolls, int((goneAfter+every-1)/every))
}

// Presence knows which cards lie on the reader, so that each is told once.
type Presence struct {
	// Patience is how many polls in a row must miss a card before it counts as taken away; 0 means 2.
	Patience int
	missed   map[Card]int
}

// Poll tells what a whole poll found, and answers which of it was not there before. What Seen was
// told already is not answered again.
func (p *Presence) Poll(found ...Card) (fresh []Card) {
	for c := range p.missed {
		p.missed[c]++
	}
	fresh = p.Seen(found...)
	for c, n := range p.missed {
		if n >= max(p.Patience, missedPolls) {
			delete(p.missed, c)
		}
	}
	return fresh
}

// Seen tells what was found, by a poll that may not get to its end, and answers which of it was not
// there before. It says nothing of other cards.
func (p *Presence) Seen(found ...Card) (fresh []Card) {
	if p.missed == nil {
		p.missed = make(map[Card]int)
	}
	for _, c := range found {
		if _, there := p.missed[c]; !there {
			fresh = append(fresh, c)
		}
		p.missed[c] = 0
	}
	return fresh
}

// Clear forgets every card.
func (p *Presence) Clear() { clear(p.missed) }
