package sandbox

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
)

// write sends a record in the registry's envelope, or what the switches make of it.
func (s *Sandbox) write(w http.ResponseWriter, r *http.Request, switches Switches, record map[string]any) {
	switch switches.Malformed {
	case "other_nik":
		record["NIK"] = "1971994107580002" // who is asked about has another serial, or another date
	case "numbers":
		numbers(record)
	}
	envelope := map[string]any{
		"content": []any{record}, "lastPage": true, "numberOfElements": 1, "sort": nil, "totalElements": 1,
		"firstPage": true, "number": 0, "size": 1,
	}
	if switches.Quota >= 0 {
		s.mu.Lock()
		envelope["quotaLimiter"] = max(switches.Quota-s.used, 0)
		s.mu.Unlock()
	}
	switch switches.Malformed {
	case "empty_array":
		envelope["content"] = []any{}
	case "nested":
		envelope["content"] = map[string]any{"content": []any{[]any{record}}}
	}
	raw, err := json.Marshal(cased(envelope, switches.AnswerCase))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	raw = garble(w, raw, switches.Malformed)
	if switches.Malformed == "redirect" {
		http.Redirect(w, r, "/sandbox/", http.StatusTemporaryRedirect)
		return
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	if switches.Status != 0 {
		w.WriteHeader(switches.Status)
	}
	_, _ = w.Write(raw) // only a connection that is gone fails here
}

// numbers makes JSON numbers of what should be texts of digits.
func numbers(record map[string]any) {
	for _, key := range []string{"NIK", "NO_KK", "RESPONSE_CODE", "KODE_POS"} {
		text, ok := record[key].(string)
		if ok && strings.Trim(text, "0123456789") == "" {
			if text = strings.TrimLeft(text, "0"); text == "" {
				text = "0"
			}
			record[key] = json.Number(text)
		}
	}
}

// cased writes keys as some services do.
func cased(value any, want string) any {
	switch v := value.(type) {
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = cased(v[i], want)
		}
		return all
	case map[string]any:
		all := make(map[string]any, len(v))
		for key, value := range v {
			if want == "lower" && key == strings.ToUpper(key) {
				key = strings.ToLower(key)
			}
			all[key] = cased(value, want)
		}
		return all
	}
	return value
}

// bomb is 8 KiB that unpack to 8 MiB, made once.
var bomb = sync.OnceValue(func() []byte {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for range 8 << 10 {
		_, _ = z.Write(bytes.Repeat([]byte(" "), 1<<10)) // a buffer takes everything
	}
	_ = z.Close() // so it does here
	return packed.Bytes()
})

// garble spoils a body.
func garble(w http.ResponseWriter, raw []byte, how string) []byte {
	switch how {
	case "html":
		w.Header().Set("Content-Type", "text/html")
		return []byte("<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>")
	case "null":
		return []byte("null")
	case "truncated":
		return raw[:len(raw)/2]
	case "trailing":
		return append(raw, `<!-- served by gateway -->`...)
	case "huge":
		return append(raw, bytes.Repeat([]byte(" "), 2<<20)...)
	case "gzip_bomb":
		w.Header().Set("Content-Encoding", "gzip")
		return bomb()
	}
	return raw
}
