// Package icons has the pictures of Loket's screens, drawn for this project as SVG on a grid of 24 with
// round strokes of 2; what is shown large is drawn finer. It gives each in the colour that is asked for; it knows no theme.
package icons

import (
	"embed"
	"fmt"
	"image"
	"image/color"
	"regexp"
	"strconv"
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

// Resource returns an icon in a colour for a width in pixels as a Fyne resource. Fyne does not scale the
// strokes of an SVG with its shapes, so they are written for the width; drawn at another width the icon
// would look too thin or too bold. The same arguments give the same name.
func Resource(name string, c color.NRGBA, width int) fyne.Resource {
	raw := string(SVG(name, c))
	box := viewBox.FindStringSubmatch(raw)
	if box == nil {
		panic(fmt.Sprintf("assets/icons: %q has no viewBox", name))
	}
	factor := float64(width) / number(box[1])
	raw = strokeWidth.ReplaceAllStringFunc(raw, func(s string) string {
		return fmt.Sprintf(`stroke-width="%.3f"`, factor*number(strokeWidth.FindStringSubmatch(s)[1]))
	})
	return fyne.NewStaticResource(fmt.Sprintf("%s-%s-%d.svg", name, hex(c)[1:], width), []byte(raw))
}

var (
	viewBox     = regexp.MustCompile(`viewBox="0 0 ([0-9.]+) `)
	strokeWidth = regexp.MustCompile(`stroke-width="([0-9.]+)"`)
)

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(fmt.Sprintf("assets/icons: %v", err)) // the files are embedded, and a test reads each
	}
	return v
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
	img := draw(Resource(name, c, width), width, height)
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
