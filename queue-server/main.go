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

	"loket/queue-server/internal/config"
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
