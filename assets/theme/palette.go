package theme

import (
	"image/color"
	"strconv"
)

// Palette is the set of colours and the line width of one look. A screen draws with a palette and
// never with the colours themselves, so that a change of look is a change of palette.
type Palette struct {
	Ground    color.NRGBA // behind everything
	Bar       color.NRGBA // header and footer
	Card      color.NRGBA
	Line      color.NRGBA // edges of cards, rules
	LineWidth float32     // of Line, in pixels

	Text color.NRGBA
	Dim  color.NRGBA // second text

	Primary   color.NRGBA // the one main action; also the edge and the words of other actions
	OnPrimary color.NRGBA // words on Primary
	OnDim     color.NRGBA // second text on Primary
	Tint      color.NRGBA // a quiet ground for what is chosen

	Now     color.NRGBA // what is happening now
	NowTint color.NRGBA
	OnNow   color.NRGBA // words on Now and NowTint

	OK      color.NRGBA
	OKTint  color.NRGBA
	Bad     color.NRGBA
	BadTint color.NRGBA

	Press color.NRGBA // laid over what a finger is on; half transparent
}

// Standard is the look of the kiosk: warm paper and deep teal.
func Standard() Palette {
	return Palette{
		Ground: Paper, Bar: Card, Card: Card, Line: Hairline, LineWidth: LineWidth,
		Text: Ink, Dim: InkSecond,
		Primary: Primary, OnPrimary: Card, OnDim: rgb(0xd5e6ea), Tint: PrimaryTint,
		Now: Amber, NowTint: AmberTint, OnNow: rgb(0x4a3300),
		OK: OK, OKTint: OKTint, Bad: Bad, BadTint: BadTint,
		Press: color.NRGBA{R: Ink.R, G: Ink.G, B: Ink.B, A: 0x2e},
	}
}

// HighContrast is black on white with strong lines and no tints.
func HighContrast() Palette {
	black, white := rgb(0x000000), rgb(0xffffff)
	return Palette{
		Ground: white, Bar: white, Card: white, Line: black, LineWidth: LineStrong,
		Text: black, Dim: black,
		Primary: black, OnPrimary: white, OnDim: white, Tint: white,
		Now: white, NowTint: white, OnNow: black,
		OK: black, OKTint: white, Bad: black, BadTint: white,
		Press: color.NRGBA{A: 0x55},
	}
}

// Wall is the look of the wall displays: light on night.
func Wall() Palette {
	return Palette{
		Ground: Night, Bar: Night, Card: NightSecond, Line: rgb(0x1d4a59), LineWidth: LineWidth,
		Text: NightText, Dim: NightDim,
		Primary: rgb(0x45b4ca), OnPrimary: Night, OnDim: Night, Tint: NightSecond,
		Now: Amber, NowTint: Amber, OnNow: Night,
		OK: rgb(0x6fd19c), OKTint: NightSecond, Bad: rgb(0xff9d85), BadTint: NightSecond,
		Press: color.NRGBA{R: 0xff, G: 0xff, B: 0xff, A: 0x2e},
	}
}

// Hex reads a colour written as "#rrggbb", as agencies have it in the catalogue. Anything else is
// answered with Ink, on which white text can be read as well.
func Hex(s string) color.NRGBA {
	if len(s) != 7 || s[0] != '#' {
		return Ink
	}
	v, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		return Ink
	}
	return rgb(uint32(v))
}
