package stream

import (
	"bytes"
	"container/list"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"loket/queue-server/protocol"
)

const (
	// writeTimeout bounds one write; a client that takes longer is dropped and comes back by itself.
	writeTimeout = 5 * time.Second
	// farewell bounds how long, and lingerBytes how much, is still read from a client that broke the rules.
	farewell    = time.Second
	lingerBytes = 4 << 20
	// maxReplies bounds the replies that wait to be written; requests are answered one after another,
	// so more than a few means that the client does not read.
	maxReplies = 16
)

// conn is one connection.
type conn struct {
	s        *Server
	ws       *websocket.Conn
	signedIn *SignedIn     // of the handshake's session cookie
	slot     int           // on the heartbeat wheel
	unheard  *list.Element // in the server's list of those that have said no hello
	limiter  *rate.Limiter

	who     Who    // set once, under the server's mutex, by introduce
	arrived bool   // it is a device, and counted as present; the reader's own
	topic   *topic // set once, by the publisher

	mu      sync.Mutex // guards what waits to be written; never held across I/O
	view    *websocket.PreparedMessage
	beat    *websocket.PreparedMessage
	replies []*websocket.PreparedMessage
	wrote   time.Time
	writing bool // a flush is running
	ended   bool // nothing more is to be written

	line sync.Mutex // held during a write; guards the socket's writing side
}

// greet waits for the hello. Reading goes on in a goroutine of its own, whose stack stays small.
func (c *conn) greet() {
	who, e := c.hello()
	if e == nil && !c.s.introduce(c, who) {
		e = &protocol.Error{Code: protocol.CodeOverloaded, Message: "too many phones are connected"}
	}
	if e == nil {
		e = c.s.subscribe(c)
	}
	if e != nil {
		c.endReading(e)
		return
	}
	c.signedIn = nil
	if who.Device != "" {
		c.arrived = true
		c.s.presence.arrive(who.Device, c.s.cfg.Clock())
	}
	c.s.work.Go(c.read)
}

// hello reads the first frame and says who speaks.
func (c *conn) hello() (Who, *protocol.Error) {
	raw, e := c.frame(protocol.HelloTimeout)
	if e != nil {
		if e.Code == codeSilence {
			e = &protocol.Error{Code: protocol.CodeHelloTimeout, Message: "no hello came in time"}
		}
		return Who{}, e
	}
	f, e := decodeFrame(raw)
	if e != nil {
		return Who{}, e
	}
	if f.Type != protocol.TypeHello {
		return Who{}, &protocol.Error{Code: protocol.CodeHelloRequired, Message: "the first frame must be a hello"}
	}
	return c.s.identify(f, c.signedIn)
}

// read takes frames until the line ends or the client breaks the rules.
func (c *conn) read() {
	for {
		raw, e := c.frame(protocol.DeadAfter)
		if e == nil {
			e = c.take(raw)
		}
		if e != nil {
			c.endReading(e)
			return
		}
	}
}

// leave forgets the connection after its end.
func (c *conn) leave() {
	c.s.unsubscribe(c)
	if c.arrived {
		c.s.presence.leave(c.who.Device, c.s.cfg.Clock())
	}
	c.s.unregister(c)
}

// codeGone and codeSilence are ends that are nobody's fault and are not told: the line broke, or
// nothing was heard for too long.
const (
	codeGone    = "gone"
	codeSilence = "silence"
)

// frame reads one text frame.
func (c *conn) frame(within time.Duration) ([]byte, *protocol.Error) {
	if err := c.ws.SetReadDeadline(time.Now().Add(within)); err != nil {
		return nil, &protocol.Error{Code: codeGone, Message: err.Error()}
	}
	kind, r, err := c.ws.NextReader()
	if err != nil {
		return nil, lineError(err)
	}
	if kind != websocket.TextMessage {
		return nil, &protocol.Error{Code: protocol.CodeBinaryFrame, Message: "frames are JSON in text messages"}
	}
	raw, err := io.ReadAll(io.LimitReader(r, protocol.MaxFrameBytes+1))
	if err != nil {
		return nil, lineError(err)
	}
	if len(raw) > protocol.MaxFrameBytes {
		return nil, &protocol.Error{Code: protocol.CodeFrameTooLarge, Message: "a frame may have at most 65536 bytes"}
	}
	return raw, nil
}

func lineError(err error) *protocol.Error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return &protocol.Error{Code: codeSilence, Message: err.Error()}
	}
	return &protocol.Error{Code: codeGone, Message: err.Error()}
}

// decodeFrame reads a frame; a field that this version does not know is a mistake worth telling.
func decodeFrame(raw []byte) (protocol.Frame, *protocol.Error) {
	var f protocol.Frame
	if err := strict(raw, &f); err != nil {
		return f, &protocol.Error{Code: protocol.CodeBadJSON, Message: err.Error()}
	}
	return f, nil
}

// strict decodes exactly one JSON value without unknown fields.
func strict(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}

var plainHeartbeat = []byte(`{"type":"heartbeat"}`)

// take handles one frame after the hello. An error ends the connection.
func (c *conn) take(raw []byte) *protocol.Error {
	if bytes.Equal(raw, plainHeartbeat) {
		return nil // by far the most frequent frame
	}
	f, e := decodeFrame(raw)
	if e != nil {
		return e
	}
	switch f.Type {
	case protocol.TypeHeartbeat:
		return nil
	case protocol.TypeHello:
		return &protocol.Error{Code: protocol.CodeHelloTwice, Message: "only the first frame is a hello"}
	case protocol.TypeRequest:
		return c.request(f)
	}
	return &protocol.Error{Code: protocol.CodeUnknownType, Message: "a client sends hello, request and heartbeat"}
}

// endReading is the end that the reader comes to. After a rule was broken it reads on for a moment:
// closing with unread bytes would reset the line and lose the error frame on its way.
func (c *conn) endReading(why *protocol.Error) {
	if c.finish(why) && c.ws.NetConn().SetReadDeadline(time.Now().Add(farewell)) == nil {
		_, _ = io.CopyN(io.Discard, c.ws.NetConn(), lingerBytes) // ends at the client's close or at the deadline
	}
	_ = c.ws.Close() // it is given up, whatever it says
	c.leave()
}

// end closes the connection from any goroutine; the reader wakes up and leaves.
func (c *conn) end(why *protocol.Error) {
	c.finish(why)
	_ = c.ws.Close() // it is given up, whatever it says
}

// finish lets nothing more be written but the reason, the first time; true when that went out.
func (c *conn) finish(why *protocol.Error) bool {
	c.mu.Lock()
	first := !c.ended
	c.ended = true
	c.view, c.beat, c.replies = nil, nil, nil
	c.mu.Unlock()
	if !first || why.Code == codeGone || why.Code == codeSilence {
		return false
	}
	c.s.cfg.Log.Info("connection ended", slog.String("code", why.Code))
	if err := c.ws.NetConn().SetWriteDeadline(time.Now().Add(farewell)); err != nil {
		return false // already closed
	}
	return c.say(why) // a write that is stuck has failed by then, and this one fails with it
}

// say writes the error frame and the close frame; false when the line is broken.
func (c *conn) say(why *protocol.Error) bool {
	message, err := prepare(protocol.Frame{Type: protocol.TypeError, Error: why})
	if err != nil {
		return false // an Error always encodes
	}
	if c.write(message) != nil {
		return false
	}
	status := websocket.ClosePolicyViolation
	if why.Code == protocol.CodeStopping {
		status = websocket.CloseServiceRestart
	}
	return c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(status, why.Code), time.Now().Add(farewell)) == nil
}
