package main

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"loket/drivers"
	"loket/drivers/reader/line"
	"loket/drivers/reader/pn532"
	"loket/drivers/serialport"
)

// hands is a table with both readers and their drivers.
type hands struct {
	*table
	read   chan drivers.Reading
	health chan drivers.Health
}

func newHands(t *testing.T) *hands {
	t.Helper()
	dir := t.TempDir()
	b := newTable(t, "--reader-link", filepath.Join(dir, "cards"), "--scanner-link", filepath.Join(dir, "codes"))
	h := &hands{table: b, read: make(chan drivers.Reading, 64), health: make(chan drivers.Health, 64)}
	c, err := pn532.Open(serialport.Config{Device: b.cfg.reader.link}, pn532.Config{})
	if err != nil {
		t.Fatal(err)
	}
	h.run(c)
	l, err := line.Open(serialport.Config{Device: b.cfg.reader.scanner}, line.Config{Marked: true})
	if err != nil {
		t.Fatal(err)
	}
	h.run(l)
	return h
}

func (h *hands) run(r drivers.Reader) {
	h.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- r.Run(ctx, drivers.Events{
			Read:   func(x drivers.Reading) { h.read <- x },
			Health: func(x drivers.Health) { h.health <- x },
		})
	}()
	h.t.Cleanup(func() {
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			h.t.Error(err)
		}
		if err := r.Close(); err != nil {
			h.t.Error(err)
		}
	})
	h.becomes(drivers.ReaderReady)
}

func (h *hands) becomes(want drivers.Health) {
	h.t.Helper()
	late := time.After(time.Minute)
	for {
		select {
		case got := <-h.health:
			if got == want {
				return
			}
		case <-late:
			h.t.Fatalf("never %s", want)
		}
	}
}

func (h *hands) tells(kind drivers.Kind, value string) {
	h.t.Helper()
	select {
	case got := <-h.read:
		if got.Kind != kind || got.Value != value {
			h.t.Fatalf("the driver read %s %s, want %s %s", got.Kind, got.Value, kind, value)
		}
	case <-time.After(time.Minute):
		h.t.Fatalf("the driver never read %s", value)
	}
}

func TestCardsAreTappedAndCodesScannedByRequest(t *testing.T) {
	b := newHands(t)
	for _, c := range []struct {
		path, body string
		want       int
	}{
		{"/reader/tap", `{"type":"A","uid":"0455A2B2C36180"}`, 200},
		{"/reader/tap", `{"type":"A","uid":"0455"}`, 400},
		{"/reader/tap", `{"type":"C","uid":"04112233"}`, 400},
		{"/reader/tap", `no json`, 400},
		{"/reader/scan", `{"code":""}`, 400},
		{"/reader/scan", `{"code":"0012345678"}`, 200},
		{"/reader/faults", `{"reader":"cards","fault":"paper_out","on":true}`, 400},
		{"/reader/faults", `{"reader":"codes","fault":"bad_checksum","on":true}`, 400},
		{"/reader/faults", `{"reader":"wands","fault":"noise","on":true}`, 400},
		{"/reader/faults", `{"reader":"cards","fault":"noise"}`, 400},
		{"/reader/faults", `{"reader":"cards","fault":"noise","on":true}`, 200},
	} {
		if got, body := b.ask("POST", c.path, c.body); got != c.want {
			t.Errorf("POST %s %s: %d %s", c.path, c.body, got, body)
		}
	}
	seen := map[string]bool{}
	for range 2 {
		select {
		case r := <-b.read:
			seen[string(r.Kind)+" "+r.Value] = true
		case <-time.After(time.Minute):
			t.Fatal("the drivers read too little")
		}
	}
	if !seen["card_uid 0455A2B2C36180"] || !seen["member 0012345678"] {
		t.Errorf("the drivers read %v", seen)
	}
	if _, body := b.ask("GET", "/state", ""); !strings.Contains(body, `"cards":[{"type":"A","uid":"0455A2B2C36180"}]`) {
		t.Errorf("state %s", body)
	}
	if status, body := b.ask("POST", "/reader/lift", `{}`); status != http.StatusOK || strings.Contains(body, "0455A2B2C36180") {
		t.Errorf("lift: %d %s", status, body)
	}
	if status, body := b.ask("POST", "/reader/faults", `{"reader":"cards","fault":"unplugged","on":true}`); status != http.StatusOK {
		t.Errorf("unplug: %d %s", status, body)
	}
	b.becomes(drivers.ReaderUnplugged)
}

func TestReaderThatIsNotThereIsSaid(t *testing.T) {
	b := newTable(t)
	for path, body := range map[string]string{
		"/reader/tap": `{"type":"A","uid":"04A1B2C3"}`, "/reader/lift": `{}`, "/reader/scan": `{"code":"x"}`,
		"/reader/faults": `{"reader":"cards","fault":"noise","on":true}`,
	} {
		if got, answer := b.ask("POST", path, body); got != http.StatusConflict || !strings.Contains(answer, "-link") {
			t.Errorf("POST %s: %d %s", path, got, answer)
		}
	}
}

func TestPageTapsCardsAndScansCodes(t *testing.T) {
	b := newHands(t)
	tab := browser(t)
	b.prints("A-017")
	do(tab, t, chromedp.Navigate(b.url))
	shown(tab, t, `document.querySelectorAll("#cards em").length === 5 && document.querySelector("#cards em").textContent === "tap"`)
	do(tab, t, chromedp.Click(chromedp.CSS("[data-uid='9A8B7C6D']")))
	b.tells(drivers.CardUID, "9A8B7C6D")
	shown(tab, t, `document.querySelector("[data-uid='9A8B7C6D']").getAttribute("aria-pressed") === "true"`)
	do(tab, t, chromedp.Click(chromedp.CSS("#codes li:nth-child(3) button")))
	b.tells(drivers.Opaque, "https://antre.mpp.example.id/t/7KQ2M9XH4T")
	look(tab, t)
	do(tab, t, chromedp.Click(chromedp.CSS("[data-uid='9A8B7C6D']")))
	shown(tab, t, `document.querySelector("[data-uid='9A8B7C6D']").getAttribute("aria-pressed") === "false"`)
	do(tab, t, chromedp.SendKeys(chromedp.CSS("#code"), "0000000000000001\r"))
	b.tells(drivers.NIK, "0000000000000001")
	do(tab, t, chromedp.Click(chromedp.CSS("#card-faults [data-reader-fault=unplugged]")))
	b.becomes(drivers.ReaderUnplugged)
	shown(tab, t, `document.querySelector("#card-state").textContent === "cable out"`)
}
