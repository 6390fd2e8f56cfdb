package station

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"loket/kiosk/internal/flow"
	"loket/queue-server/protocol"
)

// Turned around, so that this test does not put into the memory what it looks for there. Nobody has that NIK.
var (
	hiddenNIK  = []byte("2000091010991791")
	hiddenCard = []byte("654321EEFFC040")
	hiddenName = []byte("*******M ***B")
)

// open turns a text around into memory of its own, and none of its caller.
//
//go:noinline
func open(hidden []byte) string {
	b := make([]byte, len(hidden))
	for i, c := range hidden {
		b[len(b)-1-i] = c
	}
	return string(b)
}

// heap is a picture of all that the program has in memory after its garbage is gone.
func heap(t *testing.T) []byte {
	t.Helper()
	for range 3 { // what is pooled outlives one
		runtime.GC()
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "heap"))
	if err != nil {
		t.Fatal(err)
	}
	debug.WriteHeapDump(file.Fd())
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// remembers says which of the hidden texts are in a picture.
func remembers(picture []byte) (found []string) {
	for what, hidden := range map[string][]byte{"NIK": hiddenNIK, "card": hiddenCard, "name": hiddenName} {
		if contains(picture, hidden) {
			found = append(found, what)
		}
	}
	return found
}

// awaitForgotten waits until nothing is remembered: the last goroutines of a visit end a moment after it.
func awaitForgotten(t *testing.T, when string) {
	t.Helper()
	for end := time.Now().Add(patience); ; {
		found := remembers(heap(t))
		if len(found) == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %v", when, found)
		}
	}
}

// contains says whether a hidden text is in a picture.
func contains(picture, hidden []byte) bool {
	last := len(hidden) - 1
	for i := 0; i+last < len(picture); i++ {
		at := bytes.IndexByte(picture[i:len(picture)-last], hidden[last])
		if at < 0 {
			return false
		}
		i += at
		n := 0
		for n <= last && picture[i+n] == hidden[last-n] {
			n++
		}
		if n > last {
			return true
		}
	}
	return false
}

// forgetful has the office answer without keeping anything of the questions in this program, which it shares. The
// channel tells of each card that it was asked to bind.
func (o *office) forgetful() <-chan struct{} {
	o.asks()
	bound, confirmed := false, make(chan struct{}, 8)
	o.on(protocol.MethodPersonConfirm, func(*websocket.Conn, protocol.Frame) (any, *protocol.Error) {
		o.asked = nil
		confirmed <- struct{}{}
		return protocol.Empty{}, nil
	})
	o.on(protocol.MethodPersonIdentify, func(_ *websocket.Conn, f protocol.Frame) (any, *protocol.Error) {
		o.asked = nil
		var p protocol.IdentifyParams
		if err := json.Unmarshal(f.Params, &p); err != nil {
			return nil, &protocol.Error{Code: protocol.CodeParamsInvalid}
		}
		if bound = bound || p.NIK != ""; !bound {
			return nil, &protocol.Error{Code: protocol.CodeCardUnknown}
		}
		return protocol.IdentifyResult{Person: protocol.Person{
			ID: "019aab10-0000-7000-8000-00000000abcd", MaskedName: open(hiddenName), MaskedNIK: "1971********0001",
			State: protocol.PersonVerified,
		}}, nil
	})
	return confirmed
}

func TestNothingOfACitizenIsInMemoryAfterTheVisit(t *testing.T) {
	if found := remembers(heap(t)); len(found) > 0 {
		t.Fatalf("before the visit: %v", found)
	}
	o := newOffice(t)
	confirmed := o.forgetful()
	var c clock
	r := start(t, o, c.use, func(_ *rig, cfg *Config) { cfg.tidyAfter = time.Millisecond })
	r.toKK()
	r.emit(flow.CardRead{UID: open(hiddenCard), Bindable: true})
	r.awaitProblem(flow.ProblemCardNew)
	r.typeNIK(open(hiddenNIK))
	r.awaitScreen(flow.ConfirmPerson)
	if found := remembers(heap(t)); len(found) < 2 {
		t.Fatalf("a picture shows only %v in the middle of the visit", found)
	}
	r.on(&c, flow.TakeTicket{})
	r.awaitScreen(flow.Priority)
	<-confirmed
	r.on(&c, flow.TakeTicket{})
	r.awaitScreen(flow.Done)
	r.emit(flow.Finish{})
	r.awaitScreen(flow.Attract)
	o.awaitRequest(protocol.MethodTicketConfirm)
	awaitForgotten(t, "after the visit")

	r.toKK() // and by a NIK from a reader, on a visit that is left
	r.emit(flow.NIKRead{NIK: open(hiddenNIK)})
	r.awaitScreen(flow.ConfirmPerson)
	c.forward(time.Minute)
	r.awaitScreen(flow.Attract)
	awaitForgotten(t, "after a visit that ran out")
}

// BenchmarkKnownCard is from a card on the reader to the question "Is this you?", with a server that takes 100 ms to
// know it.
func BenchmarkKnownCard(b *testing.B) {
	o := newOffice(b)
	o.asks()
	o.on(protocol.MethodPersonIdentify, func(*websocket.Conn, protocol.Frame) (any, *protocol.Error) {
		time.Sleep(100 * time.Millisecond) // the registry
		return protocol.IdentifyResult{Person: protocol.Person{ID: "p", State: protocol.PersonVerified}}, nil
	})
	r := start(b, o)
	r.toKK()
	for b.Loop() {
		r.emit(flow.CardRead{UID: sampleCard, Bindable: true})
		r.awaitScreen(flow.ConfirmPerson)
		r.emit(flow.NotMe{})
		r.awaitScreen(flow.Identity)
	}
}
