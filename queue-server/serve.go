package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"time"

	"loket/queue-server/internal/account"
	"loket/queue-server/internal/config"
	"loket/queue-server/internal/httpapi"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/internal/stream"
)

// serve runs the office until ctx ends.
func serve(ctx context.Context, opt config.Options, _, errOut io.Writer) (err error) {
	log := logger(opt.LogFormat, errOut)
	slog.SetDefault(log)
	files, err := prepare(opt)
	if err != nil {
		return err
	}
	defer files.close() // after the desk, which uses it
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", opt.Serve.Listen)
	if err != nil {
		return err
	}
	defer listener.Close() // Serve has closed it already
	journal, err := openJournal(ctx, opt.Data, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, journal.Close()) }()
	metrics := httpapi.NewMetrics()
	// The office outlives ctx, so that what has begun is finished before it is closed.
	running, err := office.Open(context.WithoutCancel(ctx), office.Config{
		Journal: hours{Journal: journal, ignore: opt.Serve.OpenAllHours}, Log: log, OnCommit: metrics.OnCommit,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, running.Close()) }()
	store, err := vault.Open(ctx, journal.DB(), files.keys, time.Now)
	if err != nil {
		return err
	}
	accounts := account.New(journal.DB(), time.Now)
	if err := firstStart(ctx, opt.Serve, files.password, running, accounts, errOut); err != nil {
		return err
	}
	persons, err := openDesk(ctx, opt, files, store, journal, running, metrics, log)
	if err != nil {
		return err
	}
	defer persons.Close() // before the office and the journal, which it uses
	public := opt.Serve.PublicURL
	if public == "" {
		public = publicURL(listener.Addr())
	}
	api, err := httpapi.New(ctx, httpapi.Config{
		Office: running, Accounts: accounts, Persons: persons, PublicURL: public, Version: version(), Log: log, Metrics: metrics,
		OpenAllHours: opt.Serve.OpenAllHours,
		Limits:       stream.Limits{Connections: opt.Serve.MaxConnections, RequestsPerSecond: opt.Serve.RequestsPerSecond},
	})
	if err != nil {
		return err
	}
	if opt.Serve.OpenAllHours {
		log.Warn("opening hours are ignored (--open-all-hours): for training and demos only")
	}
	log.Info("office is open for connections", slog.String("listen", listener.Addr().String()), slog.String("public_url", public), slog.String("version", version()))
	err = api.Serve(ctx, listener)
	log.Info("stopped")
	return err
}
