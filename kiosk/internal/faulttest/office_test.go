// Package faulttest proves what becomes of tickets when printers and servers fail. It has tests
// only, and runs the real parts together: the kiosk's station with flow, slip and spool, the serial
// driver on an emulated printer behind a pty, and the built queue server as a process of its own.
//
// It is not for the parts alone, which have their own tests beside them. Its one invariant: what a
// citizen holds is judged by the paper that came out and by what she touched, never by what the
// kiosk or the server believes.
package faulttest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

var binDir string // where the server is built to

// TestMain lets many cases run side by side: they wait for wires and paper, they do not compute.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", sideBySide); err != nil {
		panic(err)
	}
	var err error
	if binDir, err = os.MkdirTemp("", "loket-faulttest-"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if err := os.RemoveAll(binDir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(code)
	}))
}

// built is the queue server's program.
var built = sync.OnceValues(func() (string, error) {
	bin := filepath.Join(binDir, "queue-server")
	out, err := exec.Command("go", "build", "-o", bin, "loket/queue-server").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the server: %w\n%s", err, out)
	}
	return bin, nil
})

const (
	counter  = "loket-1"
	agency   = "dukcapil"
	service  = "dukcapil-ktp"
	password = "kata-sandi-contoh"
)

// office is a queue server at work, and its staff.
type office struct {
	t   *testing.T
	dir string
	url string

	server *process
	staff  *client.Client

	news *bell // guards what follows
	view seen
	live bool
	dial int // kiosks paired so far, each from an address of its own
}

// seen is what these tests look at in the supervisor's view.
type seen struct {
	Devices []protocol.Device `json:"devices"`
	Totals  protocol.Totals   `json:"totals"`
}

// openOffice starts a server on a fresh database, with an administrator who also sits at the counter.
func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, dir: t.TempDir(), news: newBell()}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.url = "http://" + free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.dir, "password"), []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.serve(t)
	t.Cleanup(func() { o.server.kill(t) })
	o.signIn()
	return o
}

// serve starts the server, again or for the first time, and returns when it answers.
func (o *office) serve(t *testing.T) {
	t.Helper()
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	o.server, err = run(bin, "office is open", "serve",
		"--listen", strings.TrimPrefix(o.url, "http://"), "--data", filepath.Join(o.dir, "data"),
		"--public-url", o.url, "--sample", "mpp", "--open-all-hours", "--requests-per-second", "10000",
		"--admin-password-file", filepath.Join(o.dir, "password"))
	if err != nil {
		t.Fatal(err)
	}
}

// crash kills the server in the middle of whatever it does, and starts it again.
func (o *office) crash(t *testing.T) {
	t.Helper()
	o.server.kill(t)
	o.serve(t)
}

// signIn logs the administrator in and keeps her view up to date until the test ends.
func (o *office) signIn() {
	o.t.Helper()
	form := url.Values{"login": {"admin"}, "password": {password}}
	browser := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := browser.PostForm(o.url+"/login", form)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusSeeOther {
		o.t.Fatalf("log in: %s %v", res.Status, err)
	}
	header := http.Header{}
	for _, c := range res.Cookies() {
		header.Add("Cookie", c.String())
	}
	stream, err := client.StreamURL(o.url)
	if err != nil {
		o.t.Fatal(err)
	}
	o.staff = client.New(client.Config{
		URL: stream, Role: protocol.RoleAdmin, Topic: protocol.TopicSupervisor, Header: header,
		FirstWait: 20 * time.Millisecond, LongestWait: 200 * time.Millisecond,
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = o.staff.Run(ctx) }) // its error is that of ctx
	running.Go(func() { o.watch(ctx) })
	o.t.Cleanup(func() { cancel(); running.Wait() })
	o.ask(o.t, protocol.MethodCounterOpen, protocol.CounterParams{CounterID: counter}, nil)
}

// watch keeps the newest view.
func (o *office) watch(ctx context.Context) {
	var last []byte
	for {
		select {
		case <-ctx.Done():
			return
		case u := <-o.staff.Updates():
			if bytes.Equal(u.View, last) {
				o.news.change(func() { o.live = u.Connected })
				continue
			}
			var v seen
			if err := json.Unmarshal(u.View, &v); err != nil {
				o.t.Errorf("supervisor's view: %v", err)
				continue
			}
			last = u.View
			o.news.change(func() { o.view, o.live = v, u.Connected })
		}
	}
}

// ask sends a request of the staff, which must be accepted.
func (o *office) ask(t *testing.T, method string, params, result any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := o.staff.Request(ctx, method, params, result); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
}

// pair announces a kiosk and gives its token, to an address of its own as in a hall: a server does not
// let one address try many codes.
func (o *office) pair(t *testing.T, name string) string {
	t.Helper()
	var code protocol.DeviceCode
	o.ask(t, protocol.MethodDeviceAdd, protocol.DeviceParams{Name: name, Role: protocol.RoleKiosk}, &code)
	n := 0
	o.news.change(func() { o.dial++; n = o.dial })
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, byte(1+n/200), byte(1+n%200))}}
	body, err := json.Marshal(protocol.PairRequest{Code: code.Code})
	if err != nil {
		t.Fatal(err)
	}
	machine := &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}}
	res, err := machine.Post(o.url+"/v1/pair", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var reply protocol.PairReply
	err = errors.Join(json.NewDecoder(res.Body).Decode(&reply), res.Body.Close())
	if err != nil || reply.Token == "" {
		t.Fatalf("pair %s: %s %v", name, res.Status, err)
	}
	return reply.Token
}

// sees waits until the staff see this trouble with the printer of a kiosk, or with "" none.
func (o *office) sees(t *testing.T, name, cause string) {
	t.Helper()
	shown := "nothing of it"
	err := o.news.await(t.Context(), func() bool {
		for _, d := range o.view.Devices {
			if d.Name != name {
				continue
			}
			shown = fmt.Sprintf("%+v", d)
			if len(d.Troubles) == 0 {
				return cause == "" && d.Online
			}
			return len(d.Troubles) == 1 && d.Troubles[0].Part == "printer" && d.Troubles[0].Cause == cause
		}
		return false
	})
	if err != nil {
		t.Fatalf("staff do not see trouble %q of %s but %s", cause, name, shown)
	}
}

// serveAll calls and serves everybody who waits, and gives the numbers in the order of their calls.
func (o *office) serveAll(t *testing.T) []string {
	t.Helper()
	var numbers []string
	for {
		var called protocol.CallResult
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		err := o.staff.Request(ctx, protocol.MethodTicketCallNext, protocol.CallParams{CounterID: counter, CallID: client.NewID()}, &called)
		cancel()
		var refusal *protocol.Error
		switch {
		case errors.As(err, &refusal) && refusal.Code == "queue_empty":
			return numbers
		case err != nil:
			t.Fatalf("call: %v", err)
		}
		numbers = append(numbers, called.Number)
		o.ask(t, protocol.MethodTicketStart, protocol.CounterParams{CounterID: counter}, nil)
		o.ask(t, protocol.MethodTicketComplete, protocol.CounterParams{CounterID: counter}, nil)
	}
}

// settled waits until each ticket of the day is served or cancelled, and gives the counts.
func (o *office) settled(t *testing.T) protocol.Totals {
	t.Helper()
	var n protocol.Totals
	err := o.news.await(t.Context(), func() bool {
		n = o.view.Totals
		return o.live && n.Issued == n.Completed+n.Cancelled
	})
	if err != nil {
		t.Fatalf("tickets without an end: %+v", n)
	}
	return n
}

// process is a program that this test started.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended and its output is read
	last bytes.Buffer  // the beginning of its log; read after done
}

// run starts a program and returns once a line of its log has the mark.
func run(bin, mark string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(bin, args...), done: make(chan struct{})}
	log, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	up := make(chan struct{})
	go func() {
		defer close(p.done)
		for lines, seen := bufio.NewScanner(log), false; lines.Scan(); {
			if p.last.Len() < 1<<16 {
				p.last.Write(append(lines.Bytes(), '\n'))
			}
			if !seen && bytes.Contains(lines.Bytes(), []byte(mark)) {
				seen = true
				close(up)
			}
		}
		_ = p.cmd.Wait() // mostly "killed", by us
	}()
	select {
	case <-up:
		return p, nil
	case <-p.done:
		return nil, fmt.Errorf("%s ended early:\n%s", bin, p.last.String())
	}
}

// kill ends the program without a word, as a power cut does, and waits until it is gone.
func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("kill: %v", err)
	}
	<-p.done
}
