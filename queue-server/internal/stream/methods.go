package stream

import (
	"context"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

// methodTable has every method of the wire, with who may call it.
func methodTable() map[string]method {
	kiosk := []protocol.Role{protocol.RoleKiosk}
	device := []protocol.Role{protocol.RoleKiosk, protocol.RoleDisplay}
	staff := []protocol.Role{protocol.RoleOfficer, protocol.RoleAdmin}
	admin := []protocol.Role{protocol.RoleAdmin}
	return map[string]method{
		protocol.MethodCatalogGet:    {roles: kiosk, run: with(catalogGet)},
		protocol.MethodTicketIssue:   {roles: kiosk, run: with(issueTicket)},
		protocol.MethodTicketConfirm: {roles: kiosk, run: with(confirmTicket)},
		protocol.MethodDeviceReport:  {roles: device, run: with(reportDevice)},
		protocol.MethodTicketFind:    {roles: kiosk, run: with(findTicket)},
		protocol.MethodTicketPrinted: {roles: kiosk, run: with(ticketPrinted)},

		protocol.MethodPersonIdentify: {roles: kiosk, run: with(identifyPerson)},
		protocol.MethodPersonConfirm:  {roles: kiosk, run: with(confirmPerson)},

		protocol.MethodTicketReprint: {
			roles: []protocol.Role{protocol.RoleKiosk, protocol.RoleOfficer, protocol.RoleAdmin},
			run:   with(reprintTicket),
		},
		protocol.MethodTicketCancel: {
			roles: []protocol.Role{protocol.RoleKiosk, protocol.RoleCitizen, protocol.RoleOfficer, protocol.RoleAdmin},
			run:   with(cancelTicket),
		},

		protocol.MethodCounterOpen:    {roles: staff, run: with(openCounter)},
		protocol.MethodCounterPause:   {roles: staff, run: with(pauseCounter)},
		protocol.MethodCounterClose:   {roles: staff, run: with(closeCounter)},
		protocol.MethodTicketCallNext: {roles: staff, run: with(callNext)},
		protocol.MethodTicketCall:     {roles: staff, run: with(callTicket)},
		protocol.MethodTicketRecall:   {roles: staff, run: with(recallTicket)},
		protocol.MethodTicketStart:    {roles: staff, run: with(startTicket)},
		protocol.MethodTicketHold:     {roles: staff, run: with(holdTicket)},
		protocol.MethodTicketResume:   {roles: staff, run: with(resumeTicket)},
		protocol.MethodTicketTransfer: {roles: staff, run: with(transferTicket)},
		protocol.MethodTicketNoShow:   {roles: staff, run: with(noShowTicket)},
		protocol.MethodTicketRequeue:  {roles: staff, run: with(requeueTicket)},
		protocol.MethodTicketComplete: {roles: staff, run: with(completeTicket)},

		protocol.MethodPersonReveal:  {roles: staff, run: with(revealPerson)},
		protocol.MethodPersonBind:    {roles: staff, run: with(bindCard)},
		protocol.MethodPersonCorrect: {roles: staff, run: with(correctPerson)},
		protocol.MethodPersonVerify:  {roles: staff, run: with(verifyPerson)},

		protocol.MethodPersonErase:  {roles: admin, run: with(erasePerson), once: true},
		protocol.MethodAuditList:    {roles: admin, run: with(listAudit)},
		protocol.MethodUserSave:     {roles: admin, run: with(saveUser), once: true},
		protocol.MethodUserRemove:   {roles: admin, run: with(removeUser), once: true},
		protocol.MethodCounterSave:  {roles: admin, run: with(saveCounter), once: true},
		protocol.MethodCounterDrop:  {roles: admin, run: with(removeCounter), once: true},
		protocol.MethodServiceSave:  {roles: admin, run: with(saveService), once: true},
		protocol.MethodDeviceAdd:    {roles: admin, run: with(addDevice), once: true},
		protocol.MethodDeviceRemove: {roles: admin, run: with(removeDevice), once: true},
	}
}

func invalid(message string) error {
	return &protocol.Error{Code: protocol.CodeParamsInvalid, Message: message}
}

func unknownTicket() error {
	return &protocol.Error{Code: protocol.CodeTicketUnknown, Message: "the office has no such ticket today"}
}

// isUUID says whether an id is a UUID in its one written form: lower case with dashes.
func isUUID(id string) bool {
	u, err := uuid.Parse(id)
	return err == nil && u.String() == id
}

func catalogGet(_ context.Context, c *call, _ protocol.Empty) (any, error) {
	var out protocol.Catalog
	var err error
	c.s.cfg.Office.Read(func(o *queue.Office) { out, err = view.Catalog(&o.Catalog) })
	return out, err
}

func issueTicket(ctx context.Context, c *call, p protocol.IssueParams) (any, error) {
	if !isUUID(p.TicketID) {
		return nil, invalid("ticket_id must be a UUIDv7 in lower case")
	}
	id, person := queue.TicketID(p.TicketID), queue.PersonID(p.PersonID)
	_, repeated := c.ticket(id) // whoever it belongs to by now: an officer may have corrected that
	if !repeated {
		if err := c.mayTakeFor(ctx, person); err != nil {
			return nil, err
		}
	}
	_, err := c.do(ctx, &queue.IssueTicket{
		Header: c.header(), TicketID: id, ServiceID: queue.ServiceID(p.ServiceID), DeviceID: c.who.Device,
		PersonID: person, Priority: p.Priority,
	})
	if err != nil {
		return nil, err
	}
	var out protocol.IssueResult
	ok := c.s.look(func(g *view.Glance) (ok bool) { out, ok = g.Issued(id, c.s.cfg.PublicURL); return ok })
	if !ok {
		return nil, unknownTicket() // a repeat that comes on the next day
	}
	c.s.tickets.add(out.Token, id, out.Ahead)
	if person != "" && !repeated {
		c.s.cfg.Persons.Took(ctx, c.who.actor(), person, out.Number)
	}
	return out, nil
}

// ticket returns a copy of a ticket of today.
func (c *call) ticket(id queue.TicketID) (t queue.Ticket, ok bool) {
	c.s.cfg.Office.Read(func(o *queue.Office) {
		if found := o.Tickets[id]; found != nil {
			t, ok = *found, true
		}
	})
	return t, ok
}

// numbered finds the ticket of today that has a number.
func (c *call) numbered(number string) (id queue.TicketID, err error) {
	series, count, _ := strings.Cut(number, "-")
	n, err := strconv.Atoi(count)
	if err != nil {
		return "", invalid(`a number is written "A-017"`)
	}
	c.s.cfg.Office.Read(func(o *queue.Office) {
		if t := o.ByNumber(queue.Number{Series: series, N: n}); t != nil {
			id = t.ID
		}
	})
	if id == "" {
		return "", unknownTicket()
	}
	return id, nil
}

func confirmTicket(ctx context.Context, c *call, p protocol.ConfirmParams) (any, error) {
	if p.How != "printed" && p.How != "shown" {
		return nil, invalid(`how must be "printed" or "shown"`)
	}
	id := queue.TicketID(p.TicketID)
	if t, ok := c.ticket(id); !ok || t.DeviceID != c.who.Device {
		return nil, unknownTicket()
	}
	_, err := c.do(ctx, &queue.ConfirmTicket{Header: c.header(), TicketID: id, How: p.How})
	return protocol.Empty{}, err
}

// cancelTicket takes a ticket out of the queue. A kiosk may do that to its own reservations, a citizen to her
// own ticket while she waits, an officer to every ticket that the queue lets go.
func cancelTicket(ctx context.Context, c *call, p protocol.CancelParams) (any, error) {
	if len(p.Reason) > maxID {
		return nil, invalid("reason may have at most 64 characters")
	}
	id := queue.TicketID(p.TicketID)
	var err error
	switch {
	case c.who.Role == protocol.RoleCitizen:
		id, err = c.who.Ticket, c.mayLeave()
	case c.who.Role == protocol.RoleKiosk:
		err = c.mayWithdraw(id)
	case id == "":
		id, err = c.numbered(p.Number)
	}
	if err != nil {
		return nil, err
	}
	_, err = c.do(ctx, &queue.CancelTicket{Header: c.header(), TicketID: id, Reason: p.Reason})
	return protocol.Empty{}, err
}

// mayLeave checks that the citizen's ticket is one she can still give back.
func (c *call) mayLeave() error {
	switch t, _ := c.ticket(c.who.Ticket); t.State {
	case queue.Waiting, queue.Held, queue.NoShow, queue.Cancelled:
		return nil
	case queue.Printing, queue.Called, queue.Serving, queue.Completed, queue.Expired:
	}
	return &protocol.Error{Code: string(queue.CodeTicketState), Message: "the ticket cannot be cancelled any more"}
}

// mayWithdraw checks that a ticket is a reservation of this kiosk, or was one.
func (c *call) mayWithdraw(id queue.TicketID) error {
	t, ok := c.ticket(id)
	switch {
	case !ok || t.DeviceID != c.who.Device:
		return unknownTicket()
	case t.State != queue.Printing && t.State != queue.Cancelled && t.State != queue.Expired:
		return &protocol.Error{Code: string(queue.CodeTicketState), Message: "the citizen holds the ticket already"}
	}
	return nil
}

func reportDevice(ctx context.Context, c *call, p protocol.ReportParams) (any, error) {
	if p.Part == "" || len(p.Part) > maxID || len(p.Cause) > maxID {
		return nil, invalid("part is needed; part and cause may have at most 64 characters")
	}
	_, err := c.do(ctx, &queue.ReportTrouble{Header: c.header(), DeviceID: c.who.Device, Part: p.Part, Cause: p.Cause})
	return protocol.Empty{}, err
}
