package httpapi_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"loket/queue-server/client"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/stream"
	"loket/queue-server/protocol"
)

// BenchmarkIssueOverWebSocket takes numbers through the whole server, each reply after its commit, in turns
// with the bare disk, so that what else the machine does hits both alike.
func BenchmarkIssueOverWebSocket(b *testing.B) {
	for _, n := range []int{1, 64} {
		b.Run(strconv.Itoa(n), func(b *testing.B) { benchmarkIssue(b, n) })
	}
}

func benchmarkIssue(b *testing.B, clients int) {
	const rounds = 30
	perClient := max(20, 200/clients) // issues a client and round
	dir := b.TempDir()
	disk := officetest.NewDisk(b, dir)
	o := officetest.Start(b, officetest.Config{Dir: dir, Limits: stream.Limits{RequestsPerSecond: 1e6}})
	service := firstService(o)
	kiosks := make([]*client.Client, clients)
	token := o.Token(protocol.RoleKiosk, "K")
	for i := range kiosks {
		kiosks[i] = o.Connect(client.Config{Role: protocol.RoleKiosk, Token: token, Topic: protocol.TopicKiosk})
	}
	take := func() []string { return issueAll(b, kiosks, service, perClient) }
	take() // connected and warm
	seen := map[string]bool{}
	var issuing, syncing time.Duration
	var issued, synced, wrong int
	for range rounds {
		syncing += disk.Sync(200)
		synced += 200
		began := time.Now()
		numbers := take()
		issuing += time.Since(began)
		issued += len(numbers)
		for _, n := range numbers {
			if n == "" || seen[n] {
				wrong++
			}
			seen[n] = true
		}
	}
	rate, raw := float64(issued)/issuing.Seconds(), float64(synced)/syncing.Seconds()
	b.ReportMetric(raw, "raw/s")
	b.ReportMetric(rate, "issues/s")
	b.ReportMetric(rate/raw, "ratio")
	b.ReportMetric(float64(wrong), "wrong")
}

// issueAll has every kiosk take n numbers at once, and returns them; a failed one is empty.
func issueAll(b *testing.B, kiosks []*client.Client, service queue.ServiceID, n int) []string {
	b.Helper()
	numbers := make([]string, len(kiosks)*n)
	var wg sync.WaitGroup
	for i, k := range kiosks {
		wg.Go(func() {
			for j := range n {
				var got protocol.IssueResult
				err := k.Request(b.Context(), protocol.MethodTicketIssue,
					protocol.IssueParams{TicketID: client.NewID(), ServiceID: string(service)}, &got)
				if err != nil {
					b.Log(err)
				}
				numbers[i*n+j] = got.Number
			}
		})
	}
	wg.Wait()
	return numbers
}

func firstService(o *officetest.Office) (id queue.ServiceID) {
	o.Running.Read(func(q *queue.Office) { id = q.Catalog.Services[0].ID })
	return id
}
