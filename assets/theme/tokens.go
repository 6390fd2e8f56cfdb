// Package theme is the look of Loket's screens: palette, type scale, corners and spacing as tokens,
// and a fyne.Theme made of them. It knows no screen.
package theme

import "image/color"

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16 & 0xff), G: uint8(v >> 8 & 0xff), B: uint8(v & 0xff), A: 0xff}
}

// The palette. Colour never carries a meaning alone: an icon or a word goes with it.
var (
	Ink         = rgb(0x10303b) // text
	InkSecond   = rgb(0x4d6168) // second text, never lighter
	Paper       = rgb(0xf6f4ee) // kiosk ground
	Card        = rgb(0xffffff)
	Hairline    = rgb(0xddd8cc) // 2 px lines
	Primary     = rgb(0x0b5c6e) // the one main action, links, focus
	PrimaryTint = rgb(0xe3f0f2)
	Amber       = rgb(0xf4b43c) // what is happening now
	AmberTint   = rgb(0xfff3d9)
	OK          = rgb(0x1a7f4e)
	OKTint      = rgb(0xe2f3e9)
	Bad         = rgb(0xb23a24)
	BadTint     = rgb(0xfbe7e2)
	Night       = rgb(0x08222b) // the wall
	NightSecond = rgb(0x0f3441)
	NightText   = rgb(0xffffff)
	NightDim    = rgb(0xa9c2ca) // second text on the wall
)

// Kiosk type sizes, in pixels at scale 1. Line height is 1.1 for Title and above, 1.4 for reading.
const (
	SizeSmall   float32 = 26
	SizeBody    float32 = 30
	SizeLabel   float32 = 34
	SizeButton  float32 = 38
	SizeHeading float32 = 46
	SizeTitle   float32 = 54
	SizeDisplay float32 = 64
	SizeGiant   float32 = 260 // one number or amount a screen
	LargeFactor float32 = 1.3 // large-text mode
)

// Spacing steps and corners, in pixels.
const (
	Space1 float32 = 16
	Space2 float32 = 24
	Space3 float32 = 32
	Space4 float32 = 48
	Space5 float32 = 64

	Corner     float32 = 28
	LineWidth  float32 = 2
	LineStrong float32 = 3 // high contrast

	// TargetMin is the least side of anything to touch: at least 20 mm on 1080x1920 panels of
	// 18.5 inches and more, where a pixel is 0.21 mm or larger.
	TargetMin float32 = 96
)
