package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"loket/queue-server/protocol"
)

// pairTimeout bounds the whole exchange of a code for a token.
const pairTimeout = 15 * time.Second

// Pair exchanges the short code that the administrator sees for this device's token. The code works
// once: keep the token. server is the server's address as for StreamURL. A refusal (code_invalid,
// rate_limited) comes back as *protocol.Error.
func Pair(ctx context.Context, server, code string) (protocol.PairReply, error) {
	var reply protocol.PairReply
	u, err := serverURL(server)
	if err != nil {
		return reply, err
	}
	body, err := json.Marshal(protocol.PairRequest{Code: code})
	if err != nil {
		return reply, fmt.Errorf("pair: encode: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, pairTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.JoinPath("v1", "pair").String(), bytes.NewReader(body))
	if err != nil {
		return reply, fmt.Errorf("pair: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	transport := &http.Transport{} // of its own, so that nothing stays open afterwards
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return reply, fmt.Errorf("pair: %w", err)
	}
	defer resp.Body.Close() // read to its end below
	raw, err := io.ReadAll(io.LimitReader(resp.Body, protocol.MaxFrameBytes))
	if err != nil {
		return reply, fmt.Errorf("pair: read reply: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		var refusal protocol.ErrorReply
		if json.Unmarshal(raw, &refusal) == nil && refusal.Error != nil {
			return reply, refusal.Error
		}
		return reply, fmt.Errorf("pair: the server answered HTTP %d", resp.StatusCode)
	}
	if err := json.Unmarshal(raw, &reply); err != nil {
		return reply, fmt.Errorf("pair: decode reply: %w", err)
	}
	return reply, nil
}
