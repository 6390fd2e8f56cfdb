package stream_test

import (
	"bufio"
	"net"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"loket/queue-server/client"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// boards connects n raw boards.
func boards(tb testing.TB, o *officetest.Office, n int) []*rawBoard {
	tb.Helper()
	greeting := hello(protocol.RoleDisplay, o.Token(protocol.RoleDisplay, "Papan"), "board/all")
	all := make([]*rawBoard, n)
	for i := range all {
		b, status, err := connectRaw(o.Addr, greeting)
		if err != nil {
			tb.Fatalf("board %d: HTTP %d: %v", i, status, err)
		}
		all[i] = b
		tb.Cleanup(func() { _ = b.Close() })
	}
	return all
}

// inUse is what the program holds after the garbage is gone.
func inUse() uint64 {
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// boardMemory connects n boards that have all been written to, and returns what each costs, with the
// test's own end of the line.
func boardMemory(tb testing.TB, n int64) int64 {
	tb.Helper()
	o := officetest.Start(tb, officetest.Config{})
	counter, officer := calling(tb, o)
	for _, b := range boards(tb, o, 10) { // whatever is allocated once
		_ = b.Close()
	}
	before := inUse()
	all := boards(tb, o, int(n))
	recall(tb, officer, counter)
	for _, b := range all {
		if _, err := b.skipFrame(); err != nil {
			tb.Fatal(err)
		}
	}
	return (int64(inUse()) - int64(before)) / n // far below the limit
}

func TestAConnectedBoardCostsAtMostTenKiB(t *testing.T) {
	const n, budget = 1000, 10 << 10
	each := boardMemory(t, n)
	t.Logf("%d bytes for each of %d boards, with the test's own end of the line", each, n)
	if each > budget && !raceEnabled {
		t.Errorf("a board costs %d bytes, at most %d are allowed", each, budget)
	}
}

// BenchmarkBoardMemory reports what a connected board costs the server.
func BenchmarkBoardMemory(b *testing.B) {
	for b.Loop() {
		b.ReportMetric(float64(boardMemory(b, 1000))/1024, "KiB/board")
	}
}

// calling opens the first counter and calls a ticket there.
func calling(tb testing.TB, o *officetest.Office) (queue.CounterID, *client.Client) {
	tb.Helper()
	var counter queue.Counter
	o.Running.Read(func(q *queue.Office) { counter = q.Catalog.Counters[0] })
	officer := o.Officer("rina", protocol.TopicConsole+string(counter.ID))
	kiosk := o.Kiosk()
	request(tb, officer, protocol.MethodCounterOpen, protocol.CounterParams{CounterID: string(counter.ID)})
	ticket := client.NewID()
	request(tb, kiosk, protocol.MethodTicketIssue, protocol.IssueParams{TicketID: ticket, ServiceID: string(counter.Tiers[0].Services[0])})
	request(tb, kiosk, protocol.MethodTicketConfirm, protocol.ConfirmParams{TicketID: ticket, How: "printed"})
	request(tb, officer, protocol.MethodTicketCallNext, protocol.CallParams{CounterID: string(counter.ID), CallID: client.NewID()})
	return counter.ID, officer
}

func recall(tb testing.TB, officer *client.Client, counter queue.CounterID) {
	tb.Helper()
	request(tb, officer, protocol.MethodTicketRecall, protocol.CallParams{CounterID: string(counter), CallID: client.NewID()})
}

func request(tb testing.TB, c *client.Client, method string, params any) {
	tb.Helper()
	if err := c.Request(tb.Context(), method, params, nil); err != nil {
		tb.Fatalf("%s: %v", method, err)
	}
}

// BenchmarkCallToLastBoard measures from an officer's call to the last of 10, 100 and 1,000 boards, against a
// bare loop that writes a frame of the same size to as many sockets, read by the same readers. The two take
// turns, so that whatever else the machine does meets both.
func BenchmarkCallToLastBoard(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) { benchmarkCall(b, n) })
	}
}

func benchmarkCall(b *testing.B, n int) {
	const warm, rounds = 10, 200
	o := officetest.Start(b, officetest.Config{})
	counter, officer := calling(b, o)
	ours := listen(b, boards(b, o, n))
	writers, readers := pipes(b, n)
	theirs := listen(b, readers)
	var mine, bare []time.Duration
	for i := range warm + rounds {
		took := ours.round(func() { recall(b, officer, counter) })
		size := ours.size
		frame := append([]byte{0x81, 126, byte((size - 4) >> 8), byte(size - 4)}, make([]byte, size-4)...)
		tookBare := theirs.round(func() {
			for _, w := range writers {
				if _, err := w.Write(frame); err != nil {
					b.Fatal(err)
				}
			}
		})
		if i >= warm {
			mine, bare = append(mine, took), append(bare, tookBare)
		}
		time.Sleep(60 * time.Millisecond) // past the topic's interval: each call is measured for itself
	}
	ours.close()
	theirs.close()
	slices.Sort(mine)
	slices.Sort(bare)
	b.ReportMetric(float64(p99(mine).Microseconds())/1000, "ms_p99")
	b.ReportMetric(float64(p99(bare).Microseconds())/1000, "ms_bare_p99")
	b.ReportMetric(float64(p99(mine))/float64(p99(bare)), "ratio_p99")
	b.ReportMetric(float64(mine[rounds/2])/float64(bare[rounds/2]), "ratio_p50")
	b.ReportMetric(float64(ours.size), "frame_bytes")
}

func p99(sorted []time.Duration) time.Duration { return sorted[len(sorted)*99/100] }

// audience reads frames on many sockets, one a round on each.
type audience struct {
	next  []chan struct{}
	heard sync.WaitGroup
	size  int // of the last frame on the first socket
}

func listen(b *testing.B, all []*rawBoard) *audience {
	b.Helper()
	a := &audience{next: make([]chan struct{}, len(all))}
	for i, board := range all {
		a.next[i] = make(chan struct{}, 1)
		if err := board.SetReadDeadline(time.Time{}); err != nil {
			b.Fatal(err)
		}
		board.r = bufio.NewReaderSize(board.Conn, 4096)
		go func() {
			for range a.next[i] {
				got, err := board.skipFrame()
				for err == nil && got < 200 { // a heartbeat
					got, err = board.skipFrame()
				}
				if i == 0 && err == nil {
					a.size = got
				}
				a.heard.Done()
			}
		}()
	}
	return a
}

// round times send until everybody has read one more frame.
func (a *audience) round(send func()) time.Duration {
	a.heard.Add(len(a.next))
	for _, c := range a.next {
		c <- struct{}{}
	}
	began := time.Now()
	send()
	a.heard.Wait()
	return time.Since(began)
}

func (a *audience) close() {
	for _, c := range a.next {
		close(c)
	}
}

// pipes are n plain TCP connections.
func pipes(b *testing.B, n int) (writers []net.Conn, readers []*rawBoard) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	for range n {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		w, err := l.Accept()
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _, _ = c.Close(), w.Close() })
		writers = append(writers, w)
		readers = append(readers, &rawBoard{Conn: c, r: newReader(c)})
	}
	return writers, readers
}
