package client

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"loket/queue-server/protocol"
)

// maxViewBytes bounds a frame from the server; the largest honest view is far below it.
const maxViewBytes = 16 << 20

// writeTimeout bounds one write; a line that takes longer is dead.
const writeTimeout = 5 * time.Second

// session is the life of one connection: it dials, says hello, and then reads until the line
// breaks or ctx ends. The writer is its only other goroutine, and has ended when it returns.
func (c *Client) session(ctx context.Context) error {
	ws, err := c.dial(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var writer sync.WaitGroup
	defer writer.Wait()
	defer ws.Close() // the line is given up, whatever it says
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		_ = ws.Close() // wakes the reader; it reports the end
	})
	defer stop()

	ws.SetReadLimit(maxViewBytes)
	if err := c.hello(ws); err != nil {
		return err
	}
	c.unsend()
	writer.Go(func() {
		c.write(ctx, ws)
		_ = ws.Close() // wakes the reader; it reports the end
	})
	for {
		frame, err := read(ws, protocol.DeadAfter)
		if err != nil {
			return err
		}
		if err := c.take(frame); err != nil {
			return err
		}
	}
}

// hello introduces the client and waits for the welcome, which has the first view.
func (c *Client) hello(ws *websocket.Conn) error {
	hello := protocol.Frame{
		Type: protocol.TypeHello, Version: protocol.Version, Role: c.cfg.Role, Token: c.cfg.Token, Topic: c.cfg.Topic,
	}
	if c.now.View != nil {
		hello.Have = c.now.Seq
	}
	raw, err := json.Marshal(hello)
	if err != nil {
		return fmt.Errorf("encode hello: %w", err)
	}
	if err := send(ws, raw); err != nil {
		return fmt.Errorf("say hello: %w", err)
	}
	frame, err := read(ws, protocol.HelloTimeout)
	if err != nil {
		return fmt.Errorf("wait for welcome: %w", err)
	}
	if frame.Type != protocol.TypeWelcome && frame.Type != protocol.TypeError {
		return fmt.Errorf("wait for welcome: got a frame %q", frame.Type)
	}
	return c.take(frame)
}

// take handles one frame of the server. An error ends the session.
func (c *Client) take(f protocol.Frame) error {
	c.now.HeardAt = c.cfg.Clock()
	if f.At != nil {
		c.now.ServerTime = *f.At
	}
	switch f.Type {
	case protocol.TypeWelcome, protocol.TypeView:
		c.now.Connected, c.now.Refused = true, nil
		c.now.Seq = f.Seq
		if f.Device != "" {
			c.now.Device = f.Device
		}
		if f.View != nil {
			c.now.View = f.View
		}
		c.setRefused(nil)
		c.emit()
	case protocol.TypeHeartbeat:
		c.now.Seq = max(c.now.Seq, f.Seq)
		c.emit()
	case protocol.TypeReply:
		c.reply(f)
	case protocol.TypeError:
		if f.Error == nil {
			return errDropped
		}
		return f.Error
	}
	return nil // a type of a later version is none of this client's business
}

// write sends what waits, and a heartbeat when nothing was sent for a while.
func (c *Client) write(ctx context.Context, ws *websocket.Conn) {
	heartbeat := []byte(`{"type":"heartbeat"}`)
	quiet := time.NewTimer(protocol.Heartbeat)
	defer quiet.Stop()
	for {
		var frames [][]byte
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
			frames = c.unsent()
		case <-quiet.C:
			frames = [][]byte{heartbeat}
		}
		for _, raw := range frames {
			if err := send(ws, raw); err != nil {
				c.cfg.Log.Debug("write to stream", slog.Any("err", err))
				return
			}
		}
		quiet.Reset(protocol.Heartbeat)
	}
}

func send(ws *websocket.Conn, raw []byte) error {
	if err := ws.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return fmt.Errorf("set write deadline: %w", err)
	}
	return ws.WriteMessage(websocket.TextMessage, raw)
}

func read(ws *websocket.Conn, within time.Duration) (protocol.Frame, error) {
	var f protocol.Frame
	if err := ws.SetReadDeadline(time.Now().Add(within)); err != nil {
		return f, fmt.Errorf("set read deadline: %w", err)
	}
	_, raw, err := ws.ReadMessage()
	if err != nil {
		return f, fmt.Errorf("read stream: %w", err)
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return f, fmt.Errorf("read stream: frame is not JSON: %w", err)
	}
	return f, nil
}
