package hall

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Bench presses what the page of the device bench offers: a citizen's or a technician's hands.
func (h *Hall) Bench(ctx context.Context, path string, what map[string]any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.BenchURL+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("device bench %s: %w", path, err)
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("device bench %s answered %s: %s", path, res.Status, answer)
	}
	return nil
}
