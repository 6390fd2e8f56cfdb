package sandbox_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"loket/queue-server/internal/sandbox"
	"loket/queue-server/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

var noon = time.Date(2026, 11, 16, 12, 0, 0, 0, time.FixedZone("WIB", 7*3600))

// sandboxAt has a clock that stands still, and its account's password.
func sandboxAt(t *testing.T, now func() time.Time) (*sandbox.Sandbox, string) {
	t.Helper()
	dir := t.TempDir()
	s := must[*sandbox.Sandbox](t)(sandbox.New(sandbox.Config{Dir: dir, Clock: now}))
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	raw := must[[]byte](t)(os.ReadFile(filepath.Join(dir, "registry.password")))
	return s, strings.TrimSpace(string(raw))
}

// do sends a request without a network, and returns status and body.
func do(t *testing.T, h http.Handler, method, path string, body any) (int, []byte) {
	t.Helper()
	raw := must[[]byte](t)(json.Marshal(body))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, bytes.NewReader(raw)))
	return w.Code, w.Body.Bytes()
}

// call asks as an office does, and returns the first record of the answer.
func call(t *testing.T, s *sandbox.Sandbox, method, password string, more map[string]any) map[string]any {
	t.Helper()
	q := map[string]any{"user_id": "loket", "password": password, "ip_user": "10.71.0.2"}
	for key, value := range more {
		q[key] = value
	}
	status, body := do(t, s, http.MethodPost, "/dukcapil/get_json/kota-contoh/"+method, q)
	var envelope struct {
		Content      []map[string]any `json:"content"`
		LastPage     *bool            `json:"lastPage"`
		QuotaLimiter *int             `json:"quotaLimiter"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil || status != http.StatusOK || len(envelope.Content) != 1 || envelope.LastPage == nil {
		t.Fatalf("%d %s: %v", status, body, err)
	}
	if envelope.QuotaLimiter != nil {
		envelope.Content[0]["left"] = *envelope.QuotaLimiter
	}
	return envelope.Content[0]
}

func TestThePeopleAreMadeUpAndSound(t *testing.T) {
	s, _ := sandboxAt(t, time.Now)
	people := s.People()
	old, women := 0, 0
	for _, p := range people {
		nik, err := protocol.ParseNIK(string(p.NIK), noon)
		if err != nil || !strings.HasPrefix(string(p.NIK), "197199") || nik.Female() != p.Female || p.Name == "" {
			t.Errorf("%s: %v", p.Name, err)
		}
		if nik.Age(noon) >= 60 {
			old++
		}
		if p.Female {
			women++
		}
	}
	if len(people) < 40 || old < 8 || women < 15 || len(people)-women < 15 {
		t.Errorf("%d people, %d of 60 and over, %d women", len(people), old, women)
	}
	for code := 1; code <= 17; code++ {
		if _, err := protocol.ParseNIK(string(sandbox.CodeNIK(code)), noon); err != nil {
			t.Errorf("code %d: %v", code, err)
		}
	}
}

func TestARecordIsToldAndComparedInTheRegistrysWords(t *testing.T) {
	s, password := sandboxAt(t, time.Now)
	record := call(t, s, "CALL_NIK", password, map[string]any{"nik": "1971994107580001"})
	for key, want := range map[string]any{
		"NIK": "1971994107580001", "NAMA_LGKP": "SITI CONTOH", "TGL_LHR": "1958-07-01", "JENIS_KLMIN": "PEREMPUAN", "NO_PROP": 19.0, "KAB_NAME": "KOTA PANGKALPINANG",
	} {
		if record[key] != want {
			t.Errorf("%s is %v, want %v", key, record[key], want)
		}
	}
	answer := call(t, s, "CALL_VERIFY_BY_ELEMEN", password, map[string]any{
		"NIK": "1971994107580001", "TRESHOLD": "90", "NAMA_LGKP": "siti conto", "TGL_LHR": "02-07-1958", "JENIS_KLMIN": "Perempuan",
	})
	for key, want := range map[string]any{"NIK": "Sesuai", "NAMA_LGKP": "Sesuai (90)", "TGL_LHR": "Tidak Sesuai", "JENIS_KLMIN": "Sesuai"} {
		if answer[key] != want {
			t.Errorf("%s is %v, want %v", key, answer[key], want)
		}
	}
	if answer = call(t, s, "CALL_VERIFY_BY_ELEMEN", password, map[string]any{"NIK": "1971994107580001", "TRESHOLD": "95", "NAMA_LGKP": "siti conto"}); answer["NAMA_LGKP"] != "Tidak Sesuai (90)" {
		t.Errorf("below the threshold: %v", answer["NAMA_LGKP"])
	}
}

func TestQuestionsThatAreWrong(t *testing.T) {
	s, password := sandboxAt(t, time.Now)
	for _, c := range []struct {
		method, password string
		more             map[string]any
		code             string
	}{
		{"CALL_NIK", "", nil, "09"},
		{"CALL_NIK", "salah", nil, "03"},
		{"CALL_NIK", password, map[string]any{"ip_user": "10.0.0.1"}, "04"},
		{"CALL_NIK", password, nil, "07"},
		{"CALL_VERIFY_BY_ELEMEN", password, map[string]any{"NIK": "1971994107580001"}, "07"}, // TRESHOLD
		{"CALL_NIK", password, map[string]any{"nik": "19719941"}, "15"},
		{"CALL_NIK", password, map[string]any{"nik": "1971991708450009"}, "13"},
	} {
		if got := call(t, s, c.method, c.password, c.more); got["RESPONSE_CODE"] != c.code {
			t.Errorf("got %v, want %s", got, c.code)
		}
	}
	if status, _ := do(t, s, http.MethodPost, "/dukcapil/get_json/kota-contoh/CALL_KK", map[string]any{}); status != http.StatusNotFound {
		t.Errorf("another method: %d", status)
	}
	if status, _ := do(t, s, http.MethodPost, "/dukcapil/get_json/kota-contoh/CALL_NIK", "text"); status != http.StatusBadRequest {
		t.Errorf("a question that is no object: %d", status)
	}
}

func TestQuotaAndHoursFollowTheClock(t *testing.T) {
	var mu sync.Mutex
	now := noon
	s, password := sandboxAt(t, func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	})
	move := func(to time.Time) {
		mu.Lock()
		defer mu.Unlock()
		now = to
	}
	code := func() any {
		return call(t, s, "CALL_NIK", password, map[string]any{"nik": "1971994107580001"})["RESPONSE_CODE"]
	}
	if err := s.Set(sandbox.Switches{Quota: 1, Hours: "08:00-16:00"}); err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		at   time.Time
		want any
	}{
		{noon.Add(-5 * time.Hour), "06"}, {noon, nil}, {noon, "05"}, {noon.Add(4 * time.Hour), "06"}, {noon.AddDate(0, 0, 1), nil},
	} {
		move(step.at)
		if got := code(); got != step.want {
			t.Errorf("step %d: got %v, want %v", i, got, step.want)
		}
	}
	if got := s.Calls("CALL_NIK"); got != 5 {
		t.Errorf("%d calls", got)
	}
}

func TestSwitchesAreTurnedOneByOne(t *testing.T) {
	s, _ := sandboxAt(t, time.Now)
	for _, change := range []string{`{"delay_ms":5}`, `{"code":"05","text_only":true}`, `{"quota":3}`} {
		if status, body := do(t, s, http.MethodPut, "/sandbox/switches", json.RawMessage(change)); status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
	}
	want := sandbox.Switches{DelayMs: 5, Code: "05", TextOnly: true, Quota: 3}
	if got := s.Switches(); got != want {
		t.Errorf("got %+v", got)
	}
	for _, wrong := range []string{
		`{"delay":5}`, `{"delay_ms":-1}`, `{"code":"5"}`, `{"malformed":"worse"}`, `{"hours":"8-16"}`, `{"answer_case":"title"}`, `{"status":99}`, `[]`,
	} {
		if status, _ := do(t, s, http.MethodPut, "/sandbox/switches", json.RawMessage(wrong)); status != http.StatusBadRequest {
			t.Errorf("%s: %d", wrong, status)
		}
	}
	if got := s.Switches(); got != want {
		t.Errorf("a refused change made it %+v", got)
	}
	_, body := do(t, s, http.MethodGet, "/sandbox/", nil)
	var state struct {
		Switches sandbox.Switches
		Pin      string
		People   []sandbox.Citizen
		Codes    map[string]string `json:"code_niks"`
	}
	if err := json.Unmarshal(body, &state); err != nil || state.Switches != want || state.Pin != s.Pin() || len(state.People) != len(s.People()) || len(state.Codes) != 17 {
		t.Errorf("%v: %s", err, body)
	}
}

func TestTheKeyStaysOverARestart(t *testing.T) {
	dir := t.TempDir()
	one := must[*sandbox.Sandbox](t)(sandbox.New(sandbox.Config{Dir: dir}))
	two := must[*sandbox.Sandbox](t)(sandbox.New(sandbox.Config{Dir: dir}))
	if one.Pin() != two.Pin() {
		t.Error("the pin has changed")
	}
	if status, _ := do(t, two, http.MethodPost, "/sandbox/certificate", map[string]any{"new_key": true}); status != http.StatusOK || one.Pin() == two.Pin() {
		t.Errorf("%d, the pin has not changed", status)
	}
	for _, name := range []string{"sandbox.key", "registry.password"} {
		if st := must[os.FileInfo](t)(os.Stat(filepath.Join(dir, name))); st.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %o", name, st.Mode())
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "sandbox.key"), []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sandbox.New(sandbox.Config{Dir: dir}); err == nil {
		t.Error("a key that is none was replaced in silence")
	}
}

func TestClosingEndsWhoHangs(t *testing.T) {
	s := must[*sandbox.Sandbox](t)(sandbox.New(sandbox.Config{}))
	if _, err := s.WriteConfig(t.TempDir(), "verify"); err == nil {
		t.Error("a configuration without an address was written")
	}
	addr := must[string](t)(s.Listen("127.0.0.1:0"))
	if _, err := s.Listen("127.0.0.1:0"); err == nil {
		t.Error("it listens twice")
	}
	if err := s.Set(sandbox.Switches{Malformed: "hang"}); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // a test on this machine
	defer client.CloseIdleConnections()
	failed := make(chan error)
	go func() {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, fmt.Sprintf("https://%s/dukcapil/get_json/kota-contoh/CALL_NIK", addr), strings.NewReader("{}"))
		if err != nil {
			failed <- err
			return
		}
		resp, err := client.Do(req)
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close() // only read from
		}
		failed <- err
	}()
	// The call is counted once it hangs.
	for s.Calls("CALL_NIK") == 0 {
		select {
		case err := <-failed:
			t.Fatal(err)
		case <-time.After(time.Millisecond):
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-failed; err == nil {
		t.Error("it was answered")
	}
	if err := s.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}
