package conformance_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain lets many tests run side by side: they wait for paper and wires, they do not compute.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "20"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
