package protocol

// The methods of requests, with who may call them. Params and results are the types named beside.
const (
	// kiosk
	MethodCatalogGet     = "catalog.get"     // no params -> Catalog
	MethodTicketIssue    = "ticket.issue"    // IssueParams -> IssueResult
	MethodTicketConfirm  = "ticket.confirm"  // ConfirmParams -> Empty
	MethodDeviceReport   = "device.report"   // ReportParams -> Empty (kiosk and display)
	MethodTicketFind     = "ticket.find"     // FindParams -> FindResult
	MethodTicketPrinted  = "ticket.printed"  // PrintedParams -> Empty
	MethodPersonIdentify = "person.identify" // IdentifyParams -> IdentifyResult
	MethodPersonConfirm  = "person.confirm"  // ConfirmPersonParams -> Empty
	// kiosk (a ticket that it found), officer (a ticket by its number, on a kiosk)
	MethodTicketReprint = "ticket.reprint" // ReprintParams -> ReprintResult
	// kiosk (its own reservation), citizen (the topic's ticket), officer
	MethodTicketCancel = "ticket.cancel" // CancelParams -> Empty

	// officer
	MethodCounterOpen    = "counter.open"     // CounterParams -> Empty
	MethodCounterPause   = "counter.pause"    // CounterParams -> Empty
	MethodCounterClose   = "counter.close"    // CounterParams -> Empty
	MethodTicketCallNext = "ticket.call_next" // CallParams -> CallResult
	MethodTicketCall     = "ticket.call"      // CallParams with a number -> CallResult
	MethodTicketRecall   = "ticket.recall"    // CallParams -> CallResult
	MethodTicketStart    = "ticket.start"     // CounterParams -> Empty
	MethodTicketHold     = "ticket.hold"      // CounterParams -> Empty
	MethodTicketResume   = "ticket.resume"    // NumberParams -> Empty
	MethodTicketTransfer = "ticket.transfer"  // TransferParams -> Empty
	MethodTicketNoShow   = "ticket.no_show"   // CounterParams -> Empty
	MethodTicketRequeue  = "ticket.requeue"   // NumberParams -> Empty
	MethodTicketComplete = "ticket.complete"  // CounterParams -> Empty

	// officer, for the ticket that is called or served at her counter
	MethodPersonReveal  = "person.reveal"  // PersonParams -> RevealResult
	MethodPersonBind    = "person.bind"    // BindParams -> Empty
	MethodPersonCorrect = "person.correct" // CorrectParams -> Empty
	MethodPersonVerify  = "person.verify"  // PersonParams -> Empty

	// admin
	MethodPersonErase  = "person.erase"   // EraseParams -> EraseResult
	MethodAuditList    = "audit.list"     // AuditParams -> AuditResult
	MethodUserSave     = "user.save"      // UserParams -> Empty
	MethodUserRemove   = "user.remove"    // IDParams -> Empty
	MethodCounterSave  = "counter.save"   // CounterConfig -> Empty
	MethodCounterDrop  = "counter.remove" // IDParams -> Empty
	MethodServiceSave  = "service.save"   // ServiceConfig -> Empty
	MethodDeviceAdd    = "device.add"     // DeviceParams -> DeviceCode
	MethodDeviceRemove = "device.remove"  // IDParams -> Empty
)

// Empty is the result of a request that only needs to be accepted.
type Empty struct{}

// IssueParams asks for a ticket. The kiosk makes TicketID (UUIDv7); the same id twice is the same ticket.
type IssueParams struct {
	TicketID  string `json:"ticket_id"`
	ServiceID string `json:"service_id"`
	PersonID  string `json:"person_id,omitempty"` // IdentifyResult.Person.ID
	Priority  string `json:"priority,omitempty"`  // PriorityClass.ID that the citizen chose
}

// IssueResult is what is printed on the ticket.
type IssueResult struct {
	TicketID string    `json:"ticket_id"`
	Number   string    `json:"number"`  // "A-017"
	Token    string    `json:"token"`   // last part of the ticket's address
	Address  string    `json:"address"` // URL for the QR code, in capitals where that keeps its meaning
	Ahead    int       `json:"ahead"`
	Wait     WaitRange `json:"wait"`
	IssuedAt string    `json:"issued_at"` // RFC 3339 in the office's time zone
}

// WaitRange is an expected waiting time in minutes; Known is false when no open counter serves the service.
type WaitRange struct {
	Known bool `json:"known"`
	Low   int  `json:"low"`
	High  int  `json:"high"`
}

// ConfirmParams says that the citizen holds the ticket: How is "printed" or "shown".
type ConfirmParams struct {
	TicketID string `json:"ticket_id"`
	How      string `json:"how"`
}

// CancelParams takes a ticket out of the queue. A kiosk and an officer name it; a citizen's topic does.
type CancelParams struct {
	TicketID string `json:"ticket_id,omitempty"`
	Number   string `json:"number,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

// FindParams names a ticket of today as its holder can: by the Token of its QR code, or by its Number and
// the Code printed below it (TicketCode). Either Token or both others.
type FindParams struct {
	Token  string `json:"token,omitempty"`
	Number string `json:"number,omitempty"`
	Code   string `json:"code,omitempty"`
}

// FindResult is the ticket and where it stands now.
type FindResult struct {
	TicketID  string    `json:"ticket_id"`
	Number    string    `json:"number"`
	ServiceID string    `json:"service_id"`
	Address   string    `json:"address"`
	State     string    `json:"state"`
	Ahead     int       `json:"ahead"` // while it waits; so is Wait
	Wait      WaitRange `json:"wait"`
	Counter   int       `json:"counter,omitempty"` // while it is called or served
	IssuedAt  string    `json:"issued_at"`         // RFC 3339 in the office's time zone
}

// ReprintParams asks for a copy of a ticket's slip. A kiosk names TicketID, and prints the copy itself once it has
// the answer. An officer names Number and a JobID (UUIDv7) that she makes, and, when it is to be a certain
// kiosk, DeviceID.
type ReprintParams struct {
	TicketID string `json:"ticket_id,omitempty"`
	Number   string `json:"number,omitempty"`
	JobID    string `json:"job_id,omitempty"`
	DeviceID string `json:"device_id,omitempty"`
}

// ReprintResult says which kiosk prints the copy; a kiosk is told of itself.
type ReprintResult struct {
	DeviceID string `json:"device_id"`
}

// PrintedParams says how a job of KioskView.Prints ended: without a Cause it is on paper.
type PrintedParams struct {
	JobID string `json:"job_id"`
	Cause string `json:"cause,omitempty"`
}

// ReportParams is a fault of a part of the device ("printer", "paper_out"); an empty Cause clears it.
type ReportParams struct {
	Part  string `json:"part"`
	Cause string `json:"cause,omitempty"`
}

// CounterParams names the counter that the officer works at.
type CounterParams struct {
	CounterID string `json:"counter_id"`
}

// CallParams calls or recalls at a counter. CallID (UUIDv7) is made by the client; Number only for ticket.call.
type CallParams struct {
	CounterID string `json:"counter_id"`
	CallID    string `json:"call_id"`
	Number    string `json:"number,omitempty"`
}

// CallResult says which ticket is called now.
type CallResult struct {
	Number string `json:"number"`
}

// NumberParams names a ticket by its number at a counter.
type NumberParams struct {
	CounterID string `json:"counter_id"`
	Number    string `json:"number"`
}

// TransferParams sends the counter's ticket on to another service.
type TransferParams struct {
	CounterID string `json:"counter_id"`
	ServiceID string `json:"service_id"`
}

// IDParams names one user, counter or device.
type IDParams struct {
	ID string `json:"id"`
}

// UserParams creates (empty ID) or changes a user. An empty Password keeps the old one.
type UserParams struct {
	ID       string `json:"id,omitempty"`
	Login    string `json:"login"`
	Name     string `json:"name"`
	Role     Role   `json:"role"` // officer or admin
	Password string `json:"password,omitempty"`
	Disabled bool   `json:"disabled,omitempty"`
}

// DeviceParams announces a device that is to be paired.
type DeviceParams struct {
	Name string `json:"name"`
	Role Role   `json:"role"`           // kiosk or display
	Zone string `json:"zone,omitempty"` // of a display; empty: all
}

// DeviceCode is the code that pairs the device, once, before Expires.
type DeviceCode struct {
	ID      string `json:"id"`
	Code    string `json:"code"`
	Expires string `json:"expires"` // RFC 3339
}

// PairRequest is the body of POST /v1/pair.
type PairRequest struct {
	Code string `json:"code"`
}

// PairReply has the device's token, shown this once; the server keeps a hash only.
type PairReply struct {
	DeviceID string `json:"device_id"`
	Name     string `json:"name"`
	Role     Role   `json:"role"`
	Zone     string `json:"zone,omitempty"`
	Token    string `json:"token"`
}
