// Package sandbox is a stand-in for the population registry (Ditjen Dukcapil) that speaks its real protocol over
// HTTPS with a self-signed certificate: for training, demonstrations and tests without the VPN. It has some forty
// made-up citizens, answers with every code, and fails in every way that the real one does, on command.
//
// It is not for a real office: it knows nobody. Its invariant: every NIK in it begins with 197199, a district that
// does not exist, so no record is anybody's.
//
// A program runs it like this, and gives queue-server the file that WriteConfig returns:
//
//	s, err := sandbox.New(sandbox.Config{Dir: dir})
//	addr, err := s.Listen("127.0.0.1:8443")
//	file, err := s.WriteConfig(dir, "verify")
//	<-ctx.Done()
//	err = s.Close()
//
// The registry is at /dukcapil/get_json/<institution>/CALL_NIK and CALL_VERIFY_BY_ELEMEN. The sandbox itself is
// driven at /sandbox/: GET /sandbox/ tells its state and its people, PUT /sandbox/switches takes some of the fields
// of Switches, POST /sandbox/certificate takes a Certificate.
package sandbox

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Config describes the account that the sandbox knows. The zero value is sound.
type Config struct {
	// Dir keeps certificate and password over a restart; it is made when it is missing. Empty: both are new every time.
	Dir         string
	Institution string           // default "kota-contoh"
	UserID      string           // default "loket"
	IPUser      string           // default "10.71.0.2"
	Clock       func() time.Time // default time.Now; its zone is that of hours and quota
}

// Sandbox is a registry. It is an http.Handler too, for a listener of one's own.
type Sandbox struct {
	config   Config
	password string
	mux      *http.ServeMux
	people   map[string]citizen // by NIK

	mu       sync.Mutex
	identity identity
	switches Switches
	day      string         // that used counts
	used     int            // calls of that day
	calls    map[string]int // by method, also those that were not answered
	server   *http.Server
	address  string

	done    chan struct{} // closed by Close: who hangs, ends
	closing sync.Once
	serving sync.WaitGroup
}

// New makes a sandbox that nobody reaches yet.
func New(c Config) (*Sandbox, error) {
	for value, plain := range map[*string]string{&c.Institution: "kota-contoh", &c.UserID: "loket", &c.IPUser: "10.71.0.2"} {
		if *value == "" {
			*value = plain
		}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	s := &Sandbox{
		config: c, people: index(), switches: Switches{Quota: -1},
		calls: make(map[string]int), done: make(chan struct{}),
	}
	var err error
	if s.identity, err = loadIdentity(c.Dir); err == nil {
		s.password, err = loadPassword(c.Dir)
	}
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("POST /dukcapil/get_json/{institution}/{method}", s.call)
	s.mux.HandleFunc("GET /sandbox/{$}", s.state)
	s.mux.HandleFunc("PUT /sandbox/switches", s.change)
	s.mux.HandleFunc("POST /sandbox/certificate", s.recertify)
	return s, nil
}

// ServeHTTP answers as the registry and as the sandbox's own page.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// generation is the key under which a connection keeps which certificate it was opened with.
type generation struct{}

// Listen begins to answer on addr with TLS, and returns the address (":0" becomes a port). It can be called once.
func (s *Sandbox) Listen(addr string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return "", errors.New("sandbox: it listens already")
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return "", fmt.Errorf("sandbox: %w", err)
	}
	s.address = listener.Addr().String()
	s.server = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // clients that refuse the certificate are what it is for
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			return context.WithValue(ctx, generation{}, s.current().generation)
		},
		TLSConfig: &tls.Config{
			MinVersion: tls.VersionTLS12,
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
				cert := s.current().certificate
				return &cert, nil
			},
			SessionTicketsDisabled: true, // a new certificate is shown at once
		},
	}
	server := s.server
	s.serving.Go(func() {
		_ = server.ServeTLS(listener, "", "") // it ends by Close alone; a listener that breaks is seen by every client
	})
	return s.address, nil
}

// current is the certificate that new connections are shown.
func (s *Sandbox) current() identity {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identity
}

// Close cuts all connections and waits until nobody is served any more.
func (s *Sandbox) Close() error {
	s.closing.Do(func() { close(s.done) })
	s.mu.Lock()
	server := s.server
	s.mu.Unlock()
	var err error
	if server != nil {
		err = server.Close()
	}
	s.serving.Wait()
	return err
}

// Pin is that of the certificate: "sha256/..." of its public key.
func (s *Sandbox) Pin() string { return s.current().pin() }

// WriteConfig writes registry.toml and the password file that it names into dir, for adapter ("verify" or
// "call_nik"), and returns the path of the first. Listen comes before it.
func (s *Sandbox) WriteConfig(dir, adapter string) (string, error) {
	s.mu.Lock()
	address := s.address
	s.mu.Unlock()
	if address == "" {
		return "", errors.New("sandbox: write its configuration: it does not listen yet")
	}
	if host, port, err := net.SplitHostPort(address); err == nil && net.ParseIP(host).IsUnspecified() {
		address = net.JoinHostPort("127.0.0.1", port)
	}
	text := fmt.Sprintf(`# The registry's sandbox: made-up people, for training and tests.
adapter = %q
url = "https://%s/dukcapil/get_json"
institution = %q
user_id = %q
password_file = %q
ip_user = %q
pins = [%q]
requests_per_second = 200
quota_alarm = 100
`, adapter, address, s.config.Institution, s.config.UserID, passwordFile, s.config.IPUser, s.Pin())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("sandbox: %w", err)
	}
	path := filepath.Join(dir, "registry.toml")
	if err := writeOwn(path, text); err != nil {
		return "", err
	}
	return path, writeOwn(filepath.Join(dir, passwordFile), s.password+"\n")
}

// passwordFile is the account's password, in the sandbox's directory and beside registry.toml.
const passwordFile = "registry.password"

// writeOwn writes a file that nobody but its owner can read, also when it was there before.
func writeOwn(path, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	return nil
}

// loadPassword reads the password of dir, or makes one.
func loadPassword(dir string) (string, error) {
	if dir == "" {
		return rand.Text(), nil
	}
	path := filepath.Join(dir, passwordFile)
	raw, err := os.ReadFile(path) //nolint:gosec // the directory that the operator named
	if err == nil {
		if line, _, _ := strings.Cut(string(raw), "\n"); line != "" {
			return line, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	made := rand.Text()
	return made, writeOwn(path, made+"\n")
}
