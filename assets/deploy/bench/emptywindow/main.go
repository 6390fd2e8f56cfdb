// Command emptywindow opens a Fyne window of the kiosk's size with nothing in it. It is the yardstick
// that the kiosk's memory is measured against.
package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
)

func main() {
	w := app.New().NewWindow("empty")
	w.Resize(fyne.NewSize(1080, 1920))
	w.ShowAndRun()
}
