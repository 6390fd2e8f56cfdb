package board

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loket/queue-server/protocol"
)

var (
	wib  = time.FixedZone("WIB", 7*3600)
	noon = time.Date(2026, 11, 23, 9, 41, 0, 0, wib)
)

func call(n int, at time.Time) protocol.BoardCall {
	return protocol.BoardCall{
		ID: fmt.Sprintf("call-%d", n), Number: fmt.Sprintf("A-%03d", n), Counter: 1 + n%5, At: at, Repeat: 1,
	}
}

// view has the calls with the newest first, as the server sends them, and one open counter.
func view(calls ...protocol.BoardCall) *protocol.BoardView {
	v := &protocol.BoardView{Zones: []protocol.BoardZone{{Serving: []protocol.BoardCounter{{Counter: 1}}}}}
	for _, c := range slices.Backward(calls) {
		v.Calls = append(v.Calls, c)
	}
	v.Calls = v.Calls[:min(len(v.Calls), 12)]
	return v
}

func online(v *protocol.BoardView, now time.Time) Update {
	return Update{View: v, Location: wib, Connected: true, HeardAt: now, ServerTime: now}
}

// A wall that lost a call leaves a citizen waiting for ever; one that repeats it sends her twice.
func TestEachCallStandsOutOnceInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := noon
		b := New(now)
		b.Take(online(view(), now), now)
		var all []protocol.BoardCall
		var want, got []string
		look := func() {
			s := b.Show(now)
			if s.Mode == Call && (len(got) == 0 || got[len(got)-1] != s.Call.ID) {
				got = append(got, s.Call.ID)
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0, 1: // up to 12 new calls within one view
				for range rapid.IntRange(1, 12).Draw(t, "calls") {
					all = append(all, call(len(all), now))
					want = append(want, all[len(all)-1].ID)
				}
				b.Take(online(view(all...), now), now)
			case 2: // the line breaks and comes back with the same view, or an update comes twice
				b.Take(Update{HeardAt: now}, now)
				b.Take(online(view(all...), now), now)
			default:
				now = now.Add(time.Duration(rapid.IntRange(1, 20_000).Draw(t, "ms")) * time.Millisecond)
			}
			look()
		}
		for s := b.Show(now); s.Mode == Call; s = b.Show(now) {
			now = s.Next
			look()
		}
		if !slices.Equal(got, want) {
			t.Fatalf("stood out %v, want %v", got, want)
		}
	})
}

// A number that is gone before it can be read was not called.
func TestEachCallStandsOutLongEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := noon
		b := New(now)
		b.Take(online(view(), now), now)
		began, shown := map[string]time.Time{}, ""
		var all []protocol.BoardCall
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			for range rapid.IntRange(-3, 4).Draw(t, "calls") {
				all = append(all, call(len(all), now))
			}
			b.Take(online(view(all...), now), now)
			s := b.Show(now)
			if s.Mode != Call || s.Call.ID != shown {
				if d := now.Sub(began[shown]); shown != "" && d < hold(12) {
					t.Fatalf("%s stood out for %v", shown, d)
				}
				shown = ""
			}
			if s.Mode == Call && shown == "" {
				shown = s.Call.ID
				began[shown] = now
			}
			if s.Mode == Call && now.Sub(began[shown]) >= hold(0) {
				t.Fatalf("%s still stands out after %v", shown, now.Sub(began[shown]))
			}
			now = s.Next
		}
	})
}

func TestTheWallChangesByItselfAtNextAtTheLatest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := noon.Add(time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "offset")))
		b := New(now)
		v := view()
		v.RunningText = make([]protocol.Text, rapid.IntRange(0, 3).Draw(t, "texts"))
		b.Take(online(v, now), now)
		if rapid.Bool().Draw(t, "down") {
			b.Take(Update{HeardAt: now}, now)
		}
		s := b.Show(now)
		if !s.Next.After(now) || s.Next.Sub(now) > time.Minute {
			t.Fatalf("next is %v after now", s.Next.Sub(now))
		}
	})
}

func TestCallsFromBeforeTheStartAreListedNotAnnounced(t *testing.T) {
	b := New(noon)
	b.Take(online(view(call(1, noon.Add(-time.Hour)), call(2, noon.Add(-10*time.Second))), noon), noon)
	s := b.Show(noon)
	if s.Mode != Call || s.Call.Number != "A-002" {
		t.Fatalf("mode %s, call %q", s.Mode, s.Call.Number)
	}
	if len(s.Recent) != 1 || s.Recent[0].Number != "A-001" {
		t.Fatalf("recent %v", s.Recent)
	}
	if s := b.Show(noon.Add(hold(0))); s.Mode != Grid || len(s.Recent) != 2 {
		t.Fatalf("afterwards: mode %s, recent %v", s.Mode, s.Recent)
	}
}

func TestARecallStandsOutAgainAndIsListedOnce(t *testing.T) {
	b := New(noon)
	first := call(1, noon)
	b.Take(online(view(first), noon), noon)
	b.Show(noon)
	later := noon.Add(time.Minute)
	again := first
	again.ID, again.Repeat, again.At = "call-1-again", 2, later
	b.Take(online(view(first, again), later), later)
	s := b.Show(later)
	if s.Mode == Call && s.Call.ID == first.ID { // the first one was still being shown
		later = later.Add(hold(1))
		s = b.Show(later)
	}
	if s.Mode != Call || s.Call.Repeat != 2 || len(s.Recent) != 0 {
		t.Fatalf("mode %s, call %+v, recent %v", s.Mode, s.Call, s.Recent)
	}
	if s := b.Show(later.Add(hold(0))); len(s.Recent) != 1 {
		t.Fatalf("recent %v", s.Recent)
	}
}

func TestOldDataIsSaidAfterAWhileAndNotBefore(t *testing.T) {
	b := New(noon)
	b.Take(online(view(), noon), noon)
	down := noon.Add(90 * time.Second)
	b.Take(Update{HeardAt: down}, down)
	if s := b.Show(down.Add(StaleAfter / 2)); !s.StaleSince.IsZero() {
		t.Fatal("a short break is not worth a word")
	}
	s := b.Show(down.Add(StaleAfter))
	if got := s.StaleSince.Format("15.04 MST"); got != "09.42 WIB" {
		t.Fatalf("stale since %s", got)
	}
	if s.Mode != Grid {
		t.Fatalf("the last good view is gone: %s", s.Mode)
	}
	b.Take(online(nil, down), down.Add(time.Minute))
	if s := b.Show(down.Add(time.Minute)); !s.StaleSince.IsZero() {
		t.Fatal("still stale after it came back")
	}
}

func TestBeforeAnythingWasHeard(t *testing.T) {
	b := New(noon)
	if s := b.Show(noon); s.Mode != Connecting {
		t.Fatalf("mode %s", s.Mode)
	}
	b.Take(Update{Refused: "token_invalid"}, noon)
	if s := b.Show(noon); s.Mode != Refused || s.RefusedCode != "token_invalid" {
		t.Fatalf("mode %s, code %q", s.Mode, s.RefusedCode)
	}
}

func TestAWrongClockFollowsTheServers(t *testing.T) {
	cases := map[string]struct {
		skew time.Duration
		want string
	}{
		"an hour behind":    {time.Hour, "10.41"},
		"a day ahead":       {-24 * time.Hour, "09.41"},
		"close enough":      {-20 * time.Second, "09.41"},
		"a minute too late": {-time.Minute, "09.40"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := New(noon)
			u := online(view(), noon)
			u.ServerTime = noon.Add(c.skew)
			b.Take(u, noon)
			if got := b.Show(noon).Now.Format("15.04"); got != c.want {
				t.Fatalf("clock shows %s, want %s", got, c.want)
			}
		})
	}
}

func TestRunningTextsTakeTurns(t *testing.T) {
	b := New(noon)
	v := view()
	v.RunningText = []protocol.Text{{ID: "satu"}, {ID: "dua"}}
	b.Take(online(v, noon), noon)
	now, seen := noon, map[string]bool{}
	for range 20 {
		s := b.Show(now)
		seen[s.Running.ID] = true
		if s.RunningFade < 0 || s.RunningFade > 1 {
			t.Fatalf("fade %v", s.RunningFade)
		}
		now = s.Next
	}
	if !seen["satu"] || !seen["dua"] {
		t.Fatalf("seen %v", seen)
	}
}
