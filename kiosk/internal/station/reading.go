package station

import (
	"context"
	"errors"
	"log/slog"

	"loket/drivers"
	"loket/kiosk/internal/flow"
)

// startReader lets a reader read until the station ends, and tells staff when it cannot.
func (o *owner) startReader(part string, r drivers.Reader) {
	faults := make(chan string, 1) // newest wins
	o.spawn("reporter of the "+part, func() { o.reportFaults(part, faults) })
	o.spawn(part, func() {
		err := r.Run(o.ctx, drivers.Events{
			Read:   func(got drivers.Reading) { o.Emit(meaning(got)) },
			Health: func(h drivers.Health) { o.readerHealth(part, h, faults) },
		})
		if err != nil && !errors.Is(err, context.Canceled) {
			o.cfg.Log.Error("reading ended", slog.String("part", part), slog.Any("err", err))
		}
	})
}

func (o *owner) readerHealth(part string, h drivers.Health, faults chan string) {
	o.cfg.Log.Info("reader", slog.String("part", part), slog.String("health", string(h)))
	switch h {
	case drivers.ReaderUnplugged:
		newest(faults, string(drivers.Unplugged))
	case drivers.ReaderSilent:
		newest(faults, string(drivers.Unknown)) // it does not answer
	case drivers.ReaderReady:
		newest(faults, "")
	}
}

// meaning is what a reading is to a visit. What a card or a code holds goes no further than the visit.
func meaning(r drivers.Reading) flow.Input {
	switch r.Kind {
	case drivers.Ticket:
		return flow.Scanned{Token: r.Value}
	case drivers.CardUID:
		return flow.CardRead{UID: r.Value, Bindable: r.Bindable}
	case drivers.NIK:
		return flow.NIKRead{NIK: r.Value}
	default:
		return flow.CodeRead{}
	}
}
