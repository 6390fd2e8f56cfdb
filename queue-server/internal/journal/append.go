package journal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"loket/queue-server/internal/queue"
)

// errReadOnly is a mistake of the program, not of its user.
var errReadOnly = errors.New("the journal is open to read only")

// Append makes the events durable in one transaction together with the reporting tables. They
// must follow the last event without a gap, and their ids (UUIDv7) must rise. On an error nothing of them is in the log, with one
// exception that only a failing disk can cause: a commit whose outcome is unknown. Load tells.
func (j *Journal) Append(ctx context.Context, events []queue.Event) error {
	if len(events) == 0 {
		return nil
	}
	if j.write == nil {
		return errReadOnly
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("append event %d: %w", events[0].Seq, err)
	}
	// A commit that has begun is not worth interrupting, and a cancelled one would leave its outcome open.
	ctx = context.WithoutCancel(ctx)
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.ready(ctx); err != nil {
		return err
	}
	after, err := j.commit(ctx, events)
	if err != nil {
		j.rows, j.stale = nil, true
		return fmt.Errorf("append events %d to %d: %w", events[0].Seq, events[len(events)-1].Seq, err)
	}
	j.head = after
	j.rows.settle()
	j.appended.Add(1)
	j.lastUse.Store(time.Now().UnixNano())
	return nil
}

// ready reads back what a failed commit left behind.
func (j *Journal) ready(ctx context.Context) error {
	if j.stale {
		h, err := headAt(ctx, j.write, -1)
		if err != nil {
			return err
		}
		j.head, j.stale = h, false
	}
	if j.rows == nil {
		rows, err := loadProjection(ctx, j.write)
		if err != nil {
			return err
		}
		j.rows = rows
	}
	return nil
}

// commit writes the events and what follows from them, and returns the new end of the log.
func (j *Journal) commit(ctx context.Context, events []queue.Event) (head, error) {
	tx, err := j.write.BeginTx(ctx, nil)
	if err != nil {
		return head{}, fmt.Errorf("begin: %w", classify(err))
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing, and else the first error counts
	insert := in(ctx, tx, j.stmts.event)
	last := j.head
	for i := range events {
		e := &events[i]
		r, err := encode(e)
		if err != nil {
			return head{}, err
		}
		if last, err = last.next(&r); err != nil {
			return head{}, fmt.Errorf("%w: %w", ErrDuplicate, err)
		}
		if err := insert([]any{r.seq, r.id, r.at, r.kind, r.actor, r.subject, r.command, r.data, last.sum[:]}); err != nil {
			return head{}, fmt.Errorf("write event %d: %w", e.Seq, err)
		}
		if err := j.rows.apply(e); err != nil {
			return head{}, err
		}
	}
	if err := j.rows.store(ctx, tx, j.stmts); err != nil {
		return head{}, err
	}
	if err := tx.Commit(); err != nil {
		return head{}, fmt.Errorf("commit: %w", classify(err))
	}
	return last, nil
}
