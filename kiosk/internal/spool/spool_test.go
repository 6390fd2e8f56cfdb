package spool

import (
	"bytes"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var quiet = slog.New(slog.DiscardHandler)

func mustOpen(t rapid.TB, path string) (*Spool, map[string]Stage) {
	t.Helper()
	s, records, err := Open(path, quiet)
	if err != nil {
		t.Fatal(err)
	}
	open := map[string]Stage{}
	for _, r := range records {
		open[r.TicketID] = r.Stage
	}
	return s, open
}

func TestEveryTicketNotDoneIsFoundAfterACrash(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, "spool")
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		s, _ := mustOpen(t, path)
		want := map[string]Stage{}
		for range rapid.IntRange(0, 40).Draw(t, "puts") {
			id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id")
			stage := rapid.SampledFrom([]Stage{Printing, Printed, Shown, Done}).Draw(t, "stage")
			if err := s.Put(id, stage); err != nil {
				t.Fatal(err)
			}
			want[id] = stage
			if stage == Done {
				delete(want, id)
			}
			if rapid.IntRange(0, 5).Draw(t, "crash") > 0 {
				continue
			}
			// The old file stays open, as after a SIGKILL; a torn line may be at the end.
			tear(t, path, rapid.StringMatching(`[0-9a-f ]{0,20}`).Draw(t, "torn"))
			old := s
			var got map[string]Stage
			s, got = mustOpen(t, path)
			if err := old.Close(); err != nil {
				t.Fatal(err)
			}
			if !maps.Equal(got, want) {
				t.Fatalf("found %v, want %v", got, want)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func tear(t rapid.TB, path, torn string) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(torn); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSpoolIsCutAtEveryByteOfItsLastLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "spool")
	s, _ := mustOpen(t, path)
	for id, stage := range map[string]Stage{"first": Printing} {
		if err := s.Put(id, stage); err != nil {
			t.Fatal(err)
		}
	}
	whole := int(s.size)
	if err := errors.Join(s.Put("first", Printed), s.Close()); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := whole; cut < len(raw); cut++ {
		if open, _ := parse(raw[:cut]); open["first"] != Printing {
			t.Fatalf("cut at %d: %v", cut, open)
		}
	}
	if open, damaged := parse(raw); open["first"] != Printed || damaged != 0 {
		t.Fatalf("whole: %v, %d damaged", open, damaged)
	}
}

func TestAFullDayDoesNotGrowTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "spool")
	s, _ := mustOpen(t, path)
	s.size = compactAt // as after a long day
	if err := errors.Join(s.Put("a", Printing), s.Put("a", Done)); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() != 0 {
		t.Errorf("%d bytes are left", info.Size())
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if err := errors.Join(s.Put("b", Printed), s.Close()); err != nil {
		t.Fatal(err)
	}
	s, open := mustOpen(t, path)
	if open["b"] != Printed {
		t.Errorf("lost after emptying: %v", open)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestPutRefusesWhatItCouldNotReadBack(t *testing.T) {
	s, _ := mustOpen(t, filepath.Join(t.TempDir(), "spool"))
	for _, id := range []string{"", "a b", "a\n"} {
		if s.Put(id, Printing) == nil {
			t.Errorf("%q was accepted", id)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Put("a", Printing); !errors.Is(err, os.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestOpenNamesADirectoryThatIsNotThere(t *testing.T) {
	if _, _, err := Open(filepath.Join(t.TempDir(), "no", "spool"), quiet); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	good, err := encode(Record{TicketID: "0193", Stage: Printing})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(append(bytes.Clone(good), "00000000 printed x\nhalf a li"...))
	f.Add([]byte("\x00\xff \n\n  \n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		open, _ := parse(raw)
		var again []byte
		for _, id := range slices.Sorted(maps.Keys(open)) {
			line, err := encode(Record{TicketID: id, Stage: open[id]})
			if err != nil {
				t.Fatal(err)
			}
			again = append(again, line...)
		}
		if back, damaged := parse(again); damaged != 0 || !maps.Equal(back, open) {
			t.Fatalf("%v became %v", open, back)
		}
	})
}
