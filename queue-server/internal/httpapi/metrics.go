package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"loket/queue-server/internal/office"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/stream"
	"loket/queue-server/protocol"
)

// Metrics are the numbers under GET /metrics. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	views    *prometheus.CounterVec
	sends    *prometheus.CounterVec
	web      *prometheus.CounterVec
	commits  prometheus.Histogram
	batch    prometheus.Histogram

	lookups    *prometheus.CounterVec
	lookupTime prometheus.Histogram
}

// NewMetrics returns metrics that nothing was counted in yet.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "loket_requests_total", Help: "Requests over the stream by method and code.",
		}, []string{"method", "code"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "loket_request_seconds", Help: "Time from request to reply.", Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
		}, []string{"method"}),
		views: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "loket_views_total", Help: "Views made and sent, by kind of topic.",
		}, []string{"topic"}),
		sends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "loket_view_sends_total", Help: "Views offered to connections, by kind of topic.",
		}, []string{"topic"}),
		web: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "loket_http_requests_total", Help: "HTTP requests by method and status.",
		}, []string{"method", "status"}),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "loket_commit_seconds", Help: "Time of one durable commit.", Buckets: prometheus.ExponentialBuckets(0.0001, 2, 16),
		}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "loket_commit_events", Help: "Events in one commit.", Buckets: prometheus.ExponentialBuckets(1, 2, 12),
		}),
	}
	m.lookups, m.lookupTime = newLookupMetrics()
	m.registry.MustRegister(m.lookups, m.lookupTime, m.requests, m.latency, m.views, m.sends, m.web, m.commits, m.batch,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// OnCommit is for office.Config.OnCommit.
func (m *Metrics) OnCommit(events int, took time.Duration) {
	m.commits.Observe(took.Seconds())
	m.batch.Observe(float64(events))
}

func (m *Metrics) onRequest(method, code string, took time.Duration) {
	m.requests.WithLabelValues(method, code).Inc()
	m.latency.WithLabelValues(method).Observe(took.Seconds())
}

func (m *Metrics) onViews(topic string, receivers int) {
	m.views.WithLabelValues(topic).Inc()
	m.sends.WithLabelValues(topic).Add(float64(receivers))
}

func (m *Metrics) onHTTP(method string, status int) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		method = "other" // a client cannot make up labels
	}
	m.web.WithLabelValues(method, strconv.Itoa(status)).Inc()
}

// watch adds what is read when the metrics are asked for.
func (m *Metrics) watch(o *office.Office, s *stream.Server) {
	read := func(f func(*queue.Office) float64) func() float64 {
		return func() (v float64) {
			o.Read(func(o *queue.Office) { v = f(o) })
			return v
		}
	}
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "loket_event_seq", Help: "Seq of the last event."},
			read(func(o *queue.Office) float64 { return float64(o.Seq) })),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "loket_tickets_waiting", Help: "Tickets that wait now."},
			read(func(o *queue.Office) float64 { return float64(len(o.Waiting())) })),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "loket_tickets_today", Help: "Tickets issued today."},
			read(func(o *queue.Office) float64 { return float64(len(o.Tickets)) })),
	)
	for _, role := range []protocol.Role{
		protocol.RoleKiosk, protocol.RoleDisplay, protocol.RoleOfficer, protocol.RoleAdmin, protocol.RoleCitizen,
	} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "loket_connections", Help: "Open connections by role.", ConstLabels: prometheus.Labels{"role": string(role)},
		}, func() float64 { return float64(s.Connections()[role]) }))
	}
}

func (m *Metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Health is the body of GET /healthz.
type Health struct {
	OK           bool      `json:"ok"`
	Office       string    `json:"office"`
	Version      string    `json:"version"`
	Protocol     int       `json:"protocol"`
	Seq          int64     `json:"seq"`
	Day          queue.Day `json:"day"`
	DayOpen      bool      `json:"day_open"`
	OpenAllHours bool      `json:"open_all_hours,omitempty"`
	Fault        string    `json:"fault,omitempty"` // why ok is false
}

// health says whether the office can promise anything: 200, or 503 while its disk does not take events.
func (a *API) health(w http.ResponseWriter, _ *http.Request) {
	h := Health{OK: true, Version: a.cfg.Version, Protocol: protocol.Version, OpenAllHours: a.cfg.OpenAllHours}
	a.cfg.Office.Read(func(o *queue.Office) {
		h.Office, h.Seq, h.Day, h.DayOpen = string(o.Catalog.Office.ID), o.Seq, o.Day, o.DayOpen
	})
	if a.cfg.Office.Fault() != nil {
		h.OK, h.Fault = false, protocol.CodeNotDurable
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	writeJSON(w, h)
}
