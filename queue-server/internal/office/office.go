// Package office is the running office: one goroutine takes commands, decides them, has the
// journal make their events durable, applies them and tells those who watch.
//
// It holds no rules (package queue) and no SQL (package journal). Its one invariant: what a
// reader sees and what a caller was told is on the disk; memory is never ahead of it.
//
// The writer keeps two states. The draft runs ahead within a batch, so that each command of the
// batch is decided on those before it. The committed one is what readers see; it follows when
// the batch is on the disk. While a batch commits, the next one gathers in the inbox.
package office

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"loket/queue-server/internal/queue"
)

// Errors of Do beside *queue.Refusal and those of its context.
var (
	// ErrNotDurable is wrapped when the events could not be written. The command may be repeated
	// under the same id, and takes effect once at most.
	ErrNotDurable = errors.New("not durable")
	// ErrClosed says that the office does not take commands any more.
	ErrClosed = errors.New("the office is closed")
	// ErrInternal is wrapped when a command led to a fault of the program. Nothing of it was kept.
	ErrInternal = errors.New("internal fault")
)

// Log is the journal as the office needs it.
type Log interface {
	Load(ctx context.Context) (*queue.Office, error)
	Append(ctx context.Context, events []queue.Event) error
	SaveSnapshot(ctx context.Context, o *queue.Office) error
}

// Config is what an office needs. Journal is required, the rest has defaults.
type Config struct {
	Journal  Log
	Clock    func() time.Time                     // nil: time.Now
	Log      *slog.Logger                         // nil: slog.Default
	Tick     time.Duration                        // time between queue.Tick commands; 0: 1 s, negative: none
	Snapshot int64                                // events between two snapshots in idle moments; 0: 20,000
	OnCommit func(events int, took time.Duration) // called by the writer after each commit; must be quick
}

const (
	// inboxSize is how many commands can wait; when it is full, Do waits for room.
	inboxSize = 1024
	// maxBatch bounds how many commands share a commit, and so how long the first of them waits.
	maxBatch = 256
	// urgentSnapshots is how many times Config.Snapshot events may pass when the office is never idle.
	urgentSnapshots = 2
	// reloadPause is the least time between two attempts to read the log again after a failure.
	reloadPause = time.Second
)

// Office is a running office. Its methods may be called from any goroutine.
type Office struct {
	cfg   Config
	inbox chan *request

	mu        sync.RWMutex  // guards committed; the writer alone changes it
	committed *queue.Office // what is on the disk

	watchMu  sync.Mutex
	watchers map[chan struct{}]struct{}

	fault atomic.Pointer[error] // why the last commit failed; nil when it did not

	closing   chan struct{} // closed by Close: no new commands
	closeOnce sync.Once
	ended     chan struct{} // closed by the writer when it has answered its last command
	all       sync.WaitGroup
	closeErr  error // of the last snapshot; read after all has ended
}

// Open loads the office from its journal and starts its writer. It ends with ctx or with Close;
// the journal stays open.
func Open(ctx context.Context, cfg Config) (*Office, error) {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	cfg.Tick = cmp.Or(cfg.Tick, time.Second)
	cfg.Snapshot = cmp.Or(cfg.Snapshot, 20_000)
	state, err := cfg.Journal.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("open office: %w", err)
	}
	o := &Office{
		cfg:       cfg,
		inbox:     make(chan *request, inboxSize),
		committed: state,
		watchers:  make(map[chan struct{}]struct{}),
		closing:   make(chan struct{}),
		ended:     make(chan struct{}),
	}
	w := &writer{o: o, draft: state.Clone(), snapshots: make(chan *queue.Office, 1)}
	o.all.Go(w.saveSnapshots)
	o.all.Go(func() { w.run(ctx) })
	return o, nil
}

// request is a command on its way to the writer.
type request struct {
	command queue.Command
	reply   chan reply // capacity 1, so that the writer never waits for a caller who left
}

type reply struct {
	result queue.Result
	err    error
}

// Do decides a command and returns after its events are on the disk. The error is a
// *queue.Refusal, or wraps one of the errors above, or is that of ctx; in the last case the
// command may still take effect, and repeating it under its id tells its result.
func (o *Office) Do(ctx context.Context, c queue.Command) (queue.Result, error) {
	r := &request{command: c, reply: make(chan reply, 1)}
	select {
	case <-o.closing:
		return queue.Result{}, ErrClosed
	default:
	}
	select {
	case o.inbox <- r:
	case <-o.closing:
		return queue.Result{}, ErrClosed
	case <-ctx.Done():
		return queue.Result{}, fmt.Errorf("wait for the office: %w", ctx.Err())
	}
	select {
	case a := <-r.reply:
		return a.result, a.err
	case <-ctx.Done():
		return queue.Result{}, fmt.Errorf("wait for the commit: %w", ctx.Err())
	case <-o.ended:
	}
	// The writer has ended; it either answered just before, or never saw the request.
	select {
	case a := <-r.reply:
		return a.result, a.err
	default:
		return queue.Result{}, ErrClosed
	}
}

// Read shows f the committed state. f must be quick, must change nothing, and must keep no
// reference into the state.
func (o *Office) Read(f func(*queue.Office)) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	f(o.committed)
}

// Watch returns a channel of capacity 1 that gets a value after changes of the committed state
// (several changes may share one), and a function that ends the watch. It is never closed.
func (o *Office) Watch() (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	o.watchMu.Lock()
	defer o.watchMu.Unlock()
	o.watchers[ch] = struct{}{}
	return ch, func() {
		o.watchMu.Lock()
		defer o.watchMu.Unlock()
		delete(o.watchers, ch)
	}
}

func (o *Office) tellWatchers() {
	o.watchMu.Lock()
	defer o.watchMu.Unlock()
	for ch := range o.watchers {
		select {
		case ch <- struct{}{}:
		default: // it has not looked since the last change: one value stands for both
		}
	}
}

// Waiting is how many commands wait for the writer now: for metrics.
func (o *Office) Waiting() int { return len(o.inbox) }

// Fault returns why the latest commit failed, or nil when it did not: for the health page.
func (o *Office) Fault() error {
	if p := o.fault.Load(); p != nil {
		return *p
	}
	return nil
}

// Close refuses new commands, finishes those that wait, saves a snapshot and waits for all
// goroutines. The error is that of the snapshot; the log is whole without it.
func (o *Office) Close() error {
	o.closeOnce.Do(func() { close(o.closing) })
	o.all.Wait()
	return o.closeErr
}
