package queue

import (
	"encoding/json"
	"errors"
	"fmt"
)

// snapshotFormat changes when a snapshot can no longer be read back as the fold of its log.
const snapshotFormat = 1

// snapshot is the JSON form of an office.
type snapshot struct {
	Format int `json:"format"`
	*Office
}

// Snapshot encodes the state as JSON, from which Restore makes an equal office.
// Equal offices have equal snapshots, byte for byte.
func (o *Office) Snapshot() ([]byte, error) {
	b, err := json.Marshal(snapshot{Format: snapshotFormat, Office: o})
	if err != nil {
		return nil, fmt.Errorf("encode snapshot: %w", err)
	}
	return b, nil
}

// Restore reads a snapshot. It fails on a snapshot of another format, which must then be
// replaced by folding the log from its start.
func Restore(b []byte) (*Office, error) {
	o := &Office{}
	s := snapshot{Office: o}
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("decode snapshot: %w", err)
	}
	if s.Format != snapshotFormat {
		return nil, fmt.Errorf("decode snapshot: format %d, this program reads %d", s.Format, snapshotFormat)
	}
	o.fill()
	if err := o.derive(); err != nil {
		return nil, fmt.Errorf("decode snapshot: %w", err)
	}
	return o, nil
}

// derive rebuilds everything that is not part of a snapshot, and checks that the parts fit.
func (o *Office) derive() error {
	if err := o.checkParts(); err != nil {
		return err
	}
	o.index = newIndex(o.Tickets)
	if o.Catalog.Office.ID == "" { // no catalogue yet, so nothing that comes with one
		if len(o.Catalog.Counters)+len(o.Catalog.Services)+len(o.Tickets)+len(o.Counters) > 0 || o.Day != "" {
			return errors.New("the catalogue has no office")
		}
		return nil
	}
	r, err := newRules(&o.Catalog)
	if err != nil {
		return err
	}
	for id := range r.counters {
		if o.Counters[id] == nil {
			return fmt.Errorf("counter %q has no state", id)
		}
	}
	o.rules = r
	return o.setDay(o.Day)
}

// checkParts checks what a snapshot says of tickets, counters and devices.
func (o *Office) checkParts() error {
	for id, t := range o.Tickets {
		if t == nil || t.ID != id {
			return fmt.Errorf("ticket %q is not stored under its id", id)
		}
	}
	for id, c := range o.Counters {
		if c == nil || c.TicketID != "" && o.Tickets[c.TicketID] == nil {
			return fmt.Errorf("counter %q has no state, or a ticket that is not there", id)
		}
	}
	for id, d := range o.Devices {
		if d == nil {
			return fmt.Errorf("device %q has no state", id)
		}
	}
	return nil
}
