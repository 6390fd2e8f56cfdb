package stream

import (
	"context"
	"errors"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/registry/desk"
	"loket/queue-server/internal/registry/vault"
	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

// The methods about persons. What they hold goes to the one client that may see it, and into no view.

// Persons are the citizens as the stream needs them; *desk.Desk is one.
type Persons interface {
	view.Persons
	Changed() <-chan struct{}
	Identify(ctx context.Context, a desk.Ask) (desk.Answer, error)
	Confirm(ctx context.Context, device queue.Actor, id queue.PersonID, card string) error
	Here(ctx context.Context, device queue.Actor, id queue.PersonID) (bool, error)
	Took(ctx context.Context, actor queue.Actor, id queue.PersonID, number string)
	Reveal(ctx context.Context, c desk.Case) (protocol.RevealResult, error)
	BindCard(ctx context.Context, c desk.Case, uid string) error
	Correct(ctx context.Context, c desk.Case, nik string, give func(queue.PersonID) error) error
	VerifyAgain(ctx context.Context, c desk.Case) error
	Erase(ctx context.Context, actor queue.Actor, nik, reason string) (protocol.EraseResult, error)
	Audit(ctx context.Context, actor queue.Actor, p protocol.AuditParams) ([]vault.Row, error)
}

const (
	maxAudit  = 200 // rows of one answer
	maxReason = 200 // characters
)

// persons returns who knows citizens; a server that asks nobody who she is has none of these methods.
func (c *call) persons() (Persons, error) {
	if c.s.cfg.Persons == nil {
		return nil, &protocol.Error{Code: protocol.CodeMethodUnknown, Message: "this server knows no persons"}
	}
	return c.s.cfg.Persons, nil
}

// identifyPerson says who is at the kiosk. A kiosk that asks for card after card, or NIK after NIK, that nobody has
// is slowed down like one that guesses tickets.
func identifyPerson(ctx context.Context, c *call, p protocol.IdentifyParams) (any, error) {
	persons, err := c.persons()
	if err != nil {
		return nil, err
	}
	tries, now := c.s.unknown.of(c.who.Device), c.s.cfg.Clock()
	if tries.TokensAt(now) < 1 {
		return nil, &protocol.Error{Code: protocol.CodeRateLimited, Message: "too many tries that found nobody"}
	}
	answer, err := persons.Identify(ctx, desk.Ask{
		Card: p.Card, NIK: p.NIK, ServiceID: queue.ServiceID(p.ServiceID), Sure: p.Sure, Actor: c.who.actor(),
	})
	var refused *protocol.Error
	if errors.As(err, &refused) && refused.Code == protocol.CodeCardUnknown || answer.Person.State == protocol.PersonRecheck {
		tries.AllowN(now, 1)
	}
	if err != nil {
		return nil, err
	}
	out := protocol.IdentifyResult{Person: answer.Person, Suggest: answer.Suggest, ReferServiceID: string(answer.Refer)}
	if answer.Ticket != "" {
		c.s.look(func(g *view.Glance) bool {
			found, ok := g.Found(answer.Ticket, c.s.cfg.PublicURL)
			if ok {
				out.Ticket = &found
			}
			return ok
		})
	}
	return out, nil
}

// confirmPerson binds the card of somebody whom this kiosk identified, once she has said that it is her.
func confirmPerson(ctx context.Context, c *call, p protocol.ConfirmPersonParams) (any, error) {
	persons, err := c.persons()
	if err != nil {
		return nil, err
	}
	return protocol.Empty{}, persons.Confirm(ctx, c.who.actor(), queue.PersonID(p.PersonID), p.Card)
}

// mayTakeFor checks that a kiosk takes a ticket for nobody, or for somebody whom it identified a moment ago.
func (c *call) mayTakeFor(ctx context.Context, person queue.PersonID) error {
	if person == "" {
		return nil
	}
	here := false
	if c.s.cfg.Persons != nil {
		var err error
		if here, err = c.s.cfg.Persons.Here(ctx, c.who.actor(), person); err != nil {
			return err
		}
	}
	if !here {
		return &protocol.Error{Code: protocol.CodePersonUnknown, Message: "this kiosk has identified no such person in the last minutes"}
	}
	return nil
}

// served is the ticket at the officer's own counter.
func (c *call) served(counter, number string) (t queue.Ticket, err error) {
	c.s.cfg.Office.Read(func(o *queue.Office) {
		state := o.Counters[queue.CounterID(counter)]
		switch {
		case o.Counter(queue.CounterID(counter)) == nil:
			err = &protocol.Error{Code: string(queue.CodeCounterUnknown), Message: "there is no such counter"}
		case state == nil || state.Status == queue.CounterClosed:
			err = &protocol.Error{Code: string(queue.CodeCounterClosed), Message: "the counter is closed"}
		case string(state.OfficerID) != c.who.Officer.ID:
			err = &protocol.Error{Code: string(queue.CodeCounterTaken), Message: "another officer sits there"}
		case o.Tickets[state.TicketID] == nil:
			err = &protocol.Error{Code: string(queue.CodeCounterIdle), Message: "no ticket is called or served there"}
		case o.Tickets[state.TicketID].Number.String() != number:
			err = &protocol.Error{Code: string(queue.CodeTicketState), Message: "another ticket is at the counter"}
		default:
			t = *o.Tickets[state.TicketID]
		}
	})
	return t, err
}

// theCase is the person of the ticket at the officer's own counter.
func (c *call) theCase(counter, number string) (Persons, desk.Case, error) {
	persons, err := c.persons()
	if err != nil {
		return nil, desk.Case{}, err
	}
	t, err := c.served(counter, number)
	if err != nil {
		return nil, desk.Case{}, err
	}
	if t.PersonID == "" {
		return nil, desk.Case{}, &protocol.Error{Code: protocol.CodeNoPerson, Message: "the ticket belongs to nobody known"}
	}
	return persons, desk.Case{Actor: c.who.actor(), Ticket: number, Person: t.PersonID}, nil
}

func revealPerson(ctx context.Context, c *call, p protocol.PersonParams) (any, error) {
	persons, about, err := c.theCase(p.CounterID, p.Number)
	if err != nil {
		return nil, err
	}
	return persons.Reveal(ctx, about)
}

func bindCard(ctx context.Context, c *call, p protocol.BindParams) (any, error) {
	persons, about, err := c.theCase(p.CounterID, p.Number)
	if err != nil {
		return nil, err
	}
	return protocol.Empty{}, persons.BindCard(ctx, about, p.Card)
}

func verifyPerson(ctx context.Context, c *call, p protocol.PersonParams) (any, error) {
	persons, about, err := c.theCase(p.CounterID, p.Number)
	if err != nil {
		return nil, err
	}
	return protocol.Empty{}, persons.VerifyAgain(ctx, about)
}

// correctPerson gives the ticket to the person with another NIK; one that was nobody's becomes hers.
func correctPerson(ctx context.Context, c *call, p protocol.CorrectParams) (any, error) {
	persons, err := c.persons()
	if err != nil {
		return nil, err
	}
	t, err := c.served(p.CounterID, p.Number)
	if err != nil {
		return nil, err
	}
	about := desk.Case{Actor: c.who.actor(), Ticket: p.Number, Person: t.PersonID}
	return protocol.Empty{}, persons.Correct(ctx, about, p.NIK, func(person queue.PersonID) error {
		_, err := c.do(ctx, &queue.IdentifyTicket{Header: c.header(), TicketID: t.ID, PersonID: person})
		return err
	})
}

func erasePerson(ctx context.Context, c *call, p protocol.EraseParams) (any, error) {
	persons, err := c.persons()
	if err != nil {
		return nil, err
	}
	if p.Reason == "" || len(p.Reason) > maxReason {
		return nil, invalid("reason is needed, with at most 200 characters")
	}
	return persons.Erase(ctx, c.who.actor(), p.NIK, p.Reason)
}

func listAudit(ctx context.Context, c *call, p protocol.AuditParams) (any, error) {
	persons, err := c.persons()
	if err != nil {
		return nil, err
	}
	if p.Before < 0 || p.Limit < 0 || p.Limit > maxAudit {
		return nil, invalid("before must be a seq, and limit 1 to 200")
	}
	rows, err := persons.Audit(ctx, c.who.actor(), p)
	if err != nil {
		return nil, err
	}
	zone := time.UTC
	c.s.cfg.Office.Read(func(o *queue.Office) { zone = o.Catalog.Location() })
	names := c.s.people.now()
	out := protocol.AuditResult{Rows: make([]protocol.AuditRow, len(rows))}
	for i, r := range rows {
		out.Rows[i] = protocol.AuditRow{
			Seq: r.Seq, At: r.At.In(zone).Format(time.RFC3339), Actor: string(r.Actor.Kind), ActorID: r.Actor.ID,
			Name: names.Name(r.Actor), Action: string(r.Action), Person: string(r.Person), Ticket: r.Ticket, Why: r.Why, Outcome: r.Outcome,
		}
	}
	return out, nil
}
