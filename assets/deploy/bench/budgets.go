package main

import "fmt"

// group is a package whose benchmarks are run, and for how long each.
type group struct{ pkg, bench, time string }

var groups = []group{
	{"./queue-server/internal/httpapi", "^BenchmarkBudget", "1x"},
	{"./queue-server/internal/queue", "^BenchmarkBudget", "1x"},
	{"./kiosk/internal/slip", "^BenchmarkBudget", "1x"},
	{"./kiosk/internal/screen", "^BenchmarkBudget", "1x"},
}

// budget ties a benchmark's metric to a row of the table. Limit 0 means that the row only informs.
type budget struct {
	metric, name, unit string
	limit              float64
	atLeast            bool // else at most
}

var budgets = []budget{
	{metric: "raw-sync/s", name: "raw 4 KiB write+fdatasync", unit: "1/s"},
	{metric: "issue-1/s", name: "durable issue over WebSocket, one at a time", unit: "1/s"},
	{metric: "issue-1-ratio", name: "the same ÷ raw", unit: "ratio", limit: 0.4, atLeast: true},
	{metric: "issue-64/s", name: "durable issues, 64 WebSocket clients", unit: "1/s"},
	{metric: "issue-64-ratio", name: "the same ÷ raw", unit: "ratio", limit: 2.5, atLeast: true},
	{metric: "issue-64-wrong", name: "duplicates and errors among them", unit: "tickets", limit: 0.5},
	{metric: "boards-10-ratio", name: "call -> last of 10 boards, p99 ÷ bare write loop", unit: "ratio"},
	{metric: "boards-100-ratio", name: "call -> last of 100 boards, p99 ÷ bare write loop", unit: "ratio"},
	{metric: "boards-1000-ms", name: "call -> last of 1,000 boards, p99", unit: "ms"},
	{metric: "boards-1000-ratio", name: "the same ÷ bare write loop", unit: "ratio", limit: 1.5},
	{metric: "board-KiB", name: "server memory per connected board", unit: "KiB", limit: 10},
	{metric: "startup-1M-s", name: "start-up with 1,000,000 events to first reply", unit: "s", limit: 1},
	{metric: "wait-error-ratio", name: "waiting-time error ÷ naive estimate's, simulated days", unit: "ratio", limit: 0.6},
	{metric: "slip-native-bytes", name: "ticket on the wire, native QR", unit: "bytes", limit: 400},
	{metric: "slip-raster-bytes", name: "ticket on the wire, raster QR (58 mm)", unit: "bytes"},
	{metric: "next-screen-p95-ms", name: "kiosk: input -> next screen drawn, p95, software rendering", unit: "ms", limit: 50},
	{metric: "visits-growth-%", name: "kiosk: memory growth over 10,000 visits", unit: "%", limit: 2},
	{metric: "kiosk-window-ratio", name: "kiosk memory ÷ an empty Fyne window's", unit: "ratio", limit: 1.3},
}

func (b budget) row(value float64) Row {
	r := Row{Name: b.name, Value: value, Unit: b.unit, OK: true}
	switch {
	case b.limit == 0:
	case b.atLeast:
		r.Budget, r.OK = fmt.Sprintf(">= %g", b.limit), value >= b.limit
	case b.unit == "tickets":
		r.Budget, r.OK = "0", value == 0
	default:
		r.Budget, r.OK = fmt.Sprintf("<= %g", b.limit), value <= b.limit
	}
	return r
}
