package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"loket/kiosk/internal/flow"
)

// surface is the one widget of the window: it holds what is drawn and takes all touches.
type surface struct {
	widget.BaseWidget
	k *Kiosk
}

var (
	_ fyne.Tappable     = (*surface)(nil)
	_ desktop.Mouseable = (*surface)(nil)
)

func newSurface(k *Kiosk) *surface {
	s := &surface{k: k}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *surface) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.k.root) }

// MinSize implements fyne.CanvasObject: the window must not be smaller than the layout.
func (s *surface) MinSize() fyne.Size { return s.k.size() }

// Tapped implements fyne.Tappable. A tap counts for the target on which the finger went down; one
// outside all targets still says that somebody is here.
func (s *surface) Tapped(e *fyne.PointEvent) {
	k := s.k
	i, down := k.at(e.Position), k.pressed
	k.press(none)
	if down != none && down != i {
		return
	}
	if i == none {
		k.emit(flow.Touch{})
		return
	}
	k.emit(k.targets[i].Input)
}

// MouseDown implements desktop.Mouseable: what the finger is on is marked at once.
func (s *surface) MouseDown(e *desktop.MouseEvent) { s.k.press(s.k.at(e.Position)) }

// MouseUp implements desktop.Mouseable. The mark goes when the finger leaves; a tap, which comes after it, is
// judged by Tapped.
func (s *surface) MouseUp(*desktop.MouseEvent) { s.k.hideVeil() }

func (k *Kiosk) emit(in flow.Input) {
	if k.cfg.Emit != nil {
		k.cfg.Emit(in)
	}
}

func (k *Kiosk) at(pos fyne.Position) int {
	for i, t := range k.targets {
		if t.Box.Contains(pos.X, pos.Y) {
			return i
		}
	}
	return none
}

// held is the target under the finger before a new drawing.
func (k *Kiosk) held() *Target {
	if k.pressed == none {
		return nil
	}
	t := k.targets[k.pressed]
	return &t
}

// follow finds the held target among those of the new drawing, or lets go.
func (k *Kiosk) follow(old *Target) {
	if old == nil {
		return
	}
	k.pressed = none
	for i, t := range k.targets {
		if t == *old {
			k.pressed = i
			return
		}
	}
	k.hideVeil()
}

func (k *Kiosk) press(i int) {
	k.pressed = i
	if i == none {
		k.hideVeil()
		return
	}
	t := k.targets[i]
	k.veil.FillColor = k.palette.Press
	k.veil.CornerRadius = min(t.radius, t.Box.H/2, t.Box.W/2)
	k.veil.Move(fyne.NewPos(t.Box.X, t.Box.Y))
	k.veil.Resize(fyne.NewSize(t.Box.W, t.Box.H))
	k.veil.Show()
	k.veil.Refresh()
}

func (k *Kiosk) hideVeil() {
	if k.veil.Visible() {
		k.veil.Hide()
	}
}
