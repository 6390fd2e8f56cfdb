package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

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
	for {
		var err error
		if seen, err = e.read(ctx); err != nil && ctx.Err() == nil {
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

// keep saves a screenshot under the name, once the screen has settled.
func (e *eye) keep(ctx context.Context, name string) error {
	path := filepath.Join(e.shots, name+".png")
	var last []byte
	for ctx.Err() == nil {
		if err := e.screen.Shoot(ctx, path); err != nil {
			return err
		}
		now, err := os.ReadFile(path) //nolint:gosec // our own screenshot
		if err != nil {
			return err
		}
		if bytes.Equal(now, last) {
			return nil
		}
		last = now
	}
	return ctx.Err()
}

func (e *eye) read(ctx context.Context) ([]word, error) {
	path := filepath.Join(e.shots, ".look-"+e.screen.Name+".png")
	if err := e.screen.Shoot(ctx, path); err != nil {
		return nil, err
	}
	defer os.Remove(path) //nolint:errcheck // a scratch file in our own folder
	return recognise(ctx, path, "11")
}

// recognise runs the text recogniser; mode is its page segmentation ("11" sparse, "6" one block).
func recognise(ctx context.Context, path, mode string) ([]word, error) {
	cmd := exec.CommandContext(ctx, "tesseract", path, "stdout", "--psm", mode, "tsv")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("read the picture: %w", err)
	}
	rows := csv.NewReader(bytes.NewReader(out))
	rows.Comma, rows.LazyQuotes, rows.FieldsPerRecord = '\t', true, -1
	var words []word
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return words, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the recogniser's table: %w", err)
		}
		if len(row) < 12 || row[0] != "5" || strings.TrimSpace(row[11]) == "" {
			continue // level 5 are words; the others are boxes around them
		}
		var n [4]int
		for i := range n {
			if n[i], err = strconv.Atoi(row[6+i]); err != nil {
				return nil, fmt.Errorf("read the recogniser's table: %w", err)
			}
		}
		words = append(words, word{
			text: row[11], line: strings.Join(row[2:5], "."),
			box: image.Rect(n[0], n[1], n[0]+n[2], n[1]+n[3]),
		})
	}
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

// cut saves the part of a picture that is painted in the colour (within a small tolerance), and says
// how many of its pixels are.
func cut(src, dst string, r, g, b uint8) (int, error) {
	f, err := os.Open(src) //nolint:gosec // our own screenshot
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // only read
	img, err := png.Decode(f)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", src, err)
	}
	near := func(v uint32, w uint8) bool { d := int(v>>8) - int(w); return d > -12 && d < 12 }
	box, count := image.Rectangle{}, 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if cr, cg, cb, _ := img.At(x, y).RGBA(); near(cr, r) && near(cg, g) && near(cb, b) {
				box, count = box.Union(image.Rect(x, y, x+1, y+1)), count+1
			}
		}
	}
	part, ok := img.(interface {
		SubImage(image.Rectangle) image.Image
	})
	if !ok || count == 0 {
		return count, nil
	}
	out, err := os.Create(dst) //nolint:gosec // our own folder
	if err != nil {
		return 0, err
	}
	return count, errors.Join(png.Encode(out, part.SubImage(box)), out.Close())
}
