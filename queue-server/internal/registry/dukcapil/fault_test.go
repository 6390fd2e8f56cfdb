package dukcapil_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/dukcapil"
	"loket/queue-server/internal/sandbox"
	"loket/queue-server/protocol"
)

// TestWhatIsNoAnswerIsAFault has each way in which the registry's answer can be wrong.
func TestWhatIsNoAnswerIsAFault(t *testing.T) {
	s := listen(t)
	for _, adapter := range adapters {
		c := config(t, s, adapter)
		l := connect(t, c)
		for _, how := range []string{"html", "empty_array", "null", "other_nik", "truncated", "trailing", "gzip_bomb", "huge", "redirect"} {
			t.Run(string(adapter)+"/"+how, func(t *testing.T) {
				set(t, s, sandbox.Switches{Quota: -1, Malformed: how})
				_, err := ask(t, l, siti)
				wantFault(t, err, protocol.WhyNetwork, c)
			})
		}
		t.Run(string(adapter)+"/off", func(t *testing.T) {
			set(t, s, sandbox.Switches{Quota: -1, Off: true})
			_, err := ask(t, l, siti)
			wantFault(t, err, protocol.WhyNetwork, c)
		})
		t.Run(string(adapter)+"/on again", func(t *testing.T) {
			set(t, s, sandbox.Switches{Quota: -1})
			got, err := ask(t, l, siti)
			if err != nil || got.State != protocol.PersonVerified {
				t.Errorf("got %s %v", got.State, err)
			}
		})
	}
}

func TestAnErrorAboutAnotherPersonIsNotTaken(t *testing.T) {
	s := listen(t)
	set(t, s, sandbox.Switches{Quota: -1, Code: "11", Malformed: "other_nik"})
	for _, adapter := range adapters {
		c := config(t, s, adapter)
		_, err := ask(t, connect(t, c), siti)
		wantFault(t, err, protocol.WhyNetwork, c)
	}
}

func TestAStatusWithoutAnAnswer(t *testing.T) {
	s := listen(t)
	c := config(t, s, dukcapil.CallNIK)
	l := connect(t, c)
	for status, why := range map[int]string{
		http.StatusUnauthorized: protocol.WhyConfig, http.StatusForbidden: protocol.WhyConfig, http.StatusNotFound: protocol.WhyConfig,
		http.StatusBadGateway: protocol.WhyNetwork, http.StatusTooManyRequests: protocol.WhyNetwork,
	} {
		set(t, s, sandbox.Switches{Quota: -1, Malformed: "html", Status: status})
		_, err := ask(t, l, siti)
		wantFault(t, err, why, c)
	}
}

func TestARegistryThatHangsIsLeftAfterTheTimeout(t *testing.T) {
	s := listen(t)
	set(t, s, sandbox.Switches{Quota: -1, Malformed: "hang"})
	for _, adapter := range adapters {
		c := config(t, s, adapter, func(c *dukcapil.Config) { c.Timeout = 50 * time.Millisecond })
		_, err := ask(t, connect(t, c), siti)
		wantFault(t, err, protocol.WhyNetwork, c)
		if errors.Is(err, context.DeadlineExceeded) {
			t.Error("it cannot be told from the caller's own time-out")
		}
	}
}

func TestTheCallersContextEndsALookup(t *testing.T) {
	s := listen(t)
	set(t, s, sandbox.Switches{Quota: -1, Malformed: "hang"})
	l := connect(t, config(t, s, dukcapil.Verify))
	ctx, cancel := context.WithCancel(context.Background())
	failed := make(chan error)
	go func() {
		_, err := l.Lookup(ctx, registry.Request{NIK: siti})
		failed <- err
	}()
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestNobodyListens(t *testing.T) {
	s := listen(t)
	c := config(t, s, dukcapil.CallNIK)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := ask(t, connect(t, c), siti)
	wantFault(t, err, protocol.WhyNetwork, c)
}

// TestACertificateIsRefused has each way in which a certificate can be the wrong one.
func TestACertificateIsRefused(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name   string
		server sandbox.Certificate
		change func(*dukcapil.Config)
		why    string // empty: it is trusted
	}{
		{name: "the same key, renewed"},
		{name: "a changed key", server: sandbox.Certificate{NewKey: true}, why: protocol.WhyConfig},
		{name: "expired", server: sandbox.Certificate{From: now.AddDate(-2, 0, 0), Until: now.AddDate(0, 0, -1)}, why: protocol.WhyConfig},
		{name: "not yet valid", server: sandbox.Certificate{From: now.AddDate(0, 0, 1), Until: now.AddDate(2, 0, 0)}, why: protocol.WhyConfig},
		{
			name: "self-signed and not pinned", why: protocol.WhyConfig,
			change: func(c *dukcapil.Config) { c.Pins = nil },
		},
		{
			name: "another pin", why: protocol.WhyConfig,
			change: func(c *dukcapil.Config) { c.Pins = []string{"sha256/" + strings.Repeat("A", 43) + "="} },
		},
		{
			name: "one pin of two",
			change: func(c *dukcapil.Config) {
				c.Pins = append([]string{"sha256/" + strings.Repeat("A", 43) + "="}, c.Pins...)
			},
		},
		{
			name:   "another name, by its pin",
			change: func(c *dukcapil.Config) { c.URL = strings.Replace(c.URL, "127.0.0.1", "127.0.0.2", 1) },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := must[*sandbox.Sandbox](t)(sandbox.New(sandbox.Config{}))
			must[string](t)(s.Listen("0.0.0.0:0")) // 127.0.0.2 too
			defer s.Close()                        // the test is over
			conf := config(t, s, dukcapil.Verify)
			if c.change != nil {
				c.change(&conf)
			}
			l := connect(t, conf)
			if err := s.Recertify(c.server); err != nil {
				t.Fatal(err)
			}
			got, err := ask(t, l, siti)
			if c.why != "" {
				wantFault(t, err, c.why, conf)
				if n := s.Calls("CALL_VERIFY_BY_ELEMEN"); n != 0 {
					t.Errorf("the question was sent %d times", n)
				}
				return
			}
			if err != nil || got.State != protocol.PersonVerified {
				t.Errorf("got %s %v", got.State, err)
			}
		})
	}
}

func TestACertificateThatChangesIsSeenOnALineThatIsOpen(t *testing.T) {
	s := listen(t)
	c := config(t, s, dukcapil.CallNIK)
	l := connect(t, c)
	if got, err := ask(t, l, siti); err != nil || got.State != protocol.PersonVerified {
		t.Fatalf("got %s %v", got.State, err)
	}
	if err := s.Recertify(sandbox.Certificate{NewKey: true}); err != nil {
		t.Fatal(err)
	}
	_, err := ask(t, l, siti)
	wantFault(t, err, protocol.WhyConfig, c)
	var refused *dukcapil.CertificateError
	if !errors.As(err, &refused) {
		t.Errorf("the reason is lost: %v", err)
	}
}

func TestPlainHTTPIsNoRegistry(t *testing.T) {
	asked := make(chan string, 1)
	plain := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.URL.Path }))
	defer plain.Close()
	s := listen(t)
	c := config(t, s, dukcapil.CallNIK, func(c *dukcapil.Config) { c.URL = strings.Replace(plain.URL, "http:", "https:", 1) })
	_, err := ask(t, connect(t, c), siti)
	wantFault(t, err, protocol.WhyNetwork, c)
	c.URL = plain.URL
	if _, err := dukcapil.New(c); err == nil {
		t.Error("an address without TLS was taken")
	}
	select {
	case path := <-asked:
		t.Errorf("%s was asked in the clear", path)
	default:
	}
}
