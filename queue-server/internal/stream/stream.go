// Package stream is the office's WebSocket: views go out to everybody who follows a topic, requests
// come in and are answered. It is the wire of package protocol, on the server's side.
//
// It holds no rules of the queue (package queue) and does not say what a view contains (package view).
// Its one invariant: a slow, silent or hostile connection costs itself only. Views are whole and the
// newest wins, so a connection has no backlog; nobody ever waits for a socket of somebody else.
//
// Who owns what: the publisher goroutine owns the topics; the registry's mutex guards the set of
// connections; each connection has one reading goroutine, and a writing one only while there is
// something to write.
package stream

import (
	"container/list"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"loket/queue-server/internal/account"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

// Office is the running office as the stream needs it.
type Office interface {
	Do(ctx context.Context, c queue.Command) (queue.Result, error)
	Read(f func(*queue.Office))
	Watch() (<-chan struct{}, func())
}

// Accounts are the users and devices as the stream needs them.
type Accounts interface {
	Users(ctx context.Context) ([]account.User, error)
	SaveUser(ctx context.Context, u account.User, password string) (account.User, error)
	RemoveUser(ctx context.Context, id queue.OfficerID) error
	Devices(ctx context.Context) ([]account.Device, error)
	AddDevice(ctx context.Context, d account.Device) (account.Device, error)
	RemoveDevice(ctx context.Context, id queue.DeviceID) error
	DeviceByToken(ctx context.Context, token string) (account.Device, error)
}

// SignedIn is the user of a log-in session.
type SignedIn struct {
	User    account.User
	Session string    // names the session, so that a log-out ends its connections
	Until   time.Time // when the session ends by itself
}

// Limits bound what clients can cost. A zero field takes its default.
type Limits struct {
	Connections       int     // open at once; 20,000
	Silent            int     // of those, without a hello yet; 1,024
	Citizens          int     // of those, phones; 5,000
	RequestsPerSecond float64 // of one connection, with as much again saved up twice over; 50
}

// Config is what a Server needs. Office, Accounts and PublicURL are required.
type Config struct {
	Office    Office
	Accounts  Accounts
	PublicURL string // of this server, as citizens reach it: "http://192.168.1.10:8080"
	// Persons says who citizens are; nil: this office asks nobody who she is.
	Persons Persons
	// SignedIn returns the user of the request's log-in session, and false when there is none.
	SignedIn func(*http.Request) (SignedIn, bool)
	Limits   Limits
	Clock    func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: slog.Default
	// OnRequest is told of each answered request: its method ("unknown" for one that does not exist)
	// and code ("ok" when it was accepted). OnViews is told of each view of a kind of topic sent out.
	OnRequest func(method, code string, took time.Duration)
	OnViews   func(kind string, receivers int)
}

// Server is the stream of one office. It is an http.Handler for GET /v1/stream.
type Server struct {
	cfg      Config
	upgrader websocket.Upgrader
	methods  map[string]method
	tickets  tickets
	people   people
	presence presence
	repeats  repeats
	prints   prints
	misses   misses // of tickets
	unknown  misses // of persons
	catalog  catalogCache
	waits    view.Waits
	editing  sync.Mutex // one change of the catalogue at a time

	ctx    context.Context // ends all goroutines
	cancel context.CancelFunc
	work   sync.WaitGroup
	jobs   chan func() // for the publisher; unbuffered: who asks, waits

	mu       sync.Mutex
	conns    map[*conn]struct{}
	slots    [heartbeatSlots]map[*conn]struct{}
	nextSlot int
	byRole   map[protocol.Role]int
	stopping bool
	silent   list.List // of *conn that have said no hello, oldest first

	topics   map[topicKey]*topic // owned by the publisher
	firstSeq int64               // of the office when the server started
}

// New starts a stream's goroutines; Close ends them. It reads users and devices once.
func New(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.OnRequest == nil {
		cfg.OnRequest = func(string, string, time.Duration) {}
	}
	if cfg.OnViews == nil {
		cfg.OnViews = func(string, int) {}
	}
	cfg.Limits = cfg.Limits.orDefaults()
	s := &Server{
		cfg: cfg, methods: methodTable(), jobs: make(chan func()),
		conns: make(map[*conn]struct{}), byRole: make(map[protocol.Role]int), topics: make(map[topicKey]*topic),
	}
	for i := range s.slots {
		s.slots[i] = make(map[*conn]struct{})
	}
	s.upgrader = websocket.Upgrader{
		HandshakeTimeout: protocol.HelloTimeout,
		// Frames from clients are small and rare, so a small buffer of its own beats keeping the 4 KiB
		// of net/http; views are written whole from a shared buffer.
		ReadBufferSize: 256, WriteBufferSize: 1024, WriteBufferPool: &sync.Pool{},
		CheckOrigin: originCheck(cfg.PublicURL), Error: refuseUpgrade,
	}
	if err := s.people.load(ctx, cfg.Accounts); err != nil {
		return nil, err
	}
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	s.presence.init()
	s.prints.changed = make(chan struct{}, 1)
	cfg.Office.Read(func(o *queue.Office) {
		s.firstSeq = o.Seq
		s.tickets.scan(o)
		s.presence.expect(o, cfg.Clock())
	})
	s.work.Go(s.publish)
	s.work.Go(s.beat)
	s.work.Go(s.watchPresence)
	return s, nil
}

func (l Limits) orDefaults() Limits {
	for field, fallback := range map[*int]int{&l.Connections: 20_000, &l.Silent: 1_024, &l.Citizens: 5_000} {
		if *field <= 0 {
			*field = fallback
		}
	}
	if l.RequestsPerSecond <= 0 {
		l.RequestsPerSecond = 50
	}
	return l
}

// originCheck lets in clients that are no browsers, pages of the host that was asked, and pages of the public URL.
func originCheck(publicURL string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		origin := r.Header.Get("Origin")
		if origin == "" {
			return true
		}
		u, err := url.Parse(origin)
		if err != nil {
			return false
		}
		public, err := url.Parse(publicURL)
		return u.Host == r.Host || err == nil && u.Host == public.Host
	}
}

// refuseUpgrade answers a handshake that is no good.
func refuseUpgrade(w http.ResponseWriter, _ *http.Request, status int, reason error) {
	code := protocol.CodeHandshakeInvalid
	if status == http.StatusForbidden {
		code = protocol.CodeForbidden
	}
	WriteError(w, &protocol.Error{Code: code, Message: reason.Error()})
}

// WriteError answers an HTTP request with an error's status and body.
func WriteError(w http.ResponseWriter, e *protocol.Error) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(protocol.Status(e.Code))
	_ = json.NewEncoder(w).Encode(protocol.ErrorReply{Error: e}) // the reader went away: nobody is left to tell
}

// ServeHTTP upgrades the request to a WebSocket and returns: net/http's goroutine and buffers, which
// are far larger than a connection of ours, go back at once.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if e := s.admit(); e != nil {
		w.Header().Set("Connection", "close")
		WriteError(w, e)
		return
	}
	c := &conn{s: s}
	if s.cfg.SignedIn != nil {
		if who, ok := s.cfg.SignedIn(r); ok {
			c.signedIn = &who
			// Until the hello says more: who is removed or logs out in between is to be dropped as well.
			c.who = Who{Officer: &protocol.Officer{ID: string(who.User.ID)}, Session: who.Session}
		}
	}
	ws, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		s.cfg.Log.Debug("handshake refused", slog.Any("err", err))
		return
	}
	c.ws = ws
	if !s.register(c) {
		_ = ws.Close() // the server stops, and so does this
		return
	}
	go func() {
		defer s.work.Done() // counted by register, before Close can wait
		c.greet()
	}()
}

// admit says why there is no room for one more connection.
func (s *Server) admit() *protocol.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return &protocol.Error{Code: protocol.CodeStopping, Message: "the server is going down"}
	}
	if len(s.conns) >= s.cfg.Limits.Connections {
		return &protocol.Error{Code: protocol.CodeOverloaded, Message: "too many connections"}
	}
	return nil
}

// Close tells every client that the server goes down, closes all connections and waits for every
// goroutine; at most a write's deadline.
func (s *Server) Close() {
	s.mu.Lock()
	s.stopping = true
	s.mu.Unlock()
	s.Drop(func(Who) bool { return true }, &protocol.Error{Code: protocol.CodeStopping, Message: "the server is going down"})
	s.cancel()
	s.work.Wait()
}

// Drop ends the connections that match, after telling them why. It does not wait for them.
func (s *Server) Drop(match func(Who) bool, why *protocol.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		if match(c.who) {
			s.work.Go(func() { c.end(why) })
		}
	}
}

// DropSession ends the connections of a log-in session.
func (s *Server) DropSession(session string) {
	s.Drop(func(w Who) bool { return session != "" && w.Session == session },
		&protocol.Error{Code: protocol.CodeLoginRequired, Message: "the session has ended"})
}

// Connections counts the open connections by role.
func (s *Server) Connections() map[protocol.Role]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[protocol.Role]int, len(s.byRole))
	for role, n := range s.byRole {
		out[role] = n
	}
	return out
}
