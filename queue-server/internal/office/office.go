// Package office is the running office: one goroutine takes commands, decides them, has the
// journal make their events durable, applies them and tells those who watch.
//
// It holds no rules (package queue) and no SQL (package journal). Its one invariant: what a
// reader sees and what a caller was told is on the disk; memory is never ahead of it.
package office

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"loket/queue-server/internal/queue"
)

// ErrNotDurable is wrapped by the error of a command whose events could not be written. Nothing
// of it happened; the caller may repeat it under the same id.
var ErrNotDurable = errors.New("not durable")

// ErrClosed is the error of a command that came after Close.
var ErrClosed = errors.New("the office is closed")

// Log is the journal as the office needs it.
type Log interface {
	Load(ctx context.Context) (*queue.Office, error)
	Append(ctx context.Context, events []queue.Event) error
	SaveSnapshot(ctx context.Context, o *queue.Office) error
}

// Config is what an office needs. Journal is required, the rest has defaults.
type Config struct {
	Journal  Log
	Clock    func() time.Time                     // time.Now
	Log      *slog.Logger                         // slog.Default
	Tick     time.Duration                        // time between queue.Tick commands; 1 s, negative: none
	OnCommit func(events int, took time.Duration) // called by the writer after each commit; must be quick
}

// Office is a running office. Its methods may be called from any goroutine.
type Office struct{}

// Open loads the office from its journal and starts its writer. It ends with ctx or with Close.
func Open(ctx context.Context, cfg Config) (*Office, error) { return nil, errors.ErrUnsupported }

// Do decides a command and returns after its events are on the disk. The error is a
// *queue.Refusal, or wraps ErrNotDurable or ErrClosed, or is that of ctx; after the latter the
// command may still take effect, and repeating it under its id tells which.
func (o *Office) Do(ctx context.Context, c queue.Command) (queue.Result, error) {
	return queue.Result{}, errors.ErrUnsupported
}

// Read shows f the committed state. f must be quick and must keep no reference into it.
func (o *Office) Read(f func(*queue.Office)) {}

// Watch returns a channel of capacity 1 that gets a value after changes (several changes may
// share one), and a function that ends the watch.
func (o *Office) Watch() (<-chan struct{}, func()) { return nil, func() {} }

// Close refuses new commands, finishes those that wait, saves a snapshot and waits for all goroutines.
func (o *Office) Close() error { return nil }
