package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Switches say how the registry behaves. A PUT changes the fields that it has; the others stay.
type Switches struct {
	Off     bool `json:"off"`      // connections are closed without an answer
	DelayMs int  `json:"delay_ms"` // milliseconds before each answer
	// Code is answered to everybody whose account is right; empty: what is so.
	Code     string `json:"code"`
	TextOnly bool   `json:"text_only"` // errors have no code, as those of older services
	// AnswerCase is that of an answer's keys, QuestionCase that which a question must have: "upper", "lower"; empty is
	// upper of answers, and either of questions.
	AnswerCase   string `json:"answer_case"`
	QuestionCase string `json:"question_case"`
	Malformed    string `json:"malformed"` // one of Malformations; empty: sound
	Status       int    `json:"status"`    // of HTTP; 0 is 200
	Quota        int    `json:"quota"`     // calls a day; less than 0: no end
	// Hours are "07:00-21:00", to in them not included; empty: always.
	Hours string `json:"hours"`
}

// Malformations are the ways in which an answer can be wrong.
var Malformations = []string{
	"html", "empty_array", "null", "other_nik", "numbers", "truncated", "trailing", "nested", "gzip_bomb", "huge", "redirect", "hang",
}

// check refuses what the sandbox cannot do.
func (w Switches) check() error {
	cases := []string{"", "upper", "lower"}
	switch {
	case w.DelayMs < 0 || w.DelayMs > 600_000:
		return fmt.Errorf("delay_ms %d: want 0 to 600000", w.DelayMs)
	case w.Code != "" && (len(w.Code) != 2 || strings.Trim(w.Code, "0123456789") != ""):
		return fmt.Errorf("code %q: want two digits", w.Code)
	case !slices.Contains(cases, w.AnswerCase) || !slices.Contains(cases, w.QuestionCase):
		return fmt.Errorf("answer_case and question_case: allowed are upper, lower")
	case w.Malformed != "" && !slices.Contains(Malformations, w.Malformed):
		return fmt.Errorf("malformed %q: allowed are %s", w.Malformed, strings.Join(Malformations, ", "))
	case w.Status != 0 && (w.Status < 200 || w.Status > 599):
		return fmt.Errorf("status %d: want 200 to 599", w.Status)
	}
	_, err := w.open(time.Time{})
	return err
}

// open says whether the registry may be asked at now.
func (w Switches) open(now time.Time) (bool, error) {
	if w.Hours == "" {
		return true, nil
	}
	from, to, _ := strings.Cut(w.Hours, "-")
	for _, clock := range []string{from, to} {
		if _, err := time.Parse("15:04", clock); err != nil || len(clock) != len("15:04") {
			return false, fmt.Errorf("hours %q: want from-to such as 07:00-21:00", w.Hours)
		}
	}
	// Clock times of one form sort as texts.
	clock := now.Format("15:04")
	if from <= to {
		return from <= clock && clock < to, nil
	}
	return clock >= from || clock < to, nil
}

// Set changes all switches.
func (s *Sandbox) Set(w Switches) error {
	if err := w.check(); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.switches = w
	return nil
}

// Switches are as they are now.
func (s *Sandbox) Switches() Switches {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.switches
}

// Calls are how often a method was called, answered or not: "CALL_NIK", "CALL_VERIFY_BY_ELEMEN".
func (s *Sandbox) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// People are all that the sandbox knows, by NIK.
func (s *Sandbox) People() []Citizen {
	var all []Citizen
	for _, nik := range slices.Sorted(maps.Keys(s.people)) {
		all = append(all, s.people[nik].Citizen)
	}
	return all
}

// state tells everything about the sandbox.
func (s *Sandbox) state(w http.ResponseWriter, _ *http.Request) {
	codes := make(map[string]string)
	for code := 1; code <= 17; code++ {
		codes[fmt.Sprintf("%02d", code)] = string(CodeNIK(code))
	}
	s.mu.Lock()
	state := map[string]any{
		"switches": s.switches, "pin": s.identity.pin(), "calls": maps.Clone(s.calls), "used_today": s.used,
		"malformations": Malformations, "code_niks": codes,
	}
	s.mu.Unlock()
	state["people"] = s.People()
	reply(w, state)
}

// change takes switches.
func (s *Sandbox) change(w http.ResponseWriter, r *http.Request) {
	next := s.Switches()
	if !take(w, r, &next) {
		return
	}
	if err := s.Set(next); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	reply(w, next)
}

// recertify changes the certificate.
func (s *Sandbox) recertify(w http.ResponseWriter, r *http.Request) {
	var c Certificate
	if !take(w, r, &c) {
		return
	}
	if err := s.Recertify(c); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	reply(w, map[string]string{"pin": s.Pin()})
}

// take reads a body, or answers that it cannot.
func take(w http.ResponseWriter, r *http.Request, into any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxQuestion))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		http.Error(w, "sandbox: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	_ = e.Encode(value) // only a connection that is gone fails here
}
