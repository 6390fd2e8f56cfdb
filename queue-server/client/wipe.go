package client

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
)

// wiping is a connection that leaves nothing behind in the buffer of whoever reads it: replies about persons stood
// there until as much had come as overwrote them.
type wiping struct{ net.Conn }

// Read wipes the free part of the buffer, which a Reader may use as scratch space, before it waits for what comes.
func (w wiping) Read(p []byte) (int, error) {
	clear(p)
	return w.Conn.Read(p)
}

func dialWiping(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	return wiping{conn}, nil
}

func dialWipingTLS(ctx context.Context, network, address string) (net.Conn, error) {
	d := tls.Dialer{Config: &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}}
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("dial with TLS: %w", err)
	}
	return wiping{conn}, nil
}
