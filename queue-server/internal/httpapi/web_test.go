package httpapi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"loket/queue-server/client"
	"loket/queue-server/internal/httpapi"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// browser is an HTTP client that follows no redirect and keeps no connection.
func browser() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// fetch does one request and returns its status, header and body.
func fetch(t *testing.T, method, address string, header http.Header, body string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := browser().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() // read to its end
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(raw)
}

var form = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}

func logIn(t *testing.T, o *officetest.Office, login, password string) (int, string) {
	t.Helper()
	status, _, body := fetch(t, http.MethodPost, o.URL+"/login", form, url.Values{"login": {login}, "password": {password}}.Encode())
	return status, body
}

func TestAWrongLogInSaysNotWhetherTheLoginExistsAndIsThrottled(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	known, knownBody := logIn(t, o, "admin", "wrong-password")
	nobody, nobodyBody := logIn(t, o, "nobody", "wrong-password")
	if known != http.StatusUnauthorized || nobody != known {
		t.Fatalf("HTTP %d for a login that exists, %d for one that does not", known, nobody)
	}
	if strings.ReplaceAll(knownBody, "admin", "") != strings.ReplaceAll(nobodyBody, "nobody", "") {
		t.Error("the page tells whether the login exists")
	}
	for _, login := range []string{"admin", "nobody"} {
		last := 0
		for range 6 {
			last, _ = logIn(t, o, login, "wrong-password")
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("HTTP %d after many tries of %s", last, login)
		}
	}
	if status, _ := logIn(t, o, "admin", officetest.Password); status != http.StatusTooManyRequests {
		t.Errorf("the right password in between many wrong ones: HTTP %d", status)
	}
}

func TestTheSessionCookieIsSafeAndALogOutEndsTheStream(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	status, header, _ := fetch(t, http.MethodPost, o.URL+"/login", form, url.Values{"login": {"ADMIN "}, "password": {officetest.Password}}.Encode())
	cookie := header.Get("Set-Cookie")
	if status != http.StatusSeeOther || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
		t.Fatalf("HTTP %d with the cookie %q", status, cookie)
	}
	session := http.Header{"Cookie": {strings.SplitN(cookie, ";", 2)[0]}}
	admin := o.Connect(client.Config{Role: protocol.RoleAdmin, Topic: protocol.TopicSupervisor, Header: session})
	officetest.Await(t, admin, "the supervisor's view", func(u client.Update, v protocol.SupervisorView) bool {
		return u.Connected && v.Officer.Role == protocol.RoleAdmin
	})
	if status, _, _ := fetch(t, http.MethodPost, o.URL+"/logout", session, ""); status != http.StatusSeeOther {
		t.Fatalf("log-out: HTTP %d", status)
	}
	officetest.Await(t, admin, "the stream to end with the session", func(u client.Update, _ protocol.SupervisorView) bool {
		return u.Refused != nil && u.Refused.Code == protocol.CodeLoginRequired
	})
	if status, _, _ := fetch(t, http.MethodGet, o.URL+"/admin/catalog.json", session, ""); status != http.StatusUnauthorized {
		t.Errorf("the old cookie still opens the catalogue: HTTP %d", status)
	}
}

func TestOnlyAnAdministratorGetsAtTheCatalogue(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	o.AddUser("rina", protocol.RoleOfficer)
	for _, c := range []struct {
		name    string
		session http.Header
		want    int
	}{{"nobody", nil, http.StatusUnauthorized}, {"an officer", o.LogIn("rina"), http.StatusForbidden}} {
		for method, path := range map[string]string{http.MethodGet: "/admin/catalog.json", http.MethodPost: "/admin/catalog"} {
			if status, _, _ := fetch(t, method, o.URL+path, c.session, "{}"); status != c.want {
				t.Errorf("%s %s by %s: HTTP %d, want %d", method, path, c.name, status, c.want)
			}
		}
	}
}

func TestTheCatalogueGoesOutAndInAsOneFile(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	admin := o.LogIn("admin")
	status, _, file := fetch(t, http.MethodGet, o.URL+"/admin/catalog.json", admin, "")
	var c queue.Catalog
	if err := json.Unmarshal([]byte(file), &c); err != nil || status != http.StatusOK {
		t.Fatalf("export: HTTP %d, %v", status, err)
	}
	c.Office.Place.ID = "Kota Contoh"
	changed, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if status, _, body := fetch(t, http.MethodPost, o.URL+"/admin/catalog", admin, string(changed)); status != http.StatusOK {
		t.Fatalf("import: HTTP %d %s", status, body)
	}
	if _, _, after := fetch(t, http.MethodGet, o.URL+"/admin/catalog.json", admin, ""); !strings.Contains(after, "Kota Contoh") {
		t.Error("the imported catalogue is not the office's")
	}
	c.Office.TimeZone = "Mars/Olympus"
	broken, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		string(broken): "catalog_invalid", "{": protocol.CodeBadJSON, `{"offices":{}}`: protocol.CodeBadJSON,
		`{"x":"` + strings.Repeat("x", protocol.MaxCatalogBytes) + `"}`: protocol.CodeFrameTooLarge,
	} {
		status, _, answer := fetch(t, http.MethodPost, o.URL+"/admin/catalog", admin, body)
		var reply protocol.ErrorReply
		if err := json.Unmarshal([]byte(answer), &reply); err != nil || reply.Error.Code != want || status != protocol.Status(want) {
			t.Errorf("%.30s: HTTP %d %.200s, want %s", body, status, answer, want)
		}
	}
}

func TestAPostFromAnotherSiteIsRefused(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	header := form.Clone()
	header.Set("Origin", "http://evil.example")
	body := url.Values{"login": {"admin"}, "password": {officetest.Password}}.Encode()
	if status, h, _ := fetch(t, http.MethodPost, o.URL+"/login", header, body); status != http.StatusForbidden || h.Get("Set-Cookie") != "" {
		t.Errorf("HTTP %d, cookie %q", status, h.Get("Set-Cookie"))
	}
}

func TestPagesAreStrict(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	for _, path := range []string{"/login", "/healthz", "/nowhere", "/v1/nowhere"} {
		_, header, _ := fetch(t, http.MethodGet, o.URL+path, nil, "")
		policy := header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", path, header)
		}
	}
}

func TestHealthAndMetricsTellTheTruth(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	_, service := seat(o)
	issue(t, o.Kiosk(), service)
	status, _, body := fetch(t, http.MethodGet, o.URL+"/healthz", nil, "")
	var h httpapi.Health
	if err := json.Unmarshal([]byte(body), &h); err != nil || status != http.StatusOK || !h.OK || h.Seq < 4 || h.Office != "mpp-pangkalpinang" {
		t.Errorf("HTTP %d %s", status, body)
	}
	_, _, metrics := fetch(t, http.MethodGet, o.URL+"/metrics", nil, "")
	for _, line := range []string{
		`loket_requests_total{code="ok",method="ticket.issue"} 1`, "loket_tickets_waiting 1", `loket_connections{role="kiosk"} 1`,
	} {
		if !strings.Contains(metrics, line+"\n") {
			t.Errorf("no line %q in the metrics", line)
		}
	}
}

func TestAPairingCodeWorksOnceAndTriesAreThrottled(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	admin := o.Admin()
	var code protocol.DeviceCode
	ask(t, admin, protocol.MethodDeviceAdd, protocol.DeviceParams{Name: "K1", Role: protocol.RoleKiosk}, &code)
	reply, err := client.Pair(t.Context(), o.URL, strings.ToLower(code.Code))
	if err != nil || reply.Token == "" || reply.Role != protocol.RoleKiosk {
		t.Fatalf("pair: %+v, %v", reply, err)
	}
	officetest.Await(t, admin, "the device to be paired", func(_ client.Update, v protocol.SupervisorView) bool {
		return len(v.Devices) == 1 && v.Devices[0].Paired && v.Devices[0].Code == ""
	})
	kiosk := o.Connect(client.Config{Role: protocol.RoleKiosk, Token: reply.Token, Topic: protocol.TopicKiosk})
	officetest.Await(t, admin, "the device to be online", func(_ client.Update, v protocol.SupervisorView) bool {
		return len(v.Devices) == 1 && v.Devices[0].Online
	})
	var last string
	for range 12 {
		_, _, body := fetch(t, http.MethodPost, o.URL+"/v1/pair", nil, `{"code":"`+code.Code+`"}`)
		last = body
	}
	if !strings.Contains(last, protocol.CodeRateLimited) {
		t.Errorf("after many tries: %s", last)
	}
	ask(t, admin, protocol.MethodDeviceRemove, protocol.IDParams{ID: code.ID}, nil)
	officetest.Await(t, kiosk, "the removed device to be shut out", func(u client.Update, _ protocol.KioskView) bool {
		return u.Refused != nil && u.Refused.Code == protocol.CodeTokenInvalid
	})
}

func TestAnAdministratorsChangesReachEverybody(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	admin := o.Admin()
	_, view := officetest.Await(t, admin, "the supervisor's view", func(u client.Update, _ protocol.SupervisorView) bool { return u.Connected })
	ask(t, admin, protocol.MethodUserSave, protocol.UserParams{Login: "sari", Name: "Sari Contoh", Role: protocol.RoleOfficer, Password: officetest.Password}, nil)
	refused(t, admin, protocol.MethodUserSave, protocol.UserParams{Login: "sari", Name: "X", Role: protocol.RoleOfficer, Password: officetest.Password}, "login_taken")
	refused(t, admin, protocol.MethodUserRemove, protocol.IDParams{ID: view.Officer.ID}, "last_admin")
	_, view = officetest.Await(t, admin, "the new user", func(_ client.Update, v protocol.SupervisorView) bool { return len(v.Users) == 2 })
	sari := view.Users[slices.IndexFunc(view.Users, func(u protocol.User) bool { return u.Login == "sari" })]

	officer := o.Connect(client.Config{Role: protocol.RoleOfficer, Topic: protocol.TopicLobby, Header: o.LogIn("sari")})
	officetest.Await(t, officer, "the lobby", func(_ client.Update, v protocol.LobbyView) bool { return v.Officer.Name == "Sari Contoh" })
	ask(t, admin, protocol.MethodUserSave, protocol.UserParams{ID: sari.ID, Login: "sari", Name: "Sari", Role: protocol.RoleOfficer, Disabled: true}, nil)
	officetest.Await(t, officer, "the disabled user to be shut out", func(u client.Update, _ protocol.LobbyView) bool {
		return u.Refused != nil && u.Refused.Code == protocol.CodeLoginRequired
	})

	service := view.Services[0]
	service.Closed = true
	kiosk := o.Kiosk()
	ask(t, admin, protocol.MethodServiceSave, service, nil)
	officetest.Await(t, kiosk, "the service to be closed", func(_ client.Update, v protocol.KioskView) bool {
		return len(v.Services) > 0 && v.Services[0].ClosedCode == "service_closed"
	})
	counter := view.Counters[0]
	counter.Number = view.Counters[1].Number
	refused(t, admin, protocol.MethodCounterSave, counter, "catalog_invalid")
	counter.ID, counter.Number = "", 99
	ask(t, admin, protocol.MethodCounterSave, counter, nil)
	_, view = officetest.Await(t, admin, "the new counter", func(_ client.Update, v protocol.SupervisorView) bool {
		return len(v.Counters) == len(view.Counters)+1
	})
	ask(t, admin, protocol.MethodCounterDrop, protocol.IDParams{ID: view.Counters[len(view.Counters)-1].ID}, nil)
	refused(t, admin, protocol.MethodCounterDrop, protocol.IDParams{ID: "nowhere"}, "counter_unknown")
}

func TestTheLogHoldsNoPasswordNoQueryAndNoToken(t *testing.T) {
	var lines syncBuffer
	o := officetest.Start(t, officetest.Config{Log: &lines})
	_, service := seat(o)
	ticket := issue(t, o.Kiosk(), service)
	fetch(t, http.MethodGet, o.URL+"/T/"+ticket.Token+"?nik=1234", nil, "")
	logIn(t, o, "sari@example", "wrong-password")
	o.LogIn("admin")
	for _, word := range []string{ticket.Token, "nik=", "wrong-password", officetest.Password, "sari@example", "127.0.0.1"} {
		if strings.Contains(lines.String(), word) {
			t.Errorf("the log has %q", word)
		}
	}
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
