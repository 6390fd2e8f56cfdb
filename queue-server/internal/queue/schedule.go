package queue

import (
	"fmt"
	"time"
	_ "time/tzdata" // kiosk images have no zone files; the three zones must load anyway
)

// zones are the time zones of Indonesia; none of them has summer time.
var zones = map[string]string{
	"Asia/Jakarta":   "WIB",
	"Asia/Pontianak": "WIB",
	"Asia/Makassar":  "WITA",
	"Asia/Jayapura":  "WIT",
}

// locations has the zones loaded once, since reading zone data for each event would be slow.
var locations = loadLocations()

func loadLocations() map[string]*time.Location {
	m := make(map[string]*time.Location, len(zones))
	for name := range zones {
		if l, err := time.LoadLocation(name); err == nil {
			m[name] = l // embedded zone data cannot fail; a missing one is refused by Validate
		}
	}
	return m
}

// Location returns the office's time zone; UTC when the catalogue names none that Validate allows.
func (c *Catalog) Location() *time.Location {
	if l, ok := locations[c.Office.TimeZone]; ok {
		return l
	}
	return time.UTC
}

// ZoneAbbreviation returns what people call the office's time zone: WIB, WITA or WIT ("UTC" as in Location).
func (c *Catalog) ZoneAbbreviation() string {
	if z, ok := zones[c.Office.TimeZone]; ok {
		return z
	}
	return "UTC"
}

// DayAt returns the date in the office's time zone at the time.
func (c *Catalog) DayAt(at time.Time) Day {
	return Day(at.In(c.Location()).Format(time.DateOnly))
}

// window is a span of a day in minutes after midnight, from included, to excluded.
type window struct{ from, to int }

func inside(windows []window, minute int) bool {
	for _, w := range windows {
		if minute >= w.from && minute < w.to {
			return true
		}
	}
	return false
}

// weekdays are the keys of Schedule.Week and Break.Days, at their time.Weekday.
var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// rules is the catalogue as Decide looks at it. It is never changed after newRules.
type rules struct {
	location    *time.Location
	services    map[ServiceID]*Service
	counters    map[CounterID]*Counter
	week        [7][]window
	breaks      [7][]window
	holidays    map[Day]bool
	lastTickets map[ServiceID]int // minutes after midnight
	rivals      map[ServiceID][]ServiceID
}

// newRules reads a catalogue that Validate accepts; its errors mean that it was not asked.
func newRules(c *Catalog) (*rules, error) {
	if _, ok := locations[c.Office.TimeZone]; !ok {
		return nil, fmt.Errorf("time zone %q is unknown", c.Office.TimeZone)
	}
	r := &rules{
		location:    c.Location(),
		services:    make(map[ServiceID]*Service, len(c.Services)),
		counters:    make(map[CounterID]*Counter, len(c.Counters)),
		holidays:    make(map[Day]bool, len(c.Schedule.Holidays)),
		lastTickets: map[ServiceID]int{},
		rivals:      c.rivals(),
	}
	for i := range c.Services {
		s := &c.Services[i]
		r.services[s.ID] = s
		if s.LastTicket == "" {
			continue
		}
		minute, err := parseMinute(s.LastTicket)
		if err != nil {
			return nil, fmt.Errorf("service %q: last ticket: %w", s.ID, err)
		}
		r.lastTickets[s.ID] = minute
	}
	for i := range c.Counters {
		k := &c.Counters[i]
		r.counters[k.ID] = k
		for _, tier := range k.Tiers {
			for _, id := range tier.Services {
				if r.services[id] == nil {
					return nil, fmt.Errorf("counter %q: service %q is unknown", k.ID, id)
				}
			}
		}
	}
	return r, r.readSchedule(&c.Schedule)
}

func (r *rules) readSchedule(s *Schedule) error {
	for _, h := range s.Holidays {
		r.holidays[h.Date] = true
	}
	for day, name := range weekdays {
		for _, span := range s.Week[name] {
			w, err := parseSpan(span)
			if err != nil {
				return fmt.Errorf("schedule: %s: %w", name, err)
			}
			r.week[day] = append(r.week[day], w)
		}
	}
	for _, b := range s.Breaks {
		w, err := parseSpan(b.Span)
		if err != nil {
			return fmt.Errorf("schedule: break %q: %w", b.Name.ID, err)
		}
		for day, name := range weekdays {
			if b.on(name) {
				r.breaks[day] = append(r.breaks[day], w)
			}
		}
	}
	return nil
}

// on says whether the break is held on the weekday.
func (b *Break) on(weekday string) bool {
	if len(b.Days) == 0 {
		return true
	}
	for _, d := range b.Days {
		if d == weekday {
			return true
		}
	}
	return false
}

// moment is a time as the schedule sees it.
type moment struct {
	day     Day
	weekday time.Weekday
	minute  int // after midnight
}

func (r *rules) moment(at time.Time) moment {
	local := at.In(r.location)
	return moment{
		day:     Day(local.Format(time.DateOnly)),
		weekday: local.Weekday(),
		minute:  local.Hour()*60 + local.Minute(),
	}
}

// open says whether the office gives out tickets: inside opening hours, outside breaks and holidays.
func (r *rules) open(m moment) bool {
	return !r.holidays[m.day] && inside(r.week[m.weekday], m.minute) && !inside(r.breaks[m.weekday], m.minute)
}

// over says whether the last opening span of the day has ended, or there is none.
func (r *rules) over(m moment) bool {
	if r.holidays[m.day] {
		return true
	}
	for _, w := range r.week[m.weekday] {
		if m.minute < w.to {
			return false
		}
	}
	return true
}

// Open says whether the office issues tickets for the service at the time, and if not, why:
// CodeOfficeClosed (outside opening hours, a break, a holiday), CodeServiceClosed (switched off, or its last
// ticket's time has passed), CodeQuotaFull, or CodeServiceUnknown.
func (o *Office) Open(id ServiceID, at time.Time) (bool, Code) {
	s := o.Service(id)
	if s == nil {
		return false, CodeServiceUnknown
	}
	m := o.rules.moment(at)
	if !o.allHours && !o.rules.open(m) {
		return false, CodeOfficeClosed
	}
	if last, ok := o.rules.lastTickets[id]; s.Closed || ok && m.minute >= last && !o.allHours {
		return false, CodeServiceClosed
	}
	// On a new date that no command has opened yet, the counts are still those of the day before.
	if s.DailyQuota > 0 && m.day <= o.Day && o.Issued[id] >= s.DailyQuota {
		return false, CodeQuotaFull
	}
	return true, ""
}

// setDay makes day the business day.
func (o *Office) setDay(day Day) error {
	if day == "" {
		return nil // a catalogue was set, and the day opens with the next event
	}
	start, err := time.ParseInLocation(time.DateOnly, string(day), o.rules.location)
	if err != nil {
		return fmt.Errorf("day %q: %w", day, err)
	}
	o.Day = day
	o.dayEnds = start.AddDate(0, 0, 1)
	return nil
}

// parseSpan reads a span whose To is after its From; To may be 24:00.
func parseSpan(s Span) (window, error) {
	from, err := parseMinute(s.From)
	if err != nil {
		return window{}, err
	}
	to, err := parseMinute(s.To)
	if err != nil {
		return window{}, err
	}
	if from >= to {
		return window{}, fmt.Errorf("%q to %q: the end must be after the start", s.From, s.To)
	}
	return window{from, to}, nil
}

// parseMinute reads "00:00" to "24:00" as minutes after midnight.
func parseMinute(s string) (int, error) {
	bad := fmt.Errorf("%q is not a time from 00:00 to 24:00", s)
	if len(s) != 5 || s[2] != ':' {
		return 0, bad
	}
	n := 0
	for i, unit := range [5]int{600, 60, 0, 10, 1} {
		if i == 2 {
			continue
		}
		if s[i] < '0' || s[i] > '9' {
			return 0, bad
		}
		n += int(s[i]-'0') * unit
	}
	if s[3] > '5' || n > 24*60 {
		return 0, bad
	}
	return n, nil
}
