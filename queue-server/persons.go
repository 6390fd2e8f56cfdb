package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"loket/queue-server/internal/config"
	"loket/queue-server/internal/httpapi"
	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/registry/desk"
	"loket/queue-server/internal/registry/region"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/internal/sandbox"
)

// keysFile is the file of keys in the data directory, unless --person-keys says otherwise.
const keysFile = "person.keys"

func keysPath(opt config.Options) string {
	if opt.PersonKeys != "" {
		return opt.PersonKeys
	}
	return filepath.Join(opt.Data, keysFile)
}

// openDesk starts the desk over the persons at rest and the registry.
func openDesk(ctx context.Context, opt config.Options, p prepared, store *vault.Store, j *journal.Journal, running *office.Office, metrics *httpapi.Metrics, log *slog.Logger) (*desk.Desk, error) {
	names, err := region.Open(ctx, j.DB())
	if err != nil {
		return nil, err
	}
	d, err := desk.New(desk.Config{
		Store: store, Office: running, Regions: names, Lookup: p.lookup, Adapter: string(p.registry.Adapter), Timeout: p.registry.Timeout,
		RequestsPerSecond: p.registry.RequestsPerSecond, QuotaAlarm: p.registry.QuotaAlarm, Hours: p.registry.Hours,
		Retention: time.Duration(opt.Serve.RetentionDays) * 24 * time.Hour, OnLookup: metrics.OnLookup, Log: log,
	})
	if err != nil {
		return nil, fmt.Errorf("open the desk: %w", err)
	}
	metrics.WatchRegistry(d)
	log.Info("persons are kept encrypted", slog.String("keys", keysPath(opt)), slog.String("registry", string(p.registry.Adapter)), slog.Int("retention_days", opt.Serve.RetentionDays))
	return d, nil
}

// importRegions replaces the names of regions.
func importRegions(ctx context.Context, opt config.Options, out, errOut io.Writer) (err error) {
	f, err := os.Open(opt.Import.Regions.File)
	if err != nil {
		return fmt.Errorf("%w: %w", config.ErrUsage, err)
	}
	defer f.Close() // only read from
	j, err := openJournal(ctx, opt.Data, logger(opt.LogFormat, errOut))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	n, warnings, err := region.Import(ctx, j.DB(), f)
	if err != nil {
		return err
	}
	for _, w := range warnings {
		if _, err := fmt.Fprintln(out, "warning:", w); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "imported %d regions\n", n)
	return err
}

// rotateKeys encrypts all persons anew with keys of their own.
func rotateKeys(ctx context.Context, opt config.Options, out, errOut io.Writer) (err error) {
	j, err := openJournal(ctx, opt.Data, logger(opt.LogFormat, errOut))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	keys, err := vault.OpenKeyring(keysPath(opt), false)
	if err != nil {
		return err
	}
	store, err := vault.Open(ctx, j.DB(), keys, time.Now)
	if err != nil {
		return err
	}
	kept, err := keys.Keep(time.Now())
	if err != nil {
		return err
	}
	if err := store.Rotate(ctx, keys); err != nil {
		return err
	}
	n, err := store.Count(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d persons are encrypted anew; keep a copy of %s apart from copies of the database\n"+
		"the keys until now are in %s: copies of the database made before now need them; remove them when you remove those\n", n, keysPath(opt), kept)
	return err
}

// runSandbox stands in for the population registry until ctx ends.
func runSandbox(ctx context.Context, opt config.Options, out, _ io.Writer) (err error) {
	s, err := sandbox.New(sandbox.Config{Dir: opt.Sandbox.Dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	address, err := s.Listen(opt.Sandbox.Listen)
	if err != nil {
		return err
	}
	file, err := s.WriteConfig(opt.Sandbox.Dir, opt.Sandbox.Adapter)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "sandbox of the population registry: https://%s/sandbox/\nqueue-server --registry %s\n", address, file); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
