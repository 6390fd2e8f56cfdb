package region_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/registry/region"
	"loket/queue-server/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const rangkui protocol.NIK = "1971045007580001" // nobody's: only read up to its district

func open(t *testing.T) journal.DB {
	t.Helper()
	j, err := journal.Open(context.Background(), filepath.Join(t.TempDir(), "loket.db"), journal.Options{LogPages: 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j.DB()
}

const file = `kode,nama
19,KEPULAUAN BANGKA BELITUNG
19.71,KOTA PANGKALPINANG
19.71.04,Rangkui
197105,GERUNGGANG
19.71.04.1001,BINTANG
`

func TestAPlaceIsNamedAsFarAsItIsKnown(t *testing.T) {
	db, ctx := open(t), context.Background()
	names, err := region.Open(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	if got := names.Name(rangkui); got != "Kepulauan Bangka Belitung" || names.Len() != 0 {
		t.Errorf("without a file: %q", got)
	}
	n, warnings, err := region.Import(ctx, db, strings.NewReader(file))
	if err != nil || n != 4 || len(warnings) != 1 || warnings[0].Line != 0 {
		t.Fatalf("imported %d, %v, %v", n, warnings, err)
	}
	if names, err = region.Open(ctx, db); err != nil || names.Len() != 4 {
		t.Fatal(names.Len(), err)
	}
	for nik, want := range map[protocol.NIK]string{
		rangkui:            "Rangkui, Kota Pangkalpinang, Kepulauan Bangka Belitung",
		"1971055007580001": "Gerunggang, Kota Pangkalpinang, Kepulauan Bangka Belitung",
		"1971994107580001": "Kota Pangkalpinang, Kepulauan Bangka Belitung", // a district that is not in the file
		"1905995007580001": "Kepulauan Bangka Belitung",
		"3171995007580001": "DKI Jakarta",
		"9999999999999999": "", "": "", "1": "", "19710": "Kota Pangkalpinang, Kepulauan Bangka Belitung",
	} {
		if got := names.Name(nik); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := new(region.Names).Name(rangkui); got != "Kepulauan Bangka Belitung" {
		t.Errorf("the zero value says %q", got)
	}
}

func TestAFileReplacesTheOneBefore(t *testing.T) {
	db, ctx := open(t), context.Background()
	for _, text := range []string{file, "19.71;Kota Pangkal Pinang\r\n"} {
		if _, _, err := region.Import(ctx, db, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	// A file that is wrong in its last line changes nothing.
	for _, wrong := range []string{"19.71,Lain\n19.7,X\n", "", "kode,nama\n"} {
		if _, _, err := region.Import(ctx, db, strings.NewReader(wrong)); err == nil {
			t.Errorf("%q was imported", wrong)
		}
	}
	names, err := region.Open(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	if got := names.Name(rangkui); got != "Kota Pangkal Pinang, Kepulauan Bangka Belitung" {
		t.Errorf("got %q", got)
	}
	if _, _, err := region.Import(ctx, journal.DB{Read: db.Read}, strings.NewReader(file)); err == nil {
		t.Error("a database that is only read from was written")
	}
}

func TestAWrongLineIsNamed(t *testing.T) {
	for text, line := range map[string]int{
		"19.71,A\n19.7,B\n":      2,
		"19.71,A\n\n19.71.4,B\n": 3,
		"code,name\n1971,A,B\n":  2,
		"1971\n":                 1,
		"19.71,\n":               1,
		"19.71,  \n":             1,
		"19.71,\xff\n":           1,
		"19.71,A\x1bB\n":         1,
		"x1,A\n":                 1,
		"19.71,A\nBangka,B\n":    2,
		"197.1,A\n":              1,
		"1.971,A\n":              1,
		"19..71,A\n":             1,
		"19.71,\"A\n":            1,
		"19.71," + strings.Repeat("A", 200) + "\n":      1,
		"19.71.04.1001.5,A\n":                           1,
		"19.71,A\n" + strings.Repeat("9", 10000) + "\n": 2,
	} {
		_, _, err := region.Parse(strings.NewReader(text))
		var wrong *region.LineError
		if !errors.As(err, &wrong) || wrong.Line != line {
			t.Errorf("%.30q: got %v, want line %d", text, err, line)
		} else if len(err.Error()) > 200 {
			t.Errorf("%.30q: the error is %d bytes", text, len(err.Error()))
		}
	}
}

func TestWhatIsOddIsAWarning(t *testing.T) {
	regions, warnings, err := region.Parse(strings.NewReader("\xef\xbb\xbf\"code\";\"name\"\n20.01;A\n19.72.01;B\n19.71;C\n1971;C\n1971;D\n"))
	if err != nil || len(regions) != 2 {
		t.Fatal(regions, err)
	}
	var lines []int
	for _, w := range warnings {
		lines = append(lines, w.Line)
		if !strings.HasPrefix(w.String(), fmt.Sprintf("line %d: ", w.Line)) {
			t.Errorf("it is written %q", w)
		}
	}
	if fmt.Sprint(lines) != "[2 3 6]" {
		t.Errorf("got %v", warnings)
	}
}

func TestAFileWithoutEndIsRefused(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("19,A\n"), repeat{})
	if _, _, err := region.Parse(endless); err == nil {
		t.Error("it was taken")
	}
}

// repeat is villages without end.
type repeat struct{}

func (repeat) Read(p []byte) (int, error) {
	line := "19.71.04.1001," + strings.Repeat("BINTANG ", 14) + "\n"
	n := 0
	for n+len(line) <= len(p) {
		n += copy(p[n:], line)
	}
	return n, nil
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[string]string{}
		var text strings.Builder
		for _, tail := range rapid.SliceOfNDistinct(rapid.StringMatching(`([0-9]{2}){0,2}`), 1, 20, rapid.ID).Draw(t, "codes") {
			code := "19" + tail
			name := rapid.StringMatching(`[A-Z][a-z]{1,10}( [A-Z][a-z]{1,10})?`).Draw(t, "name")
			want[code] = name
			written := code
			if rapid.Bool().Draw(t, "dots") {
				written = strings.Join([]string{"19", strings.TrimSpace(fmt.Sprintf("%.2s", tail)), strings.TrimPrefix(tail, fmt.Sprintf("%.2s", tail))}, ".")
				written = strings.TrimRight(written, ".")
			}
			fmt.Fprintf(&text, "%s,%s\n", written, name)
		}
		regions, _, err := region.Parse(strings.NewReader(text.String()))
		if err != nil || len(regions) != len(want) {
			t.Fatalf("%d of %d: %v", len(regions), len(want), err)
		}
		for _, r := range regions {
			if want[r.Code] != r.Name {
				t.Fatalf("%s is %q, want %q", r.Code, r.Name, want[r.Code])
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{file, "19;A\n19.71;B\n", "\xef\xbb\xbf19,A", "19.7,A", "\"", "19,\"a\nb\"\n", "20,A"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		regions, _, err := region.Parse(strings.NewReader(string(text)))
		if (err == nil) != (len(regions) > 0) {
			t.Fatalf("%d regions, %v", len(regions), err)
		}
		seen := map[string]bool{}
		for _, r := range regions {
			if seen[r.Code] || r.Name == "" || protocol.NIK(r.Code).Province() == "" || len(r.Code) > 6 || len(r.Code)%2 != 0 {
				t.Fatalf("%+v was taken", r)
			}
			seen[r.Code] = true
		}
	})
}
