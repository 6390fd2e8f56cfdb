package protocol

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// NIK is a population number, 16 digits "PPKKCC DDMMYY NNNN": the province, regency and district where its holder
// was first registered, her date of birth (the day plus 40 for women), and a serial. It has no check digit. It is
// personal data: never log it; printed by accident, it is masked (string(n) is the digits). The wire has it since a kiosk
// and a browser say what is wrong with one while it is typed, by the same rules as the server.
type NIK string

// Format writes the mask, whatever the verb.
func (n NIK) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, n.Mask()) // fmt keeps what its writer says
}

// LogValue is the mask.
func (n NIK) LogValue() slog.Value { return slog.StringValue(n.Mask()) }

// NIKLength is how many digits a NIK has.
const NIKLength = 16

// NIKProblem says what is wrong with a NIK. It is an error code of the wire.
type NIKProblem string

// The problems of a NIK.
const (
	NIKLengthWrong NIKProblem = "nik_length"   // not 16 digits
	NIKLetters     NIKProblem = "nik_letters"  // something that is no digit
	NIKProvince    NIKProblem = "nik_province" // no province has these first two digits
	NIKDay         NIKProblem = "nik_day"      // a day that is not 01-31 or 41-71
	NIKMonth       NIKProblem = "nik_month"    // a month that is not 01-12
	NIKDate        NIKProblem = "nik_date"     // a date that does not exist: 31 February
	NIKFuture      NIKProblem = "nik_future"   // a date of birth that has not come
	NIKSerial      NIKProblem = "nik_serial"   // the serial 0000
	NIKIsUID       NIKProblem = "nik_is_uid"   // the number of a card's chip, not of a person
)

// NIKError is a NIK that cannot be one. It does not hold what was given.
type NIKError struct{ Problem NIKProblem }

func (e *NIKError) Error() string { return string(e.Problem) + ": no NIK" }

const womenAdd = 40 // to the day of birth

// ParseNIK reads a NIK as people write it: spaces, dots and dashes between the digits do not matter. today bounds the
// date of birth. The error is a *NIKError.
func ParseNIK(text string, today time.Time) (NIK, error) {
	digits := strings.NewReplacer(" ", "", ".", "", "-", "").Replace(text)
	if len(digits) != NIKLength || !allDigits(digits) {
		return "", &NIKError{Problem: notDigits(digits)}
	}
	if problem := CheckNIK(digits, today); problem != "" {
		return "", &NIKError{Problem: problem}
	}
	return NIK(digits), nil
}

// notDigits says why a text is not 16 digits.
func notDigits(text string) NIKProblem {
	if allDigits(text) {
		return NIKLengthWrong
	}
	if hexUID(text) {
		return NIKIsUID
	}
	return NIKLetters
}

func allDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// hexUID says whether a text looks like the number of a card's chip: 4, 7 or 10 bytes in hex digits.
func hexUID(s string) bool {
	if len(s) != 8 && len(s) != 14 && len(s) != 20 {
		return false
	}
	return strings.Trim(strings.ToUpper(s), "0123456789ABCDEF") == ""
}

// CheckNIK says what is certainly wrong with the first digits of a NIK, as soon as no further digit can mend it;
// empty while nothing is. It is for a keypad; more than 16 digits are wrong, and so is what is no digit.
func CheckNIK(prefix string, today time.Time) NIKProblem {
	if !allDigits(prefix) {
		return NIKLetters
	}
	if len(prefix) > NIKLength {
		return NIKLengthWrong
	}
	if !provinceBegins(prefix) {
		return NIKProvince
	}
	if problem := checkDate(prefix, today); problem != "" {
		return problem
	}
	if len(prefix) == NIKLength && prefix[12:] == "0000" {
		return NIKSerial
	}
	return ""
}

// provinceBegins says whether there is a province whose code begins like prefix.
func provinceBegins(prefix string) bool {
	switch len(prefix) {
	case 0:
		return true
	case 1:
		return strings.Contains("12356789", prefix)
	}
	return provinces[prefix[:2]] != ""
}

// checkDate checks the digits of the date of birth as far as they are there.
func checkDate(prefix string, today time.Time) NIKProblem {
	if len(prefix) >= 7 && prefix[6] > '7' {
		return NIKDay
	}
	if len(prefix) < 8 {
		return ""
	}
	day := dayOfBirth(prefix)
	if day < 1 || day > 31 {
		return NIKDay
	}
	if len(prefix) >= 9 && prefix[8] > '1' {
		return NIKMonth
	}
	if len(prefix) < 10 {
		return ""
	}
	month := number(prefix[8:10])
	switch {
	case month < 1 || month > 12:
		return NIKMonth
	case day > daysIn(month, 2000): // a leap year: whether it was one is not known yet
		return NIKDate
	case len(prefix) < 12:
		return ""
	}
	return checkYear(day, month, number(prefix[10:12]), today)
}

func checkYear(day, month, year int, today time.Time) NIKProblem {
	_, ok := birth(day, month, year, today)
	switch {
	case ok:
		return ""
	case day <= daysIn(month, 2000+year): // so it did not exist in the 1900s: 29 February 2000
		return NIKFuture
	}
	return NIKDate
}

// number is that of two digits.
func number(two string) int { return int(two[0]-'0')*10 + int(two[1]-'0') }

// dayOfBirth is the day in the digits of a NIK, without the women's 40.
func dayOfBirth(digits string) int {
	day := number(digits[6:8])
	if day > womenAdd {
		day -= womenAdd
	}
	return day
}

func daysIn(month, year int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// birth is the date in the 2000s when it has come where today is, else in the 1900s; ok says whether one of them exists.
func birth(day, month, year int, today time.Time) (date time.Time, ok bool) {
	// Both are days without a clock: that of the office may have begun hours before that of UTC.
	today = time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)
	for _, century := range []int{2000, 1900} {
		date = time.Date(century+year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
		if day <= daysIn(month, century+year) && !date.After(today) {
			return date, true
		}
	}
	return time.Time{}, false
}

// BirthDate is the date of birth that a NIK of ParseNIK tells, at midnight UTC; the zero time if it tells none. It is
// what the registry had first: a corrected date of birth does not change the NIK.
func (n NIK) BirthDate(today time.Time) time.Time {
	if len(n) != NIKLength || CheckNIK(string(n), today) != "" {
		return time.Time{}
	}
	digits := string(n)
	date, _ := birth(dayOfBirth(digits), number(digits[8:10]), number(digits[10:12]), today)
	return date
}

// Age is how many years old its holder is today; 0 when the NIK tells no date of birth.
func (n NIK) Age(today time.Time) int {
	born := n.BirthDate(today)
	if born.IsZero() {
		return 0
	}
	age := today.Year() - born.Year()
	if today.Month() < born.Month() || today.Month() == born.Month() && today.Day() < born.Day() {
		age--
	}
	return age
}

// Female says whether the day of birth has the women's 40.
func (n NIK) Female() bool { return len(n) == NIKLength && n[6] >= '4' }

// Mask is the NIK as it may be shown: "1971********0001".
func (n NIK) Mask() string {
	if len(n) != NIKLength {
		return strings.Repeat("*", NIKLength)
	}
	return string(n[:4]) + strings.Repeat("*", 8) + string(n[12:])
}

// Province is the name of the province of first registration, in Indonesian; empty when there is none.
func (n NIK) Province() string {
	if len(n) < 2 {
		return ""
	}
	return provinces[string(n[:2])]
}

// MaskName is a name as it may be shown: "Budi Santoso" is "B*** S******". Accents stay with their letter; what cannot be
// seen is left out.
func MaskName(name string) string {
	var masked []string
	for _, word := range strings.Fields(name) {
		if word = maskWord(word); word != "" {
			masked = append(masked, word)
		}
	}
	return strings.Join(masked, " ")
}

// maskWord keeps the first letter and its accents.
func maskWord(word string) string {
	var b strings.Builder
	letters := 0
	for _, r := range word {
		switch {
		case !unicode.IsPrint(r) || r == utf8.RuneError:
		case unicode.IsMark(r):
			if letters == 1 {
				b.WriteRune(r)
			}
		case letters == 0:
			letters++
			b.WriteRune(r)
		default:
			letters++
			b.WriteByte('*')
		}
	}
	return b.String()
}

// provinces by the code that the Ministry of Home Affairs gives them (that of the statistics office differs).
var provinces = map[string]string{
	"11": "Aceh", "12": "Sumatera Utara", "13": "Sumatera Barat", "14": "Riau", "15": "Jambi",
	"16": "Sumatera Selatan", "17": "Bengkulu", "18": "Lampung", "19": "Kepulauan Bangka Belitung", "21": "Kepulauan Riau",
	"31": "DKI Jakarta", "32": "Jawa Barat", "33": "Jawa Tengah", "34": "DI Yogyakarta", "35": "Jawa Timur", "36": "Banten",
	"51": "Bali", "52": "Nusa Tenggara Barat", "53": "Nusa Tenggara Timur",
	"61": "Kalimantan Barat", "62": "Kalimantan Tengah", "63": "Kalimantan Selatan", "64": "Kalimantan Timur", "65": "Kalimantan Utara",
	"71": "Sulawesi Utara", "72": "Sulawesi Tengah", "73": "Sulawesi Selatan", "74": "Sulawesi Tenggara", "75": "Gorontalo", "76": "Sulawesi Barat",
	"81": "Maluku", "82": "Maluku Utara",
	"91": "Papua", "92": "Papua Barat", "93": "Papua Selatan", "94": "Papua Tengah", "95": "Papua Pegunungan", "96": "Papua Barat Daya",
}
