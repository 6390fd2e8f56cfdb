package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAServerWithARegistryOfTheSandbox(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	lines := &logLines{wrote: make(chan struct{}, 1)}
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"sandbox", "--listen", "127.0.0.1:0", "--dir", files}, lines, lines)
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("the sandbox ended with code %d", code)
		}
	})
	lines.await(t, "queue-server --registry")
	log, stop := serving(t, "--data", dir, "--sample", "kelurahan", "--registry", filepath.Join(files, "registry.toml"), "--retention-days", "30")
	if text := log.await(t, "office is open"); !strings.Contains(text, "registry=call_nik") || !strings.Contains(text, "retention_days=30") {
		t.Errorf("it started with: %s", text)
	}
	if code := stop(); code != 0 {
		t.Fatalf("the server ended with code %d", code)
	}
	keys := filepath.Join(dir, "person.keys")
	before, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(keys); err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("the keys are %v, %v", st.Mode(), err)
	}
	if code, out, errOut := runs(t, "key", "rotate", "--data", dir); code != 0 || !strings.Contains(out, "0 persons") || !strings.Contains(out, keys+".2") {
		t.Fatalf("rotate: code %d: %s%s", code, out, errOut)
	}
	after, err := os.ReadFile(keys)
	if err != nil || string(after) == string(before) {
		t.Fatalf("the keys are the old ones (%v)", err)
	}
	kept, err := filepath.Glob(keys + ".2*Z")
	if err != nil || len(kept) != 1 {
		t.Fatalf("the old keys are kept in %v (%v)", kept, err)
	}
	if old, err := os.ReadFile(kept[0]); err != nil || string(old) != string(before) {
		t.Fatalf("what is kept is not the old file (%v)", err)
	}
	if code, out, _ := runs(t, "key", "rotate", "--help"); code != 0 || !strings.Contains(out, "person.keys.2") {
		t.Errorf("the help does not say where the old keys are: %s", out)
	}
	if code, out, errOut := runs(t, "verify", "--data", dir); code != 0 {
		t.Errorf("verify: code %d: %s%s", code, out, errOut)
	}
}

func TestRegionsAreImported(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "regions.csv")
	_, stop := serving(t, "--data", dir, "--sample", "kelurahan")
	stop()
	if err := os.WriteFile(file, []byte("19,KEPULAUAN BANGKA BELITUNG\n19.71,KOTA PANGKALPINANG\n19.71.04,RANGKUI\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errOut := runs(t, "import", "regions", file, "--data", dir); code != 0 || !strings.Contains(out, "imported 3 regions") {
		t.Errorf("code %d: %s%s", code, out, errOut)
	}
	if err := os.WriteFile(file, []byte("19.71.04\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errOut := runs(t, "import", "regions", file, "--data", dir); code != 1 || !strings.Contains(errOut, "line 1") {
		t.Errorf("a wrong file: code %d: %s", code, errOut)
	}
}

func TestPersonsAreNotOpenedWithTheWrongFiles(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	_, stop := serving(t, "--data", dir, "--sample", "kelurahan")
	stop()
	write := func(name, text string, mode os.FileMode) string {
		t.Helper()
		path := filepath.Join(files, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, tc := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no registry file":    {[]string{"--registry", filepath.Join(files, "none.toml")}, 2, "none.toml"},
		"an unknown key":      {[]string{"--registry", write("odd.toml", "adaptor = \"verify\"\n", 0o600)}, 2, "adaptor"},
		"keys for everybody":  {[]string{"--person-keys", write("exposed.keys", "x", 0o644)}, 1, "chmod 600"},
		"no file of keys":     {[]string{"--person-keys", write("odd.keys", "x", 0o600)}, 1, "key file"},
		"no retention at all": {[]string{"--retention-days", "0"}, 2, "retention-days"},
	} {
		fresh := filepath.Join(files, "fresh")
		args := append([]string{"--data", fresh, "--listen", "127.0.0.1:0"}, tc.args...)
		if code, _, errOut := runs(t, args...); code != tc.code || !strings.Contains(errOut, tc.says) || strings.Count(errOut, "\n") != 1 {
			t.Errorf("%s, for a new office: code %d: %s", name, code, errOut)
		}
		if _, err := os.Stat(fresh); !os.IsNotExist(err) {
			t.Errorf("%s: an office was begun all the same", name)
		}
		args = append([]string{"--data", dir, "--listen", "127.0.0.1:0"}, tc.args...)
		if code, _, errOut := runs(t, args...); code != tc.code || !strings.Contains(errOut, tc.says) || strings.Count(errOut, "\n") != 1 {
			t.Errorf("%s: code %d: %s", name, code, errOut)
		}
	}
}
