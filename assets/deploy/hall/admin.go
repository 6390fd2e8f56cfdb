package hall

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

// admin is the administrator's session: the log-in page's cookie and a stream.
type admin struct {
	stream *client.Client
	cancel context.CancelFunc
	done   chan struct{}
}

// logIn signs in on the server's own log-in page and opens the supervisor's stream.
func logIn(ctx context.Context, server string, who Account) (*admin, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	form := url.Values{"login": {who.Login}, "password": {who.Password}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server+"/login", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := browser.Do(req)
	if err != nil {
		return nil, fmt.Errorf("log in: %w", err)
	}
	if err := res.Body.Close(); err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusSeeOther {
		return nil, fmt.Errorf("log in as %s: the server answered %s", who.Login, res.Status)
	}
	header := http.Header{}
	for _, c := range jar.Cookies(req.URL) {
		header.Add("Cookie", c.String())
	}
	ctx, cancel := context.WithCancel(ctx)
	a := &admin{cancel: cancel, done: make(chan struct{})}
	a.stream = client.New(client.Config{
		URL: "ws" + strings.TrimPrefix(server, "http") + "/v1/stream", Role: protocol.RoleAdmin,
		Topic: protocol.TopicSupervisor, Header: header,
	})
	go func() {
		defer close(a.done)
		_ = a.stream.Run(ctx) // ends with ctx, by its error
	}()
	return a, nil
}

func (a *admin) close() {
	a.cancel()
	<-a.done
}

func (a *admin) addOfficer(ctx context.Context, who Account, name string) error {
	err := a.stream.Request(ctx, protocol.MethodUserSave, protocol.UserParams{
		Login: who.Login, Name: name, Role: protocol.RoleOfficer, Password: who.Password,
	}, nil)
	if err != nil {
		return fmt.Errorf("add officer %s: %w", who.Login, err)
	}
	return nil
}

func (a *admin) addDevice(ctx context.Context, name string, role protocol.Role) (string, error) {
	var code protocol.DeviceCode
	err := a.stream.Request(ctx, protocol.MethodDeviceAdd, protocol.DeviceParams{Name: name, Role: role}, &code)
	if err == nil && code.Code == "" {
		err = errors.New("no pairing code came back")
	}
	if err != nil {
		return "", fmt.Errorf("add device %s: %w", name, err)
	}
	return code.Code, nil
}

// Introduce has a kiosk of its own bind a card to a NIK, as a citizen does at her first visit.
func (h *Hall) Introduce(ctx context.Context, card, nik string) error {
	adm, err := logIn(ctx, h.ServerURL, h.Admin)
	if err != nil {
		return err
	}
	defer adm.close()
	code, err := adm.addDevice(ctx, "K2", protocol.RoleKiosk)
	if err != nil {
		return err
	}
	paired, err := client.Pair(ctx, h.ServerURL, code)
	if err != nil {
		return fmt.Errorf("pair a kiosk: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	kiosk := client.New(client.Config{
		URL: "ws" + strings.TrimPrefix(h.ServerURL, "http") + "/v1/stream", Role: protocol.RoleKiosk,
		Topic: protocol.TopicKiosk, Token: paired.Token,
	})
	go func() { _ = kiosk.Run(ctx) }() // ends with ctx, by its error
	var who protocol.IdentifyResult
	err = kiosk.Request(ctx, protocol.MethodPersonIdentify, protocol.IdentifyParams{Card: card, NIK: nik}, &who)
	if err == nil {
		err = kiosk.Request(ctx, protocol.MethodPersonConfirm, protocol.ConfirmPersonParams{PersonID: who.Person.ID, Card: card}, nil)
	}
	if err != nil {
		return fmt.Errorf("introduce a citizen: %w", err)
	}
	return nil
}
