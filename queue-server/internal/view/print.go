package view

import (
	"slices"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// kiosks lists where a copy of a slip can be printed.
func (g *Glance) kiosks() []protocol.ConsoleKiosk {
	out := []protocol.ConsoleKiosk{}
	for _, d := range g.people.Devices {
		if d.Role == protocol.RoleKiosk && d.Paired {
			out = append(out, protocol.ConsoleKiosk{ID: d.ID, Name: d.Name, Ready: g.canPrint(queue.DeviceID(d.ID))})
		}
	}
	return out
}

// canPrint says whether a device is here and its printer has no fault that stops it.
func (g *Glance) canPrint(id queue.DeviceID) bool {
	state := g.o.Devices[id]
	if state == nil || !state.Online {
		return false
	}
	return !slices.ContainsFunc(state.Troubles, func(t queue.Trouble) bool {
		return t.Part == "printer" && t.Cause != "paper_low"
	})
}

// PrinterFor chooses the kiosk for a copy of a ticket: the one that is wished for, when it can print; without a
// wish the one that issued the ticket, or else the first that can. ok is false when there is none.
func (g *Glance) PrinterFor(ticket queue.TicketID, wished queue.DeviceID) (id queue.DeviceID, ok bool) {
	t := g.o.Tickets[ticket]
	if t == nil {
		return "", false
	}
	for _, k := range g.kiosks() {
		device := queue.DeviceID(k.ID)
		switch {
		case !k.Ready:
		case device == wished, wished == "" && device == t.DeviceID:
			return device, true
		case wished == "" && id == "":
			id = device
		}
	}
	return id, id != ""
}

// printsOf lists the copies that an officer asked for, newest first.
func (g *Glance) printsOf(officer queue.OfficerID) []protocol.ConsolePrint {
	var out []protocol.ConsolePrint
	for _, p := range slices.Backward(g.prints) {
		t := g.o.Tickets[p.Ticket]
		if p.Officer != officer || t == nil {
			continue
		}
		out = append(out, protocol.ConsolePrint{
			ID: p.ID, Number: t.Number.String(), Kiosk: g.people.device(p.Device), State: p.State, Cause: p.Cause,
		})
	}
	return out
}
