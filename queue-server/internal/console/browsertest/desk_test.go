package browsertest

import (
	"testing"

	"loket/queue-server/protocol"
)

func TestPictures(t *testing.T) {
	f := newFake(t, officer)
	tb := newTab(t, f.URL, 1366, 768)
	f.show(lobby(""))
	tb.open("/console")
	tb.says("#counters", "Dukcapil")
	tb.shot("lobby")
	tb.open("/login")
	f.show(desk())
	tb.open("/console/loket-3")
	tb.says("#next-what", "A-018")
	tb.shot("desk-idle")
	f.show(at(desk(), "called"))
	tb.says("#now-number", "A-017")
	tb.shot("desk-called")
	tb.press("t")
	tb.shot("desk-transfer")
	tb.press(escape)
	v := at(desk(), "serving")
	v.Troubles = []protocol.DeviceTrouble{{DeviceID: "d", Device: "Kiosk pintu utama", Part: "printer", Cause: "paper_out", Since: ago(5)}}
	f.show(v)
	tb.says("#now-state", "dilayani")
	tb.shot("desk-serving")
	tb.size(1024, 700)
	tb.shot("desk-serving-1024")
	f.show(desk())
	tb.says("#now-state", "buka")
	tb.press("g")
	tb.shot("desk-number-1024")
	tb.press(escape)
	f.cut()
	tb.says("#stale", "Data terakhir")
	tb.shot("desk-down-1024")
}
