package escpos

import "fmt"

// The control bytes that start a command.
const (
	dle = 0x10
	dc4 = 0x14
	esc = 0x1b
	fs  = 0x1c
	gs  = 0x1d
	lf  = 0x0a

	eot = 0x04
	enq = 0x05
)

// The four real-time status requests (DLE EOT n); a printer answers each with one byte, even when
// it is offline. Their answers look alike, so they are told apart by their order.
const (
	AskPrinter = 1
	AskOffline = 2
	AskError   = 3
	AskPaper   = 4
)

// AskFull is the real-time request that a printer with CustomStatus answers with one FullReport.
const AskFull = 20

// AskStatus is the real-time request n: AskPrinter to AskPaper, or AskFull.
func AskStatus(n byte) []byte { return []byte{dle, eot, n} }

// AskBuffer is GS r 1: answered with one byte when the printer's buffer has reached it.
func AskBuffer() []byte { return []byte{gs, 'r', 1} }

// AskProcess is GS ( H: answered with a Done of this id when all before it is printed.
func AskProcess(id ProcessID) []byte {
	return append([]byte{gs, '(', 'H', 6, 0, 0x30, 0x30}, id[:]...)
}

// NoAutoStatus is GS a 0: the printer speaks only when asked. Some send four bytes at every change
// until they are told not to.
func NoAutoStatus() []byte { return []byte{gs, 'a', 0} }

// Initialise is ESC @, the settings that a printer has after power-on, and FS ., which leaves the
// Kanji mode that Chinese printers start in. It does not end a command that is half received.
func Initialise() []byte { return []byte{esc, '@', fs, '.'} }

// Recover is DLE ENQ 2: leave an error that can be left, and drop what was to be printed.
func Recover() []byte { return []byte{dle, enq, 2} }

// ClearBuffer is DLE DC4 8: drop what was received and not printed, in real time. Only for a
// Profile with ClearsBuffer.
func ClearBuffer() []byte { return []byte{dle, dc4, 8, 1, 3, 20, 1, 6, 2, 8} }

// ProcessID names one job in AskProcess and in Done; each byte is printable ASCII.
type ProcessID [4]byte

// MakeProcessID makes the id of the nth job of a driver.
func MakeProcessID(n uint32) ProcessID {
	var id ProcessID
	copy(id[:], fmt.Sprintf("%04d", n%10000))
	return id
}
