package escpos_test

import (
	"bytes"
	"errors"
	"image"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"loket/drivers"
	"loket/drivers/escpos"
)

func TestEveryRowOfTheTableIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range escpos.Profiles() {
		switch {
		case p.Name == "" || p.Name == "auto" || seen[p.Name]:
			t.Errorf("name %q", p.Name)
		case p.Title == "" || p.Auto:
			t.Errorf("%s: %+v", p.Name, p)
		case p.WidthDots%8 != 0 || p.Columns != p.WidthDots/12 || p.DPI <= 0 || p.LineDots < 24:
			t.Errorf("%s: paper %+v", p.Name, p)
		case p.HeadToEdgeDots <= 0 || p.BufferBytes < 1024 || p.PaperSpeed <= 0 || p.Cutter != (p.CutTime > 0):
			t.Errorf("%s: mechanics %+v", p.Name, p)
		case !p.Presenter.Holds && len(p.Presenter.Present)+len(p.Presenter.Retract) > 0:
			t.Errorf("%s: commands for a presenter that it has not", p.Name)
		}
		seen[p.Name] = true
		if got, err := escpos.ProfileByName(p.Name); err != nil || got.Title != p.Title {
			t.Errorf("%s: %+v, %v", p.Name, got, err)
		}
	}
	for _, old := range []string{"epson-tm-t82", "clone-80", "clone-58"} {
		if !seen[old] {
			t.Errorf("%s is in configurations and not in the table", old)
		}
	}
}

func TestPrinterIsRecognisedByWhatItAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		answers, want string
		native        bool
	}{
		"an Epson":                  {"_TM-T82\x00", "epson-tm-t82", true},
		"a later one of its line":   {"_TM-T81III\x00", "epson-tm-t81", true},
		"with spaces around":        {"_ KPM180H \x00", "custom-kpm", false},
		"with a QR code of its own": {"_PPU-231II\x00\x37\x3663\x1f63\x1f1\x1f0\x00", "citizen-ppu", true},
		"an unknown name":           {"_ACME 9\x00", "auto", false},
		"no name, but QR codes":     {"\x37\x3663\x1f63\x1f1\x1f0\x00", "auto", true},
		"a QR code it cannot print": {"\x37\x360\x1f0\x1f1\x1f1\x00", "auto", false},
		"nothing":                   {"", "auto", false},
	} {
		got := escpos.Builtin().Recognise(sort([]byte(c.answers), 1))
		if got.Name != c.want || got.NativeQR != c.native {
			t.Errorf("%s: %s, native %v", name, got.Name, got.NativeQR)
		}
	}
}

func TestEachDialectIsReadInItsOwnWay(t *testing.T) {
	held := escpos.Report{0x12, 0x12, 0x12, 0x52}
	if got := escpos.CitizenStatus.Status(held); got != (escpos.Status{Condition: drivers.Ready, Held: true}) {
		t.Errorf("Citizen, a slip held out: %+v", got)
	}
	if got := escpos.EpsonStatus.Status(held); got.Condition != drivers.PaperOut {
		t.Errorf("Epson, half of the paper end: %+v", got)
	}
	for name, c := range map[string]struct {
		report escpos.FullReport
		want   escpos.Status
	}{
		"nothing":            {escpos.FullReport{0x80, 0, 0, 0}, escpos.Status{Condition: drivers.Ready}},
		"a slip held out":    {escpos.FullReport{0x20, 0, 0, 0}, escpos.Status{Condition: drivers.Ready, Held: true}},
		"near end":           {escpos.FullReport{0x04, 0, 0, 0}, escpos.Status{Condition: drivers.PaperLow}},
		"paper end":          {escpos.FullReport{0x05, 0, 0, 0}, escpos.Status{Condition: drivers.PaperOut}},
		"cover, and no roll": {escpos.FullReport{0x05, 0x02, 0, 0}, escpos.Status{Condition: drivers.CoverOpen}},
		"head up":            {escpos.FullReport{0, 0x01, 0, 0}, escpos.Status{Condition: drivers.CoverOpen}},
		"head hot":           {escpos.FullReport{0, 0, 0x01, 0}, escpos.Status{Condition: drivers.Overheated}},
		"jam":                {escpos.FullReport{0, 0, 0x40, 0}, escpos.Status{Condition: drivers.Cutter}},
		"voltage":            {escpos.FullReport{0, 0, 0x08, 0}, escpos.Status{Condition: drivers.Offline}},
		"cutter":             {escpos.FullReport{0, 0, 0, 0x01}, escpos.Status{Condition: drivers.Cutter}},
		"memory":             {escpos.FullReport{0, 0, 0, 0x04}, escpos.Status{Condition: drivers.Offline}},
		"a button held":      {escpos.FullReport{0, 0x40, 0, 0}, escpos.Status{Condition: drivers.Ready}},
	} {
		if got := c.report.Status(); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// dotted is a picture whose dots are the bits of data, so many bytes in a row.
func dotted(data []byte, row int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, row*8, len(data)/row))
	for i := range img.Pix {
		img.Pix[i] = 255
		if at := i / img.Stride * row; data[at+i%img.Stride/8]&(0x80>>(i%8)) != 0 {
			img.Pix[i] = 0
		}
	}
	return img
}

func TestNoPictureIsExecuted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.IntRange(1, 48).Draw(t, "row")
		b := rapid.SliceOfN(rapid.SampledFrom([]byte{0x10, 0x04, 0x05, 0x14, 0xff, 0}), row, row*80).Draw(t, "bytes")
		for _, p := range escpos.Profiles() {
			job, err := escpos.Encode(drivers.Document{drivers.Picture{Dots: dotted(b, row)}}, p)
			if err != nil {
				t.Fatal(err)
			}
			for _, second := range []byte{0x04, 0x05, 0x14} {
				if bytes.Contains(job.Bytes, []byte{0x10, second}) {
					t.Fatalf("%s: 10 %02x", p.Name, second)
				}
			}
		}
	})
}

func TestPictureKeepsItsDots(t *testing.T) {
	job := encode(t, profile(t, "clone-80"), drivers.Picture{Dots: dotted([]byte{0xf0, 0x0f, 0x10, 0x80}, 2), Align: drivers.Centre})
	if want := "\x1ba\x01\x1dv0\x00\x02\x00\x02\x00\xf0\x0f\x10\x80"; !strings.Contains(string(job.Bytes), want) {
		t.Errorf("got %q, want %q in it", job.Bytes, want)
	}
}

func TestPictureThatFitsNoPaperIsRefused(t *testing.T) {
	for name, img := range map[string]image.Image{
		"none": nil, "empty": image.NewGray(image.Rectangle{}),
		"too wide": image.NewGray(image.Rect(0, 0, 577, 1)), "too high": image.NewGray(image.Rect(0, 0, 8, 2001)),
	} {
		for _, p := range escpos.Profiles() {
			if _, err := escpos.Encode(drivers.Document{drivers.Picture{Dots: img}}, p); !errors.Is(err, drivers.ErrDocument) {
				t.Errorf("%s on %s: %v", name, p.Name, err)
			}
		}
	}
}
