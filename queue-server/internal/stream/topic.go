package stream

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

const (
	// recheck is how often a view is made anew although no event came: waiting times shorten and
	// offices open by the clock alone.
	recheck = 5 * time.Second
	// round bounds how many views are made under one read lock of the office.
	round = 32
)

// topicKey names a topic, and the user when the view has her name in it.
type topicKey struct {
	name    string
	officer protocol.Officer
	ticket  queue.TicketID
}

// topic is one view and everybody who follows it. Only the publisher touches it.
type topic struct {
	key     topicKey
	every   time.Duration // least time between two views
	subs    map[*conn]struct{}
	dirty   bool
	sentAt  time.Time
	seq     int64
	changes int    // views of this seq; more than one when time or an account changed it
	raw     []byte // the view as it was last sent
	view    *websocket.PreparedMessage
	welcome *websocket.PreparedMessage
	short   *websocket.PreparedMessage // welcome without the view
	// greeting is the short welcome before it is encoded.
	greeting protocol.Frame
}

// publish is the publisher: it makes each view that is due once, and hands it to all who follow it.
func (s *Server) publish() {
	changed, stop := s.cfg.Office.Watch()
	defer stop()
	again := time.NewTicker(recheck)
	defer again.Stop()
	due := time.NewTimer(0)
	defer due.Stop()
	var persons <-chan struct{} // nil, which never speaks, without persons
	if s.cfg.Persons != nil {
		persons = s.cfg.Persons.Changed()
	}
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-changed:
			s.markDirty()
		case <-again.C:
			s.markDirty()
		case <-s.people.changed:
			s.markDirty()
		case <-s.prints.changed:
			s.markDirty()
		case <-persons:
			s.markDirty()
		case job := <-s.jobs:
			job()
			continue
		case <-due.C:
		}
		if next, ok := s.publishDue(time.Now()); ok {
			due.Reset(next)
		}
	}
}

func (s *Server) markDirty() {
	for _, t := range s.topics {
		t.dirty = true
	}
}

// publishDue makes and sends the views that changed and may be sent; ok says that others wait, and next how long.
func (s *Server) publishDue(now time.Time) (next time.Duration, ok bool) {
	var due []*topic
	for _, t := range s.topics {
		if !t.dirty {
			continue
		}
		if wait := t.sentAt.Add(t.every).Sub(now); wait > 0 {
			if !ok || wait < next {
				next, ok = wait, true
			}
			continue
		}
		due = append(due, t)
	}
	slices.SortFunc(due, func(a, b *topic) int { return rank(a) - rank(b) })
	// Boards go first and by themselves: people listen for the call, and the other views cost more to make.
	boards := slices.IndexFunc(due, func(t *topic) bool { return rank(t) > 0 })
	if boards > 0 {
		s.refresh(due[:boards], now)
		due = due[boards:]
	}
	for len(due) > 0 {
		n := min(round, len(due))
		s.refresh(due[:n], now)
		due = due[n:]
	}
	return next, ok
}

// rank is the place of a topic among those that are due: boards, then counters and kiosks, then phones.
func rank(t *topic) int {
	switch kindOf(t.key.name) {
	case "board":
		return 0
	case "ticket":
		return 2
	}
	return 1
}

// refresh makes the views of some topics and sends those that differ from what was sent before.
func (s *Server) refresh(topics []*topic, now time.Time) {
	views := make([]any, len(topics))
	var seq int64
	var office string
	s.cfg.Office.Read(func(o *queue.Office) {
		seq, office = o.Seq, string(o.Catalog.Office.ID)
		g := s.glance(o)
		for i, t := range topics {
			views[i] = s.build(g, t.key)
		}
	})
	for i, t := range topics {
		t.dirty = false
		if views[i] == nil {
			continue // its counter, zone or ticket is gone; the last view stays
		}
		changed, err := t.set(views[i], seq, s.cfg.Clock(), office)
		if err != nil {
			s.cfg.Log.Error("encode view", slog.String("topic", kindOf(t.key.name)), slog.Any("err", err))
			continue
		}
		if !changed {
			continue
		}
		t.sentAt = now
		for c := range t.subs {
			c.offerView(t.view)
		}
		s.cfg.OnViews(kindOf(t.key.name), len(t.subs))
	}
}

// kindOf names a topic without its id, for metrics and the log.
func kindOf(name string) string {
	kind, _, _ := strings.Cut(name, "/")
	return kind
}

// build makes one topic's view; nil when what it shows does not exist any more.
func (s *Server) build(g *view.Glance, key topicKey) any {
	kind, id, hasID := strings.Cut(key.name, "/")
	switch kind {
	case protocol.TopicKiosk:
		return g.Kiosk()
	case "board":
		if v, ok := g.Board(queue.ZoneID(id)); ok {
			return v
		}
	case protocol.TopicLobby:
		if !hasID {
			return g.Lobby(key.officer)
		}
		if v, ok := g.Console(queue.CounterID(id), key.officer); ok {
			return v
		}
	case protocol.TopicSupervisor:
		return g.Supervisor(key.officer)
	case "ticket":
		if v, ok := g.Ticket(key.ticket, s.tickets.aheadAtIssue(id)); ok {
			return v
		}
	}
	return nil
}

// set encodes a view, and says whether it differs from the last one.
func (t *topic) set(v any, seq int64, at time.Time, office string) (changed bool, err error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return false, err
	}
	if bytes.Equal(raw, t.raw) {
		return false, nil
	}
	t.changes++
	if seq != t.seq {
		t.changes = 1
	}
	welcome := protocol.Frame{Type: protocol.TypeWelcome, Version: protocol.Version, Office: office, Topic: t.key.name, Seq: seq, At: &at}
	t.greeting = welcome
	if t.short, err = prepare(welcome); err != nil {
		return false, err
	}
	welcome.View = raw
	if t.welcome, err = prepare(welcome); err != nil {
		return false, err
	}
	if t.view, err = prepare(protocol.Frame{Type: protocol.TypeView, Topic: t.key.name, Seq: seq, At: &at, View: raw}); err != nil {
		return false, err
	}
	t.raw, t.seq = raw, seq
	return true, nil
}

// subscribe has the publisher add a connection to its topic and welcome it.
func (s *Server) subscribe(c *conn) (e *protocol.Error) {
	s.onPublisher(func() {
		key := topicKey{name: c.who.Topic, ticket: c.who.Ticket}
		if c.who.Officer != nil && kindOf(key.name) != "board" {
			key.officer = *c.who.Officer
		}
		t := s.topics[key]
		kept := t != nil // its view is the only one of its seq that anybody can hold
		if !kept {
			t = &topic{key: key, every: protocol.ViewInterval, subs: make(map[*conn]struct{})}
			if kindOf(key.name) == "ticket" {
				t.every = protocol.PhoneInterval
			}
			if s.refresh([]*topic{t}, time.Now()); t.view == nil {
				e = &protocol.Error{Code: protocol.CodeTopicUnknown, Message: "there is no such topic"}
				return
			}
			s.topics[key] = t
		}
		t.subs[c] = struct{}{}
		c.topic = t
		whole := !kept || c.who.Have != t.seq || t.changes != 1 || t.seq <= s.firstSeq
		c.offerView(t.welcomeOf(c.who.Device, whole))
	})
	return e
}

// welcomeOf is the welcome with the view or without. All others share it; each kiosk learns its own id from it.
func (t *topic) welcomeOf(device queue.DeviceID, whole bool) *websocket.PreparedMessage {
	shared := t.short
	if whole {
		shared = t.welcome
	}
	if device == "" || t.key.name != protocol.TopicKiosk {
		return shared
	}
	f := t.greeting
	f.Device = string(device)
	if whole {
		f.View = t.raw
	}
	own, err := prepare(f)
	if err != nil {
		return shared // the same frame was encoded a moment ago
	}
	return own
}

// unsubscribe takes a connection out of its topic; the last one ends the topic.
func (s *Server) unsubscribe(c *conn) {
	s.onPublisher(func() {
		if c.topic == nil {
			return
		}
		delete(c.topic.subs, c)
		if len(c.topic.subs) == 0 {
			delete(s.topics, c.topic.key)
		}
	})
}

// onPublisher runs f on the publisher's goroutine and waits for it; when the server stops it may not run.
func (s *Server) onPublisher(f func()) {
	done := make(chan struct{})
	select {
	case s.jobs <- func() { f(); close(done) }:
		<-done
	case <-s.ctx.Done():
	}
}

// glance looks at the office with the names that accounts give.
func (s *Server) glance(o *queue.Office) *view.Glance {
	g := view.Look(o, s.cfg.Clock(), s.people.now(), s.catalog.version(o))
	g.Share(&s.waits)
	g.WithPrints(s.prints.now(s.cfg.Clock()), s.cfg.PublicURL)
	if s.cfg.Persons != nil {
		g.WithPersons(s.cfg.Persons)
	}
	return g
}

// context bounds one piece of work for a client.
func (s *Server) context() (context.Context, context.CancelFunc) {
	return context.WithTimeout(s.ctx, requestTimeout)
}
