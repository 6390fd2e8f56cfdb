package office

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/google/uuid"

	"loket/queue-server/internal/queue"
)

// writer is the one goroutine that changes the office.
type writer struct {
	o     *Office
	draft *queue.Office // committed and what the present batch adds to it

	stale    bool      // draft is unusable and is to be read from the log again
	reloadAt time.Time // not before this time

	busy      bool               // a caller's command came since the last tick
	snapshots chan *queue.Office // capacity 1; when it is full a snapshot is being saved and this one is skipped
	snapshot  int64              // seq of the last one handed over
}

func (w *writer) run(ctx context.Context) {
	defer close(w.o.ended)
	var ticks <-chan time.Time
	if w.o.cfg.Tick > 0 {
		t := time.NewTicker(w.o.cfg.Tick)
		defer t.Stop()
		ticks = t.C
	}
	for {
		select {
		case r := <-w.o.inbox:
			w.busy = true
			w.process(w.gather(r))
		case <-ticks:
			w.tick()
		case <-ctx.Done():
			w.o.closeOnce.Do(func() { close(w.o.closing) })
			w.finish()
			return
		case <-w.o.closing:
			w.finish()
			return
		}
	}
}

// gather takes what waits in the inbox into one batch.
func (w *writer) gather(first *request) []*request {
	batch := append(make([]*request, 0, 16), first)
	for len(batch) < maxBatch {
		select {
		case r := <-w.o.inbox:
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// finish answers what waits, and saves the state for a quick start.
func (w *writer) finish() {
	for {
		select {
		case r := <-w.o.inbox:
			w.process(w.gather(r))
			continue
		default:
		}
		break
	}
	if seq := w.o.committed.Seq; seq > 0 && seq != w.snapshot {
		w.snapshots <- w.o.committed // it does not change any more
	}
	close(w.snapshots)
}

// tick lets time pass in the domain. A tick that leads to nothing is not written.
func (w *writer) tick() {
	r := &request{command: &queue.Tick{Header: queue.Header{
		ID: queue.CommandID(uuid.Must(uuid.NewV7()).String()), Actor: queue.Actor{Kind: queue.BySystem},
	}}, reply: make(chan reply, 1)}
	w.process([]*request{r})
	if a := <-r.reply; a.err != nil {
		w.o.cfg.Log.Error("tick failed", slog.Any("error", a.err))
	}
	w.offerSnapshot(!w.busy)
	w.busy = false
}

// process decides a batch, commits it and answers it.
func (w *writer) process(batch []*request) {
	replies := make([]reply, len(batch))
	if err := w.commit(batch, replies); err != nil {
		for i := range replies {
			replies[i] = reply{err: err}
		}
	}
	for i, r := range batch {
		r.reply <- replies[i]
	}
	w.offerSnapshot(false)
}

// commit fills the replies. On an error none of them holds: all commands of the batch failed.
func (w *writer) commit(batch []*request, replies []reply) error {
	if err := w.reload(); err != nil {
		return err
	}
	events, err := w.decide(batch, replies)
	if err != nil {
		w.spoil()
		return err
	}
	if len(events) == 0 {
		return nil
	}
	start := time.Now()
	if err := w.o.cfg.Journal.Append(context.Background(), events); err != nil {
		err = fmt.Errorf("%w: %w", ErrNotDurable, err)
		w.o.cfg.Log.Error("commit failed", slog.Int("events", len(events)), slog.Int("commands", len(batch)), slog.Any("error", err))
		w.o.fault.Store(&err)
		w.spoil()
		return err
	}
	w.o.fault.Store(nil)
	if err := w.publish(events); err != nil {
		w.spoil()
		return err
	}
	if w.o.cfg.OnCommit != nil {
		w.o.cfg.OnCommit(len(events), time.Since(start))
	}
	return nil
}

// decide runs the batch on the draft. Events are applied to the draft before they are written,
// so none that can not be applied ever reaches the log. A panic fails this batch only.
func (w *writer) decide(batch []*request, replies []reply) (events []queue.Event, err error) {
	defer func() {
		if p := recover(); p != nil {
			w.o.cfg.Log.Error("a command broke the domain", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			err = fmt.Errorf("%w: %v", ErrInternal, p)
		}
	}()
	at := w.o.cfg.Clock().UTC().Round(0) // as the journal gives it back: UTC, without a monotonic part
	for i, r := range batch {
		evs, result, err := w.draft.Decide(r.command, at)
		replies[i] = reply{result: result, err: err}
		if err != nil {
			continue
		}
		for j := range evs {
			evs[j].ID = eventID(&evs[j])
			if err := w.draft.Apply(evs[j]); err != nil {
				return nil, fmt.Errorf("%w: apply event %d: %w", ErrInternal, evs[j].Seq, err)
			}
		}
		events = append(events, evs...)
	}
	return events, nil
}

// publish lets readers see what is on the disk.
func (w *writer) publish(events []queue.Event) error {
	w.o.mu.Lock()
	defer w.o.tellWatchers()
	defer w.o.mu.Unlock()
	for i := range events {
		if err := w.o.committed.Apply(events[i]); err != nil {
			return fmt.Errorf("%w: apply event %d: %w", ErrInternal, events[i].Seq, err)
		}
	}
	return nil
}

// spoil gives up the draft; the next batch, or this very moment, reads it from the log again.
func (w *writer) spoil() {
	w.stale = true
	w.reloadAt = time.Time{}
	if err := w.reload(); err != nil {
		w.o.cfg.Log.Error("the log can not be read, commands fail until it can", slog.Any("error", err))
	}
}

// reload makes both states what the log says, if the draft is stale. The log is the truth: after
// a failed commit it may even hold a batch whose commit was reported as failed.
func (w *writer) reload() error {
	if !w.stale {
		return nil
	}
	now := w.o.cfg.Clock()
	if now.Before(w.reloadAt) {
		return fmt.Errorf("%w: the log could not be read", ErrNotDurable)
	}
	w.reloadAt = now.Add(reloadPause)
	state, err := w.o.cfg.Journal.Load(context.Background())
	if err != nil {
		return fmt.Errorf("%w: read the log again: %w", ErrNotDurable, err)
	}
	w.draft = state.Clone()
	w.stale = false
	w.o.mu.Lock()
	w.o.committed = state
	w.o.mu.Unlock()
	w.o.tellWatchers()
	return nil
}

// offerSnapshot hands a copy of the state to the saver when enough has happened since the last.
func (w *writer) offerSnapshot(idle bool) {
	since := w.o.committed.Seq - w.snapshot
	if since < w.o.cfg.Snapshot || !idle && since < urgentSnapshots*w.o.cfg.Snapshot || len(w.snapshots) > 0 {
		return
	}
	w.snapshot = w.o.committed.Seq
	w.snapshots <- w.o.committed.Clone()
}

// saveSnapshots writes snapshots beside the writer, which goes on meanwhile. One goroutine does
// it, so that no older one replaces a newer.
func (w *writer) saveSnapshots() {
	for state := range w.snapshots {
		w.o.closeErr = nil
		if err := w.o.cfg.Journal.SaveSnapshot(context.Background(), state); err != nil {
			w.o.cfg.Log.Warn("no snapshot was saved, the next start will take longer", slog.Int64("seq", state.Seq), slog.Any("error", err))
			w.o.closeErr = fmt.Errorf("save snapshot: %w", err)
		}
	}
}

// eventID makes the UUIDv7 of an event. Its first part is the event's time, which never runs
// back in a log even when the clock does, and the next 32 bits are its seq: so ids rise with seq,
// as the journal wants it. The last 42 bits are random, for other offices' sake.
func eventID(e *queue.Event) string {
	var id uuid.UUID
	_, _ = rand.Read(id[10:])                          // never fails: crypto/rand ends the program instead
	ms, seq := uint64(e.At.UnixMilli()), uint64(e.Seq) //nolint:gosec // both are positive
	binary.BigEndian.PutUint64(id[0:], ms<<16|0x7000|seq>>20&0xfff)
	id[8] = 0x80 | byte(seq>>14&0x3f)
	id[9] = byte(seq >> 6 & 0xff)
	id[10] = byte(seq&0x3f)<<2 | id[10]&0x03
	return id.String()
}
