package stream_test

import (
	"errors"
	"slices"
	"testing"

	"loket/queue-server/client"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/protocol"
)

// How a service asks for persons is set up on the administrator's page; kiosks read it in the catalogue, and a later
// save of something else keeps it.
func TestAnAdministratorSaysHowAServiceAsksForPersons(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	admin, kiosk := o.Admin(), o.Kiosk()
	find := func(v protocol.SupervisorView) (s protocol.ServiceConfig) {
		if i := slices.IndexFunc(v.Services, func(s protocol.ServiceConfig) bool { return s.ID == "bank-buka" }); i >= 0 {
			s = v.Services[i]
		}
		return s
	}
	_, view := officetest.Await(t, admin, "the services", func(_ client.Update, v protocol.SupervisorView) bool { return len(v.Services) > 0 })
	s := find(view)
	if s.Identity != protocol.IdentityNone || s.PersonLimit != 0 {
		t.Fatalf("the sample has identity %q and a limit of %d", s.Identity, s.PersonLimit)
	}
	s.Identity, s.PersonLimit = protocol.IdentityRequired, 3
	request(t, admin, protocol.MethodServiceSave, s)
	_, view = officetest.Await(t, admin, "what was saved", func(_ client.Update, v protocol.SupervisorView) bool { return find(v).PersonLimit == 3 })
	s = find(view)
	s.Closed = true
	request(t, admin, protocol.MethodServiceSave, s)
	_, view = officetest.Await(t, admin, "the closed service", func(_ client.Update, v protocol.SupervisorView) bool { return find(v).Closed })
	if s = find(view); s.Identity != protocol.IdentityRequired || s.PersonLimit != 3 {
		t.Errorf("after another save: identity %q and a limit of %d", s.Identity, s.PersonLimit)
	}
	var c protocol.Catalog
	if err := kiosk.Request(t.Context(), protocol.MethodCatalogGet, nil, &c); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(c.Services, func(s protocol.Service) bool { return s.ID == "bank-buka" })
	if c.Services[i].Identity != protocol.IdentityRequired || len(c.Priorities) != 4 || c.Priorities[0].ID != "lansia" {
		t.Errorf("the kiosk's catalogue: identity %q, classes %+v", c.Services[i].Identity, c.Priorities)
	}
	s.Closed, s.Identity = false, "always"
	var refused *protocol.Error
	if err := admin.Request(t.Context(), protocol.MethodServiceSave, s, nil); !errors.As(err, &refused) || refused.Code != "catalog_invalid" {
		t.Errorf("an identity that there is not: %v", err)
	}
}

// What the queue refuses about persons and classes reaches the kiosk as the wire's codes.
func TestTheQueuesRefusalsOfPersonsReachTheKiosk(t *testing.T) {
	kiosk := officetest.Start(t, officetest.Config{}).Kiosk()
	for want, p := range map[string]protocol.IssueParams{
		"identity_required": {TicketID: client.NewID(), ServiceID: "dukcapil-pindah"},
		"priority_unknown":  {TicketID: client.NewID(), ServiceID: "dukcapil-ktp", Priority: "vip"},
	} {
		var refused *protocol.Error
		if err := kiosk.Request(t.Context(), protocol.MethodTicketIssue, p, nil); !errors.As(err, &refused) || refused.Code != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	var r protocol.IssueResult
	p := protocol.IssueParams{TicketID: client.NewID(), ServiceID: "dukcapil-ktp", Priority: "lansia"}
	if err := kiosk.Request(t.Context(), protocol.MethodTicketIssue, p, &r); err != nil || r.Number != "A-001" {
		t.Errorf("a ticket with priority: %+v, %v", r, err)
	}
}

// Who takes priority is told her own place at once: before those who came within the head start, not behind them.
func TestATicketWithPriorityIsToldItsOwnPlace(t *testing.T) {
	kiosk := officetest.Start(t, officetest.Config{}).Kiosk()
	take := func(priority string) (r protocol.IssueResult) {
		p := protocol.IssueParams{TicketID: client.NewID(), ServiceID: "dukcapil-ktp", Priority: priority}
		if err := kiosk.Request(t.Context(), protocol.MethodTicketIssue, p, &r); err != nil {
			t.Fatal(err)
		}
		request(t, kiosk, protocol.MethodTicketConfirm, protocol.ConfirmParams{TicketID: p.TicketID, How: "printed"})
		return r
	}
	for want := range 3 {
		if r := take(""); r.Ahead != want {
			t.Errorf("%s is told that %d are ahead, want %d", r.Number, r.Ahead, want)
		}
	}
	if r := take("lansia"); r.Ahead != 0 {
		t.Errorf("%s with priority is told that %d are ahead", r.Number, r.Ahead)
	}
}
