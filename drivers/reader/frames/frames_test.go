package frames_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"loket/drivers/reader/frames"
)

// toy frames are "<>" and a digit that says how many letters follow; an x among them is damage.
var toy = frames.Protocol[string]{
	Start: []byte("<>"),
	Parse: func(b []byte) (string, int) {
		if len(b) < 3 {
			return "", frames.Short
		}
		n := int(b[2] - '0')
		switch {
		case n < 0 || n > 9:
			return "", frames.NoFrame
		case len(b) < 3+n:
			return "", frames.Short
		}
		return string(b[3 : 3+n]), 3 + n
	},
	Damaged: func(f string) bool { return bytes.ContainsAny([]byte(f), "x") },
}

func all(u *frames.Buffer, next func(*frames.Buffer) (string, bool)) (got []string) {
	for {
		f, ok := next(u)
		if !ok {
			return got
		}
		got = append(got, f)
	}
}

func TestFramesAreFoundWhateverStandsBetween(t *testing.T) {
	var u frames.Buffer
	u.Feed([]byte("..<<>2ab<>z<>0<>6x<>1c.<>3de"))
	got := all(&u, toy.Next)
	if want := []string{"ab", "", "x<>1c.", "c"}; !equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if u.Len() == 0 {
		t.Error("a frame that has begun is forgotten")
	}
	if got := all(&u, toy.Gap); len(got) != 0 || u.Len() != 0 {
		t.Errorf("after a silence: %q, %d bytes kept", got, u.Len())
	}
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestPiecesMakeNoDifferenceAndNoMoreThanOneFrameIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stream := []byte(rapid.StringOfN(rapid.SampledFrom([]rune("<>019abx")), 0, 60, -1).Draw(t, "stream"))
		var whole, parts frames.Buffer
		whole.Feed(stream)
		want := all(&whole, toy.Next)
		var got []string
		for rest := stream; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			parts.Feed(rest[:n])
			got = append(got, all(&parts, toy.Next)...)
			rest = rest[n:]
		}
		if !equal(got, want) || whole.Len() != parts.Len() {
			t.Fatalf("in pieces %q, whole %q", got, want)
		}
		if whole.Len() > 3+9 {
			t.Fatalf("%d bytes kept", whole.Len())
		}
	})
}
