package client

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestTheReadersBufferIsWipedBeforeTheNextFrame(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	buffer := bufio.NewReaderSize(wiping{near}, 64)
	sent := make(chan error, 1)
	go func() {
		_, err := far.Write([]byte("a name that is nobody's business"))
		_, err2 := far.Write([]byte("!"))
		sent <- errors.Join(err, err2)
	}()
	reply, err := buffer.Peek(32)
	if err != nil {
		t.Fatal(err)
	}
	kept := reply[:cap(reply)] // the buffer itself
	if _, err := io.CopyN(io.Discard, buffer, 32); err != nil {
		t.Fatal(err)
	}
	if _, err := buffer.ReadByte(); err != nil {
		t.Fatal(err)
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(kept, []byte("name")) {
		t.Errorf("the buffer keeps %q", kept)
	}
}

func TestAServerWithAnUnknownCertificateIsNotSpokenTo(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	conn, err := dialWipingTLS(context.Background(), "tcp", s.Listener.Addr().String())
	var unknown x509.UnknownAuthorityError
	var failed *tls.CertificateVerificationError
	if !errors.As(err, &unknown) && !errors.As(err, &failed) {
		t.Errorf("%v %v", conn, err)
	}
}
