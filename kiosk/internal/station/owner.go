package station

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/google/uuid"

	"loket/kiosk/internal/flow"
	"loket/queue-server/client"
	"loket/queue-server/protocol"
)

// feed takes one step of the visit, shows the new state and starts what it asks for.
func (o *owner) feed(in flow.Input) {
	defer o.guard("step")
	if take, ok := in.(flow.TakeTicket); ok && take.TicketID == "" {
		id, err := uuid.NewV7()
		if err != nil { // no randomness: nothing that has an id can be made
			o.cfg.Log.Error("make ticket id", slog.Any("err", err))
			return
		}
		take.TicketID = id.String()
		in = take
	}
	state, effects := flow.Step(o.state, in, o.cfg.Now().In(o.zone))
	o.state = state
	o.afterStep()
	for _, e := range effects {
		o.carryOut(e)
	}
	o.cfg.Show(state)
}

// guard logs a panic. Deferred around everything that runs for long: a kiosk goes on.
func (o *owner) guard(what string) {
	if p := recover(); p != nil {
		o.cfg.Log.Error("panic", slog.String("in", what), slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
	}
}

// update takes what the client knows of the line and the view.
func (o *owner) update(u client.Update) {
	if u.Refused != nil {
		o.cfg.Log.Error("the server does not accept this kiosk; pair it again", slog.String("code", u.Refused.Code))
	}
	if u.View != nil && !bytes.Equal(u.View, o.rawView) {
		var view protocol.KioskView
		if err := json.Unmarshal(u.View, &view); err != nil {
			o.cfg.Log.Error("view cannot be read; the last one stays", slog.Any("err", err))
			u.Connected = false
		} else {
			o.rawView, o.view = u.View, view
			o.setZone(view.Office.TimeZone)
		}
	}
	o.refreshCatalog()
	o.device = u.Device
	o.feed(flow.NewView{Live: o.view, Online: u.Connected, At: inZone(u.HeardAt, o.zone)})
	o.takeJobs()
}

// inZone leaves the zero time alone.
func inZone(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(zone)
}

// setZone follows the office's time zone.
func (o *owner) setZone(name string) {
	if name == "" || name == o.zone.String() {
		return
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		o.cfg.Log.Error("time zone of the office is unknown; the kiosk's own stays", slog.String("zone", name), slog.Any("err", err))
		return
	}
	o.zone = zone
}

// refreshCatalog fetches the catalogue when the view names another version than the one at hand.
func (o *owner) refreshCatalog() {
	wanted := o.view.CatalogVersion
	if wanted == "" || wanted == o.state.Catalog.Version {
		return
	}
	if now := o.cfg.Now(); o.catalogAsked.IsZero() || now.Sub(o.catalogAsked) >= catalogTimeout+catalogPause {
		o.catalogAsked = now
		o.spawn("catalogue", o.fetchCatalog)
	}
}

func (o *owner) fetchCatalog() {
	ctx, cancel := context.WithTimeout(o.ctx, catalogTimeout)
	defer cancel()
	var c protocol.Catalog
	if err := o.cfg.Server.Request(ctx, protocol.MethodCatalogGet, nil, &c); err != nil {
		o.cfg.Log.Error("fetch catalogue", slog.Any("err", err)) // asked again after a pause
		return
	}
	o.post(func(o *owner) {
		if c.Version == o.view.CatalogVersion {
			o.catalogAsked = time.Time{}
		} // else a newer one is asked for after the pause
		o.cfg.Log.Info("catalogue", slog.String("version", c.Version), slog.Int("services", len(c.Services)))
		o.feed(flow.NewCatalog{Catalog: c})
		o.takeJobs()
	})
}
