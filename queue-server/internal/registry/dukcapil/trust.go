package dukcapil

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"loket/queue-server/protocol"
)

const pinPrefix = "sha256/"

// Pin is the pin of a certificate: "sha256/" and the base64 of the SHA-256 of its public key (SPKI), as in
// openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64.
func Pin(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return pinPrefix + base64.StdEncoding.EncodeToString(sum[:])
}

// CertificateError is a certificate of the server that is not the pinned one, or whose time is not now.
type CertificateError struct{ Reason string }

func (e *CertificateError) Error() string { return "certificate: " + e.Reason }

// trust says whom the client believes. Without pins, it is what the system trusts, for the name in the address. With
// pins, it is who holds a pinned key, as long as the certificate is in its time: registries are often self-signed, and
// their certificates made out to other names than the one in the VPN, so neither issuer nor name is looked at. The pin
// is what makes that sound: without it, both are.
func trust(pins []string) (*tls.Config, error) {
	if len(pins) == 0 {
		return &tls.Config{MinVersion: tls.VersionTLS12}, nil
	}
	for _, pin := range pins {
		if len(pin) != len(pinPrefix)+base64.StdEncoding.EncodedLen(sha256.Size) {
			return nil, errors.New("a pin that is none") // it would match nothing, ever
		}
	}
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, //nolint:gosec // replaced, not left out: VerifyConnection below runs on every handshake, resumed ones too
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 0 {
				return &CertificateError{Reason: "there is none"}
			}
			leaf := s.PeerCertificates[0]
			if pin := Pin(leaf); !slices.Contains(pins, pin) {
				return &CertificateError{Reason: fmt.Sprintf("its key %s is not pinned", pin)}
			}
			return inTime(leaf, time.Now())
		},
	}, nil
}

func inTime(cert *x509.Certificate, now time.Time) error {
	switch {
	case now.Before(cert.NotBefore):
		return &CertificateError{Reason: "it is valid only from " + cert.NotBefore.UTC().Format(time.RFC3339)}
	case now.After(cert.NotAfter):
		return &CertificateError{Reason: "it was valid only until " + cert.NotAfter.UTC().Format(time.RFC3339)}
	}
	return nil
}

// whyNot says whose fault it is that there was no answer: a certificate that is refused does not mend itself.
func whyNot(err error) string {
	var pinned *CertificateError
	var system *tls.CertificateVerificationError
	if errors.As(err, &pinned) || errors.As(err, &system) {
		return protocol.WhyConfig
	}
	return protocol.WhyNetwork
}
