package stream_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"loket/queue-server/client"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/desk"
	"loket/queue-server/protocol"
)

const (
	siti    = "1971994107580001" // a woman born 1958-07-01
	budi    = "1971990101900002"
	service = "dukcapil-ktp"
)

// book is a registry with two people in it.
type book struct{}

func (book) Lookup(_ context.Context, r registry.Request) (registry.Result, error) {
	names := map[protocol.NIK]string{siti: "Siti Contoh", budi: "Budi Misalnya"}
	if name := names[r.NIK]; name != "" {
		return registry.Result{State: protocol.PersonVerified, Code: "01", Name: name}, nil
	}
	return registry.Result{State: protocol.PersonRecheck, Code: "13"}, nil
}

// withBook is an office whose registry answers.
func withBook(t *testing.T) *officetest.Office {
	t.Helper()
	return officetest.Start(t, officetest.Config{Desk: desk.Config{Lookup: book{}, Adapter: "call_nik"}})
}

func identify(t *testing.T, kiosk *client.Client, p protocol.IdentifyParams) protocol.IdentifyResult {
	t.Helper()
	p.ServiceID = service
	var r protocol.IdentifyResult
	if err := kiosk.Request(t.Context(), protocol.MethodPersonIdentify, p, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// takenBy issues and confirms a ticket of a person.
func takenBy(t *testing.T, kiosk *client.Client, person string) protocol.IssueResult {
	t.Helper()
	var r protocol.IssueResult
	if err := kiosk.Request(t.Context(), protocol.MethodTicketIssue, protocol.IssueParams{TicketID: client.NewID(), ServiceID: service, PersonID: person}, &r); err != nil {
		t.Fatal(err)
	}
	if err := kiosk.Request(t.Context(), protocol.MethodTicketConfirm, protocol.ConfirmParams{TicketID: r.TicketID, How: "printed"}, nil); err != nil {
		t.Fatal(err)
	}
	return r
}

// counterOf is a counter that serves the service first.
func counterOf(t *testing.T, o *officetest.Office) (id string) {
	t.Helper()
	o.Running.Read(func(q *queue.Office) {
		for _, c := range q.Catalog.Counters {
			for _, tier := range c.Tiers[:1] {
				for _, s := range tier.Services {
					if s == service && id == "" {
						id = string(c.ID)
					}
				}
			}
		}
	})
	if id == "" {
		t.Fatal("no counter serves " + service)
	}
	return id
}

// serve opens a counter and calls the next ticket to it.
func serve(t *testing.T, officer *client.Client, counter string) {
	t.Helper()
	for _, r := range []struct {
		method string
		params any
	}{
		{protocol.MethodCounterOpen, protocol.CounterParams{CounterID: counter}},
		{protocol.MethodTicketCallNext, protocol.CallParams{CounterID: counter, CallID: client.NewID()}},
	} {
		if err := officer.Request(t.Context(), r.method, r.params, nil); err != nil {
			t.Fatalf("%s: %v", r.method, err)
		}
	}
}

func TestTheOfficerSeesThePersonOfTheTicketMaskedAndRevealsHerWithATrace(t *testing.T) {
	o := withBook(t)
	kiosk := o.Kiosk()
	who := identify(t, kiosk, protocol.IdentifyParams{NIK: siti})
	if who.Person.State != protocol.PersonVerified || who.Person.MaskedName != "S*** C*****" || who.Person.MaskedNIK != "1971********0001" || who.Person.ID == "" {
		t.Fatalf("identified as %+v", who)
	}
	ticket := takenBy(t, kiosk, who.Person.ID)
	if again := identify(t, kiosk, protocol.IdentifyParams{NIK: siti}); again.Ticket == nil || again.Ticket.Number != ticket.Number {
		t.Fatalf("she is not given back her ticket: %+v", again)
	}
	counter := counterOf(t, o)
	officer := o.Officer("ana", protocol.TopicLobby+"/"+counter)
	serve(t, officer, counter)
	update, view := officetest.Await(t, officer, "the person at the counter", func(_ client.Update, v protocol.ConsoleView) bool {
		return v.Current != nil && v.Current.Person != nil
	})
	if p := view.Current.Person; p.MaskedName != "S*** C*****" || p.State != protocol.PersonVerified {
		t.Fatalf("the officer sees %+v", p)
	}
	if strings.Contains(string(update.View), siti) || strings.Contains(string(update.View), "Siti") {
		t.Fatal("a view holds a NIK or a name")
	}
	var shown protocol.RevealResult
	if err := officer.Request(t.Context(), protocol.MethodPersonReveal, protocol.PersonParams{CounterID: counter, Number: ticket.Number}, &shown); err != nil {
		t.Fatal(err)
	}
	if shown.NIK != siti || shown.Name != "Siti Contoh" || shown.BirthDate != "1958-07-01" || !strings.Contains(shown.Region, "Bangka") {
		t.Fatalf("revealed %+v", shown)
	}
	var trail protocol.AuditResult
	if err := o.Admin().Request(t.Context(), protocol.MethodAuditList, protocol.AuditParams{NIK: siti}, &trail); err != nil {
		t.Fatal(err)
	}
	var did []string
	for _, r := range trail.Rows {
		did = append(did, r.Action+" "+r.Ticket)
		if r.Action == "revealed" && (r.Name != "Petugas ana" || r.Ticket != ticket.Number || r.Person != who.Person.ID) {
			t.Errorf("the trail says %+v", r)
		}
	}
	if text := strings.Join(did, ","); !strings.HasPrefix(text, "revealed "+ticket.Number) || !strings.Contains(text, "looked_up") || !strings.Contains(text, "identified "+ticket.Number) {
		t.Fatalf("the trail has %s", text)
	}
	raw, err := json.Marshal(trail)
	if err != nil || strings.Contains(string(raw), siti) || strings.Contains(string(raw), "Contoh") {
		t.Fatalf("the trail holds personal data (%v)", err)
	}
}
