// Package board decides what a wall display shows and which call stands out now: the server's newest
// view and the time go in, a Shown comes out. It is not for drawing, for words or for the wire.
//
// Its invariant: each call id of the views stands out exactly once, in the order of the calls, for at
// least the shortest hold and at most the longest, however often the line broke in between.
package board

import (
	"slices"
	"time"

	"loket/queue-server/protocol"
)

// Times of the wall.
const (
	// FreshFor is how old a call may be when the program starts and still be announced; older ones
	// were announced before it started.
	FreshFor = 30 * time.Second
	// StaleAfter is how long the line may be down before the wall says so.
	StaleAfter = 3 * time.Second
	// ClockTolerance is how far this machine's clock may be from the server's before the wall follows the server's.
	ClockTolerance = 30 * time.Second
	// Fade is how long a text comes in and a called number grows.
	Fade = 150 * time.Millisecond
)

// maxKnown bounds the remembered call ids; a view has 12, so a call that left it long ago is forgotten.
const maxKnown = 1024

// maxRecent is the number of calls in the list of the latest ones.
const maxRecent = 5

// Update is what came from the server, or that the line went down. View nil leaves the view as it is.
type Update struct {
	View       *protocol.BoardView
	Location   *time.Location // of the office; with View
	Connected  bool
	HeardAt    time.Time // by this machine's clock
	ServerTime time.Time // by the server's clock, at HeardAt
	Refused    string    // error code: the server does not let this display in
}

// Board is the state of one wall. It has no lock: one goroutine owns it.
type Board struct {
	view     *protocol.BoardView
	location *time.Location

	downSince time.Time // zero while connected
	heardAt   time.Time
	skew      time.Duration // server's clock minus this machine's, when that is too far off
	refused   string

	known    map[string]bool // calls that stood out, stand out or wait to
	order    []string        // of known, oldest first
	queue    []protocol.BoardCall
	standing *protocol.BoardCall
	since    time.Time // of standing
}

// New returns the board of a display that was switched on at now and has heard nothing yet.
func New(now time.Time) *Board {
	return &Board{location: time.UTC, downSince: now, known: map[string]bool{}}
}

// Take brings in what came from the server.
func (b *Board) Take(u Update, now time.Time) {
	b.refused = u.Refused
	switch {
	case u.Connected:
		b.downSince = time.Time{}
	case b.downSince.IsZero():
		b.downSince = now
	}
	if !u.HeardAt.IsZero() {
		b.heardAt = u.HeardAt
	}
	if u.Connected && !u.ServerTime.IsZero() {
		b.skew = u.ServerTime.Sub(u.HeardAt)
		if b.skew.Abs() <= ClockTolerance {
			b.skew = 0
		}
	}
	if u.View == nil {
		return
	}
	first := b.view == nil
	b.view = u.View
	if u.Location != nil {
		b.location = u.Location
	}
	b.hear(u.View.Calls, first, now)
}

// hear queues the calls that are new. The view has the newest first.
func (b *Board) hear(calls []protocol.BoardCall, first bool, now time.Time) {
	for _, c := range slices.Backward(calls) {
		if b.known[c.ID] {
			continue
		}
		b.remember(c.ID)
		if first && b.office(now).Sub(c.At) > FreshFor {
			continue
		}
		b.queue = append(b.queue, c)
	}
}

func (b *Board) remember(id string) {
	b.known[id] = true
	b.order = append(b.order, id)
	if len(b.order) > maxKnown {
		delete(b.known, b.order[0])
		b.order = b.order[1:]
	}
}

// hold is how long a call stands out when this many wait behind it.
func hold(behind int) time.Duration {
	switch {
	case behind == 0:
		return 8 * time.Second
	case behind <= 2:
		return 6 * time.Second
	case behind <= 5:
		return 4 * time.Second
	}
	return 3 * time.Second
}

// advance ends the call whose time is over and lets the next one stand out, from now on: a wall
// that was asleep shows each for its whole time.
func (b *Board) advance(now time.Time) {
	if b.standing != nil && now.Sub(b.since) >= hold(len(b.queue)) {
		b.standing = nil
	}
	if b.standing == nil && len(b.queue) > 0 {
		c := b.queue[0]
		b.standing, b.since, b.queue = &c, now, b.queue[1:]
	}
}

// office is the time in the office's zone, by the better clock.
func (b *Board) office(now time.Time) time.Time { return now.Add(b.skew).In(b.location) }
