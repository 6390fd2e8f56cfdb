package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"loket/queue-server/internal/account"
	"loket/queue-server/protocol"
)

func TestADeviceIsPairedOnceAndKeepsItsToken(t *testing.T) {
	s, c, _ := newStore(t)
	ctx := context.Background()
	d := must[account.Device](t)(s.AddDevice(ctx, account.Device{Name: " Kiosk pintu utama ", Role: protocol.RoleKiosk}))
	if len(d.Code) != 8 || strings.ContainsAny(d.Code, "0O1I") || d.Paired || !d.Expires.Equal(c.Now().Add(account.CodeLife)) {
		t.Fatalf("announced as %+v", d)
	}
	if all := must[[]account.Device](t)(s.Devices(ctx)); len(all) != 1 || all[0] != d {
		t.Errorf("listed as %+v, announced as %+v", all, d)
	}
	typed := strings.ToLower(d.Code[:4]) + "-" + d.Code[4:] + " "
	paired, token, err := s.Pair(ctx, typed)
	if err != nil {
		t.Fatal(err)
	}
	if !paired.Paired || paired.ID != d.ID || paired.Name != "Kiosk pintu utama" || len(token) < 40 {
		t.Errorf("paired as %+v with a token of %d characters", paired, len(token))
	}
	got := must[account.Device](t)(s.DeviceByToken(ctx, token))
	if got.ID != d.ID || got.Code != "" || !got.Expires.IsZero() || !got.LastSeen.Equal(c.Now()) {
		t.Errorf("by its token: %+v", got)
	}
	_, _, err = s.Pair(ctx, d.Code)
	wantCode(t, err, account.CodeCodeInvalid)
	for _, bad := range []string{"", token + "x", d.Code} {
		_, err = s.DeviceByToken(ctx, bad)
		wantCode(t, err, account.CodeTokenInvalid)
	}
	c.add(time.Minute)
	if err := s.Touch(ctx, d.ID); err != nil {
		t.Fatal(err)
	}
	if got := must[account.Device](t)(s.Device(ctx, d.ID)); !got.LastSeen.Equal(c.Now()) {
		t.Errorf("last seen %s", got.LastSeen)
	}
	if err := s.RemoveDevice(ctx, d.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.DeviceByToken(ctx, token)
	wantCode(t, err, account.CodeTokenInvalid)
	wantCode(t, s.RemoveDevice(ctx, d.ID), account.CodeDeviceUnknown)
	wantCode(t, s.Touch(ctx, d.ID), account.CodeDeviceUnknown)
}

func TestANewCodeReplacesTheDeviceBehindTheName(t *testing.T) {
	s, _, _ := newStore(t)
	ctx := context.Background()
	d := must[account.Device](t)(s.AddDevice(ctx, account.Device{Name: "Layar", Role: protocol.RoleDisplay, Zone: "a"}))
	_, old, err := s.Pair(ctx, d.Code)
	if err != nil {
		t.Fatal(err)
	}
	renewed := must[account.Device](t)(s.RenewCode(ctx, d.ID))
	if renewed.Code == "" || renewed.Code == d.Code || !renewed.Paired {
		t.Errorf("renewed as %+v", renewed)
	}
	must[account.Device](t)(s.DeviceByToken(ctx, old)) // goes on until the new one is there
	if _, _, err = s.Pair(ctx, renewed.Code); err != nil {
		t.Fatal(err)
	}
	_, err = s.DeviceByToken(ctx, old)
	wantCode(t, err, account.CodeTokenInvalid)
	_, err = s.RenewCode(ctx, "nobody")
	wantCode(t, err, account.CodeDeviceUnknown)
}

func TestACodeExpires(t *testing.T) {
	s, c, _ := newStore(t)
	ctx := context.Background()
	d := must[account.Device](t)(s.AddDevice(ctx, account.Device{Name: "Kiosk", Role: protocol.RoleKiosk}))
	c.add(account.CodeLife)
	_, _, err := s.Pair(ctx, d.Code)
	wantCode(t, err, account.CodeCodeInvalid)
	if got := must[account.Device](t)(s.Device(ctx, d.ID)); got.Code != "" || !got.Expires.IsZero() {
		t.Errorf("still shown: %+v", got)
	}
}

func TestGuessingCodesIsLimitedAndPairingManyIsNot(t *testing.T) {
	s, c, _ := newStore(t)
	ctx := context.Background()
	pair := func() error {
		d := must[account.Device](t)(s.AddDevice(ctx, account.Device{Name: "Layar", Role: protocol.RoleDisplay}))
		_, _, err := s.Pair(ctx, d.Code)
		return err
	}
	for range 30 {
		if err := pair(); err != nil {
			t.Fatal(err)
		}
	}
	var limited bool
	for range 30 {
		_, _, err := s.Pair(ctx, "22222222")
		var refusal *account.Error
		if !errors.As(err, &refusal) {
			t.Fatal(err)
		}
		limited = limited || refusal.Code == account.CodeRateLimited
	}
	if !limited {
		t.Error("30 wrong codes were tried")
	}
	wantCode(t, pair(), account.CodeRateLimited)
	c.add(time.Minute)
	if err := pair(); err != nil {
		t.Error(err)
	}
}

func TestWhatMakesNoDeviceIsRefused(t *testing.T) {
	s, _, _ := newStore(t)
	for _, d := range []account.Device{
		{Role: protocol.RoleKiosk}, {Name: strings.Repeat("k", 81), Role: protocol.RoleKiosk}, {Name: "Kiosk", Role: protocol.RoleAdmin},
	} {
		_, err := s.AddDevice(context.Background(), d)
		wantCode(t, err, account.CodeDeviceIncomplete)
	}
	_, err := s.Device(context.Background(), "nobody")
	wantCode(t, err, account.CodeDeviceUnknown)
}
