// Command queue-server is the server of one Loket office: it keeps the queue, serves kiosks, boards,
// consoles and phones, and needs nobody else to run. See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"loket/queue-server/internal/account"
	"loket/queue-server/internal/config"
	"loket/queue-server/internal/httpapi"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/stream"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run does one command and returns the exit code: 0, 1 for a fault, 2 for a wrong command line or file.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	opt, command, helped, err := config.Parse(args, out)
	if helped {
		return 0
	}
	if err == nil {
		err = commands[command](ctx, opt, out, errOut)
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(errOut, "queue-server:", err) // nowhere else to say it
	if errors.Is(err, config.ErrUsage) {
		return 2
	}
	return 1
}

// serve runs the office until ctx ends.
func serve(ctx context.Context, opt config.Options, _, errOut io.Writer) (err error) {
	log := logger(opt.LogFormat, errOut)
	slog.SetDefault(log)
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
	accounts := account.New(journal.DB(), time.Now)
	if err := firstStart(ctx, opt.Serve, running, accounts, errOut); err != nil {
		return err
	}
	public := opt.Serve.PublicURL
	if public == "" {
		public = publicURL(listener.Addr())
	}
	api, err := httpapi.New(ctx, httpapi.Config{
		Office: running, Accounts: accounts, PublicURL: public, Version: version(), Log: log, Metrics: metrics,
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

func logger(format string, w io.Writer) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// publicURL guesses how phones reach a server that was told to listen on every address: by the
// first address of this machine that is not its own loop.
func publicURL(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return "http://" + a.String()
	}
	host := tcp.IP
	if host.IsUnspecified() {
		host = net.IPv4(127, 0, 0, 1)
		addresses, err := net.InterfaceAddrs()
		if err != nil {
			addresses = nil // then only this machine reaches it; --public-url says better
		}
		for _, address := range addresses {
			if n, ok := address.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
				host = n.IP
				break
			}
		}
	}
	return "http://" + net.JoinHostPort(host.String(), fmt.Sprint(tcp.Port))
}

// version is that of the build: the module's, or the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = s.Value[:min(12, len(s.Value))]
		}
	}
	return v
}
