package queue

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// officeHours is testCatalog open Monday to Friday 08.00 to 15.00, with a break at noon and a longer one on Friday.
func officeHours(zone string) Catalog {
	c := testCatalog()
	c.Office.TimeZone = zone
	week := map[string][]Span{}
	for _, d := range []string{"mon", "tue", "wed", "thu"} {
		week[d] = []Span{{"08:00", "15:00"}}
	}
	week["fri"] = []Span{{"08:00", "11:30"}, {"13:00", "15:30"}}
	c.Schedule = Schedule{
		Week:     week,
		Breaks:   []Break{{Text{ID: "Istirahat"}, []string{"mon", "tue", "wed", "thu"}, Span{"12:00", "13:00"}}},
		Holidays: []Holiday{{"2026-12-25", Text{ID: "Hari Raya Natal"}}},
	}
	return c
}

func TestOpeningHours(t *testing.T) {
	c := officeHours("Asia/Jakarta")
	c.Services[1].LastTicket = "14:30"
	c.Services[2].Closed = true
	w := newWorld(t, c, monday.Add(-2*time.Hour))
	for _, tc := range []struct {
		name    string
		local   string
		service ServiceID
		want    Code
	}{
		{"before opening", "2026-11-23 07:59", "ktp", CodeOfficeClosed},
		{"at opening", "2026-11-23 08:00", "ktp", ""},
		{"the last minute before the break", "2026-11-23 11:59", "ktp", ""},
		{"in the break", "2026-11-23 12:00", "ktp", CodeOfficeClosed},
		{"after the break", "2026-11-23 13:00", "ktp", ""},
		{"the last minute", "2026-11-23 14:59", "ktp", ""},
		{"at closing", "2026-11-23 15:00", "ktp", CodeOfficeClosed},
		{"noon on Friday, between two spans", "2026-11-27 12:00", "ktp", CodeOfficeClosed},
		{"Friday afternoon", "2026-11-27 15:15", "ktp", ""},
		{"Saturday", "2026-11-28 10:00", "ktp", CodeOfficeClosed},
		{"Christmas, a Friday", "2026-12-25 10:00", "ktp", CodeOfficeClosed},
		{"before the last ticket", "2026-11-23 14:29", "kk", ""},
		{"at the last ticket", "2026-11-23 14:30", "kk", CodeServiceClosed},
		{"after the last ticket and hours", "2026-11-23 16:00", "kk", CodeOfficeClosed},
		{"switched off", "2026-11-23 10:00", "pbb", CodeServiceClosed},
		{"unknown", "2026-11-23 10:00", "sim", CodeServiceUnknown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			at, err := time.ParseInLocation("2006-01-02 15:04", tc.local, c.Location())
			if err != nil {
				t.Fatal(err)
			}
			if ok, code := w.o.Open(tc.service, at); code != tc.want || ok != (tc.want == "") {
				t.Fatalf("open %v, %q; want %q", ok, code, tc.want)
			}
			if _, _, err := w.o.Decide(&IssueTicket{w.by(""), "x", tc.service, "kiosk", "", "", 0}, at); codeOf(err) != tc.want {
				t.Fatalf("issue: %v; want %q", err, tc.want)
			}
		})
	}
}

func TestAnOfficeWithoutOpeningHoursNeverOpens(t *testing.T) {
	c := testCatalog()
	c.Schedule = Schedule{}
	w := newWorld(t, c, monday)
	for h := range 24 * 7 {
		if ok, code := w.o.Open("ktp", monday.Add(time.Duration(h)*time.Hour)); ok || code != CodeOfficeClosed {
			t.Fatalf("hour %d: open %v, %q", h, ok, code)
		}
	}
}

func TestTheDayTurnsAtTheOfficesMidnight(t *testing.T) {
	for zone, utc := range map[string]int{"Asia/Jakarta": 17, "Asia/Pontianak": 17, "Asia/Makassar": 16, "Asia/Jayapura": 15} {
		t.Run(zone, func(t *testing.T) {
			c := testCatalog()
			c.Office.TimeZone = zone
			midnight := time.Date(2026, 11, 23, utc, 0, 0, 0, time.UTC) // 24 November there
			w := newWorld(t, c, midnight.Add(-time.Minute))
			if w.o.Day != "2026-11-23" {
				t.Fatalf("day %s", w.o.Day)
			}
			w.open("c1", "ana")
			w.wait("x", "ktp")
			w.at = midnight.Add(-time.Millisecond)
			w.quiet(&Tick{w.by("")})
			w.wait("y", "ktp")
			w.at = midnight
			w.issue("z", "ktp")
			if w.o.Day != "2026-11-24" || w.o.Tickets["z"].Number != (Number{"A", 1}) || len(w.o.Tickets) != 1 {
				t.Fatalf("day %s, tickets %v", w.o.Day, w.o.Tickets)
			}
			want := []Kind{TicketExpired, TicketExpired, CounterWasClosed, DayClosed, DayOpened, TicketIssued}
			last := w.log[len(w.log)-len(want):]
			if got := kinds(last); !slices.Equal(got, want) {
				t.Fatalf("events %v, want %v", got, want)
			}
			if closed := last[3]; closed.Data.Count != 2 || closed.Data.Day != "2026-11-23" || closed.Subject != "2026-11-23" {
				t.Fatalf("day.closed %+v", closed)
			}
			for _, e := range last[:5] {
				if e.Command != "" || e.Actor.Kind != BySystem {
					t.Fatalf("%s is laid on the citizen: %+v", e.Kind, e)
				}
			}
			if abbreviation := c.ZoneAbbreviation(); abbreviation != w.at.In(c.Location()).Format("MST") {
				t.Fatalf("%s is not what the zone data calls it", abbreviation)
			}
		})
	}
}

func TestMidnightEndsWhatOfficersForgot(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.open("c1", "ana")
	w.open("c2", "budi")
	w.wait("served", "ktp")
	w.wait("called", "ktp")
	w.next("c1")
	w.do(&StartTicket{w.by("ana"), "c1"})
	w.next("c2")
	w.later(24 * time.Hour)
	events, _, err := w.try(&Tick{w.by("")})
	if err != nil {
		t.Fatal(err)
	}
	from := map[string]TicketState{}
	for _, e := range events {
		if e.Kind == TicketExpired {
			from[e.Subject] = e.Data.From
		}
	}
	if from["served"] != Serving || from["called"] != Called || len(w.o.Learnt) != 0 {
		t.Fatalf("expired from %v, learnt %v", from, w.o.Learnt)
	}
	for id, c := range w.o.Counters {
		if *c != (CounterState{Status: CounterClosed}) {
			t.Fatalf("counter %s: %+v", id, c)
		}
	}
}

func TestARepeatAcrossMidnightCallsNoSecondTicket(t *testing.T) {
	w := newWorld(t, testCatalog(), monday.Add(15*time.Hour+59*time.Minute)) // 23.59 WIB
	w.open("c1", "ana")
	w.wait("x", "ktp")
	c := &CallNext{w.by("ana"), "c1", "k1"}
	first := w.do(c)
	w.later(2 * time.Minute)
	w.do(&Tick{w.by("")})
	w.open("c1", "ana")
	w.wait("y", "ktp")
	if again := w.quiet(c); again != first || first.TicketID != "x" {
		t.Fatalf("the repeat gives %v, the first gave %v", again, first)
	}
	w.state("y", Waiting)
}

func TestTheDayClosesWhenHoursAndCountersHaveEnded(t *testing.T) {
	w := newWorld(t, officeHours("Asia/Jakarta"), monday.Add(6*time.Hour)) // 14.00
	w.open("c1", "ana")
	for i := range 3 {
		w.wait(TicketID(fmt.Sprint("x", i)), "ktp")
	}
	w.issue("reserved", "ktp")
	w.at = monday.Add(7*time.Hour + time.Minute) // 15.01, and the officer still serves
	w.do(&Tick{w.by("")})
	w.state("reserved", Expired) // after two minutes, not by closing
	if !w.o.DayOpen || w.serve("c1", time.Minute) != "x0" {
		t.Fatal("the tickets in the queue are not good while officers serve")
	}
	w.do(&CloseCounter{w.by("ana"), "c1"})
	events, _, err := w.try(&Tick{w.by("")})
	if err != nil {
		t.Fatal(err)
	}
	if got := kinds(events); !slices.Equal(got, []Kind{TicketExpired, TicketExpired, DayClosed}) || events[2].Data.Count != 2 {
		t.Fatalf("events %v", events)
	}
	w.refused(&IssueTicket{w.by(""), "late", "ktp", "kiosk", "", "", 0}, CodeOfficeClosed)
	w.quiet(&Tick{w.by("")})
	w.refused(&ConfirmTicket{w.by(""), "reserved", "printed"}, CodeTicketState)
	w.at = monday.Add(16 * time.Hour) // midnight
	events, _, err = w.try(&Tick{w.by("")})
	if err != nil || !slices.Equal(kinds(events), []Kind{DayOpened}) {
		t.Fatalf("events %v, %v", kinds(events), err)
	}
	w.quiet(&Tick{w.by("")}) // the spans of this day are still to come
	w.refused(&IssueTicket{w.by(""), "early", "ktp", "kiosk", "", "", 0}, CodeOfficeClosed)
}

func TestAHolidayClosesByItself(t *testing.T) {
	w := newWorld(t, officeHours("Asia/Jakarta"), time.Date(2026, 12, 25, 2, 0, 0, 0, time.UTC))
	events, _, err := w.try(&Tick{w.by("")})
	if err != nil || !slices.Equal(kinds(events), []Kind{DayClosed}) || events[0].Data.Count != 0 {
		t.Fatalf("events %v, %v", events, err)
	}
	w.quiet(&Tick{w.by("")})
}

func TestADayWhoseHoursAreExtendedGoesOnWithItsNumbers(t *testing.T) {
	c := officeHours("Asia/Jakarta")
	for _, first := range []string{"tick", "issue"} {
		t.Run(first, func(t *testing.T) {
			w := newWorld(t, c, monday)
			w.wait("x", "ktp")
			w.at = monday.Add(8 * time.Hour)
			w.do(&Tick{w.by("")})
			if w.o.DayOpen {
				t.Fatal("the day is still open")
			}
			longer := c.Clone()
			longer.Schedule.Week["mon"] = []Span{{"08:00", "20:00"}}
			w.do(&ChangeCatalog{w.by(""), longer})
			if first == "tick" {
				w.do(&Tick{w.by("")})
			}
			w.issue("y", "ktp")
			if n := w.o.Tickets["y"].Number; !w.o.DayOpen || n != (Number{"A", 2}) || w.o.Tickets["x"] == nil {
				t.Fatalf("open %v, number %s", w.o.DayOpen, n)
			}
		})
	}
}

func TestQuotaCountsTicketsThatWereGivenOut(t *testing.T) {
	c := testCatalog()
	c.Services[0].DailyQuota = 2
	w := newWorld(t, c, monday)
	w.issue("a", "ktp")
	w.issue("b", "ktp")
	full := &IssueTicket{w.by(""), "c", "ktp", "kiosk", "", "", 0}
	w.refused(full, CodeQuotaFull)
	w.later(reservationLife)
	w.do(&Tick{w.by("")}) // a and b lapse
	w.wait("c", "ktp")
	w.do(&ConfirmTicket{w.by(""), "b", "printed"}) // the word of it was late
	w.refused(&IssueTicket{w.by(""), "d", "ktp", "kiosk", "", "", 0}, CodeQuotaFull)
	w.do(&CancelTicket{w.by(""), "c", "citizen"}) // a ticket that was given out stays counted
	w.refused(&IssueTicket{w.by(""), "d", "ktp", "kiosk", "", "", 0}, CodeQuotaFull)
	w.wait("e", "kk")
	w.later(24 * time.Hour)
	if ok, code := w.o.Open("ktp", w.at); !ok {
		t.Fatalf("the new day is %s before a command has opened it", code)
	}
	w.wait("d", "ktp")
}

func TestReservationsLapseAfterTwoMinutes(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.open("c1", "ana")
	w.issue("a", "ktp")
	w.later(time.Minute)
	w.wait("b", "ktp")
	w.issue("c", "ktp")
	w.later(time.Minute - time.Millisecond)
	w.quiet(&Tick{w.by("")})
	w.later(time.Millisecond)
	w.do(&Tick{w.by("")})
	w.state("a", Expired)
	w.state("b", Waiting)
	w.state("c", Printing)
	if got := w.next("c1"); got != "b" {
		t.Fatalf("%s is called: a ghost", got)
	}
}

func TestTimeNeverRunsBackwards(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.wait("a", "ktp")
	w.later(-time.Hour)
	w.wait("b", "ktp")
	w.later(-48 * time.Hour)
	w.wait("c", "ktp")
	for i := 1; i < len(w.log); i++ {
		if w.log[i].At.Before(w.log[i-1].At) {
			t.Fatalf("event %d is before the one before it", i)
		}
	}
	if w.o.Day != "2026-11-23" || w.o.Tickets["c"].DueAt != monday {
		t.Fatalf("day %s, due %s", w.o.Day, w.o.Tickets["c"].DueAt)
	}
}

func TestACatalogueDropsNothingThatIsInUse(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.open("c2", "ana")
	fewer := testCatalog()
	fewer.Counters = fewer.Counters[:1]
	w.refused(&ChangeCatalog{w.by(""), fewer}, CodeCatalogInvalid)
	w.do(&CloseCounter{w.by("ana"), "c2"})
	w.wait("x", "pbb")
	noPBB := fewer.Clone()
	noPBB.Services = noPBB.Services[:2]
	w.refused(&ChangeCatalog{w.by(""), noPBB}, CodeCatalogInvalid)
	w.do(&ChangeCatalog{w.by(""), fewer})
	if len(w.o.Counters) != 1 {
		t.Fatalf("counters %v", w.o.Counters)
	}
	w.do(&CancelTicket{w.by(""), "x", "citizen"})
	w.do(&ChangeCatalog{w.by(""), noPBB})
	w.refused(&IssueTicket{w.by(""), "y", "pbb", "kiosk", "", "", 0}, CodeServiceUnknown)
}

func TestAnEditedCatalogueDoesNotReachTheOffice(t *testing.T) {
	c := testCatalog()
	w := newWorld(t, c, monday)
	before := w.snapshot()
	c.Services[0].Series = "Q"
	c.Counters[0].Tiers[0].Services[0] = "pbb"
	c.Schedule.Week["mon"][0].To = "00:01"
	if after := w.snapshot(); string(before) != string(after) {
		t.Fatal("the office shares memory with the command")
	}
}

func TestDevices(t *testing.T) {
	w := newWorld(t, testCatalog(), monday)
	w.quiet(&ReportDevice{w.by(""), "kiosk-1", false})
	w.do(&ReportDevice{w.by(""), "kiosk-1", true})
	w.quiet(&ReportDevice{w.by(""), "kiosk-1", true})
	w.quiet(&ReportTrouble{w.by(""), "kiosk-1", "printer", ""})
	w.do(&ReportTrouble{w.by(""), "kiosk-1", "printer", "paper_low"})
	w.quiet(&ReportTrouble{w.by(""), "kiosk-1", "printer", "paper_low"})
	w.do(&ReportTrouble{w.by(""), "kiosk-1", "printer", "paper_out"})
	w.do(&ReportTrouble{w.by(""), "kiosk-1", "reader", "unplugged"})
	want := []Trouble{{"printer", "paper_out", monday}, {"reader", "unplugged", monday}}
	if got := w.o.Devices["kiosk-1"].Troubles; !slices.Equal(got, want) {
		t.Fatalf("troubles %v", got)
	}
	w.do(&ReportDevice{w.by(""), "wall", true})
	w.do(&ReportDevice{w.by(""), "wall", false})
	w.later(24 * time.Hour)
	w.do(&Tick{w.by("")})
	if w.o.Devices["wall"] != nil || w.o.Devices["kiosk-1"] == nil {
		t.Fatal("a new day forgets what is off, and keeps what is there")
	}
	w.do(&ReportTrouble{w.by(""), "kiosk-1", "printer", ""})
	w.do(&ReportTrouble{w.by(""), "kiosk-1", "reader", ""})
	if got := w.o.Devices["kiosk-1"].Troubles; len(got) != 0 {
		t.Fatalf("troubles %v", got)
	}
}

func TestTrainingIgnoresOpeningHours(t *testing.T) {
	c := officeHours("Asia/Jakarta")
	c.Services[0].LastTicket = "10:00"
	c.Services[1].Closed = true
	w := newWorld(t, c, monday.Add(13*time.Hour)) // 21.00
	w.o.IgnoreHours()
	w.quiet(&Tick{w.by("")})
	w.wait("x", "ktp")
	w.refused(&IssueTicket{w.by(""), "y", "kk", "kiosk", "", "", 0}, CodeServiceClosed)
	w.later(24 * time.Hour)
	w.wait("z", "ktp") // the next day too
	if n := w.o.Tickets["z"].Number; n.N != 1 {
		t.Fatalf("number %s on a new day", n)
	}
}
