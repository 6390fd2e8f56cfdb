// Package deploy_test holds the rules of the house that no compiler keeps: which package may know which.
package deploy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type pkg struct {
	ImportPath, Dir string
	Imports         []string
	GoFiles         []string
}

func listed(t *testing.T) map[string]pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-tags", "x11,migrated_fynedo", "-json=ImportPath,Dir,Imports,GoFiles", "loket/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list the packages: %v", err)
	}
	all := map[string]pkg{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("read the list of packages: %v", err)
		}
		all[p.ImportPath] = p
	}
}

func within(path, room string) bool { return path == room || strings.HasPrefix(path, room+"/") }

// TestArrowsRunOneWay fails when a package comes to know one that it must not know.
func TestArrowsRunOneWay(t *testing.T) {
	const server = "loket/queue-server"
	inside := server + "/internal/"
	// What a room may import of ours; a room that is not here may import nothing of the server's inside.
	allowed := map[string][]string{
		server + "/protocol":         {},
		server + "/client":           {server + "/protocol"},
		inside + "queue":             {},
		inside + "view":              {inside + "queue", server + "/protocol"},
		inside + "journal":           {inside + "queue"},
		inside + "office":            {inside + "queue", inside + "journal"},
		inside + "sandbox":           {server + "/protocol"},
		inside + "registry/dukcapil": {inside + "registry", server + "/protocol"},
		inside + "registry/region":   {inside + "journal", server + "/protocol"},
		"loket/drivers":              {"loket/drivers"},
		"loket/kiosk":                {"loket/kiosk", "loket/drivers", "loket/assets", server + "/client", server + "/protocol"},
		"loket/display":              {"loket/display", "loket/assets", server + "/client", server + "/protocol"},
		"loket/assets/theme":         {"loket/assets"},
		"loket/assets/icons":         {"loket/assets"},
		"loket/assets/lang":          {},
		"loket/assets/deploy":        {"loket/assets", server + "/client", server + "/protocol"},
	}
	for path, p := range listed(t) {
		for room, may := range allowed {
			if !within(path, room) {
				continue
			}
			for _, imp := range p.Imports {
				if within(imp, "loket") && !slices.ContainsFunc(may, func(m string) bool { return within(imp, m) }) {
					t.Errorf("%s imports %s; %s may know %v", path, imp, room, may)
				}
			}
		}
	}
}

// TestProtocolNeedsOnlyTheStandardLibrary fails when a client that vendors the protocol would get more.
func TestProtocolNeedsOnlyTheStandardLibrary(t *testing.T) {
	for _, imp := range listed(t)["loket/queue-server/protocol"].Imports {
		if strings.Contains(strings.Split(imp, "/")[0], ".") || within(imp, "loket") {
			t.Errorf("protocol imports %s", imp)
		}
	}
}

// TestPureRoomsStayPure fails when a pure package gets a clock, a goroutine or I/O.
func TestPureRoomsStayPure(t *testing.T) {
	pure := []string{
		"loket/queue-server/internal/queue", "loket/queue-server/internal/view",
		"loket/kiosk/internal/flow", "loket/kiosk/internal/slip", "loket/display/internal/board",
	}
	forbidden := []string{"os", "net", "database/sql", "log", "syscall", "io/fs", "fyne.io"}
	all := listed(t)
	for _, path := range pure {
		p, ok := all[path]
		if !ok {
			t.Errorf("%s is gone; was it renamed?", path)
		}
		for _, imp := range p.Imports {
			if slices.ContainsFunc(forbidden, func(f string) bool { return within(imp, f) }) {
				t.Errorf("%s imports %s, and is to be pure", path, imp)
			}
		}
		for _, name := range p.GoFiles {
			checkPure(t, filepath.Join(p.Dir, name))
		}
	}
}

func checkPure(t *testing.T, path string) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			t.Errorf("%s starts a goroutine in a pure package", set.Position(n.Pos()))
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "After", "Sleep", "NewTimer", "NewTicker"}, n.Sel.Name) {
				t.Errorf("%s reads the clock in a pure package", set.Position(n.Pos()))
			}
		}
		return true
	})
}
