package browsertest

import (
	"testing"

	"loket/queue-server/internal/console"
	"loket/queue-server/protocol"
)

func TestLineDownIsSaidAndHeals(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	f.show(desk())
	tb := newTab(t, f.URL, 1024, 700)
	tb.open("/console/loket-3")
	tb.ready("#next")
	tb.says("#line", "Terhubung")
	f.cut()
	tb.says("#stale", "Data terakhir")
	tb.says("#stale", "menyambung kembali")
	tb.says("#line", "Terputus")
	tb.until(`[...document.querySelectorAll(".left button, #list button, #pause, #close, #call-number")].every((b) => b.disabled)`)
	tb.says("#next-what", "Menunggu sambungan")
	tb.press(" ")
	tb.shot("desk-down-1024")
	f.restore()
	tb.ready("#next")
	tb.until(`!document.querySelector("#stale").checkVisibility()`)
	if n := len(f.asked(protocol.MethodTicketCallNext)); n != 0 {
		t.Errorf("%d calls were made by a key that was pressed while the line was down, want none", n)
	}
}

func TestSilentLineIsTakenForDead(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	f.show(desk())
	tb := newTab(t, f.URL, 1366, 768)
	tb.open("/console/loket-3")
	tb.ready("#next")
	f.refuseLines()
	// A minute passes on the page's clock, in which nothing was heard.
	evaluate[bool](tb, `((now) => { Date.now = () => now() + 60000; return true; })(Date.now.bind(Date))`)
	tb.says("#line", "Terputus")
	tb.says("#stale", "Data terakhir")
	f.restore()
	tb.says("#line", "Terhubung")
	tb.ready("#next")
}

func TestRequestGoesOutAgainUnderItsIDAfterTheLineBroke(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	f.show(desk())
	tb := newTab(t, f.URL, 1366, 768)
	tb.open("/console/loket-3")
	f.hush(true)
	tb.hit(" ", "#next")
	f.await(t, protocol.MethodTicketCallNext, 1)
	tb.press(" ")
	f.cut()
	tb.says("#line", "Terputus")
	f.hush(false)
	f.show(at(desk(), "called"))
	f.restore()
	f.await(t, protocol.MethodTicketCallNext, 2)
	tb.ready("#start")
	asked := f.asked(protocol.MethodTicketCallNext)
	if len(asked) != 2 || asked[0].ID != asked[1].ID || string(asked[0].Params) != string(asked[1].Params) {
		t.Errorf("requests %+v, want the same one twice", asked)
	}
	if !uuid7.MatchString(asked[0].ID) {
		t.Errorf("request id %q is no UUIDv7", asked[0].ID)
	}
}

func TestRefusalIsSaidInWords(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	f.show(desk())
	f.refuse[protocol.MethodTicketCallNext] = protocol.Error{Code: "counter_paused", Message: "the counter is paused"}
	tb := newTab(t, f.URL, 1366, 768)
	tb.open("/console/loket-3")
	tb.hit(" ", "#next")
	tb.says("#toast.bad", "istirahat")
	tb.until(`document.querySelector("#toast use").getAttribute("href") === "#i-alert"`)
	tb.press(escape)
	tb.until(`!document.querySelector("#toast").checkVisibility()`)
}

func TestEndedSessionLeadsToTheLogIn(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	f.show(desk())
	tb := newTab(t, f.URL, 1366, 768)
	tb.open("/console/loket-3")
	tb.ready("#next")
	f.signOut()
	tb.until(`location.pathname === "/login"`)
}

func TestPhoneSaysThatTheLineIsDown(t *testing.T) {
	t.Parallel()
	f := newFake(t, console.Viewer{})
	f.show(phone("waiting"))
	tb := newTab(t, f.URL, 390, 844)
	tb.open("/t/" + sampleToken)
	tb.says("#updated", "Diperbarui")
	f.cut()
	tb.says("#stale", "Data terakhir")
	tb.says("#number", "A-017") // the last good view stays
	tb.shot("ticket-down")
	f.show(phone("called"))
	f.restore()
	tb.says("#say", "Loket 3")
	tb.until(`!document.querySelector("#stale").checkVisibility()`)
}
