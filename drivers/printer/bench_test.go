package printer_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"loket/drivers/escpos"
	"loket/drivers/printer"
	"loket/drivers/serialport"
)

// BenchmarkSlip measures what a ticket costs on the line: its bytes, and how much later its last byte
// is in the printer than the wire alone would take, from the call of Print on. The budgets are 400
// bytes with a native QR code, 4,000 without, and 50 ms.
func BenchmarkSlip(b *testing.B) {
	for _, p := range escpos.Profiles() {
		for _, baud := range []int{9600, 19200, 115200} {
			b.Run(fmt.Sprintf("%s/%d", p.Name, baud), func(b *testing.B) { benchmarkSlip(b, p, baud) })
		}
	}
}

func benchmarkSlip(b *testing.B, p escpos.Profile, baud int) {
	ec := fast(p)
	ec.Baud = baud
	r := newRig(b, ec, serialport.NoFlow, printer.Config{})
	_, first := r.prints("A-000") // the line is open and the printer known from here on
	// What comes before the last byte: four questions of three bytes, then the slip.
	const preflight = 12
	wire := time.Duration(preflight+first.Bytes) * 10 * time.Second / time.Duration(baud)
	var over []time.Duration
	for b.Loop() {
		last := make(chan time.Duration, 1)
		before := r.emu.Stats().Received
		began := time.Now()
		go func() {
			if err := r.emu.WaitReceived(ctx(b), before+preflight+first.Bytes); err != nil {
				b.Error(err)
			}
			last <- time.Since(began)
		}()
		if _, err := r.prn.Print(ctx(b), slip("A-000")); err != nil {
			b.Fatal(err)
		}
		over = append(over, <-last-wire)
	}
	b.ReportMetric(float64(first.Bytes), "bytes/slip")
	slices.Sort(over) // the median: a busy machine now and then adds its own time
	b.ReportMetric(float64(over[len(over)/2].Microseconds())/1000, "ms-over-wire")
	b.ReportMetric(float64(wire.Microseconds())/1000, "ms-wire")
}
