package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"loket/queue-server/internal/account"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

const (
	// requestTimeout bounds one request; a disk that takes longer is not one to promise on.
	requestTimeout = 15 * time.Second
	// maxID bounds ids that clients make.
	maxID = 64
)

// call is one request on its way through its method.
type call struct {
	s      *Server
	who    Who
	id     string // the client's
	params json.RawMessage
}

// header makes the command of a request safe to repeat: its id is the request's, apart from those of others.
func (c *call) header() queue.Header {
	actor := c.who.actor()
	return queue.Header{ID: queue.CommandID(string(actor.Kind) + ":" + actor.ID + ":" + c.id), Actor: actor}
}

// do gives a command to the office.
func (c *call) do(ctx context.Context, command queue.Command) (queue.Result, error) {
	return c.s.cfg.Office.Do(ctx, command)
}

// method is what a request can ask for, and who may.
type method struct {
	roles []protocol.Role
	run   func(context.Context, *call) (any, error)
	// once: the method is not a command of the queue, so that repeats are answered from memory.
	once bool
}

// with reads the params of a method.
func with[P any](f func(context.Context, *call, P) (any, error)) func(context.Context, *call) (any, error) {
	return func(ctx context.Context, c *call) (any, error) {
		var p P
		raw := c.params
		if len(raw) == 0 {
			raw = []byte("{}")
		}
		if err := strict(raw, &p); err != nil {
			return nil, &protocol.Error{Code: protocol.CodeParamsInvalid, Message: err.Error()}
		}
		return f(ctx, c, p)
	}
}

// request answers one request. Refusals are replies; the error, which ends the connection, is for a
// client that breaks the rules of the wire.
func (c *conn) request(f protocol.Frame) *protocol.Error {
	if f.ID == "" || len(f.ID) > maxID {
		return &protocol.Error{Code: protocol.CodeBadJSON, Message: "a request needs an id of 1 to 64 characters"}
	}
	began := time.Now()
	result, e := c.answer(f)
	reply := protocol.Frame{Type: protocol.TypeReply, ID: f.ID, Error: e}
	name, code := f.Method, "ok"
	if _, ok := c.s.methods[name]; !ok {
		name = "unknown"
	}
	if e != nil {
		code = e.Code
	} else {
		raw, err := json.Marshal(result)
		if err != nil {
			return c.s.WireError(err, "encode result")
		}
		reply.Result = raw
	}
	c.s.cfg.OnRequest(name, code, time.Since(began))
	message, err := prepare(reply)
	if err != nil {
		return c.s.WireError(err, "encode reply")
	}
	if !c.offerReply(message) {
		return &protocol.Error{Code: protocol.CodeOverloaded, Message: "the client does not read its replies"}
	}
	return nil
}

// answer runs the method of a request.
func (c *conn) answer(f protocol.Frame) (any, *protocol.Error) {
	if c.limiter == nil {
		r := c.s.cfg.Limits.RequestsPerSecond
		c.limiter = rate.NewLimiter(rate.Limit(r), max(1, int(2*r)))
	}
	if !c.limiter.Allow() {
		return nil, &protocol.Error{Code: protocol.CodeRateLimited, Message: "too many requests on this connection"}
	}
	m, ok := c.s.methods[f.Method]
	if !ok {
		return nil, &protocol.Error{Code: protocol.CodeMethodUnknown, Message: "there is no such method"}
	}
	if !slices.Contains(m.roles, c.who.Role) {
		return nil, &protocol.Error{Code: protocol.CodeForbidden, Message: "this method is not for a " + string(c.who.Role)}
	}
	if !c.who.Until.IsZero() && c.s.cfg.Clock().After(c.who.Until) {
		return nil, &protocol.Error{Code: protocol.CodeLoginRequired, Message: "the session has ended"}
	}
	ctx, cancel := c.s.context()
	defer cancel()
	in := &call{s: c.s, who: c.who, id: f.ID, params: f.Params}
	var result any
	var err error
	if m.once {
		result, err = c.s.repeats.do(in, func() (any, error) { return c.s.run(ctx, m, in) })
	} else {
		result, err = c.s.run(ctx, m, in)
	}
	if err != nil {
		return nil, c.s.WireError(err, f.Method)
	}
	return result, nil
}

// run runs a method; a defect in it costs this one request only.
func (s *Server) run(ctx context.Context, m method, in *call) (result any, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v", fault)
		}
	}()
	return m.run(ctx, in)
}

// WireError is an error as the client may see it. What is not a refusal becomes "internal": its
// detail goes to the log, under a reference that the client gets.
func (s *Server) WireError(err error, what string) *protocol.Error {
	var refusal *queue.Refusal
	var denied *account.Error
	var wire *protocol.Error
	switch {
	case errors.As(err, &wire):
		return wire
	case errors.As(err, &refusal):
		return &protocol.Error{Code: string(refusal.Code), Message: refusal.Message}
	case errors.As(err, &denied):
		return &protocol.Error{Code: string(denied.Code), Message: denied.Message}
	case errors.Is(err, office.ErrClosed), errors.Is(err, context.Canceled):
		return &protocol.Error{Code: protocol.CodeStopping, Message: "the server is going down"}
	}
	e := &protocol.Error{Code: protocol.CodeInternal, Message: "a fault of the server; the reference finds it in its log", Ref: reference()}
	if errors.Is(err, office.ErrNotDurable) {
		e.Code, e.Message = protocol.CodeNotDurable, "could not be written to disk; nothing has changed"
	}
	s.cfg.Log.Error("request failed", slog.String("what", what), slog.String("ref", e.Ref), slog.Any("err", err))
	return e
}

// reference makes a short id that finds a line of the log.
func reference() string { return uuid.NewString()[:8] }
