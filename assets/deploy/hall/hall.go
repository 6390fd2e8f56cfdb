// Package hall starts a whole office on one machine, from the built programs: a stand-in for the population
// registry, queue server, device bench, kiosk and display, each a process of its own, set up the way an administrator would do it.
// It is for running, showing and proving Loket, not for deploying it. Its one invariant: a Hall that
// was started is stopped whole, in the reverse order, whatever failed.
package hall

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Config says where the programs are and where the office lives.
type Config struct {
	Bin     string // folder of the built programs
	Dir     string // data, logs, paper and screenshots; emptied by Start, and locked until Stop
	Virtual bool   // draw on virtual X displays instead of the present one
	// ServerPort and BenchPort on 127.0.0.1; 0 takes a free one.
	ServerPort, BenchPort int
	Sample                string // catalogue: "mpp" (default) or "kelurahan"
	Profile               string // printer profile of the emulated printer
	Baud                  int    // of the emulated serial line
	Log                   *slog.Logger
}

// Account is a log-in that Start made.
type Account struct{ Login, Password string }

// Hall is a running office.
type Hall struct {
	ServerURL string
	BenchURL  string
	// RegistryURL is where the population registry's sandbox answers.
	RegistryURL string
	Admin       Account
	Officer     Account
	Kiosk       *Screen
	Display     *Screen
	PaperDir    string

	cfg          Config
	lock         *flock.Flock // of the folder
	procs        []*process
	again        map[string]program // those that Restart starts
	registryFile string             // that tells the server how to reach the registry
}

// Start starts everything and returns when the server, the printer and both screens are up. It refuses before it
// changes anything when a program is missing, a port is taken, or the folder is used (ErrRunning) or not an
// office's (ErrNotOurs).
func Start(ctx context.Context, cfg Config) (_ *Hall, err error) {
	cfg = withDefaults(cfg)
	if err := checkPrograms(cfg); err != nil {
		return nil, err
	}
	if err := checkPorts(cfg.ServerPort, cfg.BenchPort); err != nil {
		return nil, err
	}
	lock, err := claim(cfg.Dir)
	if err != nil {
		return nil, err
	}
	h := &Hall{cfg: cfg, lock: lock, PaperDir: filepath.Join(cfg.Dir, "paper")}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Stop())
		}
	}()
	for _, dir := range []string{"server", "kiosk", "display", "logs", "paper", "screens"} {
		if err := os.MkdirAll(filepath.Join(cfg.Dir, dir), 0o750); err != nil {
			return nil, fmt.Errorf("make the office's folder: %w", err)
		}
	}
	steps := []func(context.Context) error{h.startRegistry, h.startServer, h.startBench, h.startScreens, h.startPrograms}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return h, nil
}

func withDefaults(cfg Config) Config {
	if cfg.Sample == "" {
		cfg.Sample = "mpp"
	}
	if cfg.Profile == "" {
		cfg.Profile = "clone-80"
	}
	if cfg.Baud == 0 {
		cfg.Baud = 19200
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return cfg
}

func (h *Hall) startServer(ctx context.Context) error {
	addr, err := address(h.cfg.ServerPort)
	if err != nil {
		return err
	}
	h.ServerURL = "http://" + addr
	h.Admin = Account{Login: "admin", Password: rand.Text()[:14]}
	h.Officer = Account{Login: "rina", Password: rand.Text()[:14]}
	secret := filepath.Join(h.cfg.Dir, "admin-password")
	if err := os.WriteFile(secret, []byte(h.Admin.Password+"\n"), 0o600); err != nil {
		return fmt.Errorf("write the first password: %w", err)
	}
	args := []string{
		"serve", "--listen", addr, "--data", filepath.Join(h.cfg.Dir, "server"),
		"--public-url", h.ServerURL, "--sample", h.cfg.Sample, "--admin-password-file", secret, "--open-all-hours",
		"--registry", h.registryFile,
	}
	if err := h.spawn(ctx, "queue-server", nil, args...); err != nil {
		return err
	}
	return h.waitHTTP(ctx, h.ServerURL+"/healthz")
}

func (h *Hall) startBench(ctx context.Context) error {
	addr, err := address(h.cfg.BenchPort)
	if err != nil {
		return err
	}
	h.BenchURL = "http://" + addr
	err = h.spawn(ctx, "device-bench", nil, "--listen", addr, "--printer-link", h.link("printer"),
		"--profile", h.cfg.Profile, "--baud", fmt.Sprint(h.cfg.Baud), "--paper", h.PaperDir,
		"--reader", "pn532", "--reader-link", h.link("reader"), "--scanner-link", h.link("scanner"))
	if err != nil {
		return err
	}
	return h.waitHTTP(ctx, h.BenchURL+"/slips")
}

// link is the name of one of the kiosk's emulated devices, as a udev rule would give it.
func (h *Hall) link(device string) string { return filepath.Join(h.cfg.Dir, "kiosk-"+device) }

func (h *Hall) startScreens(ctx context.Context) (err error) {
	if h.Kiosk, err = h.newScreen(ctx, "kiosk", 1080, 1920); err != nil {
		return err
	}
	h.Display, err = h.newScreen(ctx, "display", 1920, 1080)
	return err
}

func (h *Hall) startPrograms(ctx context.Context) error {
	adm, err := logIn(ctx, h.ServerURL, h.Admin)
	if err != nil {
		return fmt.Errorf("set up the office as %s: %w", h.Admin.Login, err)
	}
	defer adm.close()
	if err := adm.addOfficer(ctx, h.Officer, "Rina Contoh"); err != nil {
		return err
	}
	kioskCode, err := adm.addDevice(ctx, "K1", "kiosk")
	if err != nil {
		return err
	}
	displayCode, err := adm.addDevice(ctx, "Layar Utama", "display")
	if err != nil {
		return err
	}
	err = h.launch(program{
		name: kioskProgram, env: h.Kiosk.env(), first: []string{"--pair", kioskCode},
		args: []string{
			"--server", h.ServerURL, "--state", filepath.Join(h.cfg.Dir, "kiosk"),
			"--printer", h.link("printer"), "--printer-profile", h.cfg.Profile,
			"--baud", fmt.Sprint(h.cfg.Baud), "--reader", h.link("reader"), "--scanner", h.link("scanner"),
			"--name", "K1", "--windowed", h.Kiosk.Size(),
		},
	})
	if err != nil {
		return err
	}
	return h.launch(program{
		name: displayProgram, env: h.Display.env(), first: []string{"--pair", displayCode},
		args: []string{"--server", h.ServerURL, "--state", filepath.Join(h.cfg.Dir, "display"), "--windowed", h.Display.Size()},
	})
}

// waitHTTP waits until url answers 200 or the program that should answer has ended.
func (h *Hall) waitHTTP(ctx context.Context, url string) error {
	return h.wait(ctx, url, func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, res.Body)
		if err = errors.Join(err, res.Body.Close()); err == nil && res.StatusCode != http.StatusOK {
			err = errors.New(res.Status)
		}
		return err
	})
}

// wait tries until it works or the program that was started last has ended.
func (h *Hall) wait(ctx context.Context, what string, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	last := h.procs[len(h.procs)-1]
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-last.done:
			return fmt.Errorf("%s ended early; see %s", last.name, last.logPath)
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Stop ends all programs, the last started first, and waits for them.
func (h *Hall) Stop() error {
	var errs []error
	for i := len(h.procs) - 1; i >= 0; i-- {
		errs = append(errs, h.procs[i].stop(10*time.Second))
	}
	h.procs = nil
	if h.lock != nil {
		errs = append(errs, h.lock.Unlock())
	}
	return errors.Join(errs...)
}

// StartBeside starts one more built program on a screen of the office.
func (h *Hall) StartBeside(ctx context.Context, program string, s *Screen) error {
	return h.spawn(ctx, program, s.env())
}

// PID returns the process id of a running program, or 0.
func (h *Hall) PID(program string) int {
	for _, p := range h.procs {
		if p.name == program {
			return p.cmd.Process.Pid
		}
	}
	return 0
}
