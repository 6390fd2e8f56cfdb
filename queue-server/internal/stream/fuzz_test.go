package stream

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"loket/queue-server/protocol"
)

func FuzzAFrameIsReadOrRefused(f *testing.F) {
	for _, seed := range []string{
		`{"type":"hello","version":1,"role":"kiosk","token":"t","topic":"kiosk"}`, `{"type":"heartbeat"}`,
		`{"type":"request","id":"1","method":"ticket.issue","params":{"ticket_id":"x"}}`, `{}{}`, `[]`, `null`, `{"at":"x"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		frame, e := decodeFrame(raw)
		if e != nil {
			if e.Code != protocol.CodeBadJSON {
				t.Fatalf("code %s", e.Code)
			}
			return
		}
		if _, err := json.Marshal(frame); err != nil {
			t.Fatalf("a frame that was read cannot be written: %v", err)
		}
	})
}

// FuzzParams runs the params of every method up to where they would leave for the office.
func FuzzParams(f *testing.F) {
	f.Add(`{"ticket_id":"019a9c2e-7b1f-7c58-9d0e-0a54c1f0b001","service_id":"x"}`)
	f.Add(`{"id":"x","tiers":[{"services":["y"]}]}`)
	f.Add(`{"counter_id":1}`)
	f.Fuzz(func(t *testing.T, raw string) {
		readers := []func(context.Context, *call) (any, error){
			with(only[protocol.IssueParams]), with(only[protocol.CancelParams]), with(only[protocol.CallParams]),
			with(only[protocol.UserParams]), with(only[protocol.CounterConfig]), with(only[protocol.ServiceConfig]),
		}
		for _, read := range readers {
			_, err := read(t.Context(), &call{params: json.RawMessage(raw)})
			var e *protocol.Error
			if err != nil && (!errors.As(err, &e) || e.Code != protocol.CodeParamsInvalid) {
				t.Fatalf("got %v", err)
			}
		}
	})
}

func only[P any](_ context.Context, _ *call, p P) (any, error) { return p, nil }
