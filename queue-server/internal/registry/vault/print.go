package vault

import (
	"fmt"
	"log/slog"
)

// Personal data and keys must not get into a log line by accident: every way of printing a Person shows her id,
// which is random, and every way of printing a Keyring its path.

// String is the person by her id.
func (p Person) String() string { return "person " + string(p.ID) }

// Format prints the same for every verb.
func (p Person) Format(f fmt.State, _ rune) { fmt.Fprint(f, p.String()) }

// LogValue is the person by her id.
func (p Person) LogValue() slog.Value { return slog.StringValue(p.String()) }

// MarshalText is the person by her id, so that JSON has no more of her either.
func (p Person) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// String is the keyring by its path.
func (k *Keyring) String() string { return "keys of " + k.path }

// Format prints the same for every verb.
func (k *Keyring) Format(f fmt.State, _ rune) { fmt.Fprint(f, k.String()) }

// LogValue is the keyring by its path.
func (k *Keyring) LogValue() slog.Value { return slog.StringValue(k.String()) }

// Format prints the id for every verb.
func (g *generation) Format(f fmt.State, _ rune) { fmt.Fprint(f, "keys ", g.id) }
