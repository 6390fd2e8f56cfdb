// Package protocol is the wire between the queue server and its clients: messages, methods,
// views and error codes. README.md beside this file is the specification; this package is the
// same thing in Go. It imports the standard library only, and holds no behaviour but encoding.
package protocol

import (
	"encoding/json"
	"time"
)

// Version of the wire. A server answers a hello of another version with version_unsupported.
//
//	1  2026-11  first version: kiosk, board, console, supervisor and ticket topics
const Version = 1

// Times of the wire. A side that has heard nothing for DeadAfter closes the connection.
const (
	HelloTimeout  = 5 * time.Second
	Heartbeat     = 10 * time.Second // at most this long between two frames of either side
	DeadAfter     = 25 * time.Second
	ViewInterval  = 50 * time.Millisecond // least time between two views of a topic
	PhoneInterval = time.Second           // the same for ticket topics
	// MaxFrameBytes bounds what a client may send in one frame; a larger one closes the connection.
	MaxFrameBytes = 64 << 10
	// MaxCatalogBytes bounds catalog.import, which therefore goes over HTTP.
	MaxCatalogBytes = 4 << 20
)

// The types of frames. Each frame is one JSON object with a "type".
const (
	TypeHello     = "hello"
	TypeWelcome   = "welcome"
	TypeView      = "view"
	TypeRequest   = "request"
	TypeReply     = "reply"
	TypeHeartbeat = "heartbeat"
	TypeError     = "error" // the last frame before the server closes
)

// Role is what a client is. It decides which topics and methods are open to it.
type Role string

// The roles. Kiosk and display prove themselves by a token, officer and admin by the session
// cookie of the log-in, and citizen by knowing the token of a ticket.
const (
	RoleKiosk   Role = "kiosk"
	RoleDisplay Role = "display"
	RoleOfficer Role = "officer"
	RoleAdmin   Role = "admin"
	RoleCitizen Role = "citizen"
)

// The topics. Those that end in a slash are followed by an id.
const (
	TopicKiosk      = "kiosk"
	TopicBoard      = "board/"   // + zone id, or "all"
	TopicConsole    = "console/" // + counter id
	TopicLobby      = "console"  // the officer's choice of a counter
	TopicSupervisor = "supervisor"
	TopicTicket     = "ticket/" // + ticket token
)

// Frame is any message of either side; Type says which of the fields are in use.
type Frame struct {
	Type string `json:"type"`

	// hello, welcome
	Version int    `json:"version,omitempty"`
	Role    Role   `json:"role,omitempty"`
	Token   string `json:"token,omitempty"`
	Office  string `json:"office,omitempty"`
	Device  string `json:"device,omitempty"` // welcome of the topic "kiosk": the kiosk's own id
	// hello, view
	Topic string `json:"topic,omitempty"`
	// Have is the seq of the last view the client holds; the server may then leave View out of the welcome.
	Have int64 `json:"have,omitempty"`

	// welcome, view, heartbeat: the server's clock and the seq of the last event in the view.
	Seq  int64           `json:"seq,omitempty"`
	At   *time.Time      `json:"at,omitempty"`
	View json.RawMessage `json:"view,omitempty"`

	// request, reply
	ID     string          `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`

	// reply, error
	Error *Error `json:"error,omitempty"`
}

// Error is a refusal or fault as the client sees it. It is also a Go error.
type Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`       // English, for developers; never shown to citizens
	Ref     string `json:"ref,omitempty"` // finds the server's log line of an internal error
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Text is one text in the two languages; an empty EN falls back to ID.
type Text struct {
	ID string `json:"id"`
	EN string `json:"en,omitempty"`
}

// In returns the text in the language "id" or "en".
func (t Text) In(lang string) string {
	if lang == "en" && t.EN != "" {
		return t.EN
	}
	return t.ID
}
