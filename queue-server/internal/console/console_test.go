package console

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"loket/assets/lang"
	"loket/queue-server/protocol"
)

const knownToken = "7K3QZ0M4XH2B9"

func newPages(t *testing.T, who Viewer) *Pages {
	t.Helper()
	p, err := New(Config{
		Office: func() protocol.Office {
			return protocol.Office{Name: protocol.Text{ID: "Kantor <b>Contoh</b>"}, Place: protocol.Text{ID: "Kota"}}
		},
		Viewer:    func(*http.Request) (Viewer, bool) { return who, who.Name != "" },
		HasTicket: func(token string) bool { return token == knownToken },
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

var (
	nobody  = Viewer{}
	officer = Viewer{Name: "Rina Marlina", Role: protocol.RoleOfficer}
	admin   = Viewer{Name: "Budi Santoso", Role: protocol.RoleAdmin}
)

func TestWhoSeesWhat(t *testing.T) {
	for _, c := range []struct {
		name, path string
		who        Viewer
		status     int
		location   string
	}{
		{"home of nobody", "/", nobody, 303, "/login"},
		{"home of an officer", "/", officer, 303, "/console"},
		{"home of an administrator", "/", admin, 303, "/admin"},
		{"log-in", "/login", nobody, 200, ""},
		{"log-in when signed in", "/login", officer, 303, "/console"},
		{"console of nobody", "/console", nobody, 303, "/login"},
		{"counter of nobody", "/console/loket-1", nobody, 303, "/login"},
		{"console", "/console", officer, 200, ""},
		{"counter", "/console/loket-1", officer, 200, ""},
		{"console of an administrator", "/console/loket-1", admin, 200, ""},
		{"admin of nobody", "/admin", nobody, 303, "/login"},
		{"admin of an officer", "/admin", officer, 403, ""},
		{"admin", "/admin", admin, 200, ""},
		{"ticket", "/t/" + knownToken, nobody, 200, ""},
		{"ticket in capitals", "/T/" + knownToken, nobody, 200, ""},
		{"ticket typed in small letters", "/t/" + strings.ToLower(knownToken), nobody, 200, ""},
		{"unknown ticket", "/t/7K3QZ0M4XH2B8", nobody, 404, ""},
		{"no such page", "/loket", officer, 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := get(t, newPages(t, c.who), c.path)
			if w.Code != c.status || w.Header().Get("Location") != c.location {
				t.Fatalf("GET %s answers %d to %q, want %d to %q", c.path, w.Code, w.Header().Get("Location"), c.status, c.location)
			}
			if c.location == "" && w.Header().Get("Cache-Control") != "no-store" {
				t.Error("the page may be cached, although it follows the session")
			}
		})
	}
}

// inline finds what the Content-Security-Policy forbids, and addresses outside of this server.
var inline = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|javascript:|<script(?:>| [^>]*type="module"[^>]*>[^<])|(?:src|href|action)="(?:https?:)?//`)

func TestPagesNeedNothingInlineOrFromOutside(t *testing.T) {
	pages := map[string]Viewer{"/login": nobody, "/console": officer, "/admin": admin, "/t/" + knownToken: nobody, "/nowhere": nobody}
	for path, who := range pages {
		if found := inline.FindString(get(t, newPages(t, who), path).Body.String()); found != "" {
			t.Errorf("%s has %q", path, found)
		}
	}
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(name)
		for _, word := range []string{"innerHTML", "insertAdjacentHTML", "document.write", "eval(", "https://", "url("} {
			if strings.Contains(string(body), word) {
				t.Errorf("%s has %q", name, word)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNamesAreEscaped(t *testing.T) {
	body := get(t, newPages(t, Viewer{Name: `<img src=x onerror="1">`, Role: protocol.RoleOfficer}), "/console").Body.String()
	if strings.Contains(body, "<img") || strings.Contains(body, "<b>Contoh") {
		t.Error("a name of the office or the viewer came through as markup")
	}
}

func TestRefusedLogInKeepsTheLoginAndSaysWhy(t *testing.T) {
	w := httptest.NewRecorder()
	newPages(t, nobody).RenderLogin(w, http.StatusUnauthorized, LoginForm{Login: "rina", Notice: "login_failed"})
	body := w.Body.String()
	if w.Code != http.StatusUnauthorized || !strings.Contains(body, `value="rina"`) || !strings.Contains(body, lang.T("id", "error.login_failed")) {
		t.Errorf("the page answers %d:\n%s", w.Code, body)
	}
	w = httptest.NewRecorder()
	newPages(t, nobody).RenderLogin(w, http.StatusInternalServerError, LoginForm{Notice: "never heard of"})
	if !strings.Contains(w.Body.String(), lang.T("id", "error.internal")) {
		t.Error("an unknown code is not told as a fault of ours")
	}
}

func TestStaticFilesMayBeKeptForGoodUnderTheirVersion(t *testing.T) {
	p := newPages(t, nobody)
	address := regexp.MustCompile(`/static/[0-9a-f]{12}/css/base\.css`).FindString(get(t, p, "/login").Body.String())
	w := get(t, p, address)
	if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("GET %s answers %d %v", address, w.Code, w.Header())
	}
	old := get(t, p, "/static/000000000000/js/console.js")
	if old.Code != 200 || old.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("an old page's script answers %d %v, want the present file, not to be kept", old.Code, old.Header())
	}
	for _, path := range []string{"/static/" + p.staticVersion() + "/nothing.js", "/static/x/../console.go", "/static/"} {
		if w := get(t, p, path); w.Code == 200 {
			t.Errorf("GET %s answers 200", path)
		}
	}
}

func (p *Pages) staticVersion() string {
	s, err := newStatic()
	if err != nil {
		panic(err) // New has made the same
	}
	return s.version
}

// used finds the keys of texts that a script asks for.
var used = regexp.MustCompile(`(?:\bt\('|data-t=")([a-z_.]+)['"]`)

func TestEveryWordOfTheTicketPageExistsInBothLanguages(t *testing.T) {
	script, err := staticFiles.ReadFile("static/js/ticket.js")
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := templateFiles.ReadFile("templates/ticket.html")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, hit := range used.FindAllStringSubmatch(string(script)+string(sheet), -1) {
		keys[hit[1]] = true
	}
	keys["minutes"], keys["hours"] = true, true // chosen by the length of the wait
	for _, state := range []string{"printing", "waiting", "soon", "called", "serving", "held", "no_show", "completed", "cancelled", "expired"} {
		keys["say."+state+".title"], keys["say."+state+".text"] = true, true
	}
	if len(keys) < 30 {
		t.Fatalf("only %d keys were found: the pattern misses some", len(keys))
	}
	for _, language := range []string{"id", "en"} {
		have := map[string]bool{}
		for _, key := range lang.Keys(language) {
			have[key] = true
		}
		for key := range keys {
			if !have["phone."+key] {
				t.Errorf("phone.%s is missing in %s", key, language)
			}
		}
	}
}
