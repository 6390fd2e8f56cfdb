package queue

import (
	"maps"
	"slices"
)

// Text is one text in the two languages of the kiosk. An empty EN falls back to ID.
type Text struct {
	ID string `json:"id"`
	EN string `json:"en,omitempty"`
}

// Catalog is everything about an office that an administrator can change. It is
// replaced as a whole by a catalog.changed event and is exported and imported as one JSON file.
type Catalog struct {
	Office      OfficeInfo `json:"office"`
	Zones       []Zone     `json:"zones"`
	Agencies    []Agency   `json:"agencies"`
	Services    []Service  `json:"services"`
	Counters    []Counter  `json:"counters"`
	Schedule    Schedule   `json:"schedule"`
	RunningText []Text     `json:"running_text,omitempty"`
	// Priorities are the classes of priority that citizens can choose, in the order they are shown.
	Priorities []Priority `json:"priorities,omitempty"`
	// ReferServiceID is where a citizen goes whose record at the population registry needs an officer; empty: nowhere.
	ReferServiceID ServiceID `json:"refer_service_id,omitempty"`
}

// OfficeInfo says who and where the office is.
type OfficeInfo struct {
	ID       OfficeID `json:"id"`
	Name     Text     `json:"name"`      // "Mal Pelayanan Publik"
	Place    Text     `json:"place"`     // "Kota Pangkalpinang"
	TimeZone string   `json:"time_zone"` // Asia/Jakarta, Asia/Makassar or Asia/Jayapura
	// NoShowPenaltyMinutes is added to now for the due time of a no-show that returns.
	NoShowPenaltyMinutes int `json:"no_show_penalty_minutes"`
	// MaxHeadStartMinutes bounds the head start a ticket may be given.
	MaxHeadStartMinutes int `json:"max_head_start_minutes"`
}

// Priority is a class of citizens who are called earlier, by their own choice.
type Priority struct {
	ID   string `json:"id"` // "lansia" is the one that an age can suggest
	Name Text   `json:"name"`
	Note Text   `json:"note,omitzero"` // who it is for: "60 tahun ke atas"
	// HeadStartMinutes is by how much its tickets are due earlier; OfficeInfo.MaxHeadStartMinutes bounds it.
	HeadStartMinutes int `json:"head_start_minutes"`
}

// How a service asks who the citizen is (Service.Identity); empty is IdentityNone.
const (
	IdentityNone     = "none"     // not asked
	IdentityOptional = "optional" // asked, and she may go on without
	IdentityRequired = "required" // no ticket without a person
)

// Zone is a part of the hall with a wall display of its own.
type Zone struct {
	ID   ZoneID `json:"id"`
	Name Text   `json:"name"`
}

// Agency is one institution in the hall.
type Agency struct {
	ID     AgencyID `json:"id"`
	Letter string   `json:"letter"` // one capital letter, shown in the chip
	Name   Text     `json:"name"`   // full name
	Short  Text     `json:"short"`  // what a tile shows, at most about 20 characters
	Color  string   `json:"color"`  // "#rrggbb", dark enough for white text (contrast 4.5:1)
}

// Service is one thing that a citizen can come for, with the six things that
// Law 25/2009 has published at the counter.
type Service struct {
	ID       ServiceID `json:"id"`
	AgencyID AgencyID  `json:"agency_id"`
	Series   string    `json:"series"` // series letter of its numbers, A to V; services of an agency usually share it
	ZoneID   ZoneID    `json:"zone_id"`
	Name     Text      `json:"name"`
	// Requirements in the order in which they are checked; the first is printed on the ticket as BringShort.
	Requirements []Text `json:"requirements"`
	BringShort   Text   `json:"bring_short"` // what to bring, at most 40 characters, for the slip
	// StandardMinutes is the time at the counter by the service standard; waiting times start from it.
	StandardMinutes int      `json:"standard_minutes"`
	Completion      Text     `json:"completion"` // time until the product is ready: "15 menit", "3 hari kerja"
	Procedure       Text     `json:"procedure"`
	FeeRupiah       int64    `json:"fee_rupiah"`        // 0 is free
	FeeNote         Text     `json:"fee_note,omitzero"` // when the fee depends on something
	LegalBasis      string   `json:"legal_basis"`
	Product         Text     `json:"product"`
	Complaint       Text     `json:"complaint"`
	Keywords        []string `json:"keywords,omitempty"`    // other words people search by
	DailyQuota      int      `json:"daily_quota,omitempty"` // 0: no limit
	LastTicket      string   `json:"last_ticket,omitempty"` // "14:30"; empty: until the office closes
	// Identity says how the service asks who the citizen is: IdentityNone (or empty), IdentityOptional or IdentityRequired.
	Identity string `json:"identity,omitempty"`
	// PersonLimit is how many tickets of the service one person may take in a day; 0: no limit.
	PersonLimit int  `json:"person_limit,omitempty"`
	Closed      bool `json:"closed,omitempty"` // switched off by the administrator
}

// Counter is a place where an officer serves.
type Counter struct {
	ID       CounterID `json:"id"`
	Number   int       `json:"number"` // as announced: "loket 3"
	AgencyID AgencyID  `json:"agency_id"`
	ZoneID   ZoneID    `json:"zone_id"`
	// Tiers in falling rank: a lower tier is served when the higher ones are empty, or when
	// its oldest ticket has waited past its limit.
	Tiers []Tier `json:"tiers"`
}

// Tier is a set of services of the same rank at a counter.
type Tier struct {
	Services []ServiceID `json:"services"`
	// LimitMinutes past its due time after which the tier's first ticket ranks with those of the highest tier: then the
	// earlier due time goes. 0: never.
	LimitMinutes int `json:"limit_minutes,omitempty"`
}

// Schedule holds opening hours in office time. Times are "15:04", dates "2006-01-02".
type Schedule struct {
	// Week has the opening spans of each weekday, keyed "mon" to "sun". A missing day is closed.
	Week map[string][]Span `json:"week"`
	// Breaks are spans inside opening hours in which no ticket is issued.
	Breaks   []Break   `json:"breaks,omitempty"`
	Holidays []Holiday `json:"holidays,omitempty"`
}

// Span is a time of day from From (included) to To (excluded). To may be "24:00": an office that
// never closes has {"00:00", "24:00"} on every day.
type Span struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Break is a named span on some weekdays (empty Days: every day).
type Break struct {
	Name Text     `json:"name"`
	Days []string `json:"days,omitempty"`
	Span
}

// Holiday is a date on which the office is closed.
type Holiday struct {
	Date Day  `json:"date"`
	Name Text `json:"name"`
}

// Clone returns a deep copy. Whoever edits a catalogue edits a clone: the one of an Office is shared.
func (c *Catalog) Clone() Catalog {
	n := *c
	n.Priorities = slices.Clone(c.Priorities)
	n.Zones = slices.Clone(c.Zones)
	n.Agencies = slices.Clone(c.Agencies)
	n.Services = slices.Clone(c.Services)
	for i := range n.Services {
		s := &n.Services[i]
		s.Requirements = slices.Clone(s.Requirements)
		s.Keywords = slices.Clone(s.Keywords)
	}
	n.Counters = slices.Clone(c.Counters)
	for i := range n.Counters {
		tiers := slices.Clone(n.Counters[i].Tiers)
		for j := range tiers {
			tiers[j].Services = slices.Clone(tiers[j].Services)
		}
		n.Counters[i].Tiers = tiers
	}
	n.Schedule.Week = maps.Clone(c.Schedule.Week)
	for day, spans := range n.Schedule.Week {
		n.Schedule.Week[day] = slices.Clone(spans)
	}
	n.Schedule.Breaks = slices.Clone(c.Schedule.Breaks)
	for i := range n.Schedule.Breaks {
		n.Schedule.Breaks[i].Days = slices.Clone(n.Schedule.Breaks[i].Days)
	}
	n.Schedule.Holidays = slices.Clone(c.Schedule.Holidays)
	n.RunningText = slices.Clone(c.RunningText)
	return n
}
