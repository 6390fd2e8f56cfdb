package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"loket/queue-server/internal/account"
	"loket/queue-server/internal/config"
	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// databaseFile is the office's database in its data directory.
const databaseFile = "loket.db"

// commands are the programs within the program, by their names on the command line.
var commands = map[string]func(ctx context.Context, opt config.Options, out, errOut io.Writer) error{
	"serve":                 serve,
	"verify":                verify,
	"backup <file>":         backup,
	"catalog export":        exportCatalog,
	"catalog export <file>": exportCatalog,
	"catalog import <file>": importCatalog,
	"catalog check <file>":  checkCatalog,
	"user add <login>":      addUser,
	"import regions <file>": importRegions,
	"key rotate":            rotateKeys,
	"sandbox":               runSandbox,
}

func openJournal(ctx context.Context, dir string, log *slog.Logger) (*journal.Journal, error) {
	return journal.Open(ctx, filepath.Join(dir, databaseFile), journal.Options{Log: log})
}

func readJournal(ctx context.Context, dir string) (*journal.Journal, error) {
	return journal.Open(ctx, filepath.Join(dir, databaseFile), journal.Options{ReadOnly: true})
}

// hours is a journal whose office can be told to ignore opening hours.
type hours struct {
	*journal.Journal
	ignore bool
}

// Load loads the office, also after a commit that failed.
func (h hours) Load(ctx context.Context) (*queue.Office, error) {
	o, err := h.Journal.Load(ctx)
	if err == nil && h.ignore {
		o.IgnoreHours()
	}
	return o, err
}

// firstStart gives a new office its catalogue and its first administrator; without a password it makes one up.
func firstStart(ctx context.Context, opt config.Serve, password string, running *office.Office, accounts *account.Store, errOut io.Writer) error {
	isNew := false
	running.Read(func(o *queue.Office) { isNew = o.Catalog.Office.ID == "" })
	if isNew {
		c, err := chosenCatalog(opt)
		if err != nil {
			return err
		}
		if _, err = running.Do(ctx, changeCatalog(c)); err != nil {
			return fmt.Errorf("give the office its catalogue: %w", err)
		}
	}
	made, err := accounts.EnsureAdmin(ctx, password)
	if err != nil {
		return fmt.Errorf("make the first administrator: %w", err)
	}
	if made != "" && password == "" {
		_, err = fmt.Fprintf(errOut, "\n  First administrator: log in as \"admin\" with the password\n\n      %s\n\n  It is shown this once; change it on the page /admin.\n\n", made)
	}
	return err
}

func changeCatalog(c queue.Catalog) *queue.ChangeCatalog {
	return &queue.ChangeCatalog{
		Header:  queue.Header{ID: queue.CommandID(uuid.NewString()), Actor: queue.Actor{Kind: queue.BySystem}},
		Catalog: c,
	}
}

func decodeCatalog(raw []byte) (c queue.Catalog, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("read catalogue: %w", err)
	}
	return c, nil
}

// firstLine reads a password file.
func firstLine(path string) (string, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the file that the user named
	if err != nil {
		return "", fmt.Errorf("%w: read password: %w", config.ErrUsage, err)
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	if line = strings.TrimRight(line, "\r"); line == "" {
		return "", fmt.Errorf("%w: read password: the first line of %s is empty", config.ErrUsage, path)
	}
	return line, nil
}

func verify(ctx context.Context, opt config.Options, out, _ io.Writer) error {
	j, err := readJournal(ctx, opt.Data)
	if err != nil {
		return err
	}
	defer j.Close() // it was only read
	report, err := j.Verify(ctx)
	if err != nil {
		return err
	}
	return tell(out, "verified", report)
}

// tell prints a report; problems make it an error.
func tell(out io.Writer, what string, r journal.Report) error {
	for _, problem := range r.Problems {
		if _, err := fmt.Fprintln(out, "problem:", problem); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(out, "%s: %d events, %d tickets, %d counter sessions, snapshot at %d\n", what, r.Events, r.Tickets, r.Sessions, r.Snapshot); err != nil {
		return err
	}
	if !r.OK() {
		return fmt.Errorf("%d problems found", len(r.Problems))
	}
	return nil
}

func backup(ctx context.Context, opt config.Options, out, _ io.Writer) error {
	j, err := readJournal(ctx, opt.Data)
	if err != nil {
		return err
	}
	defer j.Close() // it was only read
	report, err := j.Backup(ctx, opt.Backup.File)
	if err != nil {
		return err
	}
	return tell(out, "copied to "+opt.Backup.File+" and verified", report)
}

func exportCatalog(ctx context.Context, opt config.Options, out, _ io.Writer) error {
	j, err := readJournal(ctx, opt.Data)
	if err != nil {
		return err
	}
	defer j.Close() // it was only read
	o, err := j.Load(ctx)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(o.Catalog, "", "  ")
	if err != nil {
		return fmt.Errorf("encode catalogue: %w", err)
	}
	raw = append(raw, '\n')
	if file := opt.Catalog.Export.File; file != "-" {
		f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640) //nolint:gosec // the file that the user named
		if err != nil {
			return fmt.Errorf("export catalogue: %w", err)
		}
		_, err = f.Write(raw)
		return errors.Join(err, f.Close())
	}
	_, err = out.Write(raw)
	return err
}

func checkCatalog(_ context.Context, opt config.Options, out, _ io.Writer) error {
	c, err := catalogFile(opt.Catalog.Check.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is sound: %d agencies, %d services, %d counters\n", c.Office.Name.ID, len(c.Agencies), len(c.Services), len(c.Counters))
	return err
}

// catalogFile reads and checks a file.
func catalogFile(path string) (queue.Catalog, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the file that the user named
	if err != nil {
		return queue.Catalog{}, fmt.Errorf("%w: %w", config.ErrUsage, err)
	}
	c, err := decodeCatalog(raw)
	if err == nil {
		err = c.Validate()
	}
	if err != nil {
		return c, fmt.Errorf("%w: %s: %w", config.ErrUsage, path, err)
	}
	return c, nil
}

func importCatalog(ctx context.Context, opt config.Options, out, errOut io.Writer) error {
	c, err := catalogFile(opt.Catalog.Import.File)
	if err != nil {
		return err
	}
	j, err := openJournal(ctx, opt.Data, logger(opt.LogFormat, errOut))
	if err != nil {
		return err
	}
	defer j.Close() // the office has committed what counts
	running, err := office.Open(ctx, office.Config{Journal: j, Tick: -1})
	if err != nil {
		return err
	}
	_, err = running.Do(ctx, changeCatalog(c))
	if err = errors.Join(err, running.Close()); err != nil {
		return fmt.Errorf("import catalogue: %w", err)
	}
	_, err = fmt.Fprintln(out, "imported", opt.Catalog.Import.File)
	return err
}

func addUser(ctx context.Context, opt config.Options, out, errOut io.Writer) error {
	add := opt.User.Add
	password, err := firstLine(add.PasswordFile)
	if err != nil {
		return err
	}
	j, err := openJournal(ctx, opt.Data, logger(opt.LogFormat, errOut))
	if err != nil {
		return err
	}
	defer j.Close() // the user is stored when SaveUser returned
	u := account.User{Login: add.Login, Name: add.Name, Role: protocol.Role(add.Role)}
	if _, err := account.New(j.DB(), time.Now).SaveUser(ctx, u, password); err != nil {
		return fmt.Errorf("add user %s: %w", add.Login, err)
	}
	_, err = fmt.Fprintln(out, "added", add.Role, add.Login)
	return err
}
