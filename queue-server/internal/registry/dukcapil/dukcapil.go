// Package dukcapil asks the population registry's web service (Ditjen Dukcapil) about a person, in the office's VPN:
// CALL_NIK, which gives a record, and CALL_VERIFY_BY_ELEMEN, which only says what matches.
//
// It asks once and says what was answered; when to ask again, how often and for whom is the desk's. Its invariants: an
// answer about another NIK is never taken; verification of the server's certificate is never off; and no NIK, name,
// password or byte of an answer is in an error's text.
package dukcapil

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"loket/queue-server/internal/registry"
	"loket/queue-server/protocol"
)

// maxAnswer bounds the body of an answer in bytes. A record is about 1 KiB.
const maxAnswer = 1 << 20

// Client asks one service of the registry. It is safe for use by many goroutines.
type Client struct {
	config  Config
	address string
	http    *http.Client
	now     func() time.Time // for the century of a birth date
}

// New returns the look-up that c describes: a *Client, or registry.None. It connects to nothing yet.
func New(c Config) (registry.Lookup, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	if c.Adapter == None {
		return registry.None{}, nil
	}
	c = c.withDefaults()
	tlsConfig, err := trust(c.Pins)
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	method := "CALL_NIK"
	if c.Adapter == Verify {
		method = "CALL_VERIFY_BY_ELEMEN"
	}
	return &Client{
		config:  c,
		address: strings.TrimRight(c.URL, "/") + "/" + c.Institution + "/" + method,
		http: &http.Client{
			Transport: &http.Transport{
				Proxy:                  nil, // the registry is inside the VPN: a proxy of the environment is not asked
				TLSClientConfig:        tlsConfig,
				DisableCompression:     true, // an answer is small, and one that unpacks to gigabytes cannot come
				MaxIdleConnsPerHost:    8,
				IdleConnTimeout:        time.Minute,
				MaxResponseHeaderBytes: 64 << 10,
			},
			// The answer that redirects is the answer: the body, with its password, goes nowhere else.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		now: time.Now,
	}, nil
}

func (c Config) withDefaults() Config {
	if c.KeyCase == "" {
		c.KeyCase = Lower
		if c.Adapter == Verify {
			c.KeyCase = Upper
		}
	}
	for _, d := range []struct {
		value *string
		plain string
	}{{&c.DateFormat, defaultDate}, {&c.Male, "LAKI-LAKI"}, {&c.Female, "PEREMPUAN"}} {
		if *d.value == "" {
			*d.value = d.plain
		}
	}
	if c.Threshold == 0 {
		c.Threshold = DefaultThreshold
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	return c
}

// Close lets go of idle connections. The client can still be used.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// Lookup asks once. The error is a *registry.Fault, or that of ctx.
func (c *Client) Lookup(ctx context.Context, r registry.Request) (registry.Result, error) {
	limited, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	question := c.callNIK(r)
	if c.config.Adapter == Verify {
		question = c.verify(r)
	}
	status, body, err := c.post(limited, question)
	switch {
	case err != nil && ctx.Err() != nil:
		return registry.Result{}, ctx.Err()
	case err != nil && limited.Err() != nil:
		return registry.Result{}, fault(protocol.WhyNetwork, fmt.Errorf("no answer within %s", c.config.Timeout))
	case err != nil:
		return registry.Result{}, fault(whyNot(err), err)
	case status >= 300 && status < 400:
		return registry.Result{}, fault(protocol.WhyNetwork, fmt.Errorf("HTTP status %d: it redirects, which is not followed", status))
	}
	a, err := parseAnswer(body)
	if err != nil {
		return registry.Result{}, refused(status, err)
	}
	return c.judge(a, r)
}

// judge turns an answer into a result.
func (c *Client) judge(a answer, r registry.Request) (registry.Result, error) {
	// Before anything else that it says: an answer about somebody else says nothing about her.
	if nik := a.fields["NIK"]; nik != "" && nik != string(r.NIK) && compare(nik) == noVerdict {
		return registry.Result{}, fault(protocol.WhyNetwork, errors.New("the answer is about another person"))
	}
	code, text := canonicalCode(a.fields["RESPONSE_CODE"]), a.text()
	if code == "" && text == "" || found(code, text) {
		take := c.record
		if c.config.Adapter == Verify {
			take = c.matches
		}
		result, err := take(a, r)
		if err != nil {
			return registry.Result{}, err
		}
		if code != "" {
			result.Code, result.Meaning = code, meanings[codeFound].english
		}
		result.QuotaLeft = a.quota
		return result, nil
	}
	result := outcome(code, text)
	result.QuotaLeft = a.quota
	return result, nil
}

// callNIK is the question for a record.
func (c *Client) callNIK(r registry.Request) map[string]string {
	return map[string]string{
		"NIK": string(r.NIK), "USER_ID": c.config.UserID, "PASSWORD": string(c.config.Password), "IP_USER": c.config.IPUser,
	}
}

// verify is the question whether particulars match: the sex and date of birth that the NIK tells, and what else is
// known.
func (c *Client) verify(r registry.Request) map[string]string {
	q := c.callNIK(r)
	q["TRESHOLD"] = strconv.Itoa(c.config.Threshold) // the service spells it so
	q["JENIS_KLMIN"] = c.config.Male
	if r.NIK.Female() {
		q["JENIS_KLMIN"] = c.config.Female
	}
	if born := c.birthDate(r); !born.IsZero() {
		q["TGL_LHR"] = born.Format(c.config.DateFormat)
	}
	if r.Name != "" {
		q["NAMA_LGKP"] = r.Name
	}
	return q
}

func (c *Client) birthDate(r registry.Request) time.Time {
	if !r.BirthDate.IsZero() {
		return r.BirthDate
	}
	return r.NIK.BirthDate(c.now())
}

// post sends a question and reads the body of its answer.
func (c *Client) post(ctx context.Context, question map[string]string) (status int, body []byte, err error) {
	cased := make(map[string]string, len(question))
	for key, value := range question {
		if c.config.KeyCase == Lower {
			key = strings.ToLower(key)
		}
		cased[key] = value
	}
	raw, err := json.Marshal(cased)
	if err != nil {
		return 0, nil, errors.New("write the question") // the cause could quote it
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address, bytes.NewReader(raw))
	if err != nil {
		return 0, nil, err // names the address alone
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	// A question changes nothing, so it may go out again on a new connection when the server had closed the idle one. An
	// empty list says so to net/http and sends no header.
	req.Header["Idempotency-Key"] = []string{}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close() // only read from
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return 0, nil, fmt.Errorf("read the answer: %w", err)
	}
	if len(body) > maxAnswer {
		return 0, nil, errors.New("the answer is longer than 1 MiB")
	}
	return resp.StatusCode, body, nil
}

func fault(why string, err error) error { return &registry.Fault{Why: why, Err: err} }

// refused is the fault of an answer that is none. The status is looked at only then, since the service answers its own
// errors with any.
func refused(status int, err error) error {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound:
		return fault(protocol.WhyConfig, fmt.Errorf("HTTP status %d: the address, the institution or this office's access is wrong", status))
	case status != http.StatusOK:
		return fault(protocol.WhyNetwork, fmt.Errorf("HTTP status %d: %w", status, err))
	}
	return fault(protocol.WhyNetwork, err)
}
