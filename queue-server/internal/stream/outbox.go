package stream

import (
	"log/slog"
	"time"

	"github.com/gorilla/websocket"
)

// offerView gives the connection a newer view; one that was not written yet is skipped.
func (c *conn) offerView(m *websocket.PreparedMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.view = m
	c.startFlush()
}

// offerBeat gives the connection a heartbeat, unless it has just been written to.
func (c *conn) offerBeat(m *websocket.PreparedMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.wrote) < time.Second {
		return
	}
	c.beat = m
	c.startFlush()
}

// offerReply queues an answer; false when too many wait already.
func (c *conn) offerReply(m *websocket.PreparedMessage) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.replies) >= maxReplies {
		return false
	}
	c.replies = append(c.replies, m)
	c.startFlush()
	return true
}

// startFlush starts the writer unless it runs. The mutex is held.
func (c *conn) startFlush() {
	if !c.writing && !c.ended {
		c.writing = true
		c.s.work.Go(c.flush)
	}
}

// flush writes what waits, and ends when nothing does.
func (c *conn) flush() {
	for m := c.next(); m != nil; m = c.next() {
		if err := c.write(m); err != nil {
			c.s.cfg.Log.Debug("write", slog.Any("err", err))
			_ = c.ws.Close() // wakes the reader, which ends the connection
			c.mu.Lock()
			c.ended = true
			c.mu.Unlock()
			return
		}
	}
}

// next takes the message to write now: replies in their order, then the newest view, then a
// heartbeat. With nothing left it notes that the writer has stopped.
func (c *conn) next() *websocket.PreparedMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	var m *websocket.PreparedMessage
	switch {
	case c.ended:
	case len(c.replies) > 0:
		m = c.replies[0]
		if c.replies = c.replies[1:]; len(c.replies) == 0 {
			c.replies = nil // gives its array back
		}
	case c.view != nil:
		m, c.view, c.beat = c.view, nil, nil // a view is a sign of life too
	case c.beat != nil:
		m, c.beat = c.beat, nil
	}
	if m == nil {
		c.writing = false
		return nil
	}
	c.wrote = time.Now()
	return m
}

// write writes one prepared message within the deadline.
func (c *conn) write(m *websocket.PreparedMessage) error {
	c.line.Lock()
	defer c.line.Unlock()
	if err := c.ws.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	return c.ws.WritePreparedMessage(m)
}
