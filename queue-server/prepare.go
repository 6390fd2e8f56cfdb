package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"loket/assets/catalog"
	"loket/queue-server/internal/account"
	"loket/queue-server/internal/config"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/dukcapil"
	"loket/queue-server/internal/registry/vault"
)

// prepared is what the files say that serve is told of. All of it is read and checked before there is a database: a
// mistake in one of them leaves no half-made office, and no password of one.
type prepared struct {
	registry dukcapil.Config
	lookup   registry.Lookup
	keys     *vault.Keyring
	password string // of the first administrator; empty: one is made up
}

// prepare reads what serve needs from files. The errors of what the operator can mend on the command line or in a file
// that it names wrap config.ErrUsage.
func prepare(opt config.Options) (p prepared, err error) {
	p.registry = dukcapil.Config{Adapter: dukcapil.None}
	if opt.Serve.Registry != "" {
		if p.registry, err = dukcapil.ReadConfig(opt.Serve.Registry); err != nil {
			return p, fmt.Errorf("%w: --registry: %w", config.ErrUsage, err)
		}
	}
	if opt.Serve.AdminPasswordFile != "" {
		if p.password, err = firstLine(opt.Serve.AdminPasswordFile); err != nil {
			return p, err
		}
	}
	if err := checkNew(opt, p.password); err != nil {
		return p, err
	}
	if p.keys, err = vault.OpenKeyring(keysPath(opt), true); err != nil {
		return p, err
	}
	if p.lookup, err = dukcapil.New(p.registry); err != nil {
		return p, fmt.Errorf("%w: --registry: %w", config.ErrUsage, err)
	}
	return p, nil
}

// close lets go of the lines to the registry.
func (p prepared) close() {
	if c, ok := p.lookup.(io.Closer); ok {
		_ = c.Close() // nothing is under way on them any more
	}
}

// checkNew checks what only a new office is made of: one that has a database keeps its own.
func checkNew(opt config.Options, password string) error {
	st, err := os.Stat(filepath.Join(opt.Data, databaseFile))
	if err == nil && st.Size() > 0 {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("data directory %s: %w", opt.Data, err)
	}
	if password != "" {
		if err := account.CheckPassword(password); err != nil {
			return fmt.Errorf("%w: --admin-password-file %s: %w", config.ErrUsage, opt.Serve.AdminPasswordFile, err)
		}
	}
	_, err = chosenCatalog(opt.Serve)
	return err
}

// chosenCatalog is the catalogue of a new office.
func chosenCatalog(opt config.Serve) (queue.Catalog, error) {
	if opt.Catalog != "" {
		return catalogFile(opt.Catalog)
	}
	raw, err := catalog.Sample(opt.Sample)
	if err != nil {
		return queue.Catalog{}, fmt.Errorf("%w: --sample %s: %w", config.ErrUsage, opt.Sample, err)
	}
	return decodeCatalog(raw)
}
