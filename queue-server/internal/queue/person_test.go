package queue

import (
	"fmt"
	"testing"
	"time"
)

// peopleCatalog is testCatalog with classes of priority, where ktp asks for a person and gives her two tickets a day, and
// kk takes one who says who she is.
func peopleCatalog() Catalog {
	c := testCatalog()
	c.Priorities = []Priority{
		{ID: "lansia", Name: Text{ID: "Lansia"}, Note: Text{ID: "60 tahun ke atas"}, HeadStartMinutes: 15},
		{ID: "hamil", Name: Text{ID: "Ibu hamil"}, HeadStartMinutes: 10},
		{ID: "plain", Name: Text{ID: "Tanpa"}},
	}
	c.ReferServiceID = "kk"
	c.Services[0].Identity, c.Services[0].PersonLimit = IdentityRequired, 2
	c.Services[1].Identity = IdentityOptional
	return c
}

func (w *world) take(id TicketID, service ServiceID, person PersonID) *IssueTicket {
	return &IssueTicket{Header: w.by(""), TicketID: id, ServiceID: service, DeviceID: "kiosk", PersonID: person}
}

// hold takes and confirms a ticket of a person.
func (w *world) hold(id TicketID, service ServiceID, person PersonID) {
	w.tb.Helper()
	w.do(w.take(id, service, person))
	w.do(&ConfirmTicket{w.by(""), id, "printed"})
}

func TestAServiceThatNeedsAPersonGivesNoTicketWithoutOne(t *testing.T) {
	w := newWorld(t, peopleCatalog(), monday)
	w.refused(w.take("x", "ktp", ""), CodeIdentityRequired)
	w.hold("x", "ktp", "p1")
	w.hold("y", "kk", "")
	w.hold("z", "pbb", "p1") // a service that does not ask may still know
	if got := w.o.Tickets["x"]; got.PersonID != "p1" || w.o.Tickets["y"].PersonID != "" || w.o.HeldBy("p1", "pbb").ID != "z" {
		t.Fatalf("the ticket is %+v", got)
	}
}

func TestASecondTicketOfTheSameServiceIsRefusedInEveryStateThatHasNotEnded(t *testing.T) {
	for in, bring := range map[string]func(*world){
		"printing": func(*world) {},
		"waiting":  func(w *world) { w.do(&ConfirmTicket{w.by(""), "x", "shown"}) },
		"called":   func(w *world) { w.do(&ConfirmTicket{w.by(""), "x", "shown"}); w.next("c1") },
		"serving": func(w *world) {
			w.do(&ConfirmTicket{w.by(""), "x", "shown"})
			w.next("c1")
			w.do(&StartTicket{w.by("ana"), "c1"})
		},
		"held": func(w *world) {
			w.do(&ConfirmTicket{w.by(""), "x", "shown"})
			w.next("c1")
			w.do(&HoldTicket{w.by("ana"), "c1"})
		},
		"no_show": func(w *world) {
			w.do(&ConfirmTicket{w.by(""), "x", "shown"})
			w.next("c1")
			w.do(&NoShowTicket{w.by("ana"), "c1"})
		},
	} {
		t.Run(in, func(t *testing.T) {
			w := newWorld(t, peopleCatalog(), monday)
			w.open("c1", "ana")
			w.do(w.take("x", "ktp", "p1"))
			bring(w)
			w.state("x", TicketState(in))
			w.refused(w.take("y", "ktp", "p1"), CodeAlreadyWaiting)
			if held := w.o.HeldBy("p1", "ktp"); held == nil || held.ID != "x" {
				t.Fatalf("she holds %v", held)
			}
			w.quiet(w.take("x", "ktp", "p1")) // the same request once more, as after a lost reply
			w.hold("z", "ktp", "p2")          // another person
			w.hold("k", "kk", "p1")           // another service
		})
	}
}

func TestSheHearsOfHerTicketEvenWhenTheLastNumberIsGone(t *testing.T) {
	c := peopleCatalog()
	c.Services[0].DailyQuota = 1
	w := newWorld(t, c, monday)
	w.hold("x", "ktp", "p1")
	w.refused(w.take("y", "ktp", "p1"), CodeAlreadyWaiting)
	w.refused(w.take("y", "ktp", "p2"), CodeQuotaFull)
}

func TestThePersonLimitCountsWhatSheTook(t *testing.T) {
	w := newWorld(t, peopleCatalog(), monday)
	w.open("c1", "ana")
	w.hold("a", "ktp", "p1")
	w.do(&CancelTicket{w.by(""), "a", "citizen"}) // does not count
	w.do(w.take("b", "ktp", "p1"))
	w.later(reservationLife)
	w.do(&Tick{w.by("")}) // b lapses, and does not count
	w.hold("c", "ktp", "p1")
	w.next("c1")
	w.do(&TransferTicket{w.by("ana"), "c1", "kk"}) // still a ticket that she took for ktp
	if n := w.o.TakenBy("p1", "ktp"); n != 1 {
		t.Fatalf("she took %d", n)
	}
	w.hold("d", "ktp", "p1")
	w.serve("c1", time.Minute) // c, of kk now
	w.serve("c1", time.Minute) // d
	w.refused(w.take("e", "ktp", "p1"), CodePersonLimit)
	w.hold("f", "ktp", "p2")
	w.later(24 * time.Hour)
	w.hold("g", "ktp", "p1") // a new day
}

func TestTheLateWordOfALapsedReservationDoesNotGiveAPersonTwoTickets(t *testing.T) {
	lapse := func(w *world) {
		w.do(w.take("x", "ktp", "p1"))
		w.later(reservationLife)
		w.do(&Tick{w.by("")})
		w.state("x", Expired)
	}
	t.Run("she took another", func(t *testing.T) {
		w := newWorld(t, peopleCatalog(), monday)
		lapse(w)
		w.hold("y", "ktp", "p1")
		w.refused(&ConfirmTicket{w.by(""), "x", "printed"}, CodeTicketState)
		w.do(&CancelTicket{w.by(""), "y", "citizen"})
		w.do(&ConfirmTicket{w.by(""), "x", "printed"})
	})
	t.Run("she was served to her limit", func(t *testing.T) {
		c := peopleCatalog()
		c.Services[0].PersonLimit = 1
		w := newWorld(t, c, monday)
		w.open("c1", "ana")
		lapse(w)
		w.hold("y", "ktp", "p1")
		w.serve("c1", time.Minute)
		w.refused(&ConfirmTicket{w.by(""), "x", "printed"}, CodeTicketState)
	})
	t.Run("she took no other", func(t *testing.T) {
		w := newWorld(t, peopleCatalog(), monday)
		lapse(w)
		w.do(&ConfirmTicket{w.by(""), "x", "printed"})
		w.state("x", Waiting)
	})
}

func TestATransferToAServiceOfWhichSheHoldsATicketIsRefused(t *testing.T) {
	w := newWorld(t, peopleCatalog(), monday)
	w.open("c1", "ana")
	w.hold("x", "ktp", "p1")
	w.hold("y", "pbb", "p1")
	w.next("c1")
	w.refused(&TransferTicket{w.by("ana"), "c1", "pbb"}, CodeAlreadyWaiting)
	w.do(&TransferTicket{w.by("ana"), "c1", "kk"})
	if x := w.o.HeldBy("p1", "kk"); x == nil || x.ID != "x" {
		t.Fatalf("the ticket has lost its person: %v", x)
	}
}

func TestIdentify(t *testing.T) {
	w := newWorld(t, peopleCatalog(), monday)
	w.open("c1", "ana")
	w.hold("x", "kk", "")
	w.hold("y", "kk", "p2")
	w.refused(&IdentifyTicket{w.by("ana"), "x", ""}, CodeBadCommand)
	w.refused(&IdentifyTicket{w.by("ana"), "", "p1"}, CodeBadCommand)
	w.refused(&IdentifyTicket{w.by("ana"), "nobody", "p1"}, CodeTicketUnknown)
	w.refused(&IdentifyTicket{w.by("ana"), "x", "p2"}, CodeAlreadyWaiting)
	w.do(&IdentifyTicket{w.by("ana"), "x", "p1"})
	w.quiet(&IdentifyTicket{w.by("ana"), "x", "p1"})
	w.refused(w.take("z", "kk", "p1"), CodeAlreadyWaiting)
	w.do(&IdentifyTicket{w.by("ana"), "x", "p3"}) // corrected
	if w.o.HeldBy("p1", "kk") != nil || w.o.HeldBy("p3", "kk").ID != "x" {
		t.Fatal("the ticket still is the first person's")
	}
	w.hold("z", "kk", "p1")
	w.serve("c1", time.Minute) // x
	w.quiet(&IdentifyTicket{w.by("ana"), "x", "p3"})
	w.refused(&IdentifyTicket{w.by("ana"), "x", "p4"}, CodeTicketState)
}

func TestAPriorityClassIsAHeadStart(t *testing.T) {
	w := newWorld(t, peopleCatalog(), monday)
	w.refused(&IssueTicket{Header: w.by(""), TicketID: "x", ServiceID: "pbb", DeviceID: "kiosk", Priority: "vip"}, CodePriorityUnknown)
	for i, tc := range []struct {
		class string
		head  time.Duration
		want  float64
	}{
		{"", 0, 0},
		{"plain", 0, 0},
		{"hamil", 0, 10},
		{"lansia", 0, 15},
		{"hamil", 3 * time.Minute, 13},
		{"hamil", 9 * time.Minute, 15},
		{"lansia", time.Duration(1<<63 - 1), 15},
	} {
		id := TicketID(fmt.Sprint("t", i))
		w.do(&IssueTicket{w.by(""), id, "pbb", "kiosk", "", tc.class, tc.head})
		x := w.o.Tickets[id]
		if got := x.IssuedAt.Sub(x.DueAt).Minutes(); got != tc.want || x.Priority != tc.class {
			t.Errorf("class %q and a head start of %v: %v minutes, class %q", tc.class, tc.head, got, x.Priority)
		}
	}
	c := peopleCatalog()
	c.Office.MaxHeadStartMinutes = 5
	c.Priorities[0].HeadStartMinutes, c.Priorities[1].HeadStartMinutes = 5, 5
	w.do(&ChangeCatalog{w.by(""), c})
	w.quiet(&IssueTicket{w.by(""), "t3", "pbb", "kiosk", "", "gone", 0}) // a repeat asks nothing anew
}
