package station

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"loket/drivers"
	"loket/kiosk/internal/flow"
	"loket/kiosk/internal/slip"
	"loket/queue-server/protocol"
)

const (
	// findTimeout is how long a citizen waits for the answer to her number and code.
	findTimeout = 5 * time.Second
	// jobsKept is how many jobs of officers are remembered as taken; a view has at most eight.
	jobsKept = 64
)

// lookUp asks the server for a ticket.
func (o *owner) lookUp(e flow.LookUp) {
	answer := flow.Input(flow.TicketNotFound{Asked: e}) // also when the code below panics
	defer func() { o.post(func(o *owner) { o.feed(answer) }) }()
	ctx, cancel := context.WithTimeout(o.ctx, findTimeout)
	defer cancel()
	var got protocol.FindResult
	err := o.cfg.Server.Request(ctx, protocol.MethodTicketFind, protocol.FindParams(e), &got)
	if err != nil {
		o.cfg.Log.Info("ticket not found", slog.Any("err", err)) // the number may be a mistyped one: it is not logged
		var refusal *protocol.Error
		if errors.As(err, &refusal) {
			answer = flow.TicketNotFound{Asked: e, Code: refusal.Code}
		}
		return
	}
	answer = flow.TicketFound{Asked: e, Ticket: flow.Held{
		Ticket: flow.Ticket{
			ID: got.TicketID, Number: got.Number, Address: got.Address, Ahead: got.Ahead, Wait: got.Wait,
			IssuedAt: o.issuedAt(got.IssuedAt),
		},
		ServiceID: got.ServiceID, State: got.State, Counter: got.Counter,
	}}
}

// issuedAt reads the time of issue, or takes the kiosk's own.
func (o *owner) issuedAt(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		o.cfg.Log.Error("time of issue cannot be read; the kiosk's own is printed", slog.Any("err", err))
		return o.cfg.Now()
	}
	return at
}

// startCopy prints the copy that a citizen asked for, after the server has recorded it.
func (o *owner) startCopy(e flow.PrintCopy) {
	o.printing++
	o.spawn("copy", func() {
		err := errPanicked
		defer func() {
			o.events <- func(o *owner) { // Run takes it in any case, as of every slip
				answer := flow.Input(flow.Copied{TicketID: e.Slip.Ticket.ID})
				if o.copied(e.Slip, err) != "" {
					answer = flow.NotCopied{TicketID: e.Slip.Ticket.ID}
				}
				o.feed(answer)
			}
		}()
		ctx, cancel := context.WithTimeout(o.ctx, findTimeout)
		defer cancel()
		if err = o.cfg.Server.Request(ctx, protocol.MethodTicketReprint, protocol.ReprintParams{TicketID: e.Slip.Ticket.ID}, nil); err == nil {
			err = o.printCopy(e.Slip)
		}
	})
}

// printCopy puts a copy on paper, or says why not.
func (o *owner) printCopy(p flow.Print) error {
	if o.cfg.Printer == nil {
		return &drivers.ConditionError{Condition: drivers.Offline, Err: errNoPrinter}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(o.ctx), printTimeout)
	defer cancel()
	_, err := o.cfg.Printer.Print(ctx, slip.Ticket(p, o.cfg.Name, o.cfg.Printer.Paper()))
	return err
}

var errNoPrinter = errors.New("this kiosk has no printer")

// copied takes the end of a copy; cause is empty when it is on paper. A half copy harms nobody: the ticket stands
// as it did.
func (o *owner) copied(p flow.Print, err error) (cause string) {
	o.printing--
	if err == nil {
		o.fault = ""
		o.tellStaff()
		o.cfg.Log.Info("copy printed", slog.String("number", p.Ticket.Number))
		return ""
	}
	o.cfg.Log.Warn("copy did not come out", slog.String("number", p.Ticket.Number), slog.Any("err", err))
	var failed *drivers.ConditionError
	if !errors.As(err, &failed) {
		return string(drivers.Offline) // the server or the program; the printer may be well
	}
	o.slipFailed(failed.Condition)
	return string(failed.Condition)
}

// takeJobs starts the copies that officers asked this kiosk for and that it has not taken before. After a restart
// of the kiosk one may be printed twice, which a copy may.
func (o *owner) takeJobs() {
	if !o.state.Ready || o.device == "" {
		return
	}
	for _, job := range o.view.Prints {
		if job.DeviceID != o.device || slices.Contains(o.jobs, job.ID) {
			continue
		}
		o.jobs = append(o.jobs, job.ID)
		if len(o.jobs) > jobsKept {
			o.jobs = slices.Delete(o.jobs, 0, 1)
		}
		o.startJob(job)
	}
}

// startJob prints an officer's copy and tells the server how it ended.
func (o *owner) startJob(job protocol.PrintJob) {
	p := o.state.SlipOf(flow.Held{
		Ticket: flow.Ticket{
			ID: job.TicketID, Number: job.Number, Address: job.Address, Ahead: job.Ahead, Wait: job.Wait,
			IssuedAt: o.issuedAt(job.IssuedAt),
		},
		ServiceID: job.ServiceID, State: job.State, Counter: job.Counter,
	}, "id")
	o.printing++
	o.spawn("officer's copy", func() {
		err := errPanicked
		defer func() {
			o.events <- func(o *owner) {
				cause := o.copied(p, err)
				o.spawn("answer officer", func() {
					o.insist(o.ctx, protocol.MethodTicketPrinted, protocol.PrintedParams{JobID: job.ID, Cause: cause})
				})
			}
		}()
		err = o.printCopy(p)
	})
}
