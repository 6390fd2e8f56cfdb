package browsertest

import (
	"fmt"
	"time"

	"loket/queue-server/internal/console"
	"loket/queue-server/protocol"
)

const sampleToken = "7K3QZ0M4XH2B9"

var (
	officer = console.Viewer{Name: "Rina Marlina", Role: protocol.RoleOfficer}
	admin   = console.Viewer{Name: "Budi Santoso", Role: protocol.RoleAdmin}

	sampleOffice = protocol.Office{
		ID: "mpp", Name: protocol.Text{ID: "Mal Pelayanan Publik", EN: "Public Service Mall"},
		Place: protocol.Text{ID: "Kota Pangkalpinang", EN: "Pangkalpinang City"}, TimeZone: "Asia/Jakarta", Zone: "WIB",
	}
	sampleAgency = protocol.Agency{ID: "dukcapil", Letter: "A", Short: protocol.Text{ID: "Dukcapil", EN: "Civil Registry"}, Color: "#0b5c6e"}
)

func text(s string) protocol.Text { return protocol.Text{ID: s} }

func ago(minutes int) time.Time { return time.Now().Add(-time.Duration(minutes) * time.Minute) }

func ticket(number, service, state string, waited int) protocol.ConsoleTicket {
	return protocol.ConsoleTicket{Number: number, Service: text(service), State: state, IssuedAt: ago(waited), WaitedSince: ago(waited), StandardMinutes: 15}
}

// desk is a busy morning at counter 3, idle.
func desk() protocol.ConsoleView {
	services := []string{"Perekaman & Cetak KTP-el", "Kartu Keluarga", "Akta Kelahiran", "Pindah Datang", "Kartu Identitas Anak"}
	v := protocol.ConsoleView{
		Office:  sampleOffice,
		Officer: protocol.Officer{ID: "u1", Name: officer.Name, Role: officer.Role},
		Counter: protocol.LobbyCounter{ID: "loket-3", Number: 3, Agency: text("Dukcapil"), Letter: "A", Color: "#0b5c6e", Status: "open", Officer: officer.Name, Waiting: 14},
		Held:    []protocol.ConsoleTicket{ticket("A-009", "Akta Kelahiran", "held", 52)},
		NoShow:  []protocol.ConsoleTicket{ticket("A-011", "Kartu Keluarga", "no_show", 44), ticket("A-014", "Pindah Datang", "no_show", 40)},
		Kiosks:  []protocol.ConsoleKiosk{{ID: "d1", Name: "Kiosk pintu utama", Ready: true}, {ID: "d3", Name: "Kiosk lantai dua", Ready: true}, {ID: "d4", Name: "Kiosk parkir"}},
		Stats:   protocol.ConsoleStats{Served: 23, AverageSeconds: 504, OverStandard: 2},
	}
	for i := range 14 {
		v.Waiting = append(v.Waiting, ticket(fmt.Sprintf("A-%03d", 18+i), services[i%len(services)], "waiting", 34-2*i))
	}
	for i, s := range services {
		v.Targets = append(v.Targets, protocol.Target{ServiceID: fmt.Sprintf("s%d", i), Agency: text("Dukcapil"), Service: text(s), Letter: "A", Color: "#0b5c6e", Open: i < 3})
	}
	v.Targets = append(v.Targets, protocol.Target{ServiceID: "pbb", Agency: text("Bapenda"), Service: text("Salinan SPPT PBB"), Letter: "G", Color: "#8a4b0f", Open: true})
	v.Waiting[2].Priority, v.Waiting[5].Priority = text("Ibu hamil"), text("Disabilitas")
	v.Next = &v.Waiting[0]
	return v
}

// at puts A-017 on the counter, called or being served.
func at(v protocol.ConsoleView, state string) protocol.ConsoleView {
	current := ticket("A-017", "Perekaman & Cetak KTP-el", state, 15)
	called, started := ago(4), ago(3)
	current.CalledAt, current.Calls = &called, 1
	if state == "serving" {
		current.StartedAt = &started
	}
	v.Current = &current
	return v
}

// of gives the ticket at the counter to a made-up person; why is empty for a verified one.
func of(v protocol.ConsoleView, why string) protocol.ConsoleView {
	p := protocol.ConsolePerson{Person: protocol.Person{ID: "p1", MaskedName: "S*** C*****", MaskedNIK: "1971********0001", State: protocol.PersonVerified}, Cards: 1}
	if why != "" {
		p.MaskedName, p.State, p.Why, p.RetryAt, p.Cards = "", protocol.PersonUnverified, why, ago(-42).Format(time.RFC3339), 0
	}
	v.Current.Person, v.Current.Priority = &p, text("Lansia")
	return v
}

// revealed is what the registry has of the made-up person.
var revealed = protocol.RevealResult{NIK: "1971994107580001", Name: "Siti Contoh", BirthDate: "1958-07-01", Region: "Kota Pangkalpinang"}

func lobby(mine string) protocol.LobbyView {
	v := protocol.LobbyView{Office: sampleOffice, Officer: protocol.Officer{ID: "u1", Name: officer.Name, Role: officer.Role}, Mine: mine}
	agencies := []struct{ letter, name, colour string }{
		{"A", "Dukcapil", "#0b5c6e"},
		{"B", "DPMPTSP", "#7a3b69"},
		{"C", "Imigrasi", "#24478f"},
		{"D", "Polres", "#5b4a12"},
		{"E", "BNN", "#8c2f39"},
		{"G", "Bapenda", "#8a4b0f"},
	}
	for i := range 18 {
		a := agencies[i/3]
		c := protocol.LobbyCounter{ID: fmt.Sprintf("loket-%d", i+1), Number: i + 1, Agency: text(a.name), Letter: a.letter, Color: a.colour, Status: "closed", Waiting: (i * 7) % 13}
		switch {
		case c.ID == mine:
			c.Status, c.Officer = "open", officer.Name
		case i%5 == 1:
			c.Status, c.Officer = "open", "Sari Wulandari"
		case i%7 == 3:
			c.Status, c.Officer = "paused", "Agus Pratama"
		}
		v.Counters = append(v.Counters, c)
	}
	return v
}

func phone(state string) protocol.TicketView {
	v := protocol.TicketView{
		Office: sampleOffice, Number: "A-017", State: state, Agency: sampleAgency,
		Service: protocol.Text{ID: "Perekaman & Cetak KTP-el", EN: "e-KTP Recording & Printing"},
		Zone:    protocol.Text{ID: "Zona Timur", EN: "East Zone"},
		Requirements: []protocol.Text{
			{ID: "Kartu Keluarga asli", EN: "Original Family Card"},
			{ID: "Surat keterangan hilang dari kepolisian bila hilang", EN: "Police report if it was lost"},
		},
		AheadAtIssue: 9,
	}
	switch state {
	case "waiting":
		v.Ahead, v.Wait, v.CanCancel = 5, protocol.WaitRange{Known: true, Low: 12, High: 20}, true
	case "called", "serving":
		v.Counter, v.CallID = 3, "c1"
	case "held", "no_show":
		v.CanCancel = true
	}
	return v
}

// trail is n rows of the audit trail, newest first, the newest with the number before-1.
func trail(before int64, n int) protocol.AuditResult {
	kinds := []protocol.AuditRow{
		{Actor: "officer", ActorID: "u1", Name: officer.Name, Action: "revealed", Person: "0198f3a2c7d4", Ticket: "A-017"},
		{Actor: "device", ActorID: "d1", Name: "Kiosk pintu utama", Action: "identified", Person: "0198f3a2c7d4"},
		{Actor: "system", Action: "looked_up", Person: "0198f3a2c7d4", Outcome: "verified"},
		{Actor: "officer", ActorID: "u0", Name: admin.Name, Action: "erased", Why: "surat 12/2026", Outcome: "1 persons, 2 cards"},
		{Actor: "system", Action: "expired", Outcome: "1204", Why: "retention"},
		{Actor: "device", ActorID: "d3", Name: "Kiosk lantai dua", Action: "looked_up", Person: "0198f3a2b1e0", Outcome: "unverified_quota 05", Why: "visit"},
		{Actor: "officer", ActorID: "u1", Name: officer.Name, Action: "card_bound", Person: "0198f3a2b1e0", Ticket: "A-015", Why: "served", Outcome: "moved_away"},
		{Actor: "system", Action: "key_rotated", Why: "command", Outcome: "done, 1204 persons"},
		{Actor: "officer", ActorID: "u1", Name: officer.Name, Action: "looked_up", Ticket: "A-015", Why: "asked", Outcome: "fault_config -9"},
	}
	var out protocol.AuditResult
	for i := range n {
		row := kinds[i%len(kinds)]
		row.Seq, row.At = before-1-int64(i), ago(7*i).Format(time.RFC3339)
		out.Rows = append(out.Rows, row)
	}
	return out
}

// supervised is the administrator's view of a small hall.
func supervised() protocol.SupervisorView {
	since, expires := ago(95), ago(-12)
	v := protocol.SupervisorView{
		Office: sampleOffice, Officer: protocol.Officer{ID: "u0", Name: admin.Name, Role: admin.Role}, Day: "2026-11-23",
		Users: []protocol.User{
			{ID: "u0", Login: "budi", Name: admin.Name, Role: protocol.RoleAdmin},
			{ID: "u1", Login: "rina", Name: officer.Name, Role: protocol.RoleOfficer},
			{ID: "u2", Login: "agus", Name: "Agus Pratama", Role: protocol.RoleOfficer, Disabled: true},
		},
		Agencies: []protocol.Agency{sampleAgency, {ID: "bapenda", Letter: "G", Short: text("Bapenda"), Color: "#8a4b0f"}},
		Zones:    []protocol.Zone{{ID: "timur", Name: text("Zona Timur")}, {ID: "barat", Name: text("Zona Barat")}},
		Devices: []protocol.Device{
			{
				ID: "d1", Name: "Kiosk pintu utama", Role: protocol.RoleKiosk, Paired: true, Online: true, Since: &since,
				Troubles: []protocol.DeviceTrouble{{DeviceID: "d1", Device: "Kiosk pintu utama", Part: "printer", Cause: "paper_low", Since: ago(9)}},
			},
			{ID: "d2", Name: "Layar Zona Timur", Role: protocol.RoleDisplay, Zone: "timur", Paired: true, Since: &since},
			{ID: "d3", Name: "Kiosk lantai dua", Role: protocol.RoleKiosk, Expires: &expires},
		},
		Totals: protocol.Totals{Issued: 148, Waiting: 23, Serving: 6, Completed: 109, NoShow: 6, Cancelled: 4},
	}
	left := 4180
	v.Registry = protocol.RegistryStatus{
		Adapter: "call_nik", State: "ok", Since: ago(190).Format(time.RFC3339), QuotaLeft: &left, Queued: 3, NextTry: ago(-25).Format(time.RFC3339),
		Persons: 1204, RetentionDays: 90, RetentionRan: ago(60 * 9).Format(time.RFC3339), RetentionErased: 17,
	}
	for i, name := range []string{"Perekaman & Cetak KTP-el", "Kartu Keluarga", "Akta Kelahiran", "Pindah Datang", "Salinan SPPT PBB"} {
		s := protocol.ServiceConfig{
			Service: protocol.Service{
				ID: fmt.Sprintf("s%d", i), AgencyID: "dukcapil", Series: "A", Name: text(name), StandardMinutes: 10 + i,
				Requirements: []protocol.Text{{ID: "Kartu Keluarga asli", EN: "Original Family Card"}, {ID: "KTP-el lama bila rusak"}},
				BringShort:   text("Kartu Keluarga asli"), Completion: text("15 menit"), LegalBasis: "UU 24/2013", Product: text(name), Complaint: text("Loket Informasi"),
			},
			ZoneID: "timur", Procedure: text("Serahkan berkas, terima dokumen."), Issued: 12 * i, Closed: i == 3,
		}
		if i == 4 {
			s.AgencyID, s.Series, s.FeeRupiah, s.DailyQuota = "bapenda", "G", 157500, 60
		}
		switch i {
		case 0:
			s.Identity, s.PersonLimit = protocol.IdentityRequired, 1
		case 1:
			s.Identity = protocol.IdentityOptional
		}
		v.Services = append(v.Services, s)
	}
	for i := range 5 {
		c := protocol.CounterConfig{
			ID: fmt.Sprintf("loket-%d", i+1), Number: i + 1, AgencyID: "dukcapil", ZoneID: "timur", Status: "closed",
			Tiers: []protocol.Tier{{Services: []string{"s0", "s1"}}, {Services: []string{"s2", "s3"}, LimitMinutes: 20}},
		}
		switch i {
		case 0, 2:
			c.Status, c.Officer = "open", officer.Name
		case 1:
			c.Status, c.Officer = "paused", "Sari Wulandari"
		case 4:
			c.AgencyID, c.Tiers = "bapenda", []protocol.Tier{{Services: []string{"s4"}}}
		}
		v.Counters = append(v.Counters, c)
	}
	return v
}
