package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"

	"github.com/alexedwards/scs/v2"

	"loket/queue-server/internal/account"
	"loket/queue-server/internal/console"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/stream"
	"loket/queue-server/protocol"
)

// cookieName is the name of the session cookie, and userKey that of its one value.
const (
	cookieName = "loket_session"
	userKey    = "user"
)

// maxFormBytes bounds the log-in form.
const maxFormBytes = 8 << 10

// newSessions is scs.New without its store in memory, whose goroutine nobody could end.
func newSessions(cfg Config) *scs.SessionManager {
	return &scs.SessionManager{
		Store: cfg.Accounts.Sessions(), Codec: scs.GobCodec{}, Lifetime: sessionLife,
		Cookie: scs.SessionCookie{
			Name: cookieName, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Persist: true,
			Secure: strings.HasPrefix(cfg.PublicURL, "https://"),
		},
		ErrorFunc: func(w http.ResponseWriter, _ *http.Request, err error) {
			cfg.Log.Error("session store", slog.Any("err", err))
			stream.WriteError(w, &protocol.Error{Code: protocol.CodeInternal, Message: "the session could not be read"})
		},
	}
}

// user returns the signed-in user of a context that has a session.
func (a *API) user(ctx context.Context) (account.User, bool) {
	id := a.sessions.GetString(ctx, userKey)
	if id == "" {
		return account.User{}, false
	}
	u, err := a.cfg.Accounts.User(ctx, queue.OfficerID(id))
	if err != nil {
		var refusal *account.Error
		if !errors.As(err, &refusal) {
			a.cfg.Log.Error("read user", slog.Any("err", err))
		}
		return account.User{}, false
	}
	return u, !u.Disabled
}

func (a *API) viewer(r *http.Request) (console.Viewer, bool) {
	u, ok := a.user(r.Context())
	return console.Viewer{Name: u.Name, Role: u.Role}, ok
}

// signedIn reads the session of a handshake, which does not pass the sessions' middleware.
func (a *API) signedIn(r *http.Request) (stream.SignedIn, bool) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return stream.SignedIn{}, false
	}
	ctx, err := a.sessions.Load(r.Context(), cookie.Value)
	if err != nil {
		a.cfg.Log.Error("session store", slog.Any("err", err))
		return stream.SignedIn{}, false
	}
	u, ok := a.user(ctx)
	if !ok {
		return stream.SignedIn{}, false
	}
	return stream.SignedIn{User: u, Session: sessionName(cookie.Value), Until: a.sessions.Deadline(ctx)}, true
}

// sessionName names a session without being its key.
func sessionName(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:12])
}

// logIn takes the log-in form. A wrong login and a wrong password look the same, and so do tries that
// come too fast, whether or not the login exists.
func (a *API) logIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	if err := r.ParseForm(); err != nil {
		a.pages.RenderLogin(w, http.StatusBadRequest, console.LoginForm{Notice: protocol.CodeParamsInvalid})
		return
	}
	login, password := strings.ToLower(strings.TrimSpace(r.PostForm.Get("login"))), r.PostForm.Get("password")
	now := a.cfg.Clock()
	if !a.addresses.allow(address(r), now) || !a.logins.allow(login, now) {
		w.Header().Set("Retry-After", "15")
		a.pages.RenderLogin(w, http.StatusTooManyRequests, console.LoginForm{Login: login, Notice: protocol.CodeRateLimited})
		return
	}
	u, err := a.cfg.Accounts.Authenticate(r.Context(), login, password)
	if err != nil {
		e := a.refusal(err, "log in")
		a.cfg.Log.Info("log-in refused", slog.String("code", e.Code))
		a.pages.RenderLogin(w, protocol.Status(e.Code), console.LoginForm{Login: login, Notice: e.Code})
		return
	}
	// A new token at every log-in, so that one planted in the browser before is worth nothing.
	if err := a.sessions.RenewToken(r.Context()); err != nil {
		stream.WriteError(w, a.refusal(err, "renew session"))
		return
	}
	a.logins.forgive(login)
	a.sessions.Put(r.Context(), userKey, string(u.ID))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// logOut ends the session and its connections.
func (a *API) logOut(w http.ResponseWriter, r *http.Request) {
	token := a.sessions.Token(r.Context())
	if err := a.sessions.Destroy(r.Context()); err != nil {
		stream.WriteError(w, a.refusal(err, "end session"))
		return
	}
	if token != "" {
		a.stream.DropSession(sessionName(token))
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// onlyAdmin guards a handler.
func (a *API) onlyAdmin(next func(http.ResponseWriter, *http.Request, account.User)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		u, ok := a.user(r.Context())
		switch {
		case !ok:
			stream.WriteError(w, &protocol.Error{Code: protocol.CodeLoginRequired, Message: "log in first"})
		case u.Role != protocol.RoleAdmin:
			stream.WriteError(w, &protocol.Error{Code: protocol.CodeForbidden, Message: "only for administrators"})
		default:
			next(w, r, u)
		}
	}
}

// address is the network address of the other end, without its port.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
