package dukcapil_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/dukcapil"
	"loket/queue-server/internal/sandbox"
	"loket/queue-server/protocol"
)

func TestManyAskAtOnceAndEachGetsHerOwnAnswer(t *testing.T) {
	s := listen(t)
	l := connect(t, config(t, s, dukcapil.CallNIK))
	var asking sync.WaitGroup
	for _, person := range s.People() {
		for range 3 {
			asking.Go(func() {
				got, err := ask(t, l, person.NIK)
				if err != nil || got.Name != person.Name || got.BirthDate.Format(time.DateOnly) != person.BirthDate {
					t.Errorf("%s: another answer, or %v", person.NIK, err)
				}
			})
		}
	}
	asking.Wait()
}

// TestALineThatTheServerCutWhileItWasIdle fails when the next citizen pays for a connection that had gone cold.
func TestALineThatTheServerCutWhileItWasIdle(t *testing.T) {
	dir := t.TempDir()
	s := must[*sandbox.Sandbox](t)(sandbox.New(sandbox.Config{Dir: dir}))
	server := httptest.NewTLSServer(s)
	defer server.Close()
	password := must[[]byte](t)(os.ReadFile(filepath.Join(dir, "registry.password")))
	l := connect(t, dukcapil.Config{
		Adapter: dukcapil.Verify, URL: server.URL + "/dukcapil/get_json/", Institution: "kota-contoh", UserID: "loket", IPUser: "10.71.0.2",
		Password: dukcapil.Secret(strings.TrimSpace(string(password))), Pins: []string{dukcapil.Pin(server.Certificate())}, RequestsPerSecond: 1,
	})
	for range 20 {
		got, err := ask(t, l, siti)
		if err != nil || got.State != protocol.PersonVerified {
			t.Fatalf("got %v, %v", got, err)
		}
		server.CloseClientConnections()
	}
}

func TestAnAnswerThatTricklesEndsAtTheTimeout(t *testing.T) {
	done := make(chan struct{})
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := w.Write([]byte(" ")); err != nil {
				return
			}
			if err := http.NewResponseController(w).Flush(); err != nil {
				return
			}
			select {
			case <-time.After(time.Millisecond):
			case <-r.Context().Done():
				return
			case <-done:
				return
			}
		}
	}))
	defer server.Close()
	defer close(done)
	c := dukcapil.Config{
		Adapter: dukcapil.CallNIK, URL: server.URL, Institution: "x", UserID: "x", IPUser: "x", Password: "kata-sandi",
		Pins: []string{dukcapil.Pin(server.Certificate())}, RequestsPerSecond: 1, Timeout: 200 * time.Millisecond,
	}
	_, err := ask(t, connect(t, c), siti)
	wantFault(t, err, protocol.WhyNetwork, c)
}

// BenchmarkLookup is a look-up over HTTPS on a line that is kept open.
func BenchmarkLookup(b *testing.B) {
	s, err := sandbox.New(sandbox.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Listen("127.0.0.1:0"); err != nil {
		b.Fatal(err)
	}
	file, err := s.WriteConfig(b.TempDir(), string(dukcapil.Verify))
	if err != nil {
		b.Fatal(err)
	}
	c, err := dukcapil.ReadConfig(file)
	if err != nil {
		b.Fatal(err)
	}
	l, err := dukcapil.New(c)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := l.Lookup(context.Background(), registry.Request{NIK: siti}); err != nil {
			b.Fatal(err)
		}
	}
}
