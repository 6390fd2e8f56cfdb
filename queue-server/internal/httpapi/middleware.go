package httpapi

import (
	"bufio"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/stream"
	"loket/queue-server/protocol"
)

// policy lets a page use this server's own scripts, styles and pictures, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secured sets the headers that keep browsers strict.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		// A ticket's address must not travel. "no-referrer" would also make the Origin of our own forms "null",
		// which the guard against other sites refuses on plain http.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		next.ServeHTTP(w, r)
	})
}

// recorder notes the status of an answer; it passes the hijack of the stream on.
type recorder struct {
	http.ResponseWriter
	status int
}

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 {
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(b []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	return rec.ResponseWriter.Write(b)
}

// Hijack hands the connection over to the WebSocket.
func (rec *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h, ok := rec.ResponseWriter.(http.Hijacker)
	if !ok {
		return nil, nil, fmt.Errorf("hijack: %T cannot", rec.ResponseWriter)
	}
	rec.status = http.StatusSwitchingProtocols
	return h.Hijack()
}

// Unwrap gives http.ResponseController the writer beneath.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

// logged writes one line a request: no query, no address of a person, no ticket's token.
func (a *API) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		rec := &recorder{ResponseWriter: w}
		defer func() {
			if rec.status == 0 {
				rec.status = http.StatusOK // the handler wrote nothing at all
			}
			took := time.Since(began)
			a.metrics.onHTTP(r.Method, rec.status)
			level := slog.LevelInfo
			if strings.HasPrefix(r.URL.Path, "/static/") || r.URL.Path == "/healthz" || r.URL.Path == "/metrics" {
				level = slog.LevelDebug
			}
			path := publicPath(r.URL.Path)
			if rec.status == http.StatusNotFound {
				path = "..." // whatever somebody typed
			}
			a.cfg.Log.LogAttrs(r.Context(), level, "http", slog.String("method", r.Method), slog.String("path", path), slog.Int("status", rec.status), slog.Duration("took", took))
		}()
		next.ServeHTTP(rec, r)
	})
}

// publicPath hides the token in a ticket's address.
func publicPath(path string) string {
	if strings.HasPrefix(path, "/t/") || strings.HasPrefix(path, "/T/") {
		return "/t/..."
	}
	return path
}

// recovered turns a defect in a handler into an answer with a reference to the log.
func (a *API) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			fault := recover()
			if fault == nil {
				return
			}
			if fault == http.ErrAbortHandler {
				panic(fault) // net/http's own way to give up a connection
			}
			ref := uuid.NewString()[:8]
			a.cfg.Log.Error("handler failed", slog.String("ref", ref), slog.String("fault", fmt.Sprint(fault)), slog.String("path", publicPath(r.URL.Path)), slog.String("stack", string(debug.Stack())))
			stream.WriteError(w, &protocol.Error{Code: protocol.CodeInternal, Message: "a fault of the server; the reference finds it in its log", Ref: ref})
		}()
		next.ServeHTTP(w, r)
	})
}

func newCommandID() queue.CommandID { return queue.CommandID(uuid.NewString()) }
