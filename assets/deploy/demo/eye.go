package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/image/draw"

	"loket/assets/deploy/hall"
)

// eye reads what a screen shows, the way a person would: from its pixels.
type eye struct {
	screen *hall.Screen
	shots  string // folder of screenshots
}

// word is one recognised word and where it stands.
type word struct {
	text string
	line string // block, paragraph and line, as one key
	box  image.Rectangle
}

// find waits until the screen shows the phrase and returns its place.
func (e *eye) find(ctx context.Context, phrase string) (image.Rectangle, error) {
	var seen []word
	for squint := false; ; squint = !squint {
		var err error
		if seen, err = e.read(ctx, squint); err != nil && ctx.Err() == nil {
			return image.Rectangle{}, err
		}
		if box, ok := locate(seen, phrase); ok {
			return box, nil
		}
		select {
		case <-ctx.Done():
			return image.Rectangle{}, fmt.Errorf("the %s does not show %q; it shows %q", e.screen.Name, phrase, sentence(seen))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// tap touches the middle of the phrase as soon as the screen shows it.
func (e *eye) tap(ctx context.Context, phrase string) error {
	box, err := e.find(ctx, phrase)
	if err != nil {
		return err
	}
	return e.screen.Tap(ctx, (box.Min.X+box.Max.X)/2, (box.Min.Y+box.Max.Y)/2)
}

// keep saves a screenshot under the name. It is called after find has seen the screen, so a fade is over.
func (e *eye) keep(ctx context.Context, name string) error {
	return e.screen.Shoot(ctx, filepath.Join(e.shots, name+".png"))
}

// read recognises what the screen shows. Squinting sees black and white only: it reads large white
// words on a coloured button, and misses what is pale.
func (e *eye) read(ctx context.Context, squint bool) ([]word, error) {
	path := filepath.Join(e.shots, ".look-"+e.screen.Name+".png")
	if err := e.screen.Shoot(ctx, path); err != nil {
		return nil, err
	}
	defer os.Remove(path) // a scratch file in our own folder
	if squint {
		if err := blackAndWhite(path); err != nil {
			return nil, err
		}
	}
	return recognise(ctx, path)
}

func blackAndWhite(path string) error {
	img, err := readPNG(path)
	if err != nil {
		return err
	}
	size := img.Bounds()
	flat := image.NewGray(size)
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			if gray, ok := color.GrayModel.Convert(img.At(x, y)).(color.Gray); ok && gray.Y > 150 {
				flat.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	return writePNG(path, flat)
}

func readPNG(path string) (image.Image, error) {
	f, err := os.Open(path) //nolint:gosec // our own picture
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	img, err := png.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return img, nil
}

func writePNG(path string, img image.Image) error {
	f, err := os.Create(path) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, img), f.Close())
}

// recognise runs the text recogniser in its mode for text that is scattered over a picture.
func recognise(ctx context.Context, path string) ([]word, error) {
	cmd := exec.CommandContext(ctx, "tesseract", path, "stdout", "--psm", "11", "tsv") //nolint:gosec // our own picture
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("read the picture: %w", err)
	}
	var words []word
	for row := range strings.Lines(string(out)) {
		cells := strings.Split(strings.TrimRight(row, "\n"), "\t")
		if len(cells) < 12 || cells[0] != "5" || strings.TrimSpace(cells[11]) == "" {
			continue // level 5 are words; the others are boxes around them
		}
		var n [4]int
		for i := range n {
			if n[i], err = strconv.Atoi(cells[6+i]); err != nil {
				return nil, fmt.Errorf("read the recogniser's table: %w", err)
			}
		}
		words = append(words, word{
			text: cells[11], line: strings.Join(cells[2:5], "."),
			box: image.Rect(n[0], n[1], n[0]+n[2], n[1]+n[3]),
		})
	}
	return words, nil
}

// locate finds the words of the phrase side by side on one line.
func locate(words []word, phrase string) (image.Rectangle, bool) {
	want := strings.Fields(phrase)
	for i := range words {
		box, n := image.Rectangle{}, 0
		for n < len(want) && i+n < len(words) && words[i+n].line == words[i].line && alike(words[i+n].text, want[n]) {
			box = box.Union(words[i+n].box)
			n++
		}
		if n == len(want) {
			return box, true
		}
	}
	return image.Rectangle{}, false
}

// alike compares without case and punctuation, and lets the recogniser take O for 0.
func alike(a, b string) bool { return fold(a) == fold(b) }

func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '.', ',', ':', ';', '!', '?', '\'', '"', '‘', '’', '|', '(', ')':
			return -1
		case '—', '–':
			return '-'
		}
		return r
	}, strings.ToUpper(s))
	return strings.ReplaceAll(s, "O", "0")
}

func sentence(words []word) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.text
	}
	return strings.Join(texts, " ")
}

// cut saves the largest field of a picture that is painted in the colour (within a small tolerance)
// in a size that can be read, and says how many of the picture's pixels are. Small spots of the colour elsewhere do not count.
func cut(src, dst string, r, g, b uint8) (int, error) {
	img, err := readPNG(src)
	if err != nil {
		return 0, err
	}
	near := func(v uint32, w uint8) bool { d := int(v>>8) - int(w); return d > -12 && d < 12 }
	size, count := img.Bounds(), 0
	rows, columns := make([]int, size.Dy()), make([]int, size.Dx())
	for y := range rows {
		for x := range columns {
			if cr, cg, cb, _ := img.At(size.Min.X+x, size.Min.Y+y).RGBA(); near(cr, r) && near(cg, g) && near(cb, b) {
				rows[y]++
				columns[x]++
				count++
			}
		}
	}
	top, bottom := dense(rows)
	left, right := dense(columns)
	part, ok := img.(interface {
		SubImage(image.Rectangle) image.Image
	})
	if !ok || count == 0 {
		return count, nil
	}
	field := part.SubImage(image.Rect(left, top, right, bottom).Add(size.Min))
	// The recogniser knows the type of books: giant letters have to be made smaller for it.
	small := image.NewGray(image.Rect(0, 0, 480, 480*(bottom-top)/max(1, right-left)))
	draw.CatmullRom.Scale(small, small.Bounds(), field, field.Bounds(), draw.Src, nil)
	return count, writePNG(dst, small)
}

// dense gives the range outside of which every count is below a quarter of the largest.
func dense(counts []int) (from, to int) {
	least := slices.Max(counts) / 4
	isDense := func(n int) bool { return n >= least }
	from = slices.IndexFunc(counts, isDense)
	for to = len(counts); !isDense(counts[to-1]); {
		to--
	}
	return from, to
}
