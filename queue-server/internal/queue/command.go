package queue

import "time"

// Command is something an actor wants, given as a pointer: &IssueTicket{...}.
// Header carries what all commands share.
type Command interface {
	head() *Header
	decide(*decision) error
}

// Header identifies a command and who gave it. Both are required (Tick alone needs no ID). The ID makes
// the command safe to repeat, on its day and the next: the same ID again produces no event and the same Result.
// A command that changed nothing leaves no trace, so its ID is not known later.
type Header struct {
	ID    CommandID
	Actor Actor
}

func (h *Header) head() *Header { return h }

// HeaderOf returns the header of a command.
func HeaderOf(c Command) Header { return *c.head() }

// Result is what an accepted command led to. It stays the same when the command is repeated.
type Result struct {
	TicketID TicketID `json:"ticket_id,omitempty"`
	CallID   CallID   `json:"call_id,omitempty"`
}

// The commands on tickets. Those that name a CounterID are given by the officer at that counter.
type (
	// IssueTicket reserves the next number of the service's series. TicketID is the key of repeats too.
	IssueTicket struct {
		Header
		TicketID  TicketID
		ServiceID ServiceID
		DeviceID  DeviceID
		PersonID  PersonID      // whose it is; empty: nobody known
		Priority  string        // Priority.ID that the citizen chose; its head start counts
		HeadStart time.Duration // beside a Priority's; 0 for a walk-in; bounded by OfficeInfo.MaxHeadStartMinutes
	}
	// IdentifyTicket gives a ticket that has not ended to a person, or to another one.
	IdentifyTicket struct {
		Header
		TicketID TicketID
		PersonID PersonID
	}
	// ConfirmTicket turns a reservation into a waiting ticket. How is "printed" or "shown". While the day is
	// open it also revives a reservation that expired: the citizen holds the paper, and only the word of it was late.
	ConfirmTicket struct {
		Header
		TicketID TicketID
		How      string
	}
	// CallNext calls the waiting ticket that is due at the counter, announced under CallID.
	CallNext struct {
		Header
		CounterID CounterID
		CallID    CallID
	}
	// CallTicket calls one certain ticket (waiting, held or no-show), announced under CallID.
	CallTicket struct {
		Header
		CounterID CounterID
		TicketID  TicketID
		CallID    CallID
	}
	// RecallTicket announces the called ticket once more.
	RecallTicket struct {
		Header
		CounterID CounterID
		CallID    CallID
	}
	// StartTicket begins to serve the called ticket.
	StartTicket struct {
		Header
		CounterID CounterID
	}
	// HoldTicket puts the counter's ticket aside.
	HoldTicket struct {
		Header
		CounterID CounterID
	}
	// ResumeTicket takes a held ticket back to this counter, being served.
	ResumeTicket struct {
		Header
		CounterID CounterID
		TicketID  TicketID
	}
	// TransferTicket sends the counter's ticket to another service; it keeps its due time and number.
	TransferTicket struct {
		Header
		CounterID CounterID
		ServiceID ServiceID
	}
	// NoShowTicket says that the called citizen did not come.
	NoShowTicket struct {
		Header
		CounterID CounterID
	}
	// RequeueTicket puts a no-show (or held) ticket back among the waiting, with the penalty for a no-show.
	RequeueTicket struct {
		Header
		TicketID TicketID
	}
	// CompleteTicket ends the visit.
	CompleteTicket struct {
		Header
		CounterID CounterID
	}
	// CancelTicket takes a ticket that is not being served out of the queue. A called ticket
	// can be cancelled only by the officer at its counter.
	CancelTicket struct {
		Header
		TicketID TicketID
		Reason   string
	}
	// ReprintTicket records that a copy of the slip goes on paper at a kiosk, before it does. The copy has the
	// ticket's own number; nothing else of the ticket changes. Refused before the first slip is out and after the end.
	ReprintTicket struct {
		Header
		TicketID TicketID
		DeviceID DeviceID
	}
)

// The commands on counters, devices, catalogue and day.
type (
	// OpenCounter takes a seat at a closed or paused counter.
	OpenCounter struct {
		Header
		CounterID CounterID
		OfficerID OfficerID
	}
	// PauseCounter stops calling for a while (istirahat).
	PauseCounter struct {
		Header
		CounterID CounterID
	}
	// CloseCounter leaves the counter; refused while a ticket is there.
	CloseCounter struct {
		Header
		CounterID CounterID
	}
	// ReportDevice says that a device came online or went offline.
	ReportDevice struct {
		Header
		DeviceID DeviceID
		Online   bool
	}
	// ReportTrouble says that a part of a device has a fault; an empty Cause clears it.
	ReportTrouble struct {
		Header
		DeviceID DeviceID
		Part     string
		Cause    string
	}
	// ChangeCatalog replaces the catalogue after it was validated.
	ChangeCatalog struct {
		Header
		Catalog Catalog
	}
	// Tick lets time pass: it expires reservations, and opens and closes business days. The day closes at midnight,
	// or earlier when its last opening span has ended and all counters are closed.
	Tick struct{ Header }
)
