package client

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"loket/queue-server/protocol"
)

// call is a request that waits for its reply.
type call struct {
	id    string
	frame []byte
	sent  bool // on the present connection
	done  chan protocol.Frame
}

// Request sends a request and waits for its reply, which it decodes into result (nil: ignored). It
// waits for the line when that is down, and repeats the request under the same id after a
// reconnect, until ctx ends. A refusal comes back as *protocol.Error; so does the refusal of the
// whole client (Update.Refused), at once. Other errors wrap ctx's, or say that params or result do not fit.
func (c *Client) Request(ctx context.Context, method string, params, result any) error {
	call, err := newCall(method, params)
	if err != nil {
		return err
	}
	if refusal := c.add(call); refusal != nil {
		return refusal
	}
	defer c.drop(call)
	select {
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	case f := <-call.done:
		if f.Error != nil {
			return f.Error
		}
		if result == nil || f.Result == nil {
			return nil
		}
		if err := json.Unmarshal(f.Result, result); err != nil {
			return fmt.Errorf("%s: decode result: %w", method, err)
		}
		return nil
	}
}

func newCall(method string, params any) (*call, error) {
	frame := protocol.Frame{Type: protocol.TypeRequest, ID: NewID(), Method: method}
	if params != nil {
		raw, err := json.Marshal(params)
		if err != nil {
			return nil, fmt.Errorf("%s: encode params: %w", method, err)
		}
		frame.Params = raw
	}
	raw, err := json.Marshal(frame)
	if err != nil {
		return nil, fmt.Errorf("%s: encode request: %w", method, err)
	}
	if len(raw) > protocol.MaxFrameBytes {
		return nil, fmt.Errorf("%s: request has %d bytes, at most %d are allowed", method, len(raw), protocol.MaxFrameBytes)
	}
	return &call{id: frame.ID, frame: raw, done: make(chan protocol.Frame, 1)}, nil
}

// add registers a call and wakes the writer; it gives the refusal of the client if there is one.
func (c *Client) add(call *call) *protocol.Error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused != nil {
		return c.refused
	}
	c.calls = append(c.calls, call)
	c.nudge()
	return nil
}

func (c *Client) drop(call *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.Index(c.calls, call); i >= 0 {
		c.calls = slices.Delete(c.calls, i, i+1)
	}
}

// nudge wakes the writer; one waiting nudge is enough.
func (c *Client) nudge() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// unsend makes every waiting call be sent again, on a new connection, in the old order.
func (c *Client) unsend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range c.calls {
		call.sent = false
	}
	c.nudge()
}

// unsent takes the frames that are still to be sent on this connection.
func (c *Client) unsent() [][]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	var frames [][]byte
	for _, call := range c.calls {
		if !call.sent {
			call.sent = true
			frames = append(frames, call.frame)
		}
	}
	return frames
}

// reply hands a reply to its call. A reply nobody waits for any more is dropped.
func (c *Client) reply(f protocol.Frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range c.calls {
		if call.id == f.ID {
			answer(call, f)
			return
		}
	}
}

// setRefused remembers whether the server lets this client in; if not, every waiting call fails.
func (c *Client) setRefused(refusal *protocol.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused = refusal
	if refusal == nil {
		return
	}
	for _, call := range c.calls {
		answer(call, protocol.Frame{Error: refusal})
	}
}

// answer fills a call's channel; a second answer to the same call (after a repeat) is dropped.
func answer(call *call, f protocol.Frame) {
	select {
	case call.done <- f:
	default:
	}
}

// NewID returns a new UUIDv7: for tickets, calls and requests.
func NewID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	ms := time.Now().UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i)) //nolint:gosec // one byte of it is wanted
	}
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
