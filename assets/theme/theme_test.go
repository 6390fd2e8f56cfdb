package theme_test

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	_ "fyne.io/fyne/v2/test" // the toolkit's own sizes and icons need an app
	fynetheme "fyne.io/fyne/v2/theme"

	"loket/assets/theme"
)

// luminance and contrast are those of WCAG 2.
func luminance(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.03928 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestWordsCanBeReadOnTheirGround(t *testing.T) {
	for name, p := range map[string]theme.Palette{
		"standard": theme.Standard(), "high contrast": theme.HighContrast(), "wall": theme.Wall(),
	} {
		for _, pair := range []struct {
			what       string
			ink, under color.NRGBA
			least      float64 // 3 for what is only set bold at 46 and more
		}{
			{"text on ground", p.Text, p.Ground, 4.5},
			{"text on card", p.Text, p.Card, 4.5},
			{"second text on ground", p.Dim, p.Ground, 4.5},
			{"second text on card", p.Dim, p.Card, 4.5},
			{"words on the main action", p.OnPrimary, p.Primary, 4.5},
			{"second words on the main action", p.OnDim, p.Primary, 4.5},
			{"words of an action on card", p.Primary, p.Card, 4.5},
			{"words on what is now", p.OnNow, p.Now, 4.5},
			{"words on its tint", p.OnNow, p.NowTint, 4.5},
			{"done on its tint", p.OK, p.OKTint, 3},
			{"stopped on card", p.Bad, p.Card, 4.5},
		} {
			if c := contrast(pair.ink, pair.under); c < pair.least {
				t.Errorf("%s: %s has contrast %.1f", name, pair.what, c)
			}
		}
	}
}

func TestHexReadsWhatACatalogueHas(t *testing.T) {
	for in, want := range map[string]color.NRGBA{
		"#0b5c6e": theme.Primary, "#FFFFFF": theme.Card,
		"": theme.Ink, "0b5c6e": theme.Ink, "#0b5c6": theme.Ink, "#zzzzzz": theme.Ink, "#+12345": theme.Ink,
	} {
		if got := theme.Hex(in); got != want {
			t.Errorf("%q is %v instead of %v", in, got, want)
		}
	}
}

func TestTheThemeAnswersEveryName(t *testing.T) {
	th := theme.New(theme.Standard())
	if th.Palette() != theme.Standard() {
		t.Error("the palette is another")
	}
	if got := th.Color(fynetheme.ColorNameBackground, fynetheme.VariantDark); got != color.Color(theme.Paper) {
		t.Errorf("a dark desktop changes the ground to %v", got)
	}
	for _, name := range []fyne.ThemeColorName{
		fynetheme.ColorNameForeground, fynetheme.ColorNameButton, fynetheme.ColorNamePrimary, fynetheme.ColorNameDisabled,
		fynetheme.ColorNameError, fynetheme.ColorNameShadow, fynetheme.ColorNamePressed, "something new",
	} {
		if th.Color(name, fynetheme.VariantLight) == nil {
			t.Errorf("no colour for %s", name)
		}
	}
	for _, name := range []fyne.ThemeSizeName{fynetheme.SizeNameText, fynetheme.SizeNamePadding, fynetheme.SizeNameScrollBar} {
		if th.Size(name) <= 0 {
			t.Errorf("no size for %s", name)
		}
	}
	if th.Font(fyne.TextStyle{Bold: true}) != fynetheme.DefaultTextBoldFont() || th.Font(fyne.TextStyle{}) != fynetheme.DefaultTextFont() {
		t.Error("the two weights are not those of Noto Sans")
	}
	if th.Icon(fynetheme.IconNameCancel) == nil {
		t.Error("no icon")
	}
}
