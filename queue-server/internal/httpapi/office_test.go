package httpapi_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"loket/queue-server/client"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ask sends a request that must be accepted.
func ask(t *testing.T, c *client.Client, method string, params, result any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := c.Request(ctx, method, params, result); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
}

// refused sends a request that must be refused with a code.
func refused(t *testing.T, c *client.Client, method string, params any, code string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var e *protocol.Error
	if err := c.Request(ctx, method, params, nil); !errors.As(err, &e) || e.Code != code {
		t.Fatalf("%s: got %v, want the refusal %s", method, err, code)
	}
}

// seat finds a counter and a service that it serves.
func seat(o *officetest.Office) (counter queue.Counter, service queue.ServiceID) {
	o.Running.Read(func(q *queue.Office) { counter = q.Catalog.Counters[0] })
	return counter, counter.Tiers[0].Services[0]
}

func issue(t *testing.T, kiosk *client.Client, service queue.ServiceID) protocol.IssueResult {
	t.Helper()
	var r protocol.IssueResult
	ask(t, kiosk, protocol.MethodTicketIssue, protocol.IssueParams{TicketID: client.NewID(), ServiceID: string(service)}, &r)
	ask(t, kiosk, protocol.MethodTicketConfirm, protocol.ConfirmParams{TicketID: r.TicketID, How: "printed"}, nil)
	return r
}

func TestATicketGoesFromKioskToBoardAndPhoneAndSurvivesARestart(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	counter, service := seat(o)
	kiosk := o.Kiosk()
	board := o.Connect(client.Config{Role: protocol.RoleDisplay, Token: o.Token(protocol.RoleDisplay, "D"), Topic: "board/all"})
	officer := o.Officer("rina", protocol.TopicConsole+string(counter.ID))

	ask(t, officer, protocol.MethodCounterOpen, protocol.CounterParams{CounterID: string(counter.ID)}, nil)
	ticket := issue(t, kiosk, service)
	if !strings.HasPrefix(ticket.Address, "HTTP://127.0.0.1:") || !strings.HasSuffix(ticket.Address, "/T/"+ticket.Token) {
		t.Errorf("address %q", ticket.Address)
	}
	phone := o.Connect(client.Config{Role: protocol.RoleCitizen, Topic: "ticket/" + strings.ToLower(ticket.Token)})
	officetest.Await(t, phone, "the phone to wait", func(_ client.Update, v protocol.TicketView) bool {
		return v.Number == ticket.Number && v.State == "waiting" && v.CanCancel
	})

	var call protocol.CallResult
	callID := client.NewID()
	ask(t, officer, protocol.MethodTicketCallNext, protocol.CallParams{CounterID: string(counter.ID), CallID: callID}, &call)
	if call.Number != ticket.Number {
		t.Fatalf("called %s, want %s", call.Number, ticket.Number)
	}
	officetest.Await(t, board, "the call on the board", func(_ client.Update, v protocol.BoardView) bool {
		return len(v.Calls) == 1 && v.Calls[0].ID == callID && v.Calls[0].Number == ticket.Number && v.Calls[0].Counter == counter.Number
	})
	officetest.Await(t, phone, "the call on the phone", func(_ client.Update, v protocol.TicketView) bool {
		return v.State == "called" && v.Counter == counter.Number && v.CallID == callID
	})

	// The server goes away under everybody and comes back on the same address and file.
	o.Stop()
	officetest.Await(t, board, "the line to go down with the last view kept", func(u client.Update, v protocol.BoardView) bool {
		return !u.Connected && len(v.Calls) == 1
	})
	started := make(chan error, 1)
	go func() { // asked while the server is down, accepted when it is back
		started <- officer.Request(t.Context(), protocol.MethodTicketStart, protocol.CounterParams{CounterID: string(counter.ID)}, nil)
	}()
	officetest.Start(t, officetest.Config{Dir: o.Dir, Addr: o.Addr})
	if err := <-started; err != nil {
		t.Fatalf("start after the restart: %v", err)
	}
	officetest.Await(t, phone, "the phone to see the service after the restart", func(u client.Update, v protocol.TicketView) bool {
		return u.Connected && v.State == "serving"
	})
	officetest.Await(t, board, "the board to keep its call after the restart", func(u client.Update, v protocol.BoardView) bool {
		return u.Connected && len(v.Calls) == 1 && v.Calls[0].ID == callID
	})
	ask(t, officer, protocol.MethodTicketComplete, protocol.CounterParams{CounterID: string(counter.ID)}, nil)
	officetest.Await(t, phone, "the end on the phone", func(_ client.Update, v protocol.TicketView) bool { return v.State == "completed" })
	refused(t, phone, protocol.MethodTicketCancel, protocol.CancelParams{}, "ticket_state")
}
