package hall

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func slogName(name string) slog.Attr { return slog.String("program", name) }

// Screen is the display that a program draws on.
type Screen struct {
	Name          string
	Width, Height int
	Display       string // X display, ":99"
	Virtual       bool
	// FrameBuffer is the file that a virtual display draws in, in the X window dump format.
	FrameBuffer string
	scale       string
}

// newScreen gives the present display, or a virtual one of exactly the size.
func (h *Hall) newScreen(ctx context.Context, name string, width, height int) (*Screen, error) {
	s := &Screen{Name: name, Width: width, Height: height, Virtual: h.cfg.Virtual}
	if !h.cfg.Virtual {
		// On a desk the windows are shown at half size, so that both fit.
		s.Display, s.scale = os.Getenv("DISPLAY"), "0.5"
		return s, nil
	}
	s.scale = "1"
	memory := filepath.Join(h.cfg.Dir, "framebuffer-"+name)
	if err := os.MkdirAll(memory, 0o750); err != nil {
		return nil, fmt.Errorf("virtual display: %w", err)
	}
	s.FrameBuffer = filepath.Join(memory, "Xvfb_screen0")
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("virtual display: %w", err)
	}
	defer read.Close()                             // read side of a pipe
	cmd := exec.Command("Xvfb", "-displayfd", "3", //nolint:gosec // our own folder
		"-screen", "0", fmt.Sprintf("%dx%dx24", width, height),
		"-nolisten", "tcp", "-noreset", "-fbdir", memory)
	cmd.ExtraFiles = []*os.File{write}
	err = h.start("xvfb-"+name, cmd, nil)
	if closeErr := write.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, err
	}
	if err := read.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return nil, fmt.Errorf("virtual display: %w", err)
	}
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("wait for the virtual display of the %s: %w", name, err)
	}
	s.Display = ":" + strings.TrimSpace(number)
	return s, ctx.Err()
}

// Size is the size of the screen as "1080x1920".
func (s *Screen) Size() string { return fmt.Sprintf("%dx%d", s.Width, s.Height) }

func (s *Screen) env() []string {
	return []string{"DISPLAY=" + s.Display, "WAYLAND_DISPLAY=", "FYNE_SCALE=" + s.scale, "FYNE_THEME=light"}
}

// Shoot writes what the screen shows into a PNG file.
func (s *Screen) Shoot(ctx context.Context, path string) error {
	tmp := filepath.Join(filepath.Dir(path), ".new-"+filepath.Base(path))
	cmd := exec.CommandContext(ctx, "import", "-silent", "-window", "root", tmp) //nolint:gosec // our own file name
	cmd.Env = append(os.Environ(), "DISPLAY="+s.Display)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("screenshot of the %s: %w: %s", s.Name, err, out)
	}
	return os.Rename(tmp, path)
}

// Tap touches the screen at a point, as a finger would.
func (s *Screen) Tap(ctx context.Context, x, y int) error {
	// It waits for the pointer to move, and for long if that is there already: so the pointer comes from beside.
	cmd := exec.CommandContext(ctx, "xdotool", "mousemove", fmt.Sprint(x+2), fmt.Sprint(y), //nolint:gosec // numbers
		"mousemove", "--sync", fmt.Sprint(x), fmt.Sprint(y), "mousedown", "1", "sleep", "0.06", "mouseup", "1")
	cmd.Env = append(os.Environ(), "DISPLAY="+s.Display)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("touch the %s at %d,%d: %w: %s", s.Name, x, y, err, out)
	}
	return nil
}
