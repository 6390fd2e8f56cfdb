package browsertest

import (
	"encoding/json"
	"testing"

	"loket/queue-server/protocol"
)

// copyAsked returns the params of the only request for a copy.
func (f *fake) copyAsked(t *testing.T) (p protocol.ReprintParams) {
	t.Helper()
	f.await(t, protocol.MethodTicketReprint, 1)
	all := f.asked(protocol.MethodTicketReprint)
	if len(all) != 1 {
		t.Fatalf("%d copies were asked for", len(all))
	}
	must(t, json.Unmarshal(all[0].Params, &p))
	if !uuid7.MatchString(p.JobID) {
		t.Errorf("job id %q", p.JobID)
	}
	return p
}

func TestKeyPPrintsACopyOfThePresentTicket(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	v := at(desk(), "serving")
	v.Current.KioskID = "d3"
	f.show(v)
	tb := newTab(t, f.URL, 1366, 768)
	tb.open("/console/loket-3")
	tb.says("#now-number", "A-017")
	tb.hit("p", "#reprint")
	tb.says("#kiosk-list li:first-child", "Kiosk lantai dua") // where it was issued
	tb.until(`document.querySelectorAll("#kiosk-list li").length === 2`)
	tb.shot("reprint-where")
	tb.press(enter)
	if p := f.copyAsked(t); p.Number != "A-017" || p.DeviceID != "d3" {
		t.Errorf("asked for %+v", p)
	}
	p := f.copyAsked(t)
	for _, step := range []struct{ state, cause, says, kind string }{
		{protocol.PrintSent, "", "Mencetak salinan A-017", "note"},
		{protocol.PrintFailed, "paper_out", "tidak tercetak di Kiosk lantai dua: kertas habis", "bad"},
	} {
		v.Prints = []protocol.ConsolePrint{{ID: p.JobID, Number: "A-017", Kiosk: "Kiosk lantai dua", State: step.state, Cause: step.cause}}
		f.show(v)
		tb.says("#toast."+step.kind+" #toast-text", step.says)
	}
	tb.shot("reprint-failed")
}

func TestARowPrintsItsCopyAtTheOnlyKiosk(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	v := desk()
	v.Kiosks = v.Kiosks[:1]
	f.show(v)
	tb := newTab(t, f.URL, 1366, 768)
	tb.open("/console/loket-3")
	tb.click("#tab-held")
	tb.says("#list", "A-009")
	tb.shot("reprint-rows")
	tb.click(`#list button[data-action="reprint"]`)
	if p := f.copyAsked(t); p.Number != "A-009" || p.DeviceID != "d1" {
		t.Errorf("asked for %+v", p)
	}
}

func TestNoCopyWithoutAKioskThatCanPrint(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	v := at(desk(), "called")
	v.Kiosks = v.Kiosks[2:]
	f.show(v)
	tb := newTab(t, f.URL, 1366, 768)
	tb.open("/console/loket-3")
	tb.says("#now-number", "A-017")
	tb.until(`document.querySelector("#reprint").disabled`)
	tb.until(`[...document.querySelectorAll('#list button[data-action="reprint"]')].every((b) => b.hidden)`)
}
