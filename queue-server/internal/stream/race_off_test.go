//go:build !race

package stream_test

// raceEnabled says that the race detector is on, which makes everything larger and slower.
const raceEnabled = false
