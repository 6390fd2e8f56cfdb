package queue

import (
	"fmt"
	"testing"
	"time"
)

func BenchmarkIssueConfirmWith20000Waiting(b *testing.B) {
	w := openHall(b, 46, 30, 13)
	w.fill(20000)
	by := Header{Actor: Actor{Kind: BySystem}}
	ids := make([]string, b.N)
	for i := range ids {
		ids[i] = fmt.Sprintf("b%d", i)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		by.ID = CommandID("i" + ids[i])
		w.quick(b, &IssueTicket{by, TicketID(ids[i]), w.o.Catalog.Services[i%46].ID, "kiosk", "", "", 0})
		by.ID = CommandID("c" + ids[i])
		w.quick(b, &ConfirmTicket{by, TicketID(ids[i]), "printed"})
	}
}

// quick is do without the log.
func (w *world) quick(b *testing.B, c Command) {
	events, _, err := w.o.Decide(c, w.at)
	if err != nil {
		b.Fatal(err)
	}
	for i := range events {
		if err := w.o.Apply(events[i]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecideIssueWith20000Waiting(b *testing.B) {
	w := openHall(b, 46, 30, 13)
	w.fill(20000)
	c := &IssueTicket{w.by(""), "new", "s3", "kiosk", "", "", 0}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := w.o.Decide(c, w.at); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCallAndCompleteWith20000Waiting(b *testing.B) {
	w := openHall(b, 46, 30, 13)
	w.fill(20000)
	b.ReportAllocs()
	for b.Loop() {
		w.quick(b, &CallNext{w.by(""), "c1", w.call()})
		w.quick(b, &NoShowTicket{w.by(""), "c1"})
		w.quick(b, &RequeueTicket{w.by(""), w.o.Calls[0].TicketID})
	}
}

func BenchmarkNextForWith20000Waiting(b *testing.B) {
	w := openHall(b, 46, 30, 13)
	w.fill(20000)
	b.ReportAllocs()
	for b.Loop() {
		if w.o.NextFor("c1", w.at) == nil {
			b.Fatal("nobody waits")
		}
	}
}

// dayLog is the events of tickets that are issued, confirmed, called, started and completed in turn.
func dayLog(b *testing.B, tickets int) []Event {
	w := openHall(b, 46, 30, 13)
	for i := range tickets {
		k := CounterID(fmt.Sprintf("c%d", i%13+1))
		w.wait(TicketID(fmt.Sprintf("0190b5a8-7c3a-7000-8000-%012d", i)), w.o.Counter(k).Tiers[0].Services[0])
		w.serve(k, time.Second)
	}
	return w.log
}

func BenchmarkApply(b *testing.B) {
	events := dayLog(b, 20000)
	b.ReportAllocs()
	b.ResetTimer()
	n := 0
	for b.Loop() {
		o := New()
		for i := range events {
			if err := o.Apply(events[i]); err != nil {
				b.Fatal(err)
			}
		}
		n += len(events)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkForecast(b *testing.B) {
	for _, waiting := range []int{0, 100, 500, 5000, 20000} {
		b.Run(fmt.Sprint(waiting), func(b *testing.B) {
			w := openHall(b, 46, 30, 13)
			w.fill(waiting)
			b.ReportAllocs()
			for b.Loop() {
				if len(w.o.EstimateNew(w.at)) != 46 {
					b.Fatal("a service is missing")
				}
			}
		})
	}
}

func BenchmarkSnapshotOfABusyDay(b *testing.B) {
	o := New()
	for _, e := range dayLog(b, 20000) {
		if err := o.Apply(e); err != nil {
			b.Fatal(err)
		}
	}
	snapshot, err := o.Snapshot()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("write", func(b *testing.B) {
		b.SetBytes(int64(len(snapshot)))
		for b.Loop() {
			if _, err := o.Snapshot(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("restore", func(b *testing.B) {
		b.SetBytes(int64(len(snapshot)))
		for b.Loop() {
			if _, err := Restore(snapshot); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("clone", func(b *testing.B) {
		for b.Loop() {
			o.Clone()
		}
	})
}

// BenchmarkWaitingTimeError reports the mean error of simulated waiting times over that of divided ones.
func BenchmarkWaitingTimeError(b *testing.B) {
	var all []measured
	for b.Loop() {
		d := newPlayedDay(b, uint64(b.N))
		d.twoDays(0.11)
		all = append(all, d.measured...)
	}
	simulated, naive, _, _, _ := errorsOf(all)
	b.ReportMetric(float64(simulated)/float64(naive), "error-ratio")
}
