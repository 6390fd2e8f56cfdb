package protocol_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"loket/queue-server/protocol"
)

// today in these tests.
var today = time.Date(2026, 11, 16, 9, 0, 0, 0, time.FixedZone("WIB", 7*3600))

func TestANIKThatIsNone(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       protocol.NIKProblem
	}{
		{"empty", "", protocol.NIKLengthWrong},
		{"15 digits", "197199410758000", protocol.NIKLengthWrong},
		{"17 digits", "19719941075800011", protocol.NIKLengthWrong},
		{"a letter", "19719941075800O1", protocol.NIKLetters},
		{"letters", "bukan nomor", protocol.NIKLetters},
		{"other digits", "１９７１９９４１０７５８０００１", protocol.NIKLetters},
		{"a line end", "1971994107580001\n", protocol.NIKLetters},
		{"31 February", "1971993102900001", protocol.NIKDate},
		{"30 February", "1971993002900001", protocol.NIKDate},
		{"31 April of a woman", "1971997104900001", protocol.NIKDate},
		{"29 February of no leap year", "1971992902900001", protocol.NIKDate},
		{"29 February 1900, for 2000 was one", "1971992902010001", protocol.NIKDate},
		{"day 00", "1971990001900001", protocol.NIKDay},
		{"day 32", "1971993201900001", protocol.NIKDay},
		{"day 40", "1971994001900001", protocol.NIKDay},
		{"day 72", "1971997201900001", protocol.NIKDay},
		{"day 80", "1971998001900001", protocol.NIKDay},
		{"month 00", "1971990100900001", protocol.NIKMonth},
		{"month 13", "1971990113900001", protocol.NIKMonth},
		{"month 20", "1971990120900001", protocol.NIKMonth},
		{"serial 0000", "1971990101900000", protocol.NIKSerial},
		{"province 00", "0071990101900001", protocol.NIKProvince},
		{"province 20", "2071990101900001", protocol.NIKProvince},
		{"province 97", "9771990101900001", protocol.NIKProvince},
		{"a chip of 4 bytes", "04A1B2C3", protocol.NIKIsUID},
		{"a chip of 7 bytes", "04a1b2c3d4e5f6", protocol.NIKIsUID},
		{"a chip of 7 bytes with dashes", "04-A1-B2-C3-D4-E5-F6", protocol.NIKIsUID},
		{"a chip of 10 bytes", "04A1B2C3D4E5F6A7B8C9", protocol.NIKIsUID},
		{"10,000 characters", strings.Repeat("1971994107580001", 625), protocol.NIKLengthWrong},
		{"10,000 letters", strings.Repeat("A1", 5000), protocol.NIKLetters},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := protocol.ParseNIK(c.text, today)
			var wrong *protocol.NIKError
			if !errors.As(err, &wrong) || wrong.Problem != c.want || got != "" {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			if len(c.text) >= 4 && strings.Contains(err.Error(), c.text) {
				t.Error("the error holds what was typed")
			}
		})
	}
}

func TestADateOfBirthMustHaveCome(t *testing.T) {
	// 29 February 2028 has not come, and 1928 had one; 2027 has not come, and 1927 has.
	for text, born := range map[string]string{
		"1971992902280001": "1928-02-29", "1971991611260001": "2026-11-16", "1971991711260001": "1926-11-17", "1971990101270001": "1927-01-01",
		"1971996902000001": "2000-02-29",
	} {
		nik, err := protocol.ParseNIK(text, today)
		if err != nil {
			t.Errorf("born %s: %v", born, err)
		} else if got := nik.BirthDate(today).Format(time.DateOnly); got != born {
			t.Errorf("got %s, want %s", got, born)
		}
	}
	// 29 February 2000 lay ahead then, and 1900 had none.
	before := time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC)
	if got := protocol.CheckNIK("197199290200", before); got != protocol.NIKFuture {
		t.Errorf("got %q, want %s", got, protocol.NIKFuture)
	}
}

func TestTheDayIsThatOfTheOffice(t *testing.T) {
	// In Jakarta it is the 17th, in UTC still the 16th: a child that was born today is born.
	jakarta := time.Date(2026, 11, 17, 1, 0, 0, 0, time.FixedZone("WIB", 7*3600))
	honolulu := time.Date(2026, 11, 16, 23, 0, 0, 0, time.FixedZone("HST", -10*3600))
	nik := protocol.NIK("1971991711260001")
	if got := nik.BirthDate(jakarta).Year(); got != 2026 {
		t.Errorf("born today in %d", got)
	}
	if got := nik.BirthDate(honolulu).Year(); got != 1926 {
		t.Errorf("born tomorrow in %d", got)
	}
}

// drawNIK makes a sound NIK, and the date of birth in it.
func drawNIK(t *rapid.T) (nik string, born time.Time, female bool) {
	first := time.Date(1926, 11, 17, 0, 0, 0, 0, time.UTC) // a hundred years: one century fits
	born = first.AddDate(0, 0, rapid.IntRange(0, 36523).Draw(t, "day"))
	female = rapid.Bool().Draw(t, "female")
	day := born.Day()
	if female {
		day += 40
	}
	province := rapid.SampledFrom([]string{"11", "19", "21", "36", "53", "65", "76", "82", "91", "96"}).Draw(t, "province")
	nik = fmt.Sprintf("%s%04d%02d%s%04d", province, rapid.IntRange(0, 9999).Draw(t, "area"), day, born.Format("0106"), rapid.IntRange(1, 9999).Draw(t, "serial"))
	return nik, born, female
}

func TestASoundNIKTellsItsHolder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, born, female := drawNIK(t)
		nik, err := protocol.ParseNIK(text, today)
		if err != nil {
			t.Fatal(err)
		}
		if !nik.BirthDate(today).Equal(born) || nik.Female() != female || nik.Province() == "" {
			t.Fatalf("born %s, female %t: read as %s, %t", born, female, nik.BirthDate(today), nik.Female())
		}
		// However it is written.
		at := rapid.IntRange(0, protocol.NIKLength).Draw(t, "at")
		for _, between := range []string{" ", ".", "-", "  ", " - "} {
			if again, err := protocol.ParseNIK(text[:at]+between+text[at:], today); err != nil || again != nik {
				t.Fatalf("with %q in it: %v", between, err)
			}
		}
	})
}

func TestANIKIsPrintedMasked(t *testing.T) {
	nik := protocol.NIK("1971994107580001")
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", slog.Any("nik", nik), slog.Any("in", struct{ NIK protocol.NIK }{nik}))
	held := struct{ NIK protocol.NIK }{nik}
	for _, text := range []string{
		fmt.Sprint(nik), fmt.Sprintf("%s %q %x %d %v %+v %#v", nik, nik, nik, nik, held, held, held), log.String(), fmt.Errorf("%v", nik).Error(),
	} {
		if strings.Contains(text, "4107580001") || strings.Contains(text, "31393731") || !strings.Contains(text, "1971********0001") {
			t.Errorf("got %s", text)
		}
	}
	if raw, err := json.Marshal(nik); err != nil || string(raw) != `"1971994107580001"` {
		t.Errorf("on the wire it is %s, %v", raw, err)
	}
}

func TestAMaskHidesBirthAndDistrict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, _, _ := drawNIK(t)
		mask := protocol.NIK(text).Mask()
		if len(mask) != protocol.NIKLength || mask != text[:4]+"********"+text[12:] {
			t.Fatalf("got %s", mask)
		}
	})
	for _, odd := range []protocol.NIK{"", "1971", "197199410758000", "1971994107580001971994107580001", "１９７１"} {
		if mask := odd.Mask(); mask != strings.Repeat("*", protocol.NIKLength) {
			t.Errorf("what is no NIK shows %q", mask)
		}
		_, _, _, _ = odd.Age(today), odd.BirthDate(today), odd.Female(), odd.Province() // none may panic
	}
}

// TestAnErrorIsSaidAsSoonAsItIsCertainAndNeverEarlier holds CheckNIK to its law over a prefix: it names a problem iff no
// completion is a NIK. From month and year on, all completions that matter are tried.
func TestAnErrorIsSaidAsSoonAsItIsCertainAndNeverEarlier(t *testing.T) {
	check := func(t *rapid.T, prefix string, today time.Time) {
		said := protocol.CheckNIK(prefix, today)
		if possible := completable(prefix, today); possible != (said == "") {
			t.Fatalf("%q is said to be %q; a NIK can begin so: %t", prefix, said, possible)
		}
		if said == "" {
			return
		}
		// Once certain, always certain.
		longer := prefix + rapid.StringMatching(`[0-9]{0,4}`).Draw(t, "more")
		if protocol.CheckNIK(longer, today) == "" {
			t.Fatalf("%q is wrong, and %q is not", prefix, longer)
		}
	}
	now := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 40*365).Draw(t, "today"))
	})
	t.Run("any digits", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			check(t, rapid.StringMatching(`[0-9]{0,16}`).Draw(t, "prefix"), now.Draw(t, "now"))
		})
	})
	t.Run("nearly a NIK", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			text, _, _ := drawNIK(t)
			digits := []byte(text)
			for range rapid.IntRange(0, 2).Draw(t, "slips") {
				digits[rapid.IntRange(0, 15).Draw(t, "at")] = byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
			}
			check(t, string(digits[:rapid.IntRange(0, 16).Draw(t, "length")]), now.Draw(t, "now"))
		})
	})
	t.Run("29 February", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			text := rapid.SampledFrom([]string{"1971992902", "1971996902"}).Draw(t, "sex") + rapid.StringMatching(`[0-9]{0,2}`).Draw(t, "year")
			check(t, text, now.Draw(t, "now"))
		})
	})
}

// completable says whether a NIK can begin with prefix, by the rules as they are written down and not as CheckNIK has
// them: it tries all days, months and years that prefix leaves open.
func completable(prefix string, today time.Time) bool {
	known := func(at int, text string) bool { // whether text at this place does not contradict prefix
		for i := range len(text) {
			if at+i < len(prefix) && prefix[at+i] != text[i] {
				return false
			}
		}
		return true
	}
	province := false
	for _, codes := range [][2]int{{11, 19}, {21, 21}, {31, 36}, {51, 53}, {61, 65}, {71, 76}, {81, 82}, {91, 96}} {
		for code := codes[0]; code <= codes[1]; code++ {
			province = province || known(0, fmt.Sprintf("%02d", code))
		}
	}
	if !province || len(prefix) == 16 && prefix[12:] == "0000" {
		return false
	}
	last := time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)
	for born := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC); !born.After(last); born = born.AddDate(0, 0, 1) {
		rest := born.Format("0106")
		if known(8, rest) && (known(6, fmt.Sprintf("%02d", born.Day())) || known(6, fmt.Sprintf("%02d", born.Day()+40))) {
			return true
		}
	}
	return false
}

func TestAPrefixThatIsNoDigitsOrTooLong(t *testing.T) {
	for prefix, want := range map[string]protocol.NIKProblem{
		"": "", "1": "", "0": protocol.NIKProvince, "x": protocol.NIKLetters, "19 ": protocol.NIKLetters, "19719941075800011": protocol.NIKLengthWrong,
		"1971997": "", "1971998": protocol.NIKDay, "19719941075800": "", "197199410758000": "", "1971994107580000": protocol.NIKSerial,
	} {
		if got := protocol.CheckNIK(prefix, today); got != want {
			t.Errorf("%q: got %q, want %q", prefix, got, want)
		}
	}
}

func TestAgeChangesOnTheBirthday(t *testing.T) {
	for _, c := range []struct {
		nik  protocol.NIK
		on   string
		want int
	}{
		{"1971994107580001", "2018-06-30", 59},
		{"1971994107580001", "2018-07-01", 60},
		{"1971994107580001", "2018-07-02", 60},
		{"1971992902880001", "2026-02-28", 37}, // born on 29 February
		{"1971992902880001", "2026-03-01", 38},
		{"1971992902880001", "2028-02-28", 39},
		{"1971992902880001", "2028-02-29", 40},
		{"1971991611260001", "2026-11-16", 0},
		{"", "2026-11-16", 0},
		{"1971993102900001", "2026-11-16", 0},
	} {
		on, err := time.Parse(time.DateOnly, c.on)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.nik.Age(on); got != c.want {
			t.Errorf("on %s: %d years, want %d", c.on, got, c.want)
		}
	}
}

func TestAMaskedNameHasItsInitialsAndLengthsAlone(t *testing.T) {
	for name, want := range map[string]string{
		"Siti Contoh": "S*** C*****", "  BUDI\t\nMISALNYA ": "B*** M*******", "D": "D", "": "", " \t": "",
		"Ni Luh O'Contoh": "N* L** O*******", "Žofie Příklad": "Ž**** P******",
		"Z\u0301ofie":       "Z\u0301****", // an accent of its own goes with its letter
		"\u202eSiti Contoh": "S*** C*****", // a mark that turns the line around does not get through
		"S\u200biti":        "S***",
		"\u0301":            "",
		"\xff\xfe Contoh":   "C*****",
	} {
		if got := protocol.MaskName(name); got != want {
			t.Errorf("%q is shown as %q, want %q", name, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		mask := protocol.MaskName(name)
		if !utf8.ValidString(mask) {
			t.Fatalf("%q is shown as %q, which is no UTF-8", name, mask)
		}
		if again := protocol.MaskName(mask); len(strings.Fields(again)) != len(strings.Fields(mask)) {
			t.Fatalf("%q has other words than %q", again, mask)
		}
	})
}

func FuzzParseNIK(f *testing.F) {
	for _, text := range []string{"1971994107580001", "1971 9941 0758 0001", "19.71.99-410758-0001", "04A1B2C3D4E5F6", "1971992902000001", "197199310290000", "x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		nik, err := protocol.ParseNIK(text, today)
		var wrong *protocol.NIKError
		if err != nil {
			if !errors.As(err, &wrong) || wrong.Problem == "" || nik != "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if protocol.CheckNIK(string(nik), today) != "" || nik.Province() == "" || nik.BirthDate(today).IsZero() || nik.Age(today) < 0 || nik.Age(today) > 126 {
			t.Fatalf("%q was taken", text)
		}
		if again, err := protocol.ParseNIK(string(nik), today); err != nil || again != nik {
			t.Fatalf("%q is read differently again: %v", text, err)
		}
	})
}

func FuzzCheckNIK(f *testing.F) {
	for _, text := range []string{"", "1", "19", "1971994", "19719972", "1971992902", "197199290200", "1971994107580001", "1971994107580000"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, prefix string) {
		said := protocol.CheckNIK(prefix, today)
		if said == "" && len(prefix) > 0 && protocol.CheckNIK(prefix[:len(prefix)-1], today) != "" {
			t.Fatalf("%q is possible, and what it begins with is not", prefix)
		}
		if _, err := protocol.ParseNIK(prefix, today); err == nil && said != "" && len(prefix) == protocol.NIKLength {
			t.Fatalf("%q is a NIK, and said to be %s", prefix, said)
		}
	})
}
