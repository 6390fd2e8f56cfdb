// Package client is the Go client of the queue server's wire (see ../protocol/README.md): it keeps
// one WebSocket open, hands out the newest view of one topic, and carries requests.
//
// It is not for drawing and not for deciding: it has no opinion on what a view means. Its one
// invariant: a request that returns nil was accepted exactly once by the server, however often the
// line broke in between, because it is repeated under the same id until an answer comes.
package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/gorilla/websocket"

	"loket/queue-server/protocol"
)

// How long a client waits between attempts to connect, unless Config says otherwise.
const (
	DefaultFirstWait   = 200 * time.Millisecond
	DefaultLongestWait = 10 * time.Second
	DefaultRefusedWait = 30 * time.Second
)

// Config says whom to connect to and as what. URL, Role and Topic are required.
type Config struct {
	URL   string // ws://host:port/v1/stream; see StreamURL
	Role  protocol.Role
	Token string // of a kiosk or display; empty for the others
	Topic string
	// Header goes with the handshake: officers and admins carry their session cookie here.
	Header http.Header
	Log    *slog.Logger     // nil: silent
	Clock  func() time.Time // nil: time.Now

	FirstWait   time.Duration // before the first new attempt; 0: DefaultFirstWait
	LongestWait time.Duration // between attempts; 0: DefaultLongestWait
	RefusedWait time.Duration // after a refusal that will not heal by itself; 0: DefaultRefusedWait
}

// Update is what is known of the topic now. View is the last good one and stays when the line goes down.
type Update struct {
	Connected  bool
	HeardAt    time.Time       // by the client's clock; zero before the first frame
	ServerTime time.Time       // by the server's clock, in the last frame that had it
	Seq        int64           // of the last event in the view, or later when a heartbeat said so
	Device     string          // the id of this kiosk; empty before the first welcome, and on other topics
	View       json.RawMessage // nil before the first welcome; never changed afterwards
	Refused    *protocol.Error // the server does not let this client in; it keeps asking, slowly
}

// Client is one connection to a queue server, restored whenever it breaks. Run it once.
// Its methods are safe for concurrent use.
type Client struct {
	cfg     Config
	updates chan Update
	wake    chan struct{} // capacity 1: there is something to send

	mu      sync.Mutex
	calls   []*call // waiting for a reply, oldest first
	refused *protocol.Error

	now Update // owned by Run
}

// New returns a client that is not connected; Run connects it.
func New(cfg Config) *Client {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	cfg.FirstWait = orDefault(cfg.FirstWait, DefaultFirstWait)
	cfg.LongestWait = orDefault(cfg.LongestWait, DefaultLongestWait)
	cfg.RefusedWait = orDefault(cfg.RefusedWait, DefaultRefusedWait)
	return &Client{cfg: cfg, updates: make(chan Update, 1), wake: make(chan struct{}, 1)}
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return fallback
}

// StreamURL turns the server's address as people write it ("http://192.168.1.10:8080",
// "192.168.1.10:8080", "wss://antrean.example.go.id/v1/stream") into the stream's URL.
func StreamURL(server string) (string, error) {
	u, err := serverURL(server)
	if err != nil {
		return "", err
	}
	u.Scheme = map[string]string{"http": "ws", "https": "wss"}[u.Scheme]
	u.Path = "/v1/stream"
	return u.String(), nil
}

// serverURL reads an address as http or https, without a path.
func serverURL(server string) (*url.URL, error) {
	if !strings.Contains(server, "://") {
		server = "http://" + server
	}
	u, err := url.Parse(server)
	if err != nil {
		return nil, fmt.Errorf("read server address: %w", err)
	}
	scheme, ok := map[string]string{"http": "http", "ws": "http", "https": "https", "wss": "https"}[u.Scheme]
	if !ok || u.Host == "" {
		return nil, fmt.Errorf("read server address %q: want http://host:port or https://host", server)
	}
	return &url.URL{Scheme: scheme, Host: u.Host}, nil
}

// Updates gives the newest state of the line and the topic. Its capacity is 1 and the newest wins:
// a reader that is late skips, and never holds the client up. It is not closed when Run ends.
func (c *Client) Updates() <-chan Update { return c.updates }

// Run connects, and connects again with jittered backoff whenever the line breaks, until ctx ends.
// It returns ctx's error. A refusal that will not heal by itself is reported in Update.Refused.
func (c *Client) Run(ctx context.Context) error {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = c.cfg.FirstWait, c.cfg.LongestWait
	pause.Multiplier = 2
	for {
		began := time.Now()
		err := c.session(ctx)
		if ctx.Err() != nil {
			c.lineDown(nil)
			return ctx.Err()
		}
		var refusal *protocol.Error
		if !errors.As(err, &refusal) || !lasting(refusal.Code) {
			refusal = nil
		}
		if time.Since(began) > c.cfg.LongestWait {
			pause.Reset() // it was a good line, so the next attempts may come quickly again
		}
		wait := pause.NextBackOff()
		if refusal != nil {
			wait = c.cfg.RefusedWait
		}
		c.cfg.Log.Info("stream down", slog.Any("err", err), slog.Duration("again_in", wait))
		c.lineDown(refusal)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// lasting says whether a refusal of the hello stays until a person changes something.
func lasting(code string) bool {
	switch code {
	case protocol.CodeVersionUnsupported, protocol.CodeTokenInvalid, protocol.CodeLoginRequired,
		protocol.CodeForbidden, protocol.CodeTopicUnknown, protocol.CodeOfficeUnknown, protocol.CodeTicketUnknown:
		return true
	}
	return false
}

// lineDown tells the reader of Updates, and on a refusal everybody who waits for a reply.
func (c *Client) lineDown(refusal *protocol.Error) {
	c.now.Connected = false
	c.now.Refused = refusal
	c.setRefused(refusal)
	c.emit()
}

// emit replaces the update that waits to be read. Only Run's goroutine calls it, so the channel
// has room after the old one was taken out.
func (c *Client) emit() {
	select {
	case <-c.updates:
	default:
	}
	c.updates <- c.now
}

// errDropped is the end of a session that the server closed without a reason.
var errDropped = errors.New("connection closed")

// dial opens the WebSocket. A refusal before the upgrade comes back as *protocol.Error.
func (c *Client) dial(ctx context.Context) (*websocket.Conn, error) {
	d := websocket.Dialer{
		NetDialContext: dialWiping, NetDialTLSContext: dialWipingTLS,
		HandshakeTimeout: protocol.HelloTimeout, ReadBufferSize: 4 << 10, WriteBufferSize: 1 << 10,
	}
	ws, resp, err := d.DialContext(ctx, c.cfg.URL, c.cfg.Header)
	if resp != nil && resp.Body != nil {
		defer resp.Body.Close()
	}
	if err == nil {
		return ws, nil
	}
	if resp != nil {
		var reply protocol.ErrorReply
		if json.NewDecoder(resp.Body).Decode(&reply) == nil && reply.Error != nil {
			return nil, reply.Error
		}
		return nil, fmt.Errorf("connect to %s: %w (HTTP %d)", c.cfg.URL, err, resp.StatusCode)
	}
	return nil, fmt.Errorf("connect to %s: %w", c.cfg.URL, err)
}
