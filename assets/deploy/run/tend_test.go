package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"loket/assets/deploy/hall"
)

// stage is an office whose programs end when the test says so.
type stage struct {
	ended     []hall.Ending
	restarted []string
	refuse    error
}

func (s *stage) Endings() []hall.Ending { return slices.Clone(s.ended) }

func (s *stage) Restart(name string) error {
	s.restarted = append(s.restarted, name)
	if s.refuse != nil {
		return s.refuse
	}
	s.ended = slices.DeleteFunc(s.ended, func(e hall.Ending) bool { return e.Program == name })
	return nil
}

func (s *stage) end(name string, restartable bool) {
	s.ended = append(s.ended, hall.Ending{Program: name, How: "signal: killed", Log: name + ".log", Restartable: restartable})
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestAKioskThatEndsIsStartedAgainAndToldOf(t *testing.T) {
	s, out := &stage{}, &strings.Builder{}
	watch := newTender(s, out)
	s.end("kiosk", true)
	s.end("display", true)
	for range 2 { // the second look finds nothing to do
		if err := watch.tend(noon); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(s.restarted, []string{"kiosk", "display"}) {
		t.Errorf("restarted %v", s.restarted)
	}
	if want := "12:00:00  the kiosk ended (signal: killed) and was started again; see kiosk.log"; !strings.Contains(out.String(), want) {
		t.Errorf("said %q, want %q", out, want)
	}
}

func TestTheEndOfTheServerIsTheEndOfTheOffice(t *testing.T) {
	s := &stage{}
	s.end("queue-server", false)
	s.end("kiosk", true)
	err := newTender(s, &strings.Builder{}).tend(noon)
	if err == nil || !strings.Contains(err.Error(), "queue-server ended") || len(s.restarted) > 0 {
		t.Errorf("got %v, restarted %v", err, s.restarted)
	}
}

// A kiosk that cannot live is tried four times a minute, and does not keep the wall from being started.
func TestAKioskThatEndsAgainAndAgainRests(t *testing.T) {
	s, out := &stage{}, &strings.Builder{}
	watch := newTender(s, out)
	for second := range 120 {
		if len(s.ended) == 0 {
			s.end("kiosk", true)
		}
		if second == 30 {
			s.end("display", true)
		}
		if err := watch.tend(noon.Add(time.Duration(second) * time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(s.restarted, []string{"kiosk", "kiosk", "kiosk", "kiosk", "display", "kiosk", "kiosk", "kiosk", "kiosk"}) {
		t.Errorf("restarted %v", s.restarted)
	}
	if said := out.String(); strings.Count(said, "rests until 12:01:00") != 1 || strings.Count(said, "\n") != 9+2 {
		t.Errorf("said\n%s", said)
	}
}

func TestAProgramThatCannotBeStartedIsTriedAgain(t *testing.T) {
	s, out := &stage{refuse: errors.New("no such file")}, &strings.Builder{}
	watch := newTender(s, out)
	s.end("kiosk", true)
	if err := watch.tend(noon); err != nil {
		t.Fatal(err)
	}
	s.refuse = nil
	if err := watch.tend(noon.Add(3 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if len(s.ended) != 0 || !strings.Contains(out.String(), "could not be started again: no such file") {
		t.Errorf("%v, said %q", s.ended, out)
	}
}
