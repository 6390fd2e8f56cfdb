package flow

import "strconv"

// What a citizen typed or showed is printed nowhere by accident: in whatever way a state, an input or an effect comes
// into a text or a log, these say no more than is good to know.

// String says that there was a card.
func (CardRead) String() string { return "card" }

// GoString is String.
func (v CardRead) GoString() string { return v.String() }

// MarshalText is String; the error is nil.
func (v CardRead) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// String says that there was a NIK.
func (NIKRead) String() string { return "NIK" }

// GoString is String.
func (v NIKRead) GoString() string { return v.String() }

// MarshalText is String; the error is nil.
func (v NIKRead) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// String says which question it is.
func (i Identify) String() string { return "question " + strconv.Itoa(i.Try) }

// GoString is String.
func (i Identify) GoString() string { return i.String() }

// MarshalText is String; the error is nil.
func (i Identify) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// String says that there is a card.
func (ConfirmCard) String() string { return "card" }

// GoString is String.
func (v ConfirmCard) GoString() string { return v.String() }

// MarshalText is String; the error is nil.
func (v ConfirmCard) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// String says how many digits there are, and the problem.
func (f IdentityForm) String() string {
	return strconv.Itoa(len(f.Typed)) + " digits " + string(f.Problem)
}

// GoString is String.
func (f IdentityForm) GoString() string { return f.String() }

// MarshalText is String; the error is nil.
func (f IdentityForm) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// String says the screen.
func (s State) String() string { return string(s.Screen) }

// GoString is String.
func (s State) GoString() string { return s.String() }

// MarshalText is String; the error is nil.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
