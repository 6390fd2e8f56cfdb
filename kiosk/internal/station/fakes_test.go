package station

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"loket/drivers"
	"loket/kiosk/internal/flow"
	"loket/kiosk/internal/spool"
	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

var discard = slog.New(slog.DiscardHandler)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for something that ought to happen at once.
const patience = 30 * time.Second

// office is a queue server on a real socket that keeps no queue: it answers by its methods.
type office struct {
	t    testing.TB
	http *httptest.Server

	mu      sync.Mutex
	changed *sync.Cond
	view    protocol.KioskView
	conns   map[*websocket.Conn]*sync.Mutex
	asked   []protocol.Frame // requests in the order in which they came
	answers map[string]func(*websocket.Conn, protocol.Frame) (any, *protocol.Error)
	shut    bool
}

func newOffice(t testing.TB) *office {
	o := &office{t: t, conns: map[*websocket.Conn]*sync.Mutex{}}
	o.changed = sync.NewCond(&o.mu)
	o.view = protocol.KioskView{
		Office:         protocol.Office{ID: "mpp", TimeZone: "Asia/Makassar", Zone: "WITA"},
		CatalogVersion: "v1", Open: true,
		Services: []protocol.ServiceState{{ID: "ktp", Open: true}, {ID: "kk", Open: true}},
	}
	number := 0
	o.answers = map[string]func(*websocket.Conn, protocol.Frame) (any, *protocol.Error){
		protocol.MethodCatalogGet: func(*websocket.Conn, protocol.Frame) (any, *protocol.Error) {
			return protocol.Catalog{
				Version: o.view.CatalogVersion, Office: o.view.Office,
				Agencies: []protocol.Agency{{ID: "dukcapil", Letter: "A", Short: protocol.Text{ID: "Dukcapil"}}},
				Services: []protocol.Service{
					{ID: "ktp", AgencyID: "dukcapil", Name: protocol.Text{ID: "KTP-el"}},
					{ID: "kk", AgencyID: "dukcapil", Name: protocol.Text{ID: "Kartu Keluarga"}},
				},
			}, nil
		},
		protocol.MethodTicketIssue: func(_ *websocket.Conn, f protocol.Frame) (any, *protocol.Error) {
			var p protocol.IssueParams
			if err := json.Unmarshal(f.Params, &p); err != nil {
				return nil, &protocol.Error{Code: protocol.CodeParamsInvalid}
			}
			number++
			return protocol.IssueResult{
				TicketID: p.TicketID, Number: fmt.Sprintf("A-%03d", number),
				Address: "HTTP://127.0.0.1/T/7K3QXW9ZB4MNA", IssuedAt: "2026-11-23T09:42:00+08:00",
			}, nil
		},
	}
	o.http = httptest.NewServer(http.HandlerFunc(o.serve))
	t.Cleanup(func() {
		o.mu.Lock()
		o.shut = true
		o.mu.Unlock()
		o.drop()
		o.http.Close()
	})
	return o
}

func (o *office) serve(w http.ResponseWriter, r *http.Request) {
	ws, err := (&websocket.Upgrader{WriteBufferPool: &sync.Pool{}}).Upgrade(w, r, nil) // keeps no frame that was sent
	if err != nil {
		return // the client gave up
	}
	defer ws.Close()
	o.mu.Lock()
	if o.shut {
		o.mu.Unlock()
		return
	}
	o.conns[ws] = &sync.Mutex{}
	o.mu.Unlock()
	defer func() {
		o.mu.Lock()
		delete(o.conns, ws)
		o.mu.Unlock()
	}()
	for {
		var f protocol.Frame
		if err := ws.ReadJSON(&f); err != nil {
			return
		}
		o.take(ws, f)
	}
}

func (o *office) take(ws *websocket.Conn, f protocol.Frame) {
	switch f.Type {
	case protocol.TypeHello:
		o.mu.Lock()
		view := o.view
		o.mu.Unlock()
		o.send(ws, protocol.Frame{Type: protocol.TypeWelcome, Device: "k1", Version: protocol.Version, Seq: 1, View: raw(view)})
	case protocol.TypeRequest:
		o.mu.Lock()
		o.asked = append(o.asked, f)
		answer := o.answers[f.Method]
		o.changed.Broadcast()
		var result any = protocol.Empty{}
		var refusal *protocol.Error
		if answer != nil {
			result, refusal = answer(ws, f)
		}
		o.mu.Unlock()
		reply := protocol.Frame{Type: protocol.TypeReply, ID: f.ID, Error: refusal}
		if refusal == nil {
			reply.Result = raw(result)
		}
		o.send(ws, reply)
	}
}

func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func (o *office) send(ws *websocket.Conn, f protocol.Frame) {
	o.mu.Lock()
	writing := o.conns[ws]
	o.mu.Unlock()
	if writing == nil {
		return
	}
	writing.Lock()
	defer writing.Unlock()
	if err := ws.WriteJSON(f); err != nil {
		_ = ws.Close() // the client is gone, or the test dropped it
	}
}

// show changes the view and sends it to everybody.
func (o *office) show(change func(*protocol.KioskView)) {
	o.mu.Lock()
	change(&o.view)
	view := o.view
	var conns []*websocket.Conn
	for ws := range o.conns {
		conns = append(conns, ws)
	}
	o.mu.Unlock()
	for _, ws := range conns {
		o.send(ws, protocol.Frame{Type: protocol.TypeView, Topic: protocol.TopicKiosk, Seq: 2, View: raw(view)})
	}
}

// drop cuts every line.
func (o *office) drop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for ws := range o.conns {
		_ = ws.Close() // it may be closed already
	}
}

// on sets how a method is answered; the answer runs under the office's lock.
func (o *office) on(method string, answer func(*websocket.Conn, protocol.Frame) (any, *protocol.Error)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answers[method] = answer
}

// count says how often a method was asked for, with params that contain all the parts.
func (o *office) count(method string, parts ...string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.counted(method, parts)
}

func (o *office) counted(method string, parts []string) int {
	n := 0
	for _, f := range o.asked {
		if f.Method == method && containsAll(string(f.Params), parts) {
			n++
		}
	}
	return n
}

// memoryPrinter is a printer in memory.
type memoryPrinter struct {
	mu         sync.Mutex
	docs       []drivers.Document
	print      func(ctx context.Context) error
	conditions chan drivers.Condition
}

func newMemoryPrinter() *memoryPrinter {
	return &memoryPrinter{conditions: make(chan drivers.Condition, 8)}
}

func (p *memoryPrinter) Status(context.Context) (drivers.Condition, error) { return drivers.Ready, nil }

func (p *memoryPrinter) Print(ctx context.Context, d drivers.Document) (drivers.Outcome, error) {
	p.mu.Lock()
	p.docs = append(p.docs, d)
	f := p.print
	p.mu.Unlock()
	if f != nil {
		if err := f(ctx); err != nil {
			return drivers.Outcome{}, err
		}
	}
	return drivers.Outcome{Confirmed: true, Bytes: 1, After: drivers.Ready}, nil
}

func (p *memoryPrinter) Watch(ctx context.Context, f func(drivers.Condition)) {
	f(drivers.Ready)
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-p.conditions:
			f(c)
		}
	}
}

func (p *memoryPrinter) Paper() drivers.Paper { return drivers.Paper{WidthDots: 576, Columns: 48} }
func (p *memoryPrinter) Close() error         { return nil }

func (p *memoryPrinter) fail(f func(ctx context.Context) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.print = f
}

func (p *memoryPrinter) printed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.docs)
}

// rig is a station at work.
type rig struct {
	t       testing.TB
	office  *office
	printer *memoryPrinter
	station *Station
	path    string // of the spool
	spool   *spool.Spool
	pending []spool.Record
	cancel  context.CancelFunc
	ended   chan struct{}
	stopped sync.Once

	mu      sync.Mutex
	changed *sync.Cond
	state   flow.State
}

func start(t testing.TB, o *office, change ...func(*rig, *Config)) *rig {
	t.Helper()
	return startAt(t, o, filepath.Join(t.TempDir(), "spool"), change...)
}

func startAt(t testing.TB, o *office, path string, change ...func(*rig, *Config)) *rig {
	t.Helper()
	r := &rig{t: t, office: o, printer: newMemoryPrinter(), path: path, ended: make(chan struct{})}
	r.changed = sync.NewCond(&r.mu)
	log := discard
	var err error
	r.spool, r.pending, err = spool.Open(path, log)
	if err != nil {
		t.Fatal(err)
	}
	url, err := client.StreamURL(o.http.URL)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Server: client.New(client.Config{
			URL: url, Role: protocol.RoleKiosk, Token: "t", Topic: protocol.TopicKiosk,
			FirstWait: time.Millisecond, LongestWait: 20 * time.Millisecond,
		}),
		Printer: r.printer, Spool: r.spool, Pending: r.pending,
		Show: r.show, Name: "K1", Log: log, RetryAfter: time.Millisecond,
	}
	for _, c := range change {
		c(r, &cfg)
	}
	r.station = New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	go func() {
		defer close(r.ended)
		_ = r.station.Run(ctx) // its error is that of ctx
	}()
	t.Cleanup(r.stop)
	return r
}

// stop ends the station and its spool.
func (r *rig) stop() {
	r.stopped.Do(func() {
		r.cancel()
		<-r.ended
		if err := r.spool.Close(); err != nil {
			r.t.Error(err)
		}
	})
}

func (r *rig) show(s flow.State) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state = s
	r.changed.Broadcast()
}

// await waits for a state.
func (r *rig) await(what string, ok func(flow.State) bool) flow.State {
	r.t.Helper()
	late := time.AfterFunc(patience, r.changed.Broadcast)
	defer late.Stop()
	end := time.Now().Add(patience)
	r.mu.Lock()
	defer r.mu.Unlock()
	for !ok(r.state) {
		if !time.Now().Before(end) {
			r.t.Fatalf("no %s; the kiosk is on %s", what, r.state.Screen)
		}
		r.changed.Wait()
	}
	return r.state
}

func (r *rig) awaitScreen(on flow.Screen) flow.State {
	r.t.Helper()
	return r.await(string(on), func(s flow.State) bool { return s.Screen == on })
}

func (r *rig) ready() {
	r.t.Helper()
	r.await("catalogue and view", func(s flow.State) bool { return s.Ready })
}

func (r *rig) emit(inputs ...flow.Input) {
	for _, in := range inputs {
		r.station.Emit(in)
	}
}

// take taps the way to a ticket for an ID card.
func (r *rig) take() {
	r.t.Helper()
	r.ready()
	r.emit(flow.Touch{}, flow.TakeNumber{}, flow.ChooseService{ID: "ktp"}, flow.TakeTicket{})
}
