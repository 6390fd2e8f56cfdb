package main

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestACrashLeavesNoPictureOfTheMemory(t *testing.T) {
	if err := noCoreDumps(); err != nil {
		t.Fatal(err)
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit != (unix.Rlimit{}) {
		t.Errorf("a core dump may have %d bytes", limit.Cur)
	}
}
