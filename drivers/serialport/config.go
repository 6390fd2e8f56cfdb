// Package serialport makes github.com/tarm/serial dependable: a Read that tells a time-out from an
// unplugged cable, a Write with a deadline, a Close that never hangs, flow control, a lock against
// a second process, and a Keeper that opens the device again when it comes back.
//
// It is not for modem lines or for finding devices: a kiosk names its device by a udev link.
//
// The invariant: one goroutine reads the tty and it alone closes it; everything else goes through
// a second descriptor that is never read or written.
package serialport

import (
	"errors"
	"fmt"
	"time"
)

// ErrConfig is the error of a Config that no port can be opened with.
var ErrConfig = errors.New("serial: configuration")

// Flow is how the device says that it can take no more.
type Flow string

// The flow controls. XonXoff takes the bytes 11 and 13 (hex) out of what is received, so it is
// never for a device that sends binary data.
const (
	NoFlow  Flow = "none"
	XonXoff Flow = "xonxoff"
	RTSCTS  Flow = "rtscts"
)

// Config describes a serial line: 8 data bits, no parity, 1 stop bit, as every device of a kiosk.
type Config struct {
	// Device is the path of the tty, best a udev link such as /dev/loket-printer.
	Device string
	// Baud is the speed in bits a second; 0 means 9600.
	Baud int
	// Flow is the flow control; "" means NoFlow.
	Flow Flow
	// ReadTimeout is how long a Read waits for the first byte; 0 means 200 ms.
	ReadTimeout time.Duration
	// WriteTimeout is how long a Write may go without a single byte being taken; 0 means 3 s.
	WriteTimeout time.Duration
	// Retry is how often a Keeper looks for a device that is away; 0 means 200 ms.
	Retry time.Duration
}

// bauds are the speeds that a kiosk's devices have; tarm/serial knows them all.
var bauds = map[int]bool{
	1200: true, 2400: true, 4800: true, 9600: true, 19200: true, 38400: true, 57600: true,
	115200: true, 230400: true, 460800: true, 921600: true,
}

// withDefaults fills what was left out and refuses what cannot be; the error is ErrConfig.
func (c Config) withDefaults() (Config, error) {
	if c.Device == "" {
		return c, fmt.Errorf("%w: no device", ErrConfig)
	}
	if c.Baud == 0 {
		c.Baud = 9600
	}
	if !bauds[c.Baud] {
		return c, fmt.Errorf("%w: baud %d: allowed are 1200 to 38400 doubling, 57600, 115200, 230400, 460800, 921600", ErrConfig, c.Baud)
	}
	switch c.Flow {
	case "":
		c.Flow = NoFlow
	case NoFlow, XonXoff, RTSCTS:
	default:
		return c, fmt.Errorf("%w: flow %q: allowed are none, xonxoff, rtscts", ErrConfig, c.Flow)
	}
	if c.ReadTimeout <= 0 {
		c.ReadTimeout = 200 * time.Millisecond
	}
	if c.WriteTimeout <= 0 {
		c.WriteTimeout = 3 * time.Second
	}
	if c.Retry <= 0 {
		c.Retry = 200 * time.Millisecond
	}
	return c, nil
}
