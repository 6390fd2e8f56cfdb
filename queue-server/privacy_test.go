package main

import (
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"loket/queue-server/client"
	"loket/queue-server/internal/sandbox"
	"loket/queue-server/protocol"
)

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
	d.ask(d.kiosk, protocol.MethodPersonConfirm, protocol.ConfirmPersonParams{PersonID: found.Person.ID, Card: v.card}, nil)
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

// visitors are the registry's people with made-up cards, those with odd names among them.
func (d *day) visitors(n int) []visitor {
	out := make([]visitor, 0, n)
	people := d.registry.People()
	for i, c := range append(people[:n-6:n-6], people[len(people)-6:]...) {
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
	d.refused(d.kiosk, protocol.MethodPersonConfirm, protocol.ConfirmPersonParams{PersonID: nik, Card: v.card})
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
		if i%2 == 1 { // the breaker is not to open: every other one is answered
			d.check(d.registry.Set(faults[i/2%len(faults)]))
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
	d.ask(d.admin, protocol.MethodPersonErase, protocol.EraseParams{NIK: string(people[3].NIK), Reason: "surat tentang " + string(people[3].NIK)}, nil)
	admin := d.logIn("admin")
	for where, path := range map[string]string{"metrics": "/metrics", "health": "/healthz", "console page": "/console/loket-1", "admin page": "/admin", "catalogue": "/admin/catalog.json"} {
		d.get(where, d.url+path, admin)
	}
	d.readFiles() // while the database's log is there too
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
	for where, said := range d.everything() {
		hits := 0
		for i := range people {
			for what, needle := range needles(people[i]) {
				if strings.Contains(said, needle) {
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
