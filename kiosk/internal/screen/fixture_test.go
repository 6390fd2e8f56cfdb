package screen

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"loket/assets/catalog"
	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

var wib = time.FixedZone("WIB", 7*3600)

// morning is the time of all pictures.
var morning = time.Date(2026, 11, 23, 9, 42, 7, 0, wib)

// sample reads a sample catalogue as a kiosk gets it. The file has a zone's ID where the wire has its name.
func sample(t testing.TB, name string) protocol.Catalog {
	t.Helper()
	raw, err := catalog.Sample(name)
	if err != nil {
		t.Fatal(err)
	}
	var c protocol.Catalog
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	var extra struct {
		Zones    []protocol.Zone `json:"zones"`
		Services []struct {
			ZoneID string `json:"zone_id"`
		} `json:"services"`
	}
	if err := json.Unmarshal(raw, &extra); err != nil {
		t.Fatal(err)
	}
	for i := range c.Services {
		for _, z := range extra.Zones {
			if z.ID == extra.Services[i].ZoneID {
				c.Services[i].Zone = z.Name
			}
		}
	}
	c.Office.Zone = "WIB"
	c.Version = "1"
	return c
}

// hall is a state in the middle of an ordinary morning.
func hall(t testing.TB, landscape bool) flow.State {
	t.Helper()
	c := sample(t, "mpp")
	s := flow.New(landscape, morning)
	s.Catalog, s.Online, s.Ready, s.LiveAt = c, true, true, morning
	s.Live = protocol.KioskView{
		Office: c.Office, CatalogVersion: c.Version, Open: true,
		NowServing: []protocol.Serving{{Number: "A-012", Counter: 3}, {Number: "C-007", Counter: 8}, {Number: "F-031", Counter: 12}},
	}
	for i, v := range c.Services {
		live := protocol.ServiceState{ID: v.ID, Open: true, Waiting: i * 5 % 9}
		live.Wait = protocol.WaitRange{Known: true, Low: live.Waiting * 3, High: live.Waiting*4 + 2}
		switch {
		case i == 5:
			live.Open, live.ClosedCode = false, "quota_full"
		case v.AgencyID == "bnn":
			live.Open, live.ClosedCode = false, "service_closed"
		}
		s.Live.Services = append(s.Live.Services, live)
	}
	s.Deadline = morning.Add(48 * time.Second)
	return s
}

// at brings a state to a screen, with what a visit has by then.
func at(s flow.State, on flow.Screen) flow.State {
	s.Screen = on
	switch on {
	case flow.Attract:
		s.Deadline = time.Time{}
	case flow.Service:
		s.AgencyID = "dukcapil"
	case flow.Search:
		s.Query = "SURAT KE"
	case flow.Requirements, flow.Printing, flow.Done, flow.OnScreen:
		s.AgencyID, s.ServiceID = "dukcapil", "dukcapil-ktp"
	case flow.Trouble:
		s.Trouble = flow.TroubleServer
	case flow.FindTicket:
		s.Find = flow.FindForm{Number: "A017", Code: "B4", InCode: true}
	case flow.FoundTicket:
		s.Found = flow.Held{Ticket: ticket(), ServiceID: "dukcapil-ktp", State: "waiting"}
	case flow.Identity:
		s.AgencyID, s.ServiceID = "dukcapil", "dukcapil-kk" // which does not insist on a card
		s.Who.Typed = "197199410"
	case flow.ConfirmPerson, flow.Priority:
		s.AgencyID, s.ServiceID, s.Person = "dukcapil", "dukcapil-kk", siti()
	case flow.Privacy:
		s.AgencyID, s.ServiceID = "dukcapil", "dukcapil-kk"
	case flow.Home, flow.Agency:
	}
	if on == flow.Printing {
		s.Ticket = flow.Ticket{ID: "t"}
	}
	if on == flow.Done || on == flow.OnScreen {
		s.Ticket = ticket()
	}
	if on == flow.Done {
		s.Deadline = morning.Add(12 * time.Second)
	}
	return s
}

// siti is a made-up woman born in 1958: no district has the number 99.
func siti() protocol.IdentifyResult {
	return protocol.IdentifyResult{
		Person:  protocol.Person{ID: "p", MaskedName: protocol.MaskName("Siti Contoh"), MaskedNIK: protocol.NIK("1971994107580001").Mask(), State: protocol.PersonVerified},
		Suggest: "lansia",
	}
}

func ticket() flow.Ticket {
	return flow.Ticket{
		ID: "t", Number: "A-017", Address: "HTTP://192.168.10.2:8080/T/7K3M9QX2RB4CH", Ahead: 5,
		Wait: protocol.WaitRange{Known: true, Low: 10, High: 15}, IssuedAt: morning,
	}
}

// modes are all combinations of the three modes.
func modes() []flow.Prefs {
	var all []flow.Prefs
	for i := range 8 {
		all = append(all, flow.Prefs{LargeText: i&1 != 0, HighContrast: i&2 != 0, LowReach: i&4 != 0})
	}
	return all
}

func nameOf(on flow.Screen, landscape bool, p flow.Prefs) string {
	o := "portrait"
	if landscape {
		o = "landscape"
	}
	name := fmt.Sprintf("%s-%s-%s", on, o, p.Lang)
	for _, m := range []struct {
		on   bool
		name string
	}{{p.LargeText, "large"}, {p.HighContrast, "contrast"}, {p.LowReach, "low"}} {
		if m.on {
			name += "-" + m.name
		}
	}
	return name
}
