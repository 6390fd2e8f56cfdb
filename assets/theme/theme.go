package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Theme is the fyne.Theme of Loket's programs: one palette, Noto Sans as Fyne ships it, and the type
// scale of the kiosk under Fyne's size names. It is the same whatever the desktop prefers.
type Theme struct{ palette Palette }

var _ fyne.Theme = Theme{}

// New returns the theme of a palette.
func New(p Palette) Theme { return Theme{palette: p} }

// Palette returns the colours that the theme was made of.
func (t Theme) Palette() Palette { return t.palette }

// Color implements fyne.Theme; the variant is ignored, since the palette is the variant.
func (t Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	p := t.palette
	switch name {
	case fynetheme.ColorNameBackground:
		return p.Ground
	case fynetheme.ColorNameButton, fynetheme.ColorNameInputBackground, fynetheme.ColorNameMenuBackground,
		fynetheme.ColorNameOverlayBackground:
		return p.Card
	case fynetheme.ColorNameHeaderBackground:
		return p.Bar
	case fynetheme.ColorNameDisabled, fynetheme.ColorNamePlaceHolder:
		return p.Dim
	case fynetheme.ColorNamePrimary, fynetheme.ColorNameHyperlink, fynetheme.ColorNameFocus:
		return p.Primary
	case fynetheme.ColorNameSelection, fynetheme.ColorNameDisabledButton:
		return p.Tint
	case fynetheme.ColorNameForegroundOnPrimary, fynetheme.ColorNameForegroundOnError, fynetheme.ColorNameForegroundOnSuccess:
		return p.OnPrimary
	case fynetheme.ColorNameForegroundOnWarning:
		return p.OnNow
	case fynetheme.ColorNameInputBorder, fynetheme.ColorNameSeparator, fynetheme.ColorNameScrollBar:
		return p.Line
	case fynetheme.ColorNameError:
		return p.Bad
	case fynetheme.ColorNameSuccess:
		return p.OK
	case fynetheme.ColorNameWarning:
		return p.Now
	case fynetheme.ColorNamePressed, fynetheme.ColorNameHover:
		return p.Press
	case fynetheme.ColorNameShadow, fynetheme.ColorNameScrollBarBackground:
		return color.Transparent // no shadows; nothing scrolls
	}
	return p.Text
}

// Font implements fyne.Theme with the two weights that the screens use.
func (t Theme) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Monospace:
		return fynetheme.DefaultTextMonospaceFont()
	case style.Symbol:
		return fynetheme.DefaultSymbolFont()
	case style.Bold:
		return fynetheme.DefaultTextBoldFont()
	}
	return fynetheme.DefaultTextFont()
}

// Icon implements fyne.Theme. The screens draw icons of their own (package icons); the toolkit's
// remain for what only it can ask for.
func (t Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return fynetheme.DefaultTheme().Icon(name)
}

// Size implements fyne.Theme in pixels at scale 1.
func (t Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case fynetheme.SizeNameText:
		return SizeBody
	case fynetheme.SizeNameCaptionText:
		return SizeSmall
	case fynetheme.SizeNameSubHeadingText:
		return SizeHeading
	case fynetheme.SizeNameHeadingText:
		return SizeTitle
	case fynetheme.SizeNamePadding:
		return Space1
	case fynetheme.SizeNameInnerPadding:
		return Space2
	case fynetheme.SizeNameInputRadius, fynetheme.SizeNameSelectionRadius, fynetheme.SizeNameButtonRadius,
		fynetheme.SizeNameCardRadius, fynetheme.SizeNameDialogRadius, fynetheme.SizeNamePopupRadius:
		return Corner
	case fynetheme.SizeNameInputBorder, fynetheme.SizeNameSeparatorThickness:
		return t.palette.LineWidth
	}
	return fynetheme.DefaultTheme().Size(name)
}
