package hall

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAKioskIsStartedAgainWithoutItsPairingCode starts programs that write what they were told into their logs.
func TestAKioskIsStartedAgainWithoutItsPairingCode(t *testing.T) {
	bin, dir := t.TempDir(), t.TempDir()
	write(t, dir, "logs/any")
	script(t, bin, kioskProgram, `echo "$COLOUR $*"; exit 3`)
	script(t, bin, "queue-server", "exec sleep 600")
	h := &Hall{cfg: withDefaults(Config{Bin: bin, Dir: dir})}
	defer func() {
		if err := h.Stop(); err != nil {
			t.Error(err)
		}
	}()
	if err := h.spawn(t.Context(), "queue-server", nil); err != nil {
		t.Fatal(err)
	}
	err := h.launch(program{name: kioskProgram, env: []string{"COLOUR=green"}, args: []string{"--name", "K1"}, first: []string{"--pair", "ABCD"}})
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "logs", "kiosk.log")
	ended := Ending{Program: kioskProgram, How: "exit status 3", Log: log, Restartable: true}
	for range 2 {
		waitEnded(t, h, kioskProgram)
		if got := h.Endings(); !slices.Equal(got, []Ending{ended}) || h.Ended() != kioskProgram {
			t.Fatalf("got %+v and %q", got, h.Ended())
		}
		if err := h.Restart(kioskProgram); err != nil {
			t.Fatal(err)
		}
	}
	waitEnded(t, h, kioskProgram)
	told, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if want := "green --name K1 --pair ABCD\n" + strings.Repeat("green --name K1\n", 2); string(told) != want {
		t.Errorf("told %q, want %q", told, want)
	}
	if len(h.procs) != 2 {
		t.Errorf("%d programs", len(h.procs))
	}
}

func TestOnlyAKioskOrDisplayThatEndedIsStartedAgain(t *testing.T) {
	bin, dir := t.TempDir(), t.TempDir()
	write(t, dir, "logs/any")
	script(t, bin, "queue-server", "exit 1")
	script(t, bin, displayProgram, "exec sleep 600")
	h := &Hall{cfg: withDefaults(Config{Bin: bin, Dir: dir})}
	defer func() {
		if err := h.Stop(); err != nil {
			t.Error(err)
		}
	}()
	if err := h.spawn(t.Context(), "queue-server", nil); err != nil {
		t.Fatal(err)
	}
	if err := h.launch(program{name: displayProgram}); err != nil {
		t.Fatal(err)
	}
	waitEnded(t, h, "queue-server")
	if got := h.Endings(); len(got) != 1 || got[0].Restartable {
		t.Errorf("got %+v", got)
	}
	for _, name := range []string{"queue-server", displayProgram, "nothing"} {
		if err := h.Restart(name); err == nil {
			t.Errorf("%s was started again", name)
		}
	}
}

func waitEnded(t *testing.T, h *Hall, name string) {
	t.Helper()
	for _, p := range h.procs {
		if p.name == name {
			select {
			case <-p.done:
			case <-time.After(30 * time.Second):
				t.Fatalf("%s does not end", name)
			}
		}
	}
}
