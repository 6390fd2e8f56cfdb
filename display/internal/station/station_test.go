package station

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"loket/display/internal/board"
	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func view(t *testing.T, calls ...protocol.BoardCall) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(protocol.BoardView{
		Office: protocol.Office{Name: protocol.Text{ID: "MPP"}, TimeZone: "Asia/Makassar", Zone: "WITA"},
		Calls:  calls, Zones: []protocol.BoardZone{{Serving: []protocol.BoardCounter{{Counter: 1}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// start runs a station on a fake clock; what it shows is read with the returned function.
func start(t *testing.T, updates <-chan client.Update) (newest func() board.Shown) {
	ctx, cancel := context.WithCancel(t.Context())
	var mu sync.Mutex
	var last board.Shown
	done := make(chan struct{})
	go func() {
		defer close(done)
		Run(ctx, Config{Updates: updates, Log: slog.New(slog.DiscardHandler), Show: func(s board.Shown) {
			mu.Lock()
			defer mu.Unlock()
			last = s
		}})
	}()
	t.Cleanup(func() { cancel(); <-done })
	return func() board.Shown {
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		return last
	}
}

func TestAMorningOnTheWall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		updates := make(chan client.Update, 1)
		shown := start(t, updates)
		if s := shown(); s.Mode != board.Connecting {
			t.Fatalf("before the server answers: %s", s.Mode)
		}
		now := time.Now()
		updates <- client.Update{Connected: true, HeardAt: now, ServerTime: now, View: view(t)}
		s := shown()
		if s.Mode != board.Grid || s.Now.Location().String() != "Asia/Makassar" {
			t.Fatalf("after the welcome: %s in %s", s.Mode, s.Now.Location())
		}
		call := protocol.BoardCall{ID: "1", Number: "A-001", Counter: 1, At: now}
		updates <- client.Update{Connected: true, HeardAt: now, ServerTime: now, View: view(t, call)}
		if s := shown(); s.Mode != board.Call || s.Call.Number != "A-001" {
			t.Fatalf("after the call: %s %q", s.Mode, s.Call.Number)
		}
		time.Sleep(time.Second) // of the bubble's clock
		if s := shown(); s.Grow != 1 {
			t.Fatalf("the number has grown to %v", s.Grow)
		}
		time.Sleep(10 * time.Second)
		if s := shown(); s.Mode != board.Grid || len(s.Recent) != 1 {
			t.Fatalf("after its time: %s with %d recent calls", s.Mode, len(s.Recent))
		}
		updates <- client.Update{HeardAt: now, ServerTime: now, View: view(t, call)}
		time.Sleep(board.StaleAfter)
		if s := shown(); s.StaleSince.IsZero() {
			t.Fatal("the line is down and nobody is told")
		}
	})
}

func TestAViewThatCannotBeReadLeavesTheLastOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		updates := make(chan client.Update, 1)
		shown := start(t, updates)
		now := time.Now()
		updates <- client.Update{Connected: true, HeardAt: now, ServerTime: now, View: view(t)}
		shown()
		updates <- client.Update{Connected: true, HeardAt: now, ServerTime: now, View: json.RawMessage(`{"office":7}`)}
		if s := shown(); s.Mode != board.Grid || s.Office.Name.ID != "MPP" {
			t.Fatalf("%s of %q", s.Mode, s.Office.Name.ID)
		}
	})
}

func TestAnUnknownTimeZoneStillShowsTheWall(t *testing.T) {
	r := reader{log: slog.New(slog.DiscardHandler)}
	u := r.read(client.Update{View: json.RawMessage(`{"office":{"time_zone":"Mars/Olympus"}}`)})
	if u.View == nil || u.Location != time.UTC {
		t.Fatalf("view %v, location %v", u.View, u.Location)
	}
}

func TestABridgeSkipsWhatIsNotDrawnYet(t *testing.T) {
	var queued []func()
	var drawn []string
	b := &Bridge{
		do:   func(f func()) { queued = append(queued, f) },
		show: func(s board.Shown) { drawn = append(drawn, s.Call.Number) },
	}
	for _, n := range []string{"A-001", "A-002", "A-003"} {
		b.Show(board.Shown{Call: protocol.BoardCall{Number: n}})
	}
	for _, f := range queued {
		f()
	}
	if len(drawn) != 1 || drawn[0] != "A-003" {
		t.Fatalf("drew %v", drawn)
	}
}

// The real client on a real socket: a server that dies and comes back costs no call.
func TestACallSurvivesABrokenLine(t *testing.T) {
	call := func(id string) protocol.BoardCall {
		return protocol.BoardCall{ID: id, Number: id, Counter: 2, At: time.Now()}
	}
	views := make(chan json.RawMessage, 2)
	views <- view(t)
	views <- view(t, call("A-002"), call("A-001"))
	upgrader := websocket.Upgrader{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return // the client asks again
		}
		defer ws.Close()
		var hello protocol.Frame
		if ws.ReadJSON(&hello) != nil {
			return
		}
		now := time.Now()
		select {
		case v := <-views: // a welcome, and at once the line breaks
			_ = ws.WriteJSON(protocol.Frame{Type: protocol.TypeWelcome, Version: 1, Seq: 1, At: &now, View: v})
		default: // nothing more to say, until the client leaves
			_, _, _ = ws.ReadMessage()
		}
	}))
	defer server.Close()
	url, err := client.StreamURL(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stream := client.New(client.Config{URL: url, Role: protocol.RoleDisplay, Topic: "board/all", FirstWait: time.Millisecond})
	announced := make(chan string, 16)
	var running sync.WaitGroup
	running.Go(func() { _ = stream.Run(ctx) }) // ends with ctx's error
	running.Go(func() {
		Run(ctx, Config{Updates: stream.Updates(), Log: slog.New(slog.DiscardHandler), Show: func(s board.Shown) {
			if s.Mode == board.Call && s.Grow == 1 {
				select {
				case announced <- s.Call.Number:
				default: // shown many times; the test reads the first ones
				}
			}
		}})
	})
	if got := <-announced; got != "A-001" {
		t.Errorf("announced %s first", got)
	}
	for got := range announced {
		if got == "A-002" {
			break
		}
	}
	cancel()
	running.Wait()
}
