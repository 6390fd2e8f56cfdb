package desk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"loket/queue-server/client"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/desk"
	"loket/queue-server/internal/registry/dukcapil"
	"loket/queue-server/internal/sandbox"
	"loket/queue-server/protocol"
)

var actor = queue.Actor{Kind: queue.ByOfficer, ID: "ana"}

const (
	siti    = "1971994107580001" // Siti Contoh of the sandbox
	card    = "04A1B2C3D4E5F6"
	service = "dukcapil-ktp"
)

// registered is an office with a registry that speaks the real protocol over HTTPS.
type registered struct {
	*officetest.Office
	registry *sandbox.Sandbox
}

// start starts a registry and an office that asks it.
func start(tb testing.TB, office officetest.Config) *registered {
	tb.Helper()
	s, err := sandbox.New(sandbox.Config{})
	check(tb, err)
	tb.Cleanup(func() { check(tb, s.Close()) })
	_, err = s.Listen("127.0.0.1:0")
	check(tb, err)
	file, err := s.WriteConfig(tb.TempDir(), "call_nik")
	check(tb, err)
	cfg, err := dukcapil.ReadConfig(file)
	check(tb, err)
	lookup, err := dukcapil.New(cfg)
	check(tb, err)
	office.Desk.Lookup, office.Desk.Adapter, office.Desk.QuotaAlarm = lookup, string(cfg.Adapter), cfg.QuotaAlarm
	if office.Desk.RequestsPerSecond == 0 {
		office.Desk.RequestsPerSecond = cfg.RequestsPerSecond
	}
	if c, ok := lookup.(*dukcapil.Client); ok {
		tb.Cleanup(func() { check(tb, c.Close()) })
	}
	return &registered{Office: officetest.Start(tb, office), registry: s}
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func (o *registered) set(tb testing.TB, change func(*sandbox.Switches)) {
	tb.Helper()
	w := o.registry.Switches()
	change(&w)
	check(tb, o.registry.Set(w))
}

func identify(ctx context.Context, c *client.Client, p protocol.IdentifyParams) (r protocol.IdentifyResult, err error) {
	p.ServiceID = service
	err = c.Request(ctx, protocol.MethodPersonIdentify, p, &r)
	return r, err
}

// confirm has her say that it is her, with the card that she showed.
func confirm(ctx context.Context, c *client.Client, person string) error {
	return c.Request(ctx, protocol.MethodPersonConfirm, protocol.ConfirmPersonParams{PersonID: person, Card: card}, nil)
}

func take(tb testing.TB, kiosk *client.Client, person string) (r protocol.IssueResult) {
	tb.Helper()
	check(tb, kiosk.Request(tb.Context(), protocol.MethodTicketIssue, protocol.IssueParams{TicketID: client.NewID(), ServiceID: service, PersonID: person}, &r))
	check(tb, kiosk.Request(tb.Context(), protocol.MethodTicketConfirm, protocol.ConfirmParams{TicketID: r.TicketID, How: "printed"}, nil))
	return r
}

func codeOf(err error) string {
	var e *protocol.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Whatever the registry does, who gives a NIK that can be one gets a person to take a ticket with.
func TestNobodyIsTurnedAwayWhateverTheRegistryAnswers(t *testing.T) {
	o := start(t, officetest.Config{Desk: desk.Config{CitizenWait: 300 * time.Millisecond, Timeout: 600 * time.Millisecond, FreshFor: time.Nanosecond}})
	kiosk := o.Kiosk()
	faults := map[string]func(*sandbox.Switches){
		"off":          func(w *sandbox.Switches) { w.Off = true },
		"slow":         func(w *sandbox.Switches) { w.DelayMs = 60_000 },
		"server error": func(w *sandbox.Switches) { w.Status = 500 },
		"no quota":     func(w *sandbox.Switches) { w.Code = "05" },
		"closed":       func(w *sandbox.Switches) { w.Code = "06" },
		"locked out":   func(w *sandbox.Switches) { w.Code = "17" },
		"no NIK":       func(w *sandbox.Switches) { w.Code = "08" },
		"not found":    func(w *sandbox.Switches) { w.Code = "13" },
		"deceased":     func(w *sandbox.Switches) { w.Code = "11" },
	}
	for _, how := range sandbox.Malformations {
		faults["malformed: "+how] = func(w *sandbox.Switches) { w.Malformed = how }
	}
	good := o.registry.Switches()
	for name, fault := range faults {
		check(t, o.registry.Set(good))
		o.set(t, fault)
		who, err := identify(t.Context(), kiosk, protocol.IdentifyParams{NIK: siti, Sure: true})
		if err == nil && who.Person.State == protocol.PersonRecheck { // asked once whether she is sure
			who, err = identify(t.Context(), kiosk, protocol.IdentifyParams{NIK: siti, Sure: true})
		}
		if err != nil || who.Person.ID == "" || who.Person.State == protocol.PersonRecheck {
			t.Errorf("%s: she is turned away: %v", name, err)
		}
	}
	if who, err := identify(t.Context(), kiosk, protocol.IdentifyParams{NIK: siti}); err != nil || who.Ticket != nil {
		t.Fatalf("%+v, %v", who, err)
	} else if ticket := take(t, kiosk, who.Person.ID); ticket.Number == "" {
		t.Fatal("no ticket")
	}
}

func TestARegistryThatComesBackVerifiesThoseWhoWereHereMeanwhile(t *testing.T) {
	dir := t.TempDir()
	cfg := officetest.Config{Dir: dir, Desk: desk.Config{CitizenWait: time.Second}}
	o := start(t, cfg)
	o.set(t, func(w *sandbox.Switches) { w.Off = true })
	kiosk := o.Kiosk()
	who, err := identify(t.Context(), kiosk, protocol.IdentifyParams{NIK: siti, Card: card})
	check(t, err)
	if who.Person.State != protocol.PersonUnverified || who.Person.Why != protocol.WhyNetwork || who.Person.RetryAt == "" {
		t.Fatalf("she is %+v", who.Person)
	}
	check(t, confirm(t.Context(), kiosk, who.Person.ID))
	if s := o.Desk.Status(); s.State != protocol.WhyNetwork {
		t.Fatalf("the administrator reads %+v", s)
	}
	o.Stop()
	// The office starts again, with the registry there. The time to ask again comes in a minute; here by an officer.
	o = start(t, cfg)
	admin := o.Admin()
	officetest.Await(t, admin, "who is queued", func(_ client.Update, v protocol.SupervisorView) bool { return v.Registry.Queued == 1 })
	p, err := o.Vault.ByCard(t.Context(), card)
	check(t, err)
	if p.State != protocol.PersonUnverified || p.RetryAt.IsZero() {
		t.Fatalf("after the restart she is %s, again at %v", p.State, p.RetryAt)
	}
	check(t, o.Desk.VerifyAgain(t.Context(), desk.Case{Actor: actor, Person: p.ID}))
	officetest.Await(t, admin, "nobody queued", func(_ client.Update, v protocol.SupervisorView) bool {
		return v.Registry.Queued == 0 && v.Registry.State == "ok" && v.Registry.Persons == 1
	})
	who, err = identify(t.Context(), o.Kiosk(), protocol.IdentifyParams{Card: card})
	check(t, err)
	if who.Person.State != protocol.PersonVerified || who.Person.MaskedName != "S*** C*****" {
		t.Fatalf("her card opens the visit of %+v", who.Person)
	}
}
