package lang_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"loket/assets/lang"
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// TestBothLanguagesSayTheSame compares keys and placeholders of every program's texts.
func TestBothLanguagesSayTheSame(t *testing.T) {
	id, en := lang.Keys("id"), lang.Keys("en")
	slices.Sort(id)
	slices.Sort(en)
	for _, key := range id {
		if !slices.Contains(en, key) {
			t.Errorf("%s is not in English", key)
			continue
		}
		a, b := placeholder.FindAllString(lang.T("id", key), -1), placeholder.FindAllString(lang.T("en", key), -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s has %v in Indonesian and %v in English", key, a, b)
		}
		if (lang.T("id", key) == "") != (lang.T("en", key) == "") {
			t.Errorf("%s is empty in one language", key)
		}
	}
	for _, key := range en {
		if !slices.Contains(id, key) {
			t.Errorf("%s is not in Indonesian", key)
		}
	}
}

// TestEveryKioskKeyExistsAndIsUsed reads the screens' sources: a text in the form of a key must be one, and
// every key must be asked for.
func TestEveryKioskKeyExistsAndIsUsed(t *testing.T) {
	words := literals(t, filepath.Join("..", "..", "kiosk", "internal", "screen"))
	keys := lang.Keys("id")
	groups := map[string]bool{}
	for _, key := range keys {
		if parts := strings.Split(key, "."); parts[0] == "kiosk" {
			groups[parts[1]] = true
		}
	}
	for _, word := range words {
		group, rest, ok := strings.Cut(word, ".")
		if ok && rest != "" && groups[group] && !slices.Contains(keys, "kiosk."+word) {
			t.Errorf("the screens ask for %q, which does not exist", "kiosk."+word)
		}
	}
	for _, key := range keys {
		name, ok := strings.CutPrefix(key, "kiosk.")
		if !ok || made(name) {
			continue
		}
		base := strings.TrimSuffix(name, "_next") // of the words below a message, the key is made from the message's
		if !slices.Contains(words, name) && !slices.Contains(words, base) {
			t.Errorf("nobody asks for %s", key)
		}
	}
}

// made tells the keys that are put together from a number.
func made(name string) bool {
	return strings.HasPrefix(name, "date.day") || strings.HasPrefix(name, "date.month") || name == "date.full"
}

// literals are the string literals of a package's sources.
func literals(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					all = append(all, s)
				}
			}
			return true
		})
	}
	return all
}
