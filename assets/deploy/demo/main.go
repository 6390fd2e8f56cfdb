// Command demo plays an office's story on real parts: it touches the kiosk's window, reads the printed
// paper, calls from a page in Chromium and looks at the wall's window. It fails when any step does, and
// leaves summary.json, screens/*.png and paper/*.png in build/demo.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"loket/assets/deploy/hall"
)

var flags struct {
	Bin string `help:"Folder of the built programs." default:"build/bin"`
	Out string `help:"Where screenshots, paper and summary go; made anew." default:"build/demo"`
}

// stepTime is how long one step may take; long, since a demo also runs on slow machines.
const stepTime = 2 * time.Minute

func main() {
	kong.Parse(&flags, kong.Name("loket-demo"), kong.Description("Play an office's story on the real parts."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "loket-demo:", err)
		os.Exit(1)
	}
}

// result is one step in summary.json.
type result struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	MS   int64  `json:"ms"`
}

func run(ctx context.Context) (err error) {
	if err := os.RemoveAll(flags.Out); err != nil {
		return fmt.Errorf("clear %s: %w", flags.Out, err)
	}
	s := &story{screens: filepath.Join(flags.Out, "screens"), paper: filepath.Join(flags.Out, "paper")}
	for _, dir := range []string{s.screens, s.paper} {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return fmt.Errorf("make the results' folder: %w", err)
		}
	}
	defer func() { err = errors.Join(err, s.end()) }()
	var results []result
	for _, step := range s.steps() {
		began := time.Now()
		err := s.play(ctx, step)
		results = append(results, result{Name: step.name, OK: err == nil, MS: time.Since(began).Milliseconds()})
		if writeErr := summarise(results); writeErr != nil {
			return writeErr
		}
		if err != nil {
			fmt.Printf("FAILED  %s\n", step.name)
			s.keepAll(ctx, "failed")
			return fmt.Errorf("%s: %w", step.name, err)
		}
		fmt.Printf("ok  %6.1f s  %s\n", time.Since(began).Seconds(), step.name)
	}
	fmt.Printf("\n%d passed, 0 failed\n", len(results))
	return nil
}

func summarise(results []result) error {
	raw, err := json.MarshalIndent(map[string][]result{"steps": results}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(flags.Out, "summary.json"), append(raw, '\n'), 0o600)
}

// story is the running office and those who play in it.
type story struct {
	screens, paper string
	hall           *hall.Hall
	kiosk, wall    *eye
	officer        *page
	slips          int    // seen so far
	address        string // in the QR code of the latest slip
}

type step struct {
	name string
	do   func(context.Context) error
}

func (s *story) play(ctx context.Context, st step) error {
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	if err := st.do(ctx); err != nil {
		return err
	}
	if s.hall != nil && s.hall.Ended() != "" {
		return fmt.Errorf("%s ended", s.hall.Ended())
	}
	return nil
}

func (s *story) end() error {
	if s.officer != nil {
		s.officer.close()
	}
	if s.hall == nil {
		return nil
	}
	return s.hall.Stop()
}

// keepAll saves what can be seen at the moment of a failure; that is best effort, the failure is what counts.
func (s *story) keepAll(ctx context.Context, name string) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for _, e := range []*eye{s.kiosk, s.wall} {
		if e == nil {
			continue
		}
		if err := e.screen.Shoot(ctx, filepath.Join(s.screens, name+"-"+e.screen.Name+".png")); err != nil {
			fmt.Fprintln(os.Stderr, "loket-demo: no picture of the failure:", err)
		}
	}
	if s.officer != nil {
		if err := s.officer.keep(filepath.Join(s.screens, name+"-officer.png")); err != nil {
			fmt.Fprintln(os.Stderr, "loket-demo: no picture of the failure:", err)
		}
	}
}
