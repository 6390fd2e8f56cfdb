package queue

// Code is the stable name of a refusal; it goes over the wire as it is.
type Code string

// The refusals of the domain.
const (
	CodeTicketUnknown    Code = "ticket_unknown"
	CodeTicketNotWaiting Code = "ticket_not_waiting"
	CodeTicketState      Code = "ticket_state"   // the ticket is in a state that does not allow this
	CodeAlreadyIssued    Code = "already_issued" // the ticket id is taken by a different request
	CodeQueueEmpty       Code = "queue_empty"
	CodeServiceUnknown   Code = "service_unknown"
	CodeServiceClosed    Code = "service_closed"
	CodeQuotaFull        Code = "quota_full"
	CodeOfficeClosed     Code = "office_closed"
	CodeCounterUnknown   Code = "counter_unknown"
	CodeCounterClosed    Code = "counter_closed"
	CodeCounterPaused    Code = "counter_paused"
	CodeCounterTaken     Code = "counter_taken" // another officer sits there
	CodeCounterBusy      Code = "counter_busy"  // a ticket is called or served there
	CodeCounterIdle      Code = "counter_idle"  // no ticket is called or served there
	CodeOfficerElsewhere Code = "officer_elsewhere"
	CodeCatalogInvalid   Code = "catalog_invalid"
	CodeBadCommand       Code = "bad_command"
	CodeAlreadyWaiting   Code = "already_waiting"   // the person has a ticket of this service that is not ended
	CodePersonLimit      Code = "person_limit"      // the person had all tickets of this service that she may have in a day
	CodeIdentityRequired Code = "identity_required" // the service asks for a person, and the command names none
	CodePriorityUnknown  Code = "priority_unknown"
)

// Refusal is the error of a command that the rules do not allow. Nothing has changed.
type Refusal struct { //nolint:errname // it is an answer of the domain, and is called so in every room
	Code    Code
	Message string // for the log and for developers, in English
}

func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Message }
