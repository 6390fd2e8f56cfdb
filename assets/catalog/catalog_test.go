package catalog_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"loket/assets/catalog"
)

type text struct{ ID, EN string }

type service struct {
	ID           string
	AgencyID     string `json:"agency_id"`
	ZoneID       string `json:"zone_id"`
	Series       string
	Requirements []text
	Name         text
	BringShort   text   `json:"bring_short"`
	Minutes      int    `json:"standard_minutes"`
	LegalBasis   string `json:"legal_basis"`
	Keywords     []string
	Identity     string
	Limit        int `json:"person_limit"`
}

type sample struct {
	Zones    []struct{ ID string }
	Agencies []struct {
		ID, Letter, Color string
		Name, Short       text
	}
	Services   []service
	Priorities []struct {
		ID         string
		Name, Note text
		HeadStart  int `json:"head_start_minutes"`
	}
	ReferServiceID string `json:"refer_service_id"`
	Counters       []struct {
		Number   int
		AgencyID string `json:"agency_id"`
		ZoneID   string `json:"zone_id"`
		Tiers    []struct{ Services []string }
	}
}

func load(t *testing.T, name string) (sample, any) {
	t.Helper()
	raw, err := catalog.Sample(name)
	if err != nil {
		t.Fatal(err)
	}
	var s sample
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	return s, tree
}

func TestSamplesHaveTheSizeTheyPromise(t *testing.T) {
	mpp, _ := load(t, "mpp")
	if a, s, c, z := len(mpp.Agencies), len(mpp.Services), len(mpp.Counters), len(mpp.Zones); a != 13 || s < 46 || c < 20 || z < 3 {
		t.Errorf("mpp has %d agencies, %d services, %d counters, %d zones", a, s, c, z)
	}
	kelurahan, _ := load(t, "kelurahan")
	if a, s, c := len(kelurahan.Agencies), len(kelurahan.Services), len(kelurahan.Counters); a != 1 || s < 6 || c != 2 {
		t.Errorf("kelurahan has %d agencies, %d services, %d counters", a, s, c)
	}
}

func TestAnUnknownSampleNamesTheKnownOnes(t *testing.T) {
	_, err := catalog.Sample("../secret")
	if !errors.Is(err, catalog.ErrUnknown) {
		t.Fatalf("got %v", err)
	}
}

// A text is an object with "id"; each must have both languages.
func TestEveryTextIsThereInBothLanguages(t *testing.T) {
	for _, name := range catalog.Names() {
		_, tree := load(t, name)
		walkTexts(tree, name, func(where string, m map[string]any) {
			for _, l := range []string{"id", "en"} {
				if s, ok := m[l].(string); !ok || s == "" {
					t.Errorf("%s: no text in %q", where, l)
				}
			}
		})
	}
}

func walkTexts(v any, where string, check func(string, map[string]any)) {
	switch v := v.(type) {
	case []any:
		for i, e := range v {
			walkTexts(e, fmt.Sprintf("%s[%d]", where, i), check)
		}
	case map[string]any:
		_, id := v["id"]
		_, en := v["en"]
		if en || (id && len(v) == 1) {
			check(where, v)
			return
		}
		for k, e := range v {
			walkTexts(e, where+"."+k, check)
		}
	}
}

func TestTextsFitTheTileAndTheSlip(t *testing.T) {
	for _, name := range catalog.Names() {
		s, _ := load(t, name)
		for _, a := range s.Agencies {
			for _, short := range []string{a.Short.ID, a.Short.EN} {
				if utf8.RuneCountInString(short) > 20 {
					t.Errorf("%s: short name %q is longer than 20 characters", a.ID, short)
				}
			}
		}
		for _, v := range s.Services {
			for _, bring := range []string{v.BringShort.ID, v.BringShort.EN} {
				if !ascii(bring) || len(bring) > 40 {
					t.Errorf("%s: %q is not 40 ASCII characters at most", v.ID, bring)
				}
			}
			if v.Minutes < 1 || v.LegalBasis == "" || len(v.Keywords) == 0 {
				t.Errorf("%s: %d minutes, legal basis %q, keywords %q", v.ID, v.Minutes, v.LegalBasis, v.Keywords)
			}
		}
	}
}

func ascii(s string) bool {
	for _, r := range s {
		if r > unicode.MaxASCII || !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

func TestAgencyColoursCarryWhiteTextAndDiffer(t *testing.T) {
	for _, name := range catalog.Names() {
		s, _ := load(t, name)
		seen := map[string]string{}
		for _, a := range s.Agencies {
			if c := contrastToWhite(t, a.Color); c < 4.5 {
				t.Errorf("%s: %s has a contrast of %.2f to white, need 4.5", a.ID, a.Color, c)
			}
			if other, ok := seen[a.Color]; ok {
				t.Errorf("%s has the colour of %s", a.ID, other)
			}
			seen[a.Color] = a.ID
		}
	}
}

// contrastToWhite is the contrast ratio of WCAG 2.
func contrastToWhite(t *testing.T, hex string) float64 {
	t.Helper()
	v, err := strconv.ParseUint(hex[1:], 16, 24)
	if err != nil {
		t.Fatalf("colour %q: %v", hex, err)
	}
	linear := func(c uint64) float64 {
		f := float64(c&0xff) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	lum := 0.2126*linear(v>>16) + 0.7152*linear(v>>8) + 0.0722*linear(v)
	return 1.05 / (lum + 0.05)
}

// A ticket whose service no counter has, or whose counter is in another zone, would wait for ever
// or in the wrong place.
func TestEveryServiceHasACounterInItsZone(t *testing.T) {
	for _, name := range catalog.Names() {
		s, _ := load(t, name)
		served := map[string]bool{}
		numbers := map[int]bool{}
		for _, c := range s.Counters {
			if numbers[c.Number] {
				t.Errorf("%s: two counters have number %d", name, c.Number)
			}
			numbers[c.Number] = true
			for _, tier := range c.Tiers {
				for _, id := range tier.Services {
					if served[id+"@"+c.ZoneID+strconv.Itoa(c.Number)] {
						t.Errorf("counter %d has %s twice", c.Number, id)
					}
					served[id+"@"+c.ZoneID+strconv.Itoa(c.Number)] = true
					served[id+"@"+c.ZoneID] = true
				}
			}
		}
		letters := map[string]string{}
		for _, a := range s.Agencies {
			letters[a.ID] = a.Letter
		}
		for _, v := range s.Services {
			if !served[v.ID+"@"+v.ZoneID] {
				t.Errorf("%s: no counter in zone %s serves it", v.ID, v.ZoneID)
			}
			if letters[v.AgencyID] != v.Series {
				t.Errorf("%s: series %q, but its agency has letter %q", v.ID, v.Series, letters[v.AgencyID])
			}
		}
	}
}

// The kiosk suggests "lansia" by age and shows the classes as they stand here.
func TestBothSamplesOfferTheUsualClassesOfPriority(t *testing.T) {
	for _, name := range catalog.Names() {
		s, _ := load(t, name)
		var ids []string
		for _, p := range s.Priorities {
			ids = append(ids, p.ID)
			if p.HeadStart != 15 || utf8.RuneCountInString(p.Name.ID) > 25 || utf8.RuneCountInString(p.Note.ID) > 30 {
				t.Errorf("%s: class %+v", name, p)
			}
		}
		if want := []string{"lansia", "disabilitas", "hamil", "balita"}; !slices.Equal(ids, want) {
			t.Errorf("%s: classes %v, want %v", name, ids, want)
		}
	}
}

// Every service says how it asks for a person, and a limit stands only where she is asked for.
func TestEveryServiceSaysHowItAsksForAPerson(t *testing.T) {
	for _, name := range catalog.Names() {
		s, _ := load(t, name)
		kinds := map[string]int{}
		for _, v := range s.Services {
			kinds[v.Identity]++
			if asked := v.Identity != "none"; asked != (v.Limit > 0) || v.Limit > 2 {
				t.Errorf("%s: identity %q and a limit of %d", v.ID, v.Identity, v.Limit)
			}
		}
		if kinds["required"] < 2 || kinds["optional"] < 5 || kinds["required"]+kinds["optional"]+kinds["none"] != len(s.Services) {
			t.Errorf("%s: %v", name, kinds)
		}
	}
}

// Whoever has a problem with her record is sent to the office that keeps it, and needs no card to get a number there.
func TestTheMallSendsPeopleWithAProblemOfTheirRecordToTheRegistrysCounter(t *testing.T) {
	s, _ := load(t, "mpp")
	i := slices.IndexFunc(s.Services, func(v service) bool { return v.ID == s.ReferServiceID })
	if i < 0 || s.Services[i].AgencyID != "dukcapil" || s.Services[i].Identity == "required" {
		t.Fatalf("refer_service_id %q", s.ReferServiceID)
	}
	if k, _ := load(t, "kelurahan"); k.ReferServiceID != "" {
		t.Errorf("the kelurahan sends people to %q", k.ReferServiceID)
	}
}

// The slip must not ask everybody for what the list on the screen asks of some people alone, such as a marriage
// book "bila ada perubahan".
func TestTheSlipDoesNotAskForMoreThanTheList(t *testing.T) {
	for _, name := range catalog.Names() {
		s, _ := load(t, name)
		for _, v := range s.Services {
			certain, conditional := map[string]bool{}, map[string]bool{}
			for _, r := range v.Requirements {
				into := certain
				if hasWord(r.ID, "bila", "bagi", "misalnya") {
					into = conditional
				}
				for _, w := range nouns(r.ID) {
					into[w] = true
				}
			}
			for _, item := range strings.FieldsFunc(v.BringShort.ID, func(r rune) bool { return r == ',' || r == '&' }) {
				for _, w := range nouns(item) {
					if conditional[w] && !certain[w] && !hasWord(item, "bila", "atau") {
						t.Errorf("%s: %q asks everybody for %q", v.ID, v.BringShort.ID, w)
					}
				}
			}
		}
	}
}

// A slip has room for 66 characters of a service's name (48 at most) and of what to bring, which would be cut first,
// down to 24: half a list is worse than a short one.
func TestWhatToBringIsNotCutOnTheSlip(t *testing.T) {
	for _, name := range catalog.Names() {
		s, _ := load(t, name)
		for _, v := range s.Services {
			for _, both := range [][2]string{{v.Name.ID, v.BringShort.ID}, {v.Name.EN, v.BringShort.EN}} {
				room := max(24, 66-min(48, utf8.RuneCountInString(both[0])))
				if n := len(both[1]); n > room {
					t.Errorf("%s: %q has %d characters, beside %q there is room for %d", v.ID, both[1], n, both[0], room)
				}
			}
		}
	}
}

// An alternative or a condition that stands in one language alone would send people of the other home for nothing.
func TestTheSlipAsksForTheSameInBothLanguages(t *testing.T) {
	for _, name := range catalog.Names() {
		s, _ := load(t, name)
		for _, v := range s.Services {
			id, en := v.BringShort.ID, v.BringShort.EN
			if hasWord(id, "bila") != hasWord(en, "if") {
				t.Errorf("%s: a condition in one language alone: %q, %q", v.ID, id, en)
			}
			if hasWord(id, "NIK") != hasWord(en, "NIK") || hasWord(id, "salinan") != (hasWord(en, "copy") || hasWord(en, "copies")) {
				t.Errorf("%s: %q, %q", v.ID, id, en)
			}
		}
		for _, v := range s.Services {
			for _, r := range v.Requirements {
				if hasWord(r.ID, "NPWP") && hasWord(v.BringShort.ID, "NPWP") && hasWord(r.ID, "NIK") != hasWord(v.BringShort.ID, "NIK") {
					t.Errorf("%s: %q, but the slip says %q", v.ID, r.ID, v.BringShort.ID)
				}
			}
		}
	}
}

func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
}

func hasWord(s string, wanted ...string) bool {
	return slices.ContainsFunc(words(s), func(w string) bool {
		return slices.ContainsFunc(wanted, func(x string) bool { return strings.EqualFold(x, w) })
	})
}

// nouns are the words that tell one paper from another.
func nouns(s string) []string {
	return slices.DeleteFunc(words(s), func(w string) bool {
		return len(w) < 4 || slices.Contains([]string{"asli", "lama", "surat", "salinan", "nomor", "bila", "bagi", "untuk", "atau", "yang", "anda", "dari", "lahir", "tahun"}, w)
	})
}
