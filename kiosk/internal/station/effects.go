package station

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"loket/drivers"
	"loket/kiosk/internal/flow"
	"loket/kiosk/internal/slip"
	"loket/kiosk/internal/spool"
	"loket/queue-server/protocol"
)

// carryOut starts an effect of a step.
func (o *owner) carryOut(e flow.Effect) {
	switch e := e.(type) {
	case flow.Reserve:
		within := o.cfg.reserveWithin
		if !o.state.Online {
			within = min(within, offlineTimeout)
		}
		o.spawn("reserve", func() { o.reserve(e, within) })
	case flow.Print:
		o.startPrint(e)
	case flow.Confirm:
		stage := spool.Printed
		if e.How == "shown" {
			stage = spool.Shown
		}
		fate := o.offers[e.TicketID]
		o.spawn("confirm", func() { o.confirmHeld(e.TicketID, stage, fate) })
	case flow.LookUp:
		o.spawn("find", func() { o.lookUp(e) })
	case flow.PrintCopy:
		o.startCopy(e)
	case flow.Identify:
		o.identify(e)
	case flow.ConfirmCard:
		o.confirmCard(e)
	case flow.Cancel:
		o.spawn("cancel", func() { o.cancel(e.TicketID) })
	}
}

// reserve asks for a number, and waits for it within a time.
func (o *owner) reserve(e flow.Reserve, within time.Duration) {
	answer := flow.Input(flow.Refused{TicketID: e.TicketID}) // also when the code below panics
	defer func() { o.post(func(o *owner) { o.feed(answer) }) }()
	ctx, cancel := context.WithTimeout(o.ctx, within)
	defer cancel()
	var got protocol.IssueResult
	err := o.cfg.Server.Request(ctx, protocol.MethodTicketIssue, protocol.IssueParams(e), &got)
	if err != nil {
		o.cfg.Log.Warn("no number", slog.String("ticket", e.TicketID), slog.String("service", e.ServiceID),
			slog.Any("err", err))
		var refusal *protocol.Error
		if errors.As(err, &refusal) {
			answer = flow.Refused{TicketID: e.TicketID, Code: refusal.Code}
		}
		return
	}
	o.cfg.Log.Info("number", slog.String("ticket", e.TicketID), slog.String("number", got.Number),
		slog.String("service", e.ServiceID))
	answer = flow.Reserved{Ticket: flow.Ticket{
		ID: e.TicketID, Number: got.Number, Address: got.Address,
		Ahead: got.Ahead, Wait: got.Wait, IssuedAt: o.issuedAt(got.IssuedAt),
	}}
}

// startPrint prints a slip, or says at once that it will not come out when the printer is known to be down.
func (o *owner) startPrint(e flow.Print) {
	if o.cfg.Printer == nil || (o.condition != "" && !o.condition.CanPrint()) {
		o.cfg.Log.Warn("number on the screen", slog.String("number", e.Ticket.Number), slog.String("printer", string(o.condition)))
		o.spawn("no print", func() {
			o.post(func(o *owner) { o.feed(flow.NotPrinted{TicketID: e.Ticket.ID}) })
		})
		return
	}
	o.printing++
	o.spawn("print", func() { o.print(e) })
}

// print prints a slip to its end, also while the kiosk is being stopped: half a slip helps nobody.
// Run takes its answer in any case.
func (o *owner) print(e flow.Print) {
	var outcome drivers.Outcome
	err := errPanicked
	defer func() { o.events <- func(o *owner) { o.printed(e, outcome, err) } }()
	if err := o.cfg.Spool.Put(e.Ticket.ID, spool.Printing); err != nil {
		// Only a crash in the next minute could now leave a doubt, so the citizen gets her slip.
		o.cfg.Log.Error("spool", slog.String("number", e.Ticket.Number), slog.Any("err", err))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(o.ctx), printTimeout)
	defer cancel()
	outcome, err = o.cfg.Printer.Print(ctx, slip.Ticket(e, o.cfg.Name, o.cfg.Printer.Paper()))
	if err == nil {
		o.cfg.Log.Info("printed", slog.String("number", e.Ticket.Number), slog.Bool("confirmed", outcome.Confirmed),
			slog.Int("bytes", outcome.Bytes), slog.Duration("took", outcome.Took))
	}
}

// errPanicked is the error of a slip whose printing panicked; the panic itself is in the log.
var errPanicked = errors.New("printing panicked")

// printed takes the end of a slip.
func (o *owner) printed(e flow.Print, outcome drivers.Outcome, err error) {
	o.printing--
	o.fault = ""
	if err == nil {
		o.tellStaff()
		o.offers[e.Ticket.ID] = outcome.Fate
		o.feed(flow.Printed{TicketID: e.Ticket.ID})
		delete(o.offers, e.Ticket.ID)
		return
	}
	number, why := drivers.ReachUnknown, drivers.Offline
	var failed *drivers.ConditionError
	if errors.As(err, &failed) {
		number, why = failed.Mark, failed.Condition
	}
	o.cfg.Log.Error("slip did not come out", slog.String("number", e.Ticket.Number),
		slog.String("condition", string(why)), slog.String("number_on_paper", string(number)), slog.Any("err", err))
	o.slipFailed(why)
	o.feed(flow.NotPrinted{TicketID: e.Ticket.ID, Out: number == drivers.Reached})
}
