package desk_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"loket/queue-server/client"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/desk"
	"loket/queue-server/internal/sandbox"
	"loket/queue-server/internal/stream"
	"loket/queue-server/protocol"
)

var actor = queue.Actor{Kind: queue.ByOfficer, ID: "ana"}

// heard is everything that was written to somewhere.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(p)
}

func (h *heard) bytes() []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return bytes.Clone(h.text.Bytes())
}

// watch keeps every view that a client gets.
func (h *heard) watch(t *testing.T, c *client.Client) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case u := <-c.Updates():
				_, _ = h.Write(u.View) // a buffer takes everything
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-ended })
}

// secrets are personal data as they could lie around: as they are, in small letters, and as encoders write them.
func secrets(people []sandbox.Citizen) map[string]string {
	all := make(map[string]string)
	add := func(what, text string) {
		all[what] = strings.ToLower(text)
		all[what+" in base64"] = strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(text)), "=")
		all[what+" in hex"] = hex.EncodeToString([]byte(text))
		wide := make([]byte, 0, 2*len(text))
		for _, c := range []byte(text) {
			wide = append(wide, c, 0)
		}
		all[what+" in UTF-16"] = strings.ToLower(string(wide))
	}
	for i, p := range people {
		add(fmt.Sprint("NIK ", i), string(p.NIK))
		if len(p.Name) > 3 {
			add(fmt.Sprint("name ", i), p.Name)
		}
		if born, err := time.Parse(time.DateOnly, p.BirthDate); err == nil {
			add(fmt.Sprint("date of birth ", i), born.Format(time.DateOnly))
			add(fmt.Sprint("date of birth, turned, ", i), born.Format("02-01-2006"))
		}
	}
	add("a card", card)
	return all
}

func search(t *testing.T, where string, text []byte, all map[string]string) {
	t.Helper()
	if len(text) == 0 {
		t.Errorf("%s: there is nothing to search", where)
	}
	small := bytes.ToLower(text)
	for what, secret := range all {
		in := small
		if strings.HasSuffix(what, "base64") {
			in = text
		}
		if bytes.Contains(in, []byte(secret)) {
			t.Errorf("%s holds %s", where, what)
		}
	}
}

// visitors are some of the registry's people, the odd names among them.
func visitors(o *registered) []sandbox.Citizen {
	people := o.registry.People()
	return append(people[:14:14], people[len(people)-6:]...)
}

// day is a day of visits, with all that goes wrong in them.
func day(t *testing.T, o *registered, kiosk, officer, admin *client.Client, counter string) {
	t.Helper()
	people := visitors(o)
	for i, p := range people {
		switch i % 4 {
		case 1:
			o.set(t, func(w *sandbox.Switches) { w.Malformed = sandbox.Malformations[i%len(sandbox.Malformations)] })
		case 2:
			o.set(t, func(w *sandbox.Switches) { w.Malformed, w.Code = "", fmt.Sprintf("%02d", i%17+1) })
		default:
			o.set(t, func(w *sandbox.Switches) { w.Malformed, w.Code = "", "" })
		}
		ask := protocol.IdentifyParams{NIK: string(p.NIK), Sure: true}
		if i == 0 {
			ask.Card = card
		}
		who, err := identify(t.Context(), kiosk, ask)
		if err == nil && who.Person.State == protocol.PersonRecheck {
			who, err = identify(t.Context(), kiosk, ask)
		}
		if err != nil {
			t.Fatalf("person %d: %v", i, err)
		}
		take(t, kiosk, who.Person.ID)
		// What is wrong with a NIK is said without it.
		if _, err := identify(t.Context(), kiosk, protocol.IdentifyParams{NIK: string(p.NIK) + "0"}); codeOf(err) != string(protocol.NIKLengthWrong) || strings.Contains(err.Error(), string(p.NIK)) {
			t.Fatalf("17 digits: %s", codeOf(err))
		}
	}
	check(t, officer.Request(t.Context(), protocol.MethodCounterOpen, protocol.CounterParams{CounterID: counter}, nil))
	for i := range people[:6] {
		var call protocol.CallResult
		check(t, officer.Request(t.Context(), protocol.MethodTicketCallNext, protocol.CallParams{CounterID: counter, CallID: client.NewID()}, &call))
		at := protocol.PersonParams{CounterID: counter, Number: call.Number}
		check(t, officer.Request(t.Context(), protocol.MethodPersonReveal, at, nil))
		check(t, officer.Request(t.Context(), protocol.MethodPersonVerify, at, nil))
		if i%5 == 3 { // somebody whose NIK was mistyped: the last one here
			p := people[len(people)-1-i]
			err := officer.Request(t.Context(), protocol.MethodPersonCorrect, protocol.CorrectParams{CounterID: counter, Number: call.Number, NIK: string(p.NIK)}, nil)
			if code := codeOf(err); err != nil && code != "already_waiting" {
				t.Fatal(err)
			}
		}
		check(t, officer.Request(t.Context(), protocol.MethodTicketStart, protocol.CounterParams{CounterID: counter}, nil))
		check(t, officer.Request(t.Context(), protocol.MethodTicketComplete, protocol.CounterParams{CounterID: counter}, nil))
	}
	check(t, admin.Request(t.Context(), protocol.MethodPersonErase, protocol.EraseParams{NIK: string(people[3].NIK), Reason: "surat tentang " + string(people[3].NIK)}, nil))
	check(t, admin.Request(t.Context(), protocol.MethodAuditList, protocol.AuditParams{NIK: string(people[4].NIK)}, nil))
}

// The whole day is searched: files, log, metrics, health, views and audit trail.
func TestADayLeavesNoPersonalDataAnywhere(t *testing.T) {
	dir, log, views := t.TempDir(), &heard{}, &heard{}
	o := start(t, officetest.Config{Dir: dir, Log: log, Limits: stream.Limits{RequestsPerSecond: 1000}, Desk: desk.Config{CitizenWait: 300 * time.Millisecond, Timeout: 500 * time.Millisecond}})
	counter := ""
	o.Running.Read(func(q *queue.Office) {
		for _, c := range q.Catalog.Counters {
			if len(c.Tiers) > 0 && len(c.Tiers[0].Services) > 0 && c.Tiers[0].Services[0] == service {
				counter = string(c.ID)
			}
		}
	})
	kiosk, officer, admin := o.Kiosk(), o.Officer("ana", protocol.TopicLobby+"/"+counter), o.Admin()
	views.watch(t, kiosk)
	views.watch(t, officer)
	views.watch(t, admin)
	day(t, o, kiosk, officer, admin, counter)
	var trail protocol.AuditResult
	check(t, admin.Request(t.Context(), protocol.MethodAuditList, protocol.AuditParams{Limit: 200}, &trail))
	if len(trail.Rows) < 60 {
		t.Fatalf("the trail has %d rows only", len(trail.Rows))
	}
	all := secrets(visitors(o))
	for _, page := range []string{"/metrics", "/healthz"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, o.URL+page, nil)
		check(t, err)
		resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		check(t, err)
		body, err := io.ReadAll(resp.Body)
		check(t, err)
		check(t, resp.Body.Close())
		search(t, page, body, all)
	}
	search(t, "the audit trail", fmt.Appendf(nil, "%+v", trail), all)
	if !bytes.Contains(views.bytes(), []byte("1971********")) {
		t.Error("no view shows a person at all")
	}
	search(t, "a view", views.bytes(), all)
	files, err := filepath.Glob(filepath.Join(dir, "*")) // while the log of the database is there too
	check(t, err)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		check(t, err)
		if len(raw) > 0 { // the lock is empty
			search(t, filepath.Base(f), raw, all)
		}
	}
	o.Stop()
	search(t, "the log", log.bytes(), all)
	raw, err := os.ReadFile(filepath.Join(dir, "loket.db"))
	check(t, err)
	search(t, "the closed database", raw, all)
}
