package dukcapil

import (
	"fmt"
	"strings"
	"time"
)

// Hours are those of the day in which the registry may be asked, in the time zone of the times that are given to
// its methods. To may be before From: over midnight. The zero value is always.
type Hours struct {
	From, To int // minutes after midnight; From is inside, To is not
}

const dayMinutes = 24 * 60

// ParseHours reads "07:00-21:00"; empty is always.
func ParseHours(text string) (Hours, error) {
	if text == "" {
		return Hours{}, nil
	}
	from, to, ok := strings.Cut(text, "-")
	h := Hours{From: minutes(from), To: minutes(to)}
	if !ok || h.From < 0 || h.To < 0 || h.From == dayMinutes || h.From == h.To {
		return Hours{}, fmt.Errorf("hours %q: want from-to such as 07:00-21:00", text)
	}
	return h, nil
}

// minutes after midnight of "07:00" to "24:00"; -1 of anything else.
func minutes(clock string) int {
	if clock == "24:00" {
		return dayMinutes
	}
	at, err := time.Parse("15:04", clock)
	if err != nil || len(clock) != len("15:04") {
		return -1
	}
	return at.Hour()*60 + at.Minute()
}

// Contains says whether the registry may be asked at t.
func (h Hours) Contains(t time.Time) bool {
	if h == (Hours{}) {
		return true
	}
	minute := t.Hour()*60 + t.Minute()
	if h.From < h.To {
		return h.From <= minute && minute < h.To
	}
	return minute >= h.From || minute < h.To
}

// Next is t when the registry may be asked then, else when its hours begin.
func (h Hours) Next(t time.Time) time.Time {
	if h.Contains(t) {
		return t
	}
	begin := time.Date(t.Year(), t.Month(), t.Day(), 0, h.From, 0, 0, t.Location())
	if !begin.After(t) {
		begin = time.Date(t.Year(), t.Month(), t.Day()+1, 0, h.From, 0, 0, t.Location())
	}
	return begin
}

// String is "07:00-21:00"; empty: always.
func (h Hours) String() string {
	if h == (Hours{}) {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60)
}
