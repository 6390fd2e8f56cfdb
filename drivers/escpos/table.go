package escpos

import (
	"fmt"
	"strings"
	"time"
)

// profiles is the one table. Sources: the makers' manuals for widths, commands and status; speeds
// and distances are typical values and only set how long a driver waits.
var profiles = []Profile{
	epson("epson-tm-t82", "Epson TM-T82, 80 mm", "TM-T82"),
	epson("epson-tm-t81", "Epson TM-T81, 80 mm", "TM-T81"),
	{
		Name: "bixolon-srp-350", Title: "Bixolon SRP-350, 80 mm", Models: []string{"SRP-35"},
		WidthDots: 512, Columns: 42, DPI: 180, LineDots: 30,
		NativeQR: true, Cutter: true, HeadToEdgeDots: 95,
		BufferBytes: 4096, PaperSpeed: 150, CutTime: 400 * time.Millisecond,
	},
	{
		Name: "clone-80", Title: "Xprinter XP-N160II and its like, 80 mm", Models: []string{"XP-N160", "XP-T80"},
		WidthDots: 576, Columns: 48, DPI: 203, LineDots: 34,
		NativeQR: true, Cutter: true, HeadToEdgeDots: 100,
		ProcessID:   true,
		BufferBytes: 4096, PaperSpeed: 120, CutTime: 500 * time.Millisecond,
	},
	{
		Name: "clone-58", Title: "POS-5890 and its like, 58 mm",
		WidthDots: 384, Columns: 32, DPI: 203, LineDots: 34,
		HeadToEdgeDots: 100,
		BufferBytes:    2048, PaperSpeed: 60,
	},
	{
		Name: "custom-kpm", Title: "Custom KPM and VKP, 80 mm, with presenter", Models: []string{"KPM", "VKP"},
		WidthDots: 576, Columns: 48, DPI: 203, LineDots: 34,
		Cutter: true, HeadToEdgeDots: 120,
		// GS e 3 pushes 80 steps of 0.625 mm out and holds the rest; GS e 2 takes it back.
		Presenter:   Presenter{Holds: true, Present: []byte{gs, 'e', 3, 80}, Retract: []byte{gs, 'e', 2}},
		Dialect:     CustomStatus,
		BufferBytes: 4096, PaperSpeed: 120, CutTime: 500 * time.Millisecond,
	},
	{
		Name: "citizen-ppu", Title: "Citizen PPU-231II, 80 mm, with presenter", Models: []string{"PPU-231"},
		WidthDots: 576, Columns: 48, DPI: 203, LineDots: 34,
		Cutter: true, HeadToEdgeDots: 110,
		Presenter:   Presenter{Holds: true},
		Dialect:     CitizenStatus,
		BufferBytes: 4096, PaperSpeed: 100, CutTime: 500 * time.Millisecond,
	},
	generic,
}

// generic is what can be said of any receipt printer: it is at least so wide and at most so fast.
var generic = Profile{
	Name: "generic", Title: "A printer of an unknown make, 58 mm or wider",
	WidthDots: 384, Columns: 32, DPI: 203, LineDots: 34,
	Cutter: true, FeedsFirst: true, HeadToEdgeDots: 120,
	BufferBytes: 2048, PaperSpeed: 60, CutTime: 500 * time.Millisecond,
}

// epson is a printer of Epson's TM series with 180 dots in an inch.
func epson(name, title, model string) Profile {
	return Profile{
		Name: name, Title: title, Models: []string{model},
		WidthDots: 512, Columns: 42, DPI: 180, LineDots: 30,
		NativeQR: true, Cutter: true, HeadToEdgeDots: 85,
		ProcessID: true, ClearsBuffer: true,
		BufferBytes: 4096, PaperSpeed: 150, CutTime: 400 * time.Millisecond,
	}
}

// autoName is the profile of a printer that is asked what it is.
const autoName = "auto"

// Table is the profiles that a configuration may name. Where two fit the same printer, the first counts.
type Table []Profile

// Builtin is the table of all known models.
func Builtin() Table { return append(Table(nil), profiles...) }

// Profiles are all known models, without "auto".
func Profiles() []Profile { return Builtin() }

// ProfileNames are what a configuration may say without a profiles file: "auto" and the known models.
func ProfileNames() []string { return Builtin().Names() }

// ProfileByName finds a known model, or "auto", as Table.ByName does.
func ProfileByName(name string) (Profile, error) { return Builtin().ByName(name) }

// Names are what a configuration may say: "auto" and the models of the table.
func (t Table) Names() []string {
	names := []string{autoName}
	for _, p := range t {
		names = append(names, p.Name)
	}
	return names
}

// ByName finds a profile; the error names those that exist. For "auto" it is that of a printer of
// an unknown make, which the driver asks for more.
func (t Table) ByName(name string) (Profile, error) {
	if name == autoName {
		return unknown(), nil
	}
	for _, p := range t {
		if p.Name == name {
			return p, nil
		}
	}
	return Profile{}, fmt.Errorf("printer profile %q: allowed are %s", name, strings.Join(t.Names(), ", "))
}

// unknown is a printer before it has said what it is.
func unknown() Profile {
	p := generic
	p.Name, p.Auto = autoName, true
	return p
}

// Identify asks a printer for its name and whether it makes QR codes itself, without printing: a
// printer that takes the question about the code for text drops that at the initialisation
// behind it. The answer to AskBuffer at its end comes after all the others.
func Identify() []byte {
	b := []byte{gs, 'I', 67}
	b = append(b, gs, '(', 'k', 4, 0, 0x31, 0x50, 0x30, '0')
	b = append(b, gs, '(', 'k', 3, 0, 0x31, 0x52, 0x30)
	b = append(b, Initialise()...)
	return append(b, AskBuffer()...)
}

// Recognise makes a profile of the blocks that a printer answered to Identify. One that tells no known
// name is a printer of an unknown make, with a QR code of its own if it knew how large that
// would be.
func (t Table) Recognise(blocks []Answer) Profile {
	p := unknown()
	native := false
	for _, a := range blocks {
		switch a.Value {
		case 0x5f:
			if known, ok := t.byModel(string(a.Text)); ok {
				p = known
			}
		case 0x37:
			native = native || sizedQR(a.Text)
		}
	}
	p.NativeQR = p.NativeQR || native
	return p
}

// byModel finds the profile with the longest beginning of a name.
func (t Table) byModel(name string) (Profile, bool) {
	var best Profile
	longest := 0
	for _, p := range t {
		for _, m := range p.Models {
			if len(m) > longest && strings.HasPrefix(strings.TrimSpace(name), m) {
				best, longest = p, len(m)
			}
		}
	}
	return best, longest > 0
}

// sizedQR says whether a block is the size of a QR code: 6, then width, height, a fixed 1, and 0 for
// one that can be printed.
func sizedQR(text []byte) bool {
	parts := strings.Split(string(text), "\x1f")
	return len(parts) == 4 && len(parts[0]) > 1 && parts[0][0] == '6' && parts[0][1] != '0' && parts[3] == "0"
}
