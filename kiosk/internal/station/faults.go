package station

import (
	"log/slog"

	"loket/drivers"
	"loket/queue-server/protocol"
)

// conditionChanged takes what the printer's watch saw. It is newer than the last slip's fault.
func (o *owner) conditionChanged(c drivers.Condition) {
	o.cfg.Log.Info("printer", slog.String("condition", string(c)))
	o.condition, o.fault = c, ""
	o.tellStaff()
}

// slipFailed takes the fault of a slip that did not come out.
func (o *owner) slipFailed(fault drivers.Condition) {
	o.fault = fault
	o.tellStaff()
	if o.cfg.Printer != nil {
		o.spawn("after a fault", func() { o.awaitMended(fault) })
	}
}

// awaitMended takes back the fault of a slip once the printer says that it can print again. The watch tells
// of changes only: a fault that came with a slip and was mended at once never was one to it. A printer that
// tells nothing keeps its fault until a slip comes out.
func (o *owner) awaitMended(fault drivers.Condition) {
	for pause(o.ctx, o.cfg.RetryAfter) {
		c, err := o.cfg.Printer.Status(o.ctx)
		if err != nil {
			return // it is that of ctx
		}
		if !c.CanPrint() || c == drivers.Unknown {
			continue
		}
		o.post(func(o *owner) {
			if o.fault == fault {
				o.fault = ""
				o.tellStaff()
			}
		})
		return
	}
}

// tellStaff hands the printer's fault, or its absence, to the reporter; the newest wins.
func (o *owner) tellStaff() {
	if o.cfg.Printer == nil {
		return
	}
	cause := ""
	switch {
	case o.condition != "" && o.condition != drivers.Ready && o.condition != drivers.Unknown:
		cause = string(o.condition)
	case o.fault != "":
		cause = string(o.fault)
	}
	newest(o.faults, cause)
}

// newest puts a value into a channel of capacity 1, in place of what is there. Only one goroutine may
// send to the channel.
func newest(c chan string, value string) {
	select {
	case <-c:
	default:
	}
	c <- value // there is room: only this goroutine sends
}

// reportFaults tells the server each fault of a part of the kiosk and its end, once.
func (o *owner) reportFaults(part string, faults <-chan string) {
	var told *string
	for {
		var cause string
		select {
		case <-o.ctx.Done():
			return
		case cause = <-faults:
		}
		if told != nil && *told == cause {
			continue
		}
		if !o.insist(o.ctx, protocol.MethodDeviceReport, protocol.ReportParams{Part: part, Cause: cause}) {
			return
		}
		told = &cause
	}
}
