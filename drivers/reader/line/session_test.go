package line

import (
	"strings"
	"testing"
	"time"

	"loket/drivers"
)

// desk is a session with a clock that a test moves.
type desk struct {
	session
	now    time.Time
	told   []string
	health []string
}

func newDesk(c Config) *desk {
	d := &desk{now: time.Unix(1_800_000_000, 0)}
	d.session = session{cfg: c.withDefaults(), events: drivers.Events{
		Read:   func(r drivers.Reading) { d.told = append(d.told, r.Value) },
		Health: func(h drivers.Health) { d.health = append(d.health, string(h)) },
	}}
	return d
}

func (d *desk) says(s string, after time.Duration) {
	d.now = d.now.Add(after)
	d.bytes([]byte(s), d.now)
}

func (d *desk) silence(t time.Duration) {
	d.now = d.now.Add(t)
	d.nothing(d.now)
}

func (d *desk) want(t *testing.T, what ...string) {
	t.Helper()
	if strings.Join(d.told, "|") != strings.Join(what, "|") {
		t.Errorf("told %q, want %q", d.told, what)
	}
}

func TestSilenceEndsALineOnlyWhenItIsLongEnough(t *testing.T) {
	d := newDesk(Config{})
	d.says("00123", 0)
	d.silence(79 * time.Millisecond)
	d.says("45678", 0)
	d.silence(79 * time.Millisecond)
	d.want(t)
	d.silence(time.Millisecond)
	d.want(t, "0012345678")
}

func TestHalfALineOfADeviceThatMarksItsEndsIsDropped(t *testing.T) {
	d := newDesk(Config{Marked: true})
	d.says("04A1B2C3", 0) // eight of fourteen digits
	d.silence(time.Second)
	d.says("0455A2B2C36180\r", 0)
	d.want(t, "0455A2B2C36180")
}

func TestSameCodeCountsOnceAsLongAsItLiesThere(t *testing.T) {
	d := newDesk(Config{})
	for range 10 {
		d.says("a\r", 900*time.Millisecond)
	}
	d.want(t, "a")
	d.says("b\ra\r", 0)
	d.says("a\r", time.Second)
	d.want(t, "a", "b", "a", "a")
}

func TestNoiseIsNotTold(t *testing.T) {
	d := newDesk(Config{})
	d.says("\xff\x91\x80\r\x00\x01\x07\ra\r", 0)
	d.want(t, "a")
}

func TestCableThatComesOutCutsTheLineAndIsTold(t *testing.T) {
	d := newDesk(Config{})
	d.silence(time.Second)
	d.says("04A1B2C3", 0)
	d.lost()
	d.lost()
	d.silence(time.Second)
	d.want(t)
	if got := strings.Join(d.health, "|"); got != "ready|unplugged|ready" {
		t.Errorf("health %s", got)
	}
}

func TestATextThatIsTooLongIsToldWithoutIt(t *testing.T) {
	d := newDesk(Config{})
	d.says(strings.Repeat("7", 10_000), 0)
	d.want(t)
	d.says("\r", 0)
	d.says("a\r", 0)
	d.want(t, "", "a")
	d.says(strings.Repeat("x", 10_000), 0)
	d.silence(time.Second)
	d.want(t, "", "a", "")
	d.says(strings.Repeat("\x91", 10_000)+"\r", 0)
	d.silence(time.Second)
	d.want(t, "", "a", "")
}

func TestNothingIsKeptOfALineThatWasTold(t *testing.T) {
	d := newDesk(Config{})
	d.says("1971994107580001\r", 0)
	if kept := string(d.split.line[:cap(d.split.line)]); strings.Contains(kept, "1971") {
		t.Errorf("the splitter keeps %q", kept)
	}
	d.silence(time.Second)
	if d.last.Value != "" {
		t.Error("the last line is kept after it counts no more")
	}
}
