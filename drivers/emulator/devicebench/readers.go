package main

import (
	"errors"
	"fmt"
	"net/http"

	"loket/drivers/emulator"
)

// readers are the devices that a citizen shows something to. Each is nil when it is not there.
type readers struct {
	cards *emulator.Reader // reads cards
	codes *emulator.Reader // writes a line for each code
}

// The names by which requests tell the readers apart.
const (
	cardReader = "cards"
	codeReader = "codes"
)

// readerConfig is what the command line says of readers.
type readerConfig struct {
	link    string // "" is none
	kind    emulator.ReaderKind
	scanner string // the link of a scanner beside it; "" is none
}

func (c readerConfig) check() error {
	known := false
	for _, k := range emulator.ReaderKinds() {
		known = known || k == c.kind
	}
	switch {
	case !known:
		return fmt.Errorf("--reader %q: allowed are %v", c.kind, emulator.ReaderKinds())
	case c.link != "" && c.link == c.scanner:
		return fmt.Errorf("--scanner-link %q: allowed is any path but that of --reader-link", c.scanner)
	case c.link != "" && c.scanner != "" && c.kind == emulator.Line:
		return errors.New("--scanner-link: allowed is one line reader, and --reader is one")
	}
	return nil
}

// plugReaders plugs in what the command line says.
func plugReaders(c readerConfig) (r readers, err error) {
	plug := func(kind emulator.ReaderKind, link string) *emulator.Reader {
		if link == "" || err != nil {
			return nil
		}
		var e *emulator.Reader
		if e, err = emulator.NewReader(emulator.ReaderConfig{Kind: kind, Link: link, End: "\r\n"}); err != nil {
			return nil
		}
		return e
	}
	if c.kind == emulator.Line {
		r.codes = plug(c.kind, c.link)
	} else {
		r.cards = plug(c.kind, c.link)
	}
	if r.codes == nil {
		r.codes = plug(emulator.Line, c.scanner)
	}
	if err != nil {
		return readers{}, errors.Join(err, r.close())
	}
	return r, nil
}

func (r readers) close() error {
	var err error
	for _, e := range []*emulator.Reader{r.cards, r.codes} {
		if e != nil {
			err = errors.Join(err, e.Close())
		}
	}
	return err
}

// readerState is one of the readers in what GET /state answers.
type readerState struct {
	Reader string                  `json:"reader"` // cards or codes
	Kind   emulator.ReaderKind     `json:"kind"`
	Device string                  `json:"device"`
	Baud   int                     `json:"baud"`
	Cards  []emulator.Card         `json:"cards"` // that lie on it
	Count  int                     `json:"count"` // looks for a card that were answered, or codes shown
	Faults map[emulator.Fault]bool `json:"faults"`
}

func (r readers) state() []readerState {
	out := []readerState{}
	add := func(name string, e *emulator.Reader) {
		if e == nil {
			return
		}
		out = append(out, readerState{
			Reader: name, Kind: e.Kind(), Device: e.Device(), Baud: e.Baud(),
			Cards: append([]emulator.Card{}, e.Cards()...), Count: e.Count(), Faults: e.Faulty(),
		})
	}
	add(cardReader, r.cards)
	add(codeReader, r.codes)
	return out
}

// readerRoutes adds what a citizen's hands do.
func (b *bench) readerRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /reader/tap", b.tap)
	mux.HandleFunc("POST /reader/lift", b.lift)
	mux.HandleFunc("POST /reader/scan", b.scan)
	mux.HandleFunc("POST /reader/faults", b.setReaderFault)
}

// tap lays a card on the reader, in the place of what lay there.
func (b *bench) tap(w http.ResponseWriter, r *http.Request) {
	var in emulator.Card
	if !decode(w, r, &in) || !there(w, b.readers.cards, "--reader-link with --reader pn532 or acr122s") {
		return
	}
	if err := in.Check(); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	b.readers.cards.Lift()
	if err := b.readers.cards.Tap(in); err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	answer(w, http.StatusOK, b.state())
}

func (b *bench) lift(w http.ResponseWriter, _ *http.Request) {
	if !there(w, b.readers.cards, "--reader-link with --reader pn532 or acr122s") {
		return
	}
	b.readers.cards.Lift()
	answer(w, http.StatusOK, b.state())
}

// scan shows a code to the reader of lines.
func (b *bench) scan(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Code string `json:"code"`
	}
	if !decode(w, r, &in) || !there(w, b.readers.codes, "--scanner-link, or --reader-link with --reader line") {
		return
	}
	if err := b.readers.codes.Scan(in.Code); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	answer(w, http.StatusOK, b.state())
}

func (b *bench) setReaderFault(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Reader string         `json:"reader"`
		Fault  emulator.Fault `json:"fault"`
		On     *bool          `json:"on"`
	}
	if !decode(w, r, &in) {
		return
	}
	e, ok := map[string]*emulator.Reader{cardReader: b.readers.cards, codeReader: b.readers.codes}[in.Reader]
	switch {
	case !ok:
		refuse(w, http.StatusBadRequest, fmt.Sprintf(`"reader" %q: allowed are cards, codes`, in.Reader))
		return
	case in.On == nil:
		refuse(w, http.StatusBadRequest, `"on" is missing: true or false`)
		return
	case !there(w, e, "--reader-link or --scanner-link"):
		return
	}
	switch err := e.Set(in.Fault, *in.On); {
	case errors.Is(err, emulator.ErrFault):
		refuse(w, http.StatusBadRequest, fmt.Sprintf("%v: allowed are %v", err, emulator.ReaderFaults(e.Kind())))
	case err != nil:
		refuse(w, http.StatusInternalServerError, err.Error())
	default:
		answer(w, http.StatusOK, b.state())
	}
}

// there says whether the bench has such a reader, and answers the request when not.
func there(w http.ResponseWriter, e *emulator.Reader, flags string) bool {
	if e == nil {
		refuse(w, http.StatusConflict, "no such reader: start the bench with "+flags)
	}
	return e != nil
}
