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

func refusal(t *testing.T, c *client.Client, method string, params any) string {
	t.Helper()
	err := c.Request(t.Context(), method, params, nil)
	if err == nil {
		return "ok"
	}
	return codeOf(err)
}

func TestOnlyTheOfficerWhoServesATicketLearnsWhoseItIs(t *testing.T) {
	o := withBook(t)
	kiosk := o.Kiosk()
	counter := counterOf(t, o)
	ana, citra := o.Officer("ana", protocol.TopicLobby), o.Officer("citra", protocol.TopicLobby)
	anonymous := o.Officer("dewi", protocol.TopicLobby)
	first := takenBy(t, kiosk, identify(t, kiosk, protocol.IdentifyParams{NIK: siti}).Person.ID)
	second := takenBy(t, kiosk, identify(t, kiosk, protocol.IdentifyParams{NIK: budi}).Person.ID)
	ask := func(c *client.Client, counter, number string) map[string]string {
		p := protocol.PersonParams{CounterID: counter, Number: number}
		return map[string]string{
			protocol.MethodPersonReveal:  refusal(t, c, protocol.MethodPersonReveal, p),
			protocol.MethodPersonVerify:  refusal(t, c, protocol.MethodPersonVerify, p),
			protocol.MethodPersonBind:    refusal(t, c, protocol.MethodPersonBind, protocol.BindParams{CounterID: counter, Number: number, Card: "04A1B2C3D4E5F6"}),
			protocol.MethodPersonCorrect: refusal(t, c, protocol.MethodPersonCorrect, protocol.CorrectParams{CounterID: counter, Number: number, NIK: siti}),
		}
	}
	want := func(name string, got map[string]string, code string) {
		t.Helper()
		for method, answer := range got {
			if answer != code {
				t.Errorf("%s: %s answers %q, want %q", name, method, answer, code)
			}
		}
	}
	want("a counter that is closed", ask(ana, counter, first.Number), "counter_closed")
	want("no counter", ask(ana, "no-such", first.Number), "counter_unknown")
	serve(t, ana, counter)
	want("a colleague", ask(citra, counter, first.Number), "counter_taken")
	want("a ticket that waits", ask(ana, counter, second.Number), "ticket_state")
	want("a kiosk", ask(kiosk, counter, first.Number), "forbidden")
	want("the administrator, who does not sit there", ask(o.Admin(), counter, first.Number), "counter_taken")
	want("her own ticket", ask(ana, counter, first.Number), "ok")
	for _, m := range []string{protocol.MethodTicketStart, protocol.MethodTicketComplete} {
		if code := refusal(t, ana, m, protocol.CounterParams{CounterID: counter}); code != "ok" {
			t.Fatal(code)
		}
	}
	want("a ticket that she has served", ask(ana, counter, first.Number), "counter_idle")
	if code := refusal(t, anonymous, protocol.MethodPersonErase, protocol.EraseParams{NIK: siti, Reason: "x"}); code != "forbidden" {
		t.Errorf("an officer erases: %s", code)
	}
	if code := refusal(t, anonymous, protocol.MethodAuditList, protocol.AuditParams{}); code != "forbidden" {
		t.Errorf("an officer reads the trail: %s", code)
	}
}

func TestAKioskTakesNoTicketForAStranger(t *testing.T) {
	o := withBook(t)
	here, there := o.Kiosk(), o.Kiosk()
	person := identify(t, here, protocol.IdentifyParams{NIK: siti}).Person.ID
	issue := protocol.IssueParams{TicketID: client.NewID(), ServiceID: service, PersonID: person}
	if code := refusal(t, there, protocol.MethodTicketIssue, issue); code != protocol.CodePersonUnknown {
		t.Fatalf("another kiosk: %s", code)
	}
	if code := refusal(t, here, protocol.MethodTicketIssue, protocol.IssueParams{TicketID: client.NewID(), ServiceID: service, PersonID: "made-up"}); code != protocol.CodePersonUnknown {
		t.Fatalf("a made-up person: %s", code)
	}
	for range 2 { // a repeat is the same ticket
		if code := refusal(t, here, protocol.MethodTicketIssue, issue); code != "ok" {
			t.Fatal(code)
		}
	}
	issue.TicketID = client.NewID()
	if code := refusal(t, here, protocol.MethodTicketIssue, issue); code != "already_waiting" {
		t.Fatalf("a second ticket: %s", code)
	}
}

func TestACardOpensAVisitOnceItsHolderHasConfirmedThatItIsHer(t *testing.T) {
	o := withBook(t)
	here, there := o.Kiosk(), o.Kiosk()
	const card = "04A1B2C3D4E5F6"
	who := identify(t, here, protocol.IdentifyParams{Card: card, NIK: siti})
	yes := protocol.ConfirmPersonParams{PersonID: who.Person.ID, Card: card}
	if code := refusal(t, here, protocol.MethodPersonIdentify, protocol.IdentifyParams{Card: card}); code != protocol.CodeCardUnknown {
		t.Fatalf("bound before she said yes: %s", code)
	}
	if code := refusal(t, there, protocol.MethodPersonConfirm, yes); code != protocol.CodePersonUnknown {
		t.Fatalf("another kiosk says yes for her: %s", code)
	}
	if code := refusal(t, o.Admin(), protocol.MethodPersonConfirm, yes); code != protocol.CodeForbidden {
		t.Fatalf("the administrator says yes for her: %s", code)
	}
	if code := refusal(t, here, protocol.MethodPersonConfirm, yes); code != "ok" {
		t.Fatal(code)
	}
	if again := identify(t, there, protocol.IdentifyParams{Card: card}); again.Person.ID != who.Person.ID {
		t.Fatalf("her card opens the visit of %+v", again.Person)
	}
}

func TestHerCardFindsHerLatestTicketOfAnyService(t *testing.T) {
	o := withBook(t)
	kiosk := o.Kiosk()
	find := func() string {
		t.Helper()
		var r protocol.IdentifyResult
		if err := kiosk.Request(t.Context(), protocol.MethodPersonIdentify, protocol.IdentifyParams{NIK: siti}, &r); err != nil {
			t.Fatal(err)
		}
		if r.Ticket == nil {
			return ""
		}
		return r.Ticket.Number + " " + r.Ticket.ServiceID
	}
	person := identify(t, kiosk, protocol.IdentifyParams{NIK: siti}).Person.ID
	if got := find(); got != "" {
		t.Fatalf("found %q, and she has taken none", got)
	}
	first := takenBy(t, kiosk, person)
	later := protocol.IssueParams{TicketID: client.NewID(), ServiceID: "dukcapil-kk", PersonID: person}
	var second protocol.IssueResult
	if err := kiosk.Request(t.Context(), protocol.MethodTicketIssue, later, &second); err != nil {
		t.Fatal(err)
	}
	if got, want := find(), first.Number+" "+service; got != want {
		t.Fatalf("with a reservation that is not printed yet: found %q, want %q", got, want)
	}
	if code := refusal(t, kiosk, protocol.MethodTicketConfirm, protocol.ConfirmParams{TicketID: later.TicketID, How: "shown"}); code != "ok" {
		t.Fatal(code)
	}
	if got, want := find(), second.Number+" dukcapil-kk"; got != want {
		t.Fatalf("found %q, want %q", got, want)
	}
	if code := refusal(t, o.Admin(), protocol.MethodTicketCancel, protocol.CancelParams{TicketID: later.TicketID, Reason: "left"}); code != "ok" {
		t.Fatal(code)
	}
	if got, want := find(), first.Number+" "+service; got != want {
		t.Fatalf("with a ticket that has ended: found %q, want %q", got, want)
	}
}

func TestAKioskThatAsksForOneUnknownCardAfterTheOtherIsSlowedDown(t *testing.T) {
	o := withBook(t)
	kiosk, other := o.Kiosk(), o.Kiosk()
	last := ""
	for i := range 30 {
		last = refusal(t, kiosk, protocol.MethodPersonIdentify, protocol.IdentifyParams{Card: "04A1B2C3D4E5" + string(rune('0'+i%10)) + string(rune('0'+i/10))})
		if last == protocol.CodeRateLimited {
			break
		}
		if last != protocol.CodeCardUnknown {
			t.Fatal(last)
		}
	}
	if last != protocol.CodeRateLimited {
		t.Fatal("it may ask for ever")
	}
	if code := refusal(t, other, protocol.MethodPersonIdentify, protocol.IdentifyParams{NIK: siti}); code != "ok" {
		t.Fatalf("its neighbour pays for it: %s", code)
	}
}

func TestACorrectedTicketIsTheOtherPersonsOnTheOfficersPage(t *testing.T) {
	o := withBook(t)
	kiosk := o.Kiosk()
	ticket := takenBy(t, kiosk, identify(t, kiosk, protocol.IdentifyParams{NIK: siti}).Person.ID)
	counter := counterOf(t, o)
	officer := o.Officer("ana", protocol.TopicLobby+"/"+counter)
	serve(t, officer, counter)
	if code := refusal(t, officer, protocol.MethodPersonCorrect, protocol.CorrectParams{CounterID: counter, Number: ticket.Number, NIK: "1971993102900001"}); code != string(protocol.NIKDate) {
		t.Fatalf("31 February: %s", code)
	}
	if code := refusal(t, officer, protocol.MethodPersonCorrect, protocol.CorrectParams{CounterID: counter, Number: ticket.Number, NIK: budi}); code != "ok" {
		t.Fatal(code)
	}
	officetest.Await(t, officer, "the other person", func(_ client.Update, v protocol.ConsoleView) bool {
		return v.Current != nil && v.Current.Person != nil && v.Current.Person.MaskedName == "B*** M*******"
	})
	if code := refusal(t, officer, protocol.MethodPersonBind, protocol.BindParams{CounterID: counter, Number: ticket.Number, Card: "04a1b2c3d4e5f6"}); code != "ok" {
		t.Fatal(code)
	}
	officetest.Await(t, officer, "the card", func(_ client.Update, v protocol.ConsoleView) bool {
		return v.Current != nil && v.Current.Person != nil && v.Current.Person.Cards == 1
	})
	if who := identify(t, kiosk, protocol.IdentifyParams{Card: "04A1B2C3D4E5F6"}); who.Person.MaskedName != "B*** M*******" {
		t.Fatalf("the card opens the visit of %+v", who.Person)
	}
}

func TestErasureLeavesTheTicketAndNobodyBehindIt(t *testing.T) {
	o := withBook(t)
	kiosk, admin := o.Kiosk(), o.Admin()
	ticket := takenBy(t, kiosk, identify(t, kiosk, protocol.IdentifyParams{NIK: siti}).Person.ID)
	var gone protocol.EraseResult
	if err := admin.Request(t.Context(), protocol.MethodPersonErase, protocol.EraseParams{NIK: siti, Reason: "surat 12/2026"}, &gone); err != nil || gone.Persons != 1 {
		t.Fatalf("erased %+v, %v", gone, err)
	}
	if code := refusal(t, admin, protocol.MethodPersonErase, protocol.EraseParams{NIK: siti}); code != protocol.CodeParamsInvalid {
		t.Fatalf("without a reason: %s", code)
	}
	counter := counterOf(t, o)
	officer := o.Officer("ana", protocol.TopicLobby+"/"+counter)
	serve(t, officer, counter)
	if code := refusal(t, officer, protocol.MethodPersonReveal, protocol.PersonParams{CounterID: counter, Number: ticket.Number}); code != protocol.CodePersonUnknown {
		t.Fatalf("revealed: %s", code)
	}
	_, v := officetest.Await(t, admin, "the totals", func(_ client.Update, v protocol.SupervisorView) bool { return v.Totals.Serving == 1 })
	if v.Totals.Issued != 1 || v.Registry.Adapter != "call_nik" || v.Registry.RetentionDays != 90 {
		t.Fatalf("the administrator reads %+v, %+v", v.Totals, v.Registry)
	}
}

func TestAColleagueWhoLooksAtTheCounterSeesNoPerson(t *testing.T) {
	o := withBook(t)
	kiosk := o.Kiosk()
	takenBy(t, kiosk, identify(t, kiosk, protocol.IdentifyParams{NIK: siti}).Person.ID)
	counter := counterOf(t, o)
	ana := o.Officer("ana", protocol.TopicLobby+"/"+counter)
	citra := o.Officer("citra", protocol.TopicLobby+"/"+counter)
	serve(t, ana, counter)
	officetest.Await(t, ana, "the person", func(_ client.Update, v protocol.ConsoleView) bool {
		return v.Current != nil && v.Current.Person != nil
	})
	if code := refusal(t, ana, protocol.MethodTicketStart, protocol.CounterParams{CounterID: counter}); code != "ok" {
		t.Fatal(code)
	}
	officetest.Await(t, citra, "the ticket", func(_ client.Update, v protocol.ConsoleView) bool {
		if v.Current != nil && v.Current.Person != nil {
			t.Fatal("she sees whom her colleague serves")
		}
		return v.Current != nil && v.Current.State == string(queue.Serving)
	})
}
