package station

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"loket/drivers"
	"loket/kiosk/internal/spool"
	"loket/queue-server/protocol"
)

// confirmHeld confirms a ticket once somebody has taken its slip, and gives it back when the presenter had to
// swallow that: the citizen has left without it, and nobody would come. A printer without a presenter has no
// fate to wait for. One that nobody can tell counts as taken, for the slip is out.
func (o *owner) confirmHeld(ticketID string, stage spool.Stage, fate <-chan drivers.Fate) {
	if fate != nil {
		select {
		case f := <-fate:
			if f == drivers.TakenBack {
				o.cfg.Log.Warn("nobody took the slip", slog.String("ticket", ticketID))
				o.cancel(ticketID)
				return
			}
		case <-o.ctx.Done():
		}
	}
	o.confirm(ticketID, stage)
}

// confirm tells the server that the citizen holds the ticket, until it knows; if the kiosk stops
// before that, the next run goes on.
func (o *owner) confirm(ticketID string, stage spool.Stage) {
	if err := o.cfg.Spool.Put(ticketID, stage); err != nil {
		o.cfg.Log.Error("spool", slog.String("ticket", ticketID), slog.Any("err", err)) // the server is told all the same
	}
	how := "printed"
	if stage == spool.Shown {
		how = "shown"
	}
	if o.insist(o.ctx, protocol.MethodTicketConfirm, protocol.ConfirmParams{TicketID: ticketID, How: how}) {
		o.forget(ticketID)
	}
}

// cancel gives a reservation back. When the server cannot be told in time, the reservation expires there by itself.
func (o *owner) cancel(ticketID string) {
	ctx, stop := context.WithTimeout(o.ctx, giveBackFor)
	defer stop()
	told := o.insist(ctx, protocol.MethodTicketCancel,
		protocol.CancelParams{TicketID: ticketID, Reason: "slip not taken"})
	if told || o.ctx.Err() == nil {
		o.forget(ticketID)
	}
}

// settlePending ends a ticket that an earlier run left open. Of one that was being printed nobody
// knows whether it came out. After a crash of the kiosk alone it did: the printer holds the few
// hundred bytes within a moment, so a ticket of just now is confirmed, for somebody has it in her
// hand. After a power cut the printer lost it too, and by the time all is up again the citizen has
// gone to an officer: an older one is given back.
func (o *owner) settlePending(r spool.Record) {
	switch {
	case r.Stage != spool.Printing:
		o.confirm(r.TicketID, r.Stage)
	case o.justMade(r.TicketID):
		o.confirm(r.TicketID, spool.Printed)
	default:
		o.cancel(r.TicketID)
	}
}

// justMade says whether a ticket's id, which tells its time, was made within crashTime before this start.
func (o *owner) justMade(ticketID string) bool {
	id, err := uuid.Parse(ticketID)
	if err != nil || id.Version() != 7 {
		return false // not made by a kiosk
	}
	age := o.started.Sub(time.Unix(id.Time().UnixTime()))
	return age >= 0 && age <= crashTime
}

func (o *owner) forget(ticketID string) {
	if err := o.cfg.Spool.Put(ticketID, spool.Done); err != nil {
		o.cfg.Log.Error("spool", slog.String("ticket", ticketID), slog.Any("err", err)) // it is settled once more at the next start
	}
}

// insist sends a request until the server has answered it for good; false when ctx ended first. A
// refusal that will stay is an answer for good: it is logged.
func (o *owner) insist(ctx context.Context, method string, params any) bool {
	wait := o.cfg.RetryAfter
	for {
		err := o.cfg.Server.Request(ctx, method, params, nil)
		var refusal *protocol.Error
		switch {
		case err == nil:
			return true
		case errors.As(err, &refusal) && final(refusal.Code):
			o.cfg.Log.Warn("the server refuses", slog.String("method", method), slog.Any("params", params),
				slog.String("code", refusal.Code))
			return true
		case ctx.Err() != nil:
			return false
		}
		o.cfg.Log.Warn("again in a moment", slog.String("method", method), slog.Any("err", err), slog.Duration("after", wait))
		if !pause(ctx, wait) {
			return false
		}
		wait = min(2*wait, 30*o.cfg.RetryAfter)
	}
}

// pause waits; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// final says whether a refusal of one ticket will be the same next time.
func final(code string) bool {
	switch code {
	case protocol.CodeTicketUnknown, protocol.CodePrintUnknown, "ticket_state", "ticket_not_waiting", "bad_command",
		protocol.CodeParamsInvalid, protocol.CodeForbidden, protocol.CodeMethodUnknown:
		return true
	}
	return false
}
