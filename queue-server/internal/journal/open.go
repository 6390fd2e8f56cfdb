package journal

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"syscall"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
)

// applicationID marks our files, in the SQLite header: "LOKT".
const applicationID = 0x4c4f4b54

//go:embed migrations/*.sql
var migrationFiles embed.FS

// The header of a SQLite file (https://www.sqlite.org/fileformat.html#the_database_header).
const (
	headerBytes   = 100
	headerMagic   = "SQLite format 3\x00"
	headerAppIDAt = 68
)

// busyMillis is how long a connection waits for a lock of the file.
const busyMillis = 5000

// dsn builds a connection string; every connection has the same safe settings.
func dsn(path string, query url.Values, pragmas ...string) string {
	query["_pragma"] = append([]string{fmt.Sprintf("busy_timeout(%d)", busyMillis), "foreign_keys(ON)"}, pragmas...)
	// The path is escaped since ? and # would otherwise end it.
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}
	return u.String()
}

// openWriter returns the one connection that writes. What it deletes it overwrites with zeros (secure_delete), so
// that an erased person leaves no bytes in free pages; the log file is emptied by DB.Forget.
func openWriter(path string, logPages int) (*sql.DB, error) {
	// SQLite's own checkpoint is the net below those in idle moments (see checkpointer).
	db, err := sql.Open("sqlite", dsn(path, url.Values{"_txlock": {"immediate"}},
		"journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)", fmt.Sprintf("wal_autocheckpoint(%d)", logPages)))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	return db, nil
}

func openReader(path string, conns int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, url.Values{"mode": {"ro"}}))
	if err != nil {
		return nil, fmt.Errorf("open %s to read: %w", path, err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// lockDir takes the directory for this process.
func lockDir(dir string) (*flock.Flock, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("data directory %s: %w", dir, classify(err))
	}
	l := flock.New(filepath.Join(dir, "loket.lock"))
	ok, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("data directory %s: %w", dir, classify(err))
	}
	if !ok {
		return nil, fmt.Errorf("data directory %s: %w", dir, ErrInUse)
	}
	return l, nil
}

// inspect says whether the file is ours without changing anything: it reads the header itself,
// since already opening a foreign file with our settings would turn it to WAL.
func inspect(ctx context.Context, path string) (fresh bool, err error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("database %s: %w", path, classify(err))
	}
	defer f.Close() // only read from
	if err := checkOwner(f); err != nil {
		return false, fmt.Errorf("database %s: %w", path, err)
	}
	head := make([]byte, headerBytes)
	n, err := io.ReadFull(f, head)
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return true, nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return false, fmt.Errorf("database %s: %w", path, classify(err))
	case n < headerBytes || !bytes.HasPrefix(head, []byte(headerMagic)):
		return false, fmt.Errorf("database %s: %w", path, ErrForeign)
	case binary.BigEndian.Uint32(head[headerAppIDAt:]) == applicationID:
		return false, nil
	}
	empty, err := hasNoTables(ctx, path)
	if err != nil {
		return false, err
	}
	if !empty {
		return false, fmt.Errorf("database %s: %w", path, ErrForeign)
	}
	return true, nil
}

// hasNoTables looks into a SQLite file that carries no mark, as it lies on the disk.
func hasNoTables(ctx context.Context, path string) (bool, error) {
	if st, err := os.Stat(path + "-wal"); err == nil && st.Size() > 0 {
		return false, nil
	}
	db, err := sql.Open("sqlite", dsn(path, url.Values{"mode": {"ro"}, "immutable": {"1"}}))
	if err != nil {
		return false, fmt.Errorf("open %s: %w", path, err)
	}
	defer db.Close() // only read from
	var n int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&n); err != nil {
		return false, fmt.Errorf("database %s: %w", path, classify(err))
	}
	return n == 0, nil
}

// checkOwner refuses a file of another user: as root we could write it, but would leave side
// files behind that its owner can not open.
func checkOwner(f *os.File) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	if st.IsDir() {
		return fmt.Errorf("%w: it is a directory", ErrForeign)
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	if ok && int(sys.Uid) != os.Geteuid() {
		return fmt.Errorf("%w: its owner is user %d, the server runs as user %d", ErrWrongOwner, sys.Uid, os.Geteuid())
	}
	return nil
}

// create makes an empty file for its owner alone, whatever the umask is. SQLite gives its side files the same mode. A file
// that is there already is left as it is.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, ownerOnly) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(ownerOnly), f.Close())
}

// ownerOnly is the mode of the files that we make: they hold the office's people, if only encrypted, and its accounts.
const ownerOnly = 0o600

// mark writes our application id into a new file, before it has any table and before it is in
// WAL mode: from then on the mark is in the header, whatever happens.
func mark(ctx context.Context, path string) error {
	if err := create(path); err != nil {
		return fmt.Errorf("create %s: %w", path, classify(err))
	}
	db, err := sql.Open("sqlite", dsn(path, url.Values{}, "synchronous(FULL)"))
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("create %s: %w", path, classify(err))
	}
	return nil
}

// migrations returns goose on our files.
func migrations(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	return p, nil
}

// migrate brings the schema up to date, each step in a transaction, and refuses a newer one.
func migrate(ctx context.Context, db *sql.DB) error {
	p, err := migrations(db)
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", classify(err))
	}
	if have > want {
		return fmt.Errorf("%w: its schema is number %d, this program knows %d", ErrNewerSchema, have, want)
	}
	if have == want {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate schema from %d to %d: %w", have, want, classify(err))
	}
	return nil
}

// checkSchema is migrate for those who only read: it changes nothing.
func checkSchema(ctx context.Context, db *sql.DB) error {
	p, err := migrations(db)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	want := sources[len(sources)-1].Version
	var have int64
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM "+goose.DefaultTablename).Scan(&have)
	switch {
	case err != nil:
		return fmt.Errorf("read schema version: %w", classify(err))
	case have > want:
		return fmt.Errorf("%w: its schema is number %d, this program knows %d", ErrNewerSchema, have, want)
	case have < want:
		return fmt.Errorf("%w: its schema is number %d, this program needs %d", ErrOlderSchema, have, want)
	}
	return nil
}
