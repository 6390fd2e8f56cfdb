// Package browsertest drives the pages in a real Chromium, as their users do: by keys and clicks.
package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience bounds every wait for something on a page; it is generous, since machines that test are slow.
const patience = 30 * time.Second

// lanHost stands for a server in the office's network. Browsers treat it as they do there, on plain
// http: no secure context, no Sec-Fetch headers. An address such as 127.0.0.1 would be favoured.
const lanHost = "loket.test"

// lan is the address of a test server as a browser in the office's network sees it.
func lan(url string) string { return strings.Replace(url, "127.0.0.1", lanHost, 1) }

// browser is started once for all tests; every test gets a context of its own in it, with its own cookies.
var browser context.Context

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	profile, err := os.MkdirTemp("", "loket-browser-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(profile) }() // a leftover profile in the temporary folder harms nobody
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", false), // people have them
		chromedp.Flag("host-resolver-rules", "MAP "+lanHost+" 127.0.0.1"),
		chromedp.WSURLReadTimeout(time.Minute),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	var quit context.CancelFunc
	browser, quit = chromedp.NewContext(allocator)
	defer quit()
	if err := chromedp.Do(browser); err != nil {
		fmt.Fprintln(os.Stderr, "start Chromium (Debian package chromium):", err)
		return 1
	}
	return m.Run()
}

// tab is one page of a user, with everything it complained about.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu         sync.Mutex
	complaints []string
}

// newTab opens a fresh, signed-out page. When the test ends, it fails for any exception, refused
// resource or request to another host that the page made.
func newTab(t *testing.T, base string, width, height int64) *tab {
	t.Helper()
	tb := &tab{t: t, base: base}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(tb.listen))
	tb.ctx = ctx
	// The first action opens the tab, and must not have a time-out of its own.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height), chromedp.Func(enable)); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			tb.capture("failed-" + strings.ReplaceAll(t.Name(), "/", "-"))
		}
		cancel()
		tb.mu.Lock()
		defer tb.mu.Unlock()
		for _, c := range tb.complaints {
			t.Errorf("the page complained: %s", c)
		}
	})
	return tb
}

// enable asks for the events that listen looks at.
func enable(ctx context.Context, t *chromedp.Target) error {
	if _, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{}); err != nil {
		return err
	}
	_, err := cdp.Call(ctx, t, log.Enable, cdp.Empty{})
	return err
}

// listen collects what a page must never do. Failed WebSockets are left out: tests cut the line.
func (tb *tab) listen(event any) {
	complaint := ""
	switch e := event.(type) {
	case *cdpruntime.EventExceptionThrown:
		complaint = "exception: " + e.ExceptionDetails.Text + " " + describe(e.ExceptionDetails.Exception)
	case *cdpruntime.EventConsoleAPICalled:
		complaint = "console." + string(e.Type) // a page writes nothing there: it could be personal
	case *log.EventEntryAdded:
		if e.Entry.Source == log.EntrySourceSecurity || e.Entry.Source == log.EntrySourceViolation || e.Entry.Source == log.EntrySourceJavascript {
			complaint = string(e.Entry.Source) + ": " + e.Entry.Text
		}
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; !strings.HasPrefix(url, tb.base) && !strings.HasPrefix(url, "data:") && url != "about:blank" {
			complaint = "request to " + url
		}
	case *network.EventWebSocketCreated:
		if !strings.HasPrefix(e.URL, "ws"+strings.TrimPrefix(tb.base, "http")) {
			complaint = "socket to " + e.URL
		}
	}
	if complaint != "" {
		tb.mu.Lock()
		tb.complaints = append(tb.complaints, complaint)
		tb.mu.Unlock()
	}
}

func describe(o *cdpruntime.RemoteObject) string {
	if o == nil {
		return ""
	}
	return o.Description
}

// do runs actions, within patience.
func (tb *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		tb.t.Fatalf("drive the page: %v", err)
	}
}

func (tb *tab) open(path string) {
	tb.t.Helper()
	tb.do(chromedp.Navigate(tb.base + path))
}

// until waits for a JavaScript expression to become true. It asks from outside, since the pages'
// policy forbids the script that chromedp's own Poll builds from a text.
func (tb *tab) until(expression string) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	again := time.NewTicker(30 * time.Millisecond)
	defer again.Stop()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err == nil && ok {
			return
		}
		select {
		case <-again.C: // an error is a page that is just changing
		case <-ctx.Done():
			body, _ := chromedp.Run(tb.ctx, chromedp.Evaluate[string]("document.body.innerText")) // for the message only
			tb.t.Fatalf("never became true: %s (%v)\nthe page says:\n%s", expression, err, body)
		}
	}
}

// says waits until the element with this selector shows a text that contains want.
func (tb *tab) says(selector, want string) {
	tb.t.Helper()
	tb.until(fmt.Sprintf("((e) => e && e.checkVisibility() && e.innerText.includes(%q))(document.querySelector(%q))", want, selector))
}

// The keys that have no character.
const (
	enter  = "Enter"
	escape = "Escape"
	down   = "ArrowDown"
	up     = "ArrowUp"
)

// press presses one key: a character or one of the named ones. It is one event as a keyboard makes it, so
// that a page which takes the key for a shortcut keeps it out of fields.
func (tb *tab) press(key string) {
	tb.t.Helper()
	pressed := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Text: key}
	switch key {
	case enter:
		pressed.Text, pressed.WindowsVirtualKeyCode, pressed.Code = "\r", 13, "Enter"
	case escape:
		pressed.Text, pressed.WindowsVirtualKeyCode, pressed.Code = "", 27, "Escape"
	case up:
		pressed.Text, pressed.WindowsVirtualKeyCode, pressed.Code = "", 38, up
	case down:
		pressed.Text, pressed.WindowsVirtualKeyCode, pressed.Code = "", 40, down
	case " ":
		pressed.WindowsVirtualKeyCode, pressed.Code = 32, "Space"
	}
	released := pressed
	released.Type, released.Text = input.DispatchKeyEventTypeKeyUp, ""
	for _, event := range []input.DispatchKeyEventParams{pressed, released} {
		tb.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, event)
			return err
		}))
	}
}

// hit presses the key of a button, once the button can be used.
func (tb *tab) hit(key, button string) {
	tb.t.Helper()
	tb.ready(button)
	tb.press(key)
}

// ready waits until a button is there and can be used.
func (tb *tab) ready(button string) {
	tb.t.Helper()
	tb.until(fmt.Sprintf("((e) => e && e.checkVisibility() && !e.disabled)(document.querySelector(%q))", button))
}

// click clicks the first element with this selector, once it is visible and enabled.
func (tb *tab) click(selector string) {
	tb.t.Helper()
	tb.ready(selector)
	tb.do(chromedp.Click(chromedp.CSS(selector)))
}

// fill replaces the value of a field by typing.
func (tb *tab) fill(selector, value string) {
	tb.t.Helper()
	tb.until(fmt.Sprintf("((e) => e && e.checkVisibility() && !e.disabled && (e.focus(), e.select(), true))(document.querySelector(%q))", selector))
	tb.do(chromedp.KeyEvent(value)) // replaces what is selected
}

// shot writes a picture of the page at rest into the folder that LOKET_SHOTS names, if it is set.
func (tb *tab) shot(name string) {
	tb.t.Helper()
	if os.Getenv("LOKET_SHOTS") != "" {
		tb.until(`document.getAnimations().length === 0`)
		tb.capture(name)
	}
}

func (tb *tab) capture(name string) {
	dir := os.Getenv("LOKET_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(tb.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600)
	}
	if err != nil {
		tb.t.Logf("screenshot %s: %v", name, err)
	}
}

// size changes the size of the page.
func (tb *tab) size(width, height int64) {
	tb.t.Helper()
	tb.do(chromedp.EmulateViewport(width, height))
}

// evaluate returns the value of an expression.
func evaluate[T any](tb *tab, expression string) T {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		tb.t.Fatalf("evaluate %s: %v", expression, err)
	}
	return value
}
