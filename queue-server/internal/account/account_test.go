package account_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"loket/queue-server/internal/account"
	"loket/queue-server/internal/journal"
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time that a test moves on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newStore(t *testing.T) (*account.Store, *clock, *journal.Journal) {
	t.Helper()
	j, err := journal.Open(context.Background(), filepath.Join(t.TempDir(), "loket.db"), journal.Options{LogPages: 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &clock{now: time.Date(2026, 11, 16, 1, 0, 0, 0, time.UTC)}
	return account.New(j.DB(), c.Now), c, j
}

func wantCode(t *testing.T, err error, want account.Code) {
	t.Helper()
	var refusal *account.Error
	if !errors.As(err, &refusal) || refusal.Code != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

const password = "kopi susu gula aren"

func addUser(t *testing.T, s *account.Store, login string, role protocol.Role) account.User {
	t.Helper()
	return must[account.User](t)(s.SaveUser(context.Background(), account.User{Login: login, Name: "Petugas " + login, Role: role}, password))
}

func TestAnOfficerLogsInWithHerPasswordOnly(t *testing.T) {
	s, _, _ := newStore(t)
	ctx := context.Background()
	want := addUser(t, s, "  Sari ", protocol.RoleOfficer)
	if want.Login != "sari" || want.ID == "" {
		t.Errorf("kept as %+v", want)
	}
	for _, login := range []string{"sari", "SARI", " sari"} {
		if got := must[account.User](t)(s.Authenticate(ctx, login, password)); got != want {
			t.Errorf("as %q: %+v", login, got)
		}
	}
	for _, c := range []struct{ login, password string }{
		{"sari", ""},
		{"sari", password + " "},
		{"sari", strings.ToUpper(password)},
		{"budi", password},
		{"", ""},
		{"sari", strings.Repeat("x", 100_000)},
		{"' OR 1=1 --", password},
	} {
		_, err := s.Authenticate(ctx, c.login, c.password)
		wantCode(t, err, account.CodeLoginFailed)
	}
}

func TestADisabledOrRemovedUserStaysOutside(t *testing.T) {
	s, _, _ := newStore(t)
	ctx := context.Background()
	u := addUser(t, s, "sari", protocol.RoleOfficer)
	addUser(t, s, "admin", protocol.RoleAdmin)
	u.Disabled = true
	must[account.User](t)(s.SaveUser(ctx, u, ""))
	_, err := s.Authenticate(ctx, "sari", password)
	wantCode(t, err, account.CodeLoginFailed)
	u.Disabled = false
	must[account.User](t)(s.SaveUser(ctx, u, "")) // without a password the old one stays
	must[account.User](t)(s.Authenticate(ctx, "sari", password))
	if err := s.RemoveUser(ctx, u.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.Authenticate(ctx, "sari", password)
	wantCode(t, err, account.CodeLoginFailed)
	_, err = s.User(ctx, u.ID)
	wantCode(t, err, account.CodeUserUnknown)
	wantCode(t, s.RemoveUser(ctx, u.ID), account.CodeUserUnknown)
	_, err = s.SaveUser(ctx, u, "")
	wantCode(t, err, account.CodeUserUnknown)
}

func TestAPasswordCanBeChanged(t *testing.T) {
	s, _, _ := newStore(t)
	ctx := context.Background()
	u := addUser(t, s, "admin", protocol.RoleAdmin)
	must[account.User](t)(s.SaveUser(ctx, u, "another long one"))
	_, err := s.Authenticate(ctx, "admin", password)
	wantCode(t, err, account.CodeLoginFailed)
	must[account.User](t)(s.Authenticate(ctx, "admin", "another long one"))
}

func TestTheLastAdministratorCannotBeLost(t *testing.T) {
	s, _, _ := newStore(t)
	ctx := context.Background()
	a := addUser(t, s, "a", protocol.RoleAdmin)
	b := addUser(t, s, "b", protocol.RoleAdmin)
	addUser(t, s, "c", protocol.RoleOfficer)
	b.Disabled = true
	must[account.User](t)(s.SaveUser(ctx, b, ""))
	asOfficer, disabled := a, a
	asOfficer.Role, disabled.Disabled = protocol.RoleOfficer, true
	_, err := s.SaveUser(ctx, asOfficer, "")
	wantCode(t, err, account.CodeLastAdmin)
	_, err = s.SaveUser(ctx, disabled, "")
	wantCode(t, err, account.CodeLastAdmin)
	wantCode(t, s.RemoveUser(ctx, a.ID), account.CodeLastAdmin)
	if got := must[account.User](t)(s.Authenticate(ctx, "a", password)); got != a {
		t.Errorf("the refused change was kept: %+v", got)
	}
}

func TestWhatMakesNoUserIsRefused(t *testing.T) {
	s, _, _ := newStore(t)
	ok := account.User{Login: "sari", Name: "Sari", Role: protocol.RoleOfficer}
	addUser(t, s, "budi", protocol.RoleAdmin)
	with := func(change func(u *account.User)) account.User { u := ok; change(&u); return u }
	for name, c := range map[string]struct {
		user     account.User
		password string
		want     account.Code
	}{
		"no login":       {with(func(u *account.User) { u.Login = " " }), password, account.CodeUserIncomplete},
		"spaces inside":  {with(func(u *account.User) { u.Login = "sa ri" }), password, account.CodeUserIncomplete},
		"a long login":   {with(func(u *account.User) { u.Login = strings.Repeat("s", 81) }), password, account.CodeUserIncomplete},
		"no name":        {with(func(u *account.User) { u.Name = "" }), password, account.CodeUserIncomplete},
		"a name in two":  {with(func(u *account.User) { u.Name = "Sari\nDewi" }), password, account.CodeUserIncomplete},
		"a kiosk":        {with(func(u *account.User) { u.Role = protocol.RoleKiosk }), password, account.CodeUserIncomplete},
		"a taken login":  {with(func(u *account.User) { u.Login = "BUDI" }), password, account.CodeLoginTaken},
		"no password":    {ok, "", account.CodePasswordShort},
		"9 characters":   {ok, "ééééééééé", account.CodePasswordShort},
		"129 characters": {ok, strings.Repeat("x", 129), account.CodePasswordLong},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.SaveUser(context.Background(), c.user, c.password)
			wantCode(t, err, c.want)
		})
	}
	if users := must[[]account.User](t)(s.Users(context.Background())); len(users) != 1 {
		t.Errorf("users: %+v", users)
	}
}

func TestTheFirstStartMakesAnAdministratorOnce(t *testing.T) {
	s, _, _ := newStore(t)
	ctx := context.Background()
	made := must[string](t)(s.EnsureAdmin(ctx, ""))
	if len(made) < account.MinPassword {
		t.Fatalf("password %q", made)
	}
	if u := must[account.User](t)(s.Authenticate(ctx, "admin", made)); u.Role != protocol.RoleAdmin {
		t.Errorf("made %+v", u)
	}
	if again := must[string](t)(s.EnsureAdmin(ctx, "something else")); again != "" {
		t.Error("a second administrator was made")
	}
	other, _, _ := newStore(t)
	_, err := other.EnsureAdmin(ctx, "short")
	wantCode(t, err, account.CodePasswordShort)
	if got := must[string](t)(other.EnsureAdmin(ctx, password)); got != password {
		t.Errorf("got %q", got)
	}
}

func TestASessionLastsUntilItsExpiry(t *testing.T) {
	s, c, _ := newStore(t)
	sessions := s.Sessions()
	if err := sessions.Commit("token-1", []byte("one"), c.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := sessions.Commit("token-1", []byte("two"), c.Now().Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := sessions.Commit("token-2", []byte("other"), c.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	c.add(90 * time.Minute)
	for token, want := range map[string]string{"token-1": "two", "token-2": "", "token-3": "", "": ""} {
		b, found, err := sessions.Find(token)
		if err != nil || found != (want != "") || string(b) != want {
			t.Errorf("%s: %q, %v, %v", token, b, found, err)
		}
	}
	for range 2 { // ending what has ended is no error
		if err := sessions.Delete("token-1"); err != nil {
			t.Fatal(err)
		}
	}
	if _, found, err := sessions.Find("token-1"); found || err != nil {
		t.Errorf("after its end: %v, %v", found, err)
	}
}

// TestNoSecretReachesTheDisk looks for each secret in every byte of the data directory.
func TestNoSecretReachesTheDisk(t *testing.T) {
	s, c, j := newStore(t)
	ctx := context.Background()
	addUser(t, s, "sari", protocol.RoleAdmin)
	waiting := must[account.Device](t)(s.AddDevice(ctx, account.Device{Name: "Kiosk", Role: protocol.RoleKiosk}))
	d := must[account.Device](t)(s.AddDevice(ctx, account.Device{Name: "Layar", Role: protocol.RoleDisplay}))
	_, token, err := s.Pair(ctx, d.Code)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Sessions().Commit("a-session-token", []byte("data"), c.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(j.Path() + "*")
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{password, waiting.Code, d.Code, token, "a-session-token"}
	var found bool
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found = found || bytes.Contains(b, []byte("Petugas sari"))
		for _, secret := range secrets {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds the secret %q", filepath.Base(name), secret)
			}
		}
	}
	if !found {
		t.Error("the name is not there either: this test looks in the wrong place")
	}
}

func TestUsersAndDevicesComeByName(t *testing.T) {
	s, _, _ := newStore(t)
	ctx := context.Background()
	for _, login := range []string{"c", "a", "b"} {
		addUser(t, s, login, protocol.RoleAdmin)
		must[account.Device](t)(s.AddDevice(ctx, account.Device{Name: login, Role: protocol.RoleDisplay, Zone: queue.ZoneID(login)}))
	}
	var logins, names string
	for _, u := range must[[]account.User](t)(s.Users(ctx)) {
		logins += u.Login
	}
	for _, d := range must[[]account.Device](t)(s.Devices(ctx)) {
		names += d.Name + string(d.Zone)
	}
	if logins != "abc" || names != "aabbcc" {
		t.Errorf("users %s, devices %s", logins, names)
	}
}
