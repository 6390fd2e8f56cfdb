package main

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"loket/queue-server/client"
	"loket/queue-server/internal/sandbox"
	"loket/queue-server/protocol"
)

const adminPassword = "rahasia-sekali"

// day is a server with a registry, those who work with it, and everything that it said to anybody.
type day struct {
	t        *testing.T
	url      string
	dir      string
	lines    *logLines
	stop     func() int
	registry *sandbox.Sandbox
	kiosks   [8]*client.Client // several, since each may ask in vain only so often
	kiosk    *client.Client    // of the present visitor
	officer  *client.Client
	admin    *client.Client

	mu   sync.Mutex
	said map[string]*strings.Builder // by where
}

// startDay opens an office with a kiosk, a board, an officer at counter 1 and an administrator.
func startDay(t *testing.T) *day {
	t.Helper()
	d := &day{t: t, dir: t.TempDir(), said: map[string]*strings.Builder{}}
	var err error
	d.registry, err = sandbox.New(sandbox.Config{})
	d.check(err)
	t.Cleanup(func() { d.check(d.registry.Close()) })
	_, err = d.registry.Listen("127.0.0.1:0")
	d.check(err)
	settings, err := d.registry.WriteConfig(t.TempDir(), "call_nik")
	d.check(err)
	password := filepath.Join(t.TempDir(), "password")
	d.check(os.WriteFile(password, []byte(adminPassword+"\n"), 0o600))
	d.lines, d.stop = serving(t, "--data", d.dir, "--open-all-hours", "--requests-per-second", "1000", "--registry", settings, "--admin-password-file", password)
	d.url = regexp.MustCompile(`public_url=(\S+)`).FindStringSubmatch(d.lines.await(t, "office is open"))[1]
	d.admin = d.connect("supervisor", client.Config{Role: protocol.RoleAdmin, Header: d.logIn("admin"), Topic: protocol.TopicSupervisor})
	d.ask(d.admin, protocol.MethodUserSave, protocol.UserParams{Login: "rina", Name: "Petugas Rina", Role: protocol.RoleOfficer, Password: adminPassword}, nil)
	for i := range d.kiosks {
		token := d.pair(fmt.Sprint("K", i+1), protocol.RoleKiosk)
		d.kiosks[i] = d.connect("kiosk", client.Config{Role: protocol.RoleKiosk, Token: token, Topic: protocol.TopicKiosk})
	}
	d.connect("board", client.Config{Role: protocol.RoleDisplay, Token: d.pair("Layar", protocol.RoleDisplay), Topic: protocol.TopicBoard + "all"})
	d.officer = d.connect("console", client.Config{Role: protocol.RoleOfficer, Header: d.logIn("rina"), Topic: protocol.TopicConsole + "loket-1"})
	d.ask(d.officer, protocol.MethodCounterOpen, protocol.CounterParams{CounterID: "loket-1"}, nil)
	return d
}

func (d *day) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// heard keeps what somebody saw or could have seen.
func (d *day) heard(where, what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.said[where] == nil {
		d.said[where] = &strings.Builder{}
	}
	d.said[where].WriteString(what + "\n")
}

func (d *day) logIn(login string) http.Header {
	d.t.Helper()
	jar, err := cookiejar.New(nil)
	d.check(err)
	transport := &http.Transport{DisableKeepAlives: true}
	browser := &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := browser.PostForm(d.url+"/login", url.Values{"login": {login}, "password": {adminPassword}})
	d.check(err)
	d.check(res.Body.Close())
	header := http.Header{}
	for _, c := range jar.Cookies(res.Request.URL) {
		header.Add("Cookie", c.String())
	}
	return header
}

func (d *day) pair(name string, role protocol.Role) string {
	d.t.Helper()
	var code protocol.DeviceCode
	d.ask(d.admin, protocol.MethodDeviceAdd, protocol.DeviceParams{Name: name, Role: role}, &code)
	reply, err := client.Pair(d.t.Context(), d.url, code.Code)
	d.check(err)
	return reply.Token
}

// connect runs a client, and keeps every view that it gets.
func (d *day) connect(where string, cfg client.Config) *client.Client {
	d.t.Helper()
	var err error
	cfg.URL, err = client.StreamURL(d.url)
	d.check(err)
	c := client.New(cfg)
	ctx, cancel := context.WithCancel(context.WithoutCancel(d.t.Context()))
	var all sync.WaitGroup
	all.Go(func() { _ = c.Run(ctx) }) // ends with ctx
	all.Go(func() {
		for {
			select {
			case u := <-c.Updates():
				d.heard(where, string(u.View))
			case <-ctx.Done():
				return
			}
		}
	})
	d.t.Cleanup(func() { cancel(); all.Wait() })
	return c
}

// ask makes a request that must be accepted. Its result is not kept: it goes to who asked only.
func (d *day) ask(c *client.Client, method string, params, result any) {
	d.t.Helper()
	if e := d.try(c, method, params, result); e != nil {
		d.t.Fatalf("%s: %v", method, e)
	}
}

// try makes a request, and keeps the words of a refusal.
func (d *day) try(c *client.Client, method string, params, result any) *protocol.Error {
	d.t.Helper()
	err := c.Request(d.t.Context(), method, params, result)
	var refusal *protocol.Error
	if err != nil && !errors.As(err, &refusal) {
		d.t.Fatalf("%s: %v", method, err)
	}
	if refusal != nil {
		d.heard("refusals", refusal.Error())
	}
	return refusal
}

// refused makes a request that must not be accepted.
func (d *day) refused(c *client.Client, method string, params any) {
	d.t.Helper()
	if d.try(c, method, params, nil) == nil {
		d.t.Errorf("%s was accepted", method)
	}
}

// get keeps a page.
func (d *day) get(where, address string, header http.Header) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, address, nil)
	d.check(err)
	if header != nil {
		req.Header = header
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	d.check(err)
	body, err := io.ReadAll(res.Body)
	d.check(errors.Join(err, res.Body.Close()))
	d.heard(where, fmt.Sprint(res.Header)+string(body))
}

// visitor is a made-up citizen with her card.
type visitor struct {
	sandbox.Citizen
	card   string
	number string
	token  string
}

// comes is the whole visit at the kiosk: an unknown card, the NIK once, a ticket.
func (d *day) comes(v *visitor) {
	d.t.Helper()
	if e := d.try(d.kiosk, protocol.MethodPersonIdentify, protocol.IdentifyParams{Card: v.card, ServiceID: "dukcapil-kk"}, nil); e == nil || e.Code != protocol.CodeCardUnknown {
		d.t.Fatalf("a card that was never bound: %v", e)
	}
	who := protocol.IdentifyParams{Card: v.card, NIK: string(v.NIK), ServiceID: "dukcapil-kk"}
	var found protocol.IdentifyResult
	d.ask(d.kiosk, protocol.MethodPersonIdentify, who, &found)
	if found.Person.State == protocol.PersonRecheck {
		who.Sure = true
		d.ask(d.kiosk, protocol.MethodPersonIdentify, who, &found)
	}
	raw, err := json.Marshal(found)
	d.check(err)
	d.heard("kiosk: who it is", string(raw))
	ticket := client.NewID()
	var issued protocol.IssueResult
	d.ask(d.kiosk, protocol.MethodTicketIssue, protocol.IssueParams{TicketID: ticket, ServiceID: "dukcapil-kk", PersonID: found.Person.ID, Priority: found.Suggest}, &issued)
	d.heard("QR code", issued.Address)
	d.ask(d.kiosk, protocol.MethodTicketConfirm, protocol.ConfirmParams{TicketID: ticket, How: "printed"}, nil)
	v.number, v.token = issued.Number, issued.Token
	d.get("phone", d.url+"/t/"+issued.Token, nil)
}

// isServed is the visit at the counter, with everything an officer may do with a person; mistaken is when the ticket
// turns out to be somebody else's.
func (d *day) isServed(v *visitor, mistaken bool) {
	d.t.Helper()
	d.ask(d.officer, protocol.MethodTicketCall, protocol.CallParams{CounterID: "loket-1", CallID: client.NewID(), Number: v.number}, nil)
	d.ask(d.officer, protocol.MethodTicketStart, protocol.CounterParams{CounterID: "loket-1"}, nil)
	at := protocol.PersonParams{CounterID: "loket-1", Number: v.number}
	var shown protocol.RevealResult
	d.ask(d.officer, protocol.MethodPersonReveal, at, &shown)
	if shown.NIK != string(v.NIK) {
		d.t.Fatalf("the officer at the counter is shown another person")
	}
	d.heard("control", shown.NIK+" "+shown.Name)
	d.ask(d.officer, protocol.MethodPersonVerify, at, nil)
	d.refused(d.officer, protocol.MethodPersonBind, protocol.BindParams{CounterID: "loket-1", Number: v.number, Card: "08" + v.card[2:8]})
	d.ask(d.officer, protocol.MethodPersonBind, protocol.BindParams{CounterID: "loket-1", Number: v.number, Card: v.card}, nil)
	d.refused(d.officer, protocol.MethodPersonCorrect, protocol.CorrectParams{CounterID: "loket-1", Number: v.number, NIK: string(v.NIK)[:12] + "0000"})
	if mistaken {
		other := d.registry.People()[31]
		d.ask(d.officer, protocol.MethodPersonCorrect, protocol.CorrectParams{CounterID: "loket-1", Number: v.number, NIK: string(other.NIK)}, nil)
	}
	d.ask(d.officer, protocol.MethodTicketComplete, protocol.CounterParams{CounterID: "loket-1"}, nil)
}

// visitors are the registry's people with made-up cards.
func (d *day) visitors(n int) []visitor {
	out := make([]visitor, 0, n)
	for i, c := range d.registry.People()[:n] {
		out = append(out, visitor{Citizen: c, card: fmt.Sprintf("04%012X", 0xA1B2C3D4E5F6-i*7919)})
	}
	return out
}

// mistakes puts personal data where it does not belong, as clients in a hurry or with ill will do.
func (d *day) mistakes(v visitor) {
	nik := string(v.NIK)
	d.refused(d.kiosk, protocol.MethodTicketFind, protocol.FindParams{Number: nik, Code: nik[:4]})
	d.refused(d.kiosk, protocol.MethodTicketFind, protocol.FindParams{Token: nik})
	d.refused(d.kiosk, protocol.MethodPersonIdentify, map[string]any{"nik": v.NIK, "name": v.Name})
	d.refused(d.kiosk, protocol.MethodPersonIdentify, map[string]any{"nik": 1.5, "card": nik})
	d.refused(d.kiosk, protocol.MethodPersonIdentify, protocol.IdentifyParams{NIK: nik + "1"})
	d.refused(d.kiosk, protocol.MethodPersonIdentify, protocol.IdentifyParams{NIK: v.Name})
	d.refused(d.kiosk, protocol.MethodPersonIdentify, protocol.IdentifyParams{Card: nik})
	d.refused(d.kiosk, "person."+nik, protocol.IdentifyParams{})
	d.refused(d.kiosk, protocol.MethodTicketIssue, protocol.IssueParams{TicketID: client.NewID(), ServiceID: nik, PersonID: nik})
	d.refused(d.officer, protocol.MethodPersonReveal, protocol.PersonParams{CounterID: nik, Number: v.Name})
	d.get("lost", d.url+"/t/"+nik, nil)
	d.get("lost", d.url+"/"+nik+"?nik="+nik, nil)
}

// TestADayWithPersonsLeavesNoPersonalDataInTheOpen plays a day with people whose NIKs, names, dates of birth and cards
// are known, with a registry that fails in every other way, and then looks for them in all that the server wrote,
// showed, kept and would tell when it crashed. What an officer reveals must be found: that is the proof that
// the search can find anything.
func TestADayWithPersonsLeavesNoPersonalDataInTheOpen(t *testing.T) {
	d := startDay(t)
	people := d.visitors(24)
	faults := []sandbox.Switches{
		{Quota: -1},
		{Quota: -1, Malformed: "html"},
		{Quota: -1, Malformed: "other_nik"},
		{Quota: -1, Malformed: "empty_array"},
		{Quota: -1, Off: true},
		{Quota: -1, Code: "13"},
		{Quota: -1, Code: "05"},
		{Quota: -1, Status: 500, Malformed: "truncated"},
	}
	for i := range people {
		if i%3 == 2 { // the breaker is not to open: two of three are answered
			d.check(d.registry.Set(faults[i/3%len(faults)]))
		} else {
			d.check(d.registry.Set(sandbox.Switches{Quota: -1}))
		}
		d.kiosk = d.kiosks[i%len(d.kiosks)]
		d.comes(&people[i])
		if i < len(d.kiosks) {
			d.mistakes(people[i])
		}
	}
	d.check(d.registry.Set(sandbox.Switches{Quota: -1}))
	for i := range people[:20] {
		d.isServed(&people[i], i == 7)
	}
	d.crashReport(people[21])
	var audit protocol.AuditResult
	d.ask(d.admin, protocol.MethodAuditList, protocol.AuditParams{Limit: 200}, &audit)
	raw, err := json.Marshal(audit)
	d.check(err)
	d.heard("audit trail", string(raw))
	d.ask(d.admin, protocol.MethodPersonErase, protocol.EraseParams{NIK: string(people[3].NIK), Reason: "surat 12/2026"}, nil)
	admin := d.logIn("admin")
	for where, path := range map[string]string{"metrics": "/metrics", "health": "/healthz", "console page": "/console/loket-1", "admin page": "/admin", "catalogue": "/admin/catalog.json"} {
		d.get(where, d.url+path, admin)
	}
	if code := d.stop(); code != 0 {
		t.Fatalf("the server ended with code %d", code)
	}
	d.heard("log", d.lines.await(t, "stopped"))
	copyTo := filepath.Join(d.dir, "copy.db")
	if code, out, errOut := runs(t, "backup", copyTo, "--data", d.dir); code != 0 {
		t.Fatalf("backup: %d %s%s", code, out, errOut)
	}
	if code, out, errOut := runs(t, "verify", "--data", d.dir); code != 0 {
		t.Fatalf("verify: %d %s%s", code, out, errOut)
	}
	d.readFiles()
	for where, said := range d.said {
		hits := 0
		for i := range people {
			for what, needle := range needles(people[i]) {
				if strings.Contains(said.String(), needle) {
					hits++
					if where != "control" {
						t.Errorf("%s of person %d is in: %s", what, i, where)
					}
				}
			}
		}
		if where == "control" && hits == 0 {
			t.Error("the search finds nothing even where there is something")
		}
	}
}

// crashReport keeps what the program would write if it crashed while it asks the registry about somebody.
func (d *day) crashReport(v visitor) {
	d.t.Helper()
	d.check(d.registry.Set(sandbox.Switches{Quota: -1, DelayMs: 300}))
	called := d.registry.Calls("CALL_NIK")
	d.ask(d.officer, protocol.MethodTicketCall, protocol.CallParams{CounterID: "loket-1", CallID: client.NewID(), Number: v.number}, nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = d.officer.Request(d.t.Context(), protocol.MethodPersonCorrect, protocol.CorrectParams{CounterID: "loket-1", Number: v.number, NIK: string(d.registry.People()[30].NIK)}, nil)
	}()
	for d.registry.Calls("CALL_NIK") == called {
		runtime.Gosched()
	}
	stacks := make([]byte, 8<<20)
	d.heard("stacks of a crash", string(stacks[:runtime.Stack(stacks, true)]))
	<-done
}

// readFiles keeps every byte below the office's directory, and the events as text.
func (d *day) readFiles() {
	d.t.Helper()
	d.check(filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		d.heard("file "+filepath.Base(path), string(raw))
		return err
	}))
	db, err := sql.Open("sqlite", "file:"+filepath.Join(d.dir, databaseFile)+"?mode=ro")
	d.check(err)
	defer func() { d.check(db.Close()) }()
	rows, err := db.Query("SELECT kind || ' ' || subject || ' ' || actor || ' ' || CAST(data AS TEXT) FROM event")
	d.check(err)
	defer rows.Close() // only read
	n := 0
	for rows.Next() {
		var text string
		d.check(rows.Scan(&text))
		d.heard("events", text)
		n++
	}
	d.check(rows.Err())
	if n < 100 {
		d.t.Errorf("the day has only %d events", n)
	}
}

// needles are the ways in which a person could be written somewhere.
func needles(v visitor) map[string]string {
	nik := string(v.NIK)
	born, _ := time.Parse(time.DateOnly, v.BirthDate) // the sandbox's own
	out := map[string]string{
		"NIK": nik, "NIK in groups": nik[:4] + " " + nik[4:8] + " " + nik[8:12] + " " + nik[12:], "NIK in parts": nik[:6] + "-" + nik[6:12] + "-" + nik[12:],
		"NIK in hex": hex.EncodeToString([]byte(nik)), "NIK in base64": base64.StdEncoding.EncodeToString([]byte(nik)),
		"NIK in UTF-16": utf16(nik), "date of birth": v.BirthDate, "date of birth, day first": born.Format("02-01-2006"),
		"card": v.card, "card in small letters": strings.ToLower(v.card),
	}
	if len(v.Name) > 4 { // one of the people is called D
		out["name"], out["name in small letters"] = v.Name, strings.ToLower(v.Name)
		words := strings.Fields(strings.ToLower(v.Name))
		for i, w := range words {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
		out["name as written"] = strings.Join(words, " ")
	}
	return out
}

func utf16(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
		b.WriteByte(0)
	}
	return b.String()
}

// TestErasureLeavesStatisticsAsTheyWere erases everybody and compares all that statistics are made from.
func TestErasureLeavesStatisticsAsTheyWere(t *testing.T) {
	d := startDay(t)
	people := d.visitors(12)
	for i := range people {
		d.kiosk = d.kiosks[i%len(d.kiosks)]
		d.comes(&people[i])
	}
	for i := range people[:8] {
		d.isServed(&people[i], false)
	}
	before := d.statistics()
	for _, v := range people {
		var gone protocol.EraseResult
		d.ask(d.admin, protocol.MethodPersonErase, protocol.EraseParams{NIK: string(v.NIK), Reason: "permintaan sendiri"}, &gone)
		if gone.Persons != 1 || gone.Cards != 1 {
			t.Errorf("erased %+v, want one person with one card", gone)
		}
	}
	if after := d.statistics(); after != before || !strings.Contains(before, "completed") {
		t.Errorf("statistics changed with the erasure:\nbefore %s\nafter  %s", before, after)
	}
	if code := d.stop(); code != 0 {
		t.Fatalf("the server ended with code %d", code)
	}
	if code, out, errOut := runs(t, "verify", "--data", d.dir); code != 0 {
		t.Errorf("verify: %d %s%s", code, out, errOut)
	}
}

// statistics are the rows that reports are made from.
func (d *day) statistics() string {
	d.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(d.dir, databaseFile)+"?mode=ro&_pragma=busy_timeout(5000)")
	d.check(err)
	defer func() { d.check(db.Close()) }()
	var out strings.Builder
	for _, query := range []string{
		"SELECT count(*) || ' ' || max(seq) || ' ' || sum(length(data)) FROM event WHERE kind NOT LIKE 'device.%'",
		"SELECT group_concat(day || series || n || service || state || calls || served_ms || issued_at || ended_at) FROM ticket",
		"SELECT group_concat(day || counter || officer || calls || served || served_ms) FROM counter_session",
		"SELECT group_concat(day || opened_at || expired) FROM business_day",
	} {
		var row sql.NullString
		d.check(db.QueryRow(query).Scan(&row))
		out.WriteString(row.String + "\n")
	}
	return out.String()
}
