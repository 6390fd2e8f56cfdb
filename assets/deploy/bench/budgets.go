package main

import "fmt"

// group is benchmarks of one package, and for how long each runs.
type group struct{ pkg, bench, time string }

var groups = []group{
	{"./queue-server/internal/httpapi", "^BenchmarkIssueOverWebSocket$", "1x"},
	{"./queue-server/internal/stream", "^Benchmark(CallToLastBoard|BoardMemory)$", "1x"},
	{"./queue-server/internal/office", "^BenchmarkStartUp$", "1x"},
	{"./queue-server/internal/queue", "^BenchmarkWaitingTimeError$", "1x"},
	{"./queue-server/internal/registry/desk", "^Benchmark(Identify|Lookups)$", "1x"},
	{"./drivers/printer", "^BenchmarkBudgetPrinter$", "1x"},
	{"./drivers/conformance", "^BenchmarkBudgetReader$", "1x"},
	{"./kiosk/internal/slip", "^BenchmarkLongestSlip$", "1x"},
	{"./kiosk/internal/screen", "^BenchmarkVisitGrowth$", "1x"},
}

// budget ties a measured value to a row of the table. The key is a benchmark's name without
// "Benchmark", and the unit that it reports, or a name that a measurement of this program gives.
// A limit below 0 means that the row only informs.
type budget struct {
	key, name, unit string
	limit           float64
	atLeast         bool    // else at most
	scale           float64 // from the benchmark's unit; 0 means 1
}

const informs = -1

var budgets = []budget{
	{key: "IssueOverWebSocket/1 raw/s", name: "raw 4 KiB write+fdatasync", unit: "1/s", limit: informs},
	{key: "IssueOverWebSocket/1 issues/s", name: "durable issue over WebSocket, one at a time", unit: "1/s", limit: informs},
	{key: "IssueOverWebSocket/1 ratio", name: "the same ÷ raw", unit: "ratio", limit: 0.4, atLeast: true},
	{key: "IssueOverWebSocket/64 issues/s", name: "durable issues, 64 WebSocket clients", unit: "1/s", limit: informs},
	{key: "IssueOverWebSocket/64 ratio", name: "the same ÷ raw", unit: "ratio", limit: 2.5, atLeast: true},
	{key: "IssueOverWebSocket/64 wrong", name: "duplicates and errors among them", unit: "tickets"},
	{key: "CallToLastBoard/10 ratio_p99", name: "call -> last of 10 boards, p99 ÷ bare write loop", unit: "ratio", limit: informs},
	{key: "CallToLastBoard/100 ratio_p99", name: "call -> last of 100 boards, p99 ÷ bare write loop", unit: "ratio", limit: informs},
	{key: "CallToLastBoard/1000 ms_p99", name: "call -> last of 1,000 boards, p99", unit: "ms", limit: informs},
	{key: "CallToLastBoard/1000 ratio_p99", name: "the same ÷ bare write loop", unit: "ratio", limit: 1.5},
	{key: "BoardMemory KiB/board", name: "server memory per connected board", unit: "KiB", limit: 10},
	{key: "StartUp/closed ns/op", name: "start-up with 1,000,000 events to first reply", unit: "s", limit: 1, scale: 1e-9},
	{key: "StartUp/killed ns/op", name: "the same after a kill, no recent snapshot", unit: "s", limit: 1, scale: 1e-9},
	{key: "WaitingTimeError error-ratio", name: "waiting-time error ÷ naive estimate's, simulated days", unit: "ratio", limit: 0.6},
	{key: "LongestSlip native-bytes", name: "ticket on the wire, native QR, longest of the samples", unit: "bytes", limit: 400},
	{key: "LongestSlip raster-bytes", name: "ticket on the wire, raster QR, longest of the samples", unit: "bytes", limit: 4000},
	{key: "BudgetPrinter wire-extra-9600-ms", name: "print -> last byte minus wire time, 9600 baud", unit: "ms", limit: 50},
	{key: "BudgetPrinter wire-extra-19200-ms", name: "the same, 19200 baud", unit: "ms", limit: 50},
	{key: "BudgetPrinter wire-extra-115200-ms", name: "the same, 115200 baud", unit: "ms", limit: 50},
	{key: "BudgetPrinter unplug-ms", name: "unplugged while idle -> noticed", unit: "ms", limit: 1000},
	{key: "BudgetReader card-reading-ms", name: "card touched -> reading", unit: "ms", limit: 300},
	{key: "kiosk next-screen", name: "kiosk: touch -> next screen drawn, p95, software rendering", unit: "ms", limit: 50},
	{key: "kiosk known-card", name: "kiosk: known card tapped -> confirm screen, p95, registry takes 100 ms", unit: "ms", limit: 250},
	{key: "Identify ms_p95", name: "of that, request -> answer over WebSocket, p95", unit: "ms", limit: informs},
	{key: "Lookups lookups/s", name: "look-ups sustained, each kept and audited", unit: "1/s", limit: 100, atLeast: true},
	{key: "VisitGrowth %/10000visits", name: "kiosk: heap growth over 10,000 visits", unit: "%", limit: 2},
	{key: "kiosk memory", name: "kiosk memory ÷ an empty Fyne window's", unit: "ratio", limit: 1.3},
}

func (b budget) row(value float64) Row {
	if b.scale != 0 {
		value *= b.scale
	}
	r := Row{Name: b.name, Value: value, Unit: b.unit, OK: true}
	switch {
	case b.limit == informs:
	case b.atLeast:
		r.Budget, r.OK = fmt.Sprintf(">= %g", b.limit), value >= b.limit
	default:
		r.Budget, r.OK = fmt.Sprintf("<= %g", b.limit), value <= b.limit
	}
	return r
}
