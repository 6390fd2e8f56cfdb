package pn532

// missedPolls is how many polls must miss a card before it counts as taken away: a card at the
// edge of the field fails now and then.
const missedPolls = 2

// Presence knows which cards lie on the reader, so that each is told once.
type Presence struct{ missed map[Card]int }

// Poll tells what a whole poll found, and answers which of it was not there before. What Seen was
// told already is not answered again.
func (p *Presence) Poll(found ...Card) (fresh []Card) {
	for c := range p.missed {
		p.missed[c]++
	}
	fresh = p.Seen(found...)
	for c, n := range p.missed {
		if n >= missedPolls {
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
