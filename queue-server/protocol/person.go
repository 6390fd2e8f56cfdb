package protocol

// The wire of people: who a ticket belongs to. A person is known to clients by an opaque id that means nothing
// outside of the office's own database and nothing any more once the person is erased. A NIK and a full name go
// over the wire in the two places where they must: typed into person.identify and person.correct, and shown by
// person.reveal. They are in no view, event, address, QR code or log line.

// How a service asks for the citizen's identity (Service.Identity). Empty is IdentityNone.
const (
	IdentityNone     = "none"     // not asked
	IdentityOptional = "optional" // asked, and "Tanpa KTP" leads on
	IdentityRequired = "required" // a card or a NIK is needed; that the registry answers is not
)

// What is known of a person (Person.State).
const (
	PersonVerified   = "verified"   // the registry has her
	PersonUnverified = "unverified" // Why says why; the server looks again by itself when that can help
	PersonRefer      = "refer"      // an officer of the population office must see to her record first
	// PersonRecheck is answered to a kiosk only: the registry does not have this NIK. The citizen checks what she typed;
	// the same NIK again with Sure is taken, unverified.
	PersonRecheck = "recheck"
)

// Why a person is unverified (Person.Why).
const (
	WhyOff      = "off"       // this office asks no registry
	WhySlow     = "slow"      // no answer within the citizen's 4 seconds; it goes on behind
	WhyNetwork  = "network"   // the registry cannot be reached, or answers what is no answer; asked again
	WhyQuota    = "quota"     // today's quota is used up; asked again tomorrow
	WhyHours    = "hours"     // outside the registry's hours; asked again when they begin
	WhyConfig   = "config"    // the registry refuses this office's account or address; the admin page says so
	WhyNotFound = "not_found" // the registry does not have this NIK, and the citizen is sure of it
	WhyMismatch = "mismatch"  // the registry has the NIK with other particulars
	WhyOfficer  = "officer"   // the registry cannot process this NIK; an officer looks at the card
)

// Person is what a kiosk may know of a person, and what an officer sees before she reveals more.
type Person struct {
	ID string `json:"id,omitempty"` // missing in the state PersonRecheck
	// MaskedName is "B*** S******"; empty while the name is not known.
	MaskedName string `json:"masked_name,omitempty"`
	MaskedNIK  string `json:"masked_nik"` // first and last four digits: "1971********0001"
	State      string `json:"state"`
	Why        string `json:"why,omitempty"`
	// RetryAt is when the server looks again; RFC 3339, empty when it does not.
	RetryAt string `json:"retry_at,omitempty"`
}

// IdentifyParams says who is at the kiosk: by a Card bound before, or by a NIK. With both, the NIK says who; the card
// is bound once she has confirmed that it is her (ConfirmPersonParams). Without ServiceID the answer's Ticket is her
// latest one that has not ended, of any service.
type IdentifyParams struct {
	Card      string `json:"card,omitempty"` // UID in capital hex digits: 8, 14 or 20 of them
	NIK       string `json:"nik,omitempty"`  // 16 digits
	ServiceID string `json:"service_id,omitempty"`
	// Sure repeats a NIK that was answered with PersonRecheck.
	Sure bool `json:"sure,omitempty"`
}

// IdentifyResult is who it is.
type IdentifyResult struct {
	Person Person `json:"person"`
	// Suggest is a priority class that her age speaks for ("lansia"); the citizen decides. Empty: none.
	Suggest string `json:"suggest,omitempty"`
	// Ticket is hers of the service, when she holds one that is not ended. She gets that instead of a second one.
	Ticket *FindResult `json:"ticket,omitempty"`
	// ReferServiceID is the service to take a ticket of instead, for PersonRefer; empty when the office has none.
	ReferServiceID string `json:"refer_service_id,omitempty"`
}

// ConfirmPersonParams says that the citizen has confirmed who she is: the card that she showed is bound to the person whom
// this kiosk identified, and to nobody else any more.
type ConfirmPersonParams struct {
	PersonID string `json:"person_id"`
	Card     string `json:"card"`
}

// PersonParams names the person of the ticket at the officer's counter.
type PersonParams struct {
	CounterID string `json:"counter_id"`
	Number    string `json:"number"`
}

// RevealResult is shown to the officer who asked; an audit row says that it was.
type RevealResult struct {
	NIK       string `json:"nik"`
	Name      string `json:"name,omitempty"`       // empty while it is not known
	BirthDate string `json:"birth_date,omitempty"` // "2006-01-02", as the registry or else the NIK has it
	Region    string `json:"region,omitempty"`     // of first registration, as far as its names are known
}

// BindParams binds a card to the person of the ticket at the officer's counter.
type BindParams struct {
	CounterID string `json:"counter_id"`
	Number    string `json:"number"`
	Card      string `json:"card"`
}

// CorrectParams gives the ticket at the officer's counter to the person with another NIK.
type CorrectParams struct {
	CounterID string `json:"counter_id"`
	Number    string `json:"number"`
	NIK       string `json:"nik"`
}

// EraseParams erases a person at her request. It is answered alike whether there was one.
type EraseParams struct {
	NIK    string `json:"nik"`
	Reason string `json:"reason"` // who asked and how, without personal data: "surat 12/2026"
}

// EraseResult says what was erased.
type EraseResult struct {
	Persons int `json:"persons"` // 0 or 1
	Cards   int `json:"cards"`
}

// AuditParams asks for rows of the audit trail, newest first.
type AuditParams struct {
	Before int64  `json:"before,omitempty"` // rows older than this Seq; 0: the newest
	NIK    string `json:"nik,omitempty"`    // rows of this person only
	Limit  int    `json:"limit,omitempty"`  // 1 to 200; 0: 50
}

// AuditResult is a page of the audit trail.
type AuditResult struct {
	Rows []AuditRow `json:"rows"`
}

// AuditRow is one thing that was done with personal data.
type AuditRow struct {
	Seq     int64  `json:"seq"`
	At      string `json:"at"`    // RFC 3339 in the office's time zone
	Actor   string `json:"actor"` // "officer", "device", "system"
	ActorID string `json:"actor_id,omitempty"`
	Name    string `json:"name,omitempty"` // of the officer or device, as the office names it
	Action  string `json:"action"`         // identified, looked_up, revealed, card_bound, corrected, verify_asked, erased, expired, key_rotated, audit_read
	Person  string `json:"person,omitempty"`
	Ticket  string `json:"ticket,omitempty"` // number
	Why     string `json:"why,omitempty"`
	Outcome string `json:"outcome,omitempty"` // of a look-up: its code, or a state
}

// ConsolePerson is the person of the ticket that the officer is serving.
type ConsolePerson struct {
	Person
	Cards int `json:"cards"` // how many are bound
}

// RegistryStatus is the population registry on the admin page.
type RegistryStatus struct {
	Adapter string `json:"adapter"` // none, call_nik, verify
	// State is ok, off, slow, network, quota, hours or config: as the latest look-ups ended.
	State string `json:"state"`
	Since string `json:"since,omitempty"` // RFC 3339
	// Code is the registry's own code behind State ("05"), and Text its meaning in English, for the administrator.
	Code      string `json:"code,omitempty"`
	Text      string `json:"text,omitempty"`
	QuotaLeft *int   `json:"quota_left,omitempty"` // as the registry told last
	QuotaLow  bool   `json:"quota_low,omitempty"`  // below the alarm
	Queued    int    `json:"queued"`               // look-ups to be done again
	NextTry   string `json:"next_try,omitempty"`   // RFC 3339
	Persons   int    `json:"persons"`              // at rest
	// RetentionDays after the last visit a person is erased; RetentionRan is when the job last ran, RetentionErased how many
	// it erased then.
	RetentionDays   int    `json:"retention_days"`
	RetentionRan    string `json:"retention_ran,omitempty"`
	RetentionErased int    `json:"retention_erased"`
}
