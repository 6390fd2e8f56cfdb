package pn532

import (
	"testing"

	"pgregory.net/rapid"
)

// The law of debouncing: a card is told exactly when neither of the two polls before had it.
func TestCardIsToldUnlessOneOfTheLastTwoPollsHadIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := []Card{{ID: "aaaa"}, {ID: "bbbb"}, {ID: "aaaa", TypeB: true}}
		gone := rapid.IntRange(missedPolls, 7).Draw(t, "patience")
		p := Presence{Patience: gone}
		var polls []map[Card]bool
		for range rapid.IntRange(1, 30).Draw(t, "polls") {
			now := make(map[Card]bool)
			var found []Card
			for _, c := range all {
				if rapid.Bool().Draw(t, "there") {
					now[c] = true
					found = append(found, c)
				}
			}
			told := make(map[Card]bool)
			for _, c := range found { // some at once, as the poll goes on
				if rapid.Bool().Draw(t, "at once") {
					for _, c := range p.Seen(c) {
						told[c] = true
					}
				}
			}
			for _, c := range p.Poll(found...) {
				if told[c] {
					t.Fatalf("poll %d: %v told twice", len(polls), c)
				}
				told[c] = true
			}
			for _, c := range all {
				before := false
				for _, q := range polls[max(0, len(polls)-gone):] {
					before = before || q[c]
				}
				if told[c] != (now[c] && !before) {
					t.Fatalf("poll %d: %v told %v, there %v, before %v", len(polls), c, told[c], now[c], before)
				}
			}
			polls = append(polls, now)
		}
	})
}

func TestPollThatBrokeOffForgetsNoCard(t *testing.T) {
	var p Presence
	a, b := Card{ID: "aaaa"}, Card{ID: "bbbb", TypeB: true}
	p.Poll(a, b)
	for range 5 {
		if fresh := p.Seen(a); len(fresh) != 0 {
			t.Fatalf("told again: %v", fresh)
		}
	}
	if fresh := p.Poll(a, b); len(fresh) != 0 {
		t.Fatalf("told again: %v", fresh)
	}
	p.Clear()
	if fresh := p.Poll(a); len(fresh) != 1 {
		t.Fatalf("after it was forgotten: %v", fresh)
	}
}
