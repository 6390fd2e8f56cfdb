package protocol

import "net/http"

// The error codes of the wire itself. Those of the domain are beside the queue, those of accounts
// beside the accounts; Codes has all of them.
const (
	CodeBadJSON            = "bad_json"            // a frame or body that is not the JSON it should be
	CodeBinaryFrame        = "binary_frame"        // frames are text
	CodeFrameTooLarge      = "frame_too_large"     // above MaxFrameBytes (or MaxCatalogBytes)
	CodeUnknownType        = "unknown_type"        // a frame type that only the server may send, or nobody
	CodeHelloRequired      = "hello_required"      // the first frame was not a hello
	CodeHelloTwice         = "hello_twice"         // a second hello
	CodeHelloTimeout       = "hello_timeout"       // no hello within HelloTimeout
	CodeVersionUnsupported = "version_unsupported" // the server speaks another Version
	CodeTokenInvalid       = "token_invalid"       // the device's token is unknown: pair it again
	CodeLoginRequired      = "login_required"      // no session, or it has ended
	CodeForbidden          = "forbidden"           // not for this role
	CodeTopicUnknown       = "topic_unknown"
	CodeOfficeUnknown      = "office_unknown"    // the hello names another office
	CodeHandshakeInvalid   = "handshake_invalid" // not a WebSocket handshake
	CodeMethodUnknown      = "method_unknown"
	CodeParamsInvalid      = "params_invalid" // a missing, unknown or unreadable field
	CodeRateLimited        = "rate_limited"   // too many at once: wait a little, then repeat
	CodeOverloaded         = "overloaded"     // the server has no room for more connections
	CodeNotDurable         = "not_durable"    // could not be written to disk; nothing has changed
	CodeStopping           = "stopping"       // the server goes down; connect again in a moment
	CodePageUnknown        = "page_unknown"
	CodeInternal           = "internal" // a fault of the server; Ref finds it in the log
	CodeTicketUnknown      = "ticket_unknown"
	CodeTicketNotFound     = "ticket_not_found"  // no ticket of today has this number and code, or this token
	CodeKioskUnavailable   = "kiosk_unavailable" // no kiosk, or not the one named, can print now
	CodePrintUnknown       = "print_unknown"     // the print job is not, or no longer, this kiosk's
	CodeCardUnknown        = "card_unknown"      // the card was never bound: ask for the NIK once
	CodeCardUnbindable     = "card_unbindable"   // the card makes its number up, or it is no UID: ask for the NIK
	CodePersonUnknown      = "person_unknown"    // no such person, or she was erased meanwhile
	CodeNoPerson           = "no_person"         // the ticket at the counter belongs to nobody known
)

// Codes has every code that a server can send, with its HTTP status. Codes are never renamed or
// reused, only added.
var Codes = map[string]int{
	CodeBadJSON:            http.StatusBadRequest,
	CodeBinaryFrame:        http.StatusBadRequest,
	CodeFrameTooLarge:      http.StatusRequestEntityTooLarge,
	CodeUnknownType:        http.StatusBadRequest,
	CodeHelloRequired:      http.StatusBadRequest,
	CodeHelloTwice:         http.StatusBadRequest,
	CodeHelloTimeout:       http.StatusRequestTimeout,
	CodeVersionUnsupported: http.StatusBadRequest,
	CodeTokenInvalid:       http.StatusUnauthorized,
	CodeLoginRequired:      http.StatusUnauthorized,
	CodeForbidden:          http.StatusForbidden,
	CodeTopicUnknown:       http.StatusNotFound,
	CodeOfficeUnknown:      http.StatusNotFound,
	CodeHandshakeInvalid:   http.StatusBadRequest,
	CodeMethodUnknown:      http.StatusNotFound,
	CodeParamsInvalid:      http.StatusBadRequest,
	CodeRateLimited:        http.StatusTooManyRequests,
	CodeOverloaded:         http.StatusServiceUnavailable,
	CodeNotDurable:         http.StatusServiceUnavailable,
	CodeStopping:           http.StatusServiceUnavailable,
	CodePageUnknown:        http.StatusNotFound,
	CodeInternal:           http.StatusInternalServerError,

	CodeTicketUnknown:      http.StatusNotFound,
	CodeTicketNotFound:     http.StatusNotFound,
	CodeKioskUnavailable:   http.StatusConflict,
	CodePrintUnknown:       http.StatusNotFound,
	CodeCardUnknown:        http.StatusNotFound,
	CodeCardUnbindable:     http.StatusBadRequest,
	CodePersonUnknown:      http.StatusNotFound,
	CodeNoPerson:           http.StatusConflict,
	string(NIKLengthWrong): http.StatusBadRequest,
	string(NIKLetters):     http.StatusBadRequest,
	string(NIKProvince):    http.StatusBadRequest,
	string(NIKDay):         http.StatusBadRequest,
	string(NIKMonth):       http.StatusBadRequest,
	string(NIKDate):        http.StatusBadRequest,
	string(NIKFuture):      http.StatusBadRequest,
	string(NIKSerial):      http.StatusBadRequest,
	string(NIKIsUID):       http.StatusBadRequest,
	"already_waiting":      http.StatusConflict, // the person has a ticket of this service that is not ended
	"person_limit":         http.StatusConflict, // the person had all tickets of this service that she may have in a day
	"identity_required":    http.StatusConflict, // the service asks for a person, and the request names none
	"priority_unknown":     http.StatusBadRequest,
	"ticket_not_waiting":   http.StatusConflict,
	"ticket_state":         http.StatusConflict,
	"already_issued":       http.StatusConflict,
	"queue_empty":          http.StatusConflict,
	"service_unknown":      http.StatusNotFound,
	"service_closed":       http.StatusConflict,
	"quota_full":           http.StatusConflict,
	"office_closed":        http.StatusConflict,
	"counter_unknown":      http.StatusNotFound,
	"counter_closed":       http.StatusConflict,
	"counter_paused":       http.StatusConflict,
	"counter_taken":        http.StatusConflict,
	"counter_busy":         http.StatusConflict,
	"counter_idle":         http.StatusConflict,
	"officer_elsewhere":    http.StatusConflict,
	"catalog_invalid":      http.StatusBadRequest,
	"bad_command":          http.StatusBadRequest,

	"login_failed":      http.StatusUnauthorized,
	"login_taken":       http.StatusConflict,
	"user_unknown":      http.StatusNotFound,
	"user_incomplete":   http.StatusBadRequest,
	"last_admin":        http.StatusConflict,
	"password_short":    http.StatusBadRequest,
	"password_long":     http.StatusBadRequest,
	"device_unknown":    http.StatusNotFound,
	"device_incomplete": http.StatusBadRequest,
	"code_invalid":      http.StatusUnauthorized,
}

// Status returns the HTTP status of a code; an unknown code is an internal error.
func Status(code string) int {
	if status, ok := Codes[code]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// ErrorReply is the body of every HTTP answer that is not a success and not a page.
type ErrorReply struct {
	Error *Error `json:"error"`
}
