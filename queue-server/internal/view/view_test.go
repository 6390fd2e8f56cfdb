package view_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"loket/assets/catalog"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

// secret stands in everything that a public view must not hold.
const secret = "RAHASIA"

// classes of priority that the tickets of the test have in turn.
var classes = []string{"", "lansia"}

var at = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC) // Monday, 10.00 WIB

// world is an office in the middle of its day.
type world struct {
	tb      testing.TB
	o       *queue.Office
	n       int
	tickets []queue.TicketID
	people  view.People
}

func (w *world) do(c queue.Command) {
	w.tb.Helper()
	events, _, err := w.o.Decide(c, at)
	if err != nil {
		w.tb.Fatalf("%T: %v", c, err)
	}
	for _, e := range events {
		if err := w.o.Apply(e); err != nil {
			w.tb.Fatal(err)
		}
	}
}

func (w *world) by(kind queue.ActorKind, id string) queue.Header {
	w.n++
	return queue.Header{ID: queue.CommandID(fmt.Sprint("c", w.n)), Actor: queue.Actor{Kind: kind, ID: id}}
}

func (w *world) issue(service queue.ServiceID) {
	id := queue.TicketID(fmt.Sprintf("019a9c2e-7b1f-7c58-9d0e-%012d", len(w.tickets)+1))
	w.tickets = append(w.tickets, id)
	w.do(&queue.IssueTicket{
		Header: w.by(queue.ByDevice, "alat-"+secret), TicketID: id, ServiceID: service, DeviceID: "alat-" + secret,
		PersonID: queue.PersonID(fmt.Sprint("orang-"+secret, len(w.tickets))), Priority: classes[len(w.tickets)%len(classes)],
	})
	w.do(&queue.ConfirmTicket{Header: w.by(queue.ByDevice, "alat-"+secret), TicketID: id, How: "printed"})
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	raw, err := catalog.Sample("mpp")
	if err != nil {
		tb.Fatal(err)
	}
	var c queue.Catalog
	if err := json.Unmarshal(raw, &c); err != nil {
		tb.Fatal(err)
	}
	w := &world{tb: tb, o: queue.New(), people: view.People{
		Users:   []protocol.User{{ID: "petugas-" + secret, Login: "masuk-" + secret, Name: "Nama " + secret, Role: protocol.RoleOfficer}},
		Devices: []protocol.Device{{ID: "alat-" + secret, Name: "Kios " + secret, Role: protocol.RoleKiosk, Paired: true, Code: "KODE" + secret}},
	}}
	w.o.IgnoreHours()
	c.Priorities = []queue.Priority{{ID: "lansia", Name: queue.Text{ID: "Lansia"}, Note: queue.Text{ID: "60 tahun ke atas"}}}
	w.do(&queue.ChangeCatalog{Header: w.by(queue.BySystem, ""), Catalog: c})
	officer := queue.OfficerID("petugas-" + secret)
	seat := func() queue.Header { return w.by(queue.ByOfficer, string(officer)) }
	w.do(&queue.OpenCounter{Header: seat(), CounterID: "loket-1", OfficerID: officer})
	for range 6 {
		w.issue("dukcapil-ktp")
	}
	call := func(n int) {
		w.do(&queue.CallNext{Header: seat(), CounterID: "loket-1", CallID: queue.CallID(fmt.Sprint("call-", n))})
	}
	call(1)
	w.do(&queue.NoShowTicket{Header: seat(), CounterID: "loket-1"})
	call(2)
	w.do(&queue.HoldTicket{Header: seat(), CounterID: "loket-1"})
	call(3)
	w.do(&queue.StartTicket{Header: seat(), CounterID: "loket-1"})
	w.do(&queue.CompleteTicket{Header: seat(), CounterID: "loket-1"})
	call(4)
	w.do(&queue.StartTicket{Header: seat(), CounterID: "loket-1"})
	w.do(&queue.ReportDevice{Header: w.by(queue.ByDevice, "alat-"+secret), DeviceID: "alat-" + secret, Online: true})
	w.do(&queue.ReportTrouble{Header: w.by(queue.ByDevice, "alat-"+secret), DeviceID: "alat-" + secret, Part: "printer", Cause: "paper_out"})
	return w
}

func (w *world) glance() *view.Glance { return view.Look(w.o, at.Add(time.Minute), w.people, "v1") }

func ok[V any](tb testing.TB) func(V, bool) V {
	return func(v V, found bool) V {
		tb.Helper()
		if !found {
			tb.Fatal("there is no such view")
		}
		return v
	}
}

func asJSON(tb testing.TB, v any) string {
	tb.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return string(raw)
}

func TestPublicViewsHoldNobodysNameAndNoIdOfATicketOrDevice(t *testing.T) {
	w := newWorld(t)
	g := w.glance()
	public := map[string]any{
		"kiosk": g.Kiosk(), "board/all": ok[protocol.BoardView](t)(g.Board(view.WholeHall)),
		"board/timur": ok[protocol.BoardView](t)(g.Board("timur")),
		"ticket":      ok[protocol.TicketView](t)(g.Ticket(w.tickets[4], 3)),
	}
	for topic, v := range public {
		text := asJSON(t, v)
		if strings.Contains(text, secret) {
			t.Errorf("%s holds what it may not: %s", topic, text)
		}
		for _, id := range w.tickets {
			if token, err := protocol.TicketToken(string(id)); err != nil || strings.Contains(text, token) || strings.Contains(text, string(id)) {
				t.Errorf("%s holds the id or token of a ticket (%v): %s", topic, err, text)
			}
		}
	}
	console := asJSON(t, ok[protocol.ConsoleView](t)(g.Console("loket-1", protocol.Officer{ID: "p", Name: "P", Role: protocol.RoleOfficer})))
	for _, word := range []string{"masuk-", "KODE", string(w.tickets[4]), "petugas-", "orang-"} {
		if strings.Contains(console, word) {
			t.Errorf("the console holds %q, which it may not: %s", word, console)
		}
	}
	if strings.Contains(asJSON(t, g.Lobby(protocol.Officer{ID: "p"})), "masuk-") {
		t.Error("the lobby holds a login")
	}
}

// TestAViewHasTheKeysThatItsTopicMaySee fails when somebody adds a field to a public view: look at whether its
// readers may see it, and then add it here.
func TestAViewHasTheKeysThatItsTopicMaySee(t *testing.T) {
	w := newWorld(t)
	g := w.glance()
	office := []string{"office", "id", "en", "name", "place", "time_zone", "zone"}
	wait := []string{"wait", "known", "low", "high"}
	for topic, c := range map[string]struct {
		view    any
		allowed [][]string
	}{
		"kiosk": {g.Kiosk(), [][]string{office, wait, {
			"catalog_version", "open", "closed_code", "services", "waiting", "now_serving", "number", "counter",
		}}},
		"board": {ok[protocol.BoardView](t)(g.Board(view.WholeHall)), [][]string{office, wait, {
			"calls", "number", "counter", "agency", "letter", "color", "service", "at", "repeat", "zones", "waiting", "serving",
			"paused", "longest", "running_text",
		}}},
		"ticket": {ok[protocol.TicketView](t)(g.Ticket(w.tickets[3], 3)), [][]string{office, wait, {
			"number", "state", "agency", "letter", "short", "color", "service", "requirements", "ahead", "ahead_at_issue",
			"counter", "call_id", "can_cancel",
		}}},
	} {
		allowed := slices.Concat(c.allowed...)
		var decoded any
		if err := json.Unmarshal([]byte(asJSON(t, c.view)), &decoded); err != nil {
			t.Fatal(err)
		}
		for _, key := range keys(decoded, nil) {
			if !slices.Contains(allowed, key) {
				t.Errorf("%s has the key %q", topic, key)
			}
		}
	}
}

func keys(v any, found []string) []string {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			found = keys(inner, append(found, key))
		}
	case []any:
		for _, inner := range v {
			found = keys(inner, found)
		}
	}
	return found
}

func TestTheConsoleShowsTheCountersTickets(t *testing.T) {
	w := newWorld(t)
	v := ok[protocol.ConsoleView](t)(w.glance().Console("loket-1", protocol.Officer{ID: "petugas-" + secret}))
	if v.Current == nil || v.Current.Number != "A-004" || v.Current.State != "serving" || v.Current.StartedAt == nil {
		t.Errorf("current %+v", v.Current)
	}
	if v.Next == nil || v.Next.Number != "A-005" || len(v.Waiting) != 2 || v.Counter.Waiting != 2 {
		t.Errorf("next %+v, waiting %d, counted %d", v.Next, len(v.Waiting), v.Counter.Waiting)
	}
	if len(v.Held) != 1 || v.Held[0].Number != "A-002" || len(v.NoShow) != 1 || v.NoShow[0].Number != "A-001" {
		t.Errorf("held %+v, no-show %+v", v.Held, v.NoShow)
	}
	if v.NoShow[0].Priority.ID != "Lansia" || v.Current.Priority.ID != "" {
		t.Errorf("priority: no-show %+v, current %+v", v.NoShow[0].Priority, v.Current.Priority)
	}
	if v.Stats.Served != 1 || len(v.Troubles) != 1 || v.Troubles[0].Cause != "paper_out" {
		t.Errorf("stats %+v, troubles %+v", v.Stats, v.Troubles)
	}
	if lobby := w.glance().Lobby(protocol.Officer{ID: "petugas-" + secret}); lobby.Mine != "loket-1" {
		t.Errorf("mine is %q", lobby.Mine)
	}
}

func TestTheSupervisorSeesTotalsAndHealth(t *testing.T) {
	v := newWorld(t).glance().Supervisor(protocol.Officer{ID: "admin"})
	want := protocol.Totals{Issued: 6, Waiting: 3, Serving: 1, Completed: 1, NoShow: 1}
	if v.Totals != want {
		t.Errorf("totals %+v, want %+v", v.Totals, want)
	}
	passport := v.Services[slices.IndexFunc(v.Services, func(s protocol.ServiceConfig) bool { return s.ID == "imigrasi-paspor-baru" })]
	if passport.Identity != protocol.IdentityOptional || passport.PersonLimit != 1 || passport.DailyQuota != 60 {
		t.Errorf("a service is set up as %+v", passport)
	}
	if len(v.Devices) != 1 || !v.Devices[0].Online || len(v.Devices[0].Troubles) != 1 || v.Day != "2026-11-23" {
		t.Errorf("devices %+v on %s", v.Devices, v.Day)
	}
}

func TestABoardShowsItsZoneOnly(t *testing.T) {
	w := newWorld(t)
	g := w.glance()
	east := ok[protocol.BoardView](t)(g.Board("timur"))
	if len(east.Calls) != 4 || east.Waiting != 2 || east.Zone.ID == "" || len(east.Zones) != 1 {
		t.Errorf("the counter's own zone: %+v", east)
	}
	if other := ok[protocol.BoardView](t)(g.Board("tengah")); len(other.Calls) != 0 || other.Waiting != 0 {
		t.Errorf("another zone: %+v", other)
	}
	if _, found := g.Board("nowhere"); found {
		t.Error("a zone that is not there has a board")
	}
}

func TestATicketsViewFollowsItsLife(t *testing.T) {
	w := newWorld(t)
	g := w.glance()
	for i, want := range map[int]struct {
		state     string
		counter   int
		canCancel bool
	}{0: {"no_show", 0, true}, 1: {"held", 0, true}, 2: {"completed", 0, false}, 3: {"serving", 1, false}, 4: {"waiting", 0, true}} {
		v := ok[protocol.TicketView](t)(g.Ticket(w.tickets[i], 0))
		if v.State != want.state || v.Counter != want.counter || v.CanCancel != want.canCancel {
			t.Errorf("ticket %d: %s at %d, cancel %v; want %+v", i, v.State, v.Counter, v.CanCancel, want)
		}
	}
}

func TestTheAddressOfATicketPacksTightly(t *testing.T) {
	for public, want := range map[string]string{
		"http://192.168.1.10:8080":         "HTTP://192.168.1.10:8080/T/7K",
		"https://antrean.example.go.id/":   "HTTPS://ANTREAN.EXAMPLE.GO.ID/T/7K",
		"https://example.go.id/mpp/Kota":   "https://example.go.id/mpp/Kota/t/7K",
		"http://[2001:db8::1]:8080":        "HTTP://[2001:DB8::1]:8080/T/7K",
		"https://antrean.example.go.id:99": "HTTPS://ANTREAN.EXAMPLE.GO.ID:99/T/7K",
	} {
		if got := view.Address(public, "7K"); got != want {
			t.Errorf("%s: %s, want %s", public, got, want)
		}
	}
}

func TestTheCataloguesVersionChangesWithItsText(t *testing.T) {
	w := newWorld(t)
	one, err := view.Catalog(&w.o.Catalog)
	if err != nil {
		t.Fatal(err)
	}
	changed := w.o.Catalog.Clone()
	changed.Services[0].FeeRupiah++
	two, err := view.Catalog(&changed)
	if err != nil {
		t.Fatal(err)
	}
	changed = w.o.Catalog.Clone()
	changed.Services[0].Identity = queue.IdentityRequired
	changed.Priorities = changed.Priorities[:0]
	three, err := view.Catalog(&changed)
	if err != nil {
		t.Fatal(err)
	}
	if three.Version == one.Version || three.Services[0].Identity != protocol.IdentityRequired || len(three.Priorities) != 0 {
		t.Errorf("version %q with identity %q and classes %v", three.Version, three.Services[0].Identity, three.Priorities)
	}
	if p := one.Priorities; len(p) != 1 || p[0].ID != "lansia" || p[0].Note.ID != "60 tahun ke atas" {
		t.Errorf("classes %+v", p)
	}
	if one.Version == "" || one.Version == two.Version {
		t.Errorf("versions %q and %q", one.Version, two.Version)
	}
}
