package browsertest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"loket/queue-server/internal/console"
	"loket/queue-server/protocol"
)

// policy is the Content-Security-Policy that the server sends with every page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// fake is an office that says what a test wants it to say: for pictures, for moments that a real
// server passes too quickly, and for lines that break.
type fake struct {
	URL  string
	http *httptest.Server

	mu       sync.Mutex
	who      console.Viewer
	view     any
	line     *websocket.Conn
	requests []protocol.Frame
	refuse   map[string]protocol.Error // method -> refusal
	results  map[string]any            // method -> result; others get an empty one
	silent   bool                      // requests get no reply
	down     bool                      // no line at all
}

func newFake(t *testing.T, who console.Viewer) *fake {
	t.Helper()
	f := &fake{who: who, refuse: map[string]protocol.Error{}, results: map[string]any{}}
	pages, err := console.New(console.Config{
		Office:    func() protocol.Office { return sampleOffice },
		Viewer:    f.viewer,
		HasTicket: func(token string) bool { return token == sampleToken },
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/stream", f.stream)
	mux.Handle("/", pages)
	f.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		mux.ServeHTTP(w, r)
	}))
	f.URL = lan(f.http.URL)
	t.Cleanup(func() { f.cut(); f.http.Close() })
	return f
}

func (f *fake) viewer(*http.Request) (console.Viewer, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.who, f.who.Name != ""
}

func (f *fake) stream(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	down := f.down
	f.mu.Unlock()
	if down {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	up := websocket.Upgrader{}
	line, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	defer func() { _ = line.Close() }() // the other side may have closed it first
	var hello protocol.Frame
	if line.ReadJSON(&hello) != nil || hello.Version != protocol.Version {
		return
	}
	f.mu.Lock()
	f.line = line
	f.send(protocol.Frame{Type: protocol.TypeWelcome, Version: protocol.Version, View: f.encoded()})
	f.mu.Unlock()
	for {
		var frame protocol.Frame
		if line.ReadJSON(&frame) != nil {
			return
		}
		f.hear(frame)
	}
}

func (f *fake) hear(frame protocol.Frame) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if frame.Type == protocol.TypeHeartbeat {
		f.send(protocol.Frame{Type: protocol.TypeHeartbeat})
	}
	if frame.Type != protocol.TypeRequest {
		return
	}
	f.requests = append(f.requests, frame)
	if f.silent {
		return
	}
	reply := protocol.Frame{Type: protocol.TypeReply, ID: frame.ID, Result: json.RawMessage(`{}`)}
	if result, ok := f.results[frame.Method]; ok {
		reply.Result = encoded(result)
	}
	if refusal, ok := f.refuse[frame.Method]; ok {
		reply.Result, reply.Error = nil, &refusal
	}
	f.send(reply)
}

// send needs the lock.
func (f *fake) send(frame protocol.Frame) {
	now := time.Now()
	frame.At = &now
	if f.line != nil {
		_ = f.line.WriteJSON(frame) // a line that is gone is what some tests want
	}
}

func (f *fake) encoded() json.RawMessage { return encoded(f.view) }

func encoded(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // the test's own values
	}
	return raw
}

// answer sets the result of a method.
func (f *fake) answer(method string, result any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.results[method] = result
}

// reply answers a request that was swallowed.
func (f *fake) reply(request protocol.Frame, result any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.send(protocol.Frame{Type: protocol.TypeReply, ID: request.ID, Result: encoded(result)})
}

// refuses sets the refusal of a method; an empty code takes it back.
func (f *fake) refuses(method, code string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.refuse, method)
	if code != "" {
		f.refuse[method] = protocol.Error{Code: code, Message: code}
	}
}

// show sets the view and sends it.
func (f *fake) show(view any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.view = view
	f.send(protocol.Frame{Type: protocol.TypeView, View: f.encoded()})
}

// cut breaks the line and refuses new ones until restore.
func (f *fake) cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = true
	if f.line != nil {
		_ = f.line.Close() // twice is no harm
		f.line = nil
	}
}

// refuseLines refuses new lines, and leaves the present one open.
func (f *fake) refuseLines() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = true
}

func (f *fake) restore() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = false
}

// asked returns the requests so far of a method.
func (f *fake) asked(method string) []protocol.Frame {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []protocol.Frame
	for _, r := range f.requests {
		if r.Method == method {
			out = append(out, r)
		}
	}
	return out
}

var uuid7 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// hush makes the fake swallow requests.
func (f *fake) hush(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.silent = on
}

// signOut ends the session as the server does: with an error frame, and no way back in.
func (f *fake) signOut() {
	f.mu.Lock()
	f.who = console.Viewer{}
	f.send(protocol.Frame{Type: protocol.TypeError, Error: &protocol.Error{Code: protocol.CodeLoginRequired, Message: "the session has ended"}})
	f.mu.Unlock()
	f.cut()
}

// await waits until a method was asked for n times.
func (f *fake) await(t *testing.T, method string, n int) {
	t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	late := time.After(patience)
	for len(f.asked(method)) < n {
		select {
		case <-again.C:
		case <-late:
			t.Fatalf("%s was asked for %d times, want %d", method, len(f.asked(method)), n)
		}
	}
}
