package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// page is a tab of a real Chromium.
type page struct {
	ctx    context.Context
	cancel []context.CancelFunc
}

// openPage starts Chromium with a profile of its own and no traffic of its own.
func openPage(width, height int) (*page, error) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.WindowSize(width, height), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox) // Chromium refuses to run its sandbox as root
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	tab, stopTab := chromedp.NewContext(alloc)
	p := &page{ctx: tab, cancel: []context.CancelFunc{stopTab, stopAlloc}}
	if err := chromedp.Do(tab, chromedp.EmulateViewport(int64(width), int64(height))); err != nil {
		p.close()
		return nil, fmt.Errorf("start Chromium: %w", err)
	}
	return p, nil
}

func (p *page) close() {
	for _, cancel := range p.cancel {
		cancel()
	}
}

func (p *page) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(p.ctx, stepTime)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// shows waits until the element has the words in its text.
func (p *page) shows(element, words string) error {
	ctx, cancel := context.WithTimeout(p.ctx, stepTime)
	defer cancel()
	read := chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", element))
	for {
		seen, err := chromedp.Run(ctx, read)
		if err == nil && strings.Contains(seen, words) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the page does not show %q in %s: %w; it shows %q", words, element, errors.Join(ctx.Err(), err), seen)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// press sends one key to the page, as the officer's keyboard would. A person looks before she presses;
// the page takes keys that follow each other faster for a double press.
func (p *page) press(key string) error {
	return p.do(chromedp.Sleep(time.Second), chromedp.KeyEvent(key))
}

func (p *page) keep(path string) error {
	ctx, cancel := context.WithTimeout(p.ctx, stepTime)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return fmt.Errorf("screenshot of the page: %w", err)
	}
	return os.WriteFile(path, png, 0o600)
}

const (
	keySpace = " "
	keyEnter = kb.Enter
)
