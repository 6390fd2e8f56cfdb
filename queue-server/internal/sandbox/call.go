package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxQuestion bounds a body in bytes.
const maxQuestion = 64 << 10

// texts of the codes, as the registry words them.
var texts = map[string]string{
	"01": "Data Ditemukan",
	"02": "Respon 02",
	"03": "Login Gagal",
	"04": "IP Address Tidak Sesuai",
	"05": "Kuota Akses Hari ini telah Habis",
	"06": "Di Luar Jam Akses",
	"07": "Parameter Tidak Lengkap",
	"08": "NIK Tidak Dapat Diproses",
	"09": "User ID, Password dan IP User Kosong",
	"10": "IP Client  Tidak terdaftar",
	"11": "Data Ditemukan, Meninggal Dunia",
	"12": "Data Ditemukan, Data Ganda",
	"13": "Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan",
	"14": "Data Ditemukan, Status Non Aktif silahkan hubungi Dinas Dukcapil",
	"15": "Data Tidak Ditemukan, NIK tidak sesuai format Dukcapil",
	"16": "Instansi Tidak Aktif",
	"17": "User ID Tidak Aktif",
}

// call answers as the registry.
func (s *Sandbox) call(w http.ResponseWriter, r *http.Request) {
	method := r.PathValue("method")
	if method != callNIK && method != callVerify {
		http.NotFound(w, r)
		return
	}
	s.mu.Lock()
	switches, now := s.switches, s.identity.generation
	s.calls[method]++
	s.mu.Unlock()
	opened, ours := r.Context().Value(generation{}).(int)
	if switches.Off || ours && opened != now {
		panic(http.ErrAbortHandler) // net/http's way to close a connection without an answer
	}
	var question map[string]any
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxQuestion))
	d.UseNumber()
	if err := d.Decode(&question); err != nil {
		http.Error(w, "sandbox: the question is no JSON object", http.StatusBadRequest)
		return
	}
	if !s.pause(r, switches) {
		panic(http.ErrAbortHandler)
	}
	asked := values(question, switches.QuestionCase)
	code, record := s.decide(r.PathValue("institution"), method, asked, switches)
	if record == nil {
		record = map[string]any{"RESPON": texts[code]}
		if _, known := texts[code]; !known {
			record["RESPON"] = "Respon " + code
		}
		if !switches.TextOnly {
			record["RESPONSE_CODE"] = code
		}
	}
	s.write(w, r, switches, record)
}

// The methods.
const (
	callNIK    = "CALL_NIK"
	callVerify = "CALL_VERIFY_BY_ELEMEN"
)

// pause waits as long as the switches say; false when the client or the sandbox has gone before.
func (s *Sandbox) pause(r *http.Request, w Switches) bool {
	delay := time.Duration(w.DelayMs) * time.Millisecond
	if w.Malformed == "hang" {
		delay = time.Hour
	}
	if delay == 0 {
		return true
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-s.done:
	}
	return false
}

// values are the texts and numbers of a question under keys in capitals. Keys of another case than want are unknown to
// the registry, as to the real one.
func values(question map[string]any, want string) map[string]string {
	texts := make(map[string]string, len(question))
	for key, value := range question {
		if want == "upper" && key != strings.ToUpper(key) || want == "lower" && key != strings.ToLower(key) {
			continue
		}
		switch v := value.(type) {
		case string:
			texts[strings.ToUpper(key)] = v
		case json.Number:
			texts[strings.ToUpper(key)] = v.String()
		}
	}
	return texts
}

// decide finds the code of a question; its record too when there is one to tell.
func (s *Sandbox) decide(institution, method string, q map[string]string, w Switches) (code string, record map[string]any) {
	if code := s.account(institution, q); code != "" {
		return code, nil
	}
	if w.Code != "" && w.Code != "01" {
		return w.Code, nil
	}
	now := s.config.Clock()
	if open, err := w.open(now); err != nil || !open {
		return "06", nil
	}
	if !s.spend(now, w.Quota) {
		return "05", nil
	}
	nik := q["NIK"]
	if nik == "" || method == callVerify && q["TRESHOLD"] == "" {
		return "07", nil
	}
	if len(nik) != 16 || strings.Trim(nik, "0123456789") != "" {
		return "15", nil
	}
	person, ok := s.people[nik]
	if !ok {
		return codeOf(nik), nil
	}
	if method == callVerify {
		return "01", compare(person, q)
	}
	return "01", person.record()
}

// codeOf is the code of one of the NIKs of CodeNIK, else that of somebody who is not found.
func codeOf(nik string) string {
	for code := 2; code <= 17; code++ {
		if nik == string(CodeNIK(code)) {
			return fmt.Sprintf("%02d", code)
		}
	}
	return "13"
}

// account checks who asks; empty when it is all right.
func (s *Sandbox) account(institution string, q map[string]string) string {
	user, password, ip := q["USER_ID"], q["PASSWORD"], q["IP_USER"]
	switch {
	case user == "" || password == "" || ip == "":
		return "09"
	case institution != s.config.Institution:
		return "16"
	case user != s.config.UserID || password != s.password:
		return "03"
	case ip != s.config.IPUser:
		return "04"
	}
	return ""
}

// spend takes one of today's calls; false when there is none left.
func (s *Sandbox) spend(now time.Time, quota int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if day := now.Format(time.DateOnly); day != s.day {
		s.day, s.used = day, 0
	}
	if quota >= 0 && s.used >= quota {
		return false
	}
	s.used++
	return true
}

// compare is what CALL_VERIFY_BY_ELEMEN tells.
func compare(person citizen, q map[string]string) map[string]any {
	answer := map[string]any{"NIK": says(true)}
	if born, ok := q["TGL_LHR"]; ok {
		date, err := time.Parse("02-01-2006", born)
		answer["TGL_LHR"] = says(err == nil && date.Format(time.DateOnly) == person.BirthDate)
	}
	if sex, ok := q["JENIS_KLMIN"]; ok {
		answer["JENIS_KLMIN"] = says(strings.EqualFold(sex, person.sex()))
	}
	if name, ok := q["NAMA_LGKP"]; ok {
		threshold, err := strconv.Atoi(q["TRESHOLD"])
		if err != nil {
			threshold = 100
		}
		score := likeness(name, person.Name)
		answer["NAMA_LGKP"] = fmt.Sprintf("%s (%d)", says(score >= threshold), score)
	}
	return answer
}

func says(same bool) string {
	if same {
		return "Sesuai"
	}
	return "Tidak Sesuai"
}

// likeness of two names in percent: of their letters, how many need no change.
func likeness(a, b string) int {
	x, y := []rune(strings.ToUpper(a)), []rune(strings.ToUpper(b))
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			change := diagonal
			if x[i] != y[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j+1]+1, row[j]+1)
		}
	}
	longest := max(len(x), len(y), 1)
	return 100 * (longest - row[len(y)]) / longest
}
