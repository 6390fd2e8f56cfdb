package queue

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestValidateNamesEveryFinding(t *testing.T) {
	for _, tc := range []struct {
		name string
		edit func(*Catalog)
		want []string // each is part of a finding; no other findings
	}{
		{"nothing", func(*Catalog) {}, nil},
		{"time zone", func(c *Catalog) { c.Office.TimeZone = "Europe/Berlin" }, []string{`time_zone "Europe/Berlin": must be one of Asia/Jakarta, Asia/Jayapura, Asia/Makassar, Asia/Pontianak`}},
		{"office id", func(c *Catalog) { c.Office.ID = "" }, []string{`office: id "": must be 1 to 64 letters`}},
		{"office name", func(c *Catalog) { c.Office.Name.ID = " " }, []string{"office: name: the Indonesian text is missing"}},
		{"penalty", func(c *Catalog) { c.Office.NoShowPenaltyMinutes = -1 }, []string{"no_show_penalty_minutes: -1: must be 0 to 1440"}},
		{"head start", func(c *Catalog) { c.Office.MaxHeadStartMinutes = 1441 }, []string{"max_head_start_minutes: 1441: must be 0 to 1440"}},
		{"zone twice", func(c *Catalog) { c.Zones = append(c.Zones, c.Zones[0]) }, []string{`zone "hall": id "hall" is used twice`}},
		{"zone all", func(c *Catalog) { c.Zones = append(c.Zones, Zone{"all", Text{ID: "Semua"}}) }, []string{`zone "all": the id stands for the whole hall`}},
		{"a path as id", func(c *Catalog) { c.Zones = append(c.Zones, Zone{"../x", Text{ID: "X"}}) }, []string{`id "../x": must be`}},
		{"letter", func(c *Catalog) { c.Agencies[0].Letter = "a" }, []string{`agency "dukcapil": letter "a": must be one capital letter`}},
		{"short name", func(c *Catalog) { c.Agencies[0].Short.EN = strings.Repeat("x", 25) }, []string{"has 25 characters: at most 24"}},
		{"light color", func(c *Catalog) { c.Agencies[0].Color = "#ffd54f" }, []string{`color "#ffd54f" is too light`}},
		{"no color", func(c *Catalog) { c.Agencies[0].Color = "red" }, []string{`color "red": must be #rrggbb`}},
		{"odd color", func(c *Catalog) { c.Agencies[0].Color = "#00zz00" }, []string{`color "#00zz00": must be #rrggbb`}},
		{"agency of a service", func(c *Catalog) { c.Services[0].AgencyID = "polres" }, []string{`service "ktp": agency_id "polres": must be an agency`}},
		{"zone of a service", func(c *Catalog) { c.Services[0].ZoneID = "lantai-2" }, []string{`service "ktp": zone_id "lantai-2": must be a zone`}},
		{"series of a kiosk", func(c *Catalog) { c.Services[0].Series = "Z" }, []string{`series "Z": must be one capital letter A to V`}},
		{"long series", func(c *Catalog) { c.Services[0].Series = "AB" }, []string{`series "AB"`}},
		{"no time", func(c *Catalog) { c.Services[0].StandardMinutes = 0 }, []string{"standard_minutes: 0: must be 1 to 1440"}},
		{"fee", func(c *Catalog) { c.Services[0].FeeRupiah = -5000 }, []string{"fee_rupiah: -5000: must be 0"}},
		{"quota", func(c *Catalog) { c.Services[0].DailyQuota = -1 }, []string{"daily_quota: -1: must be 0"}},
		{"last ticket", func(c *Catalog) { c.Services[0].LastTicket = "14.30" }, []string{`last_ticket: "14.30" is not a time`}},
		{"what to bring", func(c *Catalog) { c.Services[0].BringShort.ID = strings.Repeat("é", 41) }, []string{"bring_short", "at most 40"}[1:]},
		{"a control character", func(c *Catalog) { c.Services[0].Requirements = []Text{{ID: "KTP\x1b@"}} }, []string{"requirement 1: \"KTP\\x1b@\": must be plain text on one line"}},
		{"an empty requirement", func(c *Catalog) { c.Services[0].Requirements = []Text{{}} }, []string{"requirement 1: the Indonesian text is missing"}},
		{"counter number", func(c *Catalog) { c.Counters[0].Number = 0 }, []string{`counter "c1": number: 0: must be 1 to 999`}},
		{"counter number twice", func(c *Catalog) { c.Counters[0].Number = 2 }, []string{`counter "c2": number 2 is that of counter "c1"`}},
		{"agency of a counter", func(c *Catalog) { c.Counters[0].AgencyID = "x" }, []string{`counter "c1": agency_id "x"`}},
		{"zone of a counter", func(c *Catalog) { c.Counters[0].ZoneID = "x" }, []string{`counter "c1": zone_id "x"`}},
		{"no tiers", func(c *Catalog) { c.Counters[0].Tiers = nil }, []string{`counter "c1": tiers: at least one`}},
		{"an empty tier", func(c *Catalog) { c.Counters[0].Tiers = []Tier{{}} }, []string{`tier 1: at least one service`}},
		{"a service twice", func(c *Catalog) { c.Counters[2].Tiers[1].Services[0] = "pbb" }, []string{`tier 2: service "pbb" is there twice`}},
		{"a service of nowhere", func(c *Catalog) { c.Counters[2].Tiers[1].Services[0] = "sim" }, []string{`tier 2: service "sim": must be a service`}},
		{"limit", func(c *Catalog) { c.Counters[2].Tiers[1].LimitMinutes = -1 }, []string{`tier 2: limit_minutes: -1`}},
		{"weekday", func(c *Catalog) { c.Schedule.Week["senin"] = nil }, []string{`"senin" is no weekday: must be mon`}},
		{"span", func(c *Catalog) { c.Schedule.Week["mon"] = []Span{{"15:00", "08:00"}} }, []string{"the end must be after the start"}},
		{"overlap", func(c *Catalog) { c.Schedule.Week["mon"] = []Span{{"08:00", "12:00"}, {"11:59", "15:00"}} }, []string{"11:59 to 15:00 overlaps another span"}},
		{"break", func(c *Catalog) { c.Schedule.Breaks = []Break{{Text{}, []string{"fr"}, Span{"12:00", "25:00"}}} }, []string{"name: the Indonesian text is missing", `"25:00" is not a time`, `"fr" is no weekday`}},
		{"holiday", func(c *Catalog) { c.Schedule.Holidays = []Holiday{{"25-12-2026", Text{ID: "Natal"}}} }, []string{"must be like 2026-12-25"}},
		{"holiday twice", func(c *Catalog) {
			h := Holiday{"2026-12-25", Text{ID: "Natal"}}
			c.Schedule.Holidays = []Holiday{h, h}
		}, []string{"the date is there twice"}},
		{"running text", func(c *Catalog) { c.RunningText = []Text{{EN: "Welcome"}} }, []string{"running_text 1: the Indonesian text is missing"}},
		{"persons and classes", func(c *Catalog) { *c = peopleCatalog() }, nil},
		{"identity", func(c *Catalog) { c.Services[0].Identity = "always" }, []string{`service "ktp": identity "always": must be none, optional or required`}},
		{"person limit", func(c *Catalog) { c.Services[0].PersonLimit = 101 }, []string{"person_limit: 101: must be 0 to 100"}},
		{"no person limit", func(c *Catalog) { c.Services[0].PersonLimit = -1 }, []string{"person_limit: -1: must be 0 to 100"}},
		{"refer to nowhere", func(c *Catalog) { c.ReferServiceID = "sim" }, []string{`refer_service_id "sim": must be a service of the catalogue`}},
		{"a class twice", func(c *Catalog) {
			*c = peopleCatalog()
			c.Priorities[1].ID = "lansia"
		}, []string{`priority "lansia": id "lansia" is used twice`}},
		{"a class without id", func(c *Catalog) { c.Priorities = []Priority{{Name: Text{ID: "Lansia"}}} }, []string{`priority "": id "": must be 1 to 64 letters`}},
		{"a class without name", func(c *Catalog) { c.Priorities = []Priority{{ID: "lansia", Note: Text{ID: "a\nb"}}} }, []string{
			"name: the Indonesian text is missing", "note: \"a\\nb\": must be plain text",
		}},
		{"head start of a class", func(c *Catalog) {
			*c = peopleCatalog()
			c.Office.MaxHeadStartMinutes, c.Priorities[1].HeadStartMinutes = 14, -1
		}, []string{`priority "lansia": head_start_minutes: 15: must be 0 to 14`, `priority "hamil": head_start_minutes: -1`}},
		{"two things", func(c *Catalog) { c.Office.TimeZone, c.Counters[0].Number = "UTC", -1 }, []string{`time_zone "UTC"`, "number: -1"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := testCatalog()
			tc.edit(&c)
			err := c.Validate()
			var findings []string
			if joined, ok := err.(interface{ Unwrap() []error }); ok {
				for _, f := range joined.Unwrap() {
					findings = append(findings, f.Error())
				}
			}
			if len(findings) != len(tc.want) {
				t.Fatalf("%d findings, want %d:\n%v", len(findings), len(tc.want), err)
			}
			for i, want := range tc.want {
				if !strings.Contains(findings[i], want) {
					t.Fatalf("%q, want %q in it", findings[i], want)
				}
			}
		})
	}
}

// FuzzCatalog: a catalogue that passes Validate opens an office, whatever it says.
func FuzzCatalog(f *testing.F) {
	good, err := json.Marshal(testCatalog())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	hours, err := json.Marshal(officeHours("Asia/Makassar"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(hours)
	people, err := json.Marshal(peopleCatalog())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(people)
	f.Add([]byte(`{"office":{"id":"x","name":{"id":"X"},"time_zone":"Asia/Jayapura"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var c Catalog
		if json.Unmarshal(b, &c) != nil || c.Validate() != nil {
			return
		}
		w := newWorld(t, c, monday)
		for i := range c.Counters {
			w.open(c.Counters[i].ID, OfficerID(c.Counters[i].ID))
		}
		class := ""
		for i := range c.Priorities {
			class = c.Priorities[i].ID
		}
		for i := range c.Services {
			w.try(&IssueTicket{w.by(""), TicketID(c.Services[i].ID), c.Services[i].ID, "kiosk", "p1", class, 0}) //nolint:errcheck // the service may be closed
		}
		w.later(24 * time.Hour)
		w.do(&Tick{w.by("")})
		w.o.EstimateNew(w.at)
		if _, err := Restore(w.snapshot()); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzMinute: what is read as a time of day is written as it.
func FuzzMinute(f *testing.F) {
	for _, s := range []string{"00:00", "08:30", "23:59", "24:00", "24:01", "12:60", "1:00", "aa:bb", "-1:00", "12.00", "099:0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := parseMinute(s)
		if err != nil {
			return
		}
		if n < 0 || n > 1440 || s != formatMinute(n) {
			t.Fatalf("%q is read as %d", s, n)
		}
	})
}

func formatMinute(n int) string {
	if n == 1440 {
		return "24:00"
	}
	return time.Unix(int64(n)*60, 0).UTC().Format("15:04")
}
