package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"loket/queue-server/internal/queue"
)

// sum chains a record to the one before it.
type sum [16]byte

// record is an event as it lies in the table.
type record struct {
	seq     int64
	id      []byte // 16 bytes
	at      int64  // unix nanoseconds
	kind    string
	actor   string
	subject string
	command string
	data    string // JSON, "" for an empty Data
}

// encode turns an event into its record.
func encode(e *queue.Event) (record, error) {
	id, err := uuid.Parse(e.ID)
	if err != nil {
		return record{}, fmt.Errorf("event %d: id %q: %w", e.Seq, e.ID, err)
	}
	if e.At.IsZero() || e.Kind == "" || e.Actor.Kind == "" {
		return record{}, fmt.Errorf("event %d: without time, kind or actor", e.Seq)
	}
	r := record{
		seq: e.Seq, id: id[:], at: e.At.UnixNano(), kind: string(e.Kind),
		actor: string(e.Actor.Kind), subject: e.Subject, command: string(e.Command),
	}
	if e.Actor.ID != "" {
		r.actor += ":" + e.Actor.ID
	}
	if e.Data != (queue.Data{}) {
		b, err := json.Marshal(&e.Data)
		if err != nil {
			return record{}, fmt.Errorf("event %d: encode data: %w", e.Seq, err)
		}
		r.data = string(b)
	}
	return r, nil
}

// decode turns a record back into the event; times come back in UTC.
func (r *record) decode() (queue.Event, error) {
	id, err := uuid.FromBytes(r.id)
	if err != nil {
		return queue.Event{}, fmt.Errorf("event %d: id: %w", r.seq, err)
	}
	e := queue.Event{
		Seq: r.seq, ID: id.String(), At: time.Unix(0, r.at).UTC(), Kind: queue.Kind(r.kind),
		Subject: r.subject, Command: queue.CommandID(r.command),
	}
	kind, actor, _ := strings.Cut(r.actor, ":")
	e.Actor = queue.Actor{Kind: queue.ActorKind(kind), ID: actor}
	if r.data != "" {
		if err := json.Unmarshal([]byte(r.data), &e.Data); err != nil {
			return queue.Event{}, fmt.Errorf("event %d: data: %w", r.seq, err)
		}
	}
	return e, nil
}

// chain returns the sum of the record when before is that of its predecessor.
func (r *record) chain(before sum) sum {
	b := make([]byte, 0, 512)
	b = append(b, before[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.seq)) //nolint:gosec // only hashed
	b = binary.BigEndian.AppendUint64(b, uint64(r.at))  //nolint:gosec // only hashed
	b = append(b, r.id...)
	for _, s := range [...]string{r.kind, r.actor, r.subject, r.command, r.data} {
		// The length goes first, so that no two records give the same bytes.
		b = binary.BigEndian.AppendUint32(b, uint32(len(s))) //nolint:gosec // far below 4 GiB
		b = append(b, s...)
	}
	full := sha256.Sum256(b)
	return sum(full[:16])
}

// queryer is what reading needs: a pool, a connection or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// head is the end of the log.
type head struct {
	seq int64
	id  uuid.UUID
	sum sum
}

// next is the head after r, or an error if r can not follow: its seq is not the next one, or its
// id does not rise.
func (h head) next(r *record) (head, error) {
	if r.seq != h.seq+1 {
		return head{}, fmt.Errorf("event %d can not follow event %d", r.seq, h.seq)
	}
	if bytes.Compare(r.id, h.id[:]) <= 0 {
		return head{}, fmt.Errorf("the id of event %d does not rise", r.seq)
	}
	return head{seq: r.seq, id: uuid.UUID(r.id), sum: r.chain(h.sum)}, nil
}

// headAt reads the head at seq; a negative seq means the latest. It is zero for an empty log.
func headAt(ctx context.Context, q queryer, seq int64) (head, error) {
	query, args := "SELECT seq, id, sum FROM event WHERE seq = ?", []any{seq}
	if seq < 0 {
		query, args = "SELECT seq, id, sum FROM event ORDER BY seq DESC LIMIT 1", nil
	}
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return head{}, fmt.Errorf("read the end of the log: %w", classify(err))
	}
	defer rows.Close() // rows.Err has what matters
	var h head
	for rows.Next() {
		var id, b []byte
		if err := rows.Scan(&h.seq, &id, &b); err != nil {
			return head{}, fmt.Errorf("read the end of the log: %w", classify(err))
		}
		if len(b) != len(h.sum) || len(id) != len(h.id) {
			return head{}, fmt.Errorf("%w: event %d has an id of %d bytes and a sum of %d", ErrCorrupt, h.seq, len(id), len(b))
		}
		copy(h.id[:], id)
		copy(h.sum[:], b)
	}
	if err := rows.Err(); err != nil {
		return head{}, fmt.Errorf("read the end of the log: %w", classify(err))
	}
	return h, nil
}

// scan walks the log after a seq in order, up to limit events (negative: all of them).
func scan(ctx context.Context, q queryer, after int64, limit int, visit func(r *record, s sum) error) error {
	rows, err := q.QueryContext(ctx, `SELECT seq, id, at, kind, actor, subject, command, data, sum
		FROM event WHERE seq > ? ORDER BY seq LIMIT ?`, after, limit)
	if err != nil {
		return fmt.Errorf("read the log: %w", classify(err))
	}
	defer rows.Close() // rows.Err has what matters
	for rows.Next() {
		var (
			r       record
			id, sb  sql.RawBytes
			checked sum
		)
		if err := rows.Scan(&r.seq, &id, &r.at, &r.kind, &r.actor, &r.subject, &r.command, &r.data, &sb); err != nil {
			return fmt.Errorf("read the log: %w", classify(err))
		}
		if len(sb) != len(checked) || len(id) != len(uuid.UUID{}) {
			return fmt.Errorf("%w: event %d has an id of %d bytes and a sum of %d", ErrCorrupt, r.seq, len(id), len(sb))
		}
		copy(checked[:], sb)
		r.id = append(r.id, id...)
		if err := visit(&r, checked); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the log: %w", classify(err))
	}
	return nil
}
