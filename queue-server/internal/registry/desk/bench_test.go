package desk_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"loket/queue-server/internal/officetest"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/desk"
	"loket/queue-server/internal/sandbox"
	"loket/queue-server/protocol"
)

// BenchmarkIdentify is from a known card on the reader to the answer that the confirm screen shows, over a real
// WebSocket, with a registry that takes 100 ms and is asked each time.
func BenchmarkIdentify(b *testing.B) {
	const rounds = 60
	o := start(b, officetest.Config{Desk: desk.Config{FreshFor: time.Nanosecond}})
	o.set(b, func(w *sandbox.Switches) { w.DelayMs, w.Quota = 100, -1 })
	kiosk := o.Kiosk()
	who, err := identify(b.Context(), kiosk, protocol.IdentifyParams{NIK: siti, Card: card})
	check(b, err)
	check(b, confirm(b.Context(), kiosk, who.Person.ID))
	var took []time.Duration
	b.ResetTimer()
	for range rounds {
		began := time.Now()
		who, err := identify(b.Context(), kiosk, protocol.IdentifyParams{Card: card})
		check(b, err)
		if who.Person.State != protocol.PersonVerified {
			b.Fatalf("she is %s %s", who.Person.State, who.Person.Why)
		}
		took = append(took, time.Since(began))
	}
	if calls := o.registry.Calls("CALL_NIK"); calls < rounds {
		b.Fatalf("the registry was asked %d times only", calls)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100])/float64(time.Millisecond), "ms_p95")
}

// BenchmarkLookups is how many look-ups a second the desk sustains over HTTPS, each of another person, kept and
// audited in a real file.
func BenchmarkLookups(b *testing.B) {
	const people, abreast = 1000, 32
	o := start(b, officetest.Config{Desk: desk.Config{RequestsPerSecond: 1e6}})
	o.set(b, func(w *sandbox.Switches) { w.Quota = -1 })
	kiosk := queue.Actor{Kind: queue.ByDevice, ID: "k"}
	var next, wrong atomic.Int64
	b.ResetTimer()
	began := time.Now()
	var all sync.WaitGroup
	for range abreast {
		all.Go(func() {
			for i := next.Add(1); i <= people; i = next.Add(1) {
				nik := fmt.Sprintf("197199150385%04d", i)
				if _, err := o.Desk.Identify(b.Context(), desk.Ask{NIK: nik, Sure: true, Actor: kiosk}); err != nil {
					wrong.Add(1)
				}
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	if calls := o.registry.Calls("CALL_NIK"); calls != people || wrong.Load() != 0 {
		b.Fatalf("the registry was asked %d times about %d people; %d faults", calls, people, wrong.Load())
	}
	b.ReportMetric(people/took.Seconds(), "lookups/s")
}
