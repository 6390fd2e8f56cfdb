package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"

	"loket/queue-server/internal/console"
)

// TestPagesDrawWithoutComplaint goes through every page and dialog once; with LOKET_SHOTS it leaves
// pictures of them for the eye.
func TestPagesDrawWithoutComplaint(t *testing.T) {
	t.Parallel()
	t.Run("login and messages", func(t *testing.T) {
		f := newFake(t, console.Viewer{})
		tb := newTab(t, f.URL, 1366, 768)
		tb.open("/console")
		tb.says("h1", "Masuk petugas")
		tb.shot("login")
		tb.open("/nowhere")
		tb.says("h1", "tidak ditemukan")
		tb.size(390, 844)
		tb.open("/t/unknown")
		tb.says("h1", "Tiket tidak ditemukan")
		tb.shot("ticket-unknown")
	})
	t.Run("console", func(t *testing.T) {
		f := newFake(t, officer)
		tb := newTab(t, f.URL, 1366, 768)
		f.show(lobby(""))
		tb.open("/console")
		tb.says("#counters", "Dukcapil")
		tb.shot("lobby")
		f.show(lobby("loket-3"))
		tb.says("#lobby-lead", "masih duduk di Loket 3")
		tb.shot("lobby-mine")
		tb.do(chromedp.Navigate("about:blank")) // leaves the lobby before the fake speaks of a desk
		f.show(desk())
		tb.open("/console/loket-3")
		tb.says("#next-what", "A-018")
		tb.shot("desk-idle")
		f.show(at(desk(), "called"))
		tb.says("#now-number", "A-017")
		tb.shot("desk-called")
		tb.hit("t", "#transfer")
		tb.shot("desk-transfer")
		tb.press(escape)
		v := at(desk(), "serving")
		v.Troubles = supervised().Devices[0].Troubles
		f.show(v)
		tb.says("#now-state", "dilayani")
		tb.shot("desk-serving")
		tb.size(1024, 700)
		tb.shot("desk-serving-1024")
		f.show(at(desk(), "called"))
		tb.says("#now-state", "Dipanggil")
		tb.shot("desk-called-1024")
		f.show(desk())
		tb.says("#now-state", "buka")
		tb.shot("desk-idle-1024")
		tb.hit("g", "#call-number")
		tb.shot("desk-number-1024")
		tb.press(escape)
	})
	t.Run("admin", func(t *testing.T) {
		f := newFake(t, admin)
		f.show(supervised())
		tb := newTab(t, f.URL, 1366, 768)
		tb.open("/admin")
		tb.says("#totals", "148")
		tb.shot("admin-summary")
		for _, tab := range []string{"petugas", "loket", "layanan", "perangkat", "katalog"} {
			tb.click("#to-" + tab)
			tb.until(`document.getElementById("` + tab + `").checkVisibility()`)
			tb.shot("admin-" + tab)
		}
		for tab, button := range map[string]string{"petugas": "#user-add", "loket": "#counters tr button", "layanan": "#services tr button", "perangkat": "#device-add"} {
			tb.click("#to-" + tab)
			tb.click(button)
			tb.until(`document.querySelector("dialog[open]")`)
			tb.shot("admin-" + tab + "-dialog")
			tb.press(escape)
			tb.until(`!document.querySelector("dialog[open]")`)
		}
		tb.size(1024, 700)
		tb.click("#to-layanan")
		tb.shot("admin-layanan-1024")
	})
	t.Run("ticket", func(t *testing.T) {
		f := newFake(t, console.Viewer{})
		f.show(phone("waiting"))
		tb := newTab(t, f.URL, 390, 844)
		tb.open("/t/" + sampleToken)
		tb.says("#number", "A-017")
		tb.shot("ticket-waiting")
		tb.click("#language")
		tb.says("#leave", "Leave the queue")
		tb.shot("ticket-waiting-en")
		tb.click("#leave")
		tb.shot("ticket-leave-en")
		tb.press(escape)
		tb.click("#language")
		for _, state := range []string{"called", "serving", "held", "no_show", "completed", "cancelled", "expired", "printing"} {
			f.show(phone(state))
			tb.until(`document.querySelector("#say").classList.contains("` + state + `")`)
			tb.shot("ticket-" + state)
		}
	})
}
