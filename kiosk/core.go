package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// noCoreDumps keeps what a citizen has typed or shown out of the picture of the memory that a crash would leave on
// the disk. What reads pictures through a pipe, such as systemd-coredump, follows this limit too.
func noCoreDumps() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("switch core dumps off: %w", err)
	}
	return nil
}
