package httpapi

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	headerTimeout = 5 * time.Second
	requestTime   = 30 * time.Second // for a whole request with its body, and for its answer
	idleTimeout   = 60 * time.Second
	stopTimeout   = 5 * time.Second
	// maxNewConnections bounds connections that have not sent a request yet.
	maxNewConnections = 2048
)

// Serve answers on the listener until ctx ends, and then stops gracefully: no new connections, every
// client told, requests that run finished, within a few seconds.
func (a *API) Serve(ctx context.Context, l net.Listener) error {
	fresh := newStrangers(maxNewConnections)
	srv := &http.Server{
		Handler: a, ReadHeaderTimeout: headerTimeout, ReadTimeout: requestTime, WriteTimeout: requestTime,
		IdleTimeout: idleTimeout, MaxHeaderBytes: 16 << 10, ConnState: fresh.state,
		ErrorLog: slog.NewLogLogger(a.cfg.Log.Handler(), slog.LevelDebug), // broken handshakes of strangers
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		a.Close()
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	a.Close() // first, since the server does not know hijacked connections
	err := srv.Shutdown(stop)
	if serveErr := <-failed; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(err, serveErr)
	}
	if err != nil {
		_ = srv.Close() // what did not end in time is cut off
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// strangers are the connections that have not sent a request yet. net/http gives each of them a goroutine
// and buffers, so there may only be so many. Who comes last speaks soonest, so it is the oldest that go.
type strangers struct {
	bound int

	mu    sync.Mutex
	queue *list.List // of net.Conn, oldest first
	place map[net.Conn]*list.Element
}

func newStrangers(bound int) *strangers {
	return &strangers{bound: bound, queue: list.New(), place: make(map[net.Conn]*list.Element)}
}

// state is http.Server.ConnState: it closes the oldest silent connection when there are too many.
func (s *strangers) state(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if state != http.StateNew {
		if e, ok := s.place[c]; ok { // it has sent something, or is gone
			s.queue.Remove(e)
			delete(s.place, c)
		}
		return
	}
	s.place[c] = s.queue.PushBack(c)
	if s.queue.Len() > s.bound {
		oldest := s.queue.Remove(s.queue.Front()).(net.Conn) // nothing else is in there
		delete(s.place, oldest)
		_ = oldest.Close() // nothing was said on it
	}
}
