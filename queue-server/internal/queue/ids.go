package queue

// Ids are opaque strings; each kind has a type of its own so that the compiler
// catches a mix-up. Ticket, call and command ids are UUIDv7 made by the caller.
type (
	// OfficeID names an office, such as "mpp-pangkalpinang".
	OfficeID string
	// AgencyID names an agency (instansi) within an office.
	AgencyID string
	// ServiceID names a service (layanan) within an office.
	ServiceID string
	// ZoneID names a waiting zone within an office.
	ZoneID string
	// CounterID names a counter (loket) within an office.
	CounterID string
	// OfficerID names an officer (petugas); it is a user name's stable id, never a personal name.
	OfficerID string
	// DeviceID names a paired kiosk or display.
	DeviceID string
	// TicketID is the UUIDv7 that the kiosk made for a ticket. It is the idempotency key of its issue.
	TicketID string
	// PersonID points to a person of the office's own registry of visitors. It is random, says nothing about her, and
	// points to nobody once she is erased.
	PersonID string
	// CallID is the id of one announcement of a ticket: every call and recall has a new one.
	CallID string
	// CommandID identifies a command. The same id twice is the same command.
	CommandID string
	// Day is a business day in the office's own time zone, as "2006-01-02".
	Day string
)
