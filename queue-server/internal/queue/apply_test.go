package queue

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

func TestALogThatDecideDidNotWriteIsRefused(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.open("c1", "ana")
	w.wait("x", "ktp")
	next := w.o.Seq + 1
	number := func(n int) *Number { return &Number{"A", n} }
	for name, e := range map[string]Event{
		"a gap":                        {Seq: next + 1, Kind: TicketCancelled, Subject: "x"},
		"the same event again":         {Seq: next - 1, Kind: TicketConfirmed, Subject: "x"},
		"an unknown kind":              {Seq: next, Kind: "ticket.eaten", Subject: "x"},
		"an unknown kind of a counter": {Seq: next, Kind: "counter.eaten", Subject: "c1"},
		"a ticket never issued":        {Seq: next, Kind: TicketCancelled, Subject: "y"},
		"a ticket issued twice":        {Seq: next, Kind: TicketIssued, Subject: "x", Data: Data{Number: number(2), ServiceID: "ktp"}},
		"a number left out":            {Seq: next, Kind: TicketIssued, Subject: "y", Data: Data{Number: number(3), ServiceID: "ktp"}},
		"a number twice":               {Seq: next, Kind: TicketIssued, Subject: "y", Data: Data{Number: number(1), ServiceID: "ktp"}},
		"no number":                    {Seq: next, Kind: TicketIssued, Subject: "y", Data: Data{ServiceID: "ktp"}},
		"a counter that is not there":  {Seq: next, Kind: TicketCalled, Subject: "x", Data: Data{CounterID: "c9"}},
		"a seat that is not there":     {Seq: next, Kind: CounterOpened, Subject: "c9"},
		"no catalogue":                 {Seq: next, Kind: CatalogChanged},
		"a catalogue of another place": {Seq: next, Kind: CatalogChanged, Data: Data{Catalog: &Catalog{}}},
		"a day that is none":           {Seq: next, Kind: DayOpened, Data: Data{Day: "tomorrow"}},
	} {
		t.Run(name, func(t *testing.T) {
			before, line := w.snapshot(), len(w.o.Waiting())
			if err := w.o.Apply(e); err == nil {
				t.Fatal("it is applied")
			}
			if !bytes.Equal(before, w.snapshot()) || len(w.o.Waiting()) != line {
				t.Fatal("it left something behind")
			}
		})
	}
	if err := New().Apply(Event{Seq: 1, Kind: DayOpened, Data: Data{Day: "2026-11-23"}}); err == nil {
		t.Fatal("a day opens before there is a catalogue")
	}
}

func TestSnapshotsThatDoNotFitAreRefused(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.wait("x", "ktp")
	for name, edit := range map[string]func(m map[string]any){
		"another format":           func(m map[string]any) { m["format"] = 99 },
		"no format":                func(m map[string]any) { delete(m, "format") },
		"a ticket under no id":     func(m map[string]any) { m["tickets"] = map[string]any{"y": nil} },
		"a counter without state":  func(m map[string]any) { m["counters"] = map[string]any{} },
		"a catalogue of no office": func(m map[string]any) { delete(m["catalog"].(map[string]any), "office") },
		"a device without state":   func(m map[string]any) { m["devices"] = map[string]any{"kiosk": nil} },
		"a ticket of nowhere": func(m map[string]any) {
			m["counters"].(map[string]any)["c1"].(map[string]any)["ticket_id"] = "nowhere"
		},
		"an unknown zone": func(m map[string]any) {
			m["catalog"].(map[string]any)["office"].(map[string]any)["time_zone"] = "Mars/Olympus"
		},
		"a day that is none": func(m map[string]any) { m["day"] = "today" },
		"text for a number":  func(m map[string]any) { m["seq"] = "one" },
	} {
		t.Run(name, func(t *testing.T) {
			var m map[string]any
			if err := json.Unmarshal(w.snapshot(), &m); err != nil {
				t.Fatal(err)
			}
			edit(m)
			b, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Restore(b); err == nil {
				t.Fatal("it is restored")
			}
		})
	}
	if _, err := Restore(w.snapshot()[:100]); err == nil {
		t.Fatal("half a snapshot is restored")
	}
	empty, err := New().Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if o, err := Restore(empty); err != nil || o.Seq != 0 {
		t.Fatalf("an office before its first event: %v", err)
	}
}

// FuzzRestore: a damaged snapshot is refused, or gives an office that still works.
func FuzzRestore(f *testing.F) {
	w := newWorld(f, testCatalog(), monday)
	w.open("c1", "ana")
	w.wait("x", "ktp")
	w.issue("y", "pbb")
	f.Add(w.snapshot())
	w.do(&IdentifyTicket{w.by("ana"), "y", "p1"})
	f.Add(w.snapshot())
	w.serve("c1", time.Minute)
	f.Add(w.snapshot())
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := Restore(b)
		if err != nil {
			return
		}
		w := &world{tb: t, o: o, at: monday}
		for _, c := range []Command{
			&OpenCounter{w.by("budi"), "c2", "budi"},
			&IssueTicket{w.by(""), "z", "ktp", "kiosk", "p1", "", 0},
			&CallNext{w.by("budi"), "c2", "k"},
			&Tick{w.by("")},
		} {
			events, _, err := o.Decide(c, w.at)
			if codeOf(err) == "fault" {
				return // the day of the snapshot does not fit its counters: said, not crashed
			}
			for _, e := range events {
				if o.Apply(e) != nil {
					return // the same
				}
			}
		}
		o.EstimateNew(w.at)
	})
}
