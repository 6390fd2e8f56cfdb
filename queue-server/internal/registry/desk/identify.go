package desk

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"strings"
	"sync"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

const (
	// lansia is the class of priority that an age can suggest, and lansiaAge the age (UU 13/1998, article 1).
	lansia    = "lansia"
	lansiaAge = 60
	// Lasting is how long a kiosk may take a ticket for somebody it identified.
	Lasting = 10 * time.Minute
	// auditedLately bounds the rows in which her latest visits are looked for.
	auditedLately = 50
)

var (
	errUnknown      = &protocol.Error{Code: protocol.CodePersonUnknown, Message: "no such person"}
	errCardUnknown  = &protocol.Error{Code: protocol.CodeCardUnknown, Message: "the card was never bound"}
	errUnbindable   = &protocol.Error{Code: protocol.CodeCardUnbindable, Message: "the card tells no lasting number"}
	errNothingAsked = &protocol.Error{Code: protocol.CodeParamsInvalid, Message: "either a card or a NIK is needed"}
)

// Ask is a citizen at a kiosk. It holds personal data, and does not print it.
type Ask struct {
	Card      string          // UID
	NIK       string          // as typed or read
	ServiceID queue.ServiceID // empty: of any
	Sure      bool
	Actor     queue.Actor // the kiosk
}

// String says that there is something.
func (Ask) String() string { return "Ask{...}" }

// GoString is String.
func (a Ask) GoString() string { return a.String() }

// LogValue is String.
func (a Ask) LogValue() slog.Value { return slog.StringValue(a.String()) }

// Answer is who she is.
type Answer struct {
	Person  protocol.Person
	Suggest string
	Ticket  queue.TicketID  // hers of the service, or her latest one when none was named, if she holds it
	Refer   queue.ServiceID // to go to instead
}

// Identify says who gave a card or a NIK, and writes that in the audit trail. With both, the NIK says who, and the card
// is bound by Confirm. The error is a *protocol.Error for what the citizen can mend, or a fault.
func (d *Desk) Identify(ctx context.Context, a Ask) (Answer, error) {
	p, err := d.whom(ctx, a)
	if err != nil {
		return Answer{}, err
	}
	q := inquiry{actor: a.Actor, why: "visit", visit: true, sure: p.ID != "" || a.Sure}
	nik, recheck := p.NIK, false
	switch missing := p.ID == "" && d.rechecks.has(nik, d.cfg.Clock()); {
	case missing && a.Sure:
		p, err = d.insisted(ctx, p, q)
	case missing:
		recheck = true
	default:
		p, recheck, err = d.verify(ctx, p, q)
	}
	if err != nil {
		return Answer{}, err
	}
	if recheck {
		return Answer{Person: protocol.Person{MaskedNIK: nik.Mask(), State: protocol.PersonRecheck}}, nil
	}
	if err := d.cfg.Store.Visit(ctx, p.ID, d.cfg.Clock(), vault.Entry{Actor: a.Actor, Action: vault.Identified, Person: p.ID, Why: q.why}); err != nil {
		return Answer{}, known(err, "note a visit")
	}
	return d.answer(p, a.ServiceID), nil
}

// Confirm binds a card to a person who has said that it is her, if this kiosk identified her a moment ago (Lasting). A
// mistyped NIK that nobody confirmed so takes no card from anybody. The error is a *protocol.Error or a fault.
func (d *Desk) Confirm(ctx context.Context, kiosk queue.Actor, id queue.PersonID, uid string) error {
	uid = strings.ToUpper(uid)
	if !lasting(uid) {
		return errUnbindable
	}
	here, err := d.Here(ctx, kiosk, id)
	if err != nil {
		return err
	}
	if !here {
		return errUnknown
	}
	return d.bind(ctx, id, uid, vault.Entry{Actor: kiosk, Action: vault.CardBound, Person: id, Why: "visit"})
}

// insisted keeps a person whose NIK the registry did not have a moment ago.
func (d *Desk) insisted(ctx context.Context, p vault.Person, q inquiry) (vault.Person, error) {
	out := outcome{asked: true, result: registry.Result{State: protocol.PersonRecheck}}
	e := vault.Entry{Actor: q.actor, Action: vault.Identified, Why: q.why, Outcome: "unverified_" + protocol.WhyNotFound}
	return d.keep(ctx, d.marked(p, out), e)
}

// whom reads a citizen's card or NIK: the person as she is kept, or one with a NIK only. A NIK that was typed goes
// before what the card says, which may have been bound to somebody else.
func (d *Desk) whom(ctx context.Context, a Ask) (vault.Person, error) {
	card := strings.ToUpper(a.Card)
	if card == "" && a.NIK == "" {
		return vault.Person{}, errNothingAsked
	}
	if card != "" && !lasting(card) {
		return vault.Person{}, errUnbindable
	}
	if a.NIK != "" {
		return d.numbered(ctx, a.NIK)
	}
	p, err := d.cfg.Store.ByCard(ctx, card)
	if errors.Is(err, vault.ErrUnknown) {
		return p, errCardUnknown
	}
	return p, d.wrap(err, "find a card")
}

// numbered finds the person with a NIK; one who is not known has the NIK only.
func (d *Desk) numbered(ctx context.Context, text string) (vault.Person, error) {
	nik, err := protocol.ParseNIK(text, d.today())
	var wrong *protocol.NIKError
	if errors.As(err, &wrong) {
		return vault.Person{}, &protocol.Error{Code: string(wrong.Problem), Message: "this cannot be a NIK"}
	}
	if err != nil {
		return vault.Person{}, fmt.Errorf("read a NIK: %w", err)
	}
	p, err := d.cfg.Store.ByNIK(ctx, nik)
	if errors.Is(err, vault.ErrUnknown) {
		return vault.Person{NIK: nik}, nil
	}
	return p, d.wrap(err, "find a NIK")
}

// today is the office's date at midnight UTC, as dates of birth are.
func (d *Desk) today() time.Time {
	y, m, day := d.now().Date()
	return time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
}

// lasting says whether a UID in capitals belongs to one card for ever: 4, 7 or 10 bytes in hex digits, and not the four
// that begin with 08, which a card makes up each time (ISO/IEC 14443-3, 6.5.4).
func lasting(uid string) bool {
	if len(uid) != 8 && len(uid) != 14 && len(uid) != 20 || strings.Trim(uid, "0123456789ABCDEF") != "" {
		return false
	}
	return len(uid) != 8 || !strings.HasPrefix(uid, "08")
}

// bind binds a card, and moves one that is another person's.
func (d *Desk) bind(ctx context.Context, id queue.PersonID, uid string, e vault.Entry) error {
	had, err := d.cfg.Store.ByCard(ctx, uid)
	if err == nil && had.ID == id {
		return nil
	}
	if err != nil && !errors.Is(err, vault.ErrUnknown) {
		return fmt.Errorf("find a card: %w", err)
	}
	if err := d.cfg.Store.BindCard(ctx, id, uid, e); err != nil {
		return known(err, "bind a card")
	}
	d.sketches.forget(id)
	d.sketches.forget(had.ID) // it was hers
	d.tell()
	return nil
}

// known turns a person who is gone into the wire's word for that.
func known(err error, what string) error {
	if errors.Is(err, vault.ErrUnknown) {
		return errUnknown
	}
	return fmt.Errorf("%s: %w", what, err)
}

// answer joins a person with what the queue has for her.
func (d *Desk) answer(p vault.Person, service queue.ServiceID) Answer {
	out := Answer{Person: d.person(p)}
	old := age(p, d.today()) >= lansiaAge
	d.cfg.Office.Read(func(o *queue.Office) {
		if old && o.Priority(lansia) != nil {
			out.Suggest = lansia
		}
		if t := held(o, p.ID, service); t != nil {
			out.Ticket = t.ID
		}
		if p.State == protocol.PersonRefer && o.Catalog.ReferServiceID != service {
			out.Refer = o.Catalog.ReferServiceID
		}
	})
	return out
}

// held is the ticket that a person can be given back: of the service, or else of any the latest. A reservation that is
// still printing at another kiosk is no ticket yet.
func held(o *queue.Office, id queue.PersonID, service queue.ServiceID) *queue.Ticket {
	if service == "" {
		return o.LatestOf(id)
	}
	if t := o.HeldBy(id, service); t != nil && t.State != queue.Printing {
		return t
	}
	return nil
}

// age is in years, by the registry's date of birth or else the NIK's.
func age(p vault.Person, today time.Time) int {
	born, err := time.Parse(time.DateOnly, p.BirthDate)
	if err != nil {
		return p.NIK.Age(today)
	}
	years := today.Year() - born.Year()
	if today.Month() < born.Month() || today.Month() == born.Month() && today.Day() < born.Day() {
		years--
	}
	return years
}

// Here says whether a device identified a person a moment ago (Lasting), so that it may take a ticket for her. It asks
// the audit trail, which is still there after a restart.
func (d *Desk) Here(ctx context.Context, device queue.Actor, id queue.PersonID) (bool, error) {
	rows, err := d.cfg.Store.Audit(ctx, vault.AuditFilter{Person: id, Limit: auditedLately})
	if err != nil {
		return false, fmt.Errorf("read who was identified: %w", err)
	}
	since := d.cfg.Clock().Add(-Lasting)
	for _, r := range rows {
		if r.At.Before(since) || r.Action == vault.Erased {
			return false, nil
		}
		if r.Action == vault.Identified && r.Actor == device && r.Ticket == "" {
			_, err := d.cfg.Store.ByID(ctx, id)
			if errors.Is(err, vault.ErrUnknown) {
				return false, nil
			}
			return err == nil, d.wrap(err, "read a person")
		}
	}
	return false, nil
}

// Took notes that a person took a ticket. The ticket stands whether or not that could be written.
func (d *Desk) Took(ctx context.Context, actor queue.Actor, id queue.PersonID, number string) {
	e := vault.Entry{Actor: actor, Action: vault.Identified, Person: id, Ticket: number, Why: "ticket"}
	if err := d.cfg.Store.Visit(ctx, id, d.cfg.Clock(), e); err != nil && !errors.Is(err, vault.ErrUnknown) {
		d.cfg.Log.Error("note whose ticket it is", slog.String("ticket", number), slog.Any("err", err))
	}
}

const (
	recheckFor  = 2 * time.Minute
	maxRechecks = 256
)

// rechecks remembers for a moment which NIKs the registry did not have, so that asking twice does not cost two calls.
// It has hashes only.
type rechecks struct {
	seed maphash.Seed
	mu   sync.Mutex
	till map[uint64]time.Time
}

func (r *rechecks) init() {
	r.seed, r.till = maphash.MakeSeed(), make(map[uint64]time.Time)
}

func (r *rechecks) add(nik protocol.NIK, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.till) >= maxRechecks {
		clear(r.till) // then some are asked for once more
	}
	r.till[maphash.String(r.seed, string(nik))] = now.Add(recheckFor)
}

func (r *rechecks) has(nik protocol.NIK, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := maphash.String(r.seed, string(nik))
	till, ok := r.till[key]
	if ok && !now.Before(till) {
		delete(r.till, key)
		return false
	}
	return ok
}
