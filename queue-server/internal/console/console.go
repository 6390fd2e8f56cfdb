// Package console has the web pages of an office: log-in, the officer's console, the
// administrator's page and the citizen's ticket page, as templates and plain ES modules.
//
// It serves documents only. Everything that lives on a page comes over the stream, and who may
// see or do what is decided there and in httpapi; a page without a session shows no data.
// Invariant: no page needs an inline script, an inline style or an address outside this server,
// so the strictest Content-Security-Policy holds.
package console

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"loket/assets/lang"
	"loket/queue-server/protocol"
)

//go:embed templates/*.html
var templateFiles embed.FS

// Viewer is the signed-in user for whom a page is drawn.
type Viewer struct {
	Name string
	Role protocol.Role // RoleOfficer or RoleAdmin
}

// Config says what the pages need to know; every field is required.
type Config struct {
	// Office says who and where the office is.
	Office func() protocol.Office
	// Viewer returns the user of the request's session, and false when nobody is signed in.
	Viewer func(*http.Request) (Viewer, bool)
	// HasTicket says whether a ticket with this token (capitals) exists today.
	HasTicket func(token string) bool
}

// Pages serves the documents and their static files. It is safe for concurrent use.
type Pages struct {
	cfg    Config
	mux    *http.ServeMux
	sheets map[string]*template.Template
	words  words
}

// New returns the pages as a handler for GET /, /login, /console, /console/{counter}, /admin,
// /t/{token}, /T/{token} and /static/. POST /login, POST /logout and the catalogue's addresses
// belong to httpapi.
func New(cfg Config) (*Pages, error) {
	store, err := newStatic()
	if err != nil {
		return nil, err
	}
	p := &Pages{cfg: cfg, mux: http.NewServeMux(), sheets: map[string]*template.Template{}, words: newWords()}
	shared := template.New("").Funcs(template.FuncMap{
		"asset": store.address,
		"t":     func(key string) string { return lang.T("id", key) },
	})
	for _, name := range []string{"login", "console", "admin", "ticket", "message"} {
		t, err := template.Must(shared.Clone()).ParseFS(templateFiles, "templates/layout.html", "templates/"+name+"*.html")
		if err != nil {
			return nil, fmt.Errorf("read page %s: %w", name, err)
		}
		p.sheets[name] = t
	}
	p.mux.HandleFunc("GET /{$}", p.home)
	p.mux.HandleFunc("GET /login", p.login)
	p.mux.HandleFunc("GET /console", p.console)
	p.mux.HandleFunc("GET /console/{counter}", p.console)
	p.mux.HandleFunc("GET /admin", p.admin)
	p.mux.HandleFunc("GET /t/{token}", p.ticket)
	p.mux.HandleFunc("GET /T/{token}", p.ticket)
	p.mux.Handle("GET /static/{version}/{file...}", store)
	p.mux.HandleFunc("/", p.missing)
	return p, nil
}

// ServeHTTP answers with a page or a static file.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

// LoginForm is what the log-in page shows again after a refused attempt.
type LoginForm struct {
	Login  string // as it was typed
	Notice string // error code, such as login_wrong; empty for none
}

// RenderLogin answers with the log-in page and the HTTP status.
func (p *Pages) RenderLogin(w http.ResponseWriter, status int, form LoginForm) {
	p.render(w, status, "login", struct {
		page
		Login, Notice string
	}{p.page("Masuk"), form.Login, p.words.notice(form.Notice)})
}

// page is what every template gets.
type page struct {
	Title  string
	Office protocol.Office
}

func (p *Pages) page(title string) page { return page{Title: title, Office: p.cfg.Office()} }

func (p *Pages) home(w http.ResponseWriter, r *http.Request) {
	v, ok := p.cfg.Viewer(r)
	http.Redirect(w, r, homeOf(v, ok), http.StatusSeeOther)
}

// homeOf is the address a user starts from.
func homeOf(v Viewer, signedIn bool) string {
	switch {
	case !signedIn:
		return "/login"
	case v.Role == protocol.RoleAdmin:
		return "/admin"
	default:
		return "/console"
	}
}

func (p *Pages) login(w http.ResponseWriter, r *http.Request) {
	if v, ok := p.cfg.Viewer(r); ok {
		http.Redirect(w, r, homeOf(v, ok), http.StatusSeeOther)
		return
	}
	p.RenderLogin(w, http.StatusOK, LoginForm{})
}

// signedPage is a page of a signed-in user.
type signedPage struct {
	page
	Viewer  Viewer
	IsAdmin bool
	Words   map[string]string // sentences of refusals and faults, for the scripts
}

func (p *Pages) console(w http.ResponseWriter, r *http.Request) {
	v, ok := p.cfg.Viewer(r)
	if !ok {
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return
	}
	p.render(w, http.StatusOK, "console", signedPage{p.page("Loket"), v, v.Role == protocol.RoleAdmin, p.words.staff})
}

func (p *Pages) admin(w http.ResponseWriter, r *http.Request) {
	v, ok := p.cfg.Viewer(r)
	if !ok {
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return
	}
	if v.Role != protocol.RoleAdmin {
		p.message(w, http.StatusForbidden, "forbidden", "/console")
		return
	}
	p.render(w, http.StatusOK, "admin", signedPage{p.page("Pengelolaan"), v, true, p.words.staff})
}

func (p *Pages) ticket(w http.ResponseWriter, r *http.Request) {
	token := strings.ToUpper(r.PathValue("token"))
	if !p.cfg.HasTicket(token) {
		p.message(w, http.StatusNotFound, "ticket_gone", "")
		return
	}
	p.render(w, http.StatusOK, "ticket", struct {
		page
		Token string
		Words map[string]map[string]string // language, key -> text
	}{p.page("Antrean Anda"), token, p.words.ticket})
}

func (p *Pages) missing(w http.ResponseWriter, _ *http.Request) {
	p.message(w, http.StatusNotFound, "page_missing", "/")
}

// message answers with a page of one sentence, in both languages, and a way on.
func (p *Pages) message(w http.ResponseWriter, status int, key, way string) {
	p.render(w, status, "message", struct {
		page
		Key, Way string
		ID, EN   [2]string // title, sentence
	}{
		p.page(lang.T("id", "page."+key+".title")), key, way,
		[2]string{lang.T("id", "page."+key+".title"), lang.T("id", "page."+key+".text")},
		[2]string{lang.T("en", "page."+key+".title"), lang.T("en", "page."+key+".text")},
	})
}

// render writes a page; pages are never cached, since they follow the session.
func (p *Pages) render(w http.ResponseWriter, status int, name string, data any) {
	var out bytes.Buffer
	if err := p.sheets[name].ExecuteTemplate(&out, "layout.html", data); err != nil {
		// A template that fails is a defect of the program: httpapi's recovery logs it with a reference.
		panic(fmt.Errorf("draw page %s: %w", name, err))
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the reader went away: nobody is left to tell
}
