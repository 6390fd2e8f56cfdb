package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// runs does a command that ends by itself.
func runs(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

// logLines is what a server wrote; it can be waited for.
type logLines struct {
	mu    sync.Mutex
	text  strings.Builder
	wrote chan struct{} // capacity 1
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	select {
	case l.wrote <- struct{}{}:
	default:
	}
	return len(p), nil
}

// await waits for a text and returns everything written by then.
func (l *logLines) await(t *testing.T, word string) string {
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	for {
		l.mu.Lock()
		text := l.text.String()
		l.mu.Unlock()
		if strings.Contains(text, word) {
			return text
		}
		select {
		case <-l.wrote:
		case <-deadline.C:
			t.Fatalf("the server did not write %q, but: %s", word, text)
		}
	}
}

// serving runs a server; stop ends it gracefully and returns its exit code.
func serving(t *testing.T, args ...string) (lines *logLines, stop func() int) {
	t.Helper()
	lines = &logLines{wrote: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, append([]string{"--listen", "127.0.0.1:0"}, args...), lines, lines) }()
	stop = sync.OnceValue(func() int { cancel(); return <-ended })
	t.Cleanup(func() { stop() })
	lines.await(t, "office is open for connections")
	return lines, stop
}

func TestTheFirstStartMakesAnOfficeAndSaysThePasswordOnce(t *testing.T) {
	dir := t.TempDir()
	lines, stop := serving(t, "--data", dir, "--sample", "kelurahan")
	if text := lines.await(t, "office is open"); !strings.Contains(text, `log in as "admin"`) {
		t.Errorf("no password was printed: %s", text)
	}
	if code, _, errOut := runs(t, "--data", dir, "--listen", "127.0.0.1:0"); code != 1 || strings.Count(errOut, "\n") != 1 {
		t.Errorf("a second server on the same data: code %d: %s", code, errOut)
	}
	copyTo := filepath.Join(t.TempDir(), "copy.db")
	if code, out, errOut := runs(t, "backup", copyTo, "--data", dir); code != 0 || !strings.Contains(out, "verified") {
		t.Errorf("backup beside the running server: code %d: %s%s", code, out, errOut)
	}
	if code := stop(); code != 0 {
		t.Fatalf("the server ended with code %d", code)
	}
	if code, out, errOut := runs(t, "verify", "--data", dir); code != 0 {
		t.Errorf("verify: code %d: %s%s", code, out, errOut)
	}
	lines, _ = serving(t, "--data", dir, "--open-all-hours", "--log-format", "json")
	text := lines.await(t, "office is open")
	if strings.Contains(text, "log in as") || !strings.Contains(text, "opening hours are ignored") {
		t.Errorf("the second start wrote: %s", text)
	}
}

func TestTheCatalogueAndUsersCanBeSetUpFromTheCommandLine(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	_, stop := serving(t, "--data", dir, "--sample", "kelurahan")
	stop()
	catalog, password := filepath.Join(files, "catalog.json"), filepath.Join(files, "password")
	if err := os.WriteFile(password, []byte("rahasia-sekali\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"catalog", "export", catalog, "--data", dir},
		{"catalog", "check", catalog},
		{"catalog", "import", catalog, "--data", dir},
		{"user", "add", "sari", "--name", "Sari Contoh", "--password-file", password, "--data", dir},
	} {
		if code, out, errOut := runs(t, args...); code != 0 {
			t.Errorf("%v: code %d: %s%s", args, code, out, errOut)
		}
	}
	if code, _, errOut := runs(t, "user", "add", "sari", "--name", "Sari", "--password-file", password, "--data", dir); code != 1 || !strings.Contains(errOut, "login_taken") {
		t.Errorf("a user twice: code %d: %s", code, errOut)
	}
}

func TestFaultsAreOneLineAndHarmNothing(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close() // the test is over
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte(`{"office":`), 0o600); err != nil {
		t.Fatal(err)
	}
	short := filepath.Join(dir, "short")
	if err := os.WriteFile(short, []byte("rahasia\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, databaseFile), bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(dir, "fresh")
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"the port is in use":           {[]string{"--listen", taken.Addr().String(), "--data", fresh}, 1, taken.Addr().String()},
		"the data directory is a file": {[]string{"--listen", "127.0.0.1:0", "--data", file}, 1, file},
		"another program's file":       {[]string{"--listen", "127.0.0.1:0", "--data", foreign}, 1, databaseFile},
		"verify without a database":    {[]string{"verify", "--data", fresh}, 1, fresh},
		"a catalogue that is broken":   {[]string{"--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "a"), "--catalog", file}, 2, file},
		"a catalogue that is missing":  {[]string{"catalog", "check", filepath.Join(dir, "none")}, 2, "none"},
		"an unknown flag":              {[]string{"--frob"}, 2, "--frob"},
		"a password that is short":     {[]string{"--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "c"), "--admin-password-file", short}, 2, short},
		"an empty password file":       {[]string{"--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "b"), "--admin-password-file", os.DevNull}, 2, os.DevNull},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, errOut := runs(t, c.args...)
			if code != c.code || !strings.Contains(errOut, c.want) || strings.Count(strings.TrimSpace(errOut), "\n") != 0 {
				t.Errorf("code %d, want %d: %s", code, c.code, errOut)
			}
		})
	}
	for _, data := range []string{fresh, filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")} {
		if _, err := os.Stat(data); !os.IsNotExist(err) {
			t.Errorf("a server that could not start made its data directory %s", data)
		}
	}
}
