package stream_test

import (
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"loket/queue-server/internal/officetest"
	"loket/queue-server/protocol"
)

// crowd is how many connections a test can open: each has two ends in this process.
func crowd(t *testing.T) int {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	return min(10_000, int(limit.Cur-300)/2) // far below the limit of int
}

func TestTenThousandSilentConnectionsCostLittleAndLeaveNothing(t *testing.T) {
	n := crowd(t)
	o := officetest.Start(t, officetest.Config{})
	undisturbed := witness(t, o)
	undisturbed()
	before := inUse()

	var mu sync.Mutex
	upgraded, refused := 0, 0
	open := make([]net.Conn, 0, n)
	jobs := make(chan int)
	var dialers sync.WaitGroup
	for range 16 {
		dialers.Go(func() {
			for i := range jobs {
				c, status := silent(o.Addr, i%2 == 0)
				mu.Lock()
				if c != nil {
					open = append(open, c)
				}
				switch status {
				case http.StatusSwitchingProtocols:
					upgraded++
				case http.StatusServiceUnavailable:
					refused++
				}
				mu.Unlock()
			}
		})
	}
	for i := range n {
		jobs <- i
	}
	close(jobs)
	dialers.Wait()
	undisturbed()
	t.Logf("%d connections: %d upgraded, %d refused, %d bytes held", n, upgraded, refused, int64(inUse())-int64(before)) // far below the limit
	if upgraded == 0 {
		t.Error("not one handshake was answered")
	}

	for _, c := range open { // the server closes every one of them by itself
		if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, c); isTimeout(err) {
			t.Fatal("the server keeps a silent connection")
		}
		_ = c.Close() // the other end is gone already
	}
	undisturbed()
	if held := int64(inUse()) - int64(before); held > 8<<20 && !raceEnabled { // far below the limit
		t.Errorf("%d bytes are still held after the silent connections have gone", held)
	}
}

// silent opens a connection and says nothing: not even HTTP, or nothing after the handshake.
func silent(addr string, handshake bool) (net.Conn, int) {
	if handshake {
		b, status, err := connectRaw(addr, "")
		if b == nil || err != nil {
			return nil, status
		}
		return b.Conn, status
	}
	c, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return nil, 0
	}
	return c, 0
}

func isTimeout(err error) bool {
	e, ok := err.(net.Error) //nolint:errorlint // net returns it as it is
	return ok && e.Timeout()
}

func TestWhoSaysNoHelloIsToldAndClosed(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	ws := dial(t, o, nil)
	if e := hearError(t, ws); e.Code != protocol.CodeHelloTimeout {
		t.Errorf("got %v, want %s", e, protocol.CodeHelloTimeout)
	}
	closed(t, ws)
}

// Between the handshake, which the session's cookie came with, and the hello, an officer may be removed.
func TestAnOfficerWhoIsRemovedBeforeSheSaysHelloIsDropped(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	admin := o.Admin()
	u := o.AddUser("ana", protocol.RoleOfficer)
	ws := dial(t, o, o.LogIn("ana"))
	request(t, admin, protocol.MethodUserRemove, protocol.IDParams{ID: string(u.ID)})
	_ = ws.WriteMessage(websocket.TextMessage, []byte(hello(protocol.RoleOfficer, "", protocol.TopicLobby))) // fails when she is gone already
	if err := ws.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	for {
		var f protocol.Frame
		if err := ws.ReadJSON(&f); err != nil {
			return
		}
		if f.Type == protocol.TypeWelcome {
			t.Fatal("an officer who was removed is welcome")
		}
	}
}
