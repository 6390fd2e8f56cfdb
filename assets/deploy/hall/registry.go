package hall

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// startRegistry starts the stand-in for the population registry, with its made-up people.
func (h *Hall) startRegistry(ctx context.Context) error {
	addr, err := address(0)
	if err != nil {
		return err
	}
	h.RegistryURL = "https://" + addr
	dir := filepath.Join(h.cfg.Dir, "registry")
	cmd := exec.Command(filepath.Join(h.cfg.Bin, "queue-server"), "sandbox", "--listen", addr, "--dir", dir) //nolint:gosec // our own program
	if err := h.start("registry", cmd, nil); err != nil {
		return err
	}
	// The file is written once the sandbox answers.
	h.registryFile = filepath.Join(dir, "registry.toml")
	return h.wait(ctx, "the registry's sandbox", func(context.Context) error {
		_, err := h.registryPins()
		return err
	})
}

// registryPins are the keys that the sandbox may prove itself by.
func (h *Hall) registryPins() ([]string, error) {
	var file struct {
		Pins []string `toml:"pins"`
	}
	if _, err := toml.DecodeFile(h.registryFile, &file); err != nil {
		return nil, fmt.Errorf("read the registry's settings: %w", err)
	}
	if len(file.Pins) == 0 {
		return nil, fmt.Errorf("read the registry's settings: %s has no pin yet", h.registryFile)
	}
	return file.Pins, nil
}

// SwitchRegistry changes how the population registry's sandbox behaves: {"off": true}, {"delay_ms": 100}.
func (h *Hall) SwitchRegistry(ctx context.Context, switches map[string]any) error {
	pins, err := h.registryPins()
	if err != nil {
		return err
	}
	body, err := json.Marshal(switches)
	if err != nil {
		return fmt.Errorf("switch the registry: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, h.RegistryURL+"/sandbox/switches", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("switch the registry: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	transport := &http.Transport{TLSClientConfig: pinned(pins)}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport, Timeout: 10 * time.Second}).Do(req)
	if err != nil {
		return fmt.Errorf("switch the registry: %w", err)
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	if err = errors.Join(err, res.Body.Close()); err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, strings.TrimSpace(string(answer)))
	}
	if err != nil {
		return fmt.Errorf("switch the registry: %w", err)
	}
	return nil
}

// pinned trusts a self-signed certificate by its key alone.
func pinned(pins []string) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true, //nolint:gosec // VerifyConnection stands in for it
		VerifyConnection: func(s tls.ConnectionState) error {
			sum := sha256.Sum256(s.PeerCertificates[0].RawSubjectPublicKeyInfo)
			if !slices.Contains(pins, "sha256/"+base64.StdEncoding.EncodeToString(sum[:])) {
				return errors.New("the certificate is not the sandbox's")
			}
			return nil
		},
	}
}
