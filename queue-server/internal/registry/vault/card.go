package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"loket/queue-server/internal/queue"
)

// movedAway is the outcome that the trail has for a person whose card was bound to another one.
const movedAway = "moved_away"

// cardPlace has the person in it: a card row that was pointed to another person does not open.
func cardPlace(id string, person queue.PersonID) place {
	return place{"card", "uid", id + "\x00" + string(person)}
}

// normalUID reads the number of a card as readers and people write it.
func normalUID(text string) (string, error) {
	uid := strings.ToUpper(text)
	switch len(uid) {
	case 8, 14, 20: // 4, 7 or 10 bytes (ISO/IEC 14443-3)
		if strings.Trim(uid, "0123456789ABCDEF") == "" {
			return uid, nil
		}
	}
	return "", ErrCard
}

// card is a row of the table.
type card struct {
	id     string
	person queue.PersonID
	uid    string // opened
}

// ByCard returns the person that a card is bound to, ErrUnknown, or ErrCard for what is no card's number.
func (s *Store) ByCard(ctx context.Context, uid string) (Person, error) {
	uid, err := normalUID(uid)
	if err != nil {
		return Person{}, fmt.Errorf("find card: %w", err)
	}
	// Both rows are of one moment: a card may be moved in between.
	tx, err := s.db.Read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return Person{}, fmt.Errorf("find card: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // it only read
	c, err := s.findCard(ctx, tx, uid)
	if err != nil {
		return Person{}, fmt.Errorf("find card: %w", err)
	}
	p, err := s.byID(ctx, tx, c.person)
	if err != nil {
		return Person{}, fmt.Errorf("find person of card: %w", err)
	}
	return p, nil
}

func (s *Store) findCard(ctx context.Context, q queryer, uid string) (card, error) {
	where, macs := s.macs("mac", forCard, uid)
	c, err := s.scanCard(q.QueryRowContext(ctx, "SELECT id, key, person, uid FROM card "+where, macs...))
	if err == nil && c.uid != uid {
		return card{}, fmt.Errorf("%w: the index points to another card", ErrDamaged)
	}
	return c, err
}

func (s *Store) scanCard(row interface{ Scan(dest ...any) error }) (card, error) {
	var (
		c      card
		key    string
		sealed []byte
	)
	err := row.Scan(&c.id, &key, &c.person, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return card{}, ErrUnknown
	}
	if err != nil {
		return card{}, err
	}
	g := s.keys.find(key)
	if g == nil {
		return card{}, fmt.Errorf("%w: card %s has keys that nobody knows", ErrDamaged, c.id)
	}
	c.uid, err = g.open(cardPlace(c.id, c.person), sealed)
	return c, err
}

// BindCard binds a card to a person: ErrUnknown when she is not there, ErrCard for what is no card's number. A card
// bound to somebody else moves, which the trail has a row of for her too.
func (s *Store) BindCard(ctx context.Context, id queue.PersonID, uid string, e Entry) error {
	uid, err := normalUID(uid)
	if err != nil {
		return fmt.Errorf("bind card: %w", err)
	}
	return s.change(ctx, "bind card", func(tx *sql.Tx) error {
		var there bool
		if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM person WHERE id = ?)", string(id)).Scan(&there); err != nil {
			return err
		}
		if !there {
			return ErrUnknown
		}
		c, err := s.findCard(ctx, tx, uid)
		if err != nil && !errors.Is(err, ErrUnknown) {
			return err
		}
		if c.person != id {
			if err := s.moveCard(ctx, tx, c, card{id: uuid.NewString(), person: id, uid: uid}, e); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, e.about(id))
	})
}

// moveCard puts a new row in the place of an old one, if there is one.
func (s *Store) moveCard(ctx context.Context, tx *sql.Tx, from, to card, e Entry) error {
	if from.id != "" {
		if _, err := tx.ExecContext(ctx, "DELETE FROM card WHERE id = ?", from.id); err != nil {
			return err
		}
		away := e
		away.Person, away.Outcome = from.person, movedAway
		if err := s.note(ctx, tx, away); err != nil {
			return err
		}
	}
	g := s.keys.active()
	_, err := tx.ExecContext(ctx, "INSERT INTO card (id, key, person, mac, uid) VALUES (?, ?, ?, ?, ?)",
		to.id, g.id, string(to.person), g.mac(forCard, to.uid), g.seal(cardPlace(to.id, to.person), to.uid))
	return err
}
