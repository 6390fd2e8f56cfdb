package registry_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"loket/queue-server/internal/registry"
	"loket/queue-server/protocol"
)

func TestAQuestionAndItsAnswerPrintNobody(t *testing.T) {
	born := time.Date(1958, 7, 1, 0, 0, 0, 0, time.UTC)
	request := registry.Request{NIK: "1971994107580001", Name: "SITI CONTOH", BirthDate: born}
	result := registry.Result{State: protocol.PersonVerified, Name: "SITI CONTOH", BirthDate: born}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", slog.Any("request", request), slog.Any("result", result))
	text := log.String() + fmt.Sprintf("%v %+v %#v %s %v %+v %#v %s", request, request, request, request, result, result, &result, &request)
	for _, never := range []string{"0001", "SITI", "1958"} {
		if strings.Contains(text, never) {
			t.Errorf("%s is in %s", never, text)
		}
	}
}

func TestNoneIsOff(t *testing.T) {
	got, err := registry.None{}.Lookup(context.Background(), registry.Request{NIK: "1971994107580001"})
	if err != nil || got.State != protocol.PersonUnverified || got.Why != protocol.WhyOff {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestAFaultKeepsItsCause(t *testing.T) {
	cause := errors.New("no line")
	err := error(&registry.Fault{Why: protocol.WhyNetwork, Err: cause})
	if !errors.Is(err, cause) || err.Error() != "registry network: no line" {
		t.Errorf("got %v", err)
	}
}
