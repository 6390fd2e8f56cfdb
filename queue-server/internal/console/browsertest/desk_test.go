package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

func TestLogInWrongThenRight(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	tb := newTab(t, h.URL, 1366, 768)
	tb.open("/console")
	tb.fill("#login", "rina")
	tb.fill("#password", "bukan-kata-sandinya")
	tb.press(enter)
	tb.says(".notice", "")
	if got := evaluate[string](tb, `document.querySelector("#login").value`); got != "rina" {
		t.Errorf("the log-in name is %q after a refusal, want it kept", got)
	}
	tb.shot("real-login-wrong")
	tb.fill("#password", password)
	tb.press(enter)
	tb.says("#counters", "Kelurahan")
	tb.shot("real-lobby")
	tb.click(`form[action="/logout"] button`)
	tb.until(`location.pathname === "/login"`)
	tb.open("/console")
	tb.until(`location.pathname === "/login"`)
}

func TestOfficerCannotOpenTheAdminPage(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	tb := newTab(t, h.URL, 1366, 768)
	h.signIn(tb, "rina")
	tb.open("/admin")
	tb.says("h1", "pengelola")
}

func TestServeCitizensWithKeysAlone(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.issue(domicile, 3)
	tb := newTab(t, h.URL, 1366, 768)
	h.sit(tb)
	tb.says("#next-what", "A-001")
	tb.hit(" ", "#next")
	tb.says("#now-number", "A-001")
	tb.says("#now-state", "Dipanggil")
	tb.until(`document.querySelector("#spoken").textContent.includes("Nomor A-001 dipanggil")`)
	tb.hit("r", "#recall")
	tb.says("#now-facts", "panggilan ke-2")
	tb.shot("real-called")
	tb.hit(enter, "#start")
	tb.says("#now-state", "Sedang dilayani")
	tb.until(`/^\d\d:\d\d$/.test(document.querySelector("#now-clock").textContent)`)
	tb.press(" ") // nothing: somebody is being served
	tb.until(slotFree)
	tb.hit(enter, "#complete")
	tb.says("#stat-served", "1")
	if got := h.state("A-001"); got != queue.Completed {
		t.Errorf("A-001 is %s, want completed", got)
	}
	if got := h.states()[queue.Waiting]; got != 2 {
		t.Errorf("%d tickets wait, want 2", got)
	}
}

// slotFree is true when the key that ran an action just now may be pressed again.
const slotFree = `(window.pressedAt ??= performance.now(), performance.now() - window.pressedAt > 800) && (delete window.pressedAt, true)`

func TestDoubleSpaceCallsOneTicket(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.issue(domicile, 3)
	tb := newTab(t, h.URL, 1366, 768)
	h.sit(tb)
	tb.says("#next-what", "A-001")
	tb.hit(" ", "#next")
	tb.press(" ")
	tb.press(" ")
	tb.says("#now-number", "A-001")
	tb.until(slotFree)
	tb.press(" ")
	tb.hit("r", "#recall") // the next thing that the counter hears of
	tb.says("#now-facts", "panggilan ke-2")
	if got := h.states(); got[queue.Called] != 1 || got[queue.Waiting] != 2 {
		t.Errorf("after four presses of Space: %v, want 1 called and 2 waiting", got)
	}
}

func TestDoubleEnterDoesNotEndTheServiceItBegan(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.issue(domicile, 1)
	tb := newTab(t, h.URL, 1366, 768)
	h.sit(tb)
	tb.hit(" ", "#next")
	tb.ready("#start")
	tb.press(enter)
	tb.press(enter)
	tb.says("#now-state", "Sedang dilayani")
	tb.hit("h", "#hold") // the next thing that the counter hears of
	tb.says("#count-held", "1")
	if got := h.state("A-001"); got != queue.Held {
		t.Errorf("A-001 is %s, want held", got)
	}
}

func TestNoShowReturnsToTheQueue(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.issue(domicile, 1)
	tb := newTab(t, h.URL, 1366, 768)
	h.sit(tb)
	tb.hit(" ", "#next")
	tb.says("#now-number", "A-001")
	tb.hit("x", "#no-show")
	tb.says("#count-no-show", "1")
	tb.click("#tab-no-show")
	tb.says("#list", "A-001")
	tb.shot("real-no-show")
	tb.click(`#list button[data-action="requeue"]`)
	tb.says("#count-waiting", "1")
	if got := h.state("A-001"); got != queue.Waiting {
		t.Errorf("A-001 is %s, want waiting", got)
	}
}

func TestHoldAndResume(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.issue(domicile, 1)
	tb := newTab(t, h.URL, 1366, 768)
	h.sit(tb)
	tb.hit(" ", "#next")
	tb.hit(enter, "#start")
	tb.says("#now-state", "Sedang dilayani")
	tb.hit("h", "#hold")
	tb.says("#count-held", "1")
	tb.click("#tab-held")
	tb.click(`#list button[data-action="resume"]`)
	tb.says("#now-state", "Sedang dilayani")
	tb.says("#now-number", "A-001")
}

func TestTransferByMouse(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.issue(domicile, 1)
	tb := newTab(t, h.URL, 1366, 768)
	h.sit(tb)
	tb.click("#next")
	tb.says("#now-number", "A-001")
	tb.click("#transfer")
	tb.says("#transfer-dialog", "Alihkan A-001")
	tb.fill("#transfer-search", "usaha")
	tb.until(`[...document.querySelectorAll("#targets li")].filter((e) => e.checkVisibility()).length === 1`)
	tb.click("#targets li:not([hidden]) button")
	tb.says("#list", "Surat Keterangan Usaha")
	tb.says("#next-what", "A-001")
}

// marked is true when a row of the transfer's list has the focus and these words.
const marked = `document.activeElement.closest("#targets li")?.innerText.includes(%q)`

func TestTransferByKeys(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	tb := serving(t, f, at(desk(), "serving"))
	tb.hit("t", "#transfer")
	tb.until(`document.activeElement.id === "transfer-search"`)
	tb.press(enter) // nothing: nobody has said where to
	tb.fill("#transfer-search", "dukcapil")
	tb.press(enter) // nothing: there are several
	tb.press(down)
	tb.until(fmt.Sprintf(marked, "Kartu Keluarga"))
	tb.press(down)
	tb.until(fmt.Sprintf(marked, "Akta Kelahiran"))
	tb.shot("transfer-marked")
	tb.press(up)
	tb.press(up)
	tb.until(`document.activeElement.id === "transfer-search"`)
	tb.press(down)
	tb.press(down)
	tb.until(fmt.Sprintf(marked, "Akta Kelahiran"))
	if n := len(f.asked(protocol.MethodTicketTransfer)); n != 0 {
		t.Fatal("the ticket was sent away before a service was chosen")
	}
	tb.press(enter)
	if p := params[protocol.TransferParams](t, f, protocol.MethodTicketTransfer); p.ServiceID != "s2" {
		t.Errorf("the ticket went to %s, want s2", p.ServiceID)
	}
}

func TestEnterTakesTheOnlyServiceThatASearchFinds(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	tb := serving(t, f, at(desk(), "serving"))
	tb.hit("t", "#transfer")
	tb.fill("#transfer-search", "sppt")
	tb.until(`document.querySelector("#targets li.only").innerText.includes("Salinan SPPT PBB")`)
	tb.shot("transfer-only")
	tb.press(enter)
	if p := params[protocol.TransferParams](t, f, protocol.MethodTicketTransfer); p.ServiceID != "pbb" {
		t.Errorf("the ticket went to %s, want pbb", p.ServiceID)
	}
	tb.until(`!document.querySelector("dialog[open]")`)
	if n := len(f.asked(protocol.MethodTicketComplete)); n != 0 {
		t.Error("the Enter that chose the service has ended it too")
	}
}

func TestALongServiceIsCutOffAndTheBadgeKeepsItsPlace(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	v := desk()
	long := "Perekaman & Cetak KTP-el bagi Penduduk yang Baru Pindah Datang"
	for _, list := range []*[]protocol.ConsoleTicket{&v.Waiting, &v.Held, &v.NoShow} {
		(*list)[0].Service, (*list)[0].Priority = text(long), text("Membawa balita")
	}
	f.show(v)
	tb := newTab(t, f.URL, 1366, 768)
	tb.open("/console/loket-3")
	for _, width := range []int64{1366, 1024, 1920} {
		tb.size(width, 768)
		for _, list := range []string{"waiting", "held", "no-show"} {
			tb.click("#tab-" + list)
			tb.says("#list .badge", "Membawa balita")
			found := evaluate[string](tb, `(() => {
				const row = document.querySelector("#list li");
				const [service, badge] = row.querySelector(".what").children;
				const box = (e) => e.getBoundingClientRect();
				const lines = Math.round(box(service).height / parseFloat(getComputedStyle(service).lineHeight));
				const stacked = box(badge).top >= box(service).bottom;
				return [lines > (innerWidth > 1180 || row.parentElement.classList.contains("aside") ? 1 : 2) && "the service has " + lines + " lines", box(service).width < 60 && "the service has no room",
					badge.scrollWidth > badge.clientWidth && "the badge is cut", !stacked && box(service).right > box(badge).left && "the badge lies on the service",
					service.title !== service.textContent && "the whole name cannot be read",
					box(badge).right > box(row.querySelector(".wait")).left && !stacked && "the badge lies on the time",
					[...row.querySelectorAll("button, .wait, .badge")].some((e) => box(e).right > box(row).right) && "the row is too wide"].filter(Boolean).join(", ");
			})()`)
			if cut := evaluate[bool](tb, `((e) => e.scrollWidth > e.clientWidth)(document.querySelector("#next kbd"))`); cut {
				t.Errorf("the sign on the big key is cut at %d", width)
			}
			if found != "" {
				t.Errorf("%s at %d: %s", list, width, found)
			}
			tb.shot(fmt.Sprintf("list-%s-%d", list, width))
		}
	}
}

func TestCallCertainNumber(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.issue(domicile, 4)
	tb := newTab(t, h.URL, 1024, 700)
	h.sit(tb)
	tb.says("#next-what", "A-001")
	tb.hit("g", "#call-number")
	tb.fill("#number-field", "xyz")
	tb.press(enter)
	tb.says("#number-note", "A-017")
	tb.fill("#number-field", "99")
	tb.press(enter)
	tb.until(`document.querySelector("#toast").checkVisibility()`)
	tb.shot("real-toast")
	tb.until(slotFree)
	tb.hit("g", "#call-number")
	tb.fill("#number-field", "a3")
	tb.press(enter)
	tb.says("#now-number", "A-003")
	if got := h.state("A-003"); got != queue.Called {
		t.Errorf("A-003 is %s, want called", got)
	}
}

func TestShortcutsRestWhileTyping(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.issue(domicile, 2)
	tb := newTab(t, h.URL, 1366, 768)
	h.sit(tb)
	tb.hit(" ", "#next")
	tb.says("#now-number", "A-001")
	tb.hit("t", "#transfer")
	tb.until(`document.activeElement.id === "transfer-search"`)
	for _, key := range strings.Split("xhr ", "") {
		tb.press(key)
	}
	tb.until(`document.querySelector("#transfer-search").value === "xhr "`)
	tb.press(escape)
	tb.press(escape) // the first may only clear the search
	tb.until(`!document.querySelector("dialog[open]")`)
	if got := h.state("A-001"); got != queue.Called {
		t.Errorf("A-001 is %s after typing letters of shortcuts, want called", got)
	}
}

func TestPauseCloseAndTheLobby(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	tb := newTab(t, h.URL, 1366, 768)
	h.sit(tb)
	tb.says("#now-number", "Belum ada yang menunggu")
	tb.click("#pause")
	tb.says("#now-number", "istirahat")
	tb.shot("real-paused")
	tb.until(slotFree)
	tb.click("#open")
	tb.says("#now-state", "Loket buka")

	other := newTab(t, h.URL, 1366, 768)
	h.signIn(other, "admin")
	other.open("/console")
	other.says("#counters", "Dipakai "+officer.Name)
	other.open("/console/loket-1")
	other.says("#now-number", "sedang dipakai "+officer.Name)

	tb.until(slotFree)
	tb.click("#close")
	tb.until(`location.pathname === "/console"`)
	tb.says("#counters li:first-child", "Tutup")
	other.says("#now-number", "belum dibuka")
}

func TestTwoOfficersNeverGetOneTicket(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.issue(domicile, 2)
	a, b := newTab(t, h.URL, 1366, 768), newTab(t, h.URL, 1366, 768)
	h.sit(a)
	h.signIn(b, "admin")
	b.open("/console")
	b.click("#counters li:nth-child(2) button")
	b.says("#now-state", "Loket buka")
	a.ready("#next")
	b.ready("#next")
	a.press(" ")
	b.press(" ")
	a.says("#now-state", "Dipanggil")
	b.says("#now-state", "Dipanggil")
	const number = `document.querySelector("#now-number").textContent`
	if x, y := evaluate[string](a, number), evaluate[string](b, number); x == y {
		t.Errorf("both counters have %s", x)
	}
}

func TestUnknownCounterLeadsToTheChoice(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	tb := newTab(t, h.URL, 1366, 768)
	h.signIn(tb, "rina")
	tb.open("/console/tidak-ada")
	tb.until(`location.pathname === "/console"`)
	tb.says("#counters", "Kelurahan")
}
