package view_test

import (
	"fmt"
	"testing"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

// What the slip says is what her page, a search and a copy say, also when the kiosk asks for the slip once more.
func TestTheSlipAndTheSearchCountTheSameTicketsAhead(t *testing.T) {
	w := newWorld(t)
	id := queue.TicketID(fmt.Sprintf("019a9c2e-7b1f-7c58-9d0e-%012d", 900))
	w.do(&queue.IssueTicket{Header: w.by(queue.ByDevice, "k"), TicketID: id, ServiceID: "dukcapil-ktp", DeviceID: "k"})
	slip := ok[protocol.IssueResult](t)(w.glance().Issued(id, "http://h"))
	w.issue("dukcapil-ktp") // another kiosk is quicker
	again := ok[protocol.IssueResult](t)(w.glance().Issued(id, "http://h"))
	if slip.Ahead == 0 || again.Ahead > slip.Ahead+1 { // the other one may have priority
		t.Fatalf("%d are ahead, and then %d", slip.Ahead, again.Ahead)
	}
	w.do(&queue.ConfirmTicket{Header: w.by(queue.ByDevice, "k"), TicketID: id, How: "printed"})
	g := w.glance()
	found, page := ok[protocol.FindResult](t)(g.Found(id, "http://h")), ok[protocol.TicketView](t)(g.Ticket(id, 0))
	if found.Ahead != again.Ahead || page.Ahead != again.Ahead {
		t.Errorf("the slip says %d, the search %d, her page %d", again.Ahead, found.Ahead, page.Ahead)
	}
}

// A copy for somebody whose number was called says where she is expected, not how many are ahead.
func TestACopysJobSaysWhetherTheTicketIsCalled(t *testing.T) {
	w := newWorld(t)
	w.issue("dukcapil-ktp")
	g := view.Look(w.o, at.Add(time.Minute), w.people, "v1")
	g.WithPrints([]view.Print{
		{ID: "a", Ticket: w.tickets[3], State: protocol.PrintSent},
		{ID: "b", Ticket: w.tickets[4], State: protocol.PrintSent},
	}, "http://h")
	jobs := g.Kiosk().Prints
	if len(jobs) != 2 || jobs[0].State != string(queue.Serving) || jobs[0].Counter != 1 {
		t.Fatalf("of a ticket at counter 1: %+v", jobs)
	}
	if jobs[1].State != string(queue.Waiting) || jobs[1].Counter != 0 {
		t.Errorf("of a ticket that waits: %+v", jobs[1])
	}
}
