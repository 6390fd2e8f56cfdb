package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

const keyBytes = 32 // of AES-256, and of the key of the index

// generation is the pair of keys that rows are sealed and found with until the next rotation.
type generation struct {
	id    string         // 8 hex digits
	seals [keyBytes]byte // AES-256-GCM
	index [keyBytes]byte // HMAC-SHA256
	aead  cipher.AEAD    // of seals, with random nonces
}

// newGeneration makes keys from the system's randomness.
func newGeneration() (*generation, error) {
	var id [4]byte
	g := new(generation)
	for _, b := range [][]byte{id[:], g.seals[:], g.index[:]} {
		_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	}
	g.id = hex.EncodeToString(id[:])
	return g, g.ready()
}

// ready makes the cipher of the key.
func (g *generation) ready() error {
	block, err := aes.NewCipher(g.seals[:])
	if err != nil {
		return fmt.Errorf("make the cipher: %w", err)
	}
	if g.aead, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return fmt.Errorf("make the cipher: %w", err)
	}
	return nil
}

// place is where a sealed value stands. Sealed with it, a value that was moved to another place does not open.
type place struct{ table, column, row string }

func (p place) bytes() []byte {
	// None of the three ever holds a zero byte.
	return []byte("loket\x00" + p.table + "\x00" + p.column + "\x00" + p.row)
}

func (g *generation) seal(at place, text string) []byte {
	return g.aead.Seal(nil, nil, []byte(text), at.bytes()) //nolint:gosec // this cipher makes its nonces itself
}

func (g *generation) open(at place, sealed []byte) (string, error) {
	text, err := g.aead.Open(nil, nil, sealed, at.bytes())
	if err != nil {
		return "", fmt.Errorf("%w: column %s of %s %s", ErrDamaged, at.column, at.table, at.row)
	}
	return string(text), nil
}

// What the index key is used for; each use has values of its own.
const (
	forNIK   = "nik"
	forCard  = "card"
	forProof = "proof"
)

// mac is what a value is found by without being readable.
func (g *generation) mac(use, value string) []byte {
	h := hmac.New(sha256.New, g.index[:])
	h.Write([]byte("loket\x00" + use + "\x00" + value)) // a hash never fails
	return h.Sum(nil)
}

// proof tells both keys from others without giving them away.
func (g *generation) proof() []byte { return g.mac(forProof, string(g.seals[:])) }
