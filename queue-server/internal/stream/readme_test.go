package stream_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"loket/queue-server/client"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/protocol"
)

const readme = "../../protocol/README.md"

// block is one fenced example; kind is what stands after "json".
type block struct {
	line       int
	kind, text string
}

func examples(t *testing.T) (all []block, page string) {
	t.Helper()
	raw, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(raw), "\n")
	for i := 0; i < len(lines); i++ {
		kind, ok := strings.CutPrefix(lines[i], "```json ")
		if !ok {
			if strings.HasPrefix(lines[i], "```") {
				t.Fatalf("line %d: an example that says not what it is", i+1)
			}
			continue
		}
		b := block{line: i + 1, kind: kind}
		for i++; lines[i] != "```"; i++ {
			b.text += lines[i] + "\n"
		}
		all = append(all, b)
	}
	return all, string(raw)
}

func strictly(text string, into any) error {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// shapes are the types of the examples that are no requests.
var shapes = map[string]func() any{
	"hello": frame, "welcome": frame, "view-frame": frame, "heartbeat": frame, "client-heartbeat": frame, "reply": frame, "error": frame,
	"view kiosk":      func() any { return &protocol.KioskView{} },
	"view board":      func() any { return &protocol.BoardView{} },
	"view lobby":      func() any { return &protocol.LobbyView{} },
	"view console":    func() any { return &protocol.ConsoleView{} },
	"view supervisor": func() any { return &protocol.SupervisorView{} },
	"view ticket":     func() any { return &protocol.TicketView{} },

	"result ticket.issue":     func() any { return &protocol.IssueResult{} },
	"result ticket.find":      func() any { return &protocol.FindResult{} },
	"result ticket.call_next": func() any { return &protocol.CallResult{} },
	"result device.add":       func() any { return &protocol.DeviceCode{} },
	"result person.identify":  func() any { return &protocol.IdentifyResult{} },
	"result person.reveal":    func() any { return &protocol.RevealResult{} },
	"result person.erase":     func() any { return &protocol.EraseResult{} },
	"result audit.list":       func() any { return &protocol.AuditResult{} },
	"http pair-request":       func() any { return &protocol.PairRequest{} },
	"http pair-reply":         func() any { return &protocol.PairReply{} },
	"http error-reply":        func() any { return &protocol.ErrorReply{} },
}

func frame() any { return &protocol.Frame{} }

func TestEveryExampleOfTheSpecificationCanBeRead(t *testing.T) {
	all, _ := examples(t)
	seen := map[string]bool{}
	for _, b := range all {
		seen[b.kind] = true
		if strings.HasPrefix(b.kind, "request ") {
			continue
		}
		shape, ok := shapes[b.kind]
		if !ok {
			t.Errorf("line %d: unknown kind of example %q", b.line, b.kind)
			continue
		}
		if err := strictly(b.text, shape()); err != nil {
			t.Errorf("line %d: %s: %v", b.line, b.kind, err)
		}
	}
	for kind := range shapes {
		if !seen[kind] {
			t.Errorf("the specification has no example of %q", kind)
		}
	}
}

func TestEveryExampleRequestRunsOnARealServer(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	kiosk := o.Kiosk()
	var issued protocol.IssueResult
	err := kiosk.Request(t.Context(), protocol.MethodTicketIssue, protocol.IssueParams{TicketID: client.NewID(), ServiceID: "dukcapil-kk"}, &issued)
	if err != nil {
		t.Fatal(err)
	}
	o.AddUser("rina", protocol.RoleOfficer)
	lines := map[protocol.Role]*websocket.Conn{
		protocol.RoleKiosk:   greet(t, o, nil, hello(protocol.RoleKiosk, o.Token(protocol.RoleKiosk, "K"), "kiosk")),
		protocol.RoleOfficer: greet(t, o, o.LogIn("rina"), hello(protocol.RoleOfficer, "", "console/loket-1")),
		protocol.RoleAdmin:   greet(t, o, o.LogIn("admin"), hello(protocol.RoleAdmin, "", "supervisor")),
		protocol.RoleCitizen: greet(t, o, nil, hello(protocol.RoleCitizen, "", "ticket/"+issued.Token)),
	}
	all, _ := examples(t)
	used := map[string]bool{}
	for _, b := range all {
		role, ok := strings.CutPrefix(b.kind, "request ")
		if !ok {
			continue
		}
		var f protocol.Frame
		if err := strictly(b.text, &f); err != nil {
			t.Errorf("line %d: %v", b.line, err)
			continue
		}
		used[f.Method] = true
		say(t, lines[protocol.Role(role)], b.text)
		reply := hear(t, lines[protocol.Role(role)], protocol.TypeReply)
		if reply.ID != f.ID {
			t.Errorf("line %d: the reply has the id %q", b.line, reply.ID)
		}
		// A refusal by the state of things is an honest answer to an example; one of its form is not.
		if e := reply.Error; e != nil && slices.Contains([]string{
			protocol.CodeParamsInvalid, protocol.CodeMethodUnknown, protocol.CodeForbidden, protocol.CodeInternal, "bad_command",
		}, e.Code) {
			t.Errorf("line %d: %s: %v", b.line, f.Method, e)
		}
	}
	for _, method := range constants(t, "../../protocol/methods.go", "Method") {
		if !used[method] {
			t.Errorf("the specification has no example of %s", method)
		}
	}
}

func greet(t *testing.T, o *officetest.Office, header http.Header, text string) *websocket.Conn {
	t.Helper()
	ws := dial(t, o, header)
	say(t, ws, text)
	hear(t, ws, protocol.TypeWelcome)
	return ws
}

func TestTheSpecificationNamesEveryFieldAndCodeAndMethod(t *testing.T) {
	_, page := examples(t)
	named := func(word string) bool {
		return strings.Contains(page, "`"+word+"`") || strings.Contains(page, fmt.Sprintf("%q", word))
	}
	fields := map[string]bool{}
	for _, v := range []any{
		protocol.Frame{},
		protocol.Catalog{},
		protocol.KioskView{},
		protocol.BoardView{},
		protocol.LobbyView{},
		protocol.ConsoleView{},
		protocol.SupervisorView{},
		protocol.TicketView{},
		protocol.IssueParams{},
		protocol.IssueResult{},
		protocol.ConfirmParams{},
		protocol.FindParams{},
		protocol.FindResult{},
		protocol.ReprintParams{},
		protocol.ReprintResult{},
		protocol.PrintedParams{},
		protocol.CancelParams{},
		protocol.ReportParams{},
		protocol.CounterParams{},
		protocol.CallParams{},
		protocol.NumberParams{},
		protocol.TransferParams{},
		protocol.UserParams{},
		protocol.DeviceParams{},
		protocol.DeviceCode{},
		protocol.PairReply{},
		protocol.IdentifyParams{},
		protocol.IdentifyResult{},
		protocol.ConfirmPersonParams{},
		protocol.PersonParams{},
		protocol.RevealResult{},
		protocol.BindParams{},
		protocol.CorrectParams{},
		protocol.EraseParams{},
		protocol.EraseResult{},
		protocol.AuditParams{},
		protocol.AuditResult{},
	} {
		collect(reflect.TypeOf(v), fields)
	}
	for field := range fields {
		if !named(field) {
			t.Errorf("the specification does not name the field %s", field)
		}
	}
	for code := range protocol.Codes {
		if !named(code) {
			t.Errorf("the specification does not name the code %s", code)
		}
	}
}

// collect gathers the JSON names of a type's fields, and of those within.
func collect(t reflect.Type, names map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		collect(t.Elem(), names)
	case reflect.Struct:
		for f := range t.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" {
				names[name] = true
			}
			if strings.HasPrefix(f.Type.String(), "protocol.") || f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.Pointer {
				collect(f.Type, names)
			}
		}
	default:
	}
}
