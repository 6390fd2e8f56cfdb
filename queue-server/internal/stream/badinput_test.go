package stream_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"loket/queue-server/client"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/stream"
	"loket/queue-server/protocol"
)

// witness is a board that must not notice what others do.
func witness(t *testing.T, o *officetest.Office) func() {
	t.Helper()
	board := o.Connect(client.Config{Role: protocol.RoleDisplay, Token: o.Token(protocol.RoleDisplay, "Saksi"), Topic: "board/all"})
	kiosk := o.Kiosk()
	officetest.Await(t, board, "the witness's first view", func(u client.Update, _ protocol.BoardView) bool { return u.Connected })
	var service queue.ServiceID
	waiting := 0
	o.Running.Read(func(q *queue.Office) { service, waiting = q.Catalog.Services[0].ID, len(q.Waiting()) })
	return func() {
		t.Helper()
		id := client.NewID()
		request(t, kiosk, protocol.MethodTicketIssue, protocol.IssueParams{TicketID: id, ServiceID: string(service)})
		request(t, kiosk, protocol.MethodTicketConfirm, protocol.ConfirmParams{TicketID: id, How: "printed"})
		waiting++
		officetest.Await(t, board, "the witness to see the new ticket", func(u client.Update, v protocol.BoardView) bool {
			if !u.Connected {
				t.Fatal("the witness lost its line")
			}
			return v.Waiting == waiting
		})
	}
}

func TestWhoBreaksTheRulesGetsACodeAndIsClosedAndNobodyElseNotices(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	undisturbed := witness(t, o)
	token := o.Token(protocol.RoleKiosk, "K")
	good := hello(protocol.RoleKiosk, token, protocol.TopicKiosk)
	big := `{"type":"request","id":"1","method":"` + strings.Repeat("x", 1<<20) + `"}`
	cases := []struct {
		name  string
		say   []string // the last one is what is wrong
		asBin bool
		code  string
	}{
		{"a request before hello", []string{`{"type":"request","id":"1","method":"catalog.get"}`}, false, protocol.CodeHelloRequired},
		{"an unknown type before hello", []string{`{"type":"shout"}`}, false, protocol.CodeHelloRequired},
		{"broken JSON before hello", []string{`{"type":`}, false, protocol.CodeBadJSON},
		{"no JSON at all", []string{"\x00\x01"}, false, protocol.CodeBadJSON},
		{"two values in a frame", []string{good + "{}"}, false, protocol.CodeBadJSON},
		{"an unknown field", []string{`{"type":"hello","flavour":1}`}, false, protocol.CodeBadJSON},
		{"a binary hello", []string{good}, true, protocol.CodeBinaryFrame},
		{"a 1 MB frame before hello", []string{big}, false, protocol.CodeFrameTooLarge},
		{"another version", []string{strings.Replace(good, `"version":1`, `"version":2`, 1)}, false, protocol.CodeVersionUnsupported},
		{"a token of nobody", []string{hello(protocol.RoleKiosk, "wrong", "kiosk")}, false, protocol.CodeTokenInvalid},
		{"a token of another role", []string{hello(protocol.RoleDisplay, token, "board/all")}, false, protocol.CodeForbidden},
		{"an officer without a session", []string{hello(protocol.RoleOfficer, "", "console")}, false, protocol.CodeLoginRequired},
		{"an unknown role", []string{hello("king", "", "kiosk")}, false, protocol.CodeForbidden},
		{"an unknown topic", []string{hello(protocol.RoleKiosk, token, "throne")}, false, protocol.CodeTopicUnknown},
		{"another role's topic", []string{hello(protocol.RoleKiosk, token, "supervisor")}, false, protocol.CodeForbidden},
		{"another office", []string{strings.Replace(good, "{", `{"office":"elsewhere",`, 1)}, false, protocol.CodeOfficeUnknown},
		{"a ticket of nobody", []string{hello(protocol.RoleCitizen, "", "ticket/0000000000000")}, false, protocol.CodeTicketUnknown},
		{"a second hello", []string{good, good}, false, protocol.CodeHelloTwice},
		{"an unknown type", []string{good, `{"type":"shout"}`}, false, protocol.CodeUnknownType},
		{"a welcome from a client", []string{good, `{"type":"welcome"}`}, false, protocol.CodeUnknownType},
		{"broken JSON", []string{good, `{{{{`}, false, protocol.CodeBadJSON},
		{"a request without an id", []string{good, `{"type":"request","method":"catalog.get"}`}, false, protocol.CodeBadJSON},
		{"a 1 MB frame", []string{good, big}, false, protocol.CodeFrameTooLarge},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ws := dial(t, o, nil)
			for i, text := range c.say {
				kind := websocket.TextMessage
				if c.asBin && i == len(c.say)-1 {
					kind = websocket.BinaryMessage
				}
				if err := ws.WriteMessage(kind, []byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			if e := hearError(t, ws); e.Code != c.code || e.Message == "" {
				t.Fatalf("got %+v, want the code %s", e, c.code)
			}
			closed(t, ws)
		})
	}
	undisturbed()
}

// hearError reads frames until the error.
func hearError(t *testing.T, ws *websocket.Conn) *protocol.Error {
	t.Helper()
	for {
		if err := ws.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		_, raw, err := ws.ReadMessage()
		if err != nil {
			t.Fatalf("wait for the error frame: %v", err)
		}
		var f protocol.Frame
		if err := json.Unmarshal(raw, &f); err != nil {
			t.Fatal(err)
		}
		if f.Type == protocol.TypeError {
			return f.Error
		}
	}
}

func TestABadRequestIsRefusedAndTheConnectionStays(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	ws := dial(t, o, nil)
	say(t, ws, hello(protocol.RoleKiosk, o.Token(protocol.RoleKiosk, "K"), protocol.TopicKiosk))
	hear(t, ws, protocol.TypeWelcome)
	id := client.NewID()
	cases := []struct{ name, method, params, code string }{
		{"a method that does not exist", "office.burn", `{}`, protocol.CodeMethodUnknown},
		{"a method of officers", protocol.MethodTicketCallNext, `{"counter_id":"x","call_id":"` + id + `"}`, protocol.CodeForbidden},
		{"a method of administrators", protocol.MethodUserSave, `{}`, protocol.CodeForbidden},
		{"an unknown parameter", protocol.MethodTicketIssue, `{"ticket":"x"}`, protocol.CodeParamsInvalid},
		{"a parameter of the wrong type", protocol.MethodTicketIssue, `{"ticket_id":7}`, protocol.CodeParamsInvalid},
		{"params that are no object", protocol.MethodTicketIssue, `[]`, protocol.CodeParamsInvalid},
		{"a ticket id that is no UUID", protocol.MethodTicketIssue, `{"ticket_id":"A-1","service_id":"x"}`, protocol.CodeParamsInvalid},
		{"an unknown service", protocol.MethodTicketIssue, `{"ticket_id":"` + id + `","service_id":"x"}`, "service_unknown"},
		{"an unknown ticket", protocol.MethodTicketConfirm, `{"ticket_id":"` + id + `","how":"printed"}`, "ticket_unknown"},
		{"a way that is none", protocol.MethodTicketConfirm, `{"ticket_id":"` + id + `","how":"sung"}`, protocol.CodeParamsInvalid},
		{"somebody else's ticket", protocol.MethodTicketCancel, `{"ticket_id":"` + id + `"}`, "ticket_unknown"},
		{"a report of nothing", protocol.MethodDeviceReport, `{"part":""}`, protocol.CodeParamsInvalid},
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			say(t, ws, fmt.Sprintf(`{"type":"request","id":"%d","method":%q,"params":%s}`, i, c.method, c.params))
			f := hear(t, ws, protocol.TypeReply)
			if f.ID != fmt.Sprint(i) || f.Error == nil || f.Error.Code != c.code {
				t.Fatalf("got %+v %+v, want the code %s", f, f.Error, c.code)
			}
		})
	}
	say(t, ws, `{"type":"request","id":"last","method":"catalog.get"}`)
	if f := hear(t, ws, protocol.TypeReply); f.Error != nil || !bytes.Contains(f.Result, []byte(`"services"`)) {
		t.Fatalf("the connection does not work any more: %+v", f.Error)
	}
}

func TestTooManyRequestsAreRefusedAndNotTheConnection(t *testing.T) {
	o := officetest.Start(t, officetest.Config{Limits: stream.Limits{RequestsPerSecond: 0.001}})
	ws := dial(t, o, nil)
	say(t, ws, hello(protocol.RoleKiosk, o.Token(protocol.RoleKiosk, "K"), protocol.TopicKiosk))
	for i, code := range []string{"", protocol.CodeRateLimited, protocol.CodeRateLimited} {
		say(t, ws, `{"type":"request","id":"1","method":"catalog.get"}`)
		f := hear(t, ws, protocol.TypeReply)
		got := ""
		if f.Error != nil {
			got = f.Error.Code
		}
		if got != code {
			t.Errorf("request %d: code %q, want %q", i, got, code)
		}
	}
}

func TestOnlyPagesOfThisServerMayConnect(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	for origin, want := range map[string]int{
		o.URL: http.StatusSwitchingProtocols, "": http.StatusSwitchingProtocols,
		"http://evil.example": http.StatusForbidden, "null": http.StatusForbidden, "::": http.StatusForbidden,
	} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		ws, resp, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+o.Addr+"/v1/stream", header)
		if resp == nil {
			t.Fatalf("origin %q: %v", origin, err)
		}
		_ = resp.Body.Close() // only the status is of interest
		if resp.StatusCode != want {
			t.Errorf("origin %q: HTTP %d, want %d", origin, resp.StatusCode, want)
		}
		if err == nil {
			_ = ws.Close() // it was only to see that it opens
		}
	}
}

func TestASlowBoardSkipsViewsAndHoldsNobodyUp(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	undisturbed := witness(t, o)
	slow, status, err := connectRaw(o.Addr, hello(protocol.RoleDisplay, o.Token(protocol.RoleDisplay, "Lambat"), "board/all"))
	if err != nil {
		t.Fatalf("HTTP %d: %v", status, err)
	}
	defer slow.Close() // its end is no part of the test
	for range 30 {
		undisturbed() // while the slow one reads nothing at all
	}
}
