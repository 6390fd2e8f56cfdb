package screen

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"loket/kiosk/internal/flow"
)

var (
	update = flag.Bool("update", false, "write the pictures in testdata anew; look at each with -look before committing")
	lookAt = flag.String("look", "", "write the pictures at full size into this directory, for the eye")
)

// goldenScale is the size of the pictures in testdata: half, since it takes a quarter of the time and place.
const goldenScale = 0.5

// scene is one picture.
type scene struct {
	name  string
	state flow.State
}

// scenes are all pictures of an orientation.
func scenes(t *testing.T, landscape bool) []scene {
	base := hall(t, landscape)
	var all []scene
	add := func(on flow.Screen, prefs flow.Prefs) {
		s := at(base, on)
		s.Prefs = prefs
		all = append(all, scene{nameOf(on, landscape, prefs), s})
	}
	for _, on := range screens {
		add(on, flow.Prefs{Lang: "id"})
	}
	english, large, contrast, low, both := []flow.Screen{flow.Home, flow.Requirements, flow.Done, flow.FindTicket, flow.Identity},
		[]flow.Screen{flow.Home, flow.Privacy, flow.Agency, flow.Service, flow.OnScreen, flow.FoundTicket, flow.Identity, flow.Priority},
		[]flow.Screen{flow.Home, flow.Requirements, flow.Done, flow.Identity, flow.ConfirmPerson},
		[]flow.Screen{flow.Home, flow.Agency, flow.Search, flow.FindTicket, flow.FoundTicket, flow.Identity, flow.ConfirmPerson, flow.Priority},
		[]flow.Screen{flow.Service, flow.Search, flow.FindTicket, flow.Identity, flow.Priority}
	if landscape {
		english, large, contrast = english[1:2], large[1:2], contrast[:1]
	}
	for _, on := range english {
		add(on, flow.Prefs{Lang: "en"})
	}
	for _, on := range large {
		add(on, flow.Prefs{Lang: "id", LargeText: true})
	}
	for _, on := range contrast {
		add(on, flow.Prefs{Lang: "id", HighContrast: true})
	}
	for _, on := range low {
		add(on, flow.Prefs{Lang: "id", LowReach: true})
	}
	for _, on := range both {
		add(on, flow.Prefs{Lang: "en", LargeText: true, LowReach: true})
	}
	for _, sc := range personScenes(base) {
		if !landscape || sc.wide {
			sc.name = "person-" + sc.name
			if landscape {
				sc.name += "-landscape"
			}
			all = append(all, sc.scene)
		}
	}
	if landscape {
		return all
	}
	return append(all, odd(base)...)
}

// odd are the states that are not of an ordinary visit.
func odd(base flow.State) []scene {
	closed := base
	closed.Live.Open, closed.Live.ClosedCode, closed.Live.NowServing = false, "office_closed", nil
	full := at(base, flow.Requirements)
	full.ServiceID = base.Catalog.Services[5].ID
	shown := at(base, flow.Done)
	shown.Shown = true
	quota := at(base, flow.Trouble)
	quota.Trouble, quota.ClosedCode = flow.TroubleClosed, "quota_full"
	typing := at(base, flow.Search)
	typing.Query = ""
	wrong := at(base, flow.FindTicket)
	wrong.Find = flow.FindForm{Number: "A017", Code: "B4CX", InCode: true, Problem: flow.FindWrong}
	called := at(base, flow.FoundTicket)
	called.Found.State, called.Found.Counter = "called", 3
	copied := at(base, flow.FoundTicket)
	copied.Copy = flow.CopyDone
	return []scene{
		{"odd-find-wrong", wrong},
		{"odd-found-called", called},
		{"odd-found-copied", copied},
		{"odd-attract-starting", flow.New(false, morning)},
		{"odd-attract-closed", at(closed, flow.Attract)},
		{"odd-home-stale", stale(at(base, flow.Home))},
		{"odd-agency-last-seconds", lastSeconds(at(base, flow.Agency))},
		{"odd-requirements-full", full},
		{"odd-search-nothing-typed", typing},
		{"odd-done-shown", shown},
		{"odd-trouble-full", quota},
	}
}

// TestScreensLookAsCommitted compares every picture with testdata. They were looked at one by one.
func TestScreensLookAsCommitted(t *testing.T) {
	for _, landscape := range []bool{false, true} {
		st := newStage(t, landscape)
		st.canvas.SetScale(goldenScale)
		if *lookAt != "" {
			st.canvas.SetScale(1)
		}
		for _, sc := range scenes(t, landscape) {
			got := st.picture(sc.state)
			path := filepath.Join("testdata", sc.name+".png")
			switch {
			case *lookAt != "":
				write(t, filepath.Join(*lookAt, sc.name+".png"), got, png.BestSpeed)
				continue
			case *update:
				write(t, path, got, png.BestCompression)
				continue
			}
			if err := same(path, got); err != nil {
				actual := filepath.Join(os.TempDir(), "loket-screen-"+sc.name+".png")
				write(t, actual, got, png.BestSpeed)
				t.Errorf("%s: %v; what was drawn is in %s", sc.name, err, actual)
			}
		}
	}
}

func write(t *testing.T, path string, img image.Image, level png.CompressionLevel) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	encoder := png.Encoder{CompressionLevel: level}
	if err := encoder.Encode(f, img); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// same compares with a picture on disk. A few pixels may differ a little, since processors round
// the edges of letters differently.
func same(path string, got image.Image) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() // it was only read
	img, err := png.Decode(f)
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if img.Bounds() != got.Bounds() {
		return fmt.Errorf("%v instead of %v", got.Bounds(), img.Bounds())
	}
	want, have := pixels(img), pixels(got)
	if bytes.Equal(want, have) {
		return nil
	}
	differ := 0
	for i := range want {
		if d := int(want[i]) - int(have[i]); d > 24 || d < -24 {
			differ++
		}
	}
	if most := len(want) / 50000; differ > most {
		return fmt.Errorf("%d values differ, at most %d may", differ, most)
	}
	return nil
}

// pixels are the bytes of an opaque picture, four a pixel.
func pixels(img image.Image) []uint8 {
	switch i := img.(type) {
	case *image.NRGBA:
		return i.Pix
	case *image.RGBA:
		return i.Pix
	}
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
	return out.Pix
}
