package faulttest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync/atomic"
	"testing"

	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/kiosk/internal/flow"
)

const (
	// ticketsVar sets how many tickets the torture takes, and seedVar which one it is.
	ticketsVar, seedVar = "LOKET_TORTURE_TICKETS", "LOKET_TORTURE_SEED"

	kiosks  = 24
	crashes = 4 // of the server, spread over the tickets
)

// fromEnv is a number from the environment, or the default.
func fromEnv(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// TestRandomFaultsMakeNoGhostAndNoDouble lets many citizens take tickets at many kiosks while printers fail at
// random moments and the server is killed now and then. Afterwards everybody who waits is called.
//
// A number is in somebody's hands if its citizen, when she left, had paper on which it can be read (a slip, a torn
// piece, or what hangs or is held out of the printer once the paper stands still), or if she had touched that she
// noted it. A ghost is a number that is called and in nobody's hands; a double is one that is called twice or was given
// to two. A number is lost if it is never called although the kiosk told her that she has it: on paper, or
// noted. Who walks away from a number on the screen without a word has given it back, even if she tore off
// paper that the printer could not tell of: that is counted.
func TestRandomFaultsMakeNoGhostAndNoDouble(t *testing.T) {
	want, seed := fromEnv(t, ticketsVar, 150), fromEnv(t, seedVar, 1)
	r := &torture{office: openOffice(t), want: int64(want), left: newBell(), hands: map[string]hand{}}
	t.Run("at", func(t *testing.T) {
		for i := range kiosks {
			profiles := escpos.Profiles()
			name, profile := fmt.Sprintf("T%d", i+1), profiles[i%len(profiles)]
			luck := rand.New(rand.NewPCG(uint64(seed), uint64(i)))
			t.Run(name+"/"+profile.Name, func(t *testing.T) {
				t.Parallel()
				r.queue(t, newKiosk(t, r.office, name, profile), luck)
			})
		}
		t.Run("server", func(t *testing.T) {
			t.Parallel()
			r.crashes(t)
		})
	})
	if !t.Failed() {
		r.judge(t)
	}
}

// hand is what became of a number, as the citizen saw it.
type hand struct {
	kiosk    string
	paper    bool // the number on paper, when she left
	told     bool // the kiosk told her that it is on paper
	accepted bool // she touched that she has noted it
	ended    string
}

// torture is one run.
type torture struct {
	office *office
	want   int64
	given  atomic.Int64 // numbers so far

	left  *bell // guards what follows
	hands map[string]hand
	twice []string // numbers given to two citizens
	// called are the numbers that staff called while the kiosks were at work.
	called  []string
	nothing int // citizens who were sent to an officer
	faults  int
}

// queue is the life of one kiosk: a citizen after the other, until it has given its share of the tickets.
func (r *torture) queue(t *testing.T, k *kiosk, luck *rand.Rand) {
	type visit struct {
		id, no string
		told   bool
	}
	var visits []visit
	accepted := map[string]bool{}
	share := (int(r.want) + kiosks - 1) / kiosks
	for len(visits) < share-1 {
		r.trouble(t, k, luck)
		s := k.take()
		no := s.Ticket.Number
		switch {
		case s.Screen == flow.Trouble:
			r.left.change(func() { r.nothing++ })
		case s.Screen == flow.OnScreen && luck.IntN(3) > 0:
			k.note()
			accepted[no] = true
		}
		k.leave()
		if no != "" {
			visits = append(visits, visit{s.Ticket.ID, no, s.Screen == flow.Done && !s.Shown})
			r.left.change(func() { r.given.Add(1) })
		}
		if s.Screen == flow.Done && !s.Shown { // the kiosk says that it is on paper
			k.await("slip of "+no, func() bool { return k.desk.whole[no] != nil })
		}
		if luck.IntN(4) > 0 {
			k.mend()
		}
		if luck.IntN(2) > 0 && k.well() {
			k.await("printer that can print", func() bool { return k.cond.CanPrint() })
		}
	}
	k.mend()
	for _, last := range k.repaired(5) {
		visits = append(visits, visit{last.ID, last.Number, false})
		accepted[last.Number] = true
	}
	r.left.change(func() { r.given.Add(1) })
	r.office.sees(t, k.name, "")
	for _, v := range visits {
		h := hand{kiosk: k.name, paper: k.hers(v.no), told: v.told, accepted: accepted[v.no], ended: k.ended(v.id)}
		r.left.change(func() {
			if _, had := r.hands[v.no]; had {
				r.twice = append(r.twice, v.no)
			}
			r.hands[v.no] = h
		})
	}
}

// trouble makes something go wrong for the next citizen, more often than not.
func (r *torture) trouble(t *testing.T, k *kiosk, luck *rand.Rand) {
	faults := []emulator.Fault{
		emulator.PaperLow, emulator.PaperOut, emulator.CoverOpen, emulator.CutterJam, emulator.Overheated,
		emulator.Offline, emulator.Unplugged, emulator.Silent, emulator.Noise,
	}
	f := faults[luck.IntN(len(faults))]
	at := []moment{never, never, idle, before, within, within, afterC}[luck.IntN(7)]
	share := luck.Float64()
	if at == never {
		return
	}
	r.left.change(func() { r.faults++ })
	if at != idle {
		k.journey.arm(at, f, share)
		return
	}
	if err := k.emu.Set(f, true); err != nil {
		t.Fatal(err)
	}
}

// crashes kills the server now and then, and calls some of those who wait.
func (r *torture) crashes(t *testing.T) {
	for i := range crashes {
		due := r.want * int64(i+1) / (crashes + 1)
		if err := r.left.await(t.Context(), func() bool { return r.given.Load() >= due }); err != nil {
			t.Fatalf("only %d tickets of %d: %v", r.given.Load(), due, err)
		}
		r.office.crash(t)
		r.called = append(r.called, r.office.serveAll(t)...)
	}
}

// judge calls everybody and compares who came with what people hold.
func (r *torture) judge(t *testing.T) {
	r.called = append(r.called, r.office.serveAll(t)...)
	totals := r.office.settled(t)
	times := map[string]int{}
	for _, no := range r.called {
		times[no]++
	}
	var paper, accepted, back, torn int
	for no, h := range r.hands {
		switch {
		case times[no] > 1:
			t.Errorf("duplicate: %s was called %d times", no, times[no])
		case times[no] == 1 && !h.paper && !h.accepted:
			t.Errorf("ghost: %s was called and is in nobody's hands: %+v", no, h)
		case times[no] == 0 && (h.told || h.accepted):
			t.Errorf("lost: %s was never called: %+v", no, h)
		case times[no] == 0 && h.paper:
			torn++
		case times[no] == 0:
			back++
		case h.accepted:
			accepted++
		default:
			paper++
		}
		delete(times, no)
	}
	for no := range times {
		t.Errorf("ghost: %s was called and no kiosk gave it", no)
	}
	for _, no := range r.twice {
		t.Errorf("duplicate: two citizens were given %s", no)
	}
	t.Logf("%d numbers given, %d faults, %d crashes of the server: %d called (%d on paper, %d noted), "+
		"%d given back, %d of them with paper that the printer could not tell of, %d people sent to an officer; office: %+v",
		len(r.hands), r.faults, crashes, len(r.called), paper, accepted, back+torn, torn, r.nothing, totals)
}
