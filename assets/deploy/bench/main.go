// Command bench measures Loket's budgets and writes build/bench.json and a table. Every room owns the
// benchmarks of its budgets as Go benchmarks that report one metric a budget row; this program runs
// them, compares them with the budgets, and says which are missed. It fails when a benchmark cannot
// run, not when a budget is missed: a missed budget is a finding, and is shown as one.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/alecthomas/kong"
)

// Row is one line of build/bench.json. OK is true when there is no budget.
type Row struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Budget string  `json:"budget"`
	OK     bool    `json:"ok"`
}

var flags struct {
	Out string `help:"Where the results go." default:"build/bench.json"`
	Bin string `help:"Folder of the built programs." default:"build/bin"`
	Run string `help:"Measure only the packages with this in their path; 'window' is the kiosk's real window."`
}

func main() {
	kong.Parse(&flags, kong.Name("loket-bench"), kong.Description("Measure Loket's budgets."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "loket-bench:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

func run(ctx context.Context) error {
	measured := map[string]float64{}
	for _, g := range groups {
		if !strings.Contains(g.pkg, flags.Run) {
			continue
		}
		if err := g.measure(ctx, measured); err != nil {
			return err
		}
	}
	if strings.Contains("window", flags.Run) {
		if err := window(ctx, flags.Bin, measured); err != nil {
			return err
		}
	}
	var rows []Row
	for _, b := range budgets {
		value, ok := measured[b.key]
		if !ok {
			if flags.Run == "" {
				return fmt.Errorf("no benchmark reported %q", b.key)
			}
			continue
		}
		rows = append(rows, b.row(value))
	}
	if err := write(rows); err != nil {
		return err
	}
	return show(rows)
}

// measure runs the benchmarks of one package and collects the metrics they report.
func (g group) measure(ctx context.Context, into map[string]float64) error {
	args := []string{"test", "-tags", "x11,migrated_fynedo", "-run", "^$", "-bench", g.bench, "-benchtime", g.time, "-timeout", "15m", g.pkg}
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // our own table of packages
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	fmt.Printf("measuring %s ...\n", g.pkg)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("benchmarks of %s: %w\n%s", g.pkg, err, out.String())
	}
	lines := bufio.NewScanner(&out)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		// "BenchmarkIssue/64-2" is benchmark Issue/64 on two processors.
		name := strings.TrimPrefix(fields[0], "Benchmark")
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			name = name[:i]
		}
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return fmt.Errorf("benchmark line %q: %w", lines.Text(), err)
			}
			into[name+" "+fields[i+1]] = value
		}
	}
	return lines.Err()
}

func write(rows []Row) error {
	if err := os.MkdirAll(filepath.Dir(flags.Out), 0o750); err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	raw, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	return os.WriteFile(flags.Out, append(raw, '\n'), 0o600)
}

func show(rows []Row) error {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	missed := 0
	fmt.Fprintln(t, "\nwhat\tvalue\tunit\tbudget\t")
	for _, r := range rows {
		mark := "ok"
		if !r.OK {
			mark, missed = "MISSED", missed+1
		}
		if r.Budget == "" {
			mark = ""
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", r.Name, strconv.FormatFloat(r.Value, 'g', 4, 64), r.Unit, r.Budget, mark)
	}
	fmt.Fprintf(t, "\n%d rows, %d budgets missed; %s\n", len(rows), missed, flags.Out)
	return t.Flush()
}
