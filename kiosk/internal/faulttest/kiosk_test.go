package faulttest

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/drivers/printer"
	"loket/drivers/serialport"
	"loket/kiosk/internal/flow"
	"loket/kiosk/internal/spool"
	"loket/kiosk/internal/station"
	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

const baud = 115200

// kiosk is one kiosk of the office, with its own emulated printer, and the citizens before it.
type kiosk struct {
	t       *testing.T
	name    string
	profile escpos.Profile
	emu     *emulator.Printer
	station *station.Station
	tick    chan time.Time
	ahead   atomic.Int64 // how far the kiosk's clock is put forward
	spool   *spool.Spool
	journey trip

	news  *bell // guards what follows
	state flow.State
	ends  map[string]string // how the server was told of the end of a ticket, by its id
	desk  tray              // the slips that came out
	hands map[string]bool   // numbers that their citizens took with them on paper
	cond  drivers.Condition // of the printer, as the kiosk was told last
}

// newKiosk pairs a kiosk with the office, plugs its printer in and starts it.
func newKiosk(t *testing.T, o *office, name string, profile escpos.Profile) *kiosk {
	t.Helper()
	profile.PaperSpeed, profile.CutTime = 800, 20*time.Millisecond // nobody should wait for paper
	k := &kiosk{
		t: t, name: name, profile: profile, tick: make(chan time.Time), news: newBell(),
		ends: map[string]string{}, hands: map[string]bool{}, desk: tray{kiosk: name},
	}
	log := keptLog(t)
	driver := k.plugIn()
	k.journey.set = func(f emulator.Fault) {
		if err := k.emu.Set(f, true); err != nil {
			t.Error(err)
		}
	}
	kept, pending, err := spool.Open(filepath.Join(t.TempDir(), "spool"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	k.spool = kept
	t.Cleanup(func() {
		if err := kept.Close(); err != nil {
			t.Error(err)
		}
	})
	stream, err := client.StreamURL(o.url)
	if err != nil {
		t.Fatal(err)
	}
	k.station = station.New(station.Config{
		Server: line{kiosk: k, Client: client.New(client.Config{
			URL: stream, Role: protocol.RoleKiosk, Token: o.pair(t, name), Topic: protocol.TopicKiosk,
			FirstWait: 20 * time.Millisecond, LongestWait: 200 * time.Millisecond,
		})},
		Printer: feeder{Printer: driver, kiosk: k}, Spool: kept, Pending: pending,
		Show: func(s flow.State) { k.news.change(func() { k.state = s }) },
		Name: name, Log: log, Tick: k.tick, RetryAfter: 20 * time.Millisecond,
		Now: func() time.Time { return time.Now().Add(time.Duration(k.ahead.Load())) },
	})
	k.run()
	return k
}

// keptLog is a log that is shown when the test fails.
func keptLog(t *testing.T) *slog.Logger {
	t.Helper()
	kept := &lines{}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("log of the kiosk:\n%s", kept.text.String())
		}
	})
	return slog.New(slog.NewTextHandler(kept, nil))
}

// lines take what is written until nobody writes any more.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// plugIn gives the kiosk a real driver on an emulated printer.
func (k *kiosk) plugIn() drivers.Printer {
	k.t.Helper()
	closing := func(what interface{ Close() error }) {
		k.t.Cleanup(func() {
			if err := what.Close(); err != nil {
				k.t.Error(err)
			}
		})
	}
	var err error
	k.emu, err = emulator.New(emulator.Config{
		Profile: k.profile, Baud: baud,
		TearAfter: 200 * time.Millisecond, OnPaper: k.journey.paper,
		OnSlip: func(s *emulator.Slip) { k.news.change(func() { k.desk.add(s) }) },
	})
	if err != nil {
		k.t.Fatal(err)
	}
	closing(k.emu)
	port := serialport.Config{Device: k.emu.Device(), Baud: baud, WriteTimeout: 2 * time.Second}
	driver, err := printer.Open(port, k.profile, printer.Config{
		Poll: 200 * time.Millisecond, AnswerTimeout: 2 * time.Second, Patience: printerPatience,
	})
	if err != nil {
		k.t.Fatal(err)
	}
	closing(driver)
	return driver
}

// run keeps the station at work until the test ends.
func (k *kiosk) run() {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = k.station.Run(ctx) }) // its error is that of ctx
	k.t.Cleanup(func() { cancel(); running.Wait() })
}

// await waits for something about the kiosk.
func (k *kiosk) await(what string, ok func() bool) {
	k.t.Helper()
	if err := k.news.await(k.t.Context(), ok); err != nil {
		k.t.Fatalf("%s: no %s; it shows %s", k.name, what, k.shown().Screen)
	}
}

func (k *kiosk) shown() (s flow.State) {
	k.news.look(func() { s = k.state })
	return s
}

// take is a citizen who touches her way to a ticket; it gives where that led her.
func (k *kiosk) take() flow.State {
	k.t.Helper()
	k.await("idle screen", func() bool { return k.state.Screen == flow.Attract && k.state.Ready })
	for _, in := range []flow.Input{
		flow.Touch{}, flow.TakeNumber{}, flow.ChooseAgency{ID: agency}, flow.ChooseService{ID: service}, flow.TakeTicket{},
	} {
		k.station.Emit(in)
	}
	k.await("end of taking a ticket", func() bool {
		return slices.Contains([]flow.Screen{flow.Done, flow.OnScreen, flow.Trouble}, k.state.Screen)
	})
	return k.shown()
}

// note is the citizen's touch on "I have noted the number".
func (k *kiosk) note() {
	k.t.Helper()
	k.station.Emit(flow.NumberNoted{})
	k.await("number noted", func() bool { return k.state.Screen == flow.Done && k.state.Shown })
}

// leave is a citizen who goes without another touch, with what paper she can take: time passes until the kiosk is
// idle.
func (k *kiosk) leave() {
	k.t.Helper()
	k.takePaper()
	k.ahead.Add(int64(flow.Timeout(k.shown().Screen) + time.Second))
	select {
	case k.tick <- time.Time{}:
	case <-k.t.Context().Done():
	case <-time.After(patience):
		k.t.Fatalf("%s is stuck", k.name)
	}
	k.await("idle screen", func() bool { return k.state.Screen == flow.Attract })
}

// takePaper notes whether the citizen has paper with her number in her hand once the printer stands still: a slip
// or a piece of one that came out, hangs out, or is held out. What comes out later is not hers.
func (k *kiosk) takePaper() {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(k.t.Context(), patience)
	defer cancel()
	if err := k.emu.WaitStill(ctx); err != nil {
		k.t.Fatalf("the paper of %s does not stand still: %v", k.name, err)
	}
	no := k.shown().Ticket.Number
	has := shows(k.emu.InReach(), no)
	k.news.change(func() { k.hands[no] = has || k.desk.piece[no] })
}

// hers says whether the citizen with this number left with it on paper.
func (k *kiosk) hers(no string) (has bool) {
	k.news.look(func() { has = k.hands[no] })
	return has
}

// ended waits until the server knows how a ticket ended: "printed", "shown" or "cancelled".
func (k *kiosk) ended(id string) (how string) {
	k.t.Helper()
	k.await("end of ticket "+id, func() bool { how = k.ends[id]; return how != "" })
	return how
}

// mend repairs everything.
func (k *kiosk) mend() {
	k.t.Helper()
	k.journey.arm(never, "", 0)
	for f, on := range k.emu.Faulty() {
		if !on {
			continue
		}
		if err := k.emu.Set(f, false); err != nil {
			k.t.Fatal(err)
		}
	}
}

// repaired is the first citizen after everything was mended, who must get paper. A kiosk that has
// not noticed yet, or has just been told nonsense by a noisy line, may show a number or two before:
// they are noted, and given with her ticket, which is the last.
func (k *kiosk) repaired(tries int) []flow.Ticket {
	k.t.Helper()
	var tickets []flow.Ticket
	for range tries {
		k.await("printer that can print", func() bool { return k.cond.CanPrint() })
		s := k.take()
		if s.Screen == flow.Trouble {
			k.t.Fatalf("%s is stuck after the repair: %s", k.name, s.Trouble)
		}
		tickets = append(tickets, s.Ticket)
		if s.Screen == flow.Done {
			k.leave()
			k.perfect(s.Ticket.Number, s.Ticket.Address)
			if how := k.ended(s.Ticket.ID); how != "printed" {
				k.t.Errorf("a ticket on paper ended as %s", how)
			}
			return tickets
		}
		k.note()
		k.leave()
		k.ended(s.Ticket.ID)
	}
	k.t.Fatalf("%s is stuck: no paper after the repair", k.name)
	return nil
}

// well says whether nothing is wrong with the printer.
func (k *kiosk) well() bool {
	for _, on := range k.emu.Faulty() {
		if on {
			return false
		}
	}
	return true
}

// line is the kiosk's line to the server, overheard.
type line struct {
	*client.Client
	kiosk *kiosk
}

// Request notes what was asked for and accepted.
func (l line) Request(ctx context.Context, method string, params, result any) error {
	err := l.Client.Request(ctx, method, params, result)
	var refusal *protocol.Error
	if err != nil && !errors.As(err, &refusal) {
		return err // repeated by who asked
	}
	id, how := "", ""
	switch p := params.(type) {
	case protocol.ConfirmParams:
		id, how = p.TicketID, p.How
	case protocol.CancelParams:
		id, how = p.TicketID, "cancelled"
	default:
		return err
	}
	if refusal != nil {
		how = "refused: " + refusal.Code
	}
	l.kiosk.news.change(func() { l.kiosk.ends[id] = how })
	return err
}

// feeder is the kiosk's printer, whose jobs are watched so that faults hit them in the right moment.
type feeder struct {
	drivers.Printer
	kiosk *kiosk
}

// Watch notes what the kiosk was told.
func (f feeder) Watch(ctx context.Context, told func(drivers.Condition)) {
	f.Printer.Watch(ctx, func(c drivers.Condition) {
		told(c)
		f.kiosk.news.change(func() { f.kiosk.cond = c })
	})
}

// Print tells the trip when the job begins and ends.
func (f feeder) Print(ctx context.Context, d drivers.Document) (drivers.Outcome, error) {
	job, err := escpos.Encode(d, f.kiosk.profile)
	if err != nil {
		return drivers.Outcome{}, err
	}
	f.kiosk.journey.begin(job.Dots, f.kiosk.profile)
	defer f.kiosk.journey.end()
	return f.Printer.Print(ctx, d)
}
