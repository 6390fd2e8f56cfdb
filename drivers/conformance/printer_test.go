package conformance_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"loket/drivers"
	"loket/drivers/conformance"
	"loket/drivers/emulator"
	"loket/drivers/escpos"
	"loket/drivers/printer"
	"loket/drivers/serialport"
)

var (
	printerDevice  = flag.String("printer", "", "`device` of a real printer to test, such as /dev/loket-printer")
	printerProfile = flag.String("profile", "auto", "`name` of the profile of -printer")
	printerTable   = flag.String("profiles", "", "`file` of more printer profiles")
	printerBaud    = flag.Int("baud", 9600, "speed of -printer in `bits` a second")
	printerFlow    = flag.String("flow", "none", "flow control of -printer: none, xonxoff or rtscts")
	printerReport  = flag.String("printer-report", "", "Markdown `file` for a report of the test of -printer")
)

// eyes look at the paper of an emulated printer.
type eyes struct {
	emu *emulator.Printer
}

// look waits for the sheet with this number, and reads it.
func (e *eyes) look(t *testing.T, number string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for n := 1; ; n++ {
		slips, err := e.emu.WaitSlips(ctx, n)
		if err != nil {
			t.Fatalf("sheet %s did not come out: %v", number, err)
		}
		if s := slips[n-1]; shows(s, number) {
			e.read(t, s, number)
			return
		}
	}
}

func shows(s *emulator.Slip, number string) bool {
	for _, l := range s.Lines {
		if l.Text == number {
			return true
		}
	}
	return false
}

func (e *eyes) read(t *testing.T, s *emulator.Slip, number string) {
	t.Helper()
	var got []string
	for _, l := range s.Lines {
		got = append(got, l.Text)
	}
	want := []string{conformance.SheetTop, number, "Kiri", "Kanan", conformance.SheetBottom}
	if len(got) < len(want) || strings.Join(got[len(got)-len(want):], "\n") != strings.Join(want, "\n") {
		t.Fatalf("sheet %s says %q", number, got)
	}
	bmp, err := gozxing.NewBinaryBitmapFromImage(s.Image)
	check(t, err)
	code, err := qrcode.NewQRCodeReader().Decode(bmp, nil)
	if err != nil || code.GetText() != conformance.SheetQR {
		t.Fatalf("QR code of sheet %s: %v, %v", number, code, err)
	}
}

// onTheBench is a harness over an emulated printer, driven by the profile that is told.
func onTheBench(t *testing.T, cfg emulator.Config, told escpos.Profile) conformance.PrinterHarness {
	t.Helper()
	emu, err := emulator.New(cfg)
	check(t, err)
	t.Cleanup(func() { check(t, emu.Close()) })
	set := func(f emulator.Fault) func(*testing.T, bool) {
		return func(t *testing.T, on bool) {
			t.Helper()
			check(t, emu.Set(f, on))
		}
	}
	e := &eyes{emu: emu}
	line := serialport.Config{Device: emu.Device(), Baud: cfg.Baud, Retry: 20 * time.Millisecond}
	pc := printer.Config{Poll: 50 * time.Millisecond, AnswerTimeout: 2 * time.Second, Patience: 4 * time.Second, OneWay: cfg.OneWay}
	h := conformance.PrinterHarness{
		Open:   func() (drivers.Printer, error) { return printer.Open(line, told, pc) },
		Look:   e.look,
		Cable:  func(t *testing.T, in bool) { set(emulator.Unplugged)(t, !in) },
		OneWay: cfg.OneWay,
		Break: map[drivers.Condition]func(*testing.T, bool){
			drivers.PaperOut:   set(emulator.PaperOut),
			drivers.CoverOpen:  set(emulator.CoverOpen),
			drivers.Overheated: set(emulator.Overheated),
		},
	}
	h.Middle = func(t *testing.T) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		check(t, emu.WaitReceived(ctx, emu.Stats().Received+12+120)) // the questions before it, and half
	}
	return h
}

// quickly is an emulated printer that keeps no test waiting.
func quickly(p escpos.Profile) emulator.Config {
	p.PaperSpeed, p.CutTime = 4000, 10*time.Millisecond
	return emulator.Config{Profile: p, Baud: 19200, TearAfter: 150 * time.Millisecond, Keep: 256}
}

func TestEmulatedPrintersKeepTheContract(t *testing.T) {
	t.Parallel()
	for _, p := range escpos.Profiles() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel() // they wait for wires and paper, they do not compute
			cfg := quickly(p)
			conformance.Printer(t, onTheBench(t, cfg, cfg.Profile))
		})
	}
	t.Run("auto", func(t *testing.T) {
		t.Parallel()
		told, err := escpos.ProfileByName("auto")
		check(t, err)
		conformance.Printer(t, onTheBench(t, quickly(escpos.Profiles()[0]), told))
	})
	t.Run("one way", func(t *testing.T) {
		t.Parallel()
		cfg := quickly(escpos.Profiles()[0])
		cfg.OneWay = true
		conformance.Printer(t, onTheBench(t, cfg, cfg.Profile))
	})
}

// person is somebody who stands beside a real printer.
type person struct {
	tty *os.File
	in  *bufio.Reader
}

func (p person) ask(t *testing.T, text string) {
	t.Helper()
	_, err := fmt.Fprintln(p.tty, ">>> "+text)
	check(t, err)
}

// confirm asks a question that is answered by y or n.
func (p person) confirm(t *testing.T, text string) {
	t.Helper()
	p.ask(t, text+" [y/n]")
	answer, err := p.in.ReadString('\n')
	check(t, err)
	if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(answer)), "y") {
		t.Errorf("%s: no", text)
	}
}

// TestPrinterOnTheDesk tests the printer that -printer names, with the person beside it.
func TestPrinterOnTheDesk(t *testing.T) {
	if *printerDevice == "" {
		return // nobody has put a printer on the desk
	}
	table, err := escpos.LoadTable(*printerTable)
	check(t, err)
	profile, err := table.ByName(*printerProfile)
	check(t, err)
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	check(t, err)
	defer func() { check(t, tty.Close()) }()
	p := person{tty: tty, in: bufio.NewReader(tty)}
	line := serialport.Config{Device: *printerDevice, Baud: *printerBaud, Flow: serialport.Flow(*printerFlow)}
	model := profile.Title
	report := report{title: fmt.Sprintf("%s at %d baud, flow control %s", *printerDevice, *printerBaud, *printerFlow)}
	hand := func(breaks, mends string) func(*testing.T, bool) {
		return func(t *testing.T, on bool) {
			if on {
				p.ask(t, breaks)
			} else {
				p.ask(t, mends)
			}
		}
	}
	conformance.Printer(t, conformance.PrinterHarness{
		Open: func() (drivers.Printer, error) {
			prn, err := printer.Open(line, profile, printer.Config{Table: table})
			if err != nil {
				return nil, err
			}
			model = prn.Profile().Title // what an earlier test has found out is found out again
			return watched{prn, &model}, nil
		},
		Look: func(t *testing.T, number string) {
			p.confirm(t, fmt.Sprintf("Is sheet %s out, whole from %q to %q, and does its QR code open?", number, conformance.SheetTop, conformance.SheetBottom))
		},
		Break: map[drivers.Condition]func(*testing.T, bool){
			drivers.CoverOpen: hand("Please open the cover.", "Please close the cover."),
			drivers.PaperOut:  hand("Please take the paper out and close the cover.", "Please put paper in."),
		},
		Cable: func(t *testing.T, in bool) {
			hand("Please take the printer's cable out.", "Please put the cable back in.")(t, !in)
		},
		Patience: 3 * time.Minute,
		Note:     report.note,
	})
	text := report.markdown(model, time.Now())
	p.ask(t, text)
	if *printerReport != "" {
		check(t, os.WriteFile(*printerReport, []byte(text), 0o600))
	}
}

// watched keeps in mind what a printer says it is.
type watched struct {
	*printer.Printer
	model *string
}

func (w watched) Print(ctx context.Context, d drivers.Document) (drivers.Outcome, error) {
	o, err := w.Printer.Print(ctx, d)
	*w.model = w.Profile().Title
	return o, err
}

// report is what a city keeps of a test.
type report struct {
	title string
	lines []string
}

func (r *report) note(line string) { r.lines = append(r.lines, line) }

func (r *report) markdown(model string, at time.Time) string {
	b := &strings.Builder{}
	fmt.Fprintf(b, "# Printer test: %s\n\n%s, %s\n\n", model, r.title, at.Format("2006-01-02 15:04"))
	for _, l := range r.lines {
		fmt.Fprintf(b, "- %s\n", l)
	}
	return b.String()
}

func TestReportNamesThePrinterAndEachResult(t *testing.T) {
	r := report{title: "/dev/loket-printer at 9600 baud, flow control none"}
	r.note("passed: slips come out whole and are confirmed")
	r.note("left out: a cable that comes out")
	got := r.markdown("Epson TM-T82, 80 mm", time.Date(2026, 11, 23, 9, 42, 0, 0, time.UTC))
	want := "# Printer test: Epson TM-T82, 80 mm\n\n/dev/loket-printer at 9600 baud, flow control none, 2026-11-23 09:42\n\n" +
		"- passed: slips come out whole and are confirmed\n- left out: a cable that comes out\n"
	if got != want {
		t.Errorf("report:\n%s", got)
	}
}
