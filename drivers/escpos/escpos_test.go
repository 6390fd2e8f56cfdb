package escpos_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"loket/drivers"
	"loket/drivers/escpos"
)

func profile(t testing.TB, name string) escpos.Profile {
	t.Helper()
	p, err := escpos.ProfileByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func encode(t testing.TB, p escpos.Profile, d ...drivers.Element) escpos.Job {
	t.Helper()
	j, err := escpos.Encode(d, p)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestTextIsWhatAPrinterCanShow(t *testing.T) {
	for in, want := range map[string]string{
		"Perekaman & Cetak KTP-el":          "Perekaman & Cetak KTP-el",
		"Café Señor Ångström":               "Cafe Senor Angstrom",
		"“Kartu” ‘asli’ — 2–3 hari":         `"Kartu" 'asli' - 2-3 hari`,
		"tab\tbaris\nbaru\u00a0rapat":       "tab baris baru rapat",
		"\x1b@\x1dV\x00\x10\x04\x01\x7f":    "@V",
		"Antre 🎫 di sini 👍🏽":                "Antre  di sini ",
		"\u202eterbalik\u202c \u200f\u200e": "terbalik ",
		"½ porsi, ﬁle, Ａ１":                  "1/2 porsi, file, A1",
		"名前 اسم":                            "?? ???",
		"Rp 1.000… ×2 · 30°":                "Rp 1.000... x2 . 30 deg ",
		"rusak \xff\xfe akhir":              "rusak  akhir",
		"Łódź æøå ß đ":                      "Lodz aeoa ss d",
	} {
		if got := escpos.ASCII(in); got != want {
			t.Errorf("ASCII(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestOnlyPrintableASCIILeavesAText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		for _, c := range []byte(escpos.ASCII(s)) {
			if c < 0x20 || c > 0x7e {
				t.Fatalf("ASCII(%q) holds %#02x", s, c)
			}
		}
	})
}

func TestEncoderSaysEachSettingOnce(t *testing.T) {
	p := profile(t, "clone-80")
	got := encode(t, p,
		drivers.Line{Text: "satu", Align: drivers.Centre, Bold: true},
		drivers.Line{Text: "dua", Align: drivers.Centre, Bold: true},
		drivers.Feed{Lines: 1},
		drivers.Line{Text: "A-1", Align: drivers.Centre, Width: 2, Height: 3},
		drivers.Feed{Lines: 5},
		drivers.Line{Text: ""},
		drivers.Line{Text: "kiri"},
	).Bytes
	want := "\x1b@\x1c." + "\x1ba\x01\x1bE\x01satu\ndua\n\n" + "\x1bE\x00\x1d!\x12A-1\n" +
		"\x1bd\x05\n" + "\x1ba\x00\x1d!\x00kiri\n" + "\n\x1dVB\x00"
	if string(got) != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestNativeQRIsTheBytesOfTheManual(t *testing.T) {
	got := encode(t, profile(t, "epson-tm-t82"), drivers.QR{Data: "HTTPS://A.ID/T/1", ModuleDots: 5}).Bytes
	want := "\x1d(k\x03\x001C\x05" + "\x1d(k\x03\x001E\x31" +
		"\x1d(k\x13\x001P0HTTPS://A.ID/T/1" + "\x1d(k\x03\x001Q0"
	if !bytes.Contains(got, []byte(want)) {
		t.Errorf("got %q\nwant in it %q", got, want)
	}
}

func TestTheMarkIsAQuestionThatThePrinterAnswers(t *testing.T) {
	d := drivers.Document{drivers.Line{Text: "A-1"}, drivers.Mark{}, drivers.Line{Text: "B"}, drivers.Mark{}}
	for name, want := range map[string]string{"epson-tm-t82": "A-1\n\x1d(H\x06\x00000042B\n", "clone-58": "A-1\n\x1dr\x01B\n"} {
		p := profile(t, name)
		job := encode(t, p, d...)
		job.Name(escpos.MakeProcessID(42))
		if !strings.HasPrefix(string(job.Bytes), "\x1b@\x1c."+want) || job.Mark.Dots != p.LineDots || job.Mark.Process != p.ProcessID {
			t.Errorf("%s: %q, %+v", name, job.Bytes, job.Mark)
		}
	}
	if job := encode(t, profile(t, "epson-tm-t82"), d[0]); job.Mark.At != 0 {
		t.Errorf("a mark in a document without one: %+v", job.Mark)
	}
}

func TestWordsAreBrokenOnlyWhenALineCannotHoldThem(t *testing.T) {
	p := profile(t, "clone-58") // 32 columns
	for name, c := range map[string]struct {
		line drivers.Line
		want string
	}{
		"at spaces":           {drivers.Line{Text: "Pembuatan Kartu Keluarga baru karena pindah datang"}, "Pembuatan Kartu Keluarga baru\nkarena pindah datang\n"},
		"double width":        {drivers.Line{Text: "Kartu Keluarga baru", Width: 2, Height: 1}, "\x1d!\x10Kartu Keluarga\nbaru\n"},
		"number gets smaller": {drivers.Line{Text: "A-017", Width: 8, Height: 8}, "\x1d!\x55A-017\n"},
		"too long a word":     {drivers.Line{Text: strings.Repeat("x", 40)}, strings.Repeat("x", 32) + "\n" + strings.Repeat("x", 8) + "\n"},
		"inner spaces stay":   {drivers.Line{Text: "Biaya      Rp 0"}, "Biaya      Rp 0\n"},
	} {
		got := string(encode(t, p, c.line).Bytes)
		got = strings.TrimPrefix(got, "\x1b@\x1c.")
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestDocumentsThatNoPrinterCouldPrintAreRefused(t *testing.T) {
	for name, q := range map[string]drivers.QR{
		"empty":         {},
		"control bytes": {Data: "a\x10\x04\x01"},
		"delete":        {Data: "a\x7f"},
		"too long":      {Data: strings.Repeat("x", 501)},
		"too dense":     {Data: strings.Repeat("x", 500), ModuleDots: 16},
	} {
		for _, p := range escpos.Profiles() {
			_, err := escpos.Encode(drivers.Document{q}, p)
			if name == "too dense" && p.WidthDots > 400 {
				continue // it fits wide paper
			}
			if err != nil && !errors.Is(err, drivers.ErrDocument) || err == nil && name != "too dense" {
				t.Errorf("%s on %s: %v", name, p.Name, err)
			}
		}
	}
}

func TestConditionIsTheWorstThatHolds(t *testing.T) {
	for name, c := range map[string]struct {
		report escpos.Report
		want   drivers.Condition
	}{
		"nothing":             {escpos.Report{0x12, 0x12, 0x12, 0x12}, drivers.Ready},
		"drawer pin":          {escpos.Report{0x16, 0x12, 0x12, 0x12}, drivers.Ready},
		"near end":            {escpos.Report{0x12, 0x12, 0x12, 0x1e}, drivers.PaperLow},
		"paper end":           {escpos.Report{0x1a, 0x32, 0x12, 0x7e}, drivers.PaperOut},
		"cover and no paper":  {escpos.Report{0x1a, 0x36, 0x12, 0x7e}, drivers.CoverOpen},
		"cutter":              {escpos.Report{0x1a, 0x52, 0x1a, 0x12}, drivers.Cutter},
		"head hot":            {escpos.Report{0x1a, 0x52, 0x52, 0x12}, drivers.Overheated},
		"cannot be recovered": {escpos.Report{0x1a, 0x52, 0x32, 0x12}, drivers.Offline},
		"offline":             {escpos.Report{0x1a, 0x12, 0x12, 0x12}, drivers.Offline},
		"low, then offline":   {escpos.Report{0x1a, 0x12, 0x12, 0x1e}, drivers.Offline},
	} {
		if got := c.report.Condition(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestUnknownProfileIsRefusedWithThoseThatExist(t *testing.T) {
	_, err := escpos.ProfileByName("epson")
	if err == nil || !strings.Contains(err.Error(), "clone-58") {
		t.Errorf("error %v", err)
	}
}
