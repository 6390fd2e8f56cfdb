package vault_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/registry/vault"
)

func benchRoom(b *testing.B) *room {
	b.Helper()
	r := &room{tb: b, dir: b.TempDir(), clock: &clock{now: start}}
	j, err := journal.Open(context.Background(), filepath.Join(r.dir, "loket.db"), journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	r.j = j
	b.Cleanup(r.leave)
	if r.keys, err = vault.OpenKeyring(r.keyFile(), true); err != nil {
		b.Fatal(err)
	}
	if r.Store, err = vault.Open(context.Background(), j.DB(), r.keys, time.Now); err != nil {
		b.Fatal(err)
	}
	return r
}

// BenchmarkAuditedVisit is what a known card costs at a kiosk: it is found, and the visit and its row of the trail are
// durable.
func BenchmarkAuditedVisit(b *testing.B) {
	r, ctx := benchRoom(b), context.Background()
	people := r.fill(2000)
	i := 0
	for b.Loop() {
		i++
		p, err := r.ByCard(ctx, uid(i%len(people)+1))
		if err == nil {
			err = r.Visit(ctx, p.ID, time.Now(), entry(vault.Identified))
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "visits/s")
}

// BenchmarkAuditedLookup is what a look-up costs: the NIK is found, and the answer and its row are durable.
func BenchmarkAuditedLookup(b *testing.B) {
	r, ctx := benchRoom(b), context.Background()
	people := r.fill(2000)
	i := 0
	for b.Loop() {
		i++
		p, err := r.ByNIK(ctx, people[i%len(people)].NIK)
		if err == nil {
			_, err = r.Save(ctx, p, entry(vault.LookedUp))
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lookups/s")
}

// BenchmarkRotate is how long an office waits for a rotation, by the person.
func BenchmarkRotate(b *testing.B) {
	r, ctx := benchRoom(b), context.Background()
	people := r.fill(2000)
	for b.Loop() {
		if err := r.Rotate(ctx, r.keys); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(people))/b.Elapsed().Seconds(), "persons/s")
}
