package httpapi

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"loket/queue-server/protocol"
)

// Registry is the population registry as the metrics need it.
type Registry interface {
	Status() protocol.RegistryStatus
	Breaker() string // "closed", "open", "half_open"
}

// OnLookup is for desk.Config.OnLookup.
func (m *Metrics) OnLookup(outcome string, took time.Duration) {
	m.lookups.WithLabelValues(outcome).Inc()
	m.lookupTime.Observe(took.Seconds())
}

// WatchRegistry adds what is read of the registry when the metrics are asked for. It is called once at most.
func (m *Metrics) WatchRegistry(r Registry) {
	gauge := func(name, help string, read func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read)
	}
	m.registry.MustRegister(
		gauge("loket_registry_queued", "Persons who are to be looked up again.", func() float64 { return float64(r.Status().Queued) }),
		gauge("loket_registry_quota_left", "Calls left today, as the registry told last; -1 while it did not.", func() float64 {
			if left := r.Status().QuotaLeft; left != nil {
				return float64(*left)
			}
			return -1
		}),
		gauge("loket_registry_quota_low", "1 while the quota is below its alarm.", func() float64 { return truth(r.Status().QuotaLow) }),
		gauge("loket_registry_ok", "1 while the latest look-ups were answered in time, or no registry is asked.", func() float64 {
			state := r.Status().State
			return truth(state == "ok" || state == protocol.WhyOff)
		}),
		gauge("loket_persons", "Persons at rest.", func() float64 { return float64(r.Status().Persons) }),
	)
	for _, state := range []string{"closed", "open", "half_open"} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "loket_registry_breaker", Help: "1 for the state that the circuit breaker is in.", ConstLabels: prometheus.Labels{"state": state},
		}, func() float64 { return truth(r.Breaker() == state) }))
	}
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

func newLookupMetrics() (*prometheus.CounterVec, prometheus.Histogram) {
	count := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "loket_registry_lookups_total", Help: "Questions to the population registry by what became of them.",
	}, []string{"outcome"})
	took := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "loket_registry_lookup_seconds", Help: "Time of one question to the population registry.", Buckets: prometheus.ExponentialBuckets(0.01, 2, 13),
	})
	return count, took
}
