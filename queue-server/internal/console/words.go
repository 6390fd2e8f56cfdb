package console

import (
	"strings"

	"loket/assets/lang"
)

// words are the texts that pages hand to their scripts.
type words struct {
	staff  map[string]string            // Indonesian only: "error.*", "device.*" and "staff.*"
	ticket map[string]map[string]string // "id", "en": "phone.*" and "error.*"
}

func newWords() words {
	return words{
		staff:  pick("id", "error.", "device.", "staff."),
		ticket: map[string]map[string]string{"id": pick("id", "phone.", "error."), "en": pick("en", "phone.", "error.")},
	}
}

// pick returns the texts whose keys start with one of the prefixes. English falls back to Indonesian.
func pick(language string, prefixes ...string) map[string]string {
	out := map[string]string{}
	for _, key := range lang.Keys("id") {
		for _, prefix := range prefixes {
			if strings.HasPrefix(key, prefix) {
				out[key] = lang.T(language, key)
			}
		}
	}
	return out
}

// notice is the sentence of an error code; an unknown code is told as an internal fault.
func (w words) notice(code string) string {
	if code == "" {
		return ""
	}
	if text, ok := w.staff["error."+code]; ok {
		return text
	}
	return w.staff["error.internal"]
}
