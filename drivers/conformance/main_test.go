package conformance_test

import (
	"flag"
	"testing"

	"go.uber.org/goleak"
)

// TestMain lets many tests run side by side: they wait for paper and wires, they do not compute.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "20"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}
