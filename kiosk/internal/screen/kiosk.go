// Package screen is the face of the kiosk: it draws a flow.State and turns touches into flow.Inputs.
// It knows no client, no printer and no clock; what it shows is what the state says. Its invariant:
// the same state is always the same picture, and drawing it again costs and keeps nothing. What a citizen typed or
// showed is in no object any more once its screen is left.
//
// There is one file a screen. Each is a function from the state to boxes, words and icons on a sheet
// of kept canvas objects (package sheet), so every mode, language and orientation is laid out by the
// same code, from measured text.
//
// Everything runs on the Fyne goroutine.
package screen

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"loket/assets/theme"
	"loket/assets/theme/sheet"
	"loket/kiosk/internal/flow"
)

// The sizes that the screens are laid out for, in pixels at scale 1.
const (
	ShortSide float32 = 1080
	LongSide  float32 = 1920
)

// Config is what a Kiosk needs.
type Config struct {
	// Emit takes what the citizen did. It is called on the Fyne goroutine and must not wait.
	// TakeTicket comes without an ID: whoever takes it gives one.
	Emit func(flow.Input)
	// Landscape lays out for 1920x1080 instead of 1080x1920.
	Landscape bool
	// NoCards says that this kiosk has no card reader: nobody is asked to tap a card.
	NoCards bool
	// NoCodes says that this kiosk has no reader of codes: nobody is asked to scan one.
	NoCodes bool
}

// Kiosk is the whole window: header, the present screen, footer.
type Kiosk struct {
	cfg     Config
	root    *fyne.Container
	surface *surface

	ground *canvas.Rectangle
	sheets map[flow.Screen]*sheet.Sheet
	shown  *sheet.Sheet
	on     flow.Screen       // of shown
	veil   *canvas.Rectangle // lies over what a finger is on

	palette theme.Palette
	targets []Target
	pressed int // index of targets, or none
	qr      qrCode
}

// none says that no target is pressed.
const none = -1

// Target is a place to touch and what it means.
type Target struct {
	Box   sheet.Box
	Input flow.Input
	// radius of the press mark.
	radius float32
}

// New makes a kiosk that shows nothing until Show.
func New(cfg Config) *Kiosk {
	k := &Kiosk{
		cfg: cfg, pressed: none, palette: theme.Standard(),
		sheets: map[flow.Screen]*sheet.Sheet{},
		ground: &canvas.Rectangle{},
		veil:   &canvas.Rectangle{},
	}
	k.veil.Hide()
	objects := []fyne.CanvasObject{k.ground}
	for _, on := range screens {
		sh := sheet.New()
		sh.Content().Hide()
		k.sheets[on] = sh
		objects = append(objects, sh.Content())
	}
	k.root = &fyne.Container{Objects: append(objects, k.veil)}
	k.surface = newSurface(k)
	return k
}

var screens = []flow.Screen{
	flow.Attract, flow.Home, flow.Agency, flow.Service, flow.Search,
	flow.Requirements, flow.Printing, flow.Done, flow.OnScreen,
	flow.FindTicket, flow.FoundTicket, flow.Trouble,
	flow.Identity, flow.Privacy, flow.ConfirmPerson, flow.Priority,
}

// ofTheVisit says whether a screen shows what a citizen typed, showed or holds. Its sheet forgets that when another
// screen is shown.
func ofTheVisit(on flow.Screen) bool {
	switch on {
	case flow.Attract, flow.Home, flow.Agency, flow.Service, flow.Requirements, flow.Privacy, flow.Trouble:
		return false
	case flow.Search, flow.Printing, flow.Done, flow.OnScreen, flow.FindTicket, flow.FoundTicket,
		flow.Identity, flow.ConfirmPerson, flow.Priority:
	}
	return true
}

// Content is the object to put into the window, without padding.
func (k *Kiosk) Content() fyne.CanvasObject { return k.surface }

func (k *Kiosk) size() fyne.Size {
	if k.cfg.Landscape {
		return fyne.NewSize(LongSide, ShortSide)
	}
	return fyne.NewSize(ShortSide, LongSide)
}

// Show draws a state. It may be called each second; what did not change is not drawn again.
func (k *Kiosk) Show(s flow.State) {
	sh, ok := k.sheets[s.Screen]
	if !ok {
		return // a screen that does not exist: the last one stays
	}
	k.palette = theme.Standard()
	if s.Prefs.HighContrast {
		k.palette = theme.HighContrast()
	}
	k.setGround(k.palette)
	old := k.held()
	p := newPen(k, sh, s)
	sh.Begin()
	p.draw()
	sh.End()
	k.targets = p.targets
	k.follow(old)
	if sh != k.shown {
		if k.shown != nil {
			k.shown.Content().Hide()
			if ofTheVisit(k.on) {
				k.shown.Wipe()
			}
		}
		sh.Content().Show()
		k.shown, k.on = sh, s.Screen
		// The toolkit repaints for objects that it has painted before; a sheet that is shown for the
		// first time is none of them, and without this the window would stay empty until a touch.
		k.ground.Refresh()
	}
}

// setGround paints the window's ground. The standard one is the theme's own background, which the toolkit
// clears the window with: two million pixels less to draw by software. A dot stays to be refreshed.
func (k *Kiosk) setGround(p theme.Palette) {
	if k.ground.FillColor == color.Color(p.Ground) {
		return
	}
	k.ground.FillColor = p.Ground
	if p.Ground == theme.Paper {
		k.ground.Resize(fyne.NewSize(1, 1))
	} else {
		k.ground.Resize(k.size())
	}
	k.ground.Refresh()
}

// Targets returns what can be touched now, in drawing order.
func (k *Kiosk) Targets() []Target { return append([]Target(nil), k.targets...) }
