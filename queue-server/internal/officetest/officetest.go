// Package officetest starts a whole office for tests: journal, queue, accounts, stream and pages on a real socket
// and a real file. It is for tests only. Its one invariant: what a test started has ended when the test has.
package officetest

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"loket/assets/catalog"
	"loket/queue-server/client"
	"loket/queue-server/internal/account"
	"loket/queue-server/internal/httpapi"
	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/desk"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/internal/stream"
	"loket/queue-server/protocol"
)

// Password is that of every user a test makes, and of the administrator "admin".
const Password = "rahasia-sekali" //nolint:gosec // of made-up users

// Config says what sort of office to start. The zero value is the sample MPP, open at all hours.
type Config struct {
	Dir    string // of the database; empty: a new one
	Addr   string // to listen on; empty: a free port
	Sample string // built-in catalogue; empty: mpp
	Limits stream.Limits
	Log    io.Writer // nil: silent
	// Desk is how persons are looked up; store, office and log are filled in. The zero value asks no registry.
	Desk desk.Config
}

// Office is a running office.
type Office struct {
	URL      string // http://127.0.0.1:port
	Addr     string
	Dir      string
	Running  *office.Office
	Accounts *account.Store
	Desk     *desk.Desk
	Vault    *vault.Store
	API      *httpapi.API

	tb   testing.TB
	stop func()
}

// Start starts an office and has the test stop it.
func Start(tb testing.TB, cfg Config) *Office {
	tb.Helper()
	if cfg.Dir == "" {
		cfg.Dir = tb.TempDir()
	}
	if cfg.Addr == "" {
		cfg.Addr = "127.0.0.1:0"
	}
	if cfg.Sample == "" {
		cfg.Sample = "mpp"
	}
	if cfg.Log == nil {
		cfg.Log = io.Discard
	}
	log := slog.New(slog.NewTextHandler(cfg.Log, nil))
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	j := must(tb)(journal.Open(ctx, filepath.Join(cfg.Dir, "loket.db"), journal.Options{Log: log}))
	running := mustOffice(tb)(office.Open(ctx, office.Config{Journal: always{j}, Log: log}))
	o := &Office{Dir: cfg.Dir, Running: running, Accounts: account.New(j.DB(), time.Now), tb: tb}
	o.firstStart(ctx, cfg.Sample)
	o.openDesk(ctx, j, cfg.Desk, log)
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Addr)
	check(tb, err)
	o.Addr = l.Addr().String()
	o.URL = "http://" + o.Addr
	o.API, err = httpapi.New(ctx, httpapi.Config{
		Office: running, Accounts: o.Accounts, Persons: o.Desk, PublicURL: o.URL, Version: "test", Limits: cfg.Limits, Log: log,
	})
	check(tb, err)
	served := make(chan error, 1)
	go func() { served <- o.API.Serve(ctx, l) }()
	o.stop = sync.OnceFunc(func() {
		cancel()
		check(tb, <-served)
		o.Desk.Close()
		check(tb, running.Close())
		check(tb, j.Close())
	})
	tb.Cleanup(o.Stop)
	return o
}

// Stop ends the office gracefully. The test does it by itself at its end.
func (o *Office) Stop() { o.stop() }

// openDesk opens the persons of the office, with their keys beside the database.
func (o *Office) openDesk(ctx context.Context, j *journal.Journal, cfg desk.Config, log *slog.Logger) {
	o.tb.Helper()
	keys, err := vault.OpenKeyring(filepath.Join(o.Dir, "person.keys"), true)
	check(o.tb, err)
	o.Vault, err = vault.Open(ctx, j.DB(), keys, time.Now)
	check(o.tb, err)
	cfg.Store, cfg.Office, cfg.Log = o.Vault, o.Running, log
	o.Desk, err = desk.New(cfg)
	check(o.tb, err)
}

// always is a journal whose office is open at all hours.
type always struct{ *journal.Journal }

// Load loads the office.
func (a always) Load(ctx context.Context) (*queue.Office, error) {
	o, err := a.Journal.Load(ctx)
	if err == nil {
		o.IgnoreHours()
	}
	return o, err
}

func (o *Office) firstStart(ctx context.Context, sample string) {
	o.tb.Helper()
	isNew := false
	o.Running.Read(func(q *queue.Office) { isNew = q.Catalog.Office.ID == "" })
	if isNew {
		raw, err := catalog.Sample(sample)
		check(o.tb, err)
		var c queue.Catalog
		check(o.tb, json.Unmarshal(raw, &c))
		_, err = o.Running.Do(ctx, &queue.ChangeCatalog{
			Header:  queue.Header{ID: queue.CommandID(uuid.NewString()), Actor: queue.Actor{Kind: queue.BySystem}},
			Catalog: c,
		})
		check(o.tb, err)
	}
	_, err := o.Accounts.EnsureAdmin(ctx, Password)
	check(o.tb, err)
}

// Token announces and pairs a device and returns its token.
func (o *Office) Token(role protocol.Role, name string) string {
	o.tb.Helper()
	ctx := o.tb.Context()
	d, err := o.Accounts.AddDevice(ctx, account.Device{Name: name, Role: role})
	check(o.tb, err)
	reply, err := client.Pair(ctx, o.URL, d.Code)
	check(o.tb, err)
	return reply.Token
}

// AddUser makes a user with Password.
func (o *Office) AddUser(login string, role protocol.Role) account.User {
	o.tb.Helper()
	u, err := o.Accounts.SaveUser(o.tb.Context(), account.User{Login: login, Name: "Petugas " + login, Role: role}, Password)
	check(o.tb, err)
	o.API.Stream().AccountsChanged(o.tb.Context())
	return u
}

// LogIn signs a user in on the log-in page, and returns the header with the session's cookie.
func (o *Office) LogIn(login string) http.Header {
	o.tb.Helper()
	jar, err := cookiejar.New(nil)
	check(o.tb, err)
	transport := &http.Transport{DisableKeepAlives: true}
	browser := &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.PostForm(o.URL+"/login", url.Values{"login": {login}, "password": {Password}})
	check(o.tb, err)
	check(o.tb, resp.Body.Close())
	if resp.StatusCode != http.StatusSeeOther {
		o.tb.Fatalf("log in as %s: HTTP %d", login, resp.StatusCode)
	}
	header := http.Header{}
	for _, c := range jar.Cookies(resp.Request.URL) {
		header.Add("Cookie", c.String())
	}
	return header
}

// Connect runs a client of the office until the test ends. URL is filled in; reconnects come quickly.
func (o *Office) Connect(cfg client.Config) *client.Client {
	o.tb.Helper()
	if cfg.URL == "" {
		u, err := client.StreamURL(o.URL)
		check(o.tb, err)
		cfg.URL = u
	}
	if cfg.FirstWait == 0 {
		cfg.FirstWait, cfg.LongestWait = 20*time.Millisecond, 200*time.Millisecond
	}
	c := client.New(cfg)
	ctx, cancel := context.WithCancel(context.WithoutCancel(o.tb.Context()))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Run(ctx) // ends with ctx
	}()
	o.tb.Cleanup(func() { cancel(); <-ended })
	return c
}

// Kiosk connects a new kiosk.
func (o *Office) Kiosk() *client.Client {
	o.tb.Helper()
	return o.Connect(client.Config{Role: protocol.RoleKiosk, Token: o.Token(protocol.RoleKiosk, "K"), Topic: protocol.TopicKiosk})
}

// Officer makes a user, signs her in and connects her to a topic.
func (o *Office) Officer(login, topic string) *client.Client {
	o.tb.Helper()
	o.AddUser(login, protocol.RoleOfficer)
	return o.Connect(client.Config{Role: protocol.RoleOfficer, Header: o.LogIn(login), Topic: topic})
}

// Admin connects the administrator to the supervisor's topic.
func (o *Office) Admin() *client.Client {
	o.tb.Helper()
	return o.Connect(client.Config{Role: protocol.RoleAdmin, Header: o.LogIn("admin"), Topic: protocol.TopicSupervisor})
}

// Await reads updates until one has a view of type V that satisfies ok, and returns it.
func Await[V any](tb testing.TB, c *client.Client, what string, ok func(client.Update, V) bool) (client.Update, V) {
	tb.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	var last client.Update
	for {
		select {
		case last = <-c.Updates():
		case <-deadline.C:
			tb.Fatalf("waited too long for %s; last update: connected %v, seq %d, refused %v, view %s", what, last.Connected, last.Seq, last.Refused, last.View)
		}
		var v V
		if last.View != nil {
			check(tb, json.Unmarshal(last.View, &v))
		}
		if ok(last, v) {
			return last, v
		}
	}
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func must(tb testing.TB) func(*journal.Journal, error) *journal.Journal {
	return func(j *journal.Journal, err error) *journal.Journal { tb.Helper(); check(tb, err); return j }
}

func mustOffice(tb testing.TB) func(*office.Office, error) *office.Office {
	return func(o *office.Office, err error) *office.Office { tb.Helper(); check(tb, err); return o }
}
