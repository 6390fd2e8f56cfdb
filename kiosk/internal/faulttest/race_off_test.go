//go:build !race

package faulttest

import "time"

const (
	// sideBySide is how many cases run at once: mostly they wait.
	sideBySide = "64"
	// printerPatience is how much longer than it must take a slip may take.
	printerPatience = 6 * time.Second
)
