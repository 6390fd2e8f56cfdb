package stream_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"loket/assets/lang"
	"loket/queue-server/protocol"
)

// constants reads the values of the constants of a file whose names start with prefix.
func constants(t *testing.T, file, prefix string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, prefix) || len(spec.Values) != 1 {
			return true
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			value, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		return true
	})
	if len(values) < 5 {
		t.Fatalf("%s has only the constants %q", file, values)
	}
	return values
}

func TestEveryCodeHasAStatusAndSentencesInBothLanguages(t *testing.T) {
	var all []string
	for _, file := range []string{"../queue/codes.go", "../account/account.go", "../../protocol/codes.go"} {
		all = append(all, constants(t, file, "Code")...)
	}
	all = append(all, constants(t, "../../protocol/nik.go", "NIK")...)
	for _, code := range all {
		status, ok := protocol.Codes[code]
		if !ok {
			t.Errorf("code %s is not in protocol.Codes", code)
		}
		if http.StatusText(status) == "" || status < 400 {
			t.Errorf("code %s has the HTTP status %d", code, status)
		}
		for _, language := range []string{"id", "en"} {
			if !slices.Contains(lang.Keys(language), "error."+code) {
				t.Errorf("code %s has no sentence in %q", code, language)
			}
		}
	}
	for code := range protocol.Codes {
		if !slices.Contains(all, code) {
			t.Errorf("protocol.Codes has %s, which nobody sends", code)
		}
	}
}

func TestAnUnknownCodeIsAnInternalError(t *testing.T) {
	if got := protocol.Status("no_such_code"); got != http.StatusInternalServerError {
		t.Errorf("status %d", got)
	}
}
