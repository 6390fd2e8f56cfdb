package hall

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
)

// The programs that Restart starts again.
const (
	kioskProgram   = "kiosk"
	displayProgram = "display"
)

// program is how a child is started.
type program struct {
	name      string
	env, args []string
	first     []string // arguments of the first start alone
}

// launch starts a program that may be started again.
func (h *Hall) launch(p program) error {
	if err := h.start(p.name, h.command(p.name, slices.Concat(p.args, p.first)...), p.env); err != nil {
		return err
	}
	if h.again == nil {
		h.again = map[string]program{}
	}
	h.again[p.name] = p
	return nil
}

func (h *Hall) command(name string, args ...string) *exec.Cmd {
	return exec.Command(filepath.Join(h.cfg.Bin, name), args...) //nolint:gosec // our own programs
}

// Ending is a program that has ended although nobody stopped it.
type Ending struct {
	Program string
	How     string // "exit status 1", "signal: killed"
	Log     string // path of its log
	// Restartable says that Restart starts it again: true of kiosk and display, without which the office goes on.
	Restartable bool
}

// Endings returns the programs that have ended although nobody stopped them, in the order in which they were first
// started: those without which the office is no office come before kiosk and display.
func (h *Hall) Endings() []Ending {
	var all []Ending
	for _, p := range h.procs {
		select {
		case <-p.done:
			_, again := h.again[p.name]
			all = append(all, Ending{Program: p.name, How: p.cmd.ProcessState.String(), Log: p.logPath, Restartable: again})
		default:
		}
	}
	return all
}

// Ended returns the name of a program that has ended although nobody stopped it, or "".
func (h *Hall) Ended() string {
	if all := h.Endings(); len(all) > 0 {
		return all[0].Program
	}
	return ""
}

// Restart starts a kiosk or display that has ended once more, with the token that it keeps; its log goes on.
// It is called by whoever calls Stop, not beside it.
func (h *Hall) Restart(name string) error {
	p, ok := h.again[name]
	if !ok {
		return fmt.Errorf("restart %s: only %s and %s are started again", name, kioskProgram, displayProgram)
	}
	at := slices.IndexFunc(h.procs, func(p *process) bool { return p.name == name })
	select {
	case <-h.procs[at].done:
	default:
		return fmt.Errorf("restart %s: it runs", name)
	}
	if err := h.start(name, h.command(name, p.args...), p.env); err != nil {
		return fmt.Errorf("restart: %w", err)
	}
	// The new one takes the old one's place, so that Stop keeps its order.
	last := len(h.procs) - 1
	h.procs[at], h.procs = h.procs[last], h.procs[:last]
	return nil
}
