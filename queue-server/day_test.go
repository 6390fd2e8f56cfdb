package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

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

// everything is what was heard so far, by where.
func (d *day) everything() map[string]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make(map[string]string, len(d.said))
	for where, said := range d.said {
		all[where] = said.String()
	}
	return all
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
