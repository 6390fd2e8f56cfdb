// Package station joins the wall's parts: what the client hears goes to the board, what the board
// shows goes to the screen, and time passes. It decides nothing and draws nothing.
//
// Its invariant: one goroutine, the one of Run, owns the board; the screen is told through a Bridge.
package station

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"loket/display/internal/board"
	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

// longestWait bounds the time between two looks at the clock, so that a machine whose clock was set
// or that was asleep shows the right time soon.
const longestWait = 5 * time.Second

// Config says what to join. All fields are required.
type Config struct {
	Updates <-chan client.Update
	Show    func(board.Shown) // takes what is on the wall now, without waiting for the drawing
	Log     *slog.Logger
}

// Run keeps the wall up to date until ctx ends.
func Run(ctx context.Context, cfg Config) {
	now := time.Now()
	r := reader{log: cfg.Log}
	b := board.New(now)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case u := <-cfg.Updates:
			now = time.Now()
			b.Take(r.read(u), now)
		case <-timer.C:
			now = time.Now()
		}
		s := b.Show(now)
		cfg.Show(s)
		timer.Reset(min(s.Next.Sub(now), longestWait))
	}
}

// reader turns the client's updates into the board's.
type reader struct {
	log      *slog.Logger
	raw      json.RawMessage // that was read last
	name     string          // of location
	location *time.Location
}

// read decodes the view if it is another one. A view that cannot be read is logged and left out:
// the last good one stays on the wall.
func (r *reader) read(u client.Update) board.Update {
	out := board.Update{Connected: u.Connected, HeardAt: u.HeardAt, ServerTime: u.ServerTime}
	if u.Refused != nil {
		out.Refused = u.Refused.Code
	}
	if u.View == nil || bytes.Equal(u.View, r.raw) {
		return out
	}
	r.raw = u.View
	var view protocol.BoardView
	if err := json.Unmarshal(u.View, &view); err != nil {
		r.log.Error("view cannot be read", slog.Any("err", err))
		return out
	}
	out.View, out.Location = &view, r.locate(view.Office.TimeZone)
	return out
}

// locate finds a time zone by its name. One that is not known shows universal time, and the log says so.
func (r *reader) locate(name string) *time.Location {
	if r.location != nil && r.name == name {
		return r.location
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		r.log.Error("time zone of the office is not known", slog.String("zone", name), slog.Any("err", err))
		l = time.UTC
	}
	r.name, r.location = name, l
	return l
}
