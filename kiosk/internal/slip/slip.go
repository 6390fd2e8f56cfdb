// Package slip is what goes on paper: it lays a ticket out as a printer's document. It is pure: it
// prints nothing, asks nobody and knows no printer but the width of its paper. Its one invariant: a
// slip stays short enough for a slow serial line, however long the texts of the catalogue are.
package slip

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"loket/assets/lang"
	"loket/drivers"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// The most characters of the texts that an administrator can make long. With them the slips of the
// sample offices have at most 400 bytes on a printer with native QR, which is 0.4 s at 9600 baud;
// with every text at its longest at once it is 450.
const (
	maxOffice  = 36
	maxPlace   = 30
	maxAgency  = 24
	maxService = 48
	maxZone    = 20
	maxBring   = 40
	minBring   = 24
	maxBoth    = 66 // of service and what to bring together, down to minBring of the latter
	maxKiosk   = 8
)

// moduleDots is the size of a QR module: 1 mm at 203 dpi, which a worn thermal head still prints sharp.
const moduleDots = 8

// Ticket lays out the slip of a ticket, in the language of the visit. kiosk is the short name of
// the kiosk ("K1"). Texts that the catalogue does not have are left out. A copy says so at its top and its
// bottom, and goes without what to bring: the citizen has read it, and the line stays within its bytes.
func Ticket(p flow.Print, kiosk string, paper drivers.Paper) drivers.Document {
	var d drivers.Document
	if p.Copy {
		d = append(d, copyMark(p.Lang))
	}
	d = text(d, p.Office.Name.In(p.Lang), maxOffice)
	d = text(d, p.Office.Place.In(p.Lang), maxPlace)
	d = append(d, drivers.Feed{Lines: 1})
	if agency := shorten(p.Agency.Short.In(p.Lang), maxAgency); agency != "" {
		d = append(d, drivers.Line{Text: strings.ToUpper(agency), Align: drivers.Centre, Bold: true})
	}
	times := numberSize(p.Ticket.Number, paper)
	d = append(d, drivers.Line{Text: p.Ticket.Number, Align: drivers.Centre, Bold: true, Width: times, Height: times})
	d = text(d, p.Service.Name.In(p.Lang), maxService)
	d = append(d, drivers.Feed{Lines: 1})
	d = where(d, p)
	d = append(d, drivers.Feed{Lines: 1},
		drivers.QR{Data: p.Ticket.Address, Align: drivers.Centre, ModuleDots: moduleDots})
	d = text(d, lang.T(p.Lang, "slip.follow"), 0)
	if code := p.Ticket.Code(); code != "" {
		d = text(d, lang.T(p.Lang, "slip.code", "code", code), 0)
	}
	if !p.Copy {
		d = append(d, drivers.Mark{}) // whoever has the slip up to here holds the ticket
	}
	d = append(d, drivers.Feed{Lines: 1})
	if bring := bring(p.Service, p.Lang); bring != "" && !p.Copy {
		d = text(d, lang.T(p.Lang, "slip.bring", "what", bring), 0)
	}
	d = text(d, stamp(p.Ticket.IssuedAt, p.Office.Zone, p.Lang)+" "+shorten(kiosk, maxKiosk), 0)
	if p.Copy {
		d = append(d, copyMark(p.Lang))
	}
	return d
}

// where says what to do now: to wait, where and for how long, or to go to the counter that has called.
func where(d drivers.Document, p flow.Print) drivers.Document {
	switch {
	case p.Counter > 0 && (p.State == "called" || p.State == "serving"):
		return text(d, lang.T(p.Lang, "slip.called", "counter", strconv.Itoa(p.Counter)), 0)
	case p.State == "" || p.State == "waiting": // the others have no place in the queue now
		d = text(d, ahead(p.Ticket.Ahead, p.Lang), 0)
		d = text(d, wait(p.Ticket.Wait, p.Lang), 0)
	}
	if zone := shorten(p.Service.Zone.In(p.Lang), maxZone); zone != "" {
		d = text(d, lang.T(p.Lang, "slip.place", "zone", zone), 0)
	}
	return d
}

// bring is what to bring, in the room that the name of the service leaves.
func bring(s protocol.Service, language string) string {
	name := utf8.RuneCountInString(shorten(s.Name.In(language), maxService))
	return shorten(s.BringShort.In(language), min(maxBring, max(minBring, maxBoth-name)))
}

// copyMark tells a copy from the first slip: nobody can show two slips for two places in the queue.
func copyMark(language string) drivers.Line {
	return drivers.Line{Text: lang.T(language, "slip.copy"), Align: drivers.Centre, Bold: true}
}

// text appends a centred line, of at most max characters (0: any); an empty text adds none.
func text(d drivers.Document, s string, most int) drivers.Document {
	if most > 0 {
		s = shorten(s, most)
	}
	s = strings.TrimSpace(s)
	if s == "" {
		return d
	}
	return append(d, drivers.Line{Text: s, Align: drivers.Centre})
}

// numberSize multiplies the character cell so that the number fills the width.
func numberSize(number string, paper drivers.Paper) int {
	length := max(1, utf8.RuneCountInString(number))
	return min(max(paper.Columns/length, 1), 8) // 8 is the most that a printer can
}

func ahead(n int, language string) string {
	if n <= 0 {
		return lang.T(language, "slip.ahead_none")
	}
	return lang.T(language, "slip.ahead", "n", strconv.Itoa(n))
}

// wait words the expected wait; nothing when no open counter serves the service.
func wait(w protocol.WaitRange, language string) string {
	low, high := strconv.Itoa(w.Low), strconv.Itoa(w.High)
	switch {
	case !w.Known:
		return ""
	case w.High < 1:
		return lang.T(language, "slip.wait_soon")
	case w.Low >= w.High:
		return lang.T(language, "slip.wait_one", "high", high)
	}
	return lang.T(language, "slip.wait_range", "low", low, "high", high)
}

// stamp is date and time with the name of the time zone: "23-11-2026 09.42 WIB".
func stamp(at time.Time, zone, language string) string {
	clock := "15.04"
	if language == "en" {
		clock = "15:04"
	}
	return at.Format("02-01-2006 "+clock) + " " + zone
}

// shorten cuts a text at a word so that it has at most the given number of characters.
func shorten(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	const mark = ".."
	cut := string([]rune(s)[:most-len(mark)+1])
	if at := strings.LastIndexByte(cut, ' '); at > most/2 {
		return strings.TrimRight(cut[:at], " ,;&-") + mark
	}
	return string([]rune(s)[:most-len(mark)]) + mark
}
