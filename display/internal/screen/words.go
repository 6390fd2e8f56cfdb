package screen

import (
	"strconv"
	"time"

	"loket/assets/lang"
	"loket/queue-server/protocol"
)

// The languages of the wall: the first is large, the second stands small below it.
const (
	firstLang  = "id"
	secondLang = "en"
)

func first(key string, pairs ...string) string { return lang.T(firstLang, "display."+key, pairs...) }

func english(key string, pairs ...string) string { return lang.T(secondLang, "display."+key, pairs...) }

func counter(n int) string { return first("counter", "n", strconv.Itoa(n)) }

// date is a day as "Senin, 23 November 2026".
func date(t time.Time) string {
	return first("date",
		"day", first("day_"+strconv.Itoa(int(t.Weekday()))),
		"date", strconv.Itoa(t.Day()),
		"month", first("month_"+strconv.Itoa(int(t.Month()))),
		"year", strconv.Itoa(t.Year()))
}

// clock is a time of day as "09.42".
func clock(t time.Time) string { return t.Format("15.04") }

// minutes is an expected wait as "35–50 menit", or empty when it is not known.
func minutes(w protocol.WaitRange) string {
	switch {
	case !w.Known:
		return ""
	case w.Low == w.High:
		return first("minutes_one", "n", strconv.Itoa(w.High))
	}
	return first("minutes", "low", strconv.Itoa(w.Low), "high", strconv.Itoa(w.High))
}

// refusal is the key of the words for why the server does not let this display in.
func refusal(code string) string {
	switch code {
	case protocol.CodeTopicUnknown:
		return "refused_zone"
	case protocol.CodeVersionUnsupported:
		return "refused_version"
	}
	return "refused"
}
