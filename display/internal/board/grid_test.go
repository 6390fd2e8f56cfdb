package board

import (
	"testing"

	"pgregory.net/rapid"

	"loket/queue-server/protocol"
)

func TestEveryOpenCounterIsOnOnePageOfTheGrid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var zones []protocol.BoardZone
		number := 0
		for range rapid.IntRange(0, 7).Draw(t, "zones") {
			z := protocol.BoardZone{Waiting: rapid.IntRange(0, 2).Draw(t, "waiting")}
			for range rapid.IntRange(0, 20).Draw(t, "counters") {
				number++
				z.Serving = append(z.Serving, protocol.BoardCounter{Counter: number})
			}
			zones = append(zones, z)
		}
		next := 1
		for _, page := range paginate(zones) {
			if len(page) == 0 || len(page) > MaxColumns {
				t.Fatalf("a page has %d columns", len(page))
			}
			for _, column := range page {
				if len(column.Counters) > MaxRows {
					t.Fatalf("a column has %d rows", len(column.Counters))
				}
				for _, c := range column.Counters {
					if c.Counter != next {
						t.Fatalf("counter %d where %d was expected", c.Counter, next)
					}
					next++
				}
			}
		}
		if next != number+1 {
			t.Fatalf("%d of %d counters are on the wall", next-1, number)
		}
	})
}

func TestNoOpenCounterLeavesNoGrid(t *testing.T) {
	b := New(noon)
	v := &protocol.BoardView{Zones: []protocol.BoardZone{{Waiting: 3}}}
	b.Take(online(v, noon), noon)
	if s := b.Show(noon); s.Mode != Empty {
		t.Fatalf("mode %s", s.Mode)
	}
}
