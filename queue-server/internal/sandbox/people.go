package sandbox

import (
	"fmt"
	"time"

	"loket/queue-server/protocol"
)

// Citizen is one of the sandbox's people, as its page lists them.
type Citizen struct {
	NIK       protocol.NIK `json:"nik"`
	Name      string       `json:"name"`
	BirthDate string       `json:"birth_date"` // "2006-01-02", as the registry has it
	Female    bool         `json:"female"`
}

// citizen is a Citizen with where she lives.
type citizen struct {
	Citizen
	district int // 1 to 7
}

// districts of Pangkalpinang, in the order of their codes from 01.
var districts = [...]string{"BUKIT INTAN", "TAMAN SARI", "PANGKAL BALAM", "RANGKUI", "GERUNGGANG", "GABEK", "GIRIMAYA"}

// made are the people: nobody has these names, and nobody can have their NIKs. registered is the date that the NIK
// keeps when it is not that of birth.
var made = []struct {
	name, born string
	female     bool
	serial     int
	registered string
}{
	// Lansia.
	{"SITI CONTOH", "1958-07-01", true, 1, ""},
	{"HASAN SEUMPAMA", "1949-08-17", false, 1, ""},
	{"AMINAH ANDAIKATA", "1938-03-05", true, 1, ""},
	{"RUSLI REKAAN", "1955-12-31", false, 1, ""},
	{"MARYAM KHAYALAN", "1961-02-14", true, 1, ""},
	{"LIM MISALKAN", "1946-11-09", false, 1, ""},
	{"ZUBAIDAH PERMISALAN", "1964-06-21", true, 1, ""},
	{"OTO UMPAMANYA", "1931-01-30", false, 1, ""},
	{"NURHAYATI IBARAT", "1953-09-12", true, 2, ""},
	{"SUTRISNO TELADAN", "1959-04-03", false, 1, ""},
	// Of working age.
	{"BUDI MISALNYA", "1990-01-01", false, 2, ""},
	{"WAYAN UMPAMA", "1985-10-20", false, 1, ""},
	{"DEWI CONTOHNYA", "1992-05-18", true, 1, ""},
	{"RATNA SEANDAINYA", "1978-08-08", true, 1, ""},
	{"AGUS PERUMPAMAAN", "1983-02-28", false, 1, ""},
	{"YANTI BAYANGAN", "1988-02-29", true, 1, ""},
	{"FERDI ILUSTRASI", "1995-07-07", false, 3, ""},
	{"MELATI TIRUAN", "1999-12-12", true, 1, ""},
	{"HENDRA SAMARAN", "1972-03-23", false, 1, ""},
	{"LESTARI FIKTIF", "1981-11-30", true, 1, ""},
	{"JOKO PERAGAAN", "1969-06-06", false, 1, ""},
	{"SRI SIMULASI", "1975-01-15", true, 1, ""},
	{"TONI LATIHAN", "1987-09-09", false, 1, ""},
	{"INDAH PERCOBAAN", "1993-04-25", true, 1, ""},
	{"RIZKI UJICOBA", "1997-10-02", false, 1, ""},
	{"PUTRI GAGASAN", "1991-08-31", true, 1, ""},
	{"ANDI KARANGAN", "1980-12-05", false, 1, ""},
	{"MAYA DONGENG", "1986-03-17", true, 1, ""},
	{"EKO SANDIWARA", "1974-05-29", false, 1, ""},
	{"LINA KISAH", "1982-07-19", true, 1, ""},
	// Young.
	{"DIMAS CERITA", "2005-02-11", false, 1, ""},
	{"NADIA ANGAN", "2006-06-30", true, 1, ""},
	{"RAKA MIMPI", "2004-02-29", false, 1, ""},
	{"CITRA KIASAN", "2003-11-11", true, 1, ""},
	{"BAYU TAMSIL", "2007-09-01", false, 1, ""},
	{"AYU MISAL", "2008-01-23", true, 1, ""},
	// Names that are hard to write or to mask.
	{"D", "1989-04-14", false, 1, ""},
	{"MUHAMMAD RIZALDI PUTRA PRATAMA WIJAYAKUSUMA BIN CONTOH SANGAT PANJANG", "1994-08-27", false, 1, ""},
	{"NI LUH O'CONTOH-MISALNYA, S.H.", "1977-10-10", true, 1, ""},
	// Their dates of birth were corrected; their NIKs have kept the first.
	{"TATI RALAT", "1960-03-02", true, 1, "1962-03-02"},
	{"UJANG PERBAIKAN", "1984-05-06", false, 1, "1984-06-05"},
	// Whom code 01 is answered about, among the NIKs of CodeNIK.
	{"KODE SATU CONTOH", "1990-01-01", false, 9001, ""},
}

// CodeNIK is the NIK about which the sandbox answers with a code, 1 to 17.
func CodeNIK(code int) protocol.NIK { return protocol.NIK(fmt.Sprintf("197199010190%04d", 9000+code)) }

// index makes the people by NIK.
func index() map[string]citizen {
	people := make(map[string]citizen, len(made))
	for i, m := range made {
		registered := m.registered
		if registered == "" {
			registered = m.born
		}
		date, err := time.Parse(time.DateOnly, registered)
		if err != nil {
			panic("sandbox: the table of people: " + registered) // a mistake in this file
		}
		day := date.Day()
		if m.female {
			day += 40
		}
		nik := protocol.NIK(fmt.Sprintf("197199%02d%s%04d", day, date.Format("0106"), m.serial))
		people[string(nik)] = citizen{
			Citizen:  Citizen{NIK: nik, Name: m.name, BirthDate: m.born, Female: m.female},
			district: i%len(districts) + 1,
		}
	}
	return people
}

// record is what CALL_NIK tells.
func (c citizen) record() map[string]any {
	return map[string]any{
		"NIK": string(c.NIK), "NO_KK": "197199" + string(c.NIK[6:12]) + "7001", "EKTP_STATUS": "CARD_SHIPPED",
		"NAMA_LGKP": c.Name, "TMPT_LHR": "PANGKALPINANG", "TGL_LHR": c.BirthDate, "JENIS_KLMIN": c.sex(),
		"GOL_DARAH": "TIDAK TAHU", "ALAMAT": "JALAN CONTOH", "NO_RT": 1, "NO_RW": 2, "KODE_POS": "33100",
		"NO_PROP": 19, "PROP_NAME": "KEPULAUAN BANGKA BELITUNG", "NO_KAB": 71, "KAB_NAME": "KOTA PANGKALPINANG",
		"NO_KEC": c.district, "KEC_NAME": districts[c.district-1],
	}
}

func (c citizen) sex() string {
	if c.Female {
		return "PEREMPUAN"
	}
	return "LAKI-LAKI"
}
