package printer_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"loket/drivers"
	"loket/drivers/emulator"
	"loket/drivers/printer"
	"loket/drivers/serialport"
)

// bauds are the speeds that are measured.
var bauds = []int{9600, 19200, 115200}

// preflight is what is sent before a slip: four questions of three bytes.
const preflight = 12

// BenchmarkSlip measures what a ticket costs on the line: its bytes, and how much later its last byte
// is in the printer than the wire alone would take, from the call of Print on. The budgets are 400
// bytes with a native QR code, 4,000 without, and 50 ms.
func BenchmarkSlip(b *testing.B) {
	for _, name := range []string{"epson-tm-t82", "clone-80", "clone-58"} {
		for _, baud := range bauds {
			b.Run(fmt.Sprintf("%s/%d", name, baud), func(b *testing.B) {
				m := newMeter(b, name, baud)
				for b.Loop() {
					m.slip()
				}
				b.ReportMetric(float64(m.bytes), "bytes/slip")
				b.ReportMetric(m.extra(), "ms-over-wire")
				b.ReportMetric(milliseconds(m.wire), "ms-wire")
			})
		}
	}
}

// BenchmarkBudgetPrinter measures the budgets of a printer in one run: how much later than the wire
// alone the last byte of a slip arrives (50 ms), and how long an unplug goes unnoticed while
// nothing is printed (1 s).
func BenchmarkBudgetPrinter(b *testing.B) {
	meters := map[int]*meter{}
	for _, baud := range bauds {
		meters[baud] = newMeter(b, "clone-80", baud)
	}
	var worst time.Duration
	for b.Loop() {
		for _, baud := range bauds {
			meters[baud].slip()
		}
		worst = max(worst, unplug(b))
	}
	for _, baud := range bauds {
		b.ReportMetric(meters[baud].extra(), fmt.Sprintf("wire-extra-%d-ms", baud))
	}
	b.ReportMetric(milliseconds(worst), "unplug-ms")
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// meter times the slips of a printer.
type meter struct {
	b     *testing.B
	rig   *rig
	bytes int           // of a slip
	wire  time.Duration // what the wire takes for what is sent
	over  []time.Duration
}

func newMeter(b *testing.B, name string, baud int) *meter {
	b.Helper()
	ec := fast(presenting(b, name))
	ec.Baud = baud
	m := &meter{b: b, rig: newRig(b, ec, serialport.NoFlow, printer.Config{})}
	_, first := m.rig.prints("A-000") // the line is open and the printer known from here on
	m.bytes = first.Bytes
	m.wire = time.Duration(preflight+m.bytes) * 10 * time.Second / time.Duration(baud)
	return m
}

// slip prints a slip.
func (m *meter) slip() {
	last := make(chan time.Duration, 1)
	before := m.rig.emu.Stats().Received
	began := time.Now()
	go func() {
		if err := m.rig.emu.WaitReceived(ctx(m.b), before+preflight+m.bytes); err != nil {
			m.b.Error(err)
		}
		last <- time.Since(began)
	}()
	if _, err := m.rig.prn.Print(ctx(m.b), slip("A-000")); err != nil {
		m.b.Fatal(err)
	}
	m.over = append(m.over, <-last-m.wire)
}

// extra is the median of what the slips took beside the wire, in ms: a busy machine now and then adds
// its own time.
func (m *meter) extra() float64 {
	slices.Sort(m.over)
	return milliseconds(m.over[len(m.over)/2])
}

// unplug takes the cable out of an idle printer and answers how long that goes unnoticed.
func unplug(b *testing.B) time.Duration {
	r := newRig(b, fast(presenting(b, "clone-80")), serialport.NoFlow, printer.Config{})
	c, cancel := context.WithCancel(ctx(b))
	heard, ended := make(chan drivers.Condition, 16), make(chan struct{})
	go func() {
		defer close(ended)
		r.prn.Watch(c, func(d drivers.Condition) { heard <- d })
	}()
	for d := range heard {
		if d == drivers.Ready {
			break
		}
	}
	began := time.Now()
	r.set(emulator.Unplugged, true)
	for d := range heard {
		if d == drivers.Unplugged {
			break
		}
	}
	took := time.Since(began)
	cancel()
	<-ended
	return took
}
