package screen

import (
	"fmt"
	"time"

	"loket/display/internal/board"
	"loket/queue-server/protocol"
)

var (
	wib    = time.FixedZone("WIB", 7*3600)
	moment = time.Date(2026, 11, 23, 9, 42, 0, 0, wib)
)

type office struct{ letter, short, color string }

var offices = map[string]office{
	"A": {"A", "Dukcapil", "#0b5c6e"}, "B": {"B", "DPMPTSP Perizinan", "#7a4a12"}, "C": {"C", "Imigrasi", "#23498b"},
	"D": {"D", "Polresta SKCK & SIM", "#3d4148"}, "E": {"E", "KPP Pratama", "#875600"}, "F": {"F", "Bapenda PBB", "#1c6a47"},
	"G": {"G", "PDAM Tirta Pinang", "#1e5da8"}, "H": {"H", "BPJS Kesehatan", "#1f7440"}, "I": {"I", "BPJS Ketenagakerjaan", "#4a6912"},
	"J": {"J", "Bank Sumsel Babel", "#8a1c3f"}, "K": {"K", "Kemenag", "#5b3a86"}, "L": {"L", "BNN Kota", "#9a3412"},
	"M": {"M", "DLH & Dishub", "#2c6470"},
}

func text(id, en string) protocol.Text { return protocol.Text{ID: id, EN: en} }

func called(number string, counter int, service string, minutesAgo int) protocol.BoardCall {
	o := offices[number[:1]]
	return protocol.BoardCall{
		ID: number, Number: number, Counter: counter, Agency: text(o.short, o.short), Letter: o.letter, Color: o.color,
		Service: text(service, ""), At: moment.Add(-time.Duration(minutesAgo) * time.Minute), Repeat: 1,
	}
}

// zone makes a zone from "12:A-017" for a number, "12" for nobody and "12!" for a break.
func zone(id, en string, waiting int, counters ...string) board.Column {
	z := board.Column{Zone: text(id, en), Waiting: waiting}
	for _, c := range counters {
		var k protocol.BoardCounter
		if n, _ := fmt.Sscanf(c, "%d:%s", &k.Counter, &k.Number); n < 2 {
			k.Paused = c[len(c)-1] == '!'
		} else {
			o := offices[k.Number[:1]]
			k.Letter, k.Color = o.letter, o.color
		}
		z.Counters = append(z.Counters, k)
	}
	return z
}

func hall() board.Shown {
	return board.Shown{
		Mode: board.Grid, Now: moment, Pages: 1,
		Office: protocol.Office{
			Name: text("Mal Pelayanan Publik", "Public Service Mall"), Place: text("Kota Pangkalpinang", "Pangkalpinang City"), Zone: "WIB",
		},
		Recent: []protocol.BoardCall{
			called("C-007", 8, "Paspor Baru", 1), called("F-031", 17, "Salinan SPPT PBB-P2", 2), called("D-014", 12, "SKCK Baru", 3),
			called("A-016", 2, "Kartu Keluarga", 4), called("I-022", 23, "Klaim Jaminan Hari Tua (JHT)", 6),
		},
		Columns: []board.Column{
			zone("Zona Timur", "East", 12, "1:A-015", "2:A-016", "3:A-013", "4", "5:K-003", "6:L-002"),
			zone("Zona Tengah", "Central", 18, "7:B-009", "8:B-008", "9:C-007", "10:C-005", "11", "12:D-014", "13!"),
			zone("Zona Selatan", "South", 9, "14:E-004", "15:E-003", "16:F-030", "17:F-031", "18:F-029", "19:M-006"),
			zone("Zona Barat", "West", 9, "20:G-011", "21:H-022", "22:H-021", "23:I-022", "24!"),
		},
		Waiting: 48, Longest: &protocol.BoardLongest{Agency: text("Imigrasi", ""), Wait: protocol.WaitRange{Known: true, Low: 35, High: 50}},
		Running: text("Ambil nomor antrean di kiosk, lalu tunggu di zona yang tertulis pada tiket Anda.",
			"Take a number at the kiosk, then wait in the zone printed on your ticket."),
		RunningFade: 1,
	}
}

// pictures are the golden pictures by name.
func pictures() map[string]board.Shown {
	all := map[string]board.Shown{"idle": hall()}

	call := hall()
	call.Mode, call.Grow = board.Call, 1
	call.Call = called("A-017", 3, "Perekaman & Cetak KTP-el", 0)
	all["call"] = call

	again := call
	again.Call = called("B-128", 12, "Persetujuan Bangunan Gedung (PBG)", 0)
	again.Call.Repeat = 2
	all["call-again"] = again

	long := call
	long.Office.Name = text("Mal Pelayanan Publik Kabupaten Administrasi Kepulauan Seribu", "")
	long.Office.Place = text("Provinsi Daerah Khusus Ibukota Jakarta dan Sekitarnya", "")
	long.Call = called("AB-1048", 124, "Pendaftaran Kehendak Nikah dan Legalisasi Buku Nikah serta Ijazah Madrasah", 0)
	long.Call.Agency = text("BPJS Ketenagakerjaan", "")
	long.Recent = []protocol.BoardCall{called("I-1022", 123, "", 1), called("I-1021", 118, "", 2)}
	long.Waiting = 1248
	long.Longest = &protocol.BoardLongest{Agency: text("BPJS Ketenagakerjaan", ""), Wait: protocol.WaitRange{Known: true, Low: 105, High: 140}}
	long.Running = text("Lansia, penyandang disabilitas, ibu hamil, ibu menyusui dan pembawa balita: silakan minta bantuan petugas di pintu masuk atau di Loket Informasi lantai satu.", "A translation that there is no room for.")
	all["call-long"] = long

	stale := hall()
	stale.StaleSince = moment
	stale.Now = moment.Add(4 * time.Minute)
	all["stale"] = stale

	two := hall()
	two.Columns = []board.Column{
		zone("Zona Timur", "", 12, "1:A-015", "2:A-016", "3:A-013", "4"), zone("Zona Barat", "", 3, "20:G-011", "21!"),
	}
	all["two-zones"] = two

	three := hall()
	three.Columns = []board.Column{hall().Columns[0], hall().Columns[1], zone("Zona Selatan", "", 4)}
	three.Pages, three.Page = 2, 1
	all["three-columns"] = three

	few := hall()
	few.Columns = []board.Column{
		zone("Zona Timur", "", 12, "1:A-015", "3", "4!"), zone("Zona Tengah", "", 18, "9:C-007", "12:D-014"),
		zone("Zona Selatan", "", 5, "16:F-031"), zone("Zona Barat", "", 2),
	}
	all["few-open"] = few

	single := hall()
	single.Zone = text("Ruang Tunggu", "Waiting Room")
	single.Office.Name, single.Office.Place = text("Kelurahan Contoh", ""), text("Kota Pangkalpinang", "")
	single.Columns = []board.Column{zone("Ruang Tunggu", "", 2, "1:A-004", "2:A-003")}
	single.Recent = []protocol.BoardCall{called("A-004", 1, "", 1), called("A-003", 2, "", 7)}
	for i := range single.Recent {
		single.Recent[i].Agency = text("Kelurahan Contoh", "")
	}
	single.Waiting, single.Longest = 2, nil
	all["one-zone"] = single

	empty := hall()
	empty.Mode, empty.Columns, empty.Recent, empty.Waiting, empty.Longest = board.Empty, nil, nil, 0, nil
	all["empty"] = empty

	all["connecting"] = board.Shown{Mode: board.Connecting, Now: moment}
	all["refused"] = board.Shown{Mode: board.Refused, Now: moment, RefusedCode: "token_invalid"}
	return all
}
