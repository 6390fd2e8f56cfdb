package stream

import (
	"encoding/json"
	"log/slog"
	"time"

	"github.com/gorilla/websocket"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// heartbeatSlots is the size of the heartbeat wheel: one slot a second, so that each connection is
// visited every 9 s, and hears something at least every 10 s.
const heartbeatSlots = int(protocol.Heartbeat/time.Second) - 1

// register adds a connection; false when the server is stopping. When too many have said no hello, the
// oldest of them goes: an honest client says hello at once.
func (s *Server) register(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.work.Add(1) // for greet
	s.conns[c] = struct{}{}
	c.slot = s.nextSlot
	s.slots[c.slot][c] = struct{}{}
	s.nextSlot = (s.nextSlot + 1) % heartbeatSlots
	c.unheard = s.silent.PushBack(c)
	if s.silent.Len() > s.cfg.Limits.Silent {
		oldest := s.silent.Front().Value.(*conn) // nothing else is in there
		s.spoke(oldest)
		s.work.Go(func() {
			oldest.end(&protocol.Error{Code: protocol.CodeOverloaded, Message: "too many connections that said no hello"})
		})
	}
	return true
}

// spoke takes a connection from those that have said no hello. The mutex is held.
func (s *Server) spoke(c *conn) {
	if c.unheard != nil {
		s.silent.Remove(c.unheard)
		c.unheard = nil
	}
}

// introduce notes who a connection is, after its hello; false when there are enough phones.
func (s *Server) introduce(c *conn, who Who) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoke(c)
	if who.Role == protocol.RoleCitizen && s.byRole[who.Role] >= s.cfg.Limits.Citizens {
		return false
	}
	c.who = who
	s.byRole[who.Role]++
	return true
}

// unregister forgets a connection.
func (s *Server) unregister(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoke(c)
	delete(s.conns, c)
	delete(s.slots[c.slot], c)
	if role := c.who.Role; role != "" {
		if s.byRole[role]--; s.byRole[role] == 0 {
			delete(s.byRole, role)
		}
	}
}

// beat turns the heartbeat wheel until the server stops.
func (s *Server) beat() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for slot := 0; ; slot = (slot + 1) % heartbeatSlots {
		select {
		case <-s.ctx.Done():
			return
		case <-tick.C:
			s.beatSlot(slot)
		}
	}
}

// beatSlot sends one shared heartbeat to the connections of a slot that said hello.
func (s *Server) beatSlot(slot int) {
	var seq int64
	s.cfg.Office.Read(func(o *queue.Office) { seq = o.Seq })
	now := s.cfg.Clock()
	message, err := prepare(protocol.Frame{Type: protocol.TypeHeartbeat, Seq: seq, At: &now})
	if err != nil {
		s.cfg.Log.Error("encode heartbeat", slog.Any("err", err))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.slots[slot] {
		if c.who.Role != "" {
			c.offerBeat(message)
		}
	}
}

// prepare encodes a frame once for any number of connections.
func prepare(f protocol.Frame) (*websocket.PreparedMessage, error) {
	raw, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	return websocket.NewPreparedMessage(websocket.TextMessage, raw)
}
