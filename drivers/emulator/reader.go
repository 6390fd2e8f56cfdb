package emulator

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// ReaderKind is what a Reader is.
type ReaderKind string

// The kinds of readers: two for cards, and one that writes lines, as a scanner does.
const (
	PN532   ReaderKind = "pn532"
	ACR122S ReaderKind = "acr122s"
	Line    ReaderKind = "line"
)

// ReaderKinds are all kinds of readers.
func ReaderKinds() []ReaderKind { return []ReaderKind{PN532, ACR122S, Line} }

// Faults that only readers have.
const (
	BadChecksum Fault = "bad_checksum" // every other answer is damaged
	LostBytes   Fault = "lost_bytes"   // every third answer lacks a byte
	Halves      Fault = "halves"       // answers and lines come in two pieces
)

// ReaderFaults are the faults that a kind of reader can have, in the order of a panel.
func ReaderFaults(k ReaderKind) []Fault {
	if k == Line {
		return []Fault{Unplugged, Noise, Halves}
	}
	return []Fault{Unplugged, Silent, Noise, BadChecksum, LostBytes, Halves}
}

// The errors of what a reader cannot see.
var (
	ErrCard = errors.New("emulator: no such card")
	ErrCode = errors.New("emulator: no such code")
	errKind = errors.New("emulator: no such reader")
)

// Card is a contactless card: Type is "A" with a UID of 4, 7 or 10 bytes, or "B" with a PUPI of
// 4 bytes, in hex digits.
type Card struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

// Check answers ErrCard for a card that cannot be.
func (c Card) Check() error {
	_, err := c.bytes()
	return err
}

// bytes are those of the UID.
func (c Card) bytes() ([]byte, error) {
	b, err := hex.DecodeString(c.UID)
	if err != nil {
		return nil, fmt.Errorf("%w: %q is not hex: %w", ErrCard, c.UID, err)
	}
	n := len(b)
	if c.Type == "A" && (n == 4 || n == 7 || n == 10) || c.Type == "B" && n == 4 {
		return b, nil
	}
	return nil, fmt.Errorf("%w: type %q with %d bytes: allowed are A with 4, 7 or 10 and B with 4", ErrCard, c.Type, n)
}

// ReaderConfig describes the reader that is emulated. Only Kind is needed.
type ReaderConfig struct {
	Kind ReaderKind
	// Link is a symbolic link to keep pointing at the pty, as a udev rule does; "" makes one in a
	// directory of its own. It is gone while the reader is unplugged.
	Link string
	// Baud is the speed of the line in bits a second; 0 means 115200 for a PN532, else 9600.
	Baud int
	// End is what ends each line of a Line reader; nothing is what only silence ends.
	End string
	// Wrapped puts STX and ETX around each line.
	Wrapped bool
}

// Reader is an emulated reader of cards or codes. Its methods may be called from any goroutine.
type Reader struct {
	cfg ReaderConfig

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change of what follows
	line    *line         // the pty, nil while unplugged
	faults  map[Fault]bool
	cards   []Card
	looks   int // questions for a card that were answered
	scans   int
	said    int // answers, for the faults that hit some of them
	noise   *rand.Rand

	answers chan said // capacity 64; what finds it full is lost, as on a real line
	closing chan struct{}
	once    sync.Once
	wg      sync.WaitGroup
	link    link
}

// said is something that the reader says, after it has worked for a while.
type said struct {
	after  time.Duration
	bytes  []byte
	answer bool        // faults hit only these
	look   bool        // it answers a look for a card
	taken  func() bool // whether it is still wanted; nil says yes
	line   *line       // to which it is said: an unplugged reader forgets
}

// mind is what is inside a reader of cards. It belongs to the goroutine that receives.
type mind interface {
	// hear takes bytes of the host and answers what is said to them.
	hear(b []byte, cards []Card) []said
}

// NewReader plugs a reader in. Close it when done.
func NewReader(cfg ReaderConfig) (*Reader, error) {
	if !slices.Contains(ReaderKinds(), cfg.Kind) {
		return nil, fmt.Errorf("%w: %q: allowed are %v", errKind, cfg.Kind, ReaderKinds())
	}
	if cfg.Baud <= 0 {
		cfg.Baud = 9600
		if cfg.Kind == PN532 {
			cfg.Baud = 115200
		}
	}
	r := &Reader{
		cfg: cfg, changed: make(chan struct{}), faults: make(map[Fault]bool),
		noise:   rand.New(rand.NewPCG(3, 4)), //nolint:gosec // noise that a test can repeat
		answers: make(chan said, 64), closing: make(chan struct{}),
	}
	var err error
	if r.link, err = newLink(cfg.Link, "reader"); err != nil {
		return nil, err
	}
	if err := r.plug(); err != nil {
		return nil, errors.Join(err, r.link.remove())
	}
	r.wg.Add(1)
	go func() { defer r.wg.Done(); r.speak() }()
	return r, nil
}

// Device is the path that a driver opens. It stays the same over Unplugged and back.
func (r *Reader) Device() string { return r.link.path }

// Kind is what the reader is.
func (r *Reader) Kind() ReaderKind { return r.cfg.Kind }

// Baud is the speed of the line.
func (r *Reader) Baud() int { return r.cfg.Baud }

// Tap lays a card on the reader, until Lift. The error is ErrCard when there is no such card, or
// when the reader reads none.
func (r *Reader) Tap(c Card) error {
	if r.cfg.Kind == Line {
		return fmt.Errorf("%w: this reader reads codes", ErrCard)
	}
	if err := c.Check(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.cards, c) {
		r.cards = append(r.cards, c)
	}
	r.tell()
	return nil
}

// Lift takes all cards away.
func (r *Reader) Lift() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cards = nil
	r.tell()
}

// Cards are the cards that lie on the reader.
func (r *Reader) Cards() []Card {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.cards)
}

// Scan shows a code to a reader of lines, which writes it. The error is ErrCode for a code that
// is empty, of more than 4,096 bytes, or shown to a reader of cards.
func (r *Reader) Scan(code string) error {
	const most = 4096
	if r.cfg.Kind != Line {
		return fmt.Errorf("%w: this reader reads cards", ErrCode)
	}
	if code == "" || len(code) > most {
		return fmt.Errorf("%w: %d bytes: allowed are 1 to %d", ErrCode, len(code), most)
	}
	if r.cfg.Wrapped {
		code = "\x02" + code + "\x03"
	}
	r.mu.Lock()
	l := r.line
	r.scans++
	r.tell()
	r.mu.Unlock()
	if l != nil {
		r.say(said{bytes: []byte(code + r.cfg.End), answer: true, line: l})
	}
	return nil
}

// Count is how many looks for a card were answered, or codes were shown.
func (r *Reader) Count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.looks + r.scans
}

// WaitLooks waits until n looks for a card have been answered in all; the error is that of ctx.
func (r *Reader) WaitLooks(ctx context.Context, n int) error {
	for {
		r.mu.Lock()
		looks, changed := r.looks, r.changed
		r.mu.Unlock()
		if looks >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for look %d: %w", n, ctx.Err())
		case <-r.closing:
			return errClosed
		}
	}
}

// Set makes a fault happen or mends it; the error is ErrFault for one that this kind cannot have.
func (r *Reader) Set(f Fault, on bool) error {
	if !slices.Contains(ReaderFaults(r.cfg.Kind), f) {
		return fmt.Errorf("%w: %q", ErrFault, f)
	}
	if f == Unplugged {
		return r.pull(on)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults[f] = on
	r.tell()
	return nil
}

// Faulty are the faults that hold.
func (r *Reader) Faulty() map[Fault]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := make(map[Fault]bool)
	for _, f := range ReaderFaults(r.cfg.Kind) {
		m[f] = r.faults[f]
	}
	return m
}

// tell wakes who waits; the lock is held.
func (r *Reader) tell() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// Close unplugs the reader for good and takes its link away.
func (r *Reader) Close() error {
	var err error
	r.once.Do(func() {
		close(r.closing)
		r.mu.Lock()
		l := r.line
		r.line = nil
		r.mu.Unlock()
		if l != nil {
			err = l.close()
		}
		r.wg.Wait()
		err = errors.Join(err, r.link.remove())
	})
	return err
}
