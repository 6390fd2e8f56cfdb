package office_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/journal/rehearsal"
	"loket/queue-server/internal/office"
	"loket/queue-server/internal/queue"
)

// The environment of a victim: the database, and a number that no other round has.
const (
	victimEnv = "LOKET_TEST_VICTIM"
	roundEnv  = "LOKET_TEST_ROUND"
	// roundsEnv overrides how often the office is killed.
	roundsEnv = "LOKET_TORTURE_ROUNDS"
)

const (
	tortureRounds  = 200
	tortureClients = 8
	// On a machine that is busy with other things the test ends early, but not before leastRounds.
	torturePatience = 90 * time.Second
	leastRounds     = 100
)

// victim is the process that is killed: several clients issue and confirm without a pause, and
// write a line for each answer after they have it. It never returns.
func victim(path string) {
	round, err := strconv.ParseUint(os.Getenv(roundEnv), 10, 32)
	if err == nil {
		err = suffer(path, round)
	}
	fmt.Fprintln(os.Stderr, "victim:", err)
	os.Exit(1)
}

func suffer(path string, round uint64) error {
	ctx := context.Background()
	// With a short log file in every other round many kills hit a checkpoint.
	j, err := journal.Open(ctx, path, journal.Options{Log: quiet, LogPages: []int{20, 500}[round%2]})
	if err != nil {
		return err
	}
	o, err := office.Open(ctx, office.Config{Journal: j, Log: quiet, Clock: victimClock(), Tick: 5 * time.Millisecond, Snapshot: 40})
	if err != nil {
		return err
	}
	if round == 0 {
		for _, c := range rehearsal.NewCrowd(1).Opening() {
			if _, err := o.Do(ctx, c); err != nil {
				return err
			}
		}
	}
	failed := make(chan error)
	for client := range uint64(tortureClients) {
		go func() { failed <- client1(ctx, o, rehearsal.NewCrowd(1000+round*tortureClients+client)) }()
	}
	return <-failed
}

// victimClock stands still at an hour at which no day turns, whenever the test is run.
func victimClock() func() time.Time { return func() time.Time { return rehearsal.Start } }

func client1(ctx context.Context, o *office.Office, crowd *rehearsal.Crowd) error {
	for {
		issue := crowd.Issue()
		if _, err := o.Do(ctx, issue); err != nil {
			return err
		}
		var number queue.Number
		o.Read(func(s *queue.Office) { number = s.Tickets[issue.TicketID].Number })
		if err := tell("issued %s %s %d\n", issue.TicketID, number.Series, number.N); err != nil {
			return err
		}
		if _, err := o.Do(ctx, crowd.Confirm(issue.TicketID)); err != nil {
			return err
		}
		if err := tell("confirmed %s\n", issue.TicketID); err != nil {
			return err
		}
	}
}

// tell writes a line in one system call, so that it is whole or not there.
func tell(format string, args ...any) error {
	_, err := fmt.Fprintf(os.Stdout, format, args...)
	return err
}

// acked is what the victims were told, over all rounds.
type acked struct {
	issued    map[queue.TicketID]queue.Number
	confirmed map[queue.TicketID]bool
}

// TestSIGKILLLosesNothingThatWasAcknowledged kills the server's heart under load again and again, on one file:
// every acknowledged ticket is there once, none is there twice, and no acknowledged number has a gap before it.
func TestSIGKILLLosesNothingThatWasAcknowledged(t *testing.T) {
	rounds := tortureRounds
	if v := os.Getenv(roundsEnv); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatalf("%s: %v", roundsEnv, err)
		}
		rounds = n
	}
	path := filepath.Join(t.TempDir(), "loket.db")
	all := acked{issued: map[queue.TicketID]queue.Number{}, confirmed: map[queue.TicketID]bool{}}
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	start := time.Now()
	for round := range rounds {
		if round >= leastRounds && time.Since(start) > torturePatience {
			rounds = round
			break
		}
		// Kill after some acknowledgements, and then a random moment later, in the middle of things.
		killAfter(t, path, round, 1+rng.IntN(40), time.Duration(rng.Int64N(int64(3*time.Millisecond))), &all)
		checkSurvivor(t, path, &all, round%20 == 19)
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
	t.Logf("%d kills, %d acknowledged tickets, %d confirmed", rounds, len(all.issued), len(all.confirmed))
	if len(all.issued) < rounds {
		t.Errorf("too little happened: %d tickets in %d rounds", len(all.issued), rounds)
	}
}

func killAfter(t *testing.T, path string, round, acks int, then time.Duration, all *acked) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"="+path, roundEnv+"="+strconv.Itoa(round))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var kill sync.Once
	lines := bufio.NewScanner(out)
	for n := 1; lines.Scan(); n++ { // what was written before the kill is read to its end
		all.note(t, lines.Text())
		if n >= acks {
			kill.Do(func() {
				time.AfterFunc(then, func() { _ = cmd.Process.Kill() }) // it may have failed by itself, which Wait tells
			})
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("round %d: the victim ended by itself: %v %s", round, err, stderr.String())
	}
}

func (a *acked) note(t *testing.T, line string) {
	t.Helper()
	f := strings.Fields(line)
	switch {
	case len(f) == 4 && f[0] == "issued":
		n, err := strconv.Atoi(f[3])
		if err != nil {
			t.Fatal(err)
		}
		id := queue.TicketID(f[1])
		if _, ok := a.issued[id]; ok {
			t.Fatalf("ticket %s was acknowledged twice", id)
		}
		a.issued[id] = queue.Number{Series: f[2], N: n}
	case len(f) == 2 && f[0] == "confirmed":
		a.confirmed[queue.TicketID(f[1])] = true
	default:
		t.Fatalf("the victim said %q", line)
	}
}

// checkSurvivor opens what the killed office left. Verify, which folds everything, is for some rounds.
func checkSurvivor(t *testing.T, path string, all *acked, verify bool) {
	t.Helper()
	ctx := context.Background()
	j, err := journal.Open(ctx, path, journal.Options{ReadOnly: true, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}()
	o, err := j.Load(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if verify {
		if r, err := j.Verify(ctx); err != nil || !r.OK() {
			t.Fatalf("verify: %v, %q", err, r.Problems)
		}
	}
	for id, want := range all.issued {
		if got := o.Tickets[id]; got == nil || got.Number != want {
			t.Errorf("ticket %s was acknowledged as %s and is %+v", id, want, got)
		}
	}
	for id := range all.confirmed {
		if got := o.Tickets[id]; got == nil || got.State != queue.Waiting {
			t.Errorf("ticket %s was acknowledged as confirmed and is %+v", id, got)
		}
	}
	taken := map[queue.Number]queue.TicketID{}
	for id, ticket := range o.Tickets {
		if other, ok := taken[ticket.Number]; ok {
			t.Errorf("number %s is that of %s and of %s", ticket.Number, id, other)
		}
		taken[ticket.Number] = id
	}
	for series, last := range o.Series {
		for n := 1; n <= last; n++ {
			if _, ok := taken[queue.Number{Series: series, N: n}]; !ok {
				t.Errorf("number %s-%03d is missing, the last one is %d", series, n, last)
			}
		}
	}
}
