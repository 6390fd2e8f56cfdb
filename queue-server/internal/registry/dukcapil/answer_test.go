package dukcapil

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"loket/queue-server/internal/registry"
	"loket/queue-server/protocol"
)

const asked protocol.NIK = "1971994107580001"

func client(t *testing.T, adapter Adapter) *Client {
	t.Helper()
	l, err := New(Config{
		Adapter: adapter, URL: "https://192.0.2.1", Institution: "x", UserID: "x", IPUser: "x", RequestsPerSecond: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	c, ok := l.(*Client)
	if !ok {
		t.Fatalf("%T is no client", l)
	}
	c.now = func() time.Time { return time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC) }
	return c
}

// judged is what a client makes of a body.
func judged(c *Client, body string) (registry.Result, error) {
	a, err := parseAnswer([]byte(body))
	if err != nil {
		return registry.Result{}, err
	}
	return c.judge(a, registry.Request{NIK: asked})
}

func TestAnswersInTheWild(t *testing.T) {
	fault := "fault"
	for _, c := range []struct {
		name, body   string
		record       string // state that call_nik makes of it
		verification string // that verify makes of it
		why, code    string
	}{
		{"code as a number", `{"content":[{"RESPONSE_CODE":5,"RESPON":"x"}]}`, "unverified", "unverified", "quota", "05"},
		{"code without its zero", `{"content":[{"RESPONSE_CODE":"5"}]}`, "unverified", "unverified", "quota", "05"},
		{"code with two", `{"content":[{"RESPONSE_CODE":"005"}]}`, "unverified", "unverified", "quota", "05"},
		{"code before text", `{"content":[{"RESPONSE_CODE":"06","RESPON":"Kuota Akses Hari ini telah Habis"}]}`, "unverified", "unverified", "hours", "06"},
		{"unknown code with a known text", `{"content":[{"RESPONSE_CODE":"77","RESPONSE":"Kuota habis"}]}`, "unverified", "unverified", "quota", "77"},
		{"unknown code that says found", `{"content":[{"RESPONSE_CODE":"77","RESPONSE":"Data Ditemukan"}]}`, "unverified", "unverified", "officer", "77"},
		{"unknown text", `{"content":[{"RESPON":"Apa kabar"}]}`, "unverified", "unverified", "officer", ""},
		{"text with odd spaces and case", `{"content":[{"respon":"  IP  client\tTIDAK   Terdaftar. "}]}`, "unverified", "unverified", "config", "10"},
		{"text as the content", `{"content":"Login gagal"}`, "unverified", "unverified", "config", "03"},
		{"text in a list", `{"content":["Data tidak ditemukan"]}`, "recheck", "recheck", "", "13"},
		{"text alone", `"Data Ditemukan, Meninggal Dunia"`, "refer", "refer", "", "11"},
		{"no envelope", `{"RESPONSE_CODE":"13"}`, "recheck", "recheck", "", "13"},
		{"a code that is a NIK", `{"content":[{"RESPONSE_CODE":"1971994107580001"}]}`, fault, fault, "", ""},
		{"a record", `{"content":[{"NIK":"1971994107580001","NAMA_LGKP":"SITI CONTOH"}]}`, "verified", fault, "", ""},
		{"a record with a number", `{"content":[{"NIK":1971994107580001}]}`, "verified", fault, "", ""},
		{"a record with a rounded number", `{"content":[{"NIK":1.97199410758e15}]}`, fault, fault, "", ""},
		{"a record with its code", `{"content":[{"NIK":"1971994107580001","RESPONSE_CODE":"01"}]}`, "verified", fault, "", "01"},
		{"a record that says found", `{"content":[{"NIK":"1971994107580001","RESPON":"Data Ditemukan"}]}`, "verified", fault, "", ""},
		{"code 01 without a record", `{"content":[{"RESPONSE_CODE":"01"}]}`, fault, fault, "", ""},
		{"another's record", `{"content":[{"NIK":"1971994107580002","NAMA_LGKP":"X"}]}`, fault, fault, "", ""},
		{"another's death", `{"content":[{"NIK":"1971994107580002","RESPONSE_CODE":"11"}]}`, fault, fault, "", ""},
		{"two NIKs", `{"content":[{"NIK":"1971994107580001","nik":"1971994107580002"}]}`, fault, fault, "", ""},
		{"two contents", `{"content":[{"NIK":"1971994107580001"}],"CONTENT":[]}`, fault, fault, "", ""},
		{"all agrees", `{"content":[{"NIK":"Sesuai","TGL_LHR":"Sesuai","JENIS_KLMIN":"SESUAI"}]}`, fault, "verified", "", ""},
		{"only the date of the NIK differs", `{"content":[{"TGL_LHR":"Tidak Sesuai","JENIS_KLMIN":"Sesuai"}]}`, fault, "verified", "", ""},
		{"only the date, and it differs", `{"content":[{"TGL_LHR":"Tidak Sesuai"}]}`, fault, "unverified", "mismatch", ""},
		{"the NIK differs", `{"content":[{"NIK":"Tidak Sesuai","JENIS_KLMIN":"Sesuai"}]}`, fault, "unverified", "mismatch", ""},
		// For the service that gives records, a record without a name.
		{"the NIK repeated", `{"content":[{"NIK":"1971994107580001","JENIS_KLMIN":"Sesuai (100)"}]}`, "verified", "verified", "", ""},
		{"unknown words", `{"content":[{"NIK":"Sesuai","JENIS_KLMIN":"mungkin"}]}`, fault, fault, "", ""},
		{"what was not asked", `{"content":[{"ALAMAT":"Sesuai (100)"}]}`, fault, fault, "", ""},
		{"an empty object", `{}`, fault, fault, "", ""},
		{"an empty content", `{"content":[]}`, fault, fault, "", ""},
		{"no content", `{"content":null}`, fault, fault, "", ""},
		{"a number", `12`, fault, fault, "", ""},
		{"nothing", ``, fault, fault, "", ""},
		{"twice", `{"content":[{"RESPONSE_CODE":"13"}]}{}`, fault, fault, "", ""},
		{"a mark before", "\xef\xbb\xbf" + `{"content":[{"RESPONSE_CODE":"13"}]}`, "recheck", "recheck", "", "13"},
		{"too deep", strings.Repeat(`{"content":`, 50) + `"x"` + strings.Repeat("}", 50), fault, fault, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for adapter, want := range map[Adapter]string{CallNIK: c.record, Verify: c.verification} {
				got, err := judged(client(t, adapter), c.body)
				if (err != nil) != (want == fault) || err == nil && got.State != want {
					t.Errorf("%s: got %q %v, want %q", adapter, got.State, err, want)
				}
				if err == nil && (got.Why != c.why || got.Code != c.code) {
					t.Errorf("%s: got %q, code %q; want %q, code %q", adapter, got.Why, got.Code, c.why, c.code)
				}
			}
		})
	}
}

func TestQuotaIsReadWhereItIs(t *testing.T) {
	for body, want := range map[string]int{
		`{"content":[{"RESPONSE_CODE":"13"}],"quotaLimiter":56616}`:                56616,
		`{"content":[{"RESPONSE_CODE":"13"}],"QUOTALIMITER":"7"}`:                  7,
		`{"content":[{"RESPONSE_CODE":"13"}],"quotaLimiter":-1}`:                   -1,
		`{"content":[{"RESPONSE_CODE":"13"}],"quotaLimiter":1e400}`:                -1,
		`{"content":[{"RESPONSE_CODE":"13"}],"quotaLimiter":null}`:                 -1,
		`{"content":{"content":[{"RESPONSE_CODE":"13"}],"quotaLimiter":"0"}}`:      0,
		`{"content":[{"RESPONSE_CODE":"13"}],"quotaLimiter":{"x":1},"size":"abc"}`: -1,
	} {
		got, err := judged(client(t, CallNIK), body)
		if err != nil {
			t.Fatal(err)
		}
		if left := -1; got.QuotaLeft == nil && want != left || got.QuotaLeft != nil && *got.QuotaLeft != want {
			t.Errorf("%s: got %v, want %d", body, got.QuotaLeft, want)
		}
	}
}

func TestDatesAndNamesOfRecords(t *testing.T) {
	c := client(t, CallNIK)
	for text, want := range map[string]string{
		"1958-07-01": "1958-07-01", "01-07-1958": "1958-07-01", "01/07/1958": "1958-07-01", "1958-07-01 00:00:00.0": "1958-07-01", "1958-07-01T00:00:00Z": "1958-07-01",
		"": "", "1958": "", "31-02-1958": "", "2999-01-01": "", "0001-01-01": "", "1958-7-1": "",
	} {
		got := ""
		if born := c.parseDate(text); !born.IsZero() {
			got = born.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"SITI CONTOH": "SITI CONTOH", " SITI \n\tCONTOH ": "SITI CONTOH", "SI\u202eTI\x00": "SITI", "": "", "\x1b[2J": "[2J",
	} {
		if got := cleanName(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func FuzzParseAnswer(f *testing.F) {
	for _, body := range []string{
		`{"content":[{"NIK":"1971994107580001","NAMA_LGKP":"SITI CONTOH","TGL_LHR":"1958-07-01"}],"quotaLimiter":56616}`,
		`{"content":[{"NIK":1971994107580001,"NO_KEC":4}],"lastPage":true,"sort":null}`,
		`{"content":[{"nik":"Sesuai","nama_lgkp":"Tidak Sesuai (59)","tgl_lhr":"Sesuai"}]}`,
		`{"content":[{"RESPONSE_CODE":"05","RESPON":"Kuota Akses Hari ini telah Habis"}]}`,
		`{"content":{"content":[["Data tidak ditemukan"]]}}`,
		`<html></html>`, `null`, `[]`, `"x"`, `{"content":[`, `{"NIK":"1","nik":"2"}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := parseAnswer(body)
		if err != nil {
			for _, known := range []error{errNoJSON, errTrailing, errEmpty, errAmbiguous} {
				if errors.Is(err, known) {
					return
				}
			}
			t.Fatalf("%v could quote the body", err)
		}
		if !json.Valid([]byte(strings.TrimPrefix(string(body), "\xef\xbb\xbf"))) {
			t.Fatalf("%q was taken", body)
		}
		for _, adapter := range []Adapter{CallNIK, Verify} {
			result, err := client(t, adapter).judge(a, registry.Request{NIK: asked, Name: "SITI CONTOH"})
			var fault *registry.Fault
			switch {
			case err != nil && !errors.As(err, &fault):
				t.Fatalf("%v is no fault", err)
			case err != nil:
				return
			case result.State == protocol.PersonVerified && adapter == CallNIK && a.fields["NIK"] != string(asked):
				t.Fatalf("%q verifies somebody else", body)
			case result.State == "" || len(result.Code) > 4 || len([]rune(result.Name)) > maxName:
				t.Fatalf("%q: %q %q", body, result.State, result.Code)
			case (result.State == protocol.PersonUnverified) != (result.Why != ""):
				t.Fatalf("%q: %s because of %q", body, result.State, result.Why)
			}
		}
	})
}

func TestAQuestionThatWaitsNoMore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := client(t, CallNIK).Lookup(ctx, registry.Request{NIK: asked}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
