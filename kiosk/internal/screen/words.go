package screen

import (
	"strconv"
	"strings"
	"time"

	"loket/assets/lang"
	"loket/queue-server/protocol"
)

// officeText is the name and place of the office.
type officeText struct{ Name, Place protocol.Text }

func itoa(n int) string { return strconv.Itoa(n) }

// clockOf writes a time of day as Indonesia does: 14.30.
func clockOf(t time.Time) string { return t.Format("15.04") }

// clock is the time of day with its zone: 14.30 WIB.
func (p *pen) clock() string {
	zone := p.s.Catalog.Office.Zone
	if zone == "" {
		zone = p.s.Live.Office.Zone
	}
	return strings.TrimSpace(clockOf(p.s.Now) + " " + zone)
}

// date is the day of the week and the date: Senin, 23 November 2026.
func (p *pen) date() string { return dateIn(p.lang, p.s.Now) }

func dateIn(language string, t time.Time) string {
	day := lang.T(language, "kiosk.date.day"+itoa(int(t.Weekday())))
	month := lang.T(language, "kiosk.date.month"+itoa(int(t.Month())))
	return lang.T(language, "kiosk.date.full", "weekday", day, "day", itoa(t.Day()), "month", month, "year", itoa(t.Year()))
}

// rupiah writes an amount: Rp157.500, in English Rp157,500.
func (p *pen) rupiah(amount int64) string {
	point := "."
	if p.lang == "en" {
		point = ","
	}
	digits := strconv.FormatInt(amount, 10)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			b.WriteString(point)
		}
		b.WriteRune(d)
	}
	return "Rp" + b.String()
}

// fee is what a service costs, in a word or two.
func (p *pen) fee(v protocol.Service) string {
	if v.FeeRupiah == 0 {
		return p.t("service.free")
	}
	return p.rupiah(v.FeeRupiah)
}

// minutes writes a waiting range without its unit; an unknown one is empty.
func (p *pen) minutes(w protocol.WaitRange) string {
	switch {
	case !w.Known:
		return ""
	case w.Low <= 0:
		return p.t("wait.upto", "n", itoa(max(w.High, 2)))
	case w.Low >= w.High:
		return p.t("wait.about", "n", itoa(w.High))
	}
	return p.t("wait.range", "low", itoa(w.Low), "high", itoa(w.High))
}

// wait writes a waiting range with its unit, or that it is not known.
func (p *pen) wait(w protocol.WaitRange) string {
	if !w.Known {
		return p.t("wait.unknown")
	}
	return p.t("wait.minutes", "n", p.minutes(w))
}

// waiting says how many people wait. It is empty where nobody does, and yet nobody is called at once.
func (p *pen) waiting(n int, wait protocol.WaitRange) string {
	switch {
	case n > 0:
		return p.t("wait.people", "n", itoa(n))
	case !wait.Known || wait.Low <= 0:
		return p.t("wait.nobody")
	}
	return ""
}

// hasWait says whether how long it takes is worth saying: where nobody waits and somebody is called at once, it is not.
func hasWait(n int, wait protocol.WaitRange) bool { return wait.Known && (n > 0 || wait.Low > 0) }

// closed words the reason why no ticket is given, for a line on a tile.
func (p *pen) closed(code string) string {
	if code == "quota_full" {
		return p.t("closed.quota_full")
	}
	return p.t("closed.now")
}
