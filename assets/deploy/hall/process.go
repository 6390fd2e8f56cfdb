package hall

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// process is a child with its log file.
type process struct {
	name    string
	logPath string
	cmd     *exec.Cmd
	done    chan struct{} // closed when the process has ended
	err     error         // of Wait; read after done
}

// spawn starts a built program with its output in logs/NAME.log.
func (h *Hall) spawn(_ context.Context, name string, env []string, args ...string) error {
	return h.start(name, h.command(name, args...), env)
}

func (h *Hall) start(name string, cmd *exec.Cmd, env []string) error {
	p := &process{name: name, logPath: filepath.Join(h.cfg.Dir, "logs", name+".log"), cmd: cmd, done: make(chan struct{})}
	out, err := os.OpenFile(p.logPath, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600) // a second start goes on in it
	if err != nil {
		return fmt.Errorf("log of %s: %w", name, err)
	}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Env = append(os.Environ(), env...)
	// A group of its own: Ctrl-C reaches only the starter, which stops its children in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return errors.Join(fmt.Errorf("start %s: %w", name, err), out.Close())
	}
	h.procs = append(h.procs, p)
	go func() {
		defer close(p.done)
		p.err = errors.Join(cmd.Wait(), out.Close())
	}()
	h.cfg.Log.Debug("started", slogName(name))
	return nil
}

// stop asks the process to end and waits; one that is still there after the grace is ended by force, which
// is an error.
func (p *process) stop(grace time.Duration) error {
	select {
	case <-p.done:
		return nil
	default:
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop %s: %w", p.name, err)
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(grace):
	}
	// A Go program answers SIGQUIT with what each of its goroutines is doing, and ends.
	if err := p.cmd.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("quit %s: %w", p.name, err)
	}
	select {
	case <-p.done:
	case <-time.After(grace):
		if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("kill %s: %w", p.name, err)
		}
		<-p.done
	}
	return fmt.Errorf("%s did not stop within %v and was ended; see %s", p.name, grace, p.logPath)
}
