package screen

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"loket/assets/catalog"
	"loket/assets/lang"
	"loket/display/internal/board"
	"loket/queue-server/protocol"
)

// texts returns what is written on the wall now.
func texts(it *Wall) []*canvas.Text {
	var out []*canvas.Text
	for _, o := range it.pen.sheet.Content().Objects {
		if t, ok := o.(*canvas.Text); ok && t.Visible() && t.Text != "" {
			out = append(out, t)
		}
	}
	return out
}

// A sentence that is cut off, or too small for ten metres, is not on the wall.
func TestEveryTextIsWholeLargeAndOnTheWall(t *testing.T) {
	it, _ := wall(t, Width, Height)
	for name, s := range pictures() {
		if name == "call-long" {
			continue // is made to be too long
		}
		t.Run(name, func(t *testing.T) {
			it.Show(s)
			for _, x := range texts(it) {
				if strings.HasSuffix(x.Text, "…") {
					t.Errorf("%q is cut off", x.Text)
				}
				if x.TextSize < minSecond {
					t.Errorf("%q is %v pixels small", x.Text, x.TextSize)
				}
				end := x.Position().Add(x.MinSize())
				if x.Position().X < headerBox.X || end.X > headerBox.Right()+2 {
					t.Errorf("%q goes from %v to %v", x.Text, x.Position().X, end.X)
				}
			}
		})
	}
}

// The sample offices must fit as they are: every service and agency that can be called, whole.
func TestEveryServiceOfTheSamplesFits(t *testing.T) {
	type named struct {
		ID       string
		AgencyID string `json:"agency_id"`
		Name     protocol.Text
		Short    protocol.Text
		Color    string
	}
	it, _ := wall(t, Width, Height)
	for _, sample := range catalog.Names() {
		raw, err := catalog.Sample(sample)
		if err != nil {
			t.Fatal(err)
		}
		var c struct{ Agencies, Services []named }
		if err := json.Unmarshal(raw, &c); err != nil {
			t.Fatal(err)
		}
		agencies := map[string]named{}
		for _, a := range c.Agencies {
			agencies[a.ID] = a
		}
		for _, service := range c.Services {
			s := pictures()["call"]
			s.Call.Agency, s.Call.Service = agencies[service.AgencyID].Short, service.Name
			s.Recent[0].Agency = s.Call.Agency
			s.Longest.Agency = s.Call.Agency
			s.Longest.Wait = protocol.WaitRange{Known: true, Low: 105, High: 140}
			it.Show(s)
			for _, x := range texts(it) {
				if strings.HasSuffix(x.Text, "…") {
					t.Errorf("%s: %q is cut off", service.ID, x.Text)
				}
			}
		}
	}
}

func TestEveryWordOfTheWallIsThereInBothLanguages(t *testing.T) {
	it, _ := wall(t, Width, Height)
	all := slices.Collect(maps.Values(pictures()))
	for _, code := range []string{protocol.CodeTokenInvalid, protocol.CodeTopicUnknown, protocol.CodeVersionUnsupported} {
		all = append(all, board.Shown{Mode: board.Refused, RefusedCode: code})
	}
	for _, s := range all {
		it.Show(s)
		for _, x := range texts(it) {
			if strings.HasPrefix(x.Text, "display.") || strings.ContainsAny(x.Text, "{}") {
				t.Errorf("%q is no text", x.Text)
			}
		}
	}
	id, en := lang.Keys("id"), lang.Keys("en")
	for _, key := range id {
		if strings.HasPrefix(key, "display.") && !slices.Contains(en, key) {
			t.Errorf("%s is missing in English", key)
		}
	}
	for _, key := range en {
		if strings.HasPrefix(key, "display.") && !slices.Contains(id, key) {
			t.Errorf("%s is missing in Indonesian", key)
		}
	}
}

func TestAWindowWithoutASizeYetIsNoTrouble(t *testing.T) {
	it, _ := wall(t, Width, Height)
	it.Show(pictures()["stale"])
	it.Content().Resize(fyne.NewSize(0, 0))
	it.Show(pictures()["call"])
	it.Content().Resize(fyne.NewSize(1, 2000))
	it.Show(board.Shown{Mode: board.Connecting})
}
