// Package lang has every text that Loket's programs show, in Indonesian and English, by key.
// Keys are grouped in files of a program each: kiosk.id.json, kiosk.en.json, and so on.
package lang

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

//go:embed *.json
var files embed.FS

var tables = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{"id": {}, "en": {}}
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		panic(err) // the pattern is constant
	}
	for _, name := range names {
		parts := strings.Split(name, ".") // program.language.json
		raw, err := files.ReadFile(name)
		if err != nil {
			panic(err) // embedded, so it is there
		}
		table := map[string]string{}
		if err := json.Unmarshal(raw, &table); err != nil {
			panic(fmt.Sprintf("assets/lang/%s: %v", name, err)) // a test reads every file
		}
		for k, v := range table {
			all[parts[1]][k] = v
		}
	}
	return all
})

// T returns the text of a key in language "id" or "en" with its placeholders {name} filled from
// pairs of name and value. A text that is missing in English is shown in Indonesian; a key that
// does not exist is shown as it is.
func T(language, key string, pairs ...string) string {
	text, ok := tables()[language][key]
	if !ok {
		if text, ok = tables()["id"][key]; !ok {
			return key
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

// Keys returns every key of a language.
func Keys(language string) []string {
	keys := make([]string, 0, len(tables()[language]))
	for k := range tables()[language] {
		keys = append(keys, k)
	}
	return keys
}
