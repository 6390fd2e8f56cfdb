package queue

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The bounds of a catalogue, in minutes unless they say otherwise.
const (
	maxMinutes       = 24 * 60
	maxIDBytes       = 64
	maxShortRunes    = 24   // Agency.Short, on a tile
	maxBringRunes    = 40   // Service.BringShort, on the slip
	maxCounterNumber = 999  // can still be spoken
	maxPersonLimit   = 100  // Service.PersonLimit, in tickets; more is as good as none
	lastSeries       = 'V'  // W to Z are for kiosks that are cut off
	minContrast      = 4.49 // 4.5:1 with room for rounding
)

// Validate returns all findings joined, each naming what is wrong and what is allowed, or nil. A catalogue that
// passes can be used by every part of the office.
func (c *Catalog) Validate() error {
	v := validator{}
	v.office(&c.Office)
	v.zones(c)
	v.agencies(c)
	v.services(c)
	v.priorities(c)
	v.counters(c)
	v.schedule(&c.Schedule)
	for i, t := range c.RunningText {
		v.text(fmt.Sprintf("running_text %d", i+1), t, 0)
	}
	return errors.Join(v.findings...)
}

// validator gathers findings.
type validator struct{ findings []error }

func (v *validator) add(format string, args ...any) {
	v.findings = append(v.findings, fmt.Errorf(format, args...))
}

// id checks one id and that it is new in seen.
func (v *validator) id(what, id string, seen map[string]bool) {
	if !validID(id) {
		v.add("%s: id %q: must be 1 to %d letters, digits, '-', '_' or '.', and start with a letter or digit", what, id, maxIDBytes)
	}
	if seen[id] {
		v.add("%s: id %q is used twice: each needs its own", what, id)
	}
	seen[id] = true
}

func validID(id string) bool {
	if id == "" || len(id) > maxIDBytes || strings.ContainsRune("-_.", rune(id[0])) {
		return false
	}
	for _, r := range id {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r) {
			return false
		}
	}
	return true
}

// text checks a text that must be there in Indonesian; limit is in characters, 0 is none.
func (v *validator) text(what string, t Text, limit int) {
	if strings.TrimSpace(t.ID) == "" {
		v.add("%s: the Indonesian text is missing", what)
	}
	v.optional(what, t, limit)
}

// optional checks a text that may be empty.
func (v *validator) optional(what string, t Text, limit int) {
	for _, s := range []string{t.ID, t.EN} {
		if n := utf8.RuneCountInString(s); limit > 0 && n > limit {
			v.add("%s: %q has %d characters: at most %d are allowed", what, s, n, limit)
		}
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			v.add("%s: %q: must be plain text on one line", what, s)
		}
	}
}

// between checks a number.
func (v *validator) between(what string, n, low, high int) {
	if n < low || n > high {
		v.add("%s: %d: must be %d to %d", what, n, low, high)
	}
}

func (v *validator) office(o *OfficeInfo) {
	v.id("office", string(o.ID), map[string]bool{})
	v.text("office: name", o.Name, 0)
	v.optional("office: place", o.Place, 0)
	if _, ok := locations[o.TimeZone]; !ok {
		v.add("office: time_zone %q: must be one of %s", o.TimeZone, strings.Join(slices.Sorted(maps.Keys(zones)), ", "))
	}
	v.between("office: no_show_penalty_minutes", o.NoShowPenaltyMinutes, 0, maxMinutes)
	v.between("office: max_head_start_minutes", o.MaxHeadStartMinutes, 0, maxMinutes)
}

func (v *validator) zones(c *Catalog) {
	seen := map[string]bool{}
	for _, z := range c.Zones {
		what := fmt.Sprintf("zone %q", z.ID)
		v.id(what, string(z.ID), seen)
		if z.ID == "all" {
			v.add("%s: the id stands for the whole hall: choose another", what)
		}
		v.text(what+": name", z.Name, 0)
	}
}

func (v *validator) agencies(c *Catalog) {
	seen := map[string]bool{}
	for _, a := range c.Agencies {
		what := fmt.Sprintf("agency %q", a.ID)
		v.id(what, string(a.ID), seen)
		if len(a.Letter) != 1 || a.Letter[0] < 'A' || a.Letter[0] > 'Z' {
			v.add("%s: letter %q: must be one capital letter A to Z", what, a.Letter)
		}
		v.text(what+": name", a.Name, 0)
		v.text(what+": short", a.Short, maxShortRunes)
		light, ok := luminance(a.Color)
		if !ok {
			v.add("%s: color %q: must be #rrggbb", what, a.Color)
		} else if 1.05/(light+0.05) < minContrast {
			v.add("%s: color %q is too light: white text on it needs a contrast of 4.5:1", what, a.Color)
		}
	}
}

func (v *validator) services(c *Catalog) {
	seen := map[string]bool{}
	for i := range c.Services {
		s := &c.Services[i]
		what := fmt.Sprintf("service %q", s.ID)
		v.id(what, string(s.ID), seen)
		if !slices.ContainsFunc(c.Agencies, func(a Agency) bool { return a.ID == s.AgencyID }) {
			v.add("%s: agency_id %q: must be an agency of the catalogue", what, s.AgencyID)
		}
		v.zone(what, c, s.ZoneID)
		if len(s.Series) != 1 || s.Series[0] < 'A' || s.Series[0] > lastSeries {
			v.add("%s: series %q: must be one capital letter A to %c (the others are for kiosks that are cut off)", what, s.Series, lastSeries)
		}
		v.between(what+": standard_minutes", s.StandardMinutes, 1, maxMinutes)
		if s.FeeRupiah < 0 {
			v.add("%s: fee_rupiah: %d: must be 0 (free) or more", what, s.FeeRupiah)
		}
		if s.DailyQuota < 0 {
			v.add("%s: daily_quota: %d: must be 0 (no limit) or more", what, s.DailyQuota)
		}
		v.between(what+": person_limit", s.PersonLimit, 0, maxPersonLimit)
		if s.LastTicket != "" {
			v.minute(what+": last_ticket", s.LastTicket)
		}
		v.identity(what, s.Identity)
		v.serviceTexts(what, s)
	}
	if id := c.ReferServiceID; id != "" && !seen[string(id)] {
		v.add("refer_service_id %q: must be a service of the catalogue, or empty", id)
	}
}

func (v *validator) identity(what, identity string) {
	switch identity {
	case "", IdentityNone, IdentityOptional, IdentityRequired:
	default:
		v.add("%s: identity %q: must be none, optional or required", what, identity)
	}
}

func (v *validator) priorities(c *Catalog) {
	seen := map[string]bool{}
	for i := range c.Priorities {
		p := &c.Priorities[i]
		what := fmt.Sprintf("priority %q", p.ID)
		v.id(what, p.ID, seen)
		v.text(what+": name", p.Name, 0)
		v.optional(what+": note", p.Note, 0)
		v.between(what+": head_start_minutes", p.HeadStartMinutes, 0, c.Office.MaxHeadStartMinutes)
	}
}

func (v *validator) serviceTexts(what string, s *Service) {
	v.text(what+": name", s.Name, 0)
	v.optional(what+": bring_short", s.BringShort, maxBringRunes)
	v.optional(what+": completion", s.Completion, 0)
	v.optional(what+": procedure", s.Procedure, 0)
	v.optional(what+": fee_note", s.FeeNote, 0)
	v.optional(what+": product", s.Product, 0)
	v.optional(what+": complaint", s.Complaint, 0)
	for i, r := range s.Requirements {
		v.text(fmt.Sprintf("%s: requirement %d", what, i+1), r, 0)
	}
}

func (v *validator) zone(what string, c *Catalog, id ZoneID) {
	if !slices.ContainsFunc(c.Zones, func(z Zone) bool { return z.ID == id }) {
		v.add("%s: zone_id %q: must be a zone of the catalogue", what, id)
	}
}

func (v *validator) counters(c *Catalog) {
	seen, numbers := map[string]bool{}, map[int]CounterID{}
	for i := range c.Counters {
		k := &c.Counters[i]
		what := fmt.Sprintf("counter %q", k.ID)
		v.id(what, string(k.ID), seen)
		v.between(what+": number", k.Number, 1, maxCounterNumber)
		if other, ok := numbers[k.Number]; ok {
			v.add("%s: number %d is that of counter %q: each needs its own", what, k.Number, other)
		}
		numbers[k.Number] = k.ID
		if !slices.ContainsFunc(c.Agencies, func(a Agency) bool { return a.ID == k.AgencyID }) {
			v.add("%s: agency_id %q: must be an agency of the catalogue", what, k.AgencyID)
		}
		v.zone(what, c, k.ZoneID)
		v.tiers(what, c, k.Tiers)
	}
}

func (v *validator) tiers(what string, c *Catalog, tiers []Tier) {
	if len(tiers) == 0 {
		v.add("%s: tiers: at least one is needed", what)
	}
	used := map[ServiceID]bool{}
	for i, tier := range tiers {
		if len(tier.Services) == 0 {
			v.add("%s: tier %d: at least one service is needed", what, i+1)
		}
		v.between(fmt.Sprintf("%s: tier %d: limit_minutes", what, i+1), tier.LimitMinutes, 0, maxMinutes)
		for _, id := range tier.Services {
			if !slices.ContainsFunc(c.Services, func(s Service) bool { return s.ID == id }) {
				v.add("%s: tier %d: service %q: must be a service of the catalogue", what, i+1, id)
			}
			if used[id] {
				v.add("%s: tier %d: service %q is there twice: once is allowed", what, i+1, id)
			}
			used[id] = true
		}
	}
}

func (v *validator) schedule(s *Schedule) {
	for _, day := range slices.Sorted(maps.Keys(s.Week)) {
		what := fmt.Sprintf("schedule: week: %q", day)
		v.weekday(what, day)
		var spans []window
		for _, span := range s.Week[day] {
			w, ok := v.span(what, span)
			if ok && slices.ContainsFunc(spans, func(x window) bool { return w.from < x.to && x.from < w.to }) {
				v.add("%s: %s to %s overlaps another span: spans must be apart", what, span.From, span.To)
			}
			spans = append(spans, w)
		}
	}
	for _, b := range s.Breaks {
		what := fmt.Sprintf("schedule: break %q", b.Name.ID)
		v.text(what+": name", b.Name, 0)
		v.span(what, b.Span)
		for _, day := range b.Days {
			v.weekday(what, day)
		}
	}
	dates := map[Day]bool{}
	for _, h := range s.Holidays {
		what := fmt.Sprintf("schedule: holiday %q", h.Date)
		v.text(what+": name", h.Name, 0)
		if _, err := time.Parse(time.DateOnly, string(h.Date)); err != nil {
			v.add("%s: date: must be like 2026-12-25", what)
		}
		if dates[h.Date] {
			v.add("%s: the date is there twice: once is allowed", what)
		}
		dates[h.Date] = true
	}
}

func (v *validator) weekday(what, day string) {
	if !slices.Contains(weekdays[:], day) {
		v.add("%s: %q is no weekday: must be mon, tue, wed, thu, fri, sat or sun", what, day)
	}
}

func (v *validator) minute(what, s string) {
	if _, err := parseMinute(s); err != nil {
		v.add("%s: %w", what, err)
	}
}

func (v *validator) span(what string, s Span) (window, bool) {
	w, err := parseSpan(s)
	if err != nil {
		v.add("%s: %w", what, err)
	}
	return w, err == nil
}
