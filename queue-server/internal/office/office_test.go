package office_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/journal/rehearsal"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/queue"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(victimEnv); path != "" {
		victim(path)
	}
	goleak.VerifyTestMain(m)
}

func TestMemoryIsNeverAheadOfDisk(t *testing.T) {
	o, log, crowd, _ := rehearse(t, nil)
	ctx := context.Background()
	before := seqOf(o)
	issue := crowd.Issue()
	log.set(func(f *fakeLog) { f.appendErr = errDisk })
	_, err := o.Do(ctx, issue)
	if !errors.Is(err, office.ErrNotDurable) || !errors.Is(err, errDisk) {
		t.Fatalf("got %v", err)
	}
	if seqOf(o) != before || numberOf(t, o, issue.TicketID) != "" {
		t.Error("readers see what is not on the disk")
	}
	if o.Fault() == nil {
		t.Error("the fault is not told")
	}
	log.set(func(f *fakeLog) { f.appendErr = nil })
	r, err := o.Do(ctx, issue)
	if err != nil || r.TicketID != issue.TicketID {
		t.Fatalf("repeated: %v, %v", r, err)
	}
	if seqOf(o) != log.lastSeq() || o.Fault() != nil {
		t.Errorf("readers see event %d of %d, fault %v", seqOf(o), log.lastSeq(), o.Fault())
	}
	if n := numberOf(t, o, issue.TicketID); n != "A-001" && n != "B-001" {
		t.Errorf("the failed attempt took a number: %s", n)
	}
}

func TestACommitThatFailedAfterTheEventsWereKeptIsFoundAgain(t *testing.T) {
	o, log, crowd, _ := rehearse(t, nil)
	issue := crowd.Issue()
	log.set(func(f *fakeLog) { f.appendErr, f.keep = errDisk, true })
	if _, err := o.Do(context.Background(), issue); !errors.Is(err, office.ErrNotDurable) {
		t.Fatalf("got %v", err)
	}
	log.set(func(f *fakeLog) { f.appendErr = nil })
	if _, err := o.Do(context.Background(), issue); err != nil {
		t.Fatal(err)
	}
	issued := 0
	for _, e := range log.events {
		if e.Subject == string(issue.TicketID) {
			issued++
		}
	}
	if issued != 1 || seqOf(o) != log.lastSeq() {
		t.Errorf("issued %d times, readers at %d of %d", issued, seqOf(o), log.lastSeq())
	}
}

func TestALogThatCannotBeReadFailsCommandsUntilItCan(t *testing.T) {
	o, log, crowd, clock := rehearse(t, nil)
	ctx := context.Background()
	before := seqOf(o)
	log.set(func(f *fakeLog) { f.appendErr, f.loadErr = errDisk, errDisk })
	for range 3 {
		if _, err := o.Do(ctx, crowd.Issue()); !errors.Is(err, office.ErrNotDurable) {
			t.Fatalf("got %v", err)
		}
	}
	if seqOf(o) != before {
		t.Error("readers lost the last good state")
	}
	log.set(func(f *fakeLog) { f.appendErr, f.loadErr = nil, nil })
	clock.add(2 * time.Second)
	if _, err := o.Do(ctx, crowd.Issue()); err != nil {
		t.Fatal(err)
	}
}

func TestWhileOneBatchCommitsTheNextGathers(t *testing.T) {
	var commits []int
	o, log, crowd, _ := rehearse(t, func(c *office.Config) {
		c.OnCommit = func(events int, took time.Duration) {
			if took < 0 {
				t.Error("a commit took less than no time")
			}
			commits = append(commits, events)
		}
	})
	gate, entered := make(chan struct{}), make(chan struct{}, 100)
	log.set(func(f *fakeLog) { f.gate, f.entered = gate, entered })
	const n = 50
	var wg sync.WaitGroup
	do := func(c queue.Command) {
		wg.Go(func() {
			if _, err := o.Do(context.Background(), c); err != nil {
				t.Error(err)
			}
		})
	}
	do(crowd.Issue())
	<-entered // the first is being committed; all others meet behind it
	for range n {
		do(crowd.Issue())
	}
	untilWaiting(o, n)
	before := seqOf(o)
	gate <- struct{}{}
	<-entered
	if got := seqOf(o) - before; got != 1 {
		t.Errorf("%d events can be seen, though 1 is durable", got)
	}
	gate <- struct{}{}
	wg.Wait()
	if last := commits[len(commits)-2:]; !slices.Equal(last, []int{1, n}) {
		t.Errorf("the last commits had %v events", last)
	}
	log.set(func(f *fakeLog) { f.gate, f.entered = nil, nil })
}

func TestABatchFailsAsAWhole(t *testing.T) {
	o, log, crowd, _ := rehearse(t, nil)
	gate, entered := make(chan struct{}), make(chan struct{}, 100)
	log.set(func(f *fakeLog) { f.gate, f.entered = gate, entered })
	errs := make(chan error, 20)
	do := func(c queue.Command) { go func() { _, err := o.Do(context.Background(), c); errs <- err }() }
	do(crowd.Issue())
	<-entered
	issue := crowd.Issue()
	do(issue)
	do(crowd.Confirm("no-such-ticket")) // a refusal that shares the batch is no answer either
	untilWaiting(o, 2)
	gate <- struct{}{}
	<-entered
	log.set(func(f *fakeLog) { f.appendErr = errDisk })
	gate <- struct{}{}
	var failed int
	for range 3 {
		if err := <-errs; errors.Is(err, office.ErrNotDurable) {
			failed++
		}
	}
	if failed != 2 {
		t.Errorf("%d commands failed, want the 2 of the batch", failed)
	}
	log.set(func(f *fakeLog) { f.gate, f.entered, f.appendErr = nil, nil, nil })
}

func TestARefusalChangesNothingAndKeepsItsCode(t *testing.T) {
	o, log, crowd, _ := rehearse(t, nil)
	before := log.lastSeq()
	_, err := o.Do(context.Background(), crowd.Confirm("no-such-ticket"))
	var refusal *queue.Refusal
	if !errors.As(err, &refusal) || refusal.Code != queue.CodeTicketUnknown {
		t.Errorf("got %v", err)
	}
	if log.lastSeq() != before {
		t.Error("something was written")
	}
}

func TestACommandThatBreaksTheDomainFailsAlone(t *testing.T) {
	o, _, crowd, _ := rehearse(t, nil)
	var nobody *queue.IssueTicket // a nil pointer: Decide panics on it
	if _, err := o.Do(context.Background(), nobody); !errors.Is(err, office.ErrInternal) {
		t.Errorf("got %v", err)
	}
	if _, err := o.Do(context.Background(), crowd.Issue()); err != nil {
		t.Errorf("after it: %v", err)
	}
}

func TestWatchersHearOfChangesOnceAndNeverBlock(t *testing.T) {
	o, _, crowd, _ := rehearse(t, nil)
	ch, stop := o.Watch()
	for range 10 {
		if _, err := o.Do(context.Background(), crowd.Issue()); err != nil {
			t.Fatal(err)
		}
	}
	if len(ch) != 1 {
		t.Errorf("%d signals wait, want 1", len(ch))
	}
	<-ch
	stop()
	if _, err := o.Do(context.Background(), crowd.Issue()); err != nil {
		t.Fatal(err)
	}
	if len(ch) != 0 {
		t.Error("a signal came after the end")
	}
}

func TestCloseAnswersWhatWaitsAndSavesASnapshot(t *testing.T) {
	o, log, crowd, _ := rehearse(t, nil)
	gate, entered := make(chan struct{}, 1), make(chan struct{}, 100)
	log.set(func(f *fakeLog) { f.gate, f.entered = gate, entered })
	errs := make(chan error, 2)
	for i := range 2 {
		c := crowd.Issue()
		go func() { _, err := o.Do(context.Background(), c); errs <- err }()
		if i == 0 {
			<-entered
		}
	}
	untilWaiting(o, 1)
	closed := make(chan error)
	go func() { closed <- o.Close() }()
	close(gate)
	for range 2 {
		if err := <-errs; err != nil {
			t.Errorf("a command that waited got %v", err)
		}
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if _, err := o.Do(context.Background(), crowd.Issue()); !errors.Is(err, office.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if len(log.snapshots) == 0 || log.snapshots[len(log.snapshots)-1] != log.lastSeq() {
		t.Errorf("snapshots %v, last event %d", log.snapshots, log.lastSeq())
	}
}

func TestTheOfficeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	o, err := office.Open(ctx, office.Config{Journal: &fakeLog{}, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := o.Close(); err != nil {
		t.Error(err)
	}
	if _, err := o.Do(context.Background(), rehearsal.NewCrowd(1).Issue()); !errors.Is(err, office.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestACallerWhoLeavesDoesNotHoldTheWriter(t *testing.T) {
	o, log, crowd, _ := rehearse(t, nil)
	gate, entered := make(chan struct{}), make(chan struct{}, 100)
	log.set(func(f *fakeLog) { f.gate, f.entered = gate, entered })
	ctx, cancel := context.WithCancel(context.Background())
	issue := crowd.Issue()
	left := make(chan error)
	go func() { _, err := o.Do(ctx, issue); left <- err }()
	<-entered
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	log.set(func(f *fakeLog) { f.gate, f.entered = nil, nil })
	gate <- struct{}{}
	r, err := o.Do(context.Background(), issue) // the repeat finds what the first attempt did
	if err != nil || r.TicketID != issue.TicketID {
		t.Errorf("repeated: %v, %v", r, err)
	}
}

func TestTimePassesByTicksAndAnIdleOfficeIsSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &fakeLog{}
		o, err := office.Open(context.Background(), office.Config{Journal: log, Log: quiet, Snapshot: 5})
		if err != nil {
			t.Fatal(err)
		}
		crowd := rehearsal.NewCrowd(1)
		for _, c := range crowd.Opening() {
			if _, err := o.Do(context.Background(), c); err != nil {
				t.Fatal(err)
			}
		}
		issue := crowd.Issue()
		if _, err := o.Do(context.Background(), issue); err != nil {
			t.Fatal(err)
		}
		before := log.lastSeq()
		time.Sleep(time.Minute)
		synctest.Wait()
		if log.lastSeq() != before {
			t.Error("idle ticks were written")
		}
		if len(log.snapshots) != 1 || log.snapshots[0] != before {
			t.Errorf("snapshots %v, want one of event %d", log.snapshots, before)
		}
		time.Sleep(90 * time.Second)
		synctest.Wait()
		o.Read(func(s *queue.Office) {
			if got := s.Tickets[issue.TicketID].State; got != queue.Expired {
				t.Errorf("after 150 s the reservation is %s", got)
			}
		})
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestEventIdsRiseEvenWhenTheClockGoesBack(t *testing.T) {
	o, log, crowd, clock := rehearse(t, nil)
	for i := range 300 {
		if i == 100 {
			clock.add(-time.Hour)
		}
		if i%7 == 0 {
			clock.add(time.Millisecond)
		}
		if _, err := o.Do(context.Background(), crowd.Issue()); err != nil {
			t.Fatal(err)
		}
	}
	for i := 1; i < len(log.events); i++ {
		if log.events[i].ID <= log.events[i-1].ID {
			t.Fatalf("id %s of event %d does not rise above %s", log.events[i].ID, log.events[i].Seq, log.events[i-1].ID)
		}
	}
}

// TestAnyDaySurvivesAnyRestart is the law of the room on a real file: what callers were told is
// what a reopened office knows.
func TestAnyDaySurvivesAnyRestart(t *testing.T) {
	dir := t.TempDir()
	round := 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		path := filepath.Join(dir, fmt.Sprint(round), "loket.db")
		now := &clock{now: rehearsal.Start}
		crowd := rehearsal.NewCrowd(rapid.Uint64Range(1, 1<<40).Draw(t, "seed"))
		told := map[queue.Command]queue.Result{}
		commands := crowd.Opening()
		for range rapid.IntRange(1, 2).Draw(t, "restarts") {
			j, err := journal.Open(context.Background(), path, journal.Options{Log: quiet, LogPages: 30})
			if err != nil {
				t.Fatal(err)
			}
			o, err := office.Open(context.Background(), office.Config{Journal: j, Clock: now.Now, Log: quiet, Tick: -1, Snapshot: 20})
			if err != nil {
				t.Fatal(err)
			}
			for c, want := range told {
				if got, err := o.Do(context.Background(), c); err != nil || got != want {
					t.Fatalf("repeated after a restart: %v, %v; told before: %v", got, err, want)
				}
			}
			for range rapid.IntRange(1, 30).Draw(t, "commands") {
				commands = append(commands, crowd.Next())
			}
			for _, c := range commands {
				now.add(time.Second)
				before := seqOf(o)
				// What found done what it asked for left no trace, and may be answered otherwise later.
				if r, err := o.Do(context.Background(), c); err == nil && seqOf(o) > before {
					told[c] = r
				}
			}
			commands = nil
			if err := o.Close(); err != nil {
				t.Fatal(err)
			}
			if r, err := j.Verify(context.Background()); err != nil || !r.OK() {
				t.Fatalf("verify: %v, %q", err, r.Problems)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
