package station

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"time"

	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

const (
	// identifyTimeout is how long a citizen waits to be known. The server gives the registry 4 seconds of it, and
	// then answers by itself.
	identifyTimeout = 6 * time.Second
	// tidyAfter is when the screens of a visit that ended are drawn over.
	tidyAfter = time.Second
)

// asking is a question to the server who somebody is.
type asking struct {
	try  int
	stop context.CancelFunc // nil: there is none
}

// identify asks the server who somebody is. What she typed or showed, and what is answered, is not logged.
func (o *owner) identify(e flow.Identify) {
	ctx, stop := context.WithTimeout(o.ctx, o.cfg.identifyWithin)
	o.asking = asking{try: e.Try, stop: stop}
	o.spawn("identify", func() {
		defer stop()
		answer := flow.Input(flow.NotIdentified{Asked: e}) // also when the code below panics
		defer func() { o.post(func(o *owner) { o.feed(answer) }) }()
		params := protocol.IdentifyParams{Card: e.Card, NIK: e.NIK, ServiceID: e.ServiceID, Sure: e.Sure}
		var got protocol.IdentifyResult
		err := o.cfg.Server.Request(ctx, protocol.MethodPersonIdentify, params, &got)
		if err == nil {
			answer = flow.Identified{Asked: e, Result: got}
			return
		}
		code := ""
		var refusal *protocol.Error
		if errors.As(err, &refusal) {
			code = refusal.Code
		}
		answer = flow.NotIdentified{Asked: e, Code: code}
		o.cfg.Log.Info("nobody identified", slog.String("code", code), slog.Bool("late", ctx.Err() != nil))
	})
}

// confirmCard tells the server that a card's holder has said who she is, again and again until it answers or the visit
// has ended. Nothing of it is logged: when it fails, the card asks for the NIK once more another day.
func (o *owner) confirmCard(e flow.ConfirmCard) {
	if o.binding != nil {
		o.binding() // of an earlier yes of this visit
	}
	ctx, stop := context.WithCancel(o.ctx)
	o.binding = stop
	o.spawn("confirm card", func() {
		defer stop()
		wait := o.cfg.RetryAfter
		for {
			err := o.cfg.Server.Request(ctx, protocol.MethodPersonConfirm, protocol.ConfirmPersonParams(e), nil)
			var refusal *protocol.Error
			if err == nil || errors.As(err, &refusal) && !passing(refusal.Code) || !pause(ctx, wait) {
				return
			}
			wait = min(2*wait, 30*o.cfg.RetryAfter)
		}
	})
}

// passing says whether a refusal may be another one in a moment.
func passing(code string) bool {
	switch code {
	case protocol.CodeRateLimited, protocol.CodeOverloaded, protocol.CodeNotDurable, protocol.CodeStopping, protocol.CodeInternal:
		return true
	}
	return false
}

// afterStep takes back what the visit waits for no more, and tidies up after a visit that knew somebody.
func (o *owner) afterStep() {
	if o.asking.stop != nil && o.asking.try != o.state.Question().Try {
		o.asking.stop()
		o.asking = asking{}
	}
	if o.binding != nil && !o.state.Personal() {
		o.binding()
		o.binding = nil
	}
	switch {
	case o.state.Personal():
		o.dirty = true
	case o.dirty && o.state.Screen == flow.Attract:
		o.dirty = false
		o.spawn("tidy", o.tidy)
	}
}

// tidy collects what the visit left in memory and gives the pages back to the system, which wipes them. The second
// time takes what the standard library keeps for reuse, such as the encoder's buffers.
func (o *owner) tidy() {
	if !pause(o.ctx, o.cfg.tidyAfter) {
		return // the process ends
	}
	debug.FreeOSMemory()
	debug.FreeOSMemory()
}
