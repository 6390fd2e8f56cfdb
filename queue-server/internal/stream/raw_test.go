package stream_test

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"loket/queue-server/internal/officetest"
	"loket/queue-server/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// dial opens a WebSocket without saying anything.
func dial(tb testing.TB, o *officetest.Office, header http.Header) *websocket.Conn {
	tb.Helper()
	ws, resp, err := websocket.DefaultDialer.DialContext(tb.Context(), "ws://"+o.Addr+"/v1/stream", header)
	if err != nil {
		tb.Fatal(err)
	}
	_ = resp.Body.Close() // empty after an upgrade
	tb.Cleanup(func() { _ = ws.Close() })
	return ws
}

func say(tb testing.TB, ws *websocket.Conn, text string) {
	tb.Helper()
	if err := ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		tb.Fatal(err)
	}
}

// hear reads frames until one of a type comes.
func hear(tb testing.TB, ws *websocket.Conn, kind string) protocol.Frame {
	tb.Helper()
	for {
		if err := ws.SetReadDeadline(time.Now().Add(patience)); err != nil {
			tb.Fatal(err)
		}
		_, raw, err := ws.ReadMessage()
		if err != nil {
			tb.Fatalf("wait for %s: %v", kind, err)
		}
		var f protocol.Frame
		if err := json.Unmarshal(raw, &f); err != nil {
			tb.Fatal(err)
		}
		if f.Type == kind {
			return f
		}
		if f.Type == protocol.TypeError {
			tb.Fatalf("wait for %s: got the error %v", kind, f.Error)
		}
	}
}

// closed checks that the server closes the connection.
func closed(tb testing.TB, ws *websocket.Conn) {
	tb.Helper()
	if err := ws.SetReadDeadline(time.Now().Add(patience)); err != nil {
		tb.Fatal(err)
	}
	for {
		_, _, err := ws.ReadMessage()
		if err == nil {
			continue
		}
		if e, ok := err.(net.Error); ok && e.Timeout() { //nolint:errorlint // gorilla does not wrap it
			tb.Fatal("the server kept the connection open")
		}
		return
	}
}

func hello(role protocol.Role, token, topic string) string {
	return fmt.Sprintf(`{"type":"hello","version":%d,"role":%q,"token":%q,"topic":%q}`, protocol.Version, role, token, topic)
}

// rawBoard is a board as small as can be: a socket, and no goroutine of its own.
type rawBoard struct {
	net.Conn
	r *bufio.Reader
}

// connectRaw does the handshake by hand; without a hello when hello is empty. It returns the HTTP status.
func connectRaw(addr, hello string) (*rawBoard, int, error) {
	c, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return nil, 0, err
	}
	b := &rawBoard{Conn: c, r: newReader(c)}
	_, err = io.WriteString(c, "GET /v1/stream HTTP/1.1\r\nHost: "+addr+"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	if err != nil {
		return b, 0, err
	}
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return b, 0, err
	}
	status := 0
	if status, err = b.handshake(); err != nil || status != http.StatusSwitchingProtocols || hello == "" {
		return b, status, err
	}
	if _, err := c.Write(clientFrame([]byte(hello))); err != nil {
		return b, status, err
	}
	_, err = b.skipFrame()
	return b, status, err
}

// handshake reads the answer's head.
func (b *rawBoard) handshake() (status int, err error) {
	var head []byte
	for len(head) < 4 || string(head[len(head)-4:]) != "\r\n\r\n" {
		c, err := b.r.ReadByte()
		if err != nil {
			return 0, err
		}
		head = append(head, c)
	}
	_, err = fmt.Sscanf(string(head), "HTTP/1.1 %d", &status)
	return status, err
}

// skipFrame reads one frame of the server and returns its length in bytes.
func (b *rawBoard) skipFrame() (int, error) {
	var head [10]byte
	if _, err := io.ReadFull(b.r, head[:2]); err != nil {
		return 0, err
	}
	length, size := int(head[1]&0x7f), 2
	switch length {
	case 126:
		if _, err := io.ReadFull(b.r, head[2:4]); err != nil {
			return 0, err
		}
		length, size = int(binary.BigEndian.Uint16(head[2:4])), 4
	case 127:
		if _, err := io.ReadFull(b.r, head[2:10]); err != nil {
			return 0, err
		}
		length, size = int(binary.BigEndian.Uint64(head[2:10])), 10 // the server's own frame
	}
	_, err := b.r.Discard(length)
	return size + length, err
}

// clientFrame is a text frame with a mask of zeros.
func clientFrame(text []byte) []byte {
	frame := []byte{0x81, 0x80 | 126, 0, 0, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(frame[2:4], uint16(len(text))) // tests send short texts
	return append(frame, text...)
}

// newReader keeps the test's own end of a line small.
func newReader(c net.Conn) *bufio.Reader { return bufio.NewReaderSize(c, 16) }
