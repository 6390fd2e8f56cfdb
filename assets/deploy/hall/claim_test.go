package hall

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// write makes files below dir with their own path as text.
func write(t *testing.T, dir string, paths ...string) {
	t.Helper()
	for _, path := range paths {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(path), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// picture tells everything in a folder: names, sizes, times, modes.
func picture(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == dir {
			return nil
		}
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(&all, path, info.Size(), info.ModTime(), info.Mode())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// programs makes a folder of programs that end at once with an error.
func programs(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"queue-server", "device-bench", kioskProgram, displayProgram} {
		script(t, dir, name, "exit 1")
	}
	return dir
}

func script(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
}

func busyPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // the test has ended
	return l.Addr().(*net.TCPAddr).Port
}

func TestARefusedStartLeavesTheFolderAsItWas(t *testing.T) {
	const office, foreign, none = "office", "foreign", "none"
	bin, busy := programs(t), busyPort(t)
	for name, c := range map[string]struct {
		folder string
		cfg    Config
		is     error
	}{
		"the server's port is taken":    {office, Config{Bin: bin, ServerPort: busy}, syscall.EADDRINUSE},
		"the bench's port is taken":     {office, Config{Bin: bin, BenchPort: busy}, syscall.EADDRINUSE},
		"no folder yet, port taken":     {none, Config{Bin: bin, BenchPort: busy}, syscall.EADDRINUSE},
		"a program is missing":          {office, Config{Bin: t.TempDir()}, fs.ErrNotExist},
		"the folder is somebody else's": {foreign, Config{Bin: bin}, ErrNotOurs},
	} {
		t.Run(name, func(t *testing.T) {
			c.cfg.Dir = filepath.Join(t.TempDir(), "run")
			switch c.folder {
			case office:
				write(t, c.cfg.Dir, lockName, "server/loket.db", "logs/kiosk.log")
			case foreign:
				write(t, c.cfg.Dir, "thesis.txt", "logs/diary")
			}
			before := picture(t, c.cfg.Dir)
			if _, err := Start(context.Background(), c.cfg); !errors.Is(err, c.is) {
				t.Fatalf("got %v, want %v", err, c.is)
			}
			if after := picture(t, c.cfg.Dir); after != before {
				t.Errorf("before\n%safter\n%s", before, after)
			}
		})
	}
}

func TestTwoPortsThatAreOneAreRefused(t *testing.T) {
	port := busyPort(t) // a port that is certainly not handed out
	if err := checkPorts(0, 0); err != nil {
		t.Error(err)
	}
	if err := checkPorts(port); !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), fmt.Sprint(port)) {
		t.Errorf("got %v", err)
	}
	free, err := address(0)
	if err != nil {
		t.Fatal(err)
	}
	_, text, err := net.SplitHostPort(free)
	if err != nil {
		t.Fatal(err)
	}
	var same int
	if _, err := fmt.Sscan(text, &same); err != nil {
		t.Fatal(err)
	}
	if err := checkPorts(same, same); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("the same port twice: got %v", err)
	}
}

func TestASecondOfficeInTheSameFolderIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	lock, err := claim(dir)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "server/loket.db")
	before := picture(t, dir)
	if _, err := Start(context.Background(), Config{Bin: programs(t), Dir: dir}); !errors.Is(err, ErrRunning) {
		t.Fatalf("got %v", err)
	}
	if after := picture(t, dir); after != before {
		t.Errorf("before\n%safter\n%s", before, after)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	// The first one has stopped: now the folder is emptied.
	lock, err = claim(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Unlock() }() // the test has ended
	if _, err := os.Stat(filepath.Join(dir, "server")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what the last office left is there: %v", err)
	}
}

func TestAStartThatFailsLetsGoOfTheFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	for range 2 {
		_, err := Start(context.Background(), Config{Bin: programs(t), Dir: dir})
		if err == nil || errors.Is(err, ErrRunning) || !strings.Contains(err.Error(), "registry ended early") {
			t.Fatalf("got %v", err)
		}
	}
}
