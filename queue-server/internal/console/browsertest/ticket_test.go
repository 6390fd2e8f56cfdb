package browsertest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"loket/queue-server/internal/console"
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// follow opens the page of a ticket, with the address in capitals as the QR code has it.
func (h *hall) follow(t *testing.T, id queue.TicketID) *tab {
	t.Helper()
	token, err := protocol.TicketToken(string(id))
	must(t, err)
	tb := newTab(t, h.URL, 390, 844)
	tb.open("/T/" + token)
	tb.says("#number", "A-")
	return tb
}

func TestTicketPageFollowsItsTicket(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.issue(domicile, 3)
	tb := h.follow(t, h.issue(domicile, 1))
	tb.says("#ahead", "3")
	tb.says("#say", "Silakan menunggu")

	counter, rina := queue.CounterID("loket-1"), queue.Actor{Kind: queue.ByOfficer, ID: "rina"}
	by := func() queue.Header { return queue.Header{ID: queue.CommandID(newID()), Actor: rina} }
	h.do(&queue.OpenCounter{Header: by(), CounterID: counter, OfficerID: "rina"})
	for range 3 {
		h.do(&queue.CallNext{Header: by(), CounterID: counter, CallID: queue.CallID(newID())})
		h.do(&queue.StartTicket{Header: by(), CounterID: counter})
		h.do(&queue.CompleteTicket{Header: by(), CounterID: counter})
	}
	tb.says("#say", "Bersiap")
	tb.says("#ahead", "0")
	tb.shot("real-ticket-soon")
	h.do(&queue.CallNext{Header: by(), CounterID: counter, CallID: queue.CallID(newID())})
	tb.says("#say-counter", "Loket 1")
	tb.until(`document.title.includes("Loket 1")`)
	h.do(&queue.NoShowTicket{Header: by(), CounterID: counter})
	tb.says("#say", "sudah dipanggil")
}

func TestCitizenLeavesTheQueue(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	tb := h.follow(t, h.issue(domicile, 1))
	tb.click("#leave")
	tb.click("#leave-dialog [data-close]")
	tb.until(`!document.querySelector("dialog[open]")`)
	if got := h.state("A-001"); got != queue.Waiting {
		t.Fatalf("A-001 is %s after staying, want waiting", got)
	}
	tb.click("#leave")
	tb.click("#leave-yes")
	tb.says("#say", "sudah keluar dari antrean")
	if got := h.state("A-001"); got != queue.Cancelled {
		t.Errorf("A-001 is %s, want cancelled", got)
	}
}

func TestLongWaitIsToldInHours(t *testing.T) {
	t.Parallel()
	f := newFake(t, console.Viewer{})
	v := phone("waiting")
	v.Ahead, v.Wait = 31, protocol.WaitRange{Known: true, Low: 117, High: 135}
	f.show(v)
	tb := newTab(t, f.URL, 390, 844)
	tb.open("/t/" + sampleToken)
	tb.says("#wait", "1,5–2,5")
	tb.says("#wait-unit", "jam")
	tb.shot("ticket-long")
}

func TestLanguageIsKept(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	tb := h.follow(t, h.issue(domicile, 1))
	tb.click("#language")
	tb.says("#leave", "Leave the queue")
	tb.says("#service", "Statement of Domicile")
	tb.until(`document.documentElement.lang === "en"`)
	tb.open(evaluate[string](tb, "location.pathname"))
	tb.says("#leave", "Leave the queue")
}

func TestUnknownTicketIsAFriendlyPage(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, strings.Replace(h.URL, lanHost, "127.0.0.1", 1)+"/t/7K3QZ0M4XH2B9", nil)
	must(t, err)
	answer, err := http.DefaultClient.Do(request)
	must(t, err)
	defer func() { must(t, answer.Body.Close()) }()
	body, err := io.ReadAll(answer.Body)
	must(t, err)
	if answer.StatusCode != http.StatusNotFound || !strings.Contains(string(body), "Tiket tidak ditemukan") {
		t.Errorf("an unknown ticket answers %d %s", answer.StatusCode, body)
	}
}
