package vault_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// rotateForEver is the process that the test below kills. It says each step.
func rotateForEver(dir string) {
	r := &room{dir: dir, clock: &clock{now: start}}
	err := r.open()
	for err == nil {
		r.SetBetween(func(step string) error {
			_, err := fmt.Println(step)
			return err
		})
		err = r.Rotate(context.Background(), r.keys)
	}
	fmt.Fprintln(os.Stderr, err) // the parent shows it
	os.Exit(1)
}

// TestAKilledProcessLosesNobody kills a process that rotates, with everything that it had only in memory, while it
// works on the step after the k-th; the files are as they were at that moment.
func TestAKilledProcessLosesNobody(t *testing.T) {
	r := enter(t, t.TempDir())
	people := r.fill(group)
	r.leave()
	for k := 1; k <= 16; k += 3 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "LOKET_TEST_ROTATE="+r.dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for range k {
			if !lines.Scan() {
				t.Fatalf("the process ended: %v", lines.Err())
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed, and says so
		if err := r.open(); err != nil {
			t.Fatalf("killed after %q: %v", lines.Text(), err)
		}
		r.wantAll(t, people, 5)
		if report, err := r.j.Verify(context.Background()); err != nil || !report.OK() {
			t.Fatalf("killed after %q: %q, %v", lines.Text(), report.Problems, err)
		}
		r.leave()
	}
}
