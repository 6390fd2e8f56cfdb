package main

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"loket/drivers/emulator"
)

//go:embed page
var page embed.FS

// bench is the page and its API.
type bench struct {
	cfg     config
	printer *emulator.Printer
	readers readers

	mu   sync.Mutex
	lost error // the first picture that could not be written
}

// keep writes the picture of a slip where --paper says.
func (b *bench) keep(s *emulator.Slip) {
	if b.cfg.paper == "" {
		return
	}
	name := filepath.Join(b.cfg.paper, fmt.Sprintf("slip-%04d.png", s.Number))
	if err := writePNG(name, s.Picture()); err != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.lost == nil {
			b.lost = err
		}
	}
}

// trouble is what went wrong with pictures.
func (b *bench) trouble() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lost
}

// writePNG writes under another name first, so that who watches the directory sees whole pictures.
func writePNG(name string, img image.Image) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".slip-*")
	if err != nil {
		return err
	}
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	err = errors.Join(enc.Encode(f, img), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// state is what GET /state answers.
type state struct {
	Profile   string                  `json:"profile"`
	Title     string                  `json:"title"`
	Device    string                  `json:"device"`
	Baud      int                     `json:"baud"`
	Faults    map[emulator.Fault]bool `json:"faults"`
	Slips     int                     `json:"slips"`
	Rows      int                     `json:"rows"` // of paper that hangs out; changes while it prints
	Received  int                     `json:"received"`
	Lost      int                     `json:"lost"`
	Readers   []readerState           `json:"readers"`
	Presenter bool                    `json:"presenter"` // it holds slips out
	Error     string                  `json:"error,omitempty"`
}

// slip is one of what GET /slips answers.
type slip struct {
	Number  int       `json:"number"`
	At      time.Time `json:"at"`
	Cut     bool      `json:"cut"`
	Lines   []string  `json:"lines"`
	QRs     []string  `json:"qrs"`
	Picture string    `json:"picture"`
}

func (b *bench) handler() http.Handler {
	mux := http.NewServeMux()
	root, err := fs.Sub(page, "page")
	if err != nil {
		panic(fmt.Sprintf("devicebench: the page is part of the program: %v", err))
	}
	mux.Handle("GET /", http.FileServerFS(root))
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, b.state()) })
	mux.HandleFunc("GET /slips", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, b.slips()) })
	mux.HandleFunc("GET /slips/{name}", b.slipPNG)
	mux.HandleFunc("GET /paper.png", b.paperPNG)
	mux.HandleFunc("POST /faults", b.setFault)
	mux.HandleFunc("POST /paper", b.setPaper)
	mux.HandleFunc("POST /tear", func(w http.ResponseWriter, _ *http.Request) {
		b.printer.Tear()
		answer(w, http.StatusOK, b.state())
	})
	b.readerRoutes(mux)
	guard := http.NewCrossOriginProtection() // no other page in this browser breaks our printer
	return headers(guard.Handler(mux))
}

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func (b *bench) state() state {
	stats := b.printer.Stats()
	s := state{
		Profile: b.cfg.profile.Name, Title: b.cfg.profile.Title, Device: b.printer.Device(), Baud: b.cfg.baud,
		Faults: b.printer.Faulty(), Slips: b.printer.Count(),
		Rows:     max(b.printer.Strip().Bounds().Dy()-b.cfg.profile.HeadToEdgeDots, 0),
		Received: stats.Received, Lost: stats.Lost, Readers: b.readers.state(),
	}
	if err := b.trouble(); err != nil {
		s.Error = err.Error()
	}
	return s
}

func (b *bench) slips() []slip {
	out := []slip{}
	for _, s := range b.printer.Slips() {
		one := slip{
			Number: s.Number, At: s.At, Cut: s.Cut, Lines: []string{}, QRs: append([]string{}, s.QRs...),
			Picture: fmt.Sprintf("/slips/%d.png", s.Number),
		}
		for _, l := range s.Lines {
			one.Lines = append(one.Lines, l.Text)
		}
		out = append(out, one)
	}
	return out
}

func (b *bench) slipPNG(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(strings.TrimSuffix(r.PathValue("name"), ".png"))
	if err == nil {
		for _, s := range b.printer.Slips() {
			if s.Number == n {
				picture(w, s.Picture())
				return
			}
		}
	}
	refuse(w, http.StatusNotFound, "no such slip, or too old to be kept")
}

func (b *bench) paperPNG(w http.ResponseWriter, _ *http.Request) {
	img := b.printer.StripPicture()
	if img == nil {
		refuse(w, http.StatusNotFound, "no paper hangs out")
		return
	}
	picture(w, img)
}

func (b *bench) setFault(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Fault emulator.Fault `json:"fault"`
		On    *bool          `json:"on"`
	}
	if !decode(w, r, &in) {
		return
	}
	if in.On == nil {
		refuse(w, http.StatusBadRequest, `"on" is missing: true or false`)
		return
	}
	switch err := b.printer.Set(in.Fault, *in.On); {
	case errors.Is(err, emulator.ErrFault):
		refuse(w, http.StatusBadRequest, fmt.Sprintf("%v: allowed are %v", err, emulator.Faults()))
	case err != nil:
		refuse(w, http.StatusInternalServerError, err.Error())
	default:
		answer(w, http.StatusOK, b.state())
	}
}

func (b *bench) setPaper(w http.ResponseWriter, r *http.Request) {
	var in struct {
		LeftMM *float64 `json:"left_mm"`
	}
	if !decode(w, r, &in) {
		return
	}
	if in.LeftMM == nil || *in.LeftMM < 0 || *in.LeftMM > 1e6 {
		refuse(w, http.StatusBadRequest, `"left_mm": 0 to 1000000 is allowed`)
		return
	}
	b.printer.PaperLeft(*in.LeftMM)
	answer(w, http.StatusOK, b.state())
}

func decode(w http.ResponseWriter, r *http.Request, v any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		refuse(w, http.StatusBadRequest, "body: "+err.Error())
		return false
	}
	return true
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who asked has gone away
}

func refuse(w http.ResponseWriter, status int, why string) {
	answer(w, status, map[string]string{"error": why})
}

func picture(w http.ResponseWriter, img image.Image) {
	w.Header().Set("Content-Type", "image/png")
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	_ = enc.Encode(w, img) // who asked has gone away
}
