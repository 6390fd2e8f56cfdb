package dukcapil_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/dukcapil"
	"loket/queue-server/internal/sandbox"
	"loket/queue-server/protocol"
)

// codes are what becomes of a person for each of the registry's codes.
var codes = []struct {
	code       int
	state, why string
}{
	{1, protocol.PersonVerified, ""},
	{2, protocol.PersonUnverified, protocol.WhyOfficer}, // no document explains it
	{3, protocol.PersonUnverified, protocol.WhyConfig},
	{4, protocol.PersonUnverified, protocol.WhyConfig},
	{5, protocol.PersonUnverified, protocol.WhyQuota},
	{6, protocol.PersonUnverified, protocol.WhyHours},
	{7, protocol.PersonUnverified, protocol.WhyConfig},
	{8, protocol.PersonUnverified, protocol.WhyOfficer},
	{9, protocol.PersonUnverified, protocol.WhyConfig},
	{10, protocol.PersonUnverified, protocol.WhyConfig},
	{11, protocol.PersonRefer, ""},
	{12, protocol.PersonRefer, ""},
	{13, protocol.PersonRecheck, ""},
	{14, protocol.PersonRefer, ""},
	{15, protocol.PersonRecheck, ""},
	{16, protocol.PersonUnverified, protocol.WhyConfig},
	{17, protocol.PersonUnverified, protocol.WhyConfig},
}

var adapters = []dukcapil.Adapter{dukcapil.CallNIK, dukcapil.Verify}

func TestEachCodeHasItsAnswer(t *testing.T) {
	s := listen(t)
	variants := []struct {
		name     string
		switches sandbox.Switches
		noCode   bool
	}{
		{"code and text", sandbox.Switches{Quota: -1}, false},
		{"text alone", sandbox.Switches{Quota: -1, TextOnly: true}, true},
		{"keys in small letters", sandbox.Switches{Quota: -1, AnswerCase: "lower"}, false},
		{"code as a number", sandbox.Switches{Quota: -1, Malformed: "numbers"}, false},
		{"nested twice", sandbox.Switches{Quota: -1, Malformed: "nested"}, false},
		{"HTTP status 500", sandbox.Switches{Quota: -1, Status: 500}, false},
	}
	for _, adapter := range adapters {
		l := connect(t, config(t, s, adapter))
		for _, variant := range variants {
			set(t, s, variant.switches)
			for _, c := range codes {
				t.Run(fmt.Sprintf("%s/%s/%02d", adapter, variant.name, c.code), func(t *testing.T) {
					got, err := ask(t, l, sandbox.CodeNIK(c.code))
					if err != nil {
						t.Fatal(err)
					}
					if got.State != c.state || got.Why != c.why {
						t.Errorf("got %s %s, want %s %s", got.State, got.Why, c.state, c.why)
					}
					want := fmt.Sprintf("%02d", c.code)
					if c.code == 1 || c.code == 2 && variant.noCode {
						want = "" // a record has no code here, and what nobody knows has none
					}
					if got.Code != want {
						t.Errorf("the code is %q, want %q", got.Code, want)
					}
					if got.Meaning == "" && c.code != 1 {
						t.Error("it has no meaning for the administrator")
					}
				})
			}
		}
	}
}

func TestARecordTellsNameAndDate(t *testing.T) {
	s := listen(t)
	for _, switches := range []sandbox.Switches{
		{Quota: -1}, {Quota: -1, AnswerCase: "lower"}, {Quota: -1, Malformed: "numbers"}, {Quota: -1, Malformed: "nested"},
	} {
		set(t, s, switches)
		got, err := ask(t, connect(t, config(t, s, dukcapil.CallNIK)), siti)
		if err != nil {
			t.Fatal(err)
		}
		born := time.Date(1958, 7, 1, 0, 0, 0, 0, time.UTC)
		if got.State != protocol.PersonVerified || got.Name != "SITI CONTOH" || !got.BirthDate.Equal(born) || got.QuotaLeft != nil {
			t.Errorf("%+v: it was not read as it is", switches)
		}
	}
}

func TestAComparisonIsJudged(t *testing.T) {
	s := listen(t)
	l := connect(t, config(t, s, dukcapil.Verify))
	date := func(text string) time.Time { return must[time.Time](t)(time.Parse(time.DateOnly, text)) }
	for _, c := range []struct {
		name    string
		request registry.Request
		state   string
		why     string
		born    string
	}{
		{"what the NIK tells agrees", registry.Request{NIK: siti}, protocol.PersonVerified, "", "1958-07-01"},
		{"the name too", registry.Request{NIK: siti, Name: "Siti Contoh"}, protocol.PersonVerified, "", "1958-07-01"},
		{"a name with a slip", registry.Request{NIK: siti, Name: "SITI CONTOHH"}, protocol.PersonVerified, "", "1958-07-01"},
		{"another name", registry.Request{NIK: siti, Name: "BUDI MISALNYA"}, protocol.PersonUnverified, protocol.WhyMismatch, ""},
		{"a date that was corrected", registry.Request{NIK: tati}, protocol.PersonVerified, "", ""},
		{"the corrected date", registry.Request{NIK: tati, BirthDate: date("1960-03-02")}, protocol.PersonVerified, "", "1960-03-02"},
		{"a date from elsewhere that differs", registry.Request{NIK: siti, BirthDate: date("1958-07-02")}, protocol.PersonUnverified, protocol.WhyMismatch, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := l.Lookup(context.Background(), c.request)
			if err != nil {
				t.Fatal(err)
			}
			born := ""
			if !got.BirthDate.IsZero() {
				born = got.BirthDate.Format(time.DateOnly)
			}
			if got.State != c.state || got.Why != c.why || born != c.born || got.Name != "" {
				t.Errorf("got %s %s %s, want %s %s %s", got.State, got.Why, born, c.state, c.why, c.born)
			}
		})
	}
}

func TestAnotherSexIsAMismatch(t *testing.T) {
	s := listen(t)
	l := connect(t, config(t, s, dukcapil.Verify, func(c *dukcapil.Config) { c.Female = "LAKI-LAKI" }))
	got, err := ask(t, l, siti)
	if err != nil || got.State != protocol.PersonUnverified || got.Why != protocol.WhyMismatch {
		t.Errorf("got %s %s %v", got.State, got.Why, err)
	}
}

func TestTheAccountIsChecked(t *testing.T) {
	s := listen(t)
	for _, c := range []struct {
		name   string
		change func(*dukcapil.Config)
		code   string
	}{
		{"password", func(c *dukcapil.Config) { c.Password = "salah" }, "03"},
		{"address", func(c *dukcapil.Config) { c.IPUser = "10.0.0.99" }, "04"},
		{"institution", func(c *dukcapil.Config) { c.Institution = "kota-lain" }, "16"},
	} {
		for _, adapter := range adapters {
			got, err := ask(t, connect(t, config(t, s, adapter, c.change)), siti)
			if err != nil || got.Why != protocol.WhyConfig || got.Code != c.code {
				t.Errorf("%s, %s: got %s %s %v", adapter, c.name, got.Why, got.Code, err)
			}
		}
	}
}

func TestKeysAreSentInTheCaseOfTheService(t *testing.T) {
	s := listen(t)
	for _, adapter := range adapters {
		for _, service := range []dukcapil.KeyCase{dukcapil.Upper, dukcapil.Lower} {
			set(t, s, sandbox.Switches{Quota: -1, QuestionCase: string(service)})
			for _, ours := range []dukcapil.KeyCase{"", dukcapil.Upper, dukcapil.Lower} {
				l := connect(t, config(t, s, adapter, func(c *dukcapil.Config) { c.KeyCase = ours }))
				got, err := ask(t, l, siti)
				if err != nil {
					t.Fatal(err)
				}
				plain := map[dukcapil.Adapter]dukcapil.KeyCase{dukcapil.CallNIK: dukcapil.Lower, dukcapil.Verify: dukcapil.Upper}
				sent := ours
				if sent == "" {
					sent = plain[adapter]
				}
				if ok := got.State == protocol.PersonVerified; ok != (sent == service) || !ok && got.Code != "09" {
					t.Errorf("%s sends %s to a service of %s: %s %s", adapter, sent, service, got.State, got.Code)
				}
			}
		}
	}
}

func TestTheQuotaIsCountedAndEnds(t *testing.T) {
	s := listen(t)
	set(t, s, sandbox.Switches{Quota: 2})
	l := connect(t, config(t, s, dukcapil.CallNIK))
	for _, want := range []struct {
		left  int
		state string
		why   string
	}{{1, protocol.PersonVerified, ""}, {0, protocol.PersonRecheck, ""}, {0, protocol.PersonUnverified, protocol.WhyQuota}} {
		nik := budi
		if want.state == protocol.PersonRecheck {
			nik = ghost
		}
		got, err := ask(t, l, nik)
		if err != nil {
			t.Fatal(err)
		}
		if got.QuotaLeft == nil || *got.QuotaLeft != want.left || got.State != want.state || got.Why != want.why {
			t.Errorf("got %s %s with %v left, want %+v", got.State, got.Why, got.QuotaLeft, want)
		}
	}
}

func TestNoneAsksNobody(t *testing.T) {
	got, err := ask(t, connect(t, dukcapil.Config{Adapter: dukcapil.None}), siti)
	if err != nil || got.State != protocol.PersonUnverified || got.Why != protocol.WhyOff {
		t.Errorf("got %s %s %v", got.State, got.Why, err)
	}
}
