package dukcapil

import (
	"strings"
	"unicode"

	"loket/queue-server/internal/registry"
	"loket/queue-server/protocol"
)

// codeFound is that of a record or a comparison.
const codeFound = "01"

// meaning is what one of the registry's codes says, and what becomes of the person then.
type meaning struct {
	state, why, english string
}

// meanings are those of the codes 01 to 17. Of 02 no document says what it means: it is treated like every other
// code that is unknown.
var meanings = map[string]meaning{
	codeFound: {protocol.PersonVerified, "", "found"},
	"03":      {protocol.PersonUnverified, protocol.WhyConfig, "log-in failed: user or password is wrong"},
	"04":      {protocol.PersonUnverified, protocol.WhyConfig, "this office's address does not fit its account"},
	"05":      {protocol.PersonUnverified, protocol.WhyQuota, "today's quota is used up"},
	"06":      {protocol.PersonUnverified, protocol.WhyHours, "outside the hours of access"},
	"07":      {protocol.PersonUnverified, protocol.WhyConfig, "the question is incomplete: a fault of this program or its configuration"},
	"08":      {protocol.PersonUnverified, protocol.WhyOfficer, "the NIK cannot be processed"},
	"09":      {protocol.PersonUnverified, protocol.WhyConfig, "user, password or address is empty"},
	"10":      {protocol.PersonUnverified, protocol.WhyConfig, "this office's address is not registered"},
	"11":      {protocol.PersonRefer, "", "recorded as deceased"},
	"12":      {protocol.PersonRefer, "", "recorded twice"},
	"13":      {protocol.PersonRecheck, "", "not found"},
	"14":      {protocol.PersonRefer, "", "record is inactive"},
	"15":      {protocol.PersonRecheck, "", "the NIK has not the registry's form"},
	"16":      {protocol.PersonUnverified, protocol.WhyConfig, "the institution is inactive"},
	"17":      {protocol.PersonUnverified, protocol.WhyConfig, "the user is inactive"},
}

const unknownAnswer = "an answer that no document explains"

// canonicalCode makes the two digits of a code from a text or number with or without leading zeros; empty when it is
// none. 00 is what some gateways between office and registry say for 01.
func canonicalCode(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 4 || strings.Trim(text, "0123456789") != "" {
		return ""
	}
	switch text = strings.TrimLeft(text, "0"); len(text) {
	case 0:
		return codeFound
	case 1:
		return "0" + text
	}
	return text
}

// found says whether a record or comparison is to be looked at.
func found(code, text string) bool {
	return code == codeFound || code == "" && codeOfText(text) == codeFound
}

// outcome is what a code means, or, when there is none that is known, a text. What nobody knows is for an officer: it
// would be no kindness to ask again and again.
func outcome(code, text string) registry.Result {
	m, ok := meanings[code]
	if !ok {
		if known := codeOfText(text); known != codeFound {
			if m, ok = meanings[known]; ok && code == "" {
				code = known
			}
		}
	}
	if !ok {
		m = meaning{protocol.PersonUnverified, protocol.WhyOfficer, unknownAnswer}
	}
	return registry.Result{State: m.state, Why: m.why, Code: code, Meaning: m.english}
}

// texts lead from words of an error's text, all of which are in it, to its code; the first that fits counts. Services
// word the same error differently, and older ones give no code.
var texts = []struct {
	code string
	all  []string
}{
	{"05", []string{"kuota"}},
	{"11", []string{"meninggal"}},
	{"12", []string{"ganda"}},
	{"15", []string{"tidak sesuai format"}},
	{"15", []string{"format", "salah"}},
	{"13", []string{"tidak ditemukan"}},
	{"13", []string{"tidak terdapat"}},
	{"16", []string{"instansi", "aktif"}},
	{"16", []string{"lembaga", "aktif"}},
	{"17", []string{"user", "aktif"}},
	{"14", []string{"non aktif"}},
	{"14", []string{"nonaktif"}},
	{"14", []string{"tidak aktif"}},
	{"09", []string{"kosong"}},
	{"10", []string{"ip", "tidak terdaftar"}},
	{"04", []string{"ip", "tidak sesuai"}},
	{"04", []string{"ip", "salah"}},
	{"03", []string{"login gagal"}},
	{"03", []string{"gagal login"}},
	{"03", []string{"password", "salah"}},
	{"06", []string{"luar jam"}},
	{"06", []string{"luar waktu"}},
	{"06", []string{"jam akses"}},
	{"07", []string{"parameter"}},
	{"08", []string{"tidak dapat diproses"}},
	{"08", []string{"tidak bisa diproses"}},
	{codeFound, []string{"data ditemukan"}},
}

// codeOfText is the code that a text stands for; empty when nobody knows.
func codeOfText(text string) string {
	folded := " " + fold(text) + " "
	for _, t := range texts {
		fits := true
		for _, words := range t.all {
			fits = fits && strings.Contains(folded, " "+words+" ")
		}
		if fits {
			return t.code
		}
	}
	return ""
}

// fold makes small letters and digits of a text, with one space between words.
func fold(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, " ")
}
