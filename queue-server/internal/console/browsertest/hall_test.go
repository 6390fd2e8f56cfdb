package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"loket/assets/catalog"
	"loket/queue-server/internal/account"
	"loket/queue-server/internal/httpapi"
	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry"
	registrydesk "loket/queue-server/internal/registry/desk"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

const (
	password = "rahasia-sekali-2026"
	domicile = "kelurahan-domisili"
	business = "kelurahan-usaha"
)

// hall is a whole kelurahan: the real server on a database file, with an administrator and an officer.
type hall struct {
	t      *testing.T
	URL    string
	office *office.Office
	api    *httpapi.API
	n      int // tickets issued
}

// furnished makes the database of a kelurahan with its users once; hashing passwords takes its time.
var furnished = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "loket-hall-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a leftover in the temporary folder harms nobody
	path := filepath.Join(dir, "office.db")
	if err := furnish(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func furnish(path string) (err error) {
	ctx := context.Background()
	log, err := journal.Open(ctx, path, journal.Options{Log: quiet})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	c, err := kelurahan()
	if err != nil {
		return err
	}
	running, err := office.Open(ctx, office.Config{Journal: log, Log: quiet})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, running.Close()) }()
	if _, err := running.Do(ctx, &queue.ChangeCatalog{Header: header(), Catalog: c}); err != nil {
		return err
	}
	accounts := account.New(log.DB(), time.Now)
	if _, err := accounts.EnsureAdmin(ctx, password); err != nil {
		return err
	}
	_, err = accounts.SaveUser(ctx, account.User{Login: "rina", Name: officer.Name, Role: protocol.RoleOfficer}, password)
	return err
}

// book is a registry with one made-up person in it.
type book struct{}

func (book) Lookup(_ context.Context, r registry.Request) (registry.Result, error) {
	if string(r.NIK) == madeUp {
		return registry.Result{State: protocol.PersonVerified, Code: "01", Name: revealed.Name}, nil
	}
	return registry.Result{State: protocol.PersonRecheck, Code: "13"}, nil
}

// quiet is the log of servers in tests.
var quiet = slog.New(slog.DiscardHandler)

func newHall(t *testing.T) *hall {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	file, err := furnished()
	must(t, err)
	path := filepath.Join(t.TempDir(), "office.db")
	must(t, os.WriteFile(path, file, 0o600))
	log, err := journal.Open(ctx, path, journal.Options{Log: quiet})
	must(t, err)
	t.Cleanup(func() { must(t, log.Close()) })
	running, err := office.Open(ctx, office.Config{Journal: log, Log: quiet})
	must(t, err)
	t.Cleanup(func() { must(t, running.Close()) })
	keys, err := vault.OpenKeyring(filepath.Join(t.TempDir(), "person.keys"), true)
	must(t, err)
	persons, err := vault.Open(ctx, log.DB(), keys, time.Now)
	must(t, err)
	who, err := registrydesk.New(registrydesk.Config{Store: persons, Office: running, Lookup: book{}, Adapter: "call_nik", Log: quiet})
	must(t, err)
	t.Cleanup(who.Close)
	h := &hall{t: t, office: running}

	web := httptest.NewUnstartedServer(nil)
	h.URL = lan("http://" + web.Listener.Addr().String())
	h.api, err = httpapi.New(ctx, httpapi.Config{
		Office: running, Accounts: account.New(log.DB(), time.Now), Persons: who, PublicURL: h.URL, Version: "test", Log: quiet,
	})
	must(t, err)
	web.Config.Handler = h.api
	web.Start()
	t.Cleanup(func() { h.api.Close(); web.Close() })
	return h
}

// kelurahan is the sample office, open at any time of day.
func kelurahan() (c queue.Catalog, err error) {
	raw, err := catalog.Sample("kelurahan")
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return c, err
	}
	c.Schedule = queue.Schedule{Week: map[string][]queue.Span{}}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		c.Schedule.Week[day] = []queue.Span{{From: "00:00", To: "24:00"}}
	}
	return c, nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func header() queue.Header {
	return queue.Header{ID: queue.CommandID(newID()), Actor: queue.Actor{Kind: queue.BySystem}}
}

func (h *hall) do(c queue.Command) {
	h.t.Helper()
	_, err := h.office.Do(context.Background(), c)
	must(h.t, err)
}

// issue gives out tickets of a service and returns the id of the last.
func (h *hall) issue(service string, count int) queue.TicketID {
	h.t.Helper()
	var id queue.TicketID
	for range count {
		id = queue.TicketID(newID())
		h.do(&queue.IssueTicket{Header: header(), TicketID: id, ServiceID: queue.ServiceID(service)})
		h.do(&queue.ConfirmTicket{Header: header(), TicketID: id, How: "printed"})
	}
	return id
}

// states counts today's tickets by state.
func (h *hall) states() map[queue.TicketState]int {
	out := map[queue.TicketState]int{}
	h.office.Read(func(o *queue.Office) {
		for _, ticket := range o.Tickets {
			out[ticket.State]++
		}
	})
	return out
}

// state is the state of the ticket with a number such as "A-001".
func (h *hall) state(number string) (state queue.TicketState) {
	h.office.Read(func(o *queue.Office) {
		for _, ticket := range o.Tickets {
			if ticket.Number.String() == number {
				state = ticket.State
			}
		}
	})
	return state
}

// signIn goes through the log-in page.
func (h *hall) signIn(tb *tab, login string) {
	tb.t.Helper()
	tb.open("/")
	tb.fill("#login", login)
	tb.fill("#password", password)
	tb.press(enter)
	tb.until(`location.pathname !== "/login"`)
}

// sit signs the officer in and opens counter 1.
func (h *hall) sit(tb *tab) {
	tb.t.Helper()
	h.signIn(tb, "rina")
	tb.click("#counters li:first-child button")
	tb.until(`location.pathname === "/console/loket-1"`)
	tb.says("#now-state", "Loket buka")
}
