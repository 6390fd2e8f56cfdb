package serialport

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"loket/drivers"
)

// control is the second descriptor of a tty. It carries no data: it locks the device, sets what
// tarm/serial cannot set, and sees an unplug that a blocked Read does not.
type control struct{ fd int }

// openControl opens the second descriptor and locks the device with flock(2): the lock is the
// kernel's, so a crash leaves nothing behind, and it holds against any link to the same device.
func openControl(device string) (*control, error) {
	fd, err := unix.Open(device, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		if errors.Is(err, unix.EBUSY) {
			return nil, fmt.Errorf("open %s: %w", device, drivers.ErrInUse)
		}
		return nil, fmt.Errorf("open %s: %w", device, err)
	}
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = unix.Close(fd) // the lock's error is the one that matters
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("open %s: %w", device, drivers.ErrInUse)
		}
		return nil, fmt.Errorf("lock %s: %w", device, err)
	}
	return &control{fd: fd}, nil
}

func (c *control) close() error { return unix.Close(c.fd) }

// setFlow sets the flow control. Taking XonXoff away also starts a line that an XOFF had stopped.
func (c *control) setFlow(f Flow) error {
	t, err := unix.IoctlGetTermios(c.fd, unix.TCGETS)
	if err != nil {
		return fmt.Errorf("read line settings: %w", err)
	}
	t.Iflag &^= unix.IXON | unix.IXOFF | unix.IXANY
	t.Cflag &^= unix.CRTSCTS
	switch f {
	case XonXoff:
		// Only what the printer says stops us; a kiosk always has room for a status byte.
		t.Iflag |= unix.IXON
		t.Cc[unix.VSTART], t.Cc[unix.VSTOP] = 0x11, 0x13
	case RTSCTS:
		t.Cflag |= unix.CRTSCTS
	case NoFlow:
	}
	if err := unix.IoctlSetTermios(c.fd, unix.TCSETS, t); err != nil {
		return fmt.Errorf("set flow control: %w", err)
	}
	return nil
}

// hungUp says whether the device is gone.
func (c *control) hungUp() bool {
	fds := []unix.PollFd{{Fd: int32(c.fd)}} //nolint:gosec // a descriptor fits
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0 && fds[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0
}

// writable waits up to d for room in the tty. With room, the kernel takes a chunk of a Write
// without blocking: poll(2) answers only while fewer than 256 bytes are queued.
func (c *control) writable(d time.Duration) (bool, error) {
	fds := []unix.PollFd{{Fd: int32(c.fd), Events: unix.POLLOUT}} //nolint:gosec // a descriptor fits
	n, err := unix.Poll(fds, int(d.Milliseconds()))
	switch {
	case errors.Is(err, unix.EINTR):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("poll: %w", err)
	case n == 0:
		return false, nil
	case fds[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0:
		return false, drivers.ErrUnplugged
	}
	return true, nil
}

// queued is the number of bytes that the kernel still has to put on the wire.
func (c *control) queued() (int, error) {
	n, err := unix.IoctlGetInt(c.fd, unix.TIOCOUTQ)
	if err != nil {
		return 0, fmt.Errorf("output queue: %w", err)
	}
	return n, nil
}

// discardOutput drops what the kernel still has to send.
func (c *control) discardOutput() error {
	if err := unix.IoctlSetInt(c.fd, unix.TCFLSH, unix.TCOFLUSH); err != nil {
		return fmt.Errorf("discard output: %w", err)
	}
	return nil
}
