package station

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"loket/kiosk/internal/spool"
	"loket/queue-server/protocol"
)

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

// settlePending ends a ticket that an earlier run left open. One that may not have been printed is
// given back: nobody came back for it.
func (o *owner) settlePending(r spool.Record) {
	if r.Stage == spool.Printing {
		o.cancel(r.TicketID)
		return
	}
	o.confirm(r.TicketID, r.Stage)
}

func (o *owner) forget(ticketID string) {
	if err := o.cfg.Spool.Put(ticketID, spool.Done); err != nil {
		o.cfg.Log.Error("spool", slog.String("ticket", ticketID), slog.Any("err", err)) // it is settled once more at the next start
	}
}

// insist sends a request until the server has answered it for good; false when ctx ended first. A
// refusal that will stay is an answer for good: it is logged.
func (o *owner) insist(ctx context.Context, method string, params any) bool {
	pause := o.cfg.RetryAfter
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
		o.cfg.Log.Warn("again in a moment", slog.String("method", method), slog.Any("err", err), slog.Duration("after", pause))
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return false
		case <-timer.C:
		}
		pause = min(2*pause, 30*o.cfg.RetryAfter)
	}
}

// final says whether a refusal of one ticket will be the same next time.
func final(code string) bool {
	switch code {
	case protocol.CodeTicketUnknown, "ticket_state", "ticket_not_waiting", "bad_command",
		protocol.CodeParamsInvalid, protocol.CodeForbidden, protocol.CodeMethodUnknown:
		return true
	}
	return false
}
