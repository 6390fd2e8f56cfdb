// Package station joins the visit (package flow) to the queue server, the printer, the clock and
// the screen. It decides nothing about a visit and draws nothing. It is the only place that calls fyne.Do.
//
// One goroutine, Run's own, holds the state; whatever may take time happens in goroutines that Run
// starts and waits for, and comes back as an input. The invariant: a ticket whose slip is out is
// confirmed to the server sooner or later, also across a crash, and one that nobody holds is given back.
package station

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"loket/drivers"
	"loket/kiosk/internal/flow"
	"loket/kiosk/internal/spool"
	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

// Server is the line to the queue server; *client.Client is one.
type Server interface {
	// Run keeps the line up until ctx ends.
	Run(ctx context.Context) error
	// Updates gives the newest view and state of the line.
	Updates() <-chan client.Update
	// Request waits for the line and for the answer, until ctx ends. A refusal is a *protocol.Error.
	Request(ctx context.Context, method string, params, result any) error
}

// Config is what a station works with. Fields without a remark are required.
type Config struct {
	Server  Server
	Printer drivers.Printer // nil: a kiosk without paper, which shows numbers on the screen
	// Readers by the name that staff see of each: "reader" for cards, "scanner" for codes. May be empty.
	Readers map[string]drivers.Reader
	Spool   *spool.Spool
	Pending []spool.Record // what the spool held at start
	// Show is called with each new state, from one goroutine at a time. It must not block; Bridge makes one for Fyne.
	Show      func(flow.State)
	Name      string // of the kiosk, as printed on slips: "K1"
	Landscape bool
	Log       *slog.Logger
	Now       func() time.Time // nil: time.Now
	Tick      <-chan time.Time // one a second; nil: a ticker
	// RetryAfter is the first pause before a refused confirmation is sent again; it doubles up to
	// thirty times itself. 0: one second.
	RetryAfter time.Duration

	// The constants of like names, but in tests.
	reserveWithin, identifyWithin, tidyAfter time.Duration
}

const (
	// Within flow.PrintingTime each, so that a citizen sees how it ended.
	reserveTimeout = 12 * time.Second
	printTimeout   = 25 * time.Second
	// offlineTimeout is how long a number is waited for when the line is known to be down: the
	// line may be just about to come back, but the citizen should not stand there for long.
	offlineTimeout = 5 * time.Second

	catalogTimeout = 15 * time.Second
	catalogPause   = 5 * time.Second // before a catalogue is asked for again
	// giveBackFor is how long a cancellation is worth sending: a reservation expires in two minutes.
	giveBackFor = 3 * time.Minute
	// crashTime is within what a kiosk is up again after it crashed; after a power cut it takes longer.
	crashTime = 30 * time.Second
	// inputRoom is how many touches may wait. The owner never waits for anything, so a full queue
	// means that it is hopelessly late; a touch is dropped then, as a dead screen would.
	inputRoom = 64
)

// Station is a running kiosk without its screen. Run it once.
type Station struct {
	cfg    Config
	inputs chan flow.Input
	events chan func(*owner) // what goroutines report, run on the owner's goroutine
	faults chan string       // capacity 1, newest wins: the printer fault that staff should see
}

// New returns a station that does nothing until Run.
func New(cfg Config) *Station {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.RetryAfter == 0 {
		cfg.RetryAfter = time.Second
	}
	if cfg.reserveWithin == 0 {
		cfg.reserveWithin = reserveTimeout
	}
	if cfg.tidyAfter == 0 {
		cfg.tidyAfter = tidyAfter
	}
	if cfg.identifyWithin == 0 {
		cfg.identifyWithin = identifyTimeout
	}
	return &Station{
		cfg:    cfg,
		inputs: make(chan flow.Input, inputRoom),
		events: make(chan func(*owner)),
		faults: make(chan string, 1),
	}
}

// Emit takes an input from the screen. It never blocks and may be called from any goroutine.
func (s *Station) Emit(in flow.Input) {
	select {
	case s.inputs <- in:
	default:
		s.cfg.Log.Error("touch dropped: the kiosk does not keep up")
	}
}

// Run works until ctx ends and everything it started has stopped, at once or after the slip that is
// being printed. Its error is that of ctx.
func (s *Station) Run(ctx context.Context) error {
	tick := s.cfg.Tick
	if tick == nil {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		tick = ticker.C
	}
	work, stop := context.WithCancel(ctx)
	defer stop()
	o := &owner{Station: s, ctx: work, started: s.cfg.Now(), zone: time.Local, offers: map[string]<-chan drivers.Fate{}}
	defer o.running.Wait()
	o.state = flow.New(s.cfg.Landscape, s.cfg.Now())
	o.begin()

	done := ctx.Done()
	inputs := s.inputs
	for {
		select {
		case <-done:
			done, inputs = nil, nil // only what is being printed is still of interest
			stop()
		case in := <-inputs:
			o.feed(in)
		case f := <-s.events:
			f(o)
		case u := <-s.cfg.Server.Updates():
			o.update(u)
		case <-tick:
			o.refreshCatalog()
			o.feed(flow.Tick{})
		}
		if done == nil && o.printing == 0 {
			return ctx.Err()
		}
	}
}

// owner is the part of a station that only Run's goroutine touches.
type owner struct {
	*Station
	ctx     context.Context
	started time.Time
	running sync.WaitGroup

	state    flow.State
	zone     *time.Location
	printing int // slips and copies under way
	// offers tell what becomes of slips that a presenter holds out, by ticket, until their Confirm is taken.
	offers map[string]<-chan drivers.Fate
	device string   // this kiosk's id; empty before the server told it
	jobs   []string // ids of the officers' copies that were taken, oldest first, at most jobsKept

	asking asking // who somebody is
	// binding ends the confirmations of cards; nil: there is none. The visit whose card it is sees to that.
	binding context.CancelFunc
	dirty   bool // the memory may hold what somebody typed or showed

	rawView      json.RawMessage
	view         protocol.KioskView
	catalogAsked time.Time // zero: not under way

	condition drivers.Condition // as the printer's watch tells
	fault     drivers.Condition // of the last slip that did not come out, until one does
}

// begin starts what runs all the time, and settles what an earlier run left behind.
func (o *owner) begin() {
	o.cfg.Show(o.state)
	o.spawn("server", func() {
		if err := o.cfg.Server.Run(o.ctx); err != nil && !errors.Is(err, context.Canceled) {
			o.cfg.Log.Error("line to the server ended", slog.Any("err", err))
		}
	})
	if o.cfg.Printer != nil {
		o.spawn("reporter", func() { o.reportFaults("printer", o.faults) })
		o.spawn("printer watch", func() {
			o.cfg.Printer.Watch(o.ctx, func(c drivers.Condition) { o.post(func(o *owner) { o.conditionChanged(c) }) })
		})
	}
	for part, r := range o.cfg.Readers {
		o.startReader(part, r)
	}
	for _, r := range o.cfg.Pending {
		o.cfg.Log.Info("settling a ticket of before", slog.String("ticket", r.TicketID), slog.String("stage", string(r.Stage)))
		o.spawn("settle", func() { o.settlePending(r) })
	}
}

// spawn starts a goroutine that Run waits for. A panic in it is logged, and does not end the kiosk.
func (o *owner) spawn(what string, f func()) {
	o.running.Go(func() {
		defer o.guard(what)
		f()
	})
}

// post hands a report to the owner; once everything stops it is dropped.
func (o *owner) post(f func(*owner)) {
	select {
	case o.events <- f:
	case <-o.ctx.Done():
	}
}
