package vault

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// The key file is text:
//
//	loket person keys, version 1
//	# comments
//	key <id> active <AES-256 key> <HMAC key>
//	key <id> old <AES-256 key> <HMAC key>
//	end <the first 8 bytes of SHA-256 of all lines above>
//
// Keys are hex. One is active; old ones are there during a rotation only.
const (
	keyFileHead    = "loket person keys, version "
	keyFileVersion = "1"
	keyFileComment = `# With this file, and only with it, the persons in this office's database can be read.
# Keep a copy in a safe place, apart from copies of the database. Do not edit it.
`
	keyFileMax = 64 << 10 // bytes; a file has some hundreds
	sumBytes   = 8
)

func formatKeys(ring []*generation) []byte {
	var b strings.Builder
	b.WriteString(keyFileHead + keyFileVersion + "\n" + keyFileComment)
	for i, g := range ring {
		state := "active"
		if i > 0 {
			state = "old"
		}
		fmt.Fprintf(&b, "key %s %s %x %x\n", g.id, state, g.seals, g.index)
	}
	sum := sha256.Sum256([]byte(b.String()))
	fmt.Fprintf(&b, "end %x\n", sum[:sumBytes])
	return []byte(b.String())
}

// parseKeys returns the generations of a key file, the active one first. Its errors wrap ErrKeysMalformed and show
// nothing of the file.
func parseKeys(raw []byte) ([]*generation, error) {
	lines, err := keyLines(string(raw))
	if err != nil {
		return nil, err
	}
	var ring []*generation
	seen := make(map[string]bool)
	for i, line := range lines {
		if strings.HasPrefix(line, "#") {
			continue
		}
		g, active, err := parseKey(line)
		if err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrKeysMalformed, i+2, err)
		}
		if seen[g.id] || active != (len(ring) == 0) {
			return nil, fmt.Errorf("%w: line %d: want one active key, first, and each key once", ErrKeysMalformed, i+2)
		}
		seen[g.id] = true
		ring = append(ring, g)
	}
	if len(ring) == 0 {
		return nil, fmt.Errorf("%w: it has no key", ErrKeysMalformed)
	}
	return ring, nil
}

// keyLines checks head and sum, and returns the lines between.
func keyLines(text string) ([]string, error) {
	if len(text) > keyFileMax {
		return nil, fmt.Errorf("%w: it is too long", ErrKeysMalformed)
	}
	head, _, _ := strings.Cut(text, "\n")
	version, ok := strings.CutPrefix(head, keyFileHead)
	if !ok {
		return nil, fmt.Errorf("%w: it does not begin as a key file does", ErrKeysMalformed)
	}
	if version != keyFileVersion {
		return nil, fmt.Errorf("%w: its version is not %s, the one that this program knows", ErrKeysMalformed, keyFileVersion)
	}
	at := strings.LastIndex(text, "\nend ") + 1
	if at == 0 {
		return nil, fmt.Errorf("%w: its end is missing", ErrKeysMalformed)
	}
	body, sum := text[:at], sha256.Sum256([]byte(text[:at]))
	if text[at:] != fmt.Sprintf("end %x\n", sum[:sumBytes]) {
		return nil, fmt.Errorf("%w: it was changed or cut off", ErrKeysMalformed)
	}
	lines := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
	return lines[1:], nil
}

func parseKey(line string) (g *generation, active bool, err error) {
	// Errors name the field alone: the line holds keys.
	f := strings.Split(line, " ")
	if len(f) != 5 || f[0] != "key" {
		return nil, false, fmt.Errorf("want a key of 5 fields")
	}
	if f[2] != "active" && f[2] != "old" {
		return nil, false, fmt.Errorf("want active or old")
	}
	g = &generation{id: f[1]}
	var id [4]byte
	for name, field := range map[string]struct {
		to   []byte
		text string
	}{"id": {id[:], f[1]}, "AES key": {g.seals[:], f[3]}, "HMAC key": {g.index[:], f[4]}} {
		if len(field.text) != hex.EncodedLen(len(field.to)) || strings.ToLower(field.text) != field.text {
			return nil, false, fmt.Errorf("the %s is not %d small hex digits", name, hex.EncodedLen(len(field.to)))
		}
		if _, err := hex.Decode(field.to, []byte(field.text)); err != nil {
			return nil, false, fmt.Errorf("the %s is not hex", name)
		}
	}
	return g, f[2] == "active", g.ready()
}
