package browsertest

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"loket/assets/catalog"
	"loket/queue-server/internal/account"
	"loket/queue-server/internal/httpapi"
	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/queue"
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

func newHall(t *testing.T) *hall {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	log, err := journal.Open(ctx, filepath.Join(t.TempDir(), "office.db"), journal.Options{Log: quiet})
	must(t, err)
	t.Cleanup(func() { must(t, log.Close()) })
	running, err := office.Open(ctx, office.Config{Journal: log, Log: quiet})
	must(t, err)
	t.Cleanup(func() { must(t, running.Close()) })
	h := &hall{t: t, office: running}
	h.do(&queue.ChangeCatalog{Header: h.header(), Catalog: kelurahan(t)})

	accounts := account.New(log.DB(), time.Now)
	_, err = accounts.EnsureAdmin(ctx, password)
	must(t, err)
	_, err = accounts.SaveUser(ctx, account.User{Login: "rina", Name: officer.Name, Role: protocol.RoleOfficer}, password)
	must(t, err)

	web := httptest.NewUnstartedServer(nil)
	h.URL = lan("http://" + web.Listener.Addr().String())
	h.api, err = httpapi.New(ctx, httpapi.Config{Office: running, Accounts: accounts, PublicURL: h.URL, Version: "test", Log: quiet})
	must(t, err)
	web.Config.Handler = h.api
	web.Start()
	t.Cleanup(func() { h.api.Close(); web.Close() })
	return h
}

// kelurahan is the sample office, open at any time of day.
func kelurahan(t *testing.T) (c queue.Catalog) {
	t.Helper()
	raw, err := catalog.Sample("kelurahan")
	must(t, err)
	must(t, json.Unmarshal(raw, &c))
	c.Schedule = queue.Schedule{Week: map[string][]queue.Span{}}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		c.Schedule.Week[day] = []queue.Span{{From: "00:00", To: "24:00"}}
	}
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func (h *hall) header() queue.Header {
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
		h.do(&queue.IssueTicket{Header: h.header(), TicketID: id, ServiceID: queue.ServiceID(service)})
		h.do(&queue.ConfirmTicket{Header: h.header(), TicketID: id, How: "printed"})
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
