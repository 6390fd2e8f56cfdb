package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 30 * time.Second

// server is a fake: serve gets each connection in turn, with its number from 1.
func server(t *testing.T, serve func(n int, ws *websocket.Conn)) string {
	t.Helper()
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++ // one client connects again and again, never twice at once
		ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			return // the client went away
		}
		defer ws.Close() // the end of the connection is what was wanted
		serve(n, ws)
	}))
	t.Cleanup(s.Close)
	u, err := client.StreamURL(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func run(t *testing.T, url string) *client.Client {
	t.Helper()
	c := client.New(client.Config{
		URL: url, Role: protocol.RoleKiosk, Token: "t", Topic: "kiosk",
		FirstWait: time.Millisecond, LongestWait: 20 * time.Millisecond, RefusedWait: 20 * time.Millisecond,
	})
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
	})
	return c
}

func read(ws *websocket.Conn) (f protocol.Frame, ok bool) {
	_, raw, err := ws.ReadMessage()
	return f, err == nil && json.Unmarshal(raw, &f) == nil
}

func write(ws *websocket.Conn, text string) {
	_ = ws.WriteMessage(websocket.TextMessage, []byte(text)) // a client that went away is part of the tests
}

// welcome greets and answers a hello.
func welcome(ws *websocket.Conn) (hello protocol.Frame) {
	hello, _ = read(ws)
	write(ws, `{"type":"welcome","version":1,"seq":7,"at":"2026-11-23T02:00:00Z","view":{"n":1}}`)
	return hello
}

// linger reads until the client goes.
func linger(ws *websocket.Conn) {
	for {
		if _, ok := read(ws); !ok {
			return
		}
	}
}

func await(t *testing.T, c *client.Client, what string, ok func(client.Update) bool) client.Update {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		select {
		case u := <-c.Updates():
			if ok(u) {
				return u
			}
		case <-deadline.C:
			t.Fatalf("waited too long for %s", what)
		}
	}
}

func TestARequestIsRepeatedUnderTheSameIDUntilItsReplyComes(t *testing.T) {
	ids := make(chan string, 10)
	url := server(t, func(n int, ws *websocket.Conn) {
		welcome(ws)
		f, ok := read(ws)
		if !ok {
			return
		}
		ids <- f.ID
		if n < 4 {
			return // the reply is lost with the line
		}
		write(ws, `{"type":"reply","id":"somebody else's","result":{"number":"Z-999"}}`)
		write(ws, `{"type":"reply","id":"`+f.ID+`","result":{"number":"A-001"}}`)
		linger(ws)
	})
	c := run(t, url)
	var got protocol.CallResult
	if err := c.Request(t.Context(), protocol.MethodTicketCallNext, protocol.CallParams{}, &got); err != nil || got.Number != "A-001" {
		t.Fatalf("got %+v, %v", got, err)
	}
	first := <-ids
	for range 3 {
		if id := <-ids; id != first {
			t.Errorf("repeated under %s, first sent under %s", id, first)
		}
	}
}

func TestARefusalComesBackAsItIs(t *testing.T) {
	c := run(t, server(t, func(_ int, ws *websocket.Conn) {
		welcome(ws)
		f, _ := read(ws)
		write(ws, `{"type":"reply","id":"`+f.ID+`","error":{"code":"queue_empty","message":"nobody waits"}}`)
		linger(ws)
	}))
	var e *protocol.Error
	if err := c.Request(t.Context(), protocol.MethodTicketCallNext, nil, nil); !errors.As(err, &e) || e.Code != "queue_empty" {
		t.Fatalf("got %v", err)
	}
}

func TestAClientThatIsNotLetInSaysSoAndComesInWhenItMay(t *testing.T) {
	let := make(chan struct{})
	c := run(t, server(t, func(_ int, ws *websocket.Conn) {
		select {
		case <-let:
			welcome(ws)
			linger(ws)
		default:
			_, _ = read(ws)
			write(ws, `{"type":"error","error":{"code":"token_invalid","message":"pair again"}}`)
		}
	}))
	await(t, c, "the refusal", func(u client.Update) bool { return u.Refused != nil && u.Refused.Code == protocol.CodeTokenInvalid })
	var e *protocol.Error
	if err := c.Request(t.Context(), protocol.MethodCatalogGet, nil, nil); !errors.As(err, &e) || e.Code != protocol.CodeTokenInvalid {
		t.Errorf("a request of a client that is not let in: %v", err)
	}
	close(let)
	await(t, c, "the welcome", func(u client.Update) bool { return u.Connected && u.Refused == nil })
}

func TestTheNewestViewWinsAndTheLastOneStaysWhenTheLineGoes(t *testing.T) {
	gone := make(chan struct{})
	url := server(t, func(n int, ws *websocket.Conn) {
		if n > 1 {
			linger(ws) // no welcome any more
			return
		}
		welcome(ws)
		for i := range 100 {
			write(ws, `{"type":"view","seq":`+string(rune('1'+i%9))+`,"view":{"n":`+string(rune('0'+i%10))+`}}`)
		}
		write(ws, `{"type":"view","seq":500,"view":{"n":"last"}}`)
		<-gone
	})
	c := run(t, url)
	u := await(t, c, "the last view", func(u client.Update) bool { return u.Seq == 500 })
	if string(u.View) != `{"n":"last"}` || !u.Connected || u.HeardAt.IsZero() {
		t.Errorf("got %+v", u)
	}
	close(gone)
	u = await(t, c, "the line to go down", func(u client.Update) bool { return !u.Connected })
	if string(u.View) != `{"n":"last"}` || u.Refused != nil {
		t.Errorf("after the line went down: %+v", u)
	}
}

func TestAReconnectSaysWhatItHas(t *testing.T) {
	haves := make(chan int64, 10)
	c := run(t, server(t, func(n int, ws *websocket.Conn) {
		hello := protocol.Frame{}
		if n == 1 {
			hello = welcome(ws)
		} else if hello, _ = read(ws); n == 2 {
			write(ws, `{"type":"welcome","version":1,"seq":7}`) // it holds the truth already
		}
		haves <- hello.Have
		if n == 2 {
			linger(ws)
		}
	}))
	if have := <-haves; have != 0 {
		t.Errorf("the first hello has %d", have)
	}
	if have := <-haves; have != 7 {
		t.Errorf("the second hello has %d", have)
	}
	await(t, c, "the old view to be good again", func(u client.Update) bool { return u.Connected && string(u.View) == `{"n":1}` })
}

func TestNonsenseFromAServerOnlyCostsTheConnection(t *testing.T) {
	nonsense := []string{`{`, `[]`, `{"type":"view"`, `"x"`}
	c := run(t, server(t, func(n int, ws *websocket.Conn) {
		welcome(ws)
		if n <= len(nonsense) {
			write(ws, nonsense[n-1])
			return
		}
		write(ws, `{"type":"fanfare","new":"from a later version"}`)
		write(ws, `{"type":"heartbeat","seq":900}`)
		linger(ws)
	}))
	await(t, c, "a sane connection", func(u client.Update) bool { return u.Connected && u.Seq == 900 })
}

func TestARequestGivesUpWithItsContext(t *testing.T) {
	c := client.New(client.Config{URL: "ws://127.0.0.1:1/v1/stream"}) // never run: the line is down
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Request(ctx, protocol.MethodCatalogGet, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := c.Request(t.Context(), strings.Repeat("x", protocol.MaxFrameBytes), nil, nil); err == nil {
		t.Error("a request that no server takes was not refused")
	}
}

func TestServerAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"192.168.1.10:8080":                 "ws://192.168.1.10:8080/v1/stream",
		"http://localhost:8080/":            "ws://localhost:8080/v1/stream",
		"https://antrean.example.go.id":     "wss://antrean.example.go.id/v1/stream",
		"wss://antrean.example.go.id/other": "wss://antrean.example.go.id/v1/stream",
		"ftp://x":                           "", "http://": "", "http://a b": "",
	} {
		got, err := client.StreamURL(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestPairingGivesTheServersRefusal(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/pair" || r.Method != http.MethodPost {
			t.Errorf("asked %s %s", r.Method, r.URL.Path)
		}
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":{"code":"code_invalid","message":"wrong"}}`))
	}))
	defer s.Close()
	var e *protocol.Error
	if _, err := client.Pair(t.Context(), s.URL, "ABCDEFGH"); !errors.As(err, &e) || e.Code != "code_invalid" {
		t.Errorf("got %v", err)
	}
}

func TestIDsAreVersion7AndDifferent(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := client.NewID()
		if len(id) != 36 || id[14] != '7' || !strings.ContainsRune("89ab", rune(id[19])) || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}
