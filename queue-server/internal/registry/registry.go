// Package registry asks the population registry about a person. It defines what is asked and answered; the
// adapters that speak to a registry are packages of their own (dukcapil), and so are the persons at rest (vault) and
// the desk that joins both for kiosks and officers (desk).
//
// Its invariant: an answer says what became of the question in the wire's own words (verified, unverified and why,
// refer to an officer), and neither an answer nor an error ever holds a NIK or a name in its text.
package registry

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"loket/queue-server/protocol"
)

// Request asks about one person. Only NIK is required; what else is there is compared.
type Request struct {
	NIK       protocol.NIK
	Name      string    // in full, as an officer or the registry gave it before
	BirthDate time.Time // as the registry gave it before; zero: that of the NIK
}

// Format keeps fmt from telling whom it is about.
func (r Request) Format(f fmt.State, _ rune) { hide(f, "request") }

// LogValue keeps a log from telling whom it is about.
func (r Request) LogValue() slog.Value { return slog.StringValue("request") }

// Result is an answer of the registry.
type Result struct {
	// State is protocol.PersonVerified, PersonUnverified (with Why), PersonRefer, or PersonRecheck for a NIK that the
	// registry does not have.
	State string
	Why   string // protocol.WhyQuota and its like
	// Code is the registry's own code ("05"), empty when it gave none; Meaning is that code's, in English.
	Code, Meaning string
	Name          string    // in full; empty when the registry does not tell names
	BirthDate     time.Time // zero when it does not tell
	QuotaLeft     *int      // calls left today; nil when it does not tell
}

// Format keeps fmt from telling whom it is about.
func (r Result) Format(f fmt.State, _ rune) { hide(f, r.summary()) }

// LogValue keeps a log from telling whom it is about.
func (r Result) LogValue() slog.Value { return slog.StringValue(r.summary()) }

func (r Result) summary() string { return "result " + r.State + " " + r.Why + " " + r.Code }

func hide(f fmt.State, text string) {
	_, _ = io.WriteString(f, text) // fmt keeps what its writer says
}

// Lookup asks a registry. The error is a *Fault, or that of ctx.
type Lookup interface {
	Lookup(ctx context.Context, r Request) (Result, error)
}

// Fault is a question that got no answer of the registry: no line, no certificate that is pinned, or a body that is
// no answer. Why is protocol.WhyNetwork or protocol.WhyConfig.
type Fault struct { //nolint:errname // "a fault", as against a refusal, is what the house calls it
	Why string
	Err error // holds no personal data
}

func (f *Fault) Error() string { return "registry " + f.Why + ": " + f.Err.Error() }

func (f *Fault) Unwrap() error { return f.Err }

// None is the registry of an office that has none: every person is unverified, and nobody is asked.
type None struct{}

// Lookup answers at once.
func (None) Lookup(context.Context, Request) (Result, error) {
	return Result{State: protocol.PersonUnverified, Why: protocol.WhyOff}, nil
}
