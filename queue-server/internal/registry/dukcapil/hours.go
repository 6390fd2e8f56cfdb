package dukcapil

import (
	"fmt"
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
	wrong := fmt.Errorf("hours %q: want from-to such as 07:00-21:00", text)
	var clock [2][2]int
	if len(text) != len("07:00-21:00") || text[2] != ':' || text[5] != '-' || text[8] != ':' {
		return Hours{}, wrong
	}
	for i, at := range []int{0, 3, 6, 9} {
		tens, ones := text[at], text[at+1]
		if tens < '0' || tens > '9' || ones < '0' || ones > '9' {
			return Hours{}, wrong
		}
		clock[i/2][i%2] = int(tens-'0')*10 + int(ones-'0')
	}
	h := Hours{From: clock[0][0]*60 + clock[0][1], To: clock[1][0]*60 + clock[1][1]}
	if clock[0][1] > 59 || clock[1][1] > 59 || h.From >= dayMinutes || h.To > dayMinutes || h.From == h.To {
		return Hours{}, wrong
	}
	return h, nil
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
