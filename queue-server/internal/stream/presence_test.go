package stream

import (
	"testing"
	"time"

	"loket/queue-server/internal/queue"
)

func TestADeviceIsPresentWhileOneOfItsLinesIs(t *testing.T) {
	var p presence
	p.init()
	p.arrive("k")
	p.arrive("k")
	p.leave("k")
	if p.lines["k"] != 1 || !p.left["k"].IsZero() {
		t.Errorf("with one line left: %d lines, left at %v", p.lines["k"], p.left["k"])
	}
	p.leave("k")
	if _, here := p.lines["k"]; here || p.left["k"].IsZero() {
		t.Error("with no line left it still counts as here")
	}
	p.arrive("k")
	if _, gone := p.left["k"]; gone {
		t.Error("a device that came back still counts as gone")
	}
}

func TestADeviceThatWasOnlineBeforeARestartGetsTheGrace(t *testing.T) {
	var p presence
	p.init()
	p.arrive("here")
	o := queue.New()
	o.Devices["here"] = &queue.DeviceState{Online: true}
	o.Devices["away"] = &queue.DeviceState{Online: true}
	o.Devices["off"] = &queue.DeviceState{}
	p.expect(o)
	if len(p.left) != 1 || time.Since(p.left["away"]) > grace {
		t.Errorf("expected back: %v", p.left)
	}
}
