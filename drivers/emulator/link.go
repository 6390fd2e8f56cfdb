package emulator

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// link is the name under which an emulated device is found, as a udev rule would give it. It points at another
// pty after each unplug.
type link struct {
	path string
	dir  string // made for it, "" otherwise
}

// newLink takes the path, or makes one in a temporary folder.
func newLink(path, device string) (link, error) {
	if path != "" {
		return link{path: path}, nil
	}
	dir, err := os.MkdirTemp("", "loket-"+device+"-")
	if err != nil {
		return link{}, fmt.Errorf("emulator: %w", err)
	}
	return link{path: filepath.Join(dir, device), dir: dir}, nil
}

// point makes the link point at the device, replacing an old link but never another kind of file.
func (l link) point(device string) error {
	if err := l.unpoint(); err != nil {
		return err
	}
	if err := os.Symlink(device, l.path); err != nil {
		return fmt.Errorf("emulator: %w", err)
	}
	return nil
}

// unpoint takes the link away, as udev does.
func (l link) unpoint() error {
	info, err := os.Lstat(l.path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("emulator: %w", err)
	case info.Mode()&os.ModeSymlink == 0:
		return fmt.Errorf("emulator: %s exists and is no link", l.path)
	}
	if err := os.Remove(l.path); err != nil {
		return fmt.Errorf("emulator: %w", err)
	}
	return nil
}

// remove takes the link away, with what was made for it.
func (l link) remove() error {
	err := l.unpoint()
	if l.dir != "" {
		err = errors.Join(err, os.Remove(l.dir))
	}
	return err
}
