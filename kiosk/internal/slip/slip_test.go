package slip_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"loket/assets/catalog"
	"loket/drivers"
	"loket/drivers/escpos"
	"loket/kiosk/internal/flow"
	"loket/kiosk/internal/slip"
	"loket/queue-server/protocol"
)

// budget is the most bytes of a ticket on a printer with native QR.
const budget = 400

// longAddress is the address of a ticket at an office with a long domain name: a QR code of version 5 or less.
const longAddress = "HTTPS://ANTREAN.PANGKALPINANGKOTA.GO.ID/T/7K3QXW9ZB4MNA"

// tickets makes the slip of every service of a sample catalogue in both languages.
func tickets(t testing.TB, name string) []flow.Print {
	t.Helper()
	raw, err := catalog.Sample(name)
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Office   protocol.Office    `json:"office"`
		Agencies []protocol.Agency  `json:"agencies"`
		Services []protocol.Service `json:"services"`
		Zones    []struct {
			Name protocol.Text `json:"name"`
		} `json:"zones"`
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	zone := c.Zones[0].Name
	for _, z := range c.Zones {
		if len(z.Name.ID) > len(zone.ID) {
			zone = z.Name
		}
	}
	c.Office.Zone = "WITA"
	var all []flow.Print
	for _, v := range c.Services {
		v.Zone = zone
		for i, language := range []string{"id", "en", "id", "en"} {
			p := flow.Print{Ticket: ticket(), Office: c.Office, Service: v, Lang: language, Copy: i > 1}
			for _, a := range c.Agencies {
				if a.ID == v.AgencyID {
					p.Agency = a
				}
			}
			all = append(all, p)
		}
	}
	return all
}

func ticket() flow.Ticket {
	return flow.Ticket{
		ID: "0193", Number: "A-017", Address: longAddress, Ahead: 105,
		Wait:     protocol.WaitRange{Known: true, Low: 100, High: 150},
		IssuedAt: time.Date(2026, 11, 23, 9, 42, 0, 0, time.UTC),
	}
}

func nativeProfiles(t *testing.T) []escpos.Profile {
	t.Helper()
	var native []escpos.Profile
	for _, p := range escpos.Profiles() {
		if p.NativeQR {
			native = append(native, p)
		}
	}
	if len(native) == 0 {
		t.Fatal("no profile prints QR codes itself")
	}
	return native
}

func TestEverySampleSlipFitsTheWireBudget(t *testing.T) {
	for _, name := range catalog.Names() {
		longest, where := 0, ""
		for _, p := range tickets(t, name) {
			for _, profile := range nativeProfiles(t) {
				job, err := escpos.Encode(slip.Ticket(p, "K1", profile.Paper()), profile)
				if err != nil {
					t.Fatal(err)
				}
				if len(job.Bytes) > budget {
					t.Errorf("%s %s on %s: %d bytes", p.Service.ID, p.Lang, profile.Name, len(job.Bytes))
				}
				if len(job.Bytes) > longest {
					longest, where = len(job.Bytes), p.Service.ID+" "+p.Lang
				}
			}
		}
		t.Logf("%s: the longest slip has %d bytes (%s)", name, longest, where)
	}
}

func TestNoTextIsTooLongForTheBudget(t *testing.T) {
	profiles := nativeProfiles(t)
	text := rapid.Custom(func(t *rapid.T) protocol.Text {
		s := strings.Repeat(rapid.StringMatching(`[A-Za-z0-9 ,()/&éž—]{1,30}`).Draw(t, "text"), rapid.IntRange(0, 8).Draw(t, "times"))
		return protocol.Text{ID: s}
	})
	rapid.Check(t, func(t *rapid.T) {
		p := flow.Print{
			State: rapid.SampledFrom([]string{"", "waiting", "called", "held"}).Draw(t, "state"), Counter: rapid.IntRange(0, 999).Draw(t, "counter"),
			Ticket: ticket(), Copy: rapid.Bool().Draw(t, "copy"), Lang: rapid.SampledFrom([]string{"id", "en"}).Draw(t, "lang"),
			Office: protocol.Office{Name: text.Draw(t, "office"), Place: text.Draw(t, "place"), Zone: "WITA"},
			Agency: protocol.Agency{Short: text.Draw(t, "agency")},
			Service: protocol.Service{
				Name: text.Draw(t, "service"), Zone: text.Draw(t, "zone"), BringShort: text.Draw(t, "bring"),
			},
		}
		profile := rapid.SampledFrom(profiles).Draw(t, "profile")
		d := slip.Ticket(p, "KIOSK UTAMA LANTAI 2", profile.Paper())
		job, err := escpos.Encode(d, profile)
		if err != nil {
			t.Fatal(err)
		}
		if len(job.Bytes) > budget+50 { // every text at its longest at once, in a long-named office
			t.Fatalf("%d bytes: %+v", len(job.Bytes), d)
		}
	})
}

func lines(d drivers.Document) []string {
	var all []string
	for _, e := range d {
		switch e := e.(type) {
		case drivers.Line:
			all = append(all, e.Text)
		case drivers.QR:
			all = append(all, "["+e.Data+"]")
		}
	}
	return all
}

func example(language string) flow.Print {
	p := flow.Print{
		Ticket: ticket(), Lang: language,
		Office: protocol.Office{
			Name:  protocol.Text{ID: "Mal Pelayanan Publik", EN: "Public Service Mall"},
			Place: protocol.Text{ID: "Kota Pangkalpinang"}, Zone: "WIB",
		},
		Agency: protocol.Agency{Short: protocol.Text{ID: "Dukcapil", EN: "Civil Registry"}},
		Service: protocol.Service{
			Name:       protocol.Text{ID: "Perekaman & Cetak KTP-el", EN: "ID Card"},
			Zone:       protocol.Text{ID: "Zona Timur", EN: "East Zone"},
			BringShort: protocol.Text{ID: "Kartu Keluarga asli+salinan", EN: "Family Card, original and copy"},
		},
	}
	p.Ticket.Ahead, p.Ticket.Wait = 5, protocol.WaitRange{Known: true, Low: 10, High: 15}
	return p
}

var wide = drivers.Paper{WidthDots: 576, Columns: 48}

func TestTheSlipSaysWhatTheCitizenNeeds(t *testing.T) {
	tests := []struct {
		name   string
		change func(*flow.Print)
		lang   string
		want   []string
		absent []string
	}{
		{"Indonesian", nil, "id", []string{
			"Mal Pelayanan Publik", "Kota Pangkalpinang", "DUKCAPIL", "A-017", "Perekaman & Cetak KTP-el",
			"Di depan Anda: 5", "Perkiraan: 10-15 menit", "Tunggu di Zona Timur", "[" + longAddress + "]",
			"Pantau dari ponsel: pindai", "Kode: 4MNA", "Bawa: Kartu Keluarga asli+salinan", "23-11-2026 09.42 WIB K1",
		}, nil},
		{"English", nil, "en", []string{
			"Public Service Mall", "CIVIL REGISTRY", "ID Card", "Ahead of you: 5", "About 10-15 minutes",
			"Wait in East Zone", "Bring: Family Card, original and copy", "23-11-2026 09:42 WIB K1",
		}, nil},
		{
			"a copy", func(p *flow.Print) { p.Copy = true }, "id",
			[]string{"SALINAN\nMal Pelayanan Publik", "A-017", "Kode: 4MNA", "23-11-2026 09.42 WIB K1\nSALINAN"},
			[]string{"Bawa"},
		},
		{"a copy in English", func(p *flow.Print) { p.Copy = true }, "en", []string{"SALINAN / COPY\n", "A-017", "Code: 4MNA"}, nil},
		{
			"a copy of a called ticket", func(p *flow.Print) { p.Copy, p.State, p.Counter = true, "called", 1 }, "id",
			[]string{"SALINAN", "A-017", "Dipanggil di loket 1"},
			[]string{"Di depan", "Perkiraan", "Tunggu di"},
		},
		{"called, in English", func(p *flow.Print) { p.Copy, p.State, p.Counter = true, "serving", 12 }, "en", []string{"Called at counter 12"}, []string{"Ahead"}},
		{
			"a copy of a held ticket", func(p *flow.Print) { p.Copy, p.State, p.Ticket.Ahead = true, "held", 0 }, "id",
			[]string{"A-017", "Tunggu di Zona Timur"},
			[]string{"berikutnya", "Perkiraan", "Dipanggil"},
		},
		{"a copy of a waiting ticket", func(p *flow.Print) { p.Copy, p.State = true, "waiting" }, "id", []string{"Di depan Anda: 5", "Perkiraan"}, nil},
		{"nobody ahead", func(p *flow.Print) { p.Ticket.Ahead = 0 }, "id", []string{"Anda berikutnya"}, nil},
		{"wait unknown", func(p *flow.Print) { p.Ticket.Wait.Known = false }, "id", nil, []string{"Perkiraan"}},
		{"no wait", func(p *flow.Print) { p.Ticket.Wait = protocol.WaitRange{Known: true} }, "id", []string{"Segera dipanggil"}, nil},
		{"one figure", func(p *flow.Print) { p.Ticket.Wait.Low = 15 }, "id", []string{"Perkiraan: 15 menit"}, nil},
		{
			"the catalogue lost the service", func(p *flow.Print) { p.Service, p.Agency = protocol.Service{}, protocol.Agency{} }, "id",
			[]string{"A-017", "Di depan Anda: 5"},
			[]string{"Bawa", "Tunggu di"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := example(tt.lang)
			if tt.change != nil {
				tt.change(&p)
			}
			got := lines(slip.Ticket(p, "K1", wide))
			all := strings.Join(got, "\n")
			at := 0
			for _, w := range tt.want { // in this order
				i := strings.Index(all[at:], w)
				if i < 0 {
					t.Fatalf("%q is not there after byte %d of\n%s", w, at, all)
				}
				at += i
			}
			for _, a := range tt.absent {
				if strings.Contains(all, a) {
					t.Errorf("%q is in\n%s", a, all)
				}
			}
		})
	}
}

func TestTheNumberFillsThePaperAndFits(t *testing.T) {
	for _, columns := range []int{32, 42, 48} {
		for _, number := range []string{"A-001", "AB-1001", "Z"} {
			p := example("id")
			p.Ticket.Number = number
			for _, e := range slip.Ticket(p, "K1", drivers.Paper{Columns: columns}) {
				l, ok := e.(drivers.Line)
				if !ok || l.Text != number {
					continue
				}
				if used := l.Width * utf8.RuneCountInString(number); used > columns || (used*2 < columns && l.Width < 8) {
					t.Errorf("%s on %d columns: size %d", number, columns, l.Width)
				}
			}
		}
	}
}
