//go:build race

package vault_test

// The race detector makes SQLite some ten times slower, and finds nothing more in more persons.
const (
	crowd     = 300
	modelRuns = "6"
)
