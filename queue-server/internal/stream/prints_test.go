package stream

import (
	"testing"
	"time"

	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

// stateOf is the state of a job in what views show, or an empty string.
func (p *prints) stateOf(id string, now time.Time) string {
	for _, j := range p.now(now) {
		if j.ID == id {
			return j.State
		}
	}
	return ""
}

func TestACopyThatNobodyPrintsLapses(t *testing.T) {
	var p prints
	p.changed = make(chan struct{}, 1)
	asked := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	p.add(view.Print{ID: "j", Device: "k1"}, asked)
	p.add(view.Print{ID: "j", Device: "k2"}, asked) // a repeat
	if d, ok := p.known("j"); !ok || d != "k1" {
		t.Fatalf("the job is of %q", d)
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{0, protocol.PrintSent},
		{printWithin - time.Millisecond, protocol.PrintSent},
		{printWithin, protocol.PrintExpired},
		{printWithin + printKept, protocol.PrintExpired},
		{printWithin + printKept + time.Millisecond, ""},
	} {
		if got := p.stateOf("j", asked.Add(step.after)); got != step.want {
			t.Errorf("after %v: %q, want %q", step.after, got, step.want)
		}
	}
	if p.end("j", "k2", "", asked) {
		t.Error("another kiosk ended the job")
	}
	late := asked.Add(printWithin + time.Second)
	if !p.end("j", "k1", "", late) || p.stateOf("j", late) != protocol.PrintDone {
		t.Errorf("printed after its time: %q", p.stateOf("j", late))
	}
	if !p.end("j", "k1", "paper_out", late) || p.stateOf("j", late) != protocol.PrintDone {
		t.Error("a second answer changed the first")
	}
}

func TestForgottenCopiesCostNothing(t *testing.T) {
	var p prints
	p.changed = make(chan struct{}, 1)
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for i := range 3 * maxPrintsKept {
		p.add(view.Print{ID: string(rune(i)), Device: "k1"}, now.Add(time.Duration(i)*time.Millisecond))
	}
	if len(p.jobs) != maxPrintsKept {
		t.Errorf("%d jobs are kept", len(p.jobs))
	}
	p.add(view.Print{ID: "new", Device: "k1"}, now.Add(time.Hour))
	if len(p.jobs) != 1 {
		t.Errorf("%d jobs are kept after an hour", len(p.jobs))
	}
}
