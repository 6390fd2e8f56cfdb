package station

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/kiosk/internal/flow"
	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

// District 99 does not exist, so this is nobody's.
const (
	sampleNIK    = "1971994107580001"
	sampleCard   = "04A1B2C3D4E5F6"
	maskedName   = "W**** U*****"
	samplePerson = "019aab10-0000-7000-8000-00000000abcd"
)

// asks has the office ask for identity at the service "kk", and know one person, by a NIK and, once she has confirmed
// it, by a card.
func (o *office) asks() {
	bound := ""
	catalogue := o.answers[protocol.MethodCatalogGet]
	o.on(protocol.MethodCatalogGet, func(ws *websocket.Conn, f protocol.Frame) (any, *protocol.Error) {
		got, refusal := catalogue(ws, f)
		c, ok := got.(protocol.Catalog)
		if !ok {
			return got, refusal
		}
		c.Services[1].Identity = protocol.IdentityRequired
		c.Priorities = []protocol.PriorityClass{{ID: "lansia", Name: protocol.Text{ID: "Lansia"}}}
		return c, nil
	})
	o.on(protocol.MethodPersonConfirm, func(_ *websocket.Conn, f protocol.Frame) (any, *protocol.Error) {
		var p protocol.ConfirmPersonParams
		if err := json.Unmarshal(f.Params, &p); err != nil || p.PersonID != samplePerson {
			return nil, &protocol.Error{Code: protocol.CodeParamsInvalid}
		}
		bound = p.Card
		return protocol.Empty{}, nil
	})
	o.on(protocol.MethodPersonIdentify, func(_ *websocket.Conn, f protocol.Frame) (any, *protocol.Error) {
		var p protocol.IdentifyParams
		if err := json.Unmarshal(f.Params, &p); err != nil {
			return nil, &protocol.Error{Code: protocol.CodeParamsInvalid}
		}
		switch {
		case p.NIK == "" && (bound == "" || p.Card != bound):
			return nil, &protocol.Error{Code: protocol.CodeCardUnknown}
		}
		return protocol.IdentifyResult{
			Person: protocol.Person{
				ID: samplePerson, MaskedName: maskedName, MaskedNIK: "1971********0001",
				State: protocol.PersonVerified,
			},
			Suggest: "lansia",
		}, nil
	})
}

// clock is the kiosk's, which a test may put forward.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) forward(d time.Duration) { c.ahead.Add(int64(d)) }
func (c *clock) use(_ *rig, cfg *Config) { cfg.Now = c.now }

// on taps the main button when nobody could take it for a tap on the screen before.
func (r *rig) on(c *clock, in flow.TakeTicket) {
	c.forward(time.Second)
	r.emit(in)
}

// toKK taps the way to Identity.
func (r *rig) toKK() {
	r.t.Helper()
	r.ready()
	r.emit(flow.Touch{}, flow.TakeNumber{}, flow.ChooseService{ID: "kk"}, flow.TakeTicket{})
	r.awaitScreen(flow.Identity)
}

func (r *rig) awaitProblem(want flow.IdentityProblem) {
	r.t.Helper()
	r.await(string(want), func(s flow.State) bool { return s.Who.Problem == want })
}

func (r *rig) typeNIK(nik string) {
	for i := range nik {
		r.emit(flow.TypeKey{Key: nik[i : i+1]})
	}
	r.emit(flow.SendNIK{})
}

func TestACardOpensATicketOfAPerson(t *testing.T) {
	o := newOffice(t)
	o.asks()
	var c clock
	r := start(t, o, c.use)
	r.toKK()
	r.emit(flow.CardRead{UID: sampleCard, Bindable: true})
	r.awaitProblem(flow.ProblemCardNew)
	r.typeNIK(sampleNIK)
	r.awaitScreen(flow.ConfirmPerson)
	o.awaitRequest(protocol.MethodPersonIdentify, sampleCard, sampleNIK, `"kk"`)
	if n := o.count(protocol.MethodPersonConfirm); n != 0 {
		t.Fatalf("%d cards were bound before her yes", n)
	}
	r.on(&c, flow.TakeTicket{})
	r.awaitScreen(flow.Priority)
	o.awaitRequest(protocol.MethodPersonConfirm, samplePerson, sampleCard)
	r.on(&c, flow.TakeTicket{Priority: "lansia"})
	r.awaitScreen(flow.Done)
	o.awaitRequest(protocol.MethodTicketIssue, `"person_id":"`+samplePerson+`"`, `"priority":"lansia"`)

	r.emit(flow.Finish{})
	r.awaitScreen(flow.Attract)
	r.emit(flow.CardRead{UID: sampleCard, Bindable: true}) // the next visit begins with it, and needs no NIK
	r.awaitScreen(flow.Home)
	r.emit(flow.TakeNumber{}, flow.ChooseService{ID: "kk"}, flow.TakeTicket{})
	if s := r.awaitScreen(flow.ConfirmPerson); s.Person.Person.MaskedName != maskedName {
		t.Error("somebody else")
	}
}

// yes is a visit up to her yes to a new card and her NIK.
func (r *rig) yes(c *clock) {
	r.t.Helper()
	r.toKK()
	r.emit(flow.CardRead{UID: sampleCard, Bindable: true})
	r.awaitProblem(flow.ProblemCardNew)
	r.typeNIK(sampleNIK)
	r.awaitScreen(flow.ConfirmPerson)
	r.on(c, flow.TakeTicket{})
	r.awaitScreen(flow.Priority)
}

func TestACardIsConfirmedAgainUntilTheServerHasIt(t *testing.T) {
	o := newOffice(t)
	o.asks()
	left := 2
	o.on(protocol.MethodPersonConfirm, func(*websocket.Conn, protocol.Frame) (any, *protocol.Error) {
		if left--; left >= 0 {
			return nil, &protocol.Error{Code: protocol.CodeNotDurable}
		}
		return nil, &protocol.Error{Code: protocol.CodePersonUnknown} // will be the same next time
	})
	var c clock
	r := start(t, o, c.use)
	r.yes(&c)
	o.awaitRequests(3, protocol.MethodPersonConfirm)
	r.on(&c, flow.TakeTicket{})
	r.awaitScreen(flow.Done)
	if n := o.count(protocol.MethodPersonConfirm); n != 3 {
		t.Errorf("asked %d times", n)
	}
}

func TestAConfirmationEndsWithTheVisit(t *testing.T) {
	o := newOffice(t)
	o.asks()
	d := deafLine{deafTo: protocol.MethodPersonConfirm, asked: make(chan struct{}, 8), given: make(chan struct{}, 8)}
	var c clock
	r := start(t, o, c.use, func(_ *rig, cfg *Config) {
		d.Client, _ = cfg.Server.(*client.Client)
		cfg.Server = d
	})
	r.yes(&c)
	<-d.asked
	r.emit(flow.Finish{})
	<-d.given // the request, and the card in it, are gone
	r.awaitScreen(flow.Attract)
}

func TestACardFindsItsHoldersTicket(t *testing.T) {
	o := newOffice(t)
	o.on(protocol.MethodPersonIdentify, func(_ *websocket.Conn, f protocol.Frame) (any, *protocol.Error) {
		if strings.Contains(string(f.Params), "service_id") {
			return nil, &protocol.Error{Code: protocol.CodeParamsInvalid}
		}
		return protocol.IdentifyResult{
			Person: protocol.Person{ID: samplePerson, State: protocol.PersonVerified},
			Ticket: &protocol.FindResult{TicketID: "t17", Number: "A-017", ServiceID: "ktp", State: "waiting", IssuedAt: "2026-11-23T09:12:00+08:00"},
		}, nil
	})
	r := start(t, o)
	r.ready()
	r.emit(flow.Touch{}, flow.OpenFind{}, flow.CardRead{UID: sampleCard, Bindable: true})
	if s := r.awaitScreen(flow.FoundTicket); s.Found.Number != "A-017" || s.Personal() {
		t.Errorf("found %s, personal %v", s.Found.Number, s.Personal())
	}
}

func TestReadersSayWhoItIs(t *testing.T) {
	cards, codes, readers := withReaders(t)
	o := newOffice(t)
	o.asks()
	r := start(t, o, readers)
	r.toKK()
	if err := codes.Scan("8.1.2026/IKD/abcdefghijklmnopqrstuvwxyz"); err != nil {
		t.Fatal(err)
	}
	r.awaitProblem(flow.ProblemCode)
	r.emit(flow.TypeKey{Key: "1"})
	r.awaitProblem("")
	if err := codes.Scan(strings.Repeat("7", 1000)); err != nil {
		t.Fatal(err)
	}
	r.awaitProblem(flow.ProblemCode)
	if err := cards.Tap(emulator.Card{Type: "A", UID: "08A1B2C3"}); err != nil {
		t.Fatal(err)
	}
	r.awaitProblem(flow.ProblemCardOdd)
	if err := codes.Scan("1971993202900001"); err != nil {
		t.Fatal(err)
	}
	r.awaitProblem(flow.IdentityProblem(protocol.NIKDay))
	if err := codes.Scan(sampleNIK); err != nil {
		t.Fatal(err)
	}
	r.awaitScreen(flow.ConfirmPerson)
	if n := o.count(protocol.MethodPersonIdentify); n != 1 {
		t.Errorf("%d questions", n)
	}
}

func TestAReadingIsAnInputOfItsKind(t *testing.T) {
	for reading, want := range map[drivers.Reading]flow.Input{
		{Kind: drivers.CardUID, Value: sampleCard, Bindable: true}: flow.CardRead{UID: sampleCard, Bindable: true},
		{Kind: drivers.NIK, Value: sampleNIK}:                      flow.NIKRead{NIK: sampleNIK},
		{Kind: drivers.Ticket, Value: foundToken}:                  flow.Scanned{Token: foundToken},
		{Kind: drivers.Member, Value: "0012345678"}:                flow.CodeRead{},
		{Kind: drivers.Opaque, Value: "x"}:                         flow.CodeRead{},
	} {
		if got := meaning(reading); got != want {
			t.Errorf("%s is %T", reading.Kind, got)
		}
	}
}

func TestAServerThatDoesNotSayWhoItIs(t *testing.T) {
	o := newOffice(t)
	o.asks()
	o.on(protocol.MethodPersonIdentify, func(ws *websocket.Conn, _ protocol.Frame) (any, *protocol.Error) {
		_ = ws.Close()
		return protocol.Empty{}, nil
	})
	r := start(t, o, func(_ *rig, c *Config) { c.identifyWithin = 200 * time.Millisecond })
	r.toKK()
	r.typeNIK(sampleNIK)
	r.awaitProblem(flow.ProblemNoAnswer)
	o.on(protocol.MethodPersonIdentify, func(*websocket.Conn, protocol.Frame) (any, *protocol.Error) {
		return nil, &protocol.Error{Code: protocol.CodeRateLimited}
	})
	r.emit(flow.SendNIK{})
	r.awaitProblem(flow.ProblemTooMany)
}

// deafLine is a line on which one method is not answered.
type deafLine struct {
	*client.Client
	deafTo       string
	asked, given chan struct{}
}

func (d deafLine) Request(ctx context.Context, method string, params, result any) error {
	if method != d.deafTo {
		return d.Client.Request(ctx, method, params, result)
	}
	d.asked <- struct{}{}
	<-ctx.Done()
	d.given <- struct{}{}
	return ctx.Err()
}

func TestAQuestionThatNobodyWaitsForIsTakenBack(t *testing.T) {
	o := newOffice(t)
	o.asks()
	d := deafLine{deafTo: protocol.MethodPersonIdentify, asked: make(chan struct{}, 8), given: make(chan struct{}, 8)}
	r := start(t, o, func(_ *rig, c *Config) {
		d.Client, _ = c.Server.(*client.Client)
		c.Server, c.identifyWithin = d, time.Hour
	})
	r.toKK()
	r.typeNIK(sampleNIK)
	<-d.asked
	r.emit(flow.Back{})
	<-d.given // the request, and the NIK in it, are gone
	r.emit(flow.TakeTicket{})
	r.awaitScreen(flow.Identity)
	r.emit(flow.CardRead{UID: sampleCard, Bindable: true})
	<-d.asked
	r.emit(flow.Finish{})
	<-d.given
	r.awaitScreen(flow.Attract)
}

// textLog keeps all lines of a log.
type textLog struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *textLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *textLog) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func TestNothingPersonalIsLogged(t *testing.T) {
	o := newOffice(t)
	o.asks()
	var c clock
	var kept textLog
	log := slog.New(slog.NewJSONHandler(&kept, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r := start(t, o, c.use, func(r *rig, cfg *Config) {
		cfg.Log = log
		url, err := client.StreamURL(o.http.URL)
		if err != nil {
			t.Fatal(err)
		}
		cfg.Server = client.New(client.Config{
			URL: url, Role: protocol.RoleKiosk, Token: "t", Topic: protocol.TopicKiosk, Log: log, FirstWait: time.Millisecond,
		})
		r.printer.fail(func(context.Context) error { return errors.New("paper") })
	})
	r.toKK()
	r.emit(flow.CardRead{UID: sampleCard, Bindable: true})
	r.awaitProblem(flow.ProblemCardNew)
	r.typeNIK(sampleNIK)
	r.awaitScreen(flow.ConfirmPerson)
	r.on(&c, flow.TakeTicket{})
	r.awaitScreen(flow.Priority)
	r.on(&c, flow.TakeTicket{})
	r.awaitScreen(flow.OnScreen)
	r.emit(flow.Finish{})
	r.awaitScreen(flow.Attract)
	r.stop()
	got := kept.text()
	if !strings.Contains(got, "nobody identified") || !strings.Contains(got, "slip did not come out") {
		t.Fatal("the log is not that of the visit")
	}
	for _, secret := range []string{sampleNIK, sampleCard, maskedName, "********", "lansia"} {
		if strings.Contains(got, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}
