package slip_test

import (
	"testing"

	"loket/assets/catalog"
	"loket/drivers/escpos"
	"loket/kiosk/internal/slip"
)

// BenchmarkLongestSlip reports the bytes of the longest ticket of the sample catalogues, on printers with
// a native QR code and on those that need a raster.
func BenchmarkLongestSlip(b *testing.B) {
	native, raster := 0, 0
	for b.Loop() {
		for _, name := range catalog.Names() {
			for _, p := range tickets(b, name) {
				for _, profile := range escpos.Profiles() {
					job, err := escpos.Encode(slip.Ticket(p, "K1", profile.Paper()), profile)
					if err != nil {
						b.Fatal(err)
					}
					if profile.NativeQR {
						native = max(native, len(job.Bytes))
					} else {
						raster = max(raster, len(job.Bytes))
					}
				}
			}
		}
	}
	b.ReportMetric(float64(native), "native-bytes")
	b.ReportMetric(float64(raster), "raster-bytes")
}
