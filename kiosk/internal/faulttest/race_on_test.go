//go:build race

package faulttest

import "time"

const (
	// sideBySide is how many cases run at once: the race detector makes them compute as well.
	sideBySide = "20"
	// printerPatience is how much longer than it must take a slip may take on a busy machine.
	printerPatience = 12 * time.Second
)
