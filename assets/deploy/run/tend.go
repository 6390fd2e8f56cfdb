package main

import (
	"fmt"
	"io"
	"time"

	"loket/assets/deploy/hall"
)

const (
	// maxRestarts is how often a program is started again within restartSpan. One that ends as soon as it starts
	// would otherwise keep the machine busy and fill the page.
	maxRestarts = 4
	restartSpan = time.Minute
)

// office is what a tender looks after; a *hall.Hall is one.
type office interface {
	Endings() []hall.Ending
	Restart(program string) error
}

// tender starts kiosk and wall again when they end, and says so on out.
type tender struct {
	office   office
	out      io.Writer
	restarts map[string][]time.Time // of the last restartSpan, by program
	resting  map[string]bool        // was told to have ended too often
}

func newTender(o office, out io.Writer) *tender {
	return &tender{office: o, out: out, restarts: map[string][]time.Time{}, resting: map[string]bool{}}
}

// tend looks once. An error is the end of the office: a program that cannot be spared has ended.
func (t *tender) tend(now time.Time) error {
	for _, e := range t.office.Endings() {
		if !e.Restartable {
			return fmt.Errorf("%s ended (%s); see %s", e.Program, e.How, e.Log)
		}
		t.restart(e, now)
	}
	return nil
}

func (t *tender) restart(e hall.Ending, now time.Time) {
	past := t.restarts[e.Program]
	for len(past) > 0 && now.Sub(past[0]) >= restartSpan {
		past = past[1:]
	}
	t.restarts[e.Program] = past
	if len(past) >= maxRestarts {
		if !t.resting[e.Program] {
			t.say(now, "the %s ended (%s) and was started %d times within a minute: it rests until %s; see %s",
				e.Program, e.How, maxRestarts, past[0].Add(restartSpan).Format(time.TimeOnly), e.Log)
		}
		t.resting[e.Program] = true
		return
	}
	t.resting[e.Program] = false
	t.restarts[e.Program] = append(past, now)
	if err := t.office.Restart(e.Program); err != nil {
		t.say(now, "the %s ended (%s) and could not be started again: %v", e.Program, e.How, err)
		return
	}
	t.say(now, "the %s ended (%s) and was started again; see %s", e.Program, e.How, e.Log)
}

func (t *tender) say(now time.Time, format string, args ...any) {
	// An error here is that of a terminal that is gone.
	_, _ = fmt.Fprintf(t.out, "  %s  %s\n", now.Format(time.TimeOnly), fmt.Sprintf(format, args...))
}
