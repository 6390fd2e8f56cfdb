package dukcapil

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"loket/queue-server/internal/registry"
	"loket/queue-server/protocol"
)

// maxName bounds a name in characters. The registry's own column has 60.
const maxName = 200

// record judges an answer of CALL_NIK. A record counts only with the NIK that was asked about.
func (c *Client) record(a answer, r registry.Request) (registry.Result, error) {
	if a.fields["NIK"] != string(r.NIK) {
		return registry.Result{}, fault(protocol.WhyNetwork, errors.New("the answer does not say whom it is about"))
	}
	return registry.Result{
		State:     protocol.PersonVerified,
		Name:      cleanName(a.fields["NAMA_LGKP"]),
		BirthDate: c.parseDate(a.fields["TGL_LHR"]),
	}, nil
}

// cleanName is a name in one line, without what cannot be seen.
func cleanName(name string) string {
	name = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, name)), " ")
	if r := []rune(name); len(r) > maxName {
		name = strings.TrimSpace(string(r[:maxName]))
	}
	return name
}

// parseDate reads a date of birth; zero when it is none. Some services add a time of day.
func (c *Client) parseDate(text string) time.Time {
	if len(text) > len(time.DateOnly) {
		text = text[:len(time.DateOnly)]
	}
	for _, layout := range []string{time.DateOnly, c.config.DateFormat, defaultDate, "02/01/2006"} {
		born, err := time.Parse(layout, text)
		if err == nil && born.Year() >= 1850 && !born.After(c.now()) {
			return born
		}
	}
	return time.Time{}
}

// verdict is what the registry says of one element.
type verdict int

const (
	noVerdict verdict = iota // it says nothing, or not in these words
	differs
	agrees
)

// compare reads "Sesuai", "Tidak Sesuai", "Sesuai (100)", "Tidak Sesuai (59)". The score is behind the threshold of the
// question, so the words are what counts.
func compare(text string) verdict {
	words := strings.Fields(fold(text))
	if len(words) > 0 && strings.Trim(words[len(words)-1], "0123456789") == "" {
		words = words[:len(words)-1]
	}
	switch strings.Join(words, " ") {
	case "sesuai":
		return agrees
	case "tidak sesuai":
		return differs
	}
	return noVerdict
}

// matches judges an answer of CALL_VERIFY_BY_ELEMEN.
//
// NIK, name and sex must not differ. A date of birth that was taken from the NIK may: a NIK keeps the date that its
// holder was first registered with when that is corrected, and its year has two digits. So such a date speaks for her
// when it agrees, and not against her when it does not; one that was known from elsewhere must agree. Something at least
// must agree, and an element that has no answer was not compared.
func (c *Client) matches(a answer, r registry.Request) (registry.Result, error) {
	asked := map[string]bool{"NIK": true, "JENIS_KLMIN": true} // true: it must not differ
	if !c.birthDate(r).IsZero() {
		asked["TGL_LHR"] = !r.BirthDate.IsZero()
	}
	if r.Name != "" {
		asked["NAMA_LGKP"] = true
	}
	compared, agreed, against := false, false, false
	for element, must := range asked {
		text := a.fields[element]
		said := compare(text)
		switch {
		case element == "NIK" && text == string(r.NIK): // some services repeat it; that compares nothing
		case text != "" && said == noVerdict:
			return registry.Result{}, fault(protocol.WhyNetwork, errors.New("the answer compares in unknown words"))
		case said == differs:
			compared, against = true, against || must
		case said == agrees:
			compared, agreed = true, true
		}
	}
	if !compared {
		return registry.Result{}, fault(protocol.WhyNetwork, errors.New("the answer compares nothing"))
	}
	if against || !agreed {
		return registry.Result{State: protocol.PersonUnverified, Why: protocol.WhyMismatch}, nil
	}
	result := registry.Result{State: protocol.PersonVerified}
	if compare(a.fields["TGL_LHR"]) == agrees {
		result.BirthDate = c.birthDate(r)
	}
	return result, nil
}
