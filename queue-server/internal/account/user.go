package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// passwordCost is the OWASP choice for argon2id that fits a small office PC: 19 MiB, two passes.
var passwordCost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobodysHash is compared when a login does not exist, so that the answer takes as long.
var nobodysHash = sync.OnceValues(func() (string, error) { return argon2id.CreateHash(secret(), passwordCost) })

const userColumns = "id, login, name, role, disabled"

// EnsureAdmin makes the user "admin" when there is no user yet, with the given password, or with
// one that it makes up when that is empty. It returns the password, or "" when there were users.
func (s *Store) EnsureAdmin(ctx context.Context, password string) (string, error) {
	users, err := s.Users(ctx)
	if err != nil || len(users) > 0 {
		return "", err
	}
	if password == "" {
		password = secret()[:16]
	}
	_, err = s.SaveUser(ctx, User{Login: "admin", Name: "Administrator", Role: protocol.RoleAdmin}, password)
	if err != nil {
		return "", fmt.Errorf("create the first administrator: %w", err)
	}
	return password, nil
}

// Authenticate returns the user with the login and the password, or CodeLoginFailed. It takes the
// same time whether or not the login exists.
func (s *Store) Authenticate(ctx context.Context, login, password string) (User, error) {
	refusal := &Error{CodeLoginFailed, "login or password is wrong"}
	if utf8.RuneCountInString(password) > MaxPassword {
		return User{}, refusal
	}
	var hash string
	u, err := scanUser(s.db.Read.QueryRowContext(ctx, "SELECT "+userColumns+", hash FROM user WHERE login = ?", cleanLogin(login)), &hash)
	known := err == nil
	if errors.Is(err, sql.ErrNoRows) {
		hash, err = nobodysHash()
	}
	if err != nil {
		return User{}, fmt.Errorf("log in: %w", err)
	}
	match, err := s.compare(ctx, password, hash)
	if err != nil {
		return User{}, fmt.Errorf("log in: %w", err)
	}
	if !known || !match || u.Disabled {
		return User{}, refusal
	}
	return u, nil
}

// SaveUser creates a user (empty ID, password needed) or changes one (an empty password keeps the
// old one), and returns it as it is kept. The last administrator who can log in stays one.
func (s *Store) SaveUser(ctx context.Context, u User, password string) (User, error) {
	u.Login, u.Name = cleanLogin(u.Login), strings.TrimSpace(u.Name)
	if err := checkUser(u); err != nil {
		return User{}, err
	}
	isNew := u.ID == ""
	hash := ""
	if isNew || password != "" {
		var err error
		if hash, err = s.hash(ctx, password); err != nil {
			return User{}, wrap("save user", err)
		}
	}
	err := s.db.Update(ctx, func(tx *sql.Tx) error {
		if err := loginFree(ctx, tx, u); err != nil {
			return err
		}
		if isNew {
			id, err := uuid.NewV7()
			if err != nil {
				return err
			}
			u.ID = queue.OfficerID(id.String())
			_, err = tx.ExecContext(ctx, "INSERT INTO user ("+userColumns+", hash) VALUES (?,?,?,?,?,?)",
				string(u.ID), u.Login, u.Name, string(u.Role), u.Disabled, hash)
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE user SET login = ?, name = ?, role = ?, disabled = ?,
			hash = CASE ? WHEN '' THEN hash ELSE ? END WHERE id = ?`,
			u.Login, u.Name, string(u.Role), u.Disabled, hash, hash, string(u.ID))
		if err := changed(res, err, unknownUser(u.ID)); err != nil {
			return err
		}
		return keepAdmin(ctx, tx)
	})
	if err != nil {
		return User{}, wrap("save user", err)
	}
	return u, nil
}

// RemoveUser deletes a user, but never the last administrator who can log in.
func (s *Store) RemoveUser(ctx context.Context, id queue.OfficerID) error {
	return wrap("remove user", s.db.Update(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "DELETE FROM user WHERE id = ?", string(id))
		if err := changed(res, err, unknownUser(id)); err != nil {
			return err
		}
		return keepAdmin(ctx, tx)
	}))
}

// User returns one user, or CodeUserUnknown.
func (s *Store) User(ctx context.Context, id queue.OfficerID) (User, error) {
	u, err := scanUser(s.db.Read.QueryRowContext(ctx, "SELECT "+userColumns+" FROM user WHERE id = ?", string(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return User{}, unknownUser(id)
	}
	if err != nil {
		return User{}, fmt.Errorf("read user: %w", err)
	}
	return u, nil
}

// Users returns all users by name.
func (s *Store) Users(ctx context.Context) ([]User, error) {
	rows, err := s.db.Read.QueryContext(ctx, "SELECT "+userColumns+" FROM user ORDER BY name COLLATE NOCASE, login")
	if err != nil {
		return nil, fmt.Errorf("read users: %w", err)
	}
	defer rows.Close() // rows.Err has what matters
	var out []User
	for rows.Next() {
		u, err := scanUser(rows)
		if err != nil {
			return nil, fmt.Errorf("read users: %w", err)
		}
		out = append(out, u)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read users: %w", err)
	}
	return out, nil
}

// scanner is a row, or the present one of several.
type scanner interface{ Scan(to ...any) error }

func scanUser(row scanner, more ...any) (User, error) {
	var u User
	err := row.Scan(append([]any{&u.ID, &u.Login, &u.Name, &u.Role, &u.Disabled}, more...)...)
	return u, err
}

func unknownUser(id queue.OfficerID) *Error {
	return &Error{CodeUserUnknown, fmt.Sprintf("no user has the id %q", id)}
}

// cleanLogin is how logins are kept and compared.
func cleanLogin(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

func checkUser(u User) error {
	switch {
	case u.Login == "" || utf8.RuneCountInString(u.Login) > MaxName || strings.ContainsFunc(u.Login, notInLogin):
		return &Error{CodeUserIncomplete, "a login has 1 to 80 letters, digits or . - _ @"}
	case u.Name == "" || utf8.RuneCountInString(u.Name) > MaxName || strings.ContainsFunc(u.Name, unicode.IsControl):
		return &Error{CodeUserIncomplete, "a name has 1 to 80 characters"}
	case u.Role != protocol.RoleOfficer && u.Role != protocol.RoleAdmin:
		return &Error{CodeUserIncomplete, "the role is officer or admin"}
	}
	return nil
}

func notInLogin(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-_@", r)
}

func loginFree(ctx context.Context, tx *sql.Tx, u User) error {
	var taken bool
	err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM user WHERE login = ? AND id <> ?)", u.Login, string(u.ID)).Scan(&taken)
	if err != nil {
		return err
	}
	if taken {
		return &Error{CodeLoginTaken, fmt.Sprintf("the login %q is taken", u.Login)}
	}
	return nil
}

// keepAdmin refuses, within the transaction of a change, a change that leaves no administrator.
func keepAdmin(ctx context.Context, tx *sql.Tx) error {
	var some bool
	err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM user WHERE role = ? AND NOT disabled)", string(protocol.RoleAdmin)).Scan(&some)
	if err != nil {
		return err
	}
	if !some {
		return &Error{CodeLastAdmin, "the last administrator must stay one"}
	}
	return nil
}

// CheckPassword refuses a new password that is too short or too long, with CodePasswordShort or CodePasswordLong.
func CheckPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return &Error{CodePasswordShort, fmt.Sprintf("a password has at least %d characters", MinPassword)}
	case n > MaxPassword:
		return &Error{CodePasswordLong, fmt.Sprintf("a password has at most %d characters", MaxPassword)}
	}
	return nil
}

// hash checks a new password and hashes it.
func (s *Store) hash(ctx context.Context, password string) (string, error) {
	if err := CheckPassword(password); err != nil {
		return "", err
	}
	if err := s.enter(ctx); err != nil {
		return "", err
	}
	defer s.leave()
	return argon2id.CreateHash(password, passwordCost)
}

func (s *Store) compare(ctx context.Context, password, hash string) (bool, error) {
	if err := s.enter(ctx); err != nil {
		return false, err
	}
	defer s.leave()
	return argon2id.ComparePasswordAndHash(password, hash)
}

// enter waits for one of the few places to hash at, so that a flood of log-ins can not take all memory.
func (s *Store) enter(ctx context.Context) error {
	select {
	case s.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) leave() { <-s.hashing }
