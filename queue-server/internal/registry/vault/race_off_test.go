//go:build !race

package vault_test

const (
	crowd     = 3000 // persons of a rotation, each with a card
	modelRuns = "30"
)
