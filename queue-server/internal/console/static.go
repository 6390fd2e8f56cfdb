package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"time"
)

//go:embed static
var staticFiles embed.FS

// contentTypes of the files that the pages use; others are not served. They are fixed here
// because the type tables of operating systems differ.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// static serves the embedded files under /static/<version>/, where version is a hash of all of
// them: modules import each other by relative names, so they all carry it, and a browser may keep
// a file for good. An old page that asks for an older version gets the present files, uncached.
type static struct {
	version string
	files   map[string][]byte
}

func newStatic() (*static, error) {
	s := &static{files: map[string][]byte{}}
	sum := sha256.New()
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if contentTypes[path.Ext(name)] == "" {
			return fmt.Errorf("static file %s has no content type", name)
		}
		body, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		s.files[name[len("static/"):]] = body
		// WalkDir goes in lexical order, so the hash is stable.
		fmt.Fprintf(sum, "%s %d\n", name, len(body))
		sum.Write(body)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	s.version = hex.EncodeToString(sum.Sum(nil))[:12]
	return s, nil
}

// address is the URL path of a static file; a name that does not exist fails the template.
func (s *static) address(name string) (string, error) {
	if _, ok := s.files[name]; !ok {
		return "", fmt.Errorf("no static file %s", name)
	}
	return "/static/" + s.version + "/" + name, nil
}

func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	body, ok := s.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentTypes[path.Ext(name)])
	h.Set("Cache-Control", "no-cache")
	if r.PathValue("version") == s.version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}
