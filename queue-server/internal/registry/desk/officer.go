package desk

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/protocol"
)

// What officers and administrators do. The stream has checked that the ticket is at the officer's counter. What
// shows or changes something is in the audit trail before it is done: a row too many is better than one too few.

// Case is whose person it is about, and why somebody may know more of her.
type Case struct {
	Actor  queue.Actor
	Ticket string // number
	Person queue.PersonID
}

func (c Case) entry(action vault.Action, why string) vault.Entry {
	return vault.Entry{Actor: c.Actor, Action: action, Person: c.Person, Ticket: c.Ticket, Why: why}
}

// Reveal shows a person to the officer who serves her.
func (d *Desk) Reveal(ctx context.Context, c Case) (protocol.RevealResult, error) {
	p, err := d.cfg.Store.ByID(ctx, c.Person)
	if err != nil {
		return protocol.RevealResult{}, known(err, "read a person")
	}
	if err := d.cfg.Store.Note(ctx, c.entry(vault.Revealed, "served")); err != nil {
		return protocol.RevealResult{}, d.wrap(err, "audit a view of a person")
	}
	out := protocol.RevealResult{NIK: string(p.NIK), Name: p.Name, BirthDate: p.BirthDate, Region: p.NIK.Province()}
	if d.cfg.Regions != nil {
		out.Region = d.cfg.Regions.Name(p.NIK)
	}
	if born := p.NIK.BirthDate(d.today()); out.BirthDate == "" && !born.IsZero() {
		out.BirthDate = born.Format(time.DateOnly)
	}
	return out, nil
}

// BindCard binds a card to a person; from then on it opens her visits, and nobody else's.
func (d *Desk) BindCard(ctx context.Context, c Case, uid string) error {
	uid = strings.ToUpper(uid)
	if !lasting(uid) {
		return errUnbindable
	}
	return d.bind(ctx, c.Person, uid, c.entry(vault.CardBound, "served"))
}

// Correct finds or makes the person with another NIK, and has give do what gives her the ticket. The officer has the
// card in her hand, so that a NIK which the registry does not have is taken.
func (d *Desk) Correct(ctx context.Context, c Case, nik string, give func(queue.PersonID) error) error {
	p, err := d.numbered(ctx, nik)
	if err != nil {
		return err
	}
	p, _, err = d.verify(ctx, p, inquiry{actor: c.Actor, why: "corrected", ticket: c.Ticket, sure: true, visit: true})
	if err != nil {
		return err
	}
	e := c.entry(vault.Corrected, "served")
	e.Person, e.Outcome = p.ID, "to"
	if err := d.cfg.Store.Visit(ctx, p.ID, d.cfg.Clock(), e); err != nil {
		return known(err, "note a visit")
	}
	if c.Person != "" {
		e.Person, e.Outcome = c.Person, "from"
		if err := d.cfg.Store.Note(ctx, e); err != nil {
			return d.wrap(err, "audit a correction")
		}
	}
	if err := give(p.ID); err != nil {
		e.Person, e.Outcome = p.ID, "refused"
		return errors.Join(err, d.wrap(d.cfg.Store.Note(ctx, e), "audit a correction that was refused"))
	}
	return nil
}

// VerifyAgain has the registry asked again, and returns within the citizen's wait; the views show what comes of it.
func (d *Desk) VerifyAgain(ctx context.Context, c Case) error {
	p, err := d.cfg.Store.ByID(ctx, c.Person)
	if err != nil {
		return known(err, "read a person")
	}
	if err := d.cfg.Store.Note(ctx, c.entry(vault.VerifyAsked, "served")); err != nil {
		return d.wrap(err, "audit a question")
	}
	_, _, err = d.verify(ctx, p, inquiry{actor: c.Actor, why: "asked", ticket: c.Ticket, sure: true, force: true, officer: true})
	return err
}

// Erase erases a person at her request. Her tickets stay, and point to nobody.
func (d *Desk) Erase(ctx context.Context, actor queue.Actor, nik, reason string) (protocol.EraseResult, error) {
	p, err := d.numbered(ctx, nik)
	if err != nil {
		return protocol.EraseResult{}, err
	}
	persons, cards, err := d.cfg.Store.Erase(ctx, p.NIK, vault.Entry{Actor: actor, Action: vault.Erased, Person: p.ID, Why: reason})
	if err != nil {
		return protocol.EraseResult{}, d.wrap(err, "erase a person")
	}
	d.sketches.forget(p.ID)
	d.health.stale.Store(true)
	d.tell()
	return protocol.EraseResult{Persons: persons, Cards: cards}, nil
}

// Audit lists rows of the audit trail, newest first. Reading the rows of one person is in there too.
func (d *Desk) Audit(ctx context.Context, actor queue.Actor, p protocol.AuditParams) ([]vault.Row, error) {
	f := vault.AuditFilter{Before: p.Before, Limit: p.Limit}
	if p.NIK != "" {
		who, err := d.numbered(ctx, p.NIK)
		if err != nil {
			return nil, err
		}
		if f.Person = who.ID; f.Person == "" {
			return nil, nil
		}
	}
	rows, err := d.cfg.Store.Audit(ctx, f)
	if err != nil || f.Person == "" {
		return rows, d.wrap(err, "read the audit trail")
	}
	e := vault.Entry{Actor: actor, Action: vault.AuditRead, Person: f.Person, Why: "administrator", Outcome: strconv.Itoa(len(rows))}
	return rows, d.wrap(d.cfg.Store.Note(ctx, e), "audit a reading of the audit trail")
}
