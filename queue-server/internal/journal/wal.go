package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"
)

// A commit is quickest when it overwrites a part of the log file that is there already: a file
// that grows makes the file system write its own journal too, which costs about as much again.
// So the file is grown once when the journal is opened, and SQLite uses it again from its start
// after each checkpoint. It goes when the journal is closed: a log file that stayed would be
// played onto whatever database is put back in its place.
const (
	walPageBytes  = 4096
	walFrameBytes = walPageBytes + 24
)

// growWAL fills a short log file up with frames of a transaction that is rolled back: SQLite
// passes over them, and so does its recovery.
func growWAL(ctx context.Context, db *sql.DB, path string, pages int) error {
	st, err := os.Stat(path + "-wal")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("database %s: %w", path, classify(err))
	}
	if st != nil && st.Size() >= int64(pages)*walFrameBytes {
		return nil // left by a server that was killed
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("database %s: %w", path, classify(err))
	}
	defer conn.Close() // it only gives the connection back to the pool
	// With a small page cache SQLite has to write the pages out before the transaction ends.
	for _, query := range []string{
		"PRAGMA cache_size = 10",
		"BEGIN IMMEDIATE",
		fmt.Sprintf("INSERT INTO snapshot (seq, format, sum, state) VALUES (-1, 0, x'', zeroblob(%d))", (pages+50)*walPageBytes),
		"ROLLBACK",
		"PRAGMA cache_size = -8000",
	} {
		if _, err := conn.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("grow the log file of %s: %w", path, classify(err))
		}
	}
	return nil
}

// The checkpointer writes the log file back into the database when nobody has appended for
// idleTime, so that the commits of a busy hour need not wait for it.
const (
	idleTime       = 500 * time.Millisecond
	idleCheckpoint = 100 // transactions that make it worth while
)

func (j *Journal) checkpointer() {
	tick := time.NewTicker(idleTime)
	defer tick.Stop()
	for {
		select {
		case <-j.stop:
			return
		case now := <-tick.C:
			if j.forget.Load() {
				if err := j.forgetLog(context.Background()); err != nil {
					j.log.Warn("the log file could not be emptied, it will be tried again", slog.Any("error", err))
				}
			}
			if j.appended.Load() < idleCheckpoint || now.UnixNano()-j.lastUse.Load() < int64(idleTime) {
				continue
			}
			if err := j.checkpoint(context.Background()); err != nil {
				j.log.Warn("checkpoint failed, it will be tried again", slog.Any("error", err))
			}
		}
	}
}

func (j *Journal) checkpoint(ctx context.Context) error {
	done := j.appended.Load()
	if _, err := j.write.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		return fmt.Errorf("checkpoint: %w", classify(err))
	}
	j.appended.Add(-done)
	return nil
}

// forgetLog writes the log file back into the database, cuts it to nothing and grows it again. While somebody reads
// an older state that is not possible: then it is left to the checkpointer, rather than to let the commits wait.
func (j *Journal) forgetLog(ctx context.Context) error {
	j.forget.Store(true) // until it is done
	busy, err := j.truncateLog(ctx)
	if err != nil {
		return fmt.Errorf("empty the log file of %s: %w", j.path, classify(err))
	}
	if busy {
		return nil
	}
	j.forget.Store(false)
	return growWAL(ctx, j.write, j.path, j.pages)
}

func (j *Journal) truncateLog(ctx context.Context) (busy bool, err error) {
	conn, err := j.write.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close() // it only gives the connection back to the pool
	// Nobody else writes this file, so that only readers could be waited for.
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return false, err
	}
	var pages, done int
	err = conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &done)
	_, restored := conn.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf("PRAGMA busy_timeout = %d", busyMillis))
	return busy, errors.Join(err, restored)
}
