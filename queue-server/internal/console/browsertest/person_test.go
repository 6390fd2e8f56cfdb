package browsertest

import (
	"encoding/json"
	"testing"

	"loket/queue-server/protocol"
)

// serving opens the desk of counter 3 while it serves A-017 of a made-up person.
func serving(t *testing.T, f *fake, v protocol.ConsoleView, width, height int64) *tab {
	t.Helper()
	f.show(v)
	tb := newTab(t, f.URL, width, height)
	tb.open("/console/loket-3")
	tb.says("#now-number", "A-017")
	return tb
}

func TestPersonPictures(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	f.answer(protocol.MethodPersonReveal, revealed)
	tb := serving(t, f, of(at(desk(), "called"), ""), 1366, 768)
	tb.says("#person-name", "S*** C*****")
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"1366", 1366, 768}, {"1024", 1024, 768}, {"1366-low", 1366, 640}} {
		tb.size(size.width, size.height)
		f.show(of(at(desk(), "called"), ""))
		tb.says("#person-state", "NIK terverifikasi")
		tb.shot("person-verified-" + size.name)
		tb.hit("l", "#reveal")
		tb.says("#person-name", "Siti Contoh")
		tb.shot("person-revealed-" + size.name)
		tb.press(escape)
		f.show(of(at(desk(), "called"), protocol.WhyQuota))
		tb.says("#person-more", "Kuota")
		tb.shot("person-unverified-" + size.name)
		f.show(at(desk(), "serving"))
		tb.says("#person-name", "Tanpa identitas")
		tb.shot("person-nobody-" + size.name)
		tb.hit("n", "#correct")
		tb.fill("#nik-field", "1971994107580001")
		tb.says("#nik-count", "Lahir 1 Juli 1958")
		tb.shot("person-nik-" + size.name)
		tb.press(escape)
		f.show(of(at(desk(), "serving"), protocol.WhyNotFound))
		tb.hit("k", "#bind")
		tb.fill("#card-field", "04A2")
		tb.press(enter)
		tb.says("#card-note", "utuh")
		tb.shot("person-card-" + size.name)
		tb.press(escape)
	}
	_ = json.RawMessage{}
}
