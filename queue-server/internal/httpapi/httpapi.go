// Package httpapi is the office's HTTP side: log-in and sessions, pairing of devices, the catalogue as a
// file, health and metrics, and the way to the stream and the pages.
//
// It is not for what the queue does: that goes over the stream. Its one invariant: nobody reads or
// changes anything here without a session of the right role, except the log-in page, the ticket page of a
// known token, the pairing of a known code, health and metrics.
package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"loket/queue-server/internal/account"
	"loket/queue-server/internal/console"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/stream"
	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

// Config is what the HTTP side needs. Office, Accounts and PublicURL are required.
type Config struct {
	Office   *office.Office
	Accounts *account.Store
	// Persons says who citizens are; nil: this office asks nobody who she is.
	Persons   stream.Persons
	PublicURL string
	Version   string // of the program, for health
	// OpenAllHours is told by health; the office itself was told when it was loaded.
	OpenAllHours bool
	Limits       stream.Limits
	Metrics      *Metrics // nil: of its own
	Clock        func() time.Time
	Log          *slog.Logger
}

// API is the office's HTTP handler with everything behind it.
type API struct {
	cfg      Config
	stream   *stream.Server
	pages    *console.Pages
	sessions *scs.SessionManager
	metrics  *Metrics
	handler  http.Handler

	logins, addresses, pairings *throttle
}

// sessionLife is how long an officer stays logged in: a working day with its evening.
const sessionLife = 12 * time.Hour

// New returns the HTTP side; Close ends its stream.
func New(ctx context.Context, cfg Config) (*API, error) {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Metrics == nil {
		cfg.Metrics = NewMetrics()
	}
	a := &API{
		cfg: cfg, metrics: cfg.Metrics,
		logins:    newThrottle(12*time.Second, 5), // of one login: five at once, then five a minute
		addresses: newThrottle(2*time.Second, 30), // of one address: an office may share it
		pairings:  newThrottle(6*time.Second, 10),
	}
	a.sessions = newSessions(cfg)
	var err error
	a.stream, err = stream.New(ctx, stream.Config{
		Office: cfg.Office, Accounts: cfg.Accounts, Persons: cfg.Persons, PublicURL: cfg.PublicURL, SignedIn: a.signedIn, Limits: cfg.Limits,
		Clock: cfg.Clock, Log: cfg.Log, OnRequest: a.metrics.onRequest, OnViews: a.metrics.onViews,
	})
	if err != nil {
		return nil, fmt.Errorf("start stream: %w", err)
	}
	a.pages, err = console.New(console.Config{
		Office: a.officeInfo, Viewer: a.viewer,
		HasTicket: func(token string) bool { _, ok := a.stream.Ticket(token); return ok },
	})
	if err != nil {
		a.stream.Close()
		return nil, fmt.Errorf("prepare pages: %w", err)
	}
	a.metrics.watch(cfg.Office, a.stream)
	a.handler = a.routes()
	return a, nil
}

// Stream is the WebSocket side.
func (a *API) Stream() *stream.Server { return a.stream }

// Close tells every client and ends the stream.
func (a *API) Close() { a.stream.Close() }

// ServeHTTP answers any request to the office.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// routes are all addresses of the server. The stream stands outside of the sessions' middleware, whose
// writer cannot be hijacked; it reads the cookie itself.
func (a *API) routes() http.Handler {
	web := http.NewServeMux()
	web.Handle("/", a.pages)
	web.HandleFunc("POST /login", a.logIn)
	web.HandleFunc("POST /logout", a.logOut)
	web.HandleFunc("GET /admin/catalog.json", a.onlyAdmin(a.exportCatalog))
	web.HandleFunc("POST /admin/catalog", a.onlyAdmin(a.importCatalog))

	all := http.NewServeMux()
	all.Handle("GET /v1/stream", a.stream)
	all.HandleFunc("POST /v1/pair", a.pair)
	all.HandleFunc("GET /healthz", a.health)
	all.Handle("GET /metrics", a.metrics.handler())
	all.Handle("/", a.sessions.LoadAndSave(web))
	all.HandleFunc("/v1/", func(w http.ResponseWriter, _ *http.Request) {
		stream.WriteError(w, &protocol.Error{Code: protocol.CodePageUnknown, Message: "there is no such address"})
	})

	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		stream.WriteError(w, &protocol.Error{Code: protocol.CodeForbidden, Message: "the request comes from another site"})
	}))
	if err := guard.AddTrustedOrigin(strings.TrimSuffix(a.cfg.PublicURL, "/")); err != nil {
		// A public URL with a path is no origin; then only the host that was asked is trusted.
		a.cfg.Log.Debug("public URL is no origin", slog.Any("err", err))
	}
	return a.recovered(a.logged(secured(guard.Handler(all))))
}

func (a *API) officeInfo() (info protocol.Office) {
	a.cfg.Office.Read(func(o *queue.Office) { info = view.Office(&o.Catalog) })
	return info
}

// refusal is an error as an HTTP client may see it.
func (a *API) refusal(err error, what string) *protocol.Error {
	var wire *protocol.Error
	if errors.As(err, &wire) {
		return wire
	}
	return a.stream.WireError(err, what)
}
