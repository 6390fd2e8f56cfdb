package journal

import (
	"cmp"
	"context"
	"database/sql/driver"
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

// commit makes the events durable and returns the new end of the log. After an error it gives
// the connection up, so that the next one starts from what the file says.
func (j *Journal) commit(ctx context.Context, events []queue.Event) (end head, err error) {
	conn, err := j.write.Conn(ctx)
	if err != nil {
		return head{}, fmt.Errorf("connect: %w", classify(err))
	}
	raw := conn.Raw(func(c any) error {
		if end, err = j.commitOn(ctx, c, events); err != nil {
			err = errors.Join(err, j.dropStatements())
			return driver.ErrBadConn
		}
		return nil
	})
	if err != nil || raw != nil {
		return head{}, cmp.Or(err, raw) // Raw has closed the connection
	}
	return end, conn.Close()
}

func (j *Journal) commitOn(ctx context.Context, conn any, events []queue.Event) (head, error) {
	if j.stmts == nil || j.stmts.on != conn {
		if err := j.dropStatements(); err != nil {
			return head{}, err
		}
		s, err := prepare(ctx, conn)
		if err != nil {
			return head{}, err
		}
		j.stmts = s
	}
	last := j.head
	err := j.stmts.within(ctx, func() error {
		for i := range events {
			r, err := encode(&events[i])
			if err != nil {
				return err
			}
			if last, err = last.next(&r); err != nil {
				return fmt.Errorf("%w: %w", ErrDuplicate, err)
			}
			err = write(ctx, j.stmts.event, r.seq, r.id, r.at, r.kind, r.actor, r.subject, r.command, r.data, last.sum[:])
			if err != nil {
				return fmt.Errorf("write event %d: %w", r.seq, err)
			}
			if err := j.rows.apply(&events[i]); err != nil {
				return err
			}
		}
		return j.rows.store(ctx, j.stmts)
	})
	return last, err
}

// dropStatements closes what was prepared; the next commit prepares it again.
func (j *Journal) dropStatements() error {
	if j.stmts == nil {
		return nil
	}
	err := j.stmts.close()
	j.stmts = nil
	return err
}
