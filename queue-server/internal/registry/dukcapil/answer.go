package dukcapil

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

// answer is what a body says: the scalars of its first record under keys in capitals.
type answer struct {
	fields map[string]string // no empty values
	quota  *int              // calls left; nil when it does not say
}

// What is wrong with a body. Nothing of it is in these.
var (
	errNoJSON    = errors.New("the answer is no JSON")
	errTrailing  = errors.New("the answer has something behind its end")
	errEmpty     = errors.New("the answer has no record")
	errAmbiguous = errors.New("the answer says two things about the same")
)

// maxDepth bounds how deep a record may lie: {"content":[{...}]} is 2.
const maxDepth = 6

// parseAnswer reads a body. The envelope is {"content":[{...}],...}; older services and gateways between leave it out,
// nest it again, or answer with a bare text.
func parseAnswer(body []byte) (answer, error) {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	d.UseNumber() // a NIK that comes as a number keeps its 16 digits
	var value any
	if err := d.Decode(&value); err != nil {
		return answer{}, errNoJSON // the cause may quote the body
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return answer{}, errTrailing
	}
	var a answer
	if err := a.take(value, 0); err != nil {
		return answer{}, err
	}
	return a, nil
}

// take looks for the record in value.
func (a *answer) take(value any, depth int) error {
	if depth > maxDepth {
		return errEmpty
	}
	switch v := value.(type) {
	case []any:
		if len(v) == 0 {
			return errEmpty
		}
		return a.take(v[0], depth+1)
	case string:
		if strings.TrimSpace(v) == "" {
			return errEmpty
		}
		a.fields = map[string]string{"RESPON": v}
		return nil
	case map[string]any:
		return a.takeObject(v, depth)
	default:
		return errEmpty
	}
}

func (a *answer) takeObject(object map[string]any, depth int) error {
	content, has := any(nil), false
	fields := make(map[string]string, len(object))
	for key, value := range object {
		key = strings.ToUpper(strings.TrimSpace(key))
		if key == "CONTENT" {
			if has {
				return errAmbiguous
			}
			content, has = value, true
			continue
		}
		text := scalar(value)
		if text == "" {
			continue
		}
		if other, twice := fields[key]; twice && other != text {
			return errAmbiguous // "nik" and "NIK"
		}
		fields[key] = text
	}
	if n, err := strconv.Atoi(fields["QUOTALIMITER"]); err == nil && n >= 0 {
		a.quota = &n
	}
	if has {
		return a.take(content, depth+1)
	}
	if len(fields) == 0 {
		return errEmpty
	}
	a.fields = fields
	return nil
}

// scalar is a text or number as text; empty for everything else.
func scalar(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	}
	return ""
}

// text is that of an error.
func (a answer) text() string {
	for _, key := range []string{"RESPON", "RESPONSE"} {
		if text := a.fields[key]; text != "" {
			return text
		}
	}
	return ""
}
