package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"go.uber.org/goleak"

	"loket/drivers"
	"loket/drivers/escpos"
	"loket/drivers/printer"
	"loket/drivers/serialport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWrongCommandLineIsRefusedInOneLine(t *testing.T) {
	badProfiles := filepath.Join(t.TempDir(), "printers.toml")
	if err := os.WriteFile(badProfiles, []byte("[[profile]]\nname = 'a'\ndpi = 72\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"--nope"},
		{"--profile", "epson"},
		{"--profile", "auto"},
		{"--profiles", badProfiles},
		{"--baud", "fast"},
		{"--baud", "-1"},
		{"--listen", "8091"},
		{"extra"},
		{"--reader", "wand"},
		{"--reader-link", "/a", "--scanner-link", "/a"},
		{"--reader", "line", "--reader-link", "/a", "--scanner-link", "/b"},
	} {
		_, err := parse(args)
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "allowed") && args[0] != "--baud" {
			t.Errorf("%v: %v", args, err)
		}
	}
	if _, err := parse([]string{"--help"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("--help: %v", err)
	}
	var out bytes.Buffer
	usage(&out)
	for _, name := range []string{"printer-link", "profile", "baud", "xonxoff", "listen", "paper", "reader-link", "reader", "scanner-link"} {
		if !strings.Contains(out.String(), name) {
			t.Errorf("usage leaves --%s out", name)
		}
	}
}

// table is a running bench with the driver of its printer.
type table struct {
	t   *testing.T
	url string
	cfg config
	prn *printer.Printer
}

func newTable(t *testing.T, more ...string) *table {
	t.Helper()
	dir := t.TempDir()
	cfg, err := parse(append([]string{
		"--printer-link", filepath.Join(dir, "printer"), "--paper", filepath.Join(dir, "paper"),
		"--listen", "127.0.0.1:0", "--baud", "115200",
	}, more...))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, cfg, w)
		ended <- errors.Join(err, w.CloseWithError(err))
	}()
	first, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the bench ended with %v", err)
		}
	})
	prn, err := printer.Open(serialport.Config{Device: cfg.link, Baud: 115200}, cfg.profile,
		printer.Config{AnswerTimeout: 5 * time.Second, Patience: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := prn.Close(); err != nil {
			t.Error(err)
		}
	})
	return &table{t: t, url: regexp.MustCompile(`http://[^ ]+`).FindString(first), cfg: cfg, prn: prn}
}

func (b *table) prints(number string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	defer cancel()
	_, err := b.prn.Print(ctx, drivers.Document{
		drivers.Line{Text: "Mal Pelayanan Publik", Align: drivers.Centre},
		drivers.Line{Text: "Kota Pangkalpinang", Align: drivers.Centre},
		drivers.Line{Text: "DUKCAPIL", Align: drivers.Centre, Bold: true},
		drivers.Line{Text: number, Align: drivers.Centre, Bold: true, Width: 8, Height: 8},
		drivers.Line{Text: "Perekaman & Cetak KTP-el", Align: drivers.Centre},
		drivers.QR{Data: "https://antre.mpp.example.id/t/7KQ2M9XH4T", Align: drivers.Centre},
		drivers.Line{Text: "23-11-2026 09.42 WIB K1", Align: drivers.Centre},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// ask sends a request and answers its status and body.
func (b *table) ask(method, path, body string) (int, string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		b.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestSlipsAreServedAndWrittenAsPictures(t *testing.T) {
	b := newTable(t)
	b.prints("A-017")
	status, body := b.ask("GET", "/slips", "")
	var slips []slip
	if err := json.Unmarshal([]byte(body), &slips); err != nil || status != http.StatusOK {
		t.Fatalf("%d %v: %s", status, err, body)
	}
	if len(slips) != 1 || slips[0].Lines[3] != "A-017" || !slips[0].Cut || len(slips[0].QRs) != 1 {
		t.Fatalf("slips %+v", slips)
	}
	status, body = b.ask("GET", slips[0].Picture, "")
	served, err := png.Decode(strings.NewReader(body))
	if err != nil || status != http.StatusOK {
		t.Fatalf("picture: %d, %v", status, err)
	}
	f, err := os.Open(filepath.Join(b.cfg.paper, "slip-0001.png"))
	if err != nil {
		t.Fatal(err)
	}
	written, err := png.Decode(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if served.Bounds() != written.Bounds() {
		t.Errorf("served %v, written %v", served.Bounds(), written.Bounds())
	}
}

func TestFaultsAreSetAndMendedByRequest(t *testing.T) {
	b := newTable(t)
	for _, c := range []struct {
		path, body string
		want       int
	}{
		{"/faults", `{"fault":"cover_open","on":true}`, 200},
		{"/faults", `{"fault":"on_fire","on":true}`, 400},
		{"/faults", `{"fault":"cover_open"}`, 400},
		{"/faults", `{"fault":"cover_open","on":true,"more":1}`, 400},
		{"/faults", `no json`, 400},
		{"/paper", `{"left_mm":40}`, 200},
		{"/paper", `{"left_mm":-1}`, 400},
		{"/tear", `{}`, 200},
		{"/slips", `{}`, 405},
	} {
		if got, body := b.ask("POST", c.path, c.body); got != c.want {
			t.Errorf("POST %s %s: %d %s", c.path, c.body, got, body)
		}
	}
	if got, err := b.prn.Status(t.Context()); got != drivers.CoverOpen || err != nil {
		t.Errorf("the driver sees %s, %v", got, err)
	}
	for _, path := range []string{"/slips/7.png", "/slips/x", "/paper.png", "/nothing"} {
		if got, _ := b.ask("GET", path, ""); got != http.StatusNotFound {
			t.Errorf("GET %s: %d", path, got)
		}
	}
}

func TestPageOfAnotherSiteBreaksNothing(t *testing.T) {
	b := newTable(t)
	req, err := http.NewRequestWithContext(t.Context(), "POST", b.url+"/faults", strings.NewReader(`{"fault":"unplugged","on":true}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("status %d, %v", res.StatusCode, err)
	}
}

func TestPageShowsThePaperAndItsButtonsBreakThePrinter(t *testing.T) {
	b := newTable(t)
	tab := browser(t)
	for _, n := range []string{"A-017", "A-018"} {
		b.prints(n)
	}
	do(tab, t, chromedp.Navigate(b.url))
	shown(tab, t, `[...document.querySelectorAll("#slips strong")].map(e => e.textContent).join() === "A-018,A-017"`)
	shown(tab, t, `document.querySelector("#condition").textContent === "Ready"`)
	do(tab, t, chromedp.Click(chromedp.CSS("[data-fault=paper_out]")))
	shown(tab, t, `document.querySelector("#condition").textContent === "Paper out"`)
	if got, err := b.prn.Status(t.Context()); got != drivers.PaperOut || err != nil {
		t.Errorf("the driver sees %s, %v", got, err)
	}
	look(tab, t)
	do(tab, t, chromedp.Click(chromedp.CSS("[data-fault=paper_out]")))
	shown(tab, t, `document.querySelector("#condition").textContent === "Ready"`)
	b.prints("A-019")
	shown(tab, t, `document.querySelector("#slips strong").textContent === "A-019"`)
}

// browser is a tab of a real browser.
func browser(t *testing.T) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.WindowSize(1366, 768), chromedp.WSURLReadTimeout(time.Minute))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stopAlloc)
	tab, closeTab := chromedp.NewContext(alloc)
	t.Cleanup(closeTab)
	tab, cancel := context.WithTimeout(tab, 90*time.Second)
	t.Cleanup(cancel)
	return tab
}

func do(tab context.Context, t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		t.Fatal(err)
	}
}

// shown waits until the page makes a JavaScript expression true.
func shown(tab context.Context, t *testing.T, js string) {
	t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		ok, err := chromedp.Run(tab, chromedp.Evaluate[bool](js))
		if ok {
			return
		}
		select {
		case <-again.C: // a page that is still empty throws: ask again
		case <-tab.Done():
			t.Fatalf("never true: %s (%v)", js, err)
		}
	}
}

// look keeps a picture of the page where LOKET_PAPER says.
func look(tab context.Context, t *testing.T) {
	t.Helper()
	dir := os.Getenv("LOKET_PAPER")
	if dir == "" {
		return
	}
	shown(tab, t, `[...document.images].every(i => i.complete && i.naturalWidth > 0)`)
	shot, err := chromedp.Run(tab, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "bench.png"), shot, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestProfilesOnTheCommandLineAreThoseOfTheTable(t *testing.T) {
	for _, p := range escpos.Profiles() {
		if cfg, err := parse([]string{"--profile", p.Name}); err != nil || cfg.profile.Name != p.Name {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
}
