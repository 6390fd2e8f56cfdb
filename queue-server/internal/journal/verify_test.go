package journal_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestVerifyFindsWhatWasTamperedWith(t *testing.T) {
	const unlock = "DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete"
	for name, c := range map[string]struct {
		queries []string
		loads   bool // the start need not see it: it reads only what comes after the snapshot
	}{
		"a changed time":           {[]string{unlock, "UPDATE event SET at = at + 1 WHERE seq = 100"}, false},
		"a changed actor":          {[]string{unlock, "UPDATE event SET actor = 'system' WHERE seq = (SELECT max(seq) FROM event WHERE actor <> 'system')"}, false},
		"a changed id":             {[]string{unlock, "UPDATE event SET id = (SELECT id FROM event WHERE seq = 99) WHERE seq = 100"}, false},
		"a changed payload":        {[]string{unlock, "UPDATE event SET data = replace(data, 'ktp', 'pbb') WHERE seq = (SELECT min(seq) FROM event WHERE kind = 'ticket.issued' AND data LIKE '%ktp%')"}, false},
		"a missing event":          {[]string{unlock, "DELETE FROM event WHERE seq = 100"}, false},
		"a missing first event":    {[]string{unlock, "DELETE FROM event WHERE seq = 1"}, false},
		"a missing last event":     {[]string{unlock, "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)"}, false},
		"an event with a bad sum":  {[]string{unlock, "UPDATE event SET sum = x'00' WHERE seq = 100"}, false},
		"a changed ticket":         {[]string{"UPDATE ticket SET state = 'completed' WHERE n = 2 AND series = 'A'"}, true},
		"a removed ticket":         {[]string{"DELETE FROM ticket WHERE n = 3 AND series = 'A'"}, true},
		"an invented ticket":       {[]string{"INSERT INTO ticket SELECT day, series, 900, id, ord, service, device, state, due_at, issued_at, confirmed_at, called_at, started_at, ended_at, counter, officer, calls, holds, transfers, no_shows, serving_since, served_ms FROM ticket LIMIT 1"}, true},
		"a changed session":        {[]string{"UPDATE counter_session SET served = served + 1"}, true},
		"a changed day":            {[]string{"UPDATE business_day SET expired = 7"}, true},
		"a snapshot of something":  {[]string{"UPDATE snapshot SET state = x'1f8b'"}, true},
		"a snapshot of the future": {[]string{"UPDATE snapshot SET seq = seq + 1000"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			path, want := tampered(t, c.queries)
			j := opened(t, path)
			r, err := j.Verify(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if r.OK() {
				t.Error("verify found nothing")
			}
			t.Logf("%.200q", r.Problems)
			if !c.loads {
				return
			}
			if snapshot(t, load(t, j)) != want {
				t.Error("the log alone no longer gives the office")
			}
		})
	}
}

// tampered makes a journal with a snapshot in the middle and changes it behind its back.
func tampered(t *testing.T, queries []string) (path, want string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "loket.db")
	d := newDay(t, 8)
	j := open(t, path)
	d.append(j, d.opening())
	d.append(j, d.crowdEvents(400))
	if err := j.SaveSnapshot(context.Background(), d.office); err != nil {
		t.Fatal(err)
	}
	d.append(j, d.crowdEvents(100))
	d.append(j, d.decide(d.crowd.Issue()))
	wantSound(t, j)
	shut(t, j)
	exec1(t, path, queries...)
	return path, snapshot(t, d.office)
}

func TestASnapshotIsOnlyAShortCut(t *testing.T) {
	for name, query := range map[string]string{
		"gone":              "DELETE FROM snapshot",
		"broken":            "UPDATE snapshot SET state = zeroblob(100)",
		"of another format": "UPDATE snapshot SET format = 99",
	} {
		t.Run(name, func(t *testing.T) {
			path, want := tampered(t, []string{query})
			if snapshot(t, load(t, opened(t, path))) != want {
				t.Error("the log alone gives another office")
			}
		})
	}
}

func TestASnapshotOfWhatIsNotInTheLogIsRefused(t *testing.T) {
	d := newDay(t, 9)
	j := opened(t, filepath.Join(t.TempDir(), "loket.db"))
	d.append(j, d.opening())
	d.decide(d.crowd.Issue())
	if err := j.SaveSnapshot(context.Background(), d.office); err == nil {
		t.Error("it was saved")
	}
}

func TestABackupIsWholeAndCanBeOpened(t *testing.T) {
	ctx := context.Background()
	d := newDay(t, 10)
	dir := t.TempDir()
	j := opened(t, filepath.Join(dir, "loket.db"))
	d.append(j, d.opening())
	d.append(j, d.crowdEvents(500))
	want := snapshot(t, d.office)
	path := filepath.Join(dir, "copy", "of ? today.db")
	if err := os.Mkdir(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	r, err := j.Backup(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK() || r.Events != d.office.Seq {
		t.Errorf("report %+v", r)
	}
	d.append(j, d.crowdEvents(10)) // the journal goes on
	if _, err := j.Backup(ctx, path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second backup to the same file: %v", err)
	}
	if _, err := j.Backup(ctx, filepath.Join(dir, "no", "such", "place.db")); err == nil {
		t.Error("a backup to nowhere was made")
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("beside the backup: %v, %v", files, err)
	}
	c := opened(t, path)
	if snapshot(t, load(t, c)) != want {
		t.Error("the copy has another office")
	}
}

func TestABackupThatIsNotSoundIsNotKept(t *testing.T) {
	path, _ := tampered(t, []string{"UPDATE ticket SET state = 'lost' WHERE n = 2 AND series = 'A'"})
	j := opened(t, path)
	target := filepath.Join(t.TempDir(), "copy.db")
	if _, err := j.Backup(context.Background(), target); err == nil {
		t.Error("it was kept")
	}
	if files, err := os.ReadDir(filepath.Dir(target)); err != nil || len(files) != 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
}
