package queue

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// newPeopleMachine plays the machine's random days among few persons, so that they meet their own tickets.
func newPeopleMachine(t *rapid.T) *machine {
	return &machine{world: newWorld(t, peopleCatalog(), monday), today: "2026-11-23", catalog: peopleCatalog, persons: []PersonID{"", "p1", "p2", "p3"}}
}

func (m *machine) person(t *rapid.T) PersonID {
	if len(m.persons) == 0 {
		return ""
	}
	return pick(m, t, "person", m.persons...)
}

// class draws a class of priority, one in four none that the office has.
func (m *machine) class(t *rapid.T) string {
	if len(m.o.Catalog.Priorities) == 0 {
		return ""
	}
	return pick(m, t, "class", "", "", "lansia", "hamil", "", "plain", "", "vip")
}

func (m *machine) nextCatalog() Catalog {
	if m.catalog == nil {
		return testCatalog()
	}
	return m.catalog()
}

func TestLawsWithPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newPeopleMachine(t)
		for range 1 + m.choose(t, "steps", 150) {
			from := len(m.log)
			m.step(t)
			m.lawOfOneTicket(t)
			for _, e := range m.log[from:] {
				m.lawOfLimit(t, &e)
			}
		}
		m.lawOfFolding(t)
		m.lawOfBlindStatistics(t)
	})
}

// No person holds two tickets of a service that have not ended, and the index finds the one she holds.
func (m *machine) lawOfOneTicket(t *rapid.T) {
	type claim struct {
		person  PersonID
		service ServiceID
	}
	held := map[claim]TicketID{}
	for id, x := range m.o.Tickets {
		if x.PersonID == "" || x.Ended() {
			continue
		}
		c := claim{x.PersonID, x.ServiceID}
		if other, ok := held[c]; ok {
			t.Fatalf("%s holds %s and %s of %s", c.person, id, other, c.service)
		}
		held[c] = id
	}
	for _, person := range m.persons[1:] {
		for _, service := range services {
			got, want := m.o.HeldBy(person, service), held[claim{person, service}]
			if got == nil && want != "" || got != nil && got.ID != want {
				t.Fatalf("%s holds %q of %s, and %v is found", person, want, service, got)
			}
		}
	}
}

// When a person is given a ticket, she has not taken more of the service than she may.
func (m *machine) lawOfLimit(t *rapid.T, e *Event) {
	x := m.o.Tickets[TicketID(e.Subject)]
	if x == nil || x.PersonID == "" || e.Kind != TicketIssued && e.Kind != TicketConfirmed {
		return
	}
	taken := 0
	for _, other := range m.o.Tickets {
		lapsed := other.State == Expired && other.ConfirmedAt.IsZero()
		if other.PersonID == x.PersonID && other.firstService() == x.firstService() && other.State != Cancelled && !lapsed {
			taken++
		}
	}
	if taken != m.o.TakenBy(x.PersonID, x.firstService()) {
		t.Fatalf("%s took %d tickets of %s, and the index counts otherwise", x.PersonID, taken, x.firstService())
	}
	// A ticket that an officer gave her may be one more than she may take, and is confirmed all the same.
	given := slices.ContainsFunc(m.log, func(e Event) bool { return e.Kind == TicketIdentified && e.Data.PersonID == x.PersonID })
	limit := m.o.Service(x.firstService()).PersonLimit
	if (e.Kind == TicketIssued || !given) && limit > 0 && taken > limit {
		t.Fatalf("%s took %d tickets of %s, and may take %d", x.PersonID, taken, x.firstService(), limit)
	}
}

// The same day without anybody known is the same day: order, counts, service times and estimates ask for no person.
func (m *machine) lawOfBlindStatistics(t *rapid.T) {
	blind := New()
	for _, e := range m.log {
		e.Data.PersonID = ""
		if err := blind.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	seen := m.o.Clone()
	for _, x := range seen.Tickets {
		x.PersonID = ""
	}
	a, errA := json.Marshal(seen)
	b, errB := json.Marshal(blind)
	if errA != nil || errB != nil || string(a) != string(b) {
		t.Fatalf("without persons the day is another: %v %v\n%s\n%s", errA, errB, a, b)
	}
	if !slices.EqualFunc(seen.Waiting(), blind.Waiting(), func(x, y *Ticket) bool { return *x == *y }) || !maps.Equal(m.o.EstimateNew(m.at), blind.EstimateNew(m.at)) {
		t.Fatal("without persons the queue is another")
	}
}
