package sandbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Certificate asks for another certificate. Connections that were opened under the one before are cut at their next
// question.
type Certificate struct {
	NewKey bool      `json:"new_key"` // else the key, and so the pin, stays
	From   time.Time `json:"from"`    // zero: an hour ago
	Until  time.Time `json:"until"`   // zero: in a year
}

// identity is a certificate with its key. Each has a generation of its own.
type identity struct {
	certificate tls.Certificate
	generation  int
}

// pin is that of the public key.
func (i identity) pin() string {
	sum := sha256.Sum256(i.certificate.Leaf.RawSubjectPublicKeyInfo)
	return "sha256/" + base64.StdEncoding.EncodeToString(sum[:])
}

// Recertify changes the certificate.
func (s *Sandbox) Recertify(c Certificate) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, ok := s.identity.certificate.PrivateKey.(*ecdsa.PrivateKey)
	if c.NewKey || !ok {
		var err error
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return fmt.Errorf("sandbox: make a key: %w", err)
		}
	}
	cert, err := certify(key, c.From, c.Until)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	s.identity = identity{certificate: cert, generation: s.identity.generation + 1}
	return nil
}

// certify signs a key by itself, as the registry's servers do.
func certify(key *ecdsa.PrivateKey, from, until time.Time) (tls.Certificate, error) {
	now := time.Now()
	if from.IsZero() {
		from = now.Add(-time.Hour)
	}
	if until.IsZero() {
		until = now.AddDate(1, 0, 0)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "registry sandbox"},
		NotBefore:    from, NotAfter: until,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

// loadIdentity takes the key of dir, or makes one and keeps it there. The certificate is made anew: the pin is of the key.
func loadIdentity(dir string) (identity, error) {
	key, err := loadKey(dir)
	if err != nil {
		return identity{}, err
	}
	cert, err := certify(key, time.Time{}, time.Time{})
	return identity{certificate: cert}, err
}

func loadKey(dir string) (*ecdsa.PrivateKey, error) {
	path := filepath.Join(dir, "sandbox.key")
	if dir != "" {
		raw, err := os.ReadFile(path) //nolint:gosec // the directory that the operator named
		if err == nil {
			block, _ := pem.Decode(raw)
			if block == nil {
				return nil, fmt.Errorf("%s is no key", path)
			}
			key, err := x509.ParseECPrivateKey(block.Bytes)
			if err != nil {
				return nil, fmt.Errorf("%s is no key: %w", path, err)
			}
			return key, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil || dir == "" {
		return key, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("keep the key: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return key, writeOwn(path, string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})))
}
