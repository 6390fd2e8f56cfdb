package queue

import (
	"bytes"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestAReprintChangesNothingButItsCount holds that copies, asked for at any moment of a random day, leave
// numbers, order, states, quotas and calls as they are on a day without them.
func TestAReprintChangesNothingButItsCount(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, testCatalog(), monday)
		w.open("c1", "ana")
		for i := range rapid.IntRange(1, 8).Draw(rt, "tickets") {
			id := TicketID(rune('a' + i))
			if rapid.Bool().Draw(rt, "confirmed") {
				w.wait(id, "ktp")
			} else {
				w.issue(id, "ktp")
			}
			w.later(time.Duration(rapid.IntRange(0, 30).Draw(rt, "seconds")) * time.Second)
		}
		if len(w.o.Waiting("ktp")) > 0 && rapid.Bool().Draw(rt, "call") {
			w.next("c1")
		}
		before := w.o.Clone()
		order := w.o.Waiting("ktp")
		copies := map[TicketID]int{}
		for range rapid.IntRange(1, 10).Draw(rt, "copies") {
			id := TicketID(rune('a' + rapid.IntRange(0, len(w.o.Tickets)-1).Draw(rt, "which")))
			c := &ReprintTicket{w.by("ana"), id, "kiosk"}
			if w.o.Tickets[id].State == Printing {
				w.refused(c, CodeTicketState)
				continue
			}
			w.do(c)
			w.quiet(c) // the same wish again is no second copy
			copies[id]++
		}
		for i, now := range w.o.Waiting("ktp") {
			if now.ID != order[i].ID {
				rt.Fatalf("place %d: %s instead of %s", i, now.ID, order[i].ID)
			}
		}
		for id, n := range copies {
			if got := w.o.Tickets[id].Reprints; got != n {
				rt.Fatalf("%s counts %d copies, want %d", id, got, n)
			}
		}
		if a, b := bare(rt, w.o), bare(rt, before); !bytes.Equal(a, b) {
			rt.Fatalf("copies changed the office:\n%s\n%s", a, b)
		}
	})
}

// bare is an office without what a copy may change: its count, and that something was asked.
func bare(t *rapid.T, o *Office) []byte {
	c := o.Clone()
	for _, x := range c.Tickets {
		x.Reprints = 0
	}
	c.Seq, c.At, c.Done = 0, time.Time{}, nil
	b, err := c.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return b
}
