// Package icons has the pictures of Loket's screens, drawn for this project as SVG on a grid of 24 with
// round strokes of 2. It gives each in the colour that is asked for; it knows no theme.
package icons

import (
	"embed"
	"fmt"
	"image"
	"image/color"
	"strings"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

//go:embed *.svg
var files embed.FS

// Names returns the names of all icons in the order of the alphabet.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // embedded, so it is there
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".svg"))
	}
	return names
}

// SVG returns an icon's source with its colour written in. An unknown name is a mistake in the program,
// so it panics; a test draws every name that the screens use.
func SVG(name string, c color.NRGBA) []byte {
	raw, err := files.ReadFile(name + ".svg")
	if err != nil {
		panic(fmt.Sprintf("assets/icons: no icon %q", name))
	}
	return []byte(strings.ReplaceAll(string(raw), "currentColor", hex(c)))
}

// Resource returns an icon in a colour as a Fyne resource. Resources of one name and colour have one name.
func Resource(name string, c color.NRGBA) fyne.Resource {
	return fyne.NewStaticResource(name+"-"+hex(c)[1:]+".svg", SVG(name, c))
}

type pictureKey struct {
	name          string
	color         color.NRGBA
	width, height int
}

var pictures = struct {
	sync.Mutex
	drawn map[pictureKey]image.Image
}{drawn: map[pictureKey]image.Image{}}

// Image returns an icon drawn in a colour at width by height pixels. Drawings are kept, since the screens
// use a handful of sizes and colours; the same arguments give the same image. It needs a running
// Fyne app or its test driver.
func Image(name string, c color.NRGBA, width, height int) image.Image {
	key := pictureKey{name, c, width, height}
	pictures.Lock()
	defer pictures.Unlock()
	if img, ok := pictures.drawn[key]; ok {
		return img
	}
	img := draw(Resource(name, c), width, height)
	pictures.drawn[key] = img
	return img
}

// draw lets Fyne's own rasterizer draw an image that is on no canvas. Such an image some drivers draw
// at twice its size, for fear of a dense screen; then it is drawn once more at half the size.
func draw(res fyne.Resource, width, height int) image.Image {
	i := canvas.NewImageFromResource(res)
	i.Refresh() // reads the source, so that Resize knows what to draw
	i.Resize(fyne.NewSize(float32(width), float32(height)))
	if i.Image != nil && i.Image.Bounds().Dx() > width {
		i.Resize(fyne.NewSize(float32(width)/2, float32(height)/2))
	}
	return i.Image
}

func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
