package escpos_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"loket/drivers"
	"loket/drivers/escpos"
)

// readmeExample is the example of a profiles file in the README beside the drivers.
func readmeExample(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```toml\n(.*?)```").FindSubmatch(text)
	if found == nil {
		t.Fatal("no example in the README")
	}
	return string(found[1])
}

func TestTheExampleOfTheReadmeIsAProfilesFile(t *testing.T) {
	got, err := escpos.ReadProfiles(strings.NewReader(readmeExample(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 {
		t.Fatalf("%d profiles", len(got))
	}
	base, bank := profile(t, "clone-80"), got[0]
	if bank.Name != "bank-80" || bank.Title != "Bank printer, 80 mm" || bank.Models[0] != "BP-80" || !bank.NativeQR || bank.PaperSpeed != 200 {
		t.Errorf("%+v", bank)
	}
	if bank.WidthDots != base.WidthDots || bank.ProcessID || bank.CutTime != 300*time.Millisecond {
		t.Errorf("not as its base but for what it says: %+v", bank)
	}
	if kiosk := got[1]; !kiosk.Presenter.Holds || !bytes.Equal(kiosk.Presenter.Retract, []byte{0x1d, 'e', 2}) || kiosk.Dialect != escpos.CustomStatus {
		t.Errorf("%+v", kiosk)
	}
}

func TestAProfilesFileThatCannotBeMeantIsRefusedInOneLine(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"nothing in it":     {"", "0 times [[profile]]: allowed are 1 to 64"},
		"no TOML":           {"profile = [", "line 1"},
		"unknown key":       {"[[profile]]\nname = 'a'\nwidht_dots = 1", `unknown key "profile.widht_dots": allowed in a [[profile]] are name, base`},
		"key outside":       {"colour = 1\n[[profile]]\nname = 'a'", `unknown key "colour"`},
		"another kind":      {"[[profile]]\nname = 'a'\ncutter = 'yes'", "cutter"},
		"no name":           {"[[profile]]\ntitle = 'A'", "name: allowed are 1 to 32 of a-z"},
		"name of a model":   {"[[profile]]\nname = 'clone-80'", "there is one of this name already"},
		"auto":              {"[[profile]]\nname = 'auto'", "there is one of this name already"},
		"twice":             {"[[profile]]\nname = 'a'\n[[profile]]\nname = 'a'", "there is one of this name already"},
		"unknown base":      {"[[profile]]\nname = 'a'\nbase = 'b'", `base "b": allowed are epson-tm-t82`},
		"base of itself":    {"[[profile]]\nname = 'a'\nbase = 'a'", `base "a": allowed are`},
		"no width":          {"[[profile]]\nname = 'a'\nwidth_dots = 0", "width_dots 0: allowed are 192 to 832"},
		"odd width":         {"[[profile]]\nname = 'a'\nwidth_dots = 385", "multiples of 8"},
		"too many columns":  {"[[profile]]\nname = 'a'\ncolumns = 48", "columns 48: allowed are 16 to 32 on 384 dots"},
		"paper that stands": {"[[profile]]\nname = 'a'\npaper_mm_per_second = 0", "paper_mm_per_second 0: allowed are 10 to 500"},
		"unknown status":    {"[[profile]]\nname = 'a'\nstatus = 'star'", `status "star": allowed are epson, citizen, custom`},
		"no hex":            {"[[profile]]\nname = 'a'\nbase = 'custom-kpm'\nretract = 'GS e'", "retract: allowed are at most 16 bytes in hexadecimal"},
		"retract without":   {"[[profile]]\nname = 'a'\nretract = '1D'", "allowed only with presenter = true"},
		"blind presenter":   {"[[profile]]\nname = 'a'\npresenter = true", "allowed only with cutter = true and status"},
		"control byte":      {"[[profile]]\nname = 'a'\ntitle = \"a\\u001b@\"", "printable ASCII"},
		"too long":          {"#" + strings.Repeat("x", 64<<10), "longer than 65536 bytes"},
	} {
		_, err := escpos.ReadProfiles(strings.NewReader(c.file))
		if !errors.Is(err, escpos.ErrProfiles) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestAProfileOfAFileIsNamedAndRecognisedLikeAnyOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "printers.toml")
	if err := os.WriteFile(path, []byte(readmeExample(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := escpos.LoadTable(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"auto", "bank-80", "clone-58"} {
		if _, err := table.ByName(name); err != nil {
			t.Error(err)
		}
	}
	got := table.Recognise([]escpos.Answer{{Kind: escpos.Block, Value: '_', Text: []byte("BP-80II")}})
	if got.Name != "bank-80" {
		t.Errorf("recognised as %s", got.Name)
	}
	if _, err := escpos.LoadTable(path + ".none"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if table, err := escpos.LoadTable(""); err != nil || len(table) != len(escpos.Profiles()) {
		t.Errorf("without a file: %d profiles, %v", len(table), err)
	}
}

// FuzzProfiles holds that any file is refused in one line, or gives profiles with which a slip can be laid out.
func FuzzProfiles(f *testing.F) {
	f.Add([]byte(readmeExample(f)))
	f.Add([]byte("[[profile]]\nname = 'a'\nwidth_dots = 832\ncolumns = 69\nnative_qr = true\ncutter = false"))
	f.Add([]byte("[[profile]]\nname = 'a'\nbase = 'citizen-ppu'\npresent = '10 04 01'\nmodels = ['']"))
	f.Add([]byte("[profile]\nname = 1979-05-27T07:32:00Z\n[[profile]]"))
	slip := drivers.Document{
		drivers.Line{Text: "A-017", Bold: true, Width: 8, Height: 8},
		drivers.QR{Data: "HTTPS://A.ID/T/7K3QXW9ZB4MNA", ModuleDots: 8},
		drivers.Mark{},
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := escpos.ReadProfiles(bytes.NewReader(file))
		if err != nil {
			if !errors.Is(err, escpos.ErrProfiles) || strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("refused with %q", err)
			}
			return
		}
		for _, p := range got {
			job, err := escpos.Encode(slip, p)
			if err != nil || job.Mark.At == 0 || job.Dots <= 0 || p.PaperTime(job.Dots) <= 0 {
				t.Fatalf("%+v: %v", p, err)
			}
		}
	})
}
