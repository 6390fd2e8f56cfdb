//go:build !race

package faulttest

// sideBySide is how many cases run at once: mostly they wait.
const sideBySide = "64"
