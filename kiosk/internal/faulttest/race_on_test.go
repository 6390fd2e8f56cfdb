//go:build race

package faulttest

// sideBySide is how many cases run at once: the race detector makes them compute as well.
const sideBySide = "16"
