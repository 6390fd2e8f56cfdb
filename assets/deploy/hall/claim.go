package hall

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/gofrs/flock"
)

// lockName is the file in an office's folder that is locked while the office runs.
const lockName = "office.lock"

// marks are files that only Start makes: one of them says that a folder may be emptied. The second is for folders
// from before there was a lock.
var marks = []string{lockName, "admin-password"}

var (
	// ErrRunning is wrapped when another office lives in the folder at this moment.
	ErrRunning = errors.New("another office runs in this folder: stop it or choose another folder")
	// ErrNotOurs is wrapped when the folder has something in it that no office left there.
	ErrNotOurs = errors.New("this folder is not empty and no office made it, so it is not cleared: choose another folder")
)

// claim takes the folder for this office alone, and empties it. It changes nothing when it refuses.
func claim(dir string) (*flock.Flock, error) {
	found, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, fmt.Errorf("make the office's folder: %w", err)
		}
	case err != nil:
		return nil, fmt.Errorf("look into the office's folder: %w", err)
	case len(found) > 0 && !slices.ContainsFunc(found, func(e fs.DirEntry) bool { return slices.Contains(marks, e.Name()) }):
		return nil, fmt.Errorf("%s: %w", dir, ErrNotOurs)
	}
	lock := flock.New(filepath.Join(dir, lockName))
	free, err := lock.TryLock()
	if err == nil && !free {
		err = ErrRunning
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	if err := empty(dir); err != nil {
		return nil, errors.Join(fmt.Errorf("clear the office's folder: %w", err), lock.Unlock())
	}
	return lock, nil
}

// empty removes all but the lock.
func empty(dir string) error {
	found, err := os.ReadDir(dir)
	for _, e := range found {
		if e.Name() != lockName {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	return err
}

// checkPrograms says which program a start would miss.
func checkPrograms(cfg Config) error {
	needed := []string{}
	for _, name := range []string{"queue-server", "device-bench", kioskProgram, displayProgram} {
		needed = append(needed, filepath.Join(cfg.Bin, name))
	}
	if cfg.Virtual {
		needed = append(needed, "Xvfb")
	}
	for _, path := range needed {
		if _, err := exec.LookPath(path); err != nil {
			return fmt.Errorf("a program is missing: %w", err)
		}
	}
	return nil
}

// checkPorts says whether all ports are free and different; 0 is any free one.
func checkPorts(ports ...int) (err error) {
	for _, port := range ports {
		if port == 0 {
			continue
		}
		l, listenErr := listen(port)
		if listenErr != nil {
			return listenErr
		}
		defer func() { err = errors.Join(err, l.Close()) }() // kept until all are tried
	}
	return nil
}

// address gives 127.0.0.1 with the port, or with a free one for port 0.
func address(port int) (string, error) {
	l, err := listen(port)
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func listen(port int) (net.Listener, error) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d is in use: stop the other program or choose another port: %w", port, err)
	}
	if err != nil {
		return nil, fmt.Errorf("try port %d: %w", port, err)
	}
	return l, nil
}
